"""Programs of others from the package index, in virtual environments of their own, with this mailkit beside them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.strategies import ROOT

SECONDS = 300.0
KEPT = os.environ.get("MAILKIT_KEPT_VENVS")
"""A folder that keeps what is installed from run to run; mailkit itself is installed anew each time."""


def run(*words: str | Path, folder: Path | None = None, **asks: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with these variables besides those there are."""
    return subprocess.run(
        words, cwd=folder, env={**os.environ, **asks}, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def pip(python: Path, *words: str | Path) -> None:
    """Run pip; skip where the index cannot be reached, fail where something else is wrong."""
    done = run(python, "-m", "pip", "-q", "--disable-pip-version-check", *words)
    if done.returncode and re.search("No matching distribution|Could not find a version|onnection", done.stderr):
        pytest.skip(f"the package index cannot be reached: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


def installed(factory: pytest.TempPathFactory, name: str, *needs: str) -> Path:
    """Give a folder with a virtual environment in ``venv`` that has mailkit and what else is needed."""
    folder = Path(KEPT) / name if KEPT else factory.mktemp(name)
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        done = run(sys.executable, "-m", "venv", folder / "venv")
        assert done.returncode == 0, done.stderr
    pip(python, "install", *needs, ROOT)
    return folder
