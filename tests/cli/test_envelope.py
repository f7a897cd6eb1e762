"""`mailkit envelope`: formats, exit codes, queue files, and what reaches a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailkit.cli import main
from tests.cli.running import CONTROLS, Run, assert_one_clear_line, command, on_a_terminal
from tests.strategies import ROOT

SPOOL = ROOT / "corpora" / "spool"
LETTER = (
    b"Return-Path: <l-bounces@x.example>\nDelivered-To: bob@y.example\nReceived: from x.example by y.example; 1\n"
    b"List-Id: <l.x.example>\nFrom: ann@x.example\nTo: l@x.example\n\nhello\n"
)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Write a message."""
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER)
    return path


def test_a_pipe_gets_json_lines(letter: Path) -> None:
    done = command("envelope", letter, SPOOL / "exim" / "null-H")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["sender"], row["recipients"], row["form"]) for row in rows] == [
        ("l-bounces@x.example", ["bob@y.example"], None),
        ("", ["joe@example.test"], "exim"),
    ]
    assert [row["source"] for row in rows] == [str(letter), str(SPOOL / "exim" / "null-H")]


def test_json_is_for_people(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["envelope", "--format", "json", str(letter)]) == 0
    text = capsys.readouterr().out
    assert text.count("\n") > 20
    assert json.loads(text)["confidence"] == {"sender": "stated", "recipients": "stated"}


TABLE = """\
{file}
  from <l-bounces@x.example> (return-path, stated)
  for  <bob@y.example> (delivered-to, stated)
    return-path   sender     trust host  <l-bounces@x.example>  at byte 13
    delivered-to  recipient  trust host  <bob@y.example>  at byte 49
  list (stated): list-id stands in the header, and the sender is not From: <l-bounces@x.example>
"""


def test_the_table(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["envelope", "--format", "table", str(letter)]) == 0
    assert capsys.readouterr().out == TABLE.format(file=letter)


def test_a_terminal_gets_the_table(letter: Path) -> None:
    assert on_a_terminal("envelope", letter).replace("\r", "") == TABLE.format(file=letter)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        pytest.param("exim/null-H", ["from <> (spool, stated)", "at   2026-"], id="null"),
        pytest.param("exim/plain-H", ["bcc (inferred): in no To or Cc: <hidden@example.test>"], id="bcc"),
        pytest.param(
            "postfix/options",
            [
                "(postfix)",
                "<ann@example.test>: accepted, NOTIFY=SUCCESS,DELAY ORCPT=rfc822;anna+old@example.test",
                "<bob@done.test>: delivered",
                "<one@example.test>: accepted, first to all@alias.test",
                "the sender holds ann@example.test (verp)",
            ],
            id="options",
        ),
        pytest.param("sendmail/qfplain", ["spool  recipient  trust transport"], id="sendmail"),
    ],
)
def test_the_table_of_queue_files(file: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["envelope", "--format", "table", str(SPOOL / file)]) == 0
    text = capsys.readouterr().out
    assert [word for word in words if word not in text] == []


def test_unknown_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@x\n\nhello\n")
    assert main(["envelope", "--format", "table", str(tmp_path / "a.eml")]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  from unknown", "  for  unknown"]


def test_many_places_and_recipients_are_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = b"".join(b"RCPT TO:<a%d@x> NOTIFY=NEVER\n" % number for number in range(50))
    hops = b"".join(b"Received: by x for <b%d@x>; 1\n" % number for number in range(50))
    (tmp_path / "b").write_bytes(b"MAIL FROM:<>\n" + rows + b"DATA\n" + hops + b"\n.\n")
    assert main(["envelope", "--format", "table", str(tmp_path / "b")]) == 0
    text = capsys.readouterr().out
    assert "and 30 more" in text
    assert "and 32 more places" in text
    assert len(text.splitlines()) < 60


def test_a_dialogue_on_standard_input() -> None:
    done = command("envelope", "-", stdin=b"MAIL FROM:<>\nRCPT TO:<a@x>\nDATA\nSubject: hi\n\n.\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["recipients"] == ["a@x"]


def test_findings_and_notes_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "qfA").write_bytes(b"V8\nT1\nMDeferred\nSa@x\nRPFD:b@y\n")
    assert main(["envelope", "--format", "table", str(tmp_path / "qfA")]) == 0
    text = capsys.readouterr().out
    assert "note: queued because: Deferred" in text
    assert "warning spool.end.missing at byte" in text
    assert "notice spool.message.missing at byte" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("missing", "no such file", id="missing"),
        pytest.param(str(SPOOL / "exim" / "null-D"), "name the file that ends in -H", id="the body of Exim"),
    ],
)
def test_what_cannot_be_read(name: str, words: str, here: Run) -> None:
    assert_one_clear_line(here("envelope", name), 3, words)


def test_the_largest_message_is_chosen(here: Run) -> None:
    file = SPOOL / "postfix" / "null"
    assert_one_clear_line(here("envelope", "--max-bytes", "1000", file), 3, "raise it with --max-bytes")
    assert here("envelope", "--max-bytes", "5000", file).returncode == 0


def test_what_would_be_a_command_to_the_terminal_is_taken_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = b"Return-Path: <a\x1b[31m@x>\nDelivered-To: b\x07@y\xe2\x80\xae\nReceived: by x\n"
    (tmp_path / "a.eml").write_bytes(head + b"From: c@z\n\nhello\n")
    assert main(["envelope", "--format", "table", str(tmp_path / "a.eml")]) == 0
    assert CONTROLS.findall(capsys.readouterr().out) == []


def test_a_folder_of_a_queue(here: Run) -> None:
    done = here("envelope", SPOOL / "sendmail")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 3
