"""Projects of Visual Basic: the source of their modules, undone from the compression of MS-OVBA section 2.4.1."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.attachments.budget import Budget
from mailkit.attachments.documents.ole import Entry, Ole

_CONTAINER = 0x01
_CHUNK_BYTES = 4_096
_SOURCE = (b"\x00Attribut", b"Attribute VB_")
"""How the source of every module begins: packed, its first eight letters behind a flag byte; and in a raw chunk."""
_MODULE_BYTES = 1 << 20
"""Of the source of one module, as much is read."""
PROJECT_BYTES = 1 << 20
"""Of all modules of one project together."""


def decompress(data: bytes, at: int = 0, most: int = _MODULE_BYTES) -> bytes:
    r"""Undo one container of MS-OVBA; what came out before damage is given.

    >>> decompress(b"\x01\x03\xb0\x00abc")
    b'abc'
    """
    if data[at : at + 1] != bytes([_CONTAINER]):
        return b""
    out = bytearray()
    at += 1
    while at + 2 <= len(data) and len(out) < most:
        header = int.from_bytes(data[at : at + 2], "little")
        end = min(len(data), at + (header & 0x0FFF) + 3)
        if header >> 12 & 7 != 3:
            break
        if header & 0x8000:
            _chunk(data, at + 2, end, out)
        else:
            out += data[at + 2 : min(len(data), at + 2 + _CHUNK_BYTES)]
        at = end
    return bytes(out)


def _chunk(data: bytes, at: int, end: int, out: bytearray) -> None:
    """Undo one packed chunk: eight tokens behind each flag byte, a letter or a copy of what stands before (2.4.1.3.5)."""
    start = len(out)
    while at < end and len(out) - start < _CHUNK_BYTES:
        flags = data[at]
        at += 1
        for bit in range(8):
            is_copy = flags >> bit & 1
            if at + is_copy >= end:
                return
            if not is_copy:
                out.append(data[at])
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "little")
            at += 2
            bits = max(4, (len(out) - start - 1).bit_length())  # of the offset: as many as the chunk so far needs
            length = (token & 0xFFFF >> bits) + 3
            back = (token >> 16 - bits) + 1
            if back > len(out) - start or len(out) - start + length > _CHUNK_BYTES:
                return
            piece = out[len(out) - back :]
            out += (piece * (length // back + 1))[:length]


def sources(ole: Ole, budget: Budget) -> Iterator[tuple[Entry, str]]:
    """Give the modules of a compound file with their source; those that the dir stream hides are found all the same."""
    left = PROJECT_BYTES
    for entry in ole.entries.values():
        if entry.is_storage or not entry.size:
            continue
        if left <= 0 or budget.is_late():
            return
        data = ole.read(entry, _MODULE_BYTES)
        packed, raw = (data.find(mark) for mark in _SOURCE)
        at = packed - 3 if packed >= 3 else raw - 3
        if at >= 0 and data[at] == _CONTAINER:
            source = decompress(data, at, min(left, budget.room(len(data) - at)))
            budget.spend(len(source))
            left -= len(source)
            yield entry, source.decode("latin-1")


def is_project(ole: Ole) -> bool:
    """Say whether a compound file holds a project: its VBA storage, or a stream that belongs to one (2.2.1)."""
    return any(
        entry.name.upper() in {"VBA", "_VBA_PROJECT", "PROJECTWM"} or entry.name.upper() == "_VBA_PROJECT_CUR"
        for entry in ole.entries.values()
    )
