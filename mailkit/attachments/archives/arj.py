"""ARJ archives. Facts: ARJ's TECHNOTE of 1993 and 1997; checked against ARJ 3.10."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from mailkit.attachments.archives.lzh import unpack_fastest, unpack_lzh
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, legible, number, path_notes, stored, unpacked
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_MARK = b"\x60\xea"
_LONGEST = 2600
"""Bytes of a header at most."""
_EXTENSIONS = 64
_GARBLED, _VOLUME, _CONTINUED = 0x01, 0x04, 0x08
_COMMENT, _DIRECTORY, _LABEL, _CHAPTER = 2, 3, 4, 5


def read_arj(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an archive, which may stand behind a program that unpacks it."""
    at = _first(data)
    if at < 0:
        yield Note("ARCHIVE_MALFORMED", "no header", 0)
        yield Gap("MALFORMED", "no header", len(data))
        return
    while number(data, at + 2, 2) and data.startswith(_MARK, at):
        head = data[at + 4 : at + 4 + number(data, at + 2, 2)]
        if not _is_header(data, at) or len(head) < 30:
            break
        if zlib.crc32(head) != number(data, at + 4 + len(head), 4):
            yield Note("ARCHIVE_MALFORMED", "checksum of a header", at)
        start = _behind(data, at + 8 + len(head))
        if budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        if head[6] != _COMMENT:
            yield from _member(data, at, start, budget)
            start += number(head, 12, 4)
        at = start
    if not (data.startswith(_MARK, at) and not number(data, at + 2, 2)):
        yield Note("ARCHIVE_MALFORMED", "no end", at)
        yield Gap("MALFORMED", "no end", max(0, len(data) - at))


def _is_header(data: bytes, at: int) -> bool:
    """Say whether a header stands somewhere, by its sizes."""
    size, first = number(data, at + 2, 2), number(data, at + 4, 1)
    return 30 <= size <= _LONGEST and 30 <= first <= size and at + 4 + size <= len(data)


def _first(data: bytes) -> int:
    """Find the main header."""
    at = data.find(_MARK)
    for _ in range(1000):
        if at < 0 or (_is_header(data, at) and data[at + 10] == _COMMENT):
            return at
        at = data.find(_MARK, at + 1)
    return -1


def _behind(data: bytes, at: int) -> int:
    """Skip the extended headers."""
    for _ in range(_EXTENSIONS):
        size = number(data, at, 2)
        if not size:
            break
        at += size + 6
    return at + 2


def _member(data: bytes, at: int, start: int, budget: Budget) -> Iterator[Piece]:
    """Give one file, whose content begins at `start`."""
    head = data[at + 4 : at + 4 + number(data, at + 2, 2)]
    flags, method, kind = head[4], head[5], head[6]
    packed, size = number(head, 12, 4), number(head, 16, 4)
    name = legible(head[head[0] :].partition(b"\0")[0])
    yield from path_notes(name, at)
    if kind in {_DIRECTORY, _LABEL, _CHAPTER}:
        return
    if flags & _GARBLED:
        yield Note("ARCHIVE_ENCRYPTED", name, at)
        yield Member(name, None, at)
        yield Gap("ENCRYPTED", "", packed, name)
    elif method == 0:
        yield from stored(data, [(start, packed)], name, budget)
    elif method <= 4:
        content = data[start : start + packed]
        fastest = method == 4
        found = unpack_fastest(content, size, budget) if fastest else unpack_lzh(content, size, 5, budget)
        yield from unpacked(name, found, size, (), at)
    else:
        yield Member(name, None, at)
        yield Gap("UNSUPPORTED", f"method {method}", packed, name)
    if flags & (_VOLUME | _CONTINUED):
        yield Gap("PARTIAL", "it goes on in another volume", None, name)
