"""RAR 1.5 to 4 and RAR 5: names, what is stored, what is locked, what leads out."""

from __future__ import annotations

import pytest

from mailkit.attachments.archives.rar import read_rar
from mailkit.limits import Limits
from tests.attachments.builders_archives import (
    FILES,
    PROGRAM,
    assert_bounded,
    codes,
    contents,
    pieces,
    rar4,
    rar4_block,
    rar4_file,
    rar5,
    rar5_block,
    rar5_file,
    rar5_record,
    reasons,
    vint,
)
from tests.timing import assert_linear, flood

OLD = rar4(*(rar4_file(name.replace("/", "\\").encode(), data) for name, data in FILES))
NEW = rar5(*(rar5_file(name, data) for name, data in FILES))


def link(kind: int, target: bytes) -> bytes:
    """Make the record of a link."""
    return rar5_record(5, vint(kind) + vint(0) + vint(len(target)) + target)


@pytest.mark.parametrize(
    "archive", [OLD, NEW, PROGRAM + OLD, PROGRAM + b"Rar!\x1a\x07" + NEW], ids=["4", "5", "sfx", "sfx 5"]
)
def test_stored(archive: bytes) -> None:
    assert contents(read_rar, archive) == dict(FILES)
    assert (codes(read_rar, archive), reasons(read_rar, archive)) == (set(), set())


@pytest.mark.parametrize(
    ("archive", "found", "why"),
    [
        pytest.param(rar4(rar4_file(b"a.doc", b"xx", method=0x33)), set(), {"UNSUPPORTED"}, id="4 compressed"),
        pytest.param(rar5(rar5_file("a.doc", b"xx", method=3)), set(), {"UNSUPPORTED"}, id="5 compressed"),
        pytest.param(rar4(rar4_file(b"a.doc", b"xx", flags=4)), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="4 locked"),
        pytest.param(
            rar5(rar5_file("a.doc", b"xx", rar5_record(1, bytes(20)))), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="5 locked"
        ),
        pytest.param(rar4(b"x" * 90, flags=0x80), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="4 names locked"),
        pytest.param(rar5(rar5_block(4, bytes(20)), b"x" * 90), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="5 names locked"),
        pytest.param(rar4(rar4_file(b"a.doc", b"xx", flags=2), flags=1), set(), {"PARTIAL"}, id="4 volume"),
        pytest.param(rar5(rar5_file("a.doc", b"xx", flags=0x10), flags=1), set(), {"PARTIAL"}, id="5 volume"),
        pytest.param(rar4(rar4_file(b"..\\..\\a.txt", b"xx")), {"ARCHIVE_TRAVERSAL"}, set(), id="4 leads out"),
        pytest.param(rar5(rar5_file("../a.txt", b"xx")), {"ARCHIVE_TRAVERSAL"}, set(), id="5 leads out"),
        pytest.param(rar5(rar5_file("a/l", b"", link(1, b"../../x"))), {"ARCHIVE_LINK"}, set(), id="5 link"),
        pytest.param(rar5(rar5_file("a/l", b"", link(1, b"../x"))), set(), set(), id="5 link that stays"),
        pytest.param(rar5(rar5_file("a/l", b"", link(4, b"../x"))), {"ARCHIVE_LINK"}, set(), id="5 hard link"),
        pytest.param(
            rar4(rar4_file(b"l", b"/etc/passwd", mode=0xA1FF)), {"ARCHIVE_LINK"}, set(), id="4 link"
        ),
        pytest.param(
            rar5(rar5_file("STM", b"xx", rar5_record(7, b":../../a.lnk"))),
            {"ARCHIVE_TRAVERSAL"},
            set(),
            id="5 stream that leads out",
        ),
        pytest.param(rar5(rar5_file("CMT", b"a comment")), set(), set(), id="5 comment"),
        pytest.param(b"Rar!\x1a\x07", {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="nothing"),
    ],
)  # fmt: skip
def test_what_is_told(archive: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(read_rar, archive), reasons(read_rar, archive)) == (found, why)


def test_known_by_name() -> None:
    for archive in (rar4(rar4_file(b"a.exe", b"xx", method=0x33)), rar5(rar5_file("a.exe", b"xx", method=5))):
        assert contents(read_rar, archive) == {"a.exe": None}


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        (b"a?.exe\0\x30\x1c\x61\x42\x02", 0x200, "aあ.exe"),
        (b"caf\xc3\xa9.exe", 0x200, "café.exe"),
        (b"\x8e\x91\x97\xbf.exe", 0, "資料.exe"),
        (b"abc\0\0\xb0\x36\x04\x80\x01", 0x200, "жcd"),
    ],
)
def test_names(raw: bytes, flags: int, name: str) -> None:
    assert list(contents(read_rar, rar4(rar4_file(raw, b"x", flags)))) == [name]


def test_a_wrong_checksum_is_told_and_reading_goes_on() -> None:
    for archive in (OLD.replace(b"setup", b"Setup"), NEW.replace(b"setup", b"Setup")):
        assert codes(read_rar, archive) == {"ARCHIVE_MALFORMED"}
        assert list(contents(read_rar, archive)) == ["Setup.exe", "docs/read me.txt"]


@pytest.mark.parametrize("archive", [OLD, NEW], ids=["4", "5"])
def test_damage(archive: bytes) -> None:
    assert_bounded(read_rar, archive)


def test_limits() -> None:
    for archive in (rar4(*[rar4_file(b"a", b"x")] * 9), rar5(*[rar5_file("a", b"x")] * 9)):
        assert reasons(read_rar, archive, Limits(member_count=8)) == {"PARTS"}
        assert reasons(read_rar, archive, Limits(unpacked_bytes=5)) == {"BYTES"}


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        (rar4_block(0x75, 0, b""), rar4()[:20]),
        (rar4_file(b"a", b""), rar4()[:20]),
        (rar5_block(9, b""), rar5()[:8]),
        (b"Rar!\x1a\x07\x00", b""),
        (b"\x80", rar5()[:12]),
    ],
)
def test_floods(unit: bytes, start: bytes) -> None:
    assert_linear(lambda data: pieces(read_rar, data), flood(unit, start))
