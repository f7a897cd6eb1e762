"""OpenDocument, packed and flat: macros, events, objects from elsewhere, programs among the pictures."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping

import pytest

from mailkit.attachments.archives.ziparchive import read_zip
from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.odf import flat_odf, read_odf
from mailkit.attachments.documents.opc import as_xml
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.limits import DEFAULT
from tests.timing import assert_linear, flood

PROGRAM = b"MZ MAILKIT-BENIGN-LOOKALIKE-PAYLOAD"
MODULE = '<script:module script:name="M">{}</script:module>'
PLAIN = MODULE.format("Sub Go\nMsgBox 1\nEnd Sub")
EVENT = '<script:event-listener script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.M.Go"/>'


def budget() -> Budget:
    """Give what a reader may spend."""
    return Budget(DEFAULT, time.monotonic)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """Give a text document with more parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"mimetype": "application/vnd.oasis.opendocument.text", **parts}.items():
            archive.writestr(name, data)
    return stream.getvalue()


def shown(piece: Piece) -> str:
    """Give a piece in a word."""
    if isinstance(piece, Note):
        return piece.code
    return piece.reason if isinstance(piece, Gap) else piece.name


CASES = [
    pytest.param(
        {"Basic/Standard/M.xml": MODULE.format('Sub AutoOpen\nShell("x")\nEnd Sub')},
        ["OFFICE_VBA_AUTO", "OFFICE_VBA"],
        id="Basic that runs",
    ),
    pytest.param({"Basic/Standard/M.xml": PLAIN}, ["OFFICE_VBA"], id="Basic"),
    pytest.param({"Basic/Standard/M.xml": PLAIN.replace("script:", "s-1:")}, ["OFFICE_VBA"], id="Basic, other prefix"),
    pytest.param({"Basic/Standard/M.xml": PLAIN.encode("utf-16")}, ["OFFICE_VBA"], id="Basic in UTF-16"),
    pytest.param({"Basic/Standard/M.xml": PLAIN.partition("</")[0]}, ["OFFICE_VBA"], id="Basic without an end"),
    pytest.param(
        {"Basic/Standard/M.xml": MODULE.format("<![CDATA[Sub Go\nEnd Sub]]>")}, ["OFFICE_VBA"], id="Basic as CDATA"
    ),
    pytest.param({"Basic/M.xml": PLAIN, "content.xml": EVENT}, ["OFFICE_VBA_AUTO"], id="Basic with an event"),
    pytest.param(
        {"Basic/M.xml": PLAIN, "content.xml": EVENT.replace("dom:load", "dom&#58;load")},
        ["OFFICE_VBA_AUTO"],
        id="event by reference",
    ),
    pytest.param(
        {"Basic/M.xml": PLAIN, "content.xml": EVENT.replace("load", "click")}, ["OFFICE_VBA"], id="on a click"
    ),
    pytest.param({"content.xml": EVENT}, ["OFFICE_VBA"], id="event alone"),
    pytest.param({"content.xml": '<a xlink:href="vnd.sun.star.script:x"/>'}, ["OFFICE_VBA"], id="link to a script"),
    pytest.param({"Scripts/python/a.py": "def x(): pass"}, ["OFFICE_VBA"], id="Python"),
    pytest.param({"content.xml": '<text:dde-source office:dde-application="cmd"/>'}, ["OFFICE_DDE"], id="DDE"),
    pytest.param(
        {"content.xml": '<draw:object xlink:href="http://e.example/a"/>'}, ["OFFICE_EXTERNAL_OLE"], id="object"
    ),
    pytest.param(
        {"content.xml": "<draw:floating-frame b='>' xlink:href='&#92;\\h\\a'/>"}, ["OFFICE_EXTERNAL_OLE"], id="share"
    ),
    pytest.param({"content.xml": '<draw:object xlink:href="./Object 1"/>'}, [], id="object inside"),
    pytest.param({"content.xml": '<draw:object xlink:href="file:///C:/a.ods"/>'}, [], id="object on the same machine"),
    pytest.param({"content.xml": '<text:a xlink:href="https://e.example/"/>'}, [], id="hyperlink"),
    pytest.param({"Pictures/a.png": PROGRAM}, ["Pictures/a.png"], id="program as a picture"),
    pytest.param({"Pictures/a.hta": "<p>"}, ["Pictures/a.hta"], id="page among pictures"),
    pytest.param({"META-INF/a.exe": PROGRAM}, ["META-INF/a.exe"], id="program in META-INF"),
    pytest.param({"Object 1": b"\xd0\xcf\x11\xe0"}, ["Object 1"], id="embedded object"),
    pytest.param(
        {"META-INF/manifest.xml": "<manifest:encryption-data/>"}, ["OFFICE_ENCRYPTED", "ENCRYPTED"], id="encrypted"
    ),
    pytest.param(
        {
            "Basic/script-lc.xml": "<library:libraries/>",
            "Basic/Standard/script-lb.xml": '<library:library library:name="Standard"/>',
            "META-INF/manifest.xml": "<!DOCTYPE manifest:manifest PUBLIC 'a' 'b'><manifest:manifest/>",
            **dict.fromkeys(("Thumbnails/thumbnail.png", "Pictures/10001", "Pictures/a.svm", "manifest.rdf"), b"\x89"),
            **dict.fromkeys(("layout-cache", "ObjectReplacements/Object 1", "Configurations2/menubar/"), b""),
        },
        [],
        id="what stands in every document",
    ),
]


