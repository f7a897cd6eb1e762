"""Resident memory, told by the kernel; what takes memory is measured in a process of its own.

Little is imported here: what was freed before is taken again without being seen.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATUS = Path("/proc/self/status")
NOT_TOLD = "resident memory is not told here"


def resident(row: str) -> int:
    """Give the bytes that are resident now (VmRSS) or were at most (VmHWM).

    They are those of this process alone, which `ru_maxrss` is not after an exec.
    """
    text = STATUS.read_text("ascii")
    return int(text.partition(f"{row}:")[2].split()[0]) * 1024


def numbers_of(code: str, *words: object) -> list[int]:
    """Run code in a process of its own; give the numbers that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=300,
    )
    return [*map(int, done.stdout.split())]
