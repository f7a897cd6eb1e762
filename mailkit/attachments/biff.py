"""Workbooks of Excel 2 to 2003: sheets of macros, names that run by themselves, links to programs (MS-XLS)."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Note, Piece

_BOUNDSHEET, _FILEPASS, _NAMES, _SUPBOOK, _EOF = 0x85, 0x2F, frozenset({0x18, 0x218}), 0x1AE, 0x0A
_MACRO_SHEET = 1
_BOFS = frozenset({0x09, 0x209, 0x409, 0x809})
_MACRO_STREAM = 0x40
_BUILT_IN, _AUTO = 0x20, {0x01: "Auto_Open", 0x02: "Auto_Close", 0x0A: "Auto_Activate", 0x0B: "Auto_Deactivate"}
"""Names that Excel runs (MS-XLS section 2.4.150)."""
_HIDDEN = {0: "visible", 1: "hidden", 2: "very hidden"}
_RECORDS = 500_000


def read_biff(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Look at a workbook that is no compound file: Excel 2 to 4."""
    yield from workbook_pieces(data, budget)


def workbook_pieces(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Tell what of a workbook runs or is encrypted."""
    macros, auto, dde = "", "", ""
    at = count = 0
    while at + 4 <= len(data) and count < _RECORDS:
        kind, size = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        body = data[at + 4 : at + 4 + min(size, 600)]
        if kind == _FILEPASS:
            yield Note("OFFICE_ENCRYPTED", "MS-XLS FilePass", at)
            yield Gap("ENCRYPTED", "MS-XLS", len(data))
            return
        if kind == _BOUNDSHEET and len(body) > 5 and body[5] == _MACRO_SHEET:
            macros = macros or f"a sheet of macros, {_HIDDEN.get(body[4] & 3, 'hidden')}"
        elif kind in _BOFS and kind < 0x800 and len(body) > 3 and body[2] == _MACRO_STREAM:
            macros = macros or "a sheet of macros"
        elif kind in _NAMES:
            auto = auto or _auto(body)
        elif kind == _SUPBOOK:
            dde = dde or _program(body)
        at += 4 + size
        count += 1
        if count & 0xFFF == 0 and budget.is_late():
            yield Gap("TIME", "walk_seconds")
            return
    if macros and auto:
        yield Note("OFFICE_XLM_AUTO", f"{macros}; {auto}")
    if macros:
        yield Note("OFFICE_XLM", macros)
    if dde:
        yield Note("OFFICE_DDE", dde)


def _auto(body: bytes) -> str:
    """Give the name of a record of type Lbl, where it is one that runs by itself."""
    if len(body) > 15 and body[0] & _BUILT_IN:
        text = body[14:17].lstrip(b"\0")
        return _AUTO.get(text[0], "") if text else ""
    plain = body[14:60].replace(b"\0", b"").lower()
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
