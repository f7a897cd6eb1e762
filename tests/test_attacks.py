"""Mails that broke parsers: time linear in their size, memory bounded, and something to say about each."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.inspection import inspect
from mailkit.message import parse
from mailkit.stream.parser import StreamParser
from tests.attacks import ATTACKS, Attack
from tests.strategies import ROOT

MIB = 1024 * 1024
WHOLE_BYTES = 16 * MIB
STREAM_BYTES = 4 * MIB


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, dict[str, Any]]]:
    """Measure every attack at its full size, in processes of their own."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in ("whole", "stream"):
        command = [sys.executable, "-m", "tests.measure", kind]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=True)
        found[kind] = {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_memory_is_bounded(name: str, measured: dict[str, dict[str, dict[str, Any]]]) -> None:
    whole, stream = measured["whole"][name], measured["stream"][name]
    assert whole["growth"] < WHOLE_BYTES, f"{whole['growth'] / MIB:.1f} MiB beyond an input of {whole['size']} bytes"
    assert stream["growth"] < STREAM_BYTES, f"{stream['growth'] / MIB:.1f} MiB for a stream of {stream['size']} bytes"


@pytest.mark.parametrize("name", ATTACKS)
def test_something_is_found(name: str) -> None:
    attack = ATTACKS[name]
    found = inspect(parse(attack.make(attack.full))).findings
    assert bool(found) == (not attack.sound), attack.sound or "nothing is said about it"


def taken_apart(data: bytes) -> None:
    """Do all that can be done with a message."""
    inspect(parse(data))


def streamed(data: bytes) -> None:
    """Feed a message in pieces, small ones where it is small."""
    parser = StreamParser()
    size = max(64, min(65_536, len(data) // 64))
    for start in range(0, len(data), size):
        parser.feed(data[start : start + size])
    parser.close()


def seconds(work: Callable[[bytes], None], data: bytes) -> float:
    """Give the processor time of one piece of work."""
    gc.disable()  # a full collection visits all that the test run holds, and falls on whom it likes
    try:
        start = time.process_time()
        work(data)
        return time.process_time() - start
    finally:
        gc.enable()


def growth(work: Callable[[bytes], None], attack: Attack, floor: float) -> tuple[float, int, float]:
    """Grow an attack until it takes a time that can be measured; say what twice as much costs."""
    n = 1024
    while n < attack.full and seconds(work, attack.make(n)) < floor:
        n *= 2
    once, twice = attack.make(n), attack.make(2 * n)
    best_once = best_twice = float("inf")
    for _ in range(6):  # noise only adds: take the least of each, and stop once they fit
        best_once = min(best_once, seconds(work, once))
        best_twice = min(best_twice, seconds(work, twice))
        if best_twice < 3.0 * best_once or best_twice > 2.0:
            break
    return best_twice / max(best_once, 1e-4), n, best_twice


@pytest.mark.parametrize("work", [taken_apart, streamed])
@pytest.mark.parametrize("name", ATTACKS)
def test_time_grows_with_the_size(name: str, work: Callable[[bytes], None]) -> None:
    seconds(work, ATTACKS[name].make(512))  # what is loaded or compiled on first use
    times, size, last = growth(work, ATTACKS[name], 0.01)
    assert times < 3.5 or last < 0.01, f"{size} bytes, then twice as many: {times:.1f} times as long, {last:.2f} s"


@pytest.mark.slow
@pytest.mark.parametrize("work", [taken_apart, streamed])
@pytest.mark.parametrize("name", ATTACKS)
def test_time_grows_with_the_size_of_large_input(name: str, work: Callable[[bytes], None]) -> None:
    times, size, last = growth(work, ATTACKS[name], 0.3)
    assert times < 3.5 or last < 0.01, f"{size} bytes, then twice as many: {times:.1f} times as long, {last:.2f} s"
