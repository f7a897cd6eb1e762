"""What compound files hold: packed files, objects, fields, links, what is encrypted, installers, mails of Outlook."""

from __future__ import annotations

import random
import struct
import zlib

import pytest

from mailkit.attachments.codes import CODES
from mailkit.attachments.documents.compound import read_ole
from mailkit.attachments.pieces import Gap, Member
from tests.attachments.builders_archives import PROGRAM, codes, contents, pieces, reasons
from tests.attachments.builders_ole import BOF8, EOF, WORD, book, compound, native, record, sheet
from tests.timing import assert_linear, flood

EQUATION = "0002CE02-0000-0000-C000-000000000046"
TEXT = b"\xec\xa5" + bytes(510)
MAIL = "__properties_version1.0"
ATTACHMENT = "__attach_version1.0_#00000000/"


def field(code: bytes) -> bytes:
    """Give a text of Word with a field."""
    return TEXT + b"Dear all, \x13" + code + b"\x14" + bytes(4000)


def link(target: str, flags: int = 1) -> bytes:
    """Give the stream that says where a linked object lies."""
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b") + target.encode("utf-16-le") + b"\0\0"
    return struct.pack("<IIIII", 0x02000001, flags, 1, 0, 0) + struct.pack("<I", len(moniker)) + moniker


def slides(*, packed: bool) -> bytes:
    """Give a presentation with an object in it."""
    content = compound({"\x01Ole10Native": native("a.exe", PROGRAM)})
    body = struct.pack("<I", len(content)) + zlib.compress(content) if packed else content
    return record(0, b"abcd") + struct.pack("<HHI", 0x10 * packed, 0x1011, len(body)) + body


