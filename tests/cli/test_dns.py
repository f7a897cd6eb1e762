"""`mailkit dns` and `mailkit route`: formats, exit codes, and errors that name the place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.dns.core import Question, Record, Reply
from tests.cli.running import CONTROLS, Run, assert_one_clear_line, command, shell
from tests.dns.loopback import serving

TABLE = {
    Question("d.test", "MX"): [("mx.test.", 10), ("10.0.0.9.", 5)],
    Question("mx.test", "A"): [("192.0.2.1", 0)],
    Question("null.test", "MX"): [(".", 0)],
}


def ask(wanted: Question) -> Reply:
    if wanted.name == "down.test":
        return Reply(state="temporary", why="SERVFAIL")
    rows = TABLE.get(wanted, [])
    records = [Record(name=wanted.name, rdtype=wanted.rdtype, text=text, preference=rank) for text, rank in rows]
    exists = any(one.name == wanted.name for one in TABLE)
    return Reply(state="answer" if rows else "no-data" if exists else "no-name", records=tuple(records))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serve a few names."""
    with serving(ask) as port:
        yield f"127.0.0.1:{port}"


def test_exchangers_as_json(server: str) -> None:
    done = command("dns", "d.test", "joe@null.test", "gone.test", "--server", server)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["domain"], row["kind"], row["status"]) for row in rows] == [
        ("d.test", "mx", None),
        ("null.test", "null", "5.1.10"),
        ("gone.test", "none", "5.1.2"),
    ]
    assert [host["name"] for host in rows[0]["hosts"]] == ["mx.test"]
    assert rows[0]["refused"][0]["problems"] == ["is-address"]


def test_exchangers_for_people(server: str, here: Run) -> None:
    done = here("dns", "d.test", "null.test", "--format", "table", "--fallback", "fb.test", "--server", server)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1] == ["d.test", "mx", "10", "mx.test", "192.0.2.1"]
    assert lines[2] == ["fallback", "fb.test"]
    assert lines[3] == ["5", "10.0.0.9", "refused,", "is-address"]
    assert lines[4] == ["null.test", "null", "5.1.10"]


def test_domains_from_standard_input(server: str) -> None:
    done = command("dns", "-", "--server", server, stdin=b"d.test\n\njoe@null.test\n")
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["mx", "null"]


@pytest.mark.parametrize(
    ("domain", "wanted", "code"),
    [
        ("d.test", "undeliverable", 0),
        ("d.test", "problem", 1),
        ("null.test", "undeliverable", 1),
        ("down.test", "undeliverable", 0),
        ("down.test", "temporary", 1),
    ],
)
def test_fail_on(server: str, here: Run, domain: str, wanted: str, code: int) -> None:
    assert here("dns", domain, "--fail-on", wanted, "--server", server).returncode == code


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write a mailertable."""
    path = tmp_path / "mailertable"
    path.write_text("# ours\n.sub.test\tsmtp:[mx.test]\nno.test\terror:5.1.2:550 Gone\n")
    return path


def test_routes(server: str, here: Run, table: Path, tmp_path: Path) -> None:
    names = tmp_path / "local-host-names"
    names.write_text("gw.test # ours\n\n")
    words = (
        "--mailertable",
        table,
        "--local-file",
        names,
        "--local",
        "gw2.test",
        "--server",
        server,
        "--format",
        "table",
    )
    addresses = ("joe@gw.test", "joe@gw2.test", "joe@x.sub.test", "joe@no.test", "joe@d.test")
    done = here("route", *addresses, *words)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()[1:]]
    assert lines == [
        ["joe@gw.test", "local", "local", "local"],
        ["joe@gw2.test", "local", "local", "local"],
        ["joe@x.sub.test", "static", "[mx.test]", ".sub.test", "in", "line", "2"],
        ["joe@no.test", "error", "5.1.2", "550", "Gone", "no.test", "in", "line", "3"],
        ["joe@d.test", "mx", "mx.test", "dns"],
    ]


def test_a_wrong_line_of_a_table_is_named(here: Run, table: Path) -> None:
    table.write_text("ok.test\tsmtp:[mx.test]\nbroken.test\tmx.test\n")
    assert_one_clear_line(here("route", "joe@x.test", "--mailertable", table), 2, "mailertable:2:")


@pytest.mark.parametrize("verb", ["dns", "route"])
@pytest.mark.parametrize("form", ["table", "json", "jsonl"])
def test_bytes_that_are_no_text(server: str, verb: str, form: str) -> None:
    words = (verb, os.fsdecode(b"\xff"), "-", "--server", server, "--format", form)
    done = command(*words, stdin=b"\xfe\n\x1b[2J\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert CONTROLS.search(done.stdout) is None


def test_a_table_in_another_charset(server: str, table: Path) -> None:
    table.write_bytes(b"cafe.test\terror:5.1.2:550 Caf\xe9\n")
    done = command("route", "joe@cafe.test", "--mailertable", table, "--server", server)
    assert json.loads(done.stdout)["text"] == "550 Caf\\xe9"


@pytest.mark.parametrize("verb", ["dns", "route"])
def test_a_closed_standard_input(verb: str) -> None:
    assert_one_clear_line(shell(f'"$@" {verb} - <&-'), 2, "standard input is closed")


def test_long_lists_are_cut_for_people(here: Run) -> None:
    def many(wanted: Question) -> Reply:
        hosts = [Record(name="d.test", rdtype="MX", text=f"mx{number}.test", preference=number) for number in range(9)]
        addresses = [Record(name="", rdtype="A", text=f"192.0.2.{number}") for number in range(9)]
        return Reply(state="answer", records=tuple(hosts if wanted.rdtype == "MX" else addresses))

    with serving(many) as port:
        words = ("--server", f"127.0.0.1:{port}", "--format", "table")
        assert here("dns", "d.test", *words).stdout.count("192.0.2.4 and 4 more") == 9
        assert "mx4.test and 4 more" in here("route", "joe@d.test", *words).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("route", "joe@x.test", "--mailertable", "/nowhere/table"), "/nowhere/table", id="no table"),
        pytest.param(("route", "joe@x.test", "--local-file", "/nowhere/names"), "/nowhere/names", id="no names"),
    ],
)
def test_what_cannot_be_read(here: Run, words: tuple[str, ...], said: str) -> None:
    assert_one_clear_line(here(*words), 2, said)


@pytest.mark.parametrize(
    "words", [("--smart-host", "a b"), ("--server", "nobody"), ("--timeout", "0"), ("--me", "a@b")]
)
def test_wrong_words_are_told(here: Run, words: tuple[str, str]) -> None:
    done = here("route", "joe@x.test", *words)
    assert done.returncode == 2
    assert words[1] in done.stderr
