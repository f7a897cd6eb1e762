"""Packages of OOXML: every part that runs or loads something, however it is written, and nothing else."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Mapping

import pytest

from mailkit.attachments.archives.ziparchive import read_zip
from mailkit.attachments.budget import Budget
from mailkit.attachments.documents import opc, package
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.limits import DEFAULT
from tests.timing import assert_linear, flood

TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
SHEET = '<Override PartName="/xl/m/s1.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>'
BOOK = '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
BINARY_SHEET = '<Override PartName="/xl/m/s1.bin" ContentType="application/vnd.ms-excel.macrosheet"/>'
CONTROL = '<Override PartName="/word/c1.xml" ContentType="application/vnd.ms-office.activeX+xml"/>'
AUTO = '<x:definedNames><x:definedName name="_xlnm.Auto_Open" hidden="1">M!A1</x:definedName></x:definedNames>'
BEGIN, BETWEEN, END = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))
TEMPLATE = "http://e.example/a.dotm"
PROGRAM = b"MZ MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"


def code(text: str) -> str:
    """Give a run with a field's code."""
    return f"<w:r><w:instrText xml:space='preserve'>{text}</w:instrText></w:r>"


def relation(kind: str, target: str, mode: str = "External", before: str = "") -> str:
    """Give the text of a .rels part with one relationship."""
    return f'<Relationships><Relationship {before}Id="a" Type="{TYPE}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'


def packed(parts: Mapping[str, str | bytes], more: str = "") -> bytes:
    """Give a package of parts."""
    types = f'<Types><Default Extension="xml" ContentType="application/xml"/>{more}</Types>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"[Content_Types].xml": types, **parts}.items():
            archive.writestr(name, data)
    return stream.getvalue()


def told(data: bytes) -> list[str]:
    """Give what a reader tells of a package: codes, names of members, reasons of gaps."""
    return [shown(piece) for piece in read_zip(data, Budget(DEFAULT, time.monotonic))]


def shown(piece: Piece) -> str:
    """Give a piece in a word."""
    if isinstance(piece, Note):
        return piece.code
    return piece.reason if isinstance(piece, Gap) else piece.name


RELATIONS = [
    pytest.param("attachedTemplate", TEMPLATE, ["OFFICE_TEMPLATE"], id="template from the web"),
    pytest.param("attachedTemplate", "\\\\h\\a.dotm", ["OFFICE_TEMPLATE"], id="template from a share"),
    pytest.param("attachedTemplate", "file:///\\\\h\\a.dotm", ["OFFICE_TEMPLATE"], id="template from a share by file"),
    pytest.param("attachedTemplate", "file://h/a.dotm", ["OFFICE_TEMPLATE"], id="template from a host by file"),
    pytest.param("attachedTemplate", "file:////h/a.dotm", ["OFFICE_TEMPLATE"], id="template with four slashes"),
    pytest.param("attachedTemplate", "file:%2f%2fh/a.dotm", ["OFFICE_TEMPLATE"], id="template with escapes"),
    pytest.param("attachedTemplate", "file:///C:\\Users\\x\\Normal.dotm", [], id="template here"),
    pytest.param("attachedTemplate", "file://C:/x/Normal.dotm", [], id="template here with two slashes"),
    pytest.param("attachedTemplate", "file://localhost/home/a.dotm", [], id="template of localhost"),
    pytest.param("attachedTemplate", "file:///home/a.dotm", [], id="template of Unix"),
    pytest.param("attachedTemplate", "C:\\Normal.dotm", [], id="template by drive"),
    pytest.param("attachedTemplate", "Normal.dotm", [], id="template by name"),
    pytest.param("oleObject", "mhtml:http://e.example/a!x-usc:http://e.example/a", ["OFFICE_EXTERNAL_OLE"], id="mhtml"),
    pytest.param("oleObject", "https://e.example/a.rtf", ["OFFICE_EXTERNAL_OLE"], id="object from the web"),
    pytest.param("oleObject", "smb://h/a", ["OFFICE_EXTERNAL_OLE"], id="object by another scheme"),
    pytest.param("oleObject", "file:///C:\\a\\b.xlsx", [], id="object here"),
    pytest.param("oleObject", "Book2.xlsx", [], id="object beside"),
    pytest.param("frame", "http://e.example/a", ["OFFICE_EXTERNAL_OLE"], id="frame"),
    pytest.param("externalLinkPath", "http://e.example/a.xlsx", ["OFFICE_EXTERNAL_LINK"], id="workbook from the web"),
    pytest.param("externalLinkPath", "https://e.example/a.xlsx", ["OFFICE_LINKED_BOOK"], id="workbook from a cloud"),
    pytest.param("externalLinkPath", "file://h/a.xlsx", ["OFFICE_EXTERNAL_LINK"], id="workbook of another machine"),
    pytest.param("externalLinkPath", "\\\\h\\a.xlsx", ["OFFICE_EXTERNAL_LINK"], id="workbook of a share"),
    pytest.param("externalLinkPath", "file:///C:\\a.xlsx", [], id="workbook here"),
    pytest.param("hyperlink", "https://e.example/", [], id="hyperlink"),
    pytest.param("image", "https://e.example/logo.png", [], id="image"),
]