@pytest.mark.parametrize(
    ("streams", "class_ids", "found", "why"),
    [
        pytest.param({"WordDocument": TEXT}, {"": WORD}, set(), set(), id="plain text"),
        pytest.param({"EncryptionInfo": b"x", "EncryptedPackage": bytes(9000)}, {}, {"OFFICE_ENCRYPTED"}, {"ENCRYPTED"}, id="encrypted package"),
        pytest.param({"WordDocument": TEXT[:10] + b"\0\1" + TEXT[12:]}, {}, {"OFFICE_ENCRYPTED"}, {"ENCRYPTED"}, id="encrypted Word"),
        pytest.param({"PowerPoint Document": b"x", "Current User": bytes(12) + b"\xdf\xc4\xd1\xf3"}, {}, {"OFFICE_ENCRYPTED"}, {"ENCRYPTED"}, id="encrypted PowerPoint"),
        pytest.param({"PowerPoint Document": b"x", "Current User": bytes(12) + b"\x5f\xc0\x91\xe3"}, {}, set(), set(), id="plain PowerPoint"),
        pytest.param({"Workbook": BOF8 + record(0x2F, bytes(6)) + EOF}, {}, {"OFFICE_ENCRYPTED"}, {"ENCRYPTED"}, id="FilePass"),
        pytest.param({"Workbook": BOF8 + sheet("A") + EOF}, {}, set(), set(), id="plain workbook"),
        pytest.param({"Book": BOF8 + sheet("A", 1) + EOF}, {}, {"OFFICE_XLM"}, set(), id="Book"),
        pytest.param({"Workbook": BOF8 + book("cmd\x03/c calc") + EOF}, {}, {"OFFICE_DDE"}, set(), id="DDE of a workbook"),
        pytest.param({"a": b"x"}, {"": "000C1084-0000-0000-C000-000000000046"}, {"MAGIC_INSTALLER"}, set(), id="msi"),
        pytest.param({"a": b"x"}, {"": "000C1086-0000-0000-C000-000000000046"}, {"MAGIC_INSTALLER"}, set(), id="msp"),
        pytest.param({"a": b"x"}, {"": "000C1082-0000-0000-C000-000000000046"}, {"MAGIC_INSTALLER"}, set(), id="mst"),
        pytest.param({"ObjectPool/_1/x": b"x"}, {"ObjectPool/_1": EQUATION}, {"OFFICE_EQUATION"}, set(), id="equation by class"),
        pytest.param({"ObjectPool/_1/Equation Native": b"x"}, {}, {"OFFICE_EQUATION"}, set(), id="equation by stream"),
        pytest.param({"ObjectPool/_1/CONTENTS": b"x"}, {"ObjectPool/_1": "D27CDB6E-AE6D-11CF-96B8-444553540000"}, {"OFFICE_ACTIVEX"}, set(), id="Flash"),
        pytest.param({"WordDocument": field(b"DDEAUTO c:\\\\a.exe")}, {}, {"OFFICE_DDE"}, set(), id="DDEAUTO"),
        pytest.param({"WordDocument": field(b" dde Excel a")}, {}, {"OFFICE_DDE"}, set(), id="DDE"),
        pytest.param({"WordDocument": field("DDEAUTO a".encode("utf-16-le")).replace(b"\x13", b"\x13\0")}, {}, {"OFFICE_DDE"}, set(), id="DDE in UTF-16"),
        pytest.param({"WordDocument": bytes(2 << 20) + field(b"DDE a b")}, {}, {"OFFICE_DDE"}, set(), id="DDE behind 2 MB"),
        pytest.param({"WordDocument": field(b' HYPERLINK "http://example.com"')}, {}, set(), set(), id="hyperlink"),
        pytest.param({"WordDocument": field(b" PAGE") + b"DDE is an old protocol"}, {}, set(), set(), id="text on DDE"),
        pytest.param({"ObjectPool/_1/\x01Ole": link("http://example.com/a.hta")}, {}, {"OFFICE_EXTERNAL_OLE"}, set(), id="link by http"),
        pytest.param({"ObjectPool/_1/\x01Ole": link("\\\\192.0.2.1\\share\\a.doc")}, {}, {"OFFICE_EXTERNAL_OLE"}, set(), id="link to a share"),
        pytest.param({"ObjectPool/_1/\x01Ole": link("C:\\Users\\me\\a.xls")}, {}, set(), set(), id="link to a file"),
        pytest.param({"ObjectPool/_1/\x01Ole": link("http://example.com/", 0)}, {}, set(), set(), id="embedded, not linked"),
        pytest.param({"ObjectPool/_1/\x01Ole": b"\1"}, {}, set(), set(), id="link cut"),
        pytest.param({"1_thumb": bytes(9), "Catalog": bytes(5000)}, {}, set(), set(), id="thumbnails"),
        pytest.param({"Contents": bytes(5000), "Quill/QuillSub/CONTENTS": b"CHNKINK "}, {}, set(), set(), id="Publisher"),
    ],
)  # fmt: skip
def test_what_is_told(streams: dict[str, bytes], class_ids: dict[str, str], found: set[str], why: set[str]) -> None:
    data = compound(streams, class_ids)
    assert (codes(read_ole, data), reasons(read_ole, data)) == (found, why)


