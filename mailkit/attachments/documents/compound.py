"""What stands in a compound file: macros, packed files and objects, what is encrypted, installers, mails of Outlook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.biff import workbook_pieces
from mailkit.attachments.documents.macros import judge_ole
from mailkit.attachments.documents.ole import Entry, Ole
from mailkit.attachments.documents.reread import reread
from mailkit.attachments.entries import PARTS, legible, unpacked
from mailkit.attachments.extras import DAMAGED_OLE, hint, load
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import unpack

_INSTALLERS = {
    "000C1084-0000-0000-C000-000000000046": "an installer of Windows",
    "000C1086-0000-0000-C000-000000000046": "a patch of an installer of Windows",
    "000C1082-0000-0000-C000-000000000046": "a transform of an installer of Windows",
}
"""Class identifier of the root -> what it is (Windows Installer; knowledge, not seen)."""
_EQUATION = ("0002CE02-0000-0000-C000-000000000046", "0002CE03-0000-0000-C000-000000000046")
_FLASH = "D27CDB6E-AE6D-11CF-96B8-444553540000"
_NATIVE = "\x01Ole10Native"
_WORD_ENCRYPTED = 0x0100
"""Flag of the FIB (MS-DOC section 2.5.2)."""
_PPT_ENCRYPTED = b"\xdf\xc4\xd1\xf3"
"""What marks a presentation as encrypted in its CurrentUserAtom (MS-PPT section 2.3.2)."""
_DDE = re.compile(rb"\x13[ \t]{0,20}DDE(?:AUTO)?[ \t]", re.IGNORECASE)
"""The mark that begins a field, and the fields that start programs (MS-DOC sections 2.8.25 and 2.9.90)."""
_LINK = "\x01Ole"
_LINKED = 1
"""Flag of a stream that says where a linked object lies (MS-OLEDS section 2.3.3)."""
_AWAY = re.compile(
    rb"(?:https?|ftp)://[\x21-\x7e]{1,200}|\\\\[0-9A-Za-z][\w.@-]{1,80}\\[\x20-\x7e]{1,200}", re.IGNORECASE
)
_ATTACHMENT = "__attach_version1.0_#"
_NAMES = ("3707", "3704", "3001")
"""Properties of an attachment (MS-OXCMSG section 2.2.2): its long, its short and its displayed name."""
_DATA = "__substg1.0_37010102"
_TEXT = {"001F": "utf-16-le", "001E": ""}


def read_ole(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Tell what a compound file holds besides text; packed files are members."""
    ole = Ole(data)
    damage = ole.damage or ("" if ole.entries else "no directory")
    if damage:  # of the whole; a stream that is cut shows when it is read
        other = reread(data)
        if other is not None and len(other.entries) > len(ole.entries):
            yield from _document(other, budget)
        elif other is None and load(DAMAGED_OLE) is None:
            damage = f"{damage}; {hint(DAMAGED_OLE)}"
    if not ole.entries:
        yield Note("OFFICE_MALFORMED", ole.damage or "no directory")
        yield Gap("MALFORMED", damage, len(data))
        return
    yield from _document(ole, budget)
    if ole.damage:
        yield Gap("MALFORMED", damage or ole.damage)


def _document(ole: Ole, budget: Budget) -> Iterator[Piece]:
    """Tell what stands in a file, by its streams."""
    entries = ole.entries
    root = next(iter(entries.values()))
    if root.class_id in _INSTALLERS:
        yield Note("MAGIC_INSTALLER", _INSTALLERS[root.class_id])
    top = {entry.name: entry for entry in entries.values() if not entry.path}
    if "EncryptedPackage" in top:
        yield Note("OFFICE_ENCRYPTED", "MS-OFFCRYPTO")
        yield Gap("ENCRYPTED", "MS-OFFCRYPTO", top["EncryptedPackage"].size)
        return
    yield from judge_ole(ole, budget)
    yield from _streams(ole, top, budget)
    yield from _mails(ole, budget)


def _streams(ole: Ole, top: dict[str, Entry], budget: Budget) -> Iterator[Piece]:
    """Look at the streams by their names."""
    for name in ("Workbook", "Book", "WORKBOOK", "BOOK"):
        if name in top:
            yield from workbook_pieces(ole.read(top[name]), budget)
    if "WordDocument" in top:
        yield from _word(ole.read(top["WordDocument"]))
    if "PowerPoint Document" in top:
        if "Current User" in top and ole.read(top["Current User"], 16)[12:] == _PPT_ENCRYPTED:
            yield Note("OFFICE_ENCRYPTED", "MS-PPT")
            yield Gap("ENCRYPTED", "MS-PPT")
        yield from _slides(ole.read(top["PowerPoint Document"]), budget)
    yield from _objects(ole, budget)


