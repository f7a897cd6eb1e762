"""Workbooks of Excel 2 to 2003: sheets of macros, names that run by themselves, links to programs (MS-XLS)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Note, Piece

_BOUNDSHEET, _FILEPASS, _NAMES, _SUPBOOK = 0x85, 0x2F, frozenset({0x18, 0x218}), 0x1AE
_MACRO_SHEET = 1
_BOFS = frozenset({0x09, 0x209, 0x409, 0x809})
_MACRO_STREAM = 0x40
_BUILT_IN, _AUTO = 0x20, {0x01: "Auto_Open", 0x02: "Auto_Close", 0x0A: "Auto_Activate", 0x0B: "Auto_Deactivate"}
"""Names that Excel runs (MS-XLS section 2.4.150)."""
_HIDDEN = {0: "visible", 1: "hidden", 2: "very hidden"}
_BOF8, _BIFF5, _EXTERNSHEET = 0x809, b"\x00\x05", 0x17
"""Excel 5 and later share the number of their BOF; what it says tells them apart."""
_LOOKED_AT = frozenset({_BOUNDSHEET, _FILEPASS, _SUPBOOK, _EXTERNSHEET, *_NAMES, *_BOFS})
_HEAD = struct.Struct("<HH")


def read_biff(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Look at a workbook that is no compound file: Excel 2 to 4."""
    yield from workbook_pieces(data, budget)


def workbook_pieces(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Tell what of a workbook runs or is encrypted."""
    told: dict[str, str] = {}
    is_unicode = True
    for count, (at, kind, body) in enumerate(_records(data)):
        if kind == _FILEPASS:
            yield Note("OFFICE_ENCRYPTED", "MS-XLS FilePass", at)
            yield Gap("ENCRYPTED", "MS-XLS", len(data))
            return
        if kind in _BOFS:
            is_unicode = kind == _BOF8 and body[:2] != _BIFF5
        what, text = _look(kind, body, is_unicode=is_unicode)
        if text:
            told.setdefault(what, text)
        if count & 0xFFF == 0xFFF and budget.is_late():
            yield Gap("TIME", "walk_seconds")
            return
    if "sheet" in told and "auto" in told:
        yield Note("OFFICE_XLM_AUTO", f"{told['sheet']}; {told['auto']}")
    if "sheet" in told:
        yield Note("OFFICE_XLM", told["sheet"])
    if "dde" in told:
        yield Note("OFFICE_DDE", told["dde"])


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give the records: where each stands, its type and the beginning of its body."""
    at = 0
    while at + 4 <= len(data):
        kind, size = _HEAD.unpack_from(data, at)
        yield at, kind, data[at + 4 : at + 4 + min(size, 600)] if kind in _LOOKED_AT else b""
        at += 4 + size


def _look(kind: int, body: bytes, *, is_unicode: bool) -> tuple[str, str]:
    """Say what a record tells, and of what: a sheet of macros, a name that runs, a program that is started."""
    if kind == _BOUNDSHEET and len(body) > 5 and body[5] == _MACRO_SHEET:
        return "sheet", f"a sheet of macros, {_HIDDEN.get(body[4] & 3, 'hidden')}"
    if kind in _BOFS and kind != _BOF8 and len(body) > 3 and body[2] == _MACRO_STREAM:
        return "sheet", "a sheet of macros"
    if kind in _NAMES:
        return "auto", _auto(body, 15 if is_unicode else 14)
    if kind == _SUPBOOK:
        return "dde", _program(body)
    if kind == _EXTERNSHEET and not is_unicode:
        return "dde", _old_program(body)
    return "", ""


def _auto(body: bytes, start: int) -> str:
    """Give the name of a record of type Lbl, where it is one that runs by itself; since Excel 97 a flag stands before it."""
    if len(body) > start and body[0] & _BUILT_IN:
        return _AUTO.get(body[start], "")
    plain = body[start:60].replace(b"\0", b"").lower()
    return "Auto_Open" if plain.startswith((b"auto_open", b"auto_close", b"autoopen")) else ""


def _program(body: bytes) -> str:
    """Give the program of a link by DDE: no sheets, and application and topic with a byte 3 between (MS-XLS 2.5.277).

    In the path of a workbook, which begins with a byte 1, a byte 3 stands between folders.
    """
    if body[:2] != b"\0\0" or (body[5:6] in {b"\1", b"\2"} and body[4:5] == b"\0"):
        return ""
    text = body[5:].replace(b"\0", b"")
    application, mark, topic = text.partition(b"\x03")
    name = application.lstrip(b"\x01").decode("latin-1").strip()
    return f"{name}|{topic[:60].decode('latin-1')}" if mark and name and "." not in name else ""


def _old_program(body: bytes) -> str:
    """Give the program of a link by DDE before Excel 97: application, a byte 3, topic (knowledge, not seen).

    A byte 1 or 2 begins the path of a workbook, a byte 3 the name of a sheet of the same workbook.
    """
    text = body[1 : 1 + body[0]] if body else b""
    application, mark, topic = text.partition(b"\x03")
    name = application.decode("latin-1")
    return f"{name}|{topic[:60].decode('latin-1')}" if mark and name.isprintable() and name and "." not in name else ""
