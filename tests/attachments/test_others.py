"""Archives that are seldom met: names, and what is stored in them."""

from __future__ import annotations

import struct
import zlib

import pytest

from mailkit.attachments.archives.others import read_ace, read_alz, read_chm, read_closed, read_egg, read_xar, read_zoo
from mailkit.attachments.entries import leads_out
from mailkit.attachments.pieces import Reader
from tests.attachments.builders_archives import PROGRAM, assert_bounded, codes, contents, lzh_codes, pieces, reasons
from tests.timing import assert_linear, flood


def ace_block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
    """Write a header of ACE with its checksum."""
    head = struct.pack("<BH", kind, flags) + body
    return struct.pack("<HH", ~zlib.crc32(head) & 0xFFFF, len(head)) + head + data


def ace(name: bytes, data: bytes, method: int = 0, flags: int = 1) -> bytes:
    """Write an archive of one file."""
    main = ace_block(0, 0x9000, b"**ACE**" + bytes([20, 20, 2, 0]) + bytes(16))
    body = struct.pack("<IIIII", len(data), len(data), 0, 0x20, 0) + bytes([method, 3, 0, 0]) + bytes(2)
    return main + ace_block(1, flags, body + struct.pack("<H", len(name)) + name, data)


def zoo(name: bytes, data: bytes, size: int, method: int = 0) -> bytes:
    """Write an archive of one file."""
    start, after = 42, 42 + 60 + len(data)
    head = b"ZOO 2.10 Archive.\x1a".ljust(20, b"\0") + b"\xdc\xa7\xc4\xfd" + struct.pack("<I", start) + bytes(14)
    row = struct.pack(
        "<4sBBIIHHHIIBB", b"\xdc\xa7\xc4\xfd", 1, method, after, start + 60, 0, 0, 0, size, len(data), 2, 0
    )
    row += bytes(8) + name.ljust(13, b"\0")
    end = (b"\xdc\xa7\xc4\xfd" + bytes(60)).ljust(60, b"\0")
    return head + row.ljust(60, b"\0") + data + end


def alz(name: bytes, data: bytes, size: int, method: int = 0, bits: int = 0x40) -> bytes:
    """Write an archive of one file."""
    row = struct.pack("<HBIBB", len(name), 0x20, 0, bits, 0) + struct.pack("<BBIII", method, 0, 0, len(data), size)
    locked = bytes(12) if bits & 1 else b""
    return b"ALZ\x01\x0a\0\0\0BLZ\x01" + row + name + locked + data + b"CLZ\x01" + bytes(8) + b"CLZ\x02"


def egg(name: bytes, data: bytes, size: int, method: int = 0) -> bytes:
    """Write an archive of one file."""
    end = struct.pack("<I", 0x08E28222)
    head = b"EGGA" + bytes(10) + end + struct.pack("<IIQ", 0x0A8590E3, 1, size)
    head += struct.pack("<IBH", 0x0A8591AC, 0, len(name)) + name + end
    return head + struct.pack("<IBBIII", 0x02B50C13, method, 0, size, len(data), 0) + end + data + end


def xar(text: str, heap: bytes) -> bytes:
    """Write an archive with a list of files."""
    packed = zlib.compress(f"<?xml version='1.0'?><xar><toc>{text}</toc></xar>".encode())
    return b"xar!" + struct.pack(">HHQQI", 28, 1, len(packed), 0, 0) + packed + heap


DEFLATED = zlib.compress(PROGRAM)[2:-4]
LISTED = (
    "<file><name>sub</name><type>directory</type><file><name>setup.exe</name><type>file</type><data><offset>2</offset>"
    f"<length>{len(PROGRAM)}</length><size>{len(PROGRAM)}</size></data></file></file>"
)
PAGES = b"\1/\0\0\0\x0e/sub/setup.exe\1\0\x05\x05/#SYS\0\0\0"