@pytest.mark.parametrize(("kind", "target", "expected"), RELATIONS)
def test_relationships(kind: str, target: str, expected: list[str]) -> None:
    """What a document loads from another machine is told, what lies on the same one is not."""
    assert told(packed({"word/_rels/document.xml.rels": relation(kind, target)})) == expected
    assert told(packed({"word/_rels/document.xml.rels": relation(kind, target).encode("utf-16")})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(relation("attachedTemplate", TEMPLATE, before='x=">" '), ["OFFICE_TEMPLATE"], id="> in a value"),
        pytest.param(
            relation("attachedTemplate", TEMPLATE, "&#69;xternal"), ["OFFICE_TEMPLATE"], id="mode by reference"
        ),
        pytest.param(relation("attached&#84;emplate", TEMPLATE), ["OFFICE_TEMPLATE"], id="type by reference"),
        pytest.param(relation("attachedTemplate", TEMPLATE, before=" " * 9000), ["OFFICE_TEMPLATE"], id="many blanks"),
        pytest.param(relation("attachedTemplate", TEMPLATE, before='x:Target="a" '), ["OFFICE_TEMPLATE"], id="decoy"),
        pytest.param(
            relation("attachedTemplate", TEMPLATE)[:-4], ["OFFICE_MALFORMED", "OFFICE_TEMPLATE"], id="not well-formed"
        ),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY b "External">]>' + relation("attachedTemplate", TEMPLATE, "&b;"),
            ["XML_ENTITY"],
            id="entity",
        ),
        pytest.param("<!--" + relation("attachedTemplate", TEMPLATE) + "--><a/>", [], id="comment"),
        pytest.param("", [], id="empty"),
    ],
)
def test_hidden_relationships(text: str, expected: list[str]) -> None:
    """A parser sees what a pattern does not."""
    assert told(packed({"word/_rels/document.xml.rels": text})) == expected


