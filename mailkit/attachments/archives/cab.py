"""Cabinet files: all names, and the content of what is stored or in MSZIP.

Facts: MS-CAB sections 2.1 to 2.6, MS-MCI. Quantum and LZX are known by name only.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.budget import FREE_BYTES, Budget
from mailkit.attachments.entries import PARTS, TIME, legible, number, path_notes
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reason

_PREVIOUS, _NEXT, _RESERVED = 0x1, 0x2, 0x4
_METHODS = {0: "stored", 1: "MSZIP", 2: "Quantum", 3: "LZX"}
_HISTORY = 1 << 15
_BLOCKS = 20_000
"""Blocks of all folders that are unpacked; each may hold 32 KiB."""
_UTF8 = 0x80
_BLOCK = 1 << 15
"""What a block unpacks to at most (MS-CAB section 2.4)."""


class _Head(NamedTuple):
    """What the header tells."""

    files: int
    """Where the files begin."""
    file_count: int
    folders: int
    """Where the folders begin."""
    folder_count: int
    flags: int
    folder_more: int
    """Bytes that are kept free in each folder."""
    block_more: int


class _Folder(NamedTuple):
    """A run of bytes that files are cut from."""

    data: bytes
    reason: Reason | None
    """Why it is not all of it."""
    detail: str
    blocks: int = 0
    """How many blocks were read."""


class _File(NamedTuple):
    name: str
    at: int
    size: int
    start: int
    """Where in its folder it begins."""
    folder: int


def read_cab(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files of a cabinet, which may stand behind a program that unpacks it."""
    begin = data.find(b"MSCF\0\0\0\0")
    head = _head(data[begin:]) if begin >= 0 else None
    if head is None:
        yield Note("ARCHIVE_MALFORMED", "no header", 0)
        yield Gap("MALFORMED", "no header", len(data))
        return
    data = data[begin:]
    folders: dict[int, _Folder] = {}
    at, left = head.files, _BLOCKS
    for _ in range(head.file_count):
        if budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        end = data.find(b"\0", at + 16, at + 16 + 1024)
        if end < 0:
            yield Note("ARCHIVE_MALFORMED", "a file without a name", at + begin)
            yield Gap("MALFORMED", "a file without a name", max(0, len(data) - at))
            return
        one = _file(data, at, end)
        yield from path_notes(one.name, at + begin)
        if one.folder >= 0xFFFD:
            yield Member(one.name, None, at + begin)
            yield Gap("PARTIAL", "it goes on in another cabinet", one.size, one.name)
        else:
            if one.folder not in folders:
                folders[one.folder] = _unpack(data, head, one.folder, left, budget)
                left -= folders[one.folder].blocks
            yield from _cut(one, folders[one.folder], begin)
        at = end + 1


def _file(data: bytes, at: int, end: int) -> _File:
    raw = data[at + 16 : end]
    name = raw.decode("utf-8", "replace") if number(data, at + 14, 2) & _UTF8 else legible(raw)
    return _File(name.replace("\\", "/"), at, number(data, at, 4), number(data, at + 4, 4), number(data, at + 8, 2))


def _cut(one: _File, folder: _Folder, begin: int) -> Iterator[Piece]:
    """Give a file out of its folder."""
    content = folder.data[one.start : one.start + one.size]
    is_known = content or not one.size
    yield Member(one.name, content if is_known else None, one.at + begin)
    if len(content) < one.size:
        yield Gap(folder.reason or "MALFORMED", folder.detail, one.size - len(content), one.name)


def _head(data: bytes) -> _Head | None:
    """Read the header, and what may stand between it and the folders."""
    flags, at, folder_more, block_more = number(data, 30, 2), 36, 0, 0
    if flags & _RESERVED:
        at = 40 + number(data, 36, 2)
        folder_more, block_more = number(data, 38, 1), number(data, 39, 1)
    for bit in (_PREVIOUS, _NEXT):
        for _ in range(2 if flags & bit else 0):  # the names of another cabinet and its disk
            at = data.find(b"\0", at) + 1 or len(data)
    if at >= len(data):
        return None
    return _Head(number(data, 16, 4), number(data, 28, 2), at, number(data, 26, 2), flags, folder_more, block_more)


def _unpack(data: bytes, head: _Head, index: int, left: int, budget: Budget) -> _Folder:
    """Unpack a folder once; all its files are cut from it."""
    at = head.folders + index * (8 + head.folder_more)
    if index >= head.folder_count or at + 8 > len(data):
        return _Folder(b"", "MALFORMED", "no such folder")
    place, blocks, method = number(data, at, 4), number(data, at + 4, 2), number(data, at + 6, 2) & 0xF
    if method > 1:
        return _Folder(b"", "UNSUPPORTED", f"compressed by {_METHODS.get(method, method)}: known by name only")
    room, ratio = budget.room(len(data)), budget.limits.unpack_ratio
    found: list[bytes] = []
    size, history = 0, b""
    reason: Reason | None = None
    blocks = min(blocks, left)
    for _ in range(blocks):
        length, plain = number(data, place + 4, 2), number(data, place + 6, 2)
        start = place + 8 + head.block_more
        packed = data[start : start + length]
        block = packed if method == 0 else _mszip(packed, history)
        found.append(block[: room - size])
        size += len(found[-1])
        history = (history + block)[-_HISTORY:]
        place = start + length
        if not length or len(packed) < length or len(block) < plain:
            reason = "MALFORMED"
        elif size >= room:
            reason = "RATIO" if size >= max(FREE_BYTES, len(data) * ratio) else "BYTES"
        elif budget.is_late():
            reason = "TIME"
        if reason:
            break
    budget.spend(size)
    return _Folder(b"".join(found), reason, "it did not unpack to its end" if reason else "", blocks)


def _mszip(packed: bytes, history: bytes) -> bytes:
    """Undo a block: Deflate behind two letters, with what came before as its window (MS-MCI section 2.1)."""
    if not packed.startswith(b"CK"):
        return b""
    one = zlib.decompressobj(-zlib.MAX_WBITS, zdict=history)
    try:
        return one.decompress(packed[2:], _BLOCK)
    except zlib.error:
        return b""
