"""7z: plain and packed headers, with and without parts, the methods that are undone, what is locked."""

from __future__ import annotations

import bz2
import lzma
import zlib
from pathlib import Path

import pytest

from mailkit.attachments.archives.sevenzip import read_sevenzip
from mailkit.limits import Limits
from tests.attachments.builders_archives import (
    FILES,
    LZMA2,
    PROGRAM,
    RAW,
    assert_bounded,
    codes,
    contents,
    made_by,
    pieces,
    reasons,
    seven,
    seven_file,
    seven_number,
)
from tests.timing import assert_linear, flood

CONTENT = b"".join(data for _, data in FILES)
DEFLATED = zlib.compress(CONTENT)[2:-4]
LOCKED = b"\x24\x06\xf1\x07\x01\x01\x00"
SINGLE = FILES[:1]


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(seven(FILES), id="stored"),
        pytest.param(seven(FILES, LZMA2, lzma.compress(CONTENT, lzma.FORMAT_RAW, filters=RAW)), id="LZMA2"),
        pytest.param(seven(FILES, b"\x03\x04\x01\x08", DEFLATED), id="Deflate"),
        pytest.param(seven(FILES, b"\x03\x04\x02\x02", bz2.compress(CONTENT)), id="bzip2"),
        pytest.param(PROGRAM + seven(FILES), id="behind a program"),
    ],
)
def test_methods(archive: bytes) -> None:
    assert contents(read_sevenzip, archive) == dict(FILES)
    assert (codes(read_sevenzip, archive), reasons(read_sevenzip, archive)) == (set(), set())


def test_without_a_list_of_parts() -> None:
    """7-Zip opens this: a folder that is not cut is one file."""
    assert contents(read_sevenzip, seven(SINGLE, is_cut=False)) == dict(SINGLE)


def test_packed_header() -> None:
    plain = seven(FILES)
    header = plain[32 + len(CONTENT) :]
    packed = lzma.compress(header, lzma.FORMAT_RAW, filters=RAW)
    number = seven_number
    where = b"\x17\x06" + number(len(CONTENT)) + b"\1\x09" + number(len(packed)) + b"\0"
    where += b"\x07\x0b\1\0\1" + LZMA2 + b"\x0c" + number(len(header)) + b"\0\0"
    archive = seven_file(CONTENT + packed, where)
    assert contents(read_sevenzip, archive) == dict(FILES)
    assert_bounded(read_sevenzip, archive, 3)
    locked = seven_file(CONTENT + packed, where.replace(LZMA2, LOCKED))
    assert (codes(read_sevenzip, locked), reasons(read_sevenzip, locked)) == ({"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"})


@pytest.mark.parametrize(
    "options",
    [
        ("-mx0",),
        ("-m0=LZMA", "-mhc=off"),
        ("-m0=LZMA2",),
        ("-m0=BZip2",),
        ("-m0=Deflate",),
        ("-m0=BCJ", "-m1=LZMA"),
        ("-m0=Delta:4", "-m1=LZMA2"),
        ("-m0=BCJ", "-m1=Deflate"),
        ("-ms=off",),
    ],
    ids=" ".join,
)
def test_what_7zip_writes(tmp_path: Path, options: tuple[str, ...]) -> None:
    data = made_by(tmp_path, "a.7z", "7z", "a", *options, "OUT", ".")
    assert contents(read_sevenzip, data) == dict(FILES)
    assert (codes(read_sevenzip, data), reasons(read_sevenzip, data)) == (set(), set())


def test_what_7zip_locks(tmp_path: Path) -> None:
    data = made_by(tmp_path, "a.7z", "7z", "a", "-psecret", "OUT", ".")
    assert contents(read_sevenzip, data) == dict.fromkeys(dict(FILES))
    assert (codes(read_sevenzip, data), reasons(read_sevenzip, data)) == ({"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"})
    data = made_by(tmp_path, "b.7z", "7z", "a", "-psecret", "-mhe=on", "OUT", ".")
    assert contents(read_sevenzip, data) == {}
    assert (codes(read_sevenzip, data), reasons(read_sevenzip, data)) == ({"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"})


@pytest.mark.parametrize(
    ("archive", "found", "why"),
    [
        pytest.param(seven(FILES, LOCKED), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="locked"),
        pytest.param(seven(FILES, b"\x03\x03\x04\x01"), set(), {"UNSUPPORTED"}, id="PPMd"),
        pytest.param(seven([("../a", b"x")]), {"ARCHIVE_TRAVERSAL"}, set(), id="leads out"),
        pytest.param(seven(FILES, LZMA2, b"\xff" * 50), set(), {"MALFORMED"}, id="no LZMA2"),
        pytest.param(seven(FILES, packed=b"x"), set(), {"MALFORMED"}, id="too short"),
        pytest.param(seven(FILES)[:200], set(), {"PARTIAL"}, id="a volume"),
        pytest.param(seven_file(b"", b"\1\x63"), {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="header"),
        pytest.param(seven_file(b"", b""), set(), set(), id="empty"),
        pytest.param(b"7z", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="nothing"),
    ],
)
def test_what_is_told(archive: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(read_sevenzip, archive), reasons(read_sevenzip, archive)) == (found, why)


def test_damage() -> None:
    assert_bounded(read_sevenzip, seven(FILES), 3)


def test_a_bomb() -> None:
    many = [("a", bytes(40 << 20)), ("b", PROGRAM)]
    packed = lzma.compress(b"".join(data for _, data in many), lzma.FORMAT_RAW, filters=RAW)
    found = contents(read_sevenzip, seven(many, LZMA2, packed))
    assert len(found["a"] or b"") <= max(1 << 20, 200 * len(packed))
    assert found["b"] is None
    assert reasons(read_sevenzip, seven(many, LZMA2, packed)) == {"RATIO"}


def test_limits() -> None:
    assert reasons(read_sevenzip, seven([("a", b"x")] * 9), Limits(member_count=8)) == {"PARTS"}


@pytest.mark.parametrize("kind", [b"\x02", b"\x03", b"\x05", b"\x11"])
def test_floods(kind: bytes) -> None:
    assert_linear(
        lambda data: pieces(read_sevenzip, seven_file(b"", b"\1" + data)), flood(kind + b"\1\0", b"\x05\x81\0" * 2)
    )


def test_a_flood_of_files() -> None:
    assert_linear(
        lambda data: pieces(read_sevenzip, seven([(str(at), b"x") for at in range(len(data))])),
        flood(b"x"),
        most=1 << 12,
    )
