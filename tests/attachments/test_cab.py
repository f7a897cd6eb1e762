"""Cabinets: stored and MSZIP, names, pieces of larger sets."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailkit.attachments.archives.cab import read_cab
from mailkit.limits import Limits
from tests.attachments.builders_archives import (
    FILES,
    PROGRAM,
    assert_bounded,
    cab,
    codes,
    contents,
    made_by,
    pieces,
    reasons,
)
from tests.timing import assert_linear, flood

RAW = [(name.replace("/", "\\").encode(), data) for name, data in FILES]


@pytest.mark.parametrize("method", [0, 1], ids=["stored", "MSZIP"])
def test_methods(method: int) -> None:
    data = cab(RAW, method)
    assert contents(read_cab, data) == dict(FILES)
    assert (codes(read_cab, data), reasons(read_cab, data)) == (set(), set())
    assert contents(read_cab, PROGRAM + data) == dict(FILES)
    assert_bounded(read_cab, data)


def test_blocks_share_their_window() -> None:
    big = random.Random(3).randbytes(20_000) * 6
    assert contents(read_cab, cab([(b"a.bin", big)], 1)) == {"a.bin": big}


@pytest.mark.parametrize("options", [("-z",), ("-n",)], ids=" ".join)
def test_what_gcab_writes(tmp_path: Path, options: tuple[str, ...]) -> None:
    words = () if options == ("-n",) else options
    data = made_by(tmp_path, "a.cab", "gcab", "-c", *words, "OUT", "setup.exe", "docs/read me.txt")
    assert sorted(contents(read_cab, data).values(), key=str) == sorted((data for _, data in FILES), key=str)
    assert (codes(read_cab, data), reasons(read_cab, data)) == (set(), set())


@pytest.mark.parametrize(
    ("archive", "found", "why"),
    [
        pytest.param(cab(RAW, 2), set(), {"UNSUPPORTED"}, id="Quantum"),
        pytest.param(cab(RAW, 3), set(), {"UNSUPPORTED"}, id="LZX"),
        pytest.param(cab(RAW, 0, 0xFFFE), set(), {"PARTIAL"}, id="goes on"),
        pytest.param(cab(RAW, 0, 7), set(), {"MALFORMED"}, id="no such folder"),
        pytest.param(cab([(b"..\\a", b"x")]), {"ARCHIVE_TRAVERSAL"}, set(), id="leads out"),
        pytest.param(cab([(b"a", b"x")])[:-1], set(), {"MALFORMED"}, id="cut"),
        pytest.param(b"MSCF", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="nothing"),
    ],
)
def test_what_is_told(archive: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(read_cab, archive), reasons(read_cab, archive)) == (found, why)
    assert all(data is None for data in contents(read_cab, archive).values()) or not why


def test_a_bomb() -> None:
    data = cab([(b"a", bytes(9 << 20)), (b"setup.exe", PROGRAM)], 1)
    assert reasons(read_cab, data) == {"RATIO"}
    assert list(contents(read_cab, data)) == ["a", "setup.exe"]


def test_limits() -> None:
    assert reasons(read_cab, cab([(b"a", b"x")] * 9), Limits(member_count=8)) == {"PARTS"}


@pytest.mark.parametrize("unit", [b"\0" * 16 + b"a\0", bytes(8), b"MSCF\0\0\0\0"])
def test_floods(unit: bytes) -> None:
    start = bytearray(cab([(b"a", b"x")], 1)[:44])
    start[26:30] = b"\xff" * 4
    assert_linear(lambda data: pieces(read_cab, data), flood(unit, bytes(start)))
