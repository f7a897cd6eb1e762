"""Office documents in one file of XML: Word 2003, Excel 2003, Flat OPC, flat OpenDocument."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.odf import flat_odf
from mailkit.attachments.opc import as_bytes, instructions, is_dde
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import unpack

_BINARY = re.compile(
    rb"<(?:\w{1,40}:)?(binData|docOleData|docSuppData|binaryData)\b([^>]{0,1000})>\s*([A-Za-z0-9+/=\s]+)<",
    re.IGNORECASE,
)
_NAME = re.compile(rb"name\s*=\s*[\"']([^\"']{0,300})")
_PART = re.compile(rb"<(?:\w{1,40}:)?part\b[^>]{0,1000}?name\s*=\s*[\"']([^\"']{0,300})", re.IGNORECASE)
_ACTIVE_MIME = b"ActiveMime"
_ZLIB_FROM = 0x32
"""Where the packed stream of ActiveMime mostly begins; what it is, its first byte tells (knowledge, not seen)."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LINKS = re.compile(
    rb"<(?:\w{1,40}:)?Relationship\s[^>]{0,4000}>|<(?:\w{1,40}:)?attachedTemplate\s[^>]{0,2000}(?:https?:|\\\\|//)",
    re.IGNORECASE,
)
_FORMULA = re.compile(rb"(?:\w{1,40}:)?Formula\s*=\s*[\"']=?[^\"']{0,200}\|", re.IGNORECASE)


def read_xml_document(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the objects and macros that stand in a document; what loads or starts something is told."""
    from mailkit.attachments.package import relation_notes  # noqa: PLC0415 - the two know each other

    text = as_bytes(data)
    if b"office:document" in text[:4_096]:
        yield from flat_odf(text, budget)
    parts = (
        [(found.start(), found[1]) for found in _PART.finditer(text)]
        if b"pkg:" in text or b"binaryData" in text
        else []
    )
    for found in _BINARY.finditer(text):
        if not budget.take_member():
            yield Gap("PARTS", "member_count")
            return
        name = _NAME.search(found[2])
        near = [part for at, part in parts if at < found.start()][-1:] or [name[1] if name else b""]
        yield from _binary(found[3], near[0].decode("utf-8", "replace").lstrip("/"), found.start(), budget)
    if b"instrText" in text or b"fldSimple" in text:
        field = next((one for one in instructions(text) if is_dde(one)), None)
        if field is not None:
            yield Note("OFFICE_DDE", field)
    if b"Formula" in text and (formula := _FORMULA.search(text)):
        yield Note("OFFICE_DDE", formula[0].decode("utf-8", "replace"), formula.start())
    if b"Relationship" in text or b"attachedTemplate" in text:
        yield from relation_notes(text)


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
        raw = unpack("zlib", raw[begin:], budget).data if begin >= 0 else b""
    if raw.startswith(_OLE) or not name.lower().endswith(
        (".xml", ".rels", ".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf")
    ):
        yield Member(name.rpartition("/")[2], raw, at)
