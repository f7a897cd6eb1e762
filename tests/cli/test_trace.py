"""`mailkit trace`: formats, exit codes, whom to trust, and what reaches a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mailkit.dns.core import Question, Record, Reply
from tests.cli.running import CONTROLS, Run, assert_one_clear_line, command
from tests.dns.loopback import serving
from tests.trace.test_trace import CHAIN, OUTSIDE, circle, mail


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Write a message."""
    path = tmp_path / "letter.eml"
    path.write_bytes(CHAIN)
    return path


def test_a_pipe_gets_json_lines(letter: Path) -> None:
    done = command("trace", letter, letter)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["source"] for row in rows] == [str(letter)] * 2
    assert [(hop["number"], hop["network"]) for hop in rows[0]["hops"]] == [
        (1, "private"),
        (2, "loopback"),
        (3, "documentation"),
    ]
    assert (rows[0]["v"], rows[0]["boundary"], rows[0]["total_seconds"]) == (1, 3, 130.0)


def test_a_picture_for_people(letter: Path, here: Run) -> None:
    done = here("trace", "--format", "text", letter)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{letter}\n")
    assert "─── outside" in done.stdout
    assert "waited longest (2m) at relay.example.org" in done.stdout


def test_svg_is_a_document(letter: Path, here: Run) -> None:
    done = here("trace", "--format", "svg", letter)
    assert (done.returncode, done.stderr) == (0, "")
    assert ET.fromstring(done.stdout).tag == "{http://www.w3.org/2000/svg}svg"
    assert_one_clear_line(here("trace", "--format", "svg", letter, letter), 0, "one message")


def test_trusted_hosts_move_the_boundary(letter: Path, here: Run) -> None:
    done = here("trace", "--trusted", "203.0.113.0/24", "--trusted", "relay.example.org", letter)
    assert json.loads(done.stdout)["boundary"] is None


def test_a_wrong_network_is_a_clear_error(letter: Path, here: Run) -> None:
    done = here("trace", "--trusted", "10.0.0.0/99", letter)
    assert done.returncode == 2
    assert "neither a network like 10.0.0.0/8" in done.stderr


@pytest.mark.parametrize(
    ("wanted", "code"),
    [("trace.loop.found", 1), ("warning", 1), ("notice", 1), ("trace.hops.many", 0), ("error", 0)],
)
def test_fail_on(tmp_path: Path, here: Run, wanted: str, code: int) -> None:
    path = tmp_path / "loop.eml"
    path.write_bytes(mail(*circle(3)))
    assert here("trace", "--fail-on", wanted, path).returncode == code


def test_lists_are_asked_with_dns_only(letter: Path, here: Run) -> None:
    assert_one_clear_line(here("trace", "--list", "bl.test", letter), 2, "--dns")


TABLE = {
    Question("9.113.0.203.in-addr.arpa", "PTR"): "relay.example.org",
    Question("relay.example.org", "A"): "203.0.113.9",
    Question("9.113.0.203.bl.test", "A"): "127.0.0.2",
    Question("2.0.0.127.bl.test", "A"): "127.0.0.2",
    Question("9.113.0.203.bl.test", "TXT"): "spam was seen",
}


def ask(wanted: Question) -> Reply:
    if wanted not in TABLE:
        return Reply(state="no-data" if wanted.name == "bl.test" else "no-name")
    record = Record(name=wanted.name, rdtype=wanted.rdtype, text=TABLE[wanted])
    return Reply(state="answer", records=(record,))


def test_the_origin_is_looked_up(letter: Path) -> None:
    with serving(ask) as port:
        done = command("trace", "--dns", "--list", "bl.test", "--dns-server", f"127.0.0.1:{port}", letter)
    assert (done.returncode, done.stderr) == (0, "")
    said = {one["code"]: one["detail"] for one in json.loads(done.stdout)["findings"]}
    assert said == {
        "dns.reverse.pass": "203.0.113.9: relay.example.org",
        "dns.list.listed": "203.0.113.9 at bl.test: listed, 127.0.0.2; spam was seen",
    }


def test_nothing_is_asked_unless_wanted(letter: Path) -> None:
    """The verb does not even load dnspython."""
    done = command("trace", letter, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert "mailkit.trace" in done.stderr
    assert "dns.resolver" not in done.stderr


def test_what_cannot_be_read(tmp_path: Path, here: Run) -> None:
    assert_one_clear_line(here("trace", tmp_path / "none.eml"), 3, "none.eml")


def test_nothing_commands_a_terminal(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "hostile.eml"
    path.write_bytes(mail(OUTSIDE.replace("mail.stranger", "a\x1b[31m\u202e\x07b")))
    done = here("trace", "--format", "text", path)
    assert done.returncode == 0
    assert not CONTROLS.search(done.stdout)
