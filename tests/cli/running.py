"""The command as its users run it: in a process of its own, by a shell, on a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

from tests.strategies import ROOT

CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal takes for more than text."""

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def command(*words: str | Path, stdin: bytes = b"", **environment: str) -> Done:
    """Run the command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "mailkit", *map(str, words)],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
    )
    return Done(done.args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8"))


def shell(line: str, *words: str | Path) -> Done:
    """Run a line of sh in which ``$@`` is the command and its words."""
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", sys.executable, "-m", "mailkit", *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )


def on_a_terminal(*words: str | Path, columns: int = 120, environment: dict[str, str] | None = None) -> str:
    """Run the command on a terminal; give what it writes there."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, columns))
    settings = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS"}}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mailkit", *map(str, words)],
            stdout=follower,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
            env={**settings, "TERM": "xterm", **(environment or {})},
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return os.read(leader, 65536).decode()
    finally:
        os.close(follower)
        os.close(leader)


def assert_one_clear_line(done: Done, code: int, words: str) -> None:
    """Check exit code and stderr: one line, ours, that says what is wrong."""
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("mailkit: ")
    assert words in lines[0]
