"""Makes a ``mailkit`` that is killed, by itself and with SIGKILL, at the point that a file beside it names.

The file ``mode`` holds one of: never; before, during or after the commit; random, at any time; and with ``once`` behind
it, one time only.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

_SCRIPT = """\
import os, pathlib, random, signal, sys, threading, time

sys.argv[0] = "mailkit"
place = pathlib.Path(sys.path[0]) / "mode"

def kill(point):
    words = place.read_text().split()
    if words[0] != point:
        return
    if words[1:] == ["once"]:
        place.write_text("never")
    os.kill(os.getpid(), signal.SIGKILL)

def later():
    time.sleep(random.random() * 0.7)
    kill("random")

threading.Thread(target=later, daemon=True).start()
from sqlalchemy import Engine, event
from mailkit.ledger import store

class Killed(store.Ledger):
    def record(self, events):
        kill("before")
        new = super().record(events)
        kill("after")
        return new

event.listen(Engine, "commit", lambda connection: kill("during"))
store.Ledger = Killed
from mailkit.cli import main

sys.exit(main())
"""


def make(folder: Path, python: str, environment: Mapping[str, str]) -> Path:
    """Write the command into a folder."""
    (folder / "killed.py").write_text(_SCRIPT)
    (folder / "mode").write_text("never")
    (folder / "mode").chmod(0o666)
    folder.chmod(0o777)
    return command(folder / "mailkit", [python, str(folder / "killed.py")], environment)


def command(target: Path, words: list[str], environment: Mapping[str, str]) -> Path:
    """Write a shell command that runs a program in an environment of its own."""
    given = " ".join(f"{key}={shlex.quote(value)}" for key, value in environment.items())
    target.write_text(f'#!/bin/sh\nexec env {given} {shlex.join(words)} "$@"\n')
    target.chmod(0o755)
    return target