@pytest.mark.parametrize(
    ("streams", "files", "why"),
    [
        pytest.param({"\x01Ole10Native": native("setup.exe", PROGRAM)}, {"setup.exe": PROGRAM}, set(), id="program"),
        pytest.param({"ObjectPool/_1/\x01Ole10Native": native("a.txt", b"hi")}, {"a.txt": b"hi"}, set(), id="text"),
        pytest.param({"\x01Ole10Native": native("a.lnk", b"L\0\0\0")}, {"a.lnk": b"L\0\0\0"}, set(), id="shortcut"),
        pytest.param({"\x01Ole10native": native("a", b"")}, {"a": b""}, set(), id="empty"),
        pytest.param({"\x01Ole10Native": native("a.exe", b"MZ", size=9)}, {"a.exe": b"MZ"}, {"MALFORMED"}, id="cut"),
        pytest.param({"\x01Ole10Native": b"\4\0\0\0abcdefg"}, {"": b"abcd"}, set(), id="no package"),
        pytest.param({"PowerPoint Document": slides(packed=True)}, None, set(), id="packed in a presentation"),
        pytest.param({"PowerPoint Document": slides(packed=False)}, None, set(), id="in a presentation"),
        pytest.param({"ObjectPool/_1/Package": b"PK\3\4"}, {"": b"PK\3\4"}, set(), id="a document"),
        pytest.param(
            {MAIL: b"", ATTACHMENT + "__substg1.0_3707001F": "a.exe".encode("utf-16-le"), ATTACHMENT + "__substg1.0_37010102": PROGRAM},
            {"a.exe": PROGRAM}, set(), id="mail with a program",
        ),
        pytest.param(
            {MAIL: b"", ATTACHMENT + "__substg1.0_3704001E": b"A.PDF\0", ATTACHMENT + "__substg1.0_37010102": b"%PDF-"},
            {"A.PDF": b"%PDF-"}, set(), id="mail with a document",
        ),
        pytest.param(
            {MAIL: b"", ATTACHMENT + "__substg1.0_3701000D/" + ATTACHMENT + "__substg1.0_3707001F": "b.js".encode("utf-16-le"),
             ATTACHMENT + "__substg1.0_3701000D/" + ATTACHMENT + "__substg1.0_37010102": b"var a"},
            {"b.js": b"var a"}, set(), id="mail in a mail",
        ),
    ],
)  # fmt: skip
def test_files(streams: dict[str, bytes], files: dict[str, bytes] | None, why: set[str]) -> None:
    data = compound(streams)
    assert reasons(read_ole, data) == why
    if files is None:
        files = {"": compound({"\x01Ole10Native": native("a.exe", PROGRAM)})}
    assert contents(read_ole, data) == files


def test_all_names_of_a_packed_file() -> None:
    data = compound({"\x01Ole10Native": native("a.txt", PROGRAM, "C:\\x\\a.exe")})
    names = [(one.name, *one.also) for one in pieces(read_ole, data) if isinstance(one, Member)]
    assert names == [("a.txt", "C:\\x\\a.exe", "C:\\x\\a.exe")]


def test_every_prefix_and_flips() -> None:
    data = compound({"\x01Ole10Native": native("a.exe", PROGRAM), "WordDocument": field(b"DDE a"), "Workbook": BOF8})
    known = {None, *CODES}
    for end in range(len(data)):
        found = pieces(read_ole, data[:end])
        assert any(isinstance(one, Gap) for one in found) or end > len(data) - 512
        assert {getattr(one, "code", None) for one in found} <= known
    chance = random.Random(2)
    for _ in range(1500):
        hurt = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            hurt[chance.randrange(len(hurt))] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
        assert len(pieces(read_ole, bytes(hurt))) < 200


NOTHING = b"\x78\x9c" + b"\0\0\0\xff\xff" * 2


@pytest.mark.parametrize(
    ("stream", "unit"),
    [
        pytest.param("WordDocument", b"\x13", id="fields"),
        pytest.param("WordDocument", b"\x13" + b" " * 20 + b"DDE", id="fields that are none"),
        pytest.param("PowerPoint Document", b"\x00\x00\x11\x10\x00\x00\x00\x00", id="empty objects"),
        pytest.param("PowerPoint Document", b"\x10\x00\x11\x10\x40\x00\x00\x00abcd" + NOTHING, id="objects of nothing"),
        pytest.param("\x01Ole10Native", b"\x02\x00", id="packed files"),
        pytest.param("a/\x01Ole", b"\1\0\0\0\1\0\0\0\\\\a", id="links"),
        pytest.param("Workbook", b"\x01\0\0\0", id="records"),
    ],
)
def test_floods(stream: str, unit: bytes) -> None:
    make = flood(unit)
    assert_linear(lambda data: pieces(read_ole, data), lambda size: compound({stream: make(size)}))