def _objects(ole: Ole, budget: Budget) -> Iterator[Piece]:
    """Look at the objects that stand in the document."""
    for entry in ole.entries.values():
        if entry.class_id in _EQUATION or entry.name == "Equation Native":
            yield Note("OFFICE_EQUATION", entry.name)
        elif entry.class_id == _FLASH:
            yield Note("OFFICE_ACTIVEX", "Flash")
        elif entry.name.upper() == _NATIVE.upper() and not entry.is_storage:
            yield from native(ole.read(entry), budget)
        elif entry.name == _LINK:
            yield from _link(ole.read(entry, 65_536))
        elif entry.name in {"Package", "CONTENTS"} and entry.path and not entry.is_storage:
            if not budget.take_member():
                yield PARTS
                return
            yield Member("", ole.read(entry))  # an everyday object: what is in it counts


def _link(data: bytes) -> Iterator[Piece]:
    """Tell of a linked object that lies on another machine (MS-OLEDS section 2.3.3)."""
    if data[4:5] and data[4] & _LINKED and (found := _AWAY.search(data.replace(b"\0", b""))) is not None:
        yield Note("OFFICE_EXTERNAL_OLE", found[0].decode("latin-1"))


def native(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the file in a stream of OLE 1: label, path, path on the sender's disk, content (MS-OLEDS section 2.3.6)."""
    yield Note("OFFICE_OLE_PACKAGE", "a packed file")
    if not budget.take_member():
        yield PARTS
        return
    if data[4:6] != b"\x02\x00":
        yield Member("", data[4 : 4 + int.from_bytes(data[:4], "little")])
        return
    label, at = _string(data, 6)
    path, at = _string(data, at)
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    other = data[at + 8 : at + 8 + min(size, 4_096)].partition(b"\0")[0]
    at += 8 + size
    length = int.from_bytes(data[at : at + 4], "little")
    names = [name for name in (label, path, legible(other)) if name]
    content = data[at + 4 : at + 4 + length]
    yield Member(names[0] if names else "", content, at + 4, tuple(names[1:]))
    if len(content) < length:
        yield Gap("MALFORMED", "a packed file is cut", length - len(content))


def _string(data: bytes, at: int) -> tuple[str, int]:
    """Read a string that ends in a zero byte; give where the next thing begins, too."""
    end = data.find(b"\0", at, at + 4_096)
    return ("", at) if end < 0 else (legible(data[at:end]), end + 1)


def _word(data: bytes) -> Iterator[Piece]:
    """Look at the text of Word for encryption and for fields that start programs (MS-DOC section 2.5.2)."""
    if int.from_bytes(data[10:12], "little") & _WORD_ENCRYPTED:
        yield Note("OFFICE_ENCRYPTED", "MS-DOC")
        yield Gap("ENCRYPTED", "MS-DOC", len(data))
        return
    for text in (data, data.replace(b"\0", b"")):
        if (found := _DDE.search(text)) is not None:
            yield Note("OFFICE_DDE", text[found.start() + 1 : found.start() + 80].decode("latin-1"), found.start())
            return


def _slides(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the objects that stand packed in a presentation: records of type 0x1011 (MS-PPT section 2.10.34)."""
    at = data.find(b"\x11\x10")
    while at >= 0 and not budget.is_late():
        length = int.from_bytes(data[at + 2 : at + 6], "little")
        head = data[at + 6 : at + 16]
        after = at + 1
        kind = data[at - 2 : at] if at >= 2 and length <= len(data) - at - 6 else b""
        packed = kind == b"\x10\x00" and head[4:6] in {b"\x78\x9c", b"\x78\x01", b"\x78\xda", b"\x78\x5e"}
        if packed or (kind == b"\0\0" and length):
            if not budget.take_member():
                yield PARTS
                return
            after = at + 6 + length
            if packed:
                yield from unpacked("", unpack("zlib", memoryview(data)[at + 10 : after], budget), 0, (), at)
            else:
                yield Member("", data[at + 6 : after], at)
        at = data.find(b"\x11\x10", after)


def _mails(ole: Ole, budget: Budget) -> Iterator[Piece]:
    """Give the attachments of a mail that Outlook has saved, and of the mails in it."""
    found: dict[tuple[str, ...], dict[str, Entry]] = {}
    for entry in ole.entries.values():
        if entry.path and entry.path[-1].startswith(_ATTACHMENT) and entry.name.startswith("__substg1.0_"):
            found.setdefault(entry.path, {})[entry.name.upper()] = entry
    for properties in found.values():
        if not budget.take_member():
            yield PARTS
            return
        names = [name for one in _NAMES if (name := _property(ole, properties, one))]
        content = properties.get(_DATA.upper())
        if content is not None:
            yield Member(names[0] if names else "", ole.read(content), 0, tuple(names[1:]))


def _property(ole: Ole, properties: dict[str, Entry], number: str) -> str:
    """Give a text property of an attachment."""
    for kind, codec in _TEXT.items():
        entry = properties.get(f"__SUBSTG1.0_{number}{kind}")
        if entry is not None:
            raw = ole.read(entry, 4_096)
            return (raw.decode(codec, "replace") if codec else legible(raw)).rstrip("\0")
    return ""
