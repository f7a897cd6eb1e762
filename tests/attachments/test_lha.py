"""LZH: headers of four levels, names, the methods that are undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailkit.attachments.archives.lha import read_lha
from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member
from mailkit.limits import DEFAULT, Limits
from tests.attachments.builders_archives import (
    FILES,
    PROGRAM,
    assert_bounded,
    codes,
    contents,
    lzh_codes,
    lzh_header,
    made_by,
    pieces,
    reasons,
)
from tests.timing import assert_linear, flood


def archive(level: int) -> bytes:
    """Write the files with headers of a level."""
    return b"".join(lzh_header(name.encode(), data, len(data), level=level) for name, data in FILES) + b"\0"


@pytest.mark.parametrize("level", range(4))
def test_levels(level: int) -> None:
    data = archive(level)
    assert contents(read_lha, data) == dict(FILES)
    assert (codes(read_lha, data), reasons(read_lha, data)) == (set(), set())
    assert contents(read_lha, PROGRAM + data) == dict(FILES)
    assert_bounded(read_lha, data)


@pytest.mark.parametrize(("method", "distances"), [(b"-lh4-", 4), (b"-lh5-", 4), (b"-lh6-", 5), (b"-lh7-", 5)])
def test_methods(method: bytes, distances: int) -> None:
    packed = lzh_codes(b"abc", distances, repeats=50)
    data = lzh_header(b"a.txt", packed, 303, method) + b"\0"
    assert contents(read_lha, data) == {"a.txt": b"ab" + b"c" * 301}
    assert reasons(read_lha, data) == set()
    assert_bounded(read_lha, data)


@pytest.mark.parametrize("method", ["5", "6", "7"])
@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_what_jlha_writes(tmp_path: Path, level: str, method: str) -> None:
    data = made_by(tmp_path, "a.lzh", "jlha", f"a{level}o{method}", "OUT", "setup.exe", "docs/read me.txt")
    assert contents(read_lha, data) == dict(FILES)
    assert (codes(read_lha, data), reasons(read_lha, data)) == (set(), set())


@pytest.mark.parametrize(
    ("data", "found", "why"),
    [
        pytest.param(lzh_header(b"..\\a", b"x", 1), {"ARCHIVE_TRAVERSAL"}, set(), id="leads out"),
        pytest.param(lzh_header(b"l|../x", b"", 0, b"-lhd-"), {"ARCHIVE_LINK"}, set(), id="link"),
        pytest.param(lzh_header(b"d\\", b"", 0, b"-lhd-"), set(), set(), id="folder"),
        pytest.param(lzh_header(b"a", b"x", 9, b"-lh1-"), set(), {"UNSUPPORTED"}, id="method"),
        pytest.param(lzh_header(b"a", b"\xff" * 40, 9, b"-lh5-"), set(), {"MALFORMED"}, id="no codes"),
        pytest.param(lzh_header(b"abc", b"x", 1).replace(b"abc", b"abd"), {"ARCHIVE_MALFORMED"}, set(), id="checksum"),
        pytest.param(lzh_header(b"a", b"x", 1) + b"what", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="behind"),
        pytest.param(b"-lh0-", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="nothing"),
        pytest.param(lzh_header(b"a", lzh_codes(b"a", 4, 400_000), 1 << 30, b"-lh5-"), set(), {"RATIO"}, id="bomb"),
    ],
)
def test_what_is_told(data: bytes, found: set[str], why: set[str]) -> None:
    assert codes(read_lha, data) == found
    assert reasons(read_lha, data) & why == why


def test_names() -> None:
    assert list(contents(read_lha, lzh_header("表示.exe".encode("cp932"), b"x", 1))) == ["表示.exe"]
    assert list(contents(read_lha, lzh_header("図/表.exe".encode("cp932"), b"x", 1, level=2))) == ["図/表.exe"]


def test_slow_work_is_shared() -> None:
    """What is decoded in Python has one bound for a whole message."""
    budget = Budget(DEFAULT, lambda: 0.0)
    data = lzh_header(b"a", lzh_codes(bytes(60_000)), 60_000, b"-lh5-")
    found = [piece for _ in range(12) for piece in read_lha(data, budget)]
    whole = [piece for piece in found if isinstance(piece, Member) and piece.data == bytes(60_000)]
    assert len(whole) == 8
    assert {piece.reason for piece in found if isinstance(piece, Gap)} == {"TIME"}


def test_limits() -> None:
    assert reasons(read_lha, lzh_header(b"a", b"x", 1) * 9, Limits(member_count=8)) == {"PARTS"}


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        (lzh_header(b"a", b"", 0, level=2), b""),
        (lzh_codes(b"a"), lzh_header(b"a", b"", 1 << 30, b"-lh5-")[:-3]),
        (b"-lh", b""),
        (b"\x05\0\0", lzh_header(b"a", b"", 0, level=1)[:-2]),
    ],
)
def test_floods(unit: bytes, start: bytes) -> None:
    assert_linear(lambda data: pieces(read_lha, data), flood(unit, start))
