"""Documents in one file of XML: Word 2003, Excel 2003, Flat OPC."""

from __future__ import annotations

import base64
import time
import zlib

import pytest

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.flatxml import read_xml_document
from mailkit.attachments.pages.markup import read_xml
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.limits import DEFAULT, Limits
from tests.timing import assert_linear, flood

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(24)
ACTIVE = b"ActiveMime" + bytes(40)


def binary(data: bytes, tag: str = '<w:binData w:name="editdata.mso">') -> bytes:
    """Give data as it stands in a document."""
    return tag.encode() + b"\n" + base64.encodebytes(data) + b"</w:binData>"


def part(name: str, text: bytes) -> bytes:
    """Give a part of Flat OPC."""
    return b'<pkg:part pkg:name="/%s">%s</pkg:part>' % (name.encode(), text)


def read(data: bytes) -> list[Piece]:
    """Read a document."""
    return list(read_xml_document(data, Budget(DEFAULT, time.monotonic)))


@pytest.mark.parametrize(
    ("data", "name", "content"),
    [
        pytest.param(binary(OLE), "editdata.mso", OLE, id="compound file"),
        pytest.param(binary(ACTIVE + zlib.compress(OLE)), "editdata.mso", OLE, id="ActiveMime"),
        pytest.param(
            binary(OLE).replace(b"\n", b"<![CDATA[", 1).replace(b"</", b"]]></"), "editdata.mso", OLE, id="CDATA"
        ),
        pytest.param(binary(OLE, '<w:binData w:x=">" w:name="a.bin">'), "a.bin", OLE, id="> in a value"),
        pytest.param(binary(OLE).partition(b"</")[0], "editdata.mso", OLE, id="without an end"),
        pytest.param(binary(OLE).decode().encode("utf-16"), "editdata.mso", OLE, id="UTF-16"),
        pytest.param(
            part("word/vbaProject.bin", binary(OLE, "<pkg:binaryData>")), "vbaProject.bin", OLE, id="part of Flat OPC"
        ),
        pytest.param(
            part("word/a.xml", b"<a/>") + part("word/media/a.png", binary(b"MZ a", "<pkg:binaryData>")),
            "a.png",
            b"MZ a",
            id="program as a picture",
        ),
    ],
)
def test_members(data: bytes, name: str, content: bytes) -> None:
    """What stands there in base64 is given."""
    assert [piece[:2] for piece in read(data)] == [(name, content)]


NOTES = [
    pytest.param(b"<w:instrText>DDEAUTO cmd x</w:instrText>", ["OFFICE_DDE"], id="field"),
    pytest.param(b"<w:instrText>DD<!-- -->E cmd x</w:instrText>", ["OFFICE_DDE"], id="field with a comment"),
    pytest.param(b"<Cell ss:Formula=\"=cmd|'/c calc'!A1\"/>", ["OFFICE_DDE"], id="formula"),
    pytest.param(b'<Cell ss:Formula="=RC[-1]+1"/>', [], id="ordinary formula"),
    pytest.param(b'<w:attachedTemplate w:val="http://e.example/a.dot"/>', ["OFFICE_TEMPLATE"], id="template"),
    pytest.param(b'<w:attachedTemplate w:val="C:\\Normal.dot"/>', [], id="template here"),
    pytest.param(
        b'<Relationship Type="x/attachedTemplate" Target="http://e.example/" TargetMode="Extern&#97;l"/>',
        ["OFFICE_TEMPLATE"],
        id="relationship",
    ),
    pytest.param(b'<Relationship Type="x/hyperlink" Target="http://e.example/" TargetMode="External"/>', [], id="link"),
    pytest.param(b"<office:document><ooo:source-code>Sub A</ooo:source-code>", ["OFFICE_VBA"], id="OpenDocument"),
    pytest.param(binary(b"\x89PNG", '<pkg:binaryData pkg:name="a.png">'), [], id="picture"),
]


@pytest.mark.parametrize(("data", "expected"), NOTES)
def test_notes(data: bytes, expected: list[str]) -> None:
    """What loads or starts something is told, and nothing else."""
    assert [piece.code if isinstance(piece, Note) else piece for piece in read(data)] == expected