@pytest.mark.parametrize(
    ("reader", "archive", "name"),
    [
        pytest.param(read_ace, ace(b"sub\\setup.exe", PROGRAM), "sub/setup.exe", id="ace"),
        pytest.param(read_ace, PROGRAM + ace(b"setup.exe", PROGRAM), "setup.exe", id="ace behind a program"),
        pytest.param(read_zoo, zoo(b"setup.exe", PROGRAM, len(PROGRAM)), "setup.exe", id="zoo"),
        pytest.param(read_zoo, zoo(b"setup.exe", lzh_codes(PROGRAM), len(PROGRAM), 2), "setup.exe", id="zoo packed"),
        pytest.param(read_alz, alz(b"setup.exe", PROGRAM, len(PROGRAM)), "setup.exe", id="alz"),
        pytest.param(read_alz, alz("설치.exe".encode("cp949"), DEFLATED, len(PROGRAM), 2), "설치.exe", id="alz packed"),
        pytest.param(read_egg, egg(b"setup.exe", PROGRAM, len(PROGRAM)), "setup.exe", id="egg"),
        pytest.param(read_egg, egg(b"setup.exe", DEFLATED, len(PROGRAM), 1), "setup.exe", id="egg packed"),
        pytest.param(read_xar, xar(LISTED, b"xx" + PROGRAM), "sub/setup.exe", id="xar"),
    ],
)
def test_content(reader: Reader, archive: bytes, name: str) -> None:
    assert contents(reader, archive) == {name: PROGRAM}
    assert (codes(reader, archive), reasons(reader, archive)) == (set(), set())
    assert_bounded(reader, archive)


@pytest.mark.parametrize(
    ("reader", "archive", "found", "why"),
    [
        pytest.param(read_ace, ace(b"a", b"x", 1), set(), {"UNSUPPORTED"}, id="ace compressed"),
        pytest.param(read_ace, ace(b"a", b"x", 0, 0x4001), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="ace locked"),
        pytest.param(read_ace, ace(b"a", b"x", 0, 0x2001), set(), {"PARTIAL"}, id="ace volume"),
        pytest.param(read_ace, ace(b"..\\a", b"x"), {"ARCHIVE_TRAVERSAL"}, set(), id="ace leads out"),
        pytest.param(read_zoo, zoo(b"a", b"x", 9, 1), set(), {"UNSUPPORTED"}, id="zoo compressed"),
        pytest.param(read_alz, alz(b"a", b"x", 1, 0, 0x41), {"ARCHIVE_ENCRYPTED"}, {"ENCRYPTED"}, id="alz locked"),
        pytest.param(read_egg, egg(b"a", b"x", 1, 9), set(), {"UNSUPPORTED"}, id="egg method"),
        pytest.param(read_xar, xar("<a", b""), {"ARCHIVE_MALFORMED"}, {"MALFORMED"}, id="xar list"),
        pytest.param(
            read_xar,
            xar("<file><name>l</name><type>symlink</type><link>../a</link></file>", b""),
            {"ARCHIVE_LINK"},
            set(),
            id="xar link",
        ),
        pytest.param(read_chm, b"ITSF" + b"PMGL" + bytes(16) + PAGES, set(), {"UNSUPPORTED"}, id="chm"),
        pytest.param(read_closed, b"conectix", set(), {"UNSUPPORTED"}, id="a disk"),
    ],
)
def test_what_is_told(reader: Reader, archive: bytes, found: set[str], why: set[str]) -> None:
    assert (codes(reader, archive), reasons(reader, archive)) == (found, why)


@pytest.mark.parametrize("reader", [read_ace, read_zoo, read_alz, read_egg, read_xar])
def test_nothing(reader: Reader) -> None:
    for data in (b"", b"x" * 100):
        assert "MALFORMED" in reasons(reader, data) or not data


def test_pages_of_help() -> None:
    assert contents(read_chm, b"ITSF" + b"PMGL" + bytes(16) + PAGES) == {"sub/setup.exe": None}


@pytest.mark.parametrize(
    ("reader", "unit", "start"),
    [
        (read_ace, ace_block(2, 0, b""), ace(b"a", b"x")),
        (read_alz, alz(b"a", b"", 0)[8:-16], b"ALZ\x01\x0a\0\0\0"),
        (read_egg, egg(b"a", b"", 0)[18:], b"EGGA" + bytes(10)),
        (read_egg, b"\1\1\1\1\0\0\0", b"EGGA" + bytes(10)),
        (read_chm, b"PMGL", b"ITSF"),
        (read_zoo, b"\xdc\xa7\xc4\xfd", zoo(b"a", b"", 0)),
    ],
)
def test_floods(reader: Reader, unit: bytes, start: bytes) -> None:
    assert_linear(lambda data: pieces(reader, data), flood(unit, start))


def test_a_deep_list() -> None:
    def deep(size: int) -> bytes:
        return xar("<file><name>a</name>" * size + "</file>" * size, b"")

    assert_linear(lambda data: pieces(read_xar, data), deep, most=1 << 12)


def test_leads_out() -> None:
    hostile = ("../a", "a/../../b", "/a", "\\a", "c:\\a", "\\\\server\\a", ".. /a")
    assert [name for name in hostile if not leads_out(name)] == []
    assert [name for name in ("a", "a/b", "a/../b", "./a", "..a/b", "a..b", "") if leads_out(name)] == []
