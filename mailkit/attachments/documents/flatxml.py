"""Office documents in one file of XML: Word 2003, Excel 2003, Flat OPC, flat OpenDocument."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.odf import flat_odf
from mailkit.attachments.documents.opc import as_xml, dde_field, is_away, tags
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import unpack

_BINARY = ("binData", "docOleData", "docSuppData", "binaryData")
_ACTIVE_MIME = b"ActiveMime"
_ZLIB_FROM = 0x32
"""Where the packed stream of ActiveMime mostly begins; what it is, its first byte tells (knowledge, not seen)."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT_BYTES = 16_384
"""LibreOffice declares three dozen namespaces in the first tag."""
_SHOWN = (".xml", ".rels", ".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf")
_FORMULA = re.compile(rb"Formula\s{0,9}=\s{0,9}(?:\"=?[^\"<|]{0,200}+\||'=?[^'<|]{0,200}+\|)", re.IGNORECASE)


def read_xml_document(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the objects and macros that stand in a document; what loads or starts something is told."""
    from mailkit.attachments.documents.package import relation_notes  # noqa: PLC0415 - the two know each other

    text = as_xml(data)
    head = text[:_ROOT_BYTES]
    if b"office:document" in head or b"opendocument:xmlns:office:" in head:
        yield from flat_odf(text, budget)
    yield from _binaries(text, budget)
    yield from _attributes(text)
    if (field := dde_field(text)) is not None:
        yield Note("OFFICE_DDE", field)
    if b"Formula" in text and (formula := _FORMULA.search(text)):
        yield Note("OFFICE_DDE", formula[0].decode("utf-8", "replace"), formula.start())
    if b"Relationship" in text:
        yield from relation_notes(data)


def _attributes(text: bytes) -> Iterator[Note]:
    """Tell of a template that lies elsewhere, and of macros, which Word 2003 loads where the document announces them."""
    if b"macrosPresent" in text:
        for tag in tags(text, "wordDocument"):
            if "yes" in tag.all("macrosPresent"):
                yield Note("OFFICE_VBA", "macrosPresent", tag.start)
    if b"attachedTemplate" in text:
        for tag in tags(text, "attachedTemplate"):
            for target in filter(is_away, tag.all("val")):
                yield Note("OFFICE_TEMPLATE", target, tag.start)


def _binaries(text: bytes, budget: Budget) -> Iterator[Piece]:
    """Give what stands in base64, under the name of its part or its own."""
    name, at = "", 0
    for tag in tags(text, "part", *_BINARY):
        if tag.start < at:
            continue
        if tag.name == "part":
            name = next(iter(tag.all("name")), "")
            continue
        if budget.is_late() or not budget.take_member():
            yield Gap("TIME", "walk_seconds") if budget.is_late() else Gap("PARTS", "member_count")
            return
        at = end if (end := text.find(b"<", tag.end)) >= 0 else len(text)
        yield from _binary(text[tag.end : at], (name or next(iter(tag.all("name")), "")).lstrip("/"), tag.start, budget)


def _binary(digits: bytes, name: str, at: int, budget: Budget) -> Iterator[Piece]:
    """Give what stands there in base64: a compound file, as it is or in ActiveMime."""
    try:
        raw = binascii.a2b_base64(digits)
    except binascii.Error:
        yield Gap("MALFORMED", "base64 of a part", len(digits), name, at)
        return
    budget.spend(len(raw))
    if raw.startswith(_ACTIVE_MIME):
        begin = raw.find(b"\x78", _ZLIB_FROM - 8, _ZLIB_FROM + 64)
        found = unpack("zlib", raw[begin:] if begin >= 0 else b"", budget)
        if found.reason is not None:
            yield Gap(found.reason, "ActiveMime", len(raw), name, at)
        raw = found.data
    if raw and (raw.startswith((_OLE, b"MZ")) or not name.lower().endswith(_SHOWN)):
        yield Member(name.rpartition("/")[2], raw, at)
