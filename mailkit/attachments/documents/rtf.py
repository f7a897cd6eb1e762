"""Objects in RTF (1.9.1): their bytes stand as hexadecimal digits, with whatever between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.compound import native
from mailkit.attachments.entries import PARTS, legible
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_DATA = b"objdata"
_NO_HEX = re.compile(rb"[^0-9A-Fa-f]+")
_CONTROL = re.compile(rb"\\(?:'[0-9A-Fa-f]{0,2}|[A-Za-z]{1,32}-?[0-9]{0,10} ?|[^A-Za-z'])|\{\\\*[^{}]{0,4000}\}|[{}]")
_TEMPLATE = re.compile(rb"\\\*\\template[\s{]*([^}]{1,1000})")
_AWAY = re.compile(rb"https?:|ftp:|[\\/]{2}|file:", re.IGNORECASE)
_FIELD = b"\\fldinst"
_FIELD_BYTES = 2_000
_NUMBERED = re.compile(rb"\\u(-?[0-9]{1,6}) ?\??")
_BINARY = re.compile(rb"\\bin([0-9]{1,9}) ?")
_BRACE = re.compile(rb"\\bin([0-9]{1,9}) ?|\\[\\{}]|[{}]")
"""A brace, and what hides one."""
_DDE = re.compile(rb"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_CLASSES = re.compile(rb"equation\.|otkloadr|package|shell\.explorer|scriptbridge|htmlfile", re.IGNORECASE)
_EQUATION = re.compile(rb"equation\.", re.IGNORECASE)
_EQUATION_ID = b"\x02\xce\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_rtf(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the objects of a document; links and fields that load or start something are told."""
    lower = data.lower() if b"objdata" not in data and b"OBJDATA" in data.upper() else data
    for template in _TEMPLATE.finditer(data):
        if _AWAY.search(_plain(template[1])):
            yield Note("OFFICE_TEMPLATE", template[1].decode("latin-1"), template.start())
            break
    yield from _fields(data, budget)
    if b"objautlink" in data or (b"objlink" in data and b"objupdate" in data):
        yield Note("OFFICE_EXTERNAL_OLE", "a linked object that is updated", data.find(b"link"))
    at = lower.find(_DATA)
    while at >= 0:
        if not budget.take_member() or budget.is_late():
            yield PARTS
            return
        end = _group_end(data, at)
        yield from _object(data[at + len(_DATA) : end], at, budget)
        at = lower.find(_DATA, max(end, at + 1))


def _fields(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Tell of the first field that starts a program: its code stands up to the next field, in pieces or whole."""
    at = data.find(_FIELD)
    while at >= 0:
        start = at + len(_FIELD)
        after = data.find(_FIELD, start)
        text = _plain(data[start : min(start + _FIELD_BYTES, after if after >= 0 else len(data))]).strip()
        if _DDE.match(text):
            yield Note("OFFICE_DDE", text[:200].decode("latin-1"), at)
            return
        if budget.is_late():
            yield Gap("TIME", "walk_seconds")
            return
        at = after


def _plain(text: bytes) -> bytes:
    """Give a piece of text without control words; characters that are given by number are kept."""
    text = _NUMBERED.sub(lambda found: (int(found[1]) & 0xFF).to_bytes(1, "little"), text)
    text = re.sub(rb"\\'([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode("ascii")), text)
    return _CONTROL.sub(b"", text.replace(b"\\\\", b"/"))


def _digits(text: bytes) -> bytes:
    r"""Write bytes that stand as they are, behind ``\bin``, as digits."""
    pieces = []
    at = 0
    while (found := _BINARY.search(text, at)) is not None:
        end = found.end() + int(found[1])
        pieces += [text[at : found.start()], text[found.end() : end].hex().encode("ascii")]
        at = end
    return b"".join([*pieces, text[at:]])


def _group_end(data: bytes, at: int) -> int:
    """Find where the group ends in which the digits stand."""
    depth = 0
    while (found := _BRACE.search(data, at)) is not None:
        at = found.end() + int(found[1] or 0)
        if found[0] == b"{":
            depth += 1
        elif found[0] == b"}":
            depth -= 1
            if depth < 0:
                return found.start()
    return len(data)


def _object(digits: bytes, at: int, budget: Budget) -> Iterator[Piece]:
    """Read one object: version, form, class, two more strings, and its native data (MS-OLEDS section 2.2.4)."""
    plain = _NO_HEX.sub(b"", _CONTROL.sub(b"", _digits(digits)))
    raw = bytes.fromhex(plain[: len(plain) & ~1].decode("ascii"))
    budget.spend(len(raw))
    place, strings = 8, []
    for _ in range(3):
        size = int.from_bytes(raw[place : place + 4], "little")
        strings.append(raw[place + 4 : place + 4 + min(size, 1_000)].rstrip(b"\0"))
        place += 4 + size
    class_ = strings[0]
    if _EQUATION.match(class_) or _EQUATION_ID in raw[:4_096]:
        yield Note("OFFICE_EQUATION", legible(class_), at)
    size = int.from_bytes(raw[place : place + 4], "little")
    native_data = raw[place + 4 : place + 4 + size]
    if place + 4 + size > len(raw):
        yield Gap("MALFORMED", "an object is damaged or cut", place + 4 + size - len(raw), at=at)
    if class_.lower() == b"package":
        yield Note("RTF_OBJECT", "Package", at)
        yield from native(size.to_bytes(4, "little") + native_data, budget)
        return
    inner = raw.find(_OLE)
    if inner >= 0:
        if _CLASSES.search(class_):
            yield Note("RTF_OBJECT", legible(class_), at)
        yield Member("", raw[inner:], at)
    elif native_data:
        yield Note("RTF_OBJECT", legible(class_), at)
        yield Member("", native_data, at)
    elif len(raw) > 16:
        yield Note("RTF_OBJECT", "an object that is damaged", at)
