"""Mails that broke parsers: time linear in their size, memory bounded, and something to say about each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.inspection import inspect
from mailkit.limits import DEFAULT
from mailkit.message import parse
from mailkit.stream.parser import StreamParser
from tests.attacks import ATTACKS
from tests.strategies import ROOT
from tests.timing import assert_linear

MIB = 1024 * 1024
WHOLE_BYTES = 16 * MIB
STREAM_BYTES = 19 * MIB // 4
"""Less than the smallest input, so that a stream that is kept whole is found; 3.7 MiB are usual, 4.3 were seen under load."""
SMALL_BYTES = 100_000
TOLD_BYTES = DEFAULT.header_block_bytes + 1
"""Beyond the largest limit that one of them meets."""


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


def assert_told(name: str, told: object) -> None:
    """Check that something is said about an attack, and nothing where all is sound."""
    assert bool(told) == (not ATTACKS[name].sound), ATTACKS[name].sound or "nothing is said about it"


@pytest.mark.parametrize("name", ATTACKS)
def test_something_is_found(name: str) -> None:
    attack = ATTACKS[name]
    sizes = (min(attack.full, size) for size in (SMALL_BYTES, TOLD_BYTES))
    assert_told(name, any(inspect(parse(attack.make(size))).findings for size in sizes))


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_something_is_found_at_full_size(name: str, measured: dict[str, dict[str, dict[str, Any]]]) -> None:
    assert_told(name, measured["whole"][name]["codes"])


def taken_apart(data: bytes) -> None:
    """Do all that can be done with a message."""
    inspect(parse(data))


def viewed(data: bytes) -> None:
    """Read a message in every reading."""
    parse(data).views()


def streamed(data: bytes) -> None:
    """Feed a message in pieces, small ones where it is small."""
    parser = StreamParser()
    size = max(64, min(65_536, len(data) // 64))
    for start in range(0, len(data), size):
        parser.feed(data[start : start + size])
    parser.close()


@pytest.mark.parametrize("work", [taken_apart, viewed, streamed])
@pytest.mark.parametrize("name", ATTACKS)
def test_time_grows_with_the_size(name: str, work: Callable[[bytes], None]) -> None:
    assert_linear(work, ATTACKS[name].make, most=ATTACKS[name].full)


@pytest.mark.slow
@pytest.mark.parametrize("work", [taken_apart, viewed, streamed])
@pytest.mark.parametrize("name", ATTACKS)
def test_time_grows_with_the_size_of_large_input(name: str, work: Callable[[bytes], None]) -> None:
    assert_linear(work, ATTACKS[name].make, 0.1, ATTACKS[name].full)