@pytest.mark.parametrize("packed", [b"\x78\x9cbad", b"", zlib.compress(OLE)[:-9]], ids=["damaged", "absent", "cut"])
def test_damaged_active_mime(packed: bytes) -> None:
    """What cannot be unpacked is a gap, never silence."""
    gaps = [piece for piece in read(binary(ACTIVE + packed)) if isinstance(piece, Gap)]
    assert [(gap.reason, gap.detail) for gap in gaps] == [("MALFORMED", "ActiveMime")]


def test_damaged_base64() -> None:
    """The same holds for base64."""
    assert [piece.reason for piece in read(b"<w:binData>abcde</w:binData>") if isinstance(piece, Gap)] == ["MALFORMED"]


def test_limit() -> None:
    """There are no more members than a walk may have."""
    found = list(read_xml_document(binary(OLE) * 3, Budget(Limits(member_count=2), time.monotonic)))
    assert [type(piece) for piece in found] == [Member, Member, Gap]


@pytest.mark.parametrize(
    "unit",
    [
        *("<w:binData>", "<w:binData ", "<w:binData>!", "<w:binData a='", "<pkg:part name='", "<pkg:part>", "binData"),
        *(
            "Formula=",
            'Formula="=',
            "Formula   ",
            "attachedTemplate ",
            "<w:attachedTemplate val='",
            "<Relationship a='",
        ),
        *("<Relationship>", "\\\\", "<", "<a:"),
    ],
)
@pytest.mark.parametrize("start", ["", "<w:binData>", "Formula='", "<office:document>"])
def test_floods(unit: str, start: str) -> None:
    """Twice as much takes twice as long."""
    assert_linear(whole, flood(unit.encode(), start.encode()), most=1 << 18)


@pytest.mark.parametrize("blank", [b" ", b"\n", b"A"])
def test_flood_of_one_value(blank: bytes) -> None:
    """Blanks before what is no base64 are read once."""
    assert_linear(whole, flood(blank, b"<w:binData>", b"!"))


def whole(data: bytes) -> None:
    """Read all of a document."""
    list(read_xml_document(data, Budget(DEFAULT, lambda: 0.0)))


def test_cuts_and_flips() -> None:
    """Every beginning, and every change of a byte, is read without an error."""
    text = b"".join(case.values[0] for case in NOTES if isinstance(case.values[0], bytes)) + binary(ACTIVE)
    for at in range(len(text)):
        whole(text[:at])
        whole(text[:at] + b"<" + text[at + 1 :])
        whole(text[:at] + b"\xff\0" + text[at:])


def codes_of(data: bytes) -> set[str]:
    """Give what the reader of XML tells, which asks that of documents where it sees one."""
    return {piece.code for piece in read_xml(data, Budget(DEFAULT, time.monotonic)) if isinstance(piece, Note)}


FLAT = (
    '<?xml version="1.0"?><office:document xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:officeooo="http://o.example/"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:scripts>'
    '<office:script script:language="ooo:Basic">{}</office:script></office:scripts>{}</office:document>'
)
MACRO = "<ooo:module>Sub AutoOpen\nShell 1\nEnd Sub</ooo:module>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(FLAT.format("<ooo:libraries/>", ""), set(), id="no macro"),
        pytest.param(FLAT.format(MACRO, ""), {"OFFICE_VBA", "OFFICE_VBA_AUTO"}, id="macro"),
        pytest.param(FLAT.format("", "<xhtml:script>x</xhtml:script>"), {"XML_SCRIPT"}, id="script of a page"),
        pytest.param(
            FLAT.format("", '<a xmlns:office ="http://www.w3.org/1999/xhtml"/>'), {"XML_SCRIPT"}, id="prefix bound anew"
        ),
    ],
)
def test_opendocument_in_one_file(text: str, expected: set[str]) -> None:
    """LibreOffice writes an element for scripts into each, and declares the namespace of pages."""
    assert codes_of(text.encode()) == expected
    assert codes_of(text.encode("utf-16")) == expected
