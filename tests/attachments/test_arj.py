"""ARJ: stored, packed in all methods, locked, in volumes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailkit.attachments.archives.arj import read_arj
from mailkit.limits import Limits
from tests.attachments.builders_archives import (
    FILES,
    PROGRAM,
    arj,
    arj_header,
    assert_bounded,
    codes,
    contents,
    lzh_codes,
    made_by,
    pieces,
    reasons,
)
from tests.timing import assert_linear, flood

STORED = arj(*(arj_header(0, name.encode(), data, len(data)) for name, data in FILES))


def test_stored() -> None:
    for archive in (STORED, PROGRAM + b"\x60\xea" + STORED):
        assert contents(read_arj, archive) == dict(FILES)
        assert (codes(read_arj, archive), reasons(read_arj, archive)) == (set(), set())
    assert_bounded(read_arj, STORED)


def test_packed() -> None:
    data = arj(arj_header(0, b"a", lzh_codes(b"abc", 5, 4), 27, (1, 0)))
    assert contents(read_arj, data) == {"a": b"ab" + b"c" * 25}
    assert_bounded(read_arj, data)


@pytest.mark.parametrize("method", range(5))
def test_what_arj_writes(tmp_path: Path, method: int) -> None:
    data = made_by(tmp_path, "a.arj", "arj", "a", f"-m{method}", "OUT", "setup.exe", "docs/read me.txt")
    assert contents(read_arj, data) == dict(FILES)
    assert (codes(read_arj, data), reasons(read_arj, data)) == (set(), set())


@pytest.mark.parametrize(
    ("archive", "found", "why"),
    [
        pytest.param(arj(arj_header(0, b"a", b"x", 1, (0, 1))), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="locked"),
        pytest.param(arj(arj_header(0, b"a", b"x", 1, (0, 4))), set(), {"PARTIAL"}, id="volume"),
        pytest.param(arj(arj_header(0, b"a", b"x", 1, (9, 0))), set(), {"UNSUPPORTED"}, id="method"),
        pytest.param(arj(arj_header(0, b"a", b"", 9, (4, 0))), set(), {"MALFORMED"}, id="no codes"),
        pytest.param(arj(arj_header(0, b"../a", b"x", 1)), {"ARCHIVE_TRAVERSAL"}, set(), id="leads out"),
        pytest.param(arj(arj_header(3, b"d")), set(), set(), id="folder"),
        pytest.param(STORED.replace(b"setup", b"Setup"), {"ARCHIVE_MALFORMED"}, set(), id="checksum"),
        pytest.param(STORED[:-4], {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="no end"),
        pytest.param(b"\x60\xea", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="nothing"),
    ],
)
def test_what_is_told(archive: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(read_arj, archive), reasons(read_arj, archive)) == (found, why)


def test_limits() -> None:
    assert reasons(read_arj, arj(*[arj_header(0, b"a", b"x", 1)] * 9), Limits(member_count=8)) == {"PARTS"}


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        (arj_header(0, b"a"), arj()[:-4]),
        (b"\x60\xea", b""),
        (b"\xaa" * 50, arj_header(2, b"") + arj_header(0, b"a", b"x" * 60000, 1 << 30, (4, 0))[:-60000]),
    ],
)
def test_floods(unit: bytes, start: bytes) -> None:
    assert_linear(lambda data: pieces(read_arj, data), flood(unit, start))