PARTS = [
    pytest.param({"word/document.xml": BEGIN + code("DDE") + code("AUTO cmd x") + END}, "", ["OFFICE_DDE"], id="split"),
    pytest.param(
        {"word/document.xml": BEGIN + code("<![CDATA[DDEAUTO cmd x]]>") + END}, "", ["OFFICE_DDE"], id="CDATA"
    ),
    pytest.param(
        {"word/document.xml": BEGIN + code("DD<!-- </ -->E cmd x") + END}, "", ["OFFICE_DDE"], id="comment in it"
    ),
    pytest.param({"word/document.xml": BEGIN + code("&#68;DE cmd x") + END}, "", ["OFFICE_DDE"], id="reference"),
    pytest.param({"word/document.xml": '<w:fldSimple w:x=">" w:instr="DDE cmd x"/>'}, "", ["OFFICE_DDE"], id="simple"),
    pytest.param(
        {"word/document.xml": "<w:fldSimple x:instr='PAGE' w:instr='DDE cmd x'/>"}, "", ["OFFICE_DDE"], id="decoy"
    ),
    pytest.param(
        {"word/document.xml": BEGIN + BEGIN + code(" QUOTE 68 68 69 ") + BETWEEN + END + code(" cmd x") + END},
        "",
        ["OFFICE_DDE"],
        id="nested QUOTE",
    ),
    pytest.param(
        {"word/document.xml": BEGIN + code("DDEAUTO ") + BEGIN + code("REF c") + END + END},
        "",
        ["OFFICE_DDE"],
        id="REF",
    ),
    pytest.param(
        {
            "word/document.xml": "".join(
                BEGIN + code(one) + END for one in (" PAGE ", ' XE "DDE" ', " QUOTE 65 ", "DDE")
            )
        },
        "",
        [],
        id="ordinary fields",
    ),
    pytest.param({"word/document.xml": "<w:t>DDEAUTO cmd x</w:t>"}, "", [], id="text about DDE"),
    pytest.param({"xl/a.xml": '<ddeLink ddeService="cmd" ddeTopic="/c"/>'}, "", ["OFFICE_DDE"], id="ddeLink"),
    pytest.param(
        {"xl/workbook.xml": AUTO, "xl/m/s1.xml": "<a/>"}, BOOK + SHEET, ["OFFICE_XLM_AUTO", "OFFICE_XLM"], id="XLM runs"
    ),
    pytest.param(
        {"xl/workbook.xml": AUTO.replace("Auto", "&#65;uto"), "xl/m/s1.xml": "<a/>"},
        SHEET,
        ["OFFICE_XLM_AUTO", "OFFICE_XLM"],
        id="XLM runs by reference",
    ),
    pytest.param({"xl/workbook.xml": "<a/>", "xl/m/s1.xml": "<a/>"}, BOOK + SHEET, ["OFFICE_XLM"], id="XLM"),
    pytest.param({"xl/workbook.xml": AUTO}, BOOK, [], id="a name without a macro sheet"),
    pytest.param(
        {"xl/workbook.bin": b"\1" + "_xlnm.Auto_Open".encode("utf-16-le"), "xl/m/s1.bin": b"\0"},
        BINARY_SHEET,
        ["OFFICE_XLM_AUTO", "OFFICE_XLM"],
        id="XLM runs in xlsb",
    ),
    pytest.param({"xl/workbook.bin": b"\1", "xl/m/s1.bin": b"\0"}, BINARY_SHEET, ["OFFICE_XLM"], id="XLM in xlsb"),
    pytest.param({"word/activeX/activeX1.xml": "<ax:ocx/>"}, "", ["OFFICE_ACTIVEX"], id="control by path"),
    pytest.param({"word/c1.xml": "<ax:ocx/>"}, CONTROL, ["OFFICE_ACTIVEX"], id="control by type"),
    pytest.param({"a/b": "<xm:macrosheet/>"}, "", ["OFFICE_XLM", "OFFICE_MALFORMED"], id="macro sheet without a type"),
    pytest.param({"customUI/customUI.xml": '<customUI onLoad="Go"/>'}, "", ["OFFICE_CUSTOM_UI"], id="customUI"),
    pytest.param({"AppxManifest.xml": "<Package/>"}, "", ["MAGIC_INSTALLER"], id="app"),
    pytest.param({"docProps/setup.exe": PROGRAM}, "", ["docProps/setup.exe"], id="program in docProps"),
    pytest.param({"customXml/a.hta": "<p>"}, "", ["customXml/a.hta"], id="page in customXml"),
    pytest.param({"word/media/a.png": PROGRAM}, "", ["word/media/a.png"], id="program as a picture"),
    pytest.param({"word/activeX/activeX1.bin": PROGRAM}, "", ["word/activeX/activeX1.bin"], id="program as a control"),
    pytest.param({"word/embeddings/W.xlsx": "PK"}, "", ["word/embeddings/W.xlsx"], id="embedded workbook"),
    pytest.param({"xl/printerSettings/printerSettings1.bin": b"\1\2"}, "", [], id="settings of a printer"),
    pytest.param({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "", ["XML_ENTITY"], id="type"),
    pytest.param(
        {"word/document.xml": f"<!--{'x' * 5000}--><!DOCTYPE a><a/>"}, "", ["XML_ENTITY"], id="type behind a comment"
    ),
    pytest.param({"word/document.xml": "<a><![CDATA[<!DOCTYPE html>]]></a>"}, "", [], id="a page as data"),
    pytest.param({"Word/Document.xml": "<a/>", "word/document.xml": "<b/>"}, "", ["OFFICE_MALFORMED"], id="twice"),
]


@pytest.mark.parametrize(("parts", "more", "expected"), PARTS)
def test_parts(parts: Mapping[str, str | bytes], more: str, expected: list[str]) -> None:
    """Each part is told for what it is."""
    assert told(packed(parts, more)) == expected


def test_encodings_of_content_types() -> None:
    """Content types may stand in UTF-16, and broken ones are read as far as they go."""
    text = f"<?xml version='1.0'?><Types>{SHEET}</Types>"
    for types, expected in ((text.encode("utf-16"), []), (text[:-3].encode(), ["OFFICE_MALFORMED"])):
        members = [Member("[Content_Types].xml", types), Member("xl/m/s1.xml", b"<a/>")]
        found = package.read_package(members, Budget(DEFAULT, time.monotonic))
        assert [shown(piece) for piece in found] == [*expected, "OFFICE_XLM"]


FLOODS = [
    *("<Relationship ", "<Relationship x='", '<Relationship x="a" ', "<!--", "<![CDATA[", "<w:instrText>", "fldSimple"),
    *(
        BEGIN,
        BEGIN + "<w:instrText>",
        "<w:fldChar x=",
        "<w:fldSimple instr='QUOTE 1 ",
        "QUOTE 1 ",
        "<customUI onLoad='",
    ),
    *("<definedName ", "<ddeLink ", "<!DOCTYPE ", "<a:", "onLoad customUI ", "&#68;", "<macrosheet", "<!<![CDATA[-->"),
]


def whole(data: bytes) -> None:
    """Read all of a package whose parts are the data."""
    names = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "xl/workbook.bin")
    members = [Member("xl/m.xml", b"<macrosheet/>"), *(Member(name, data) for name in names)]
    list(package.read_package(members, Budget(DEFAULT, lambda: 0.0)))


@pytest.mark.parametrize("unit", FLOODS)
@pytest.mark.parametrize("start", ["", "<w:instrText>", "<a b='fldSimple' c='"])
def test_floods(unit: str, start: str) -> None:
    """Twice as much takes twice as long."""
    make: Callable[[int], bytes] = flood(unit.encode(), start.encode() + b"ddeLink onLoad instrText definedName")
    assert_linear(whole, make, most=1 << 18)


def test_cuts_and_flips() -> None:
    """Every beginning of a part, and every change of a byte, is read without an error."""
    text = (relation("attachedTemplate", TEMPLATE) + BEGIN + code("DDE a") + END + AUTO).encode()
    for at in range(len(text)):
        whole(text[:at])
        whole(text[:at] + b"<" + text[at + 1 :])
        whole(text[:at] + b"\xff\0" + text[at:])


def test_nested_fields() -> None:
    """Fields in fields cost no more for their depth."""
    assert_linear(
        lambda text: list(opc.instructions(text)), lambda size: BEGIN.encode() * (size // 30) + b"<instrText>x"
    )
