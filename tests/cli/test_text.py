"""`mailkit text`: formats, policies, exit codes, and a message written again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import CONTROLS, Run, assert_one_clear_line, command

LETTER = (
    b"Subject: =?ISO-2022-JP?B?GyRCLSEbKEI=?=\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n"
    b"abc \x1b$B-!F|Dx\x1b(B\r\n\x1b(IC]LW\x1b(B \x1b$By!\x1b(B\r\n"
)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Write a message."""
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER)
    return path


def test_a_pipe_gets_json_lines(letter: Path) -> None:
    done = command("text", letter, letter)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["source"] for row in rows] == [str(letter)] * 2
    assert [(one["class"], one["field"], one["line"], one["column"]) for one in rows[0]["findings"]] == [
        ("nec-row13", "Subject", 1, 1),
        ("nec-row13", None, 1, 5),
        ("kana-halfwidth", None, 2, 1),
        ("nec-ibm", None, 2, 6),
    ]
    assert rows[0]["counts"] == {"kana-halfwidth": 1, "nec-ibm": 1, "nec-row13": 2}


def test_a_table_for_people(letter: Path, here: Run) -> None:
    done = here("text", "--format", "text", letter)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == str(letter)
    assert lines[1] == "body: text/plain, iso-2022-jp as declared, 39 bytes"
    assert lines[2].split() == ["place", "severity", "class", "text", "cell", "remark"]
    assert [line.split() for line in lines[3:7]] == [
        ["Subject:1:1", "warning", "nec-row13", "①", "13-1", "write", "(1)"],
        ["body:1:5", "warning", "nec-row13", "①", "13-1", "write", "(1)"],
        ["body:2:1", "warning", "kana-halfwidth", "ﾃﾝﾌﾗ", "write", "テンフラ"],
        ["body:2:6", "warning", "nec-ibm/emoji-au", "纊", "89-1", "perhaps", "write", "絖"],
    ]
    assert lines[7] == "1 kana-halfwidth, 1 nec-ibm, 2 nec-row13"


def test_clean_text_says_so(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "clean.eml"
    path.write_bytes(b"Subject: x\n\nhello\n")
    done = here("text", "--format", "text", path)
    assert done.stdout.splitlines()[-1] == "nothing that modern minds"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--fail-on", "warning"], 1, id="as severe"),
        pytest.param(["--fail-on", "info"], 1, id="more severe"),
        pytest.param(["--fail-on", "error"], 0, id="less severe"),
        pytest.param(["--fail-on", "error", "--policy", "strict-jp-2001"], 1, id="by the other policy"),
        pytest.param(["--fail-on", "nec-row13"], 1, id="a class"),
        pytest.param(["--fail-on", "gaiji"], 0, id="another class"),
        pytest.param(["--fail-on", "nonsense"], 2, id="no class"),
        pytest.param(["--policy", "2001"], 2, id="no policy"),
        pytest.param(["--fail-on", "text.nec-row13"], 1, id="a class as explain has it"),
        pytest.param(["--fail-on", "EMOJI-AU"], 1, id="a class that it may be of"),
        pytest.param(["--fix", "--format", "json"], 2, id="a report and a message"),
        pytest.param(["--fix", "--fail-on", "nec-ibm"], 1, id="left when the rest is fixed"),
        pytest.param(["--fix", "--fail-on", "nec-row13"], 0, id="fixed"),
        pytest.param(["-o", "x.eml"], 2, id="an output that nothing is written to"),
    ],
)
def test_exit_codes(letter: Path, here: Run, words: list[str], code: int) -> None:
    assert here("text", *words, letter).returncode == code


def test_what_stands_in_a_message_cannot_command_a_terminal(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "evil.eml"
    path.write_bytes(b'Content-Type: text/"\x1b[2J"; charset="\x1b]0;x\x07"\nX\x1b[1m: \x1b[2J\xff\n\n\x1b[31m\x9b2J\n')
    done = here("text", "--format", "text", path)
    assert done.returncode == 0
    assert not CONTROLS.search(done.stdout.replace("\n", ""))


def test_fix_writes_the_message_again(letter: Path, tmp_path: Path) -> None:
    target = tmp_path / "fixed.eml"
    done = command("text", "--fix", letter, "-o", target)
    assert done.returncode == 0
    assert done.stderr == f"mailkit: {letter}: 3 replaced; left as they are: 1 unsafe\n"
    fixed = target.read_bytes()
    assert b"abc (1)\x1b$BF|Dx\x1b(B\r\n\x1b$B%F%s%U%i\x1b(B \x1b$By!\x1b(B\r\n" in fixed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fixed.eml", "letter.eml"]
    again = command("text", target)
    assert json.loads(again.stdout)["counts"] == {"nec-ibm": 1}


def test_fix_in_place(letter: Path) -> None:
    command("text", "--fix", letter, "-o", letter)
    assert b"(1)" in letter.read_bytes()
    assert [path.name for path in letter.parent.iterdir()] == ["letter.eml"]


def test_fix_keeps_rights_and_links(letter: Path, tmp_path: Path) -> None:
    letter.chmod(0o600)
    link = tmp_path / "link.eml"
    link.symlink_to(letter)
    command("text", "--fix", letter, "-o", link)
    assert link.is_symlink()
    assert b"(1)" in letter.read_bytes()
    assert letter.stat().st_mode & 0o777 == 0o600


def test_fix_to_standard_output(letter: Path) -> None:
    done = command("text", "--fix", letter, "-o", "-")
    assert "(1)" in done.stdout
    assert command("text", "--fix", "-", stdin=LETTER).stdout == done.stdout


def test_a_near_miss_is_named(letter: Path, here: Run) -> None:
    done = here("text", "--fail-on", "nec-row12", letter)
    assert "did you mean nec-row13?" in done.stderr


def test_what_nobody_sees_is_shown_by_its_code(tmp_path: Path, here: Run) -> None:
    path = tmp_path / "hidden.eml"
    path.write_bytes("Content-Type: text/plain; charset=utf-8\n\na\u200b\n".encode())
    done = here("text", "--policy", "strict-jp-2001", "--format", "text", path)
    assert "U+200B  " in done.stdout


def test_fix_writes_one_message(letter: Path, here: Run) -> None:
    assert_one_clear_line(here("text", "--fix", letter, letter), 2, "one message")


def test_a_target_that_cannot_be_written_loses_nothing(letter: Path, here: Run) -> None:
    done = here("text", "--fix", letter, "-o", letter / "below")
    assert done.returncode == 3
    assert letter.read_bytes() == LETTER
