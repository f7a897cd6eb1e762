"""`mailkit inspect`: the tree a person reads, the JSON a program reads, and what it says of bad inputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailkit.cli import main
from tests.cli.running import CONTROLS
from tests.strategies import OWN, mails

TWICE = b"Subject: hi\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x--\n"


@pytest.fixture
def ambiguous(tmp_path: Path) -> str:
    """Write a message that readers read differently."""
    path = tmp_path / "twice.eml"
    path.write_bytes(TWICE)
    return str(path)


def test_the_tree(ambiguous: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--format", "tree", "--views", ambiguous]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{ambiguous}: {len(TWICE)} bytes",
        "  Subject: hi",
        f"  message text/plain  [0:{len(TWICE)}] 17 bytes",
        "  in another reading, because of header.field.duplicate:",
        f"  message multipart/mixed  [0:{len(TWICE)}] parts",
        "    1 text/plain  [84:90] 5 bytes",
        "  warning header.field.duplicate at byte 37 and 12: Content-Type",
    ]


def test_json_lines(ambiguous: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["inspect", ambiguous, str(OWN / "postfix-full.eml")]) == 0
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [row["v"] for row in rows] == [1, 1]
    assert rows[0]["findings"][0]["also"] == 12
    assert [part["type"] for part in rows[1]["parts"]][:2] == ["multipart/report", "text/plain"]


@pytest.mark.parametrize("verb", ["classify", "inspect", "envelope"])
def test_json_is_one_value(verb: str, ambiguous: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([verb, "--format", "json", ambiguous]) == 0
    assert isinstance(json.loads(capsysbinary.readouterr().out), dict)
    assert main([verb, "--format", "json", ambiguous, ambiguous]) == 0
    assert len(json.loads(capsysbinary.readouterr().out)) == 2


def test_every_message_of_ours(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["inspect", str(OWN)]) == 0
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert len(rows) == len(mails(OWN))
    assert all(row["complete"] for row in rows)


def test_nothing_reaches_a_terminal_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evil.eml"
    name = "a\x1b[2J\u202egpj.exe"
    path.write_bytes(
        b'Subject: \x1b]0;x\x07\xe2\x80\xae\nContent-Disposition: attachment; filename="' + name.encode() + b'"\n\nhi\n'
    )
    assert main(["inspect", "--format", "tree", str(path)]) == 0
    assert CONTROLS.findall(capsys.readouterr().out) == []


def test_an_input_that_is_not_there(ambiguous: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--format", "tree", "no-such.eml", ambiguous]) == 3
    seen = capsys.readouterr()
    assert "no-such.eml: no such file" in seen.err
    assert "text/plain" in seen.out
