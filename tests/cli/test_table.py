"""The table of `classify`: nothing that decides is cut, rows come as they are known, and files can be told apart."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.cli.table import FIRST_ROWS, HEAD, Rows, cut, fold
from mailkit.syntax.widths import width_of
from tests.cli.running import Run, on_a_terminal
from tests.strategies import OWN, ROOT

FULL = OWN / "postfix-full.eml"
ADDRESS = "a-rather-long-local-part.of-somebody@a-rather-long-domain.example"


ROW = ("0123456789" * 3, "failure", ADDRESS, "5.1.1", "bad-mailbox", "hard", "550 5.1.1 no such user")


@pytest.mark.parametrize("columns", [20, 30, 40, 60, 70, 80, 100, 120, 200])
def test_what_decides_is_whole_whatever_the_width(columns: int, capsys: pytest.CaptureFixture[str]) -> None:
    rows = Rows(HEAD, coloured=False)
    rows.room = columns
    rows.add(ROW)
    rows.end()
    lines = capsys.readouterr().out.splitlines()
    words = [word for line in lines for word in line.split() if word not in HEAD[-1]]
    assert set(ROW[1:6:2]) | {"bad-mailbox"} <= set(words)
    assert "".join(word for word in words if word in ADDRESS and len(word) > 1) == ADDRESS
    assert "".join(word for word in words if word.isdecimal() and word != "550") == ROW[0]
    if columns >= 40:
        assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_real_terminal(columns: int) -> None:
    lines = on_a_terminal("classify", "--color", "never", FULL, columns=columns).splitlines()
    assert {"failure", "5.2.2", "full", "soft"} <= {word for line in lines for word in line.split()}
    assert max(map(len, lines)) <= columns


def test_later_rows_widen_what_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Rows(HEAD, coloured=False)
    rows.room = 120
    for _ in range(FIRST_ROWS):
        rows.add(("a", "delay", "b@c.example", "4.2.2", "full", "soft", ""))
    rows.add(("a", "auto-reply", "b@c.example", "5.7.606", "bad-mailbox", "block", ""))
    *_, before, last = capsys.readouterr().out.splitlines()
    assert before.split() == ["a", "delay", "b@c.example", "4.2.2", "full", "soft"]
    assert last.split() == ["a", "auto-reply", "b@c.example", "5.7.606", "bad-mailbox", "block"]


def test_two_folders_with_the_same_names(tmp_path: Path, here: Run) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.eml").write_bytes(FULL.read_bytes())
    _, *rows = here("classify", "--format", "table", tmp_path).stdout.splitlines()
    assert [row.split()[0] for row in rows] == [str(tmp_path / name / "a.eml") for name in ("one", "two")]


def test_rows_are_printed_as_they_come() -> None:
    leader, follower = pty.openpty()
    line = b"From a@b.example Tue Nov 24 20:10:46 2026\n"
    with subprocess.Popen(
        [sys.executable, "-m", "mailkit", "classify", "--format", "table", "--color", "never", "-"],
        stdin=subprocess.PIPE,
        stdout=follower,
        cwd=ROOT,
    ) as running:
        os.close(follower)
        assert running.stdin is not None
        for _ in range(60):
            running.stdin.write(line + FULL.read_bytes() + b"\n")
        running.stdin.flush()
        seen = b""
        while b"-#40" not in seen:  # standard input is still open
            assert select.select([leader], [], [], 30)[0], "nothing comes while the input is open"
            seen += os.read(leader, 65536)
        running.stdin.close()
        running.wait(timeout=60)
    os.close(leader)
    assert seen.startswith(b"file")


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        pytest.param("short", 10, ["short"], id="fits"),
        pytest.param("", 10, [""], id="empty"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="anywhere"),
        pytest.param("folder/file.eml", 9, ["folder/", "file.eml"], id="behind a slash"),
        pytest.param("someone@example.org", 14, ["someone", "@example.org"], id="before an @"),
        pytest.param("宛先宛先", 4, ["宛先", "宛先"], id="wide characters"),
        pytest.param("宛先", 1, ["宛", "先"], id="less than a character"),
    ],
)
def test_fold(text: str, room: int, lines: list[str]) -> None:
    assert fold(text, room) == lines


@pytest.mark.parametrize("room", [1, 2, 5, 9])
def test_cut_never_takes_more_than_there_is(room: int) -> None:
    for text in ("plain words", "宛先が見つかりません", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"):
        assert width_of(cut(text, room)) <= room