@pytest.mark.parametrize(("parts", "expected"), CASES)
def test_packages(parts: Mapping[str, str | bytes], expected: list[str]) -> None:
    """Each part is told for what it is."""
    assert [shown(piece) for piece in read_zip(packed(parts), budget())] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<ooo:source-code>Sub Go\nMsgBox 1\nEnd Sub</ooo:source-code>", ["OFFICE_VBA"], id="Basic"),
        pytest.param("<x:source-code>Sub Go\nEnd Sub</x:source-code>" + EVENT, ["OFFICE_VBA_AUTO"], id="with an event"),
        pytest.param('<draw:plugin xlink:href="http://e.example/a"/>', ["OFFICE_EXTERNAL_OLE"], id="plugin"),
        pytest.param("<office:document><text:p>module source-code</text:p></office:document>", [], id="text"),
    ],
)
def test_flat_documents(text: str, expected: list[str]) -> None:
    """A document in one file of XML is read as a packed one."""
    assert [shown(piece) for piece in flat_odf(as_xml(text.encode()), budget())] == expected


@pytest.mark.parametrize(
    "unit",
    [
        *("<script:module>", "<script:module ", "<script:module>a</", "<ooo:source-code>", "<script:module a='"),
        *(
            "<script:event-listener ",
            "<script:event-listener>",
            "<draw:object ",
            "<draw:object xlink:href='",
            ":href=' ",
        ),
        *("<text:dde-link ", ":dde-link ", "xlink:href", "<a:", "<!--", "module", "<!<!--"),
    ],
)
def test_floods(unit: str) -> None:
    """Twice as much takes twice as long."""
    assert_linear(whole, flood(unit.encode(), b"event-listener :href :dde-"), most=1 << 18)


def whole(data: bytes) -> None:
    """Read data as every part of a document, and as a flat one."""
    still = Budget(DEFAULT, lambda: 0.0)
    names = ("content.xml", "Basic/M.xml", "META-INF/manifest.xml", "a")
    list(read_odf([Member(name, data) for name in names], still))
    list(flat_odf(as_xml(data), still))


def test_cuts_and_flips() -> None:
    """Every beginning, and every change of a byte, is read without an error."""
    text = (PLAIN + EVENT + "<draw:object xlink:href='http://e.example/'/><!-- a --><![CDATA[b]]>").encode()
    for at in range(len(text)):
        whole(text[:at])
        whole(text[:at] + b"<" + text[at + 1 :])
        whole(text[:at] + b"\xff\0" + text[at:])
