"""The form of Outlook, winmail.dat: the files in it (MS-OXTNEF)."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, legible
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_HEAD_BYTES = 6
_LEAST = 11
"""Bytes of an attribute that holds nothing: level, number, type, length, checksum (section 2.1.3)."""
_TITLE, _DATA, _START, _PROPERTIES = 0x8010, 0x800F, 0x9002, 0x9005
"""attAttachTitle, attAttachData, attAttachRendData, attAttachment (section 2.1.3.2)."""
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _OBJECT = 0x3707, 0x3704, 0x3001, 0x3701
"""Properties of an attachment (MS-OXCMSG section 2.2.2)."""
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Type of a property -> its bytes (MS-OXTNEF section 2.1.3.3); others have a length of their own."""
_COUNTED = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_STRINGS = {0x1E: "", 0x1F: "utf-16-le"}
_GUID_BYTES = 16


class _Attachment:
    """One file, as its attributes come."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.names: list[str] = []
        self.data: bytes | None = None

    def member(self) -> Member | None:
        """Give the file; None where nothing of it was there."""
        if self.data is None and not self.names:
            return None
        names = list(dict.fromkeys(self.names)) or [""]
        return Member(names[0], self.data, self.at, tuple(names[1:]))


def read_tnef(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files; what is damaged is told, and what stood before it given."""
    yield Note("TNEF")
    one: _Attachment | None = None
    at = _HEAD_BYTES
    wrong = False
    while at + _LEAST <= len(data):
        number = int.from_bytes(data[at + 1 : at + 3], "little")
        size = int.from_bytes(data[at + 5 : at + 9], "little")
        body = data[at + 9 : at + 9 + size]
        if data[at] not in {1, 2} or len(body) < size:
            yield Note("TNEF_MALFORMED", "an attribute is damaged or cut", at)
            yield Gap("MALFORMED", "it is cut", max(0, len(data) - at), at=at)
            if one is not None and number == _DATA and body:
                one.data = one.data or body
            break
        if number == _START:
            yield from _given(one)
            if not budget.take_member():
                yield PARTS
                return
            one = _Attachment(at)
        elif data[at] == 2:
            one = one or _Attachment(at)
            yield from _attribute(one, number, body)
        if not wrong and sum(body) & 0xFFFF != int.from_bytes(data[at + 9 + size : at + 11 + size], "little"):
            wrong = True  # one is told
            yield Note("TNEF_CHECKSUM", "", at)
        at += 11 + size
        if budget.is_late():
            yield Gap("TIME", "walk_seconds")
            return
    yield from _given(one)
    if len(data) < _HEAD_BYTES or (data[at:].strip(b"\0\r\n") and at + _LEAST > len(data)):
        yield Note("TNEF_MALFORMED", "it is cut", at)
        yield Gap("MALFORMED", "it is cut", max(0, len(data) - at), at=at)


def _given(one: _Attachment | None) -> Iterator[Piece]:
    if one is None:
        return
    member = one.member()
    if member is not None:
        yield member
    if one.data is None:  # a link to a file, or cut behind an attribute: nothing says where a form ends
        yield Gap("MALFORMED", "a file has no content", name=member.name if member else "", at=one.at)


def _attribute(one: _Attachment, number: int, body: bytes) -> Iterator[Piece]:
    """Take what one attribute says of a file."""
    if number == _TITLE:
        one.names.append(legible(body.rstrip(b"\0")))
    elif number == _DATA:
        one.data = body
    elif number == _PROPERTIES:
        yield from _properties(one, body)


def _properties(one: _Attachment, body: bytes) -> Iterator[Piece]:
    """Read a list of properties: type, number, perhaps a name, and one or more values."""
    count, at = int.from_bytes(body[:4], "little"), 4
    for _ in range(min(count, 2_000)):
        if at + 4 > len(body):
            yield Note("TNEF_MALFORMED", "a list of properties is cut")
            yield Gap("MALFORMED", "a list of properties is cut")
            return
        kind, number = int.from_bytes(body[at : at + 2], "little"), int.from_bytes(body[at + 2 : at + 4], "little")
        at += 4
        if number >= 0x8000:
            at = _named(body, at)
        values, at = _values(body, at, kind)
        if values is None:
            yield Note("TNEF_MALFORMED", f"a property of type {kind:#x}")
            yield Gap("MALFORMED", "a list of properties is cut")
            return
        for value in values[:1]:
            if number in {_LONG_NAME, _SHORT_NAME, _SHOWN_NAME} and kind & 0xFFF in _STRINGS:
                codec = _STRINGS[kind & 0xFFF]
                name = (value.decode(codec, "replace") if codec else legible(value)).rstrip("\0")
                if name:
                    one.names.insert(0 if number == _LONG_NAME else len(one.names), name)
            elif number == _OBJECT:
                one.data = value[_GUID_BYTES:] if kind & 0xFFF == 0x0D else value


def _named(body: bytes, at: int) -> int:
    """Skip the name of a property that has one."""
    kind = int.from_bytes(body[at + 16 : at + 20], "little")
    if kind == 0:
        return at + 24
    size = int.from_bytes(body[at + 20 : at + 24], "little")
    return at + 24 + size + -size % 4


def _values(body: bytes, at: int, kind: int) -> tuple[list[bytes] | None, int]:
    """Give the values of a property, and where the next begins."""
    base = kind & 0xFFF
    if base in _FIXED:
        size = _FIXED[base]
        count = 1
        if kind & 0x1000:
            count, at = int.from_bytes(body[at : at + 4], "little"), at + 4
        end = at + size * count
        return ([body[at : at + size]], end) if end <= len(body) else (None, at)
    if base not in _COUNTED:
        return None, at
    count, at = int.from_bytes(body[at : at + 4], "little"), at + 4
    found = []
    for _ in range(min(count, 1_000)):
        size = int.from_bytes(body[at : at + 4], "little")
        if at + 4 + size > len(body):
            return None, at
        found.append(body[at + 4 : at + 4 + size])
        at += 4 + size + -size % 4
    return found, at
