"""LZH archives of LHA, with headers of levels 0 to 3; still usual in Japan.

Facts: the header documents of LHA for UNIX and of UNLHA32.DLL; checked against lhasa and jlha.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.archives.lzh import unpack_lzh
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, legible, number, path_notes, stored, unpacked
from mailkit.attachments.pieces import Gap, Member, Note, Piece

_STORED = frozenset({b"-lh0-", b"-lz4-", b"-pm0-"})
_DISTANCES = {b"-lh4-": 4, b"-lh5-": 4, b"-lh6-": 5, b"-lh7-": 5}
_FOLDER = b"-lhd-"
_EXTENSIONS = 100
"""Extended headers of one member that are read; archivers write five or six."""


class _Header(NamedTuple):
    """What a header of any level tells."""

    method: bytes
    start: int
    """Where the content begins."""
    packed: int
    size: int
    names: tuple[str, ...]
    system: bytes
    is_whole: bool
    """Whether its checksum is right."""


def is_header(data: bytes, at: int) -> bool:
    """Say whether a header stands somewhere: its method is a word between hyphens, its level one of four."""
    method = data[at + 2 : at + 7]
    return (
        len(method) == 5
        and method[:1] == method[4:] == b"-"
        and method[1:4].isalnum()
        and data[at + 20 : at + 21] in {b"\0", b"\1", b"\2", b"\3"}
    )


def read_lha(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an archive, which may stand behind a program that unpacks it."""
    at = _first(data)
    if at is None:
        yield Note("ARCHIVE_MALFORMED", "no header", 0)
        yield Gap("MALFORMED", "no header", len(data))
        return
    while at < len(data) and data[at : at + 1] != b"\0":
        header = _header(data, at) if is_header(data, at) else None
        if header is None:
            yield Note("ARCHIVE_MALFORMED", "a header that is none", at)
            yield Gap("MALFORMED", "a header that is none", len(data) - at)
            return
        if budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        if not header.is_whole:
            yield Note("ARCHIVE_MALFORMED", "checksum of a header", at)
        yield from _member(data, at, header, budget)
        at = header.start + header.packed


def _first(data: bytes) -> int | None:
    """Find the first header."""
    if is_header(data, 0):
        return 0
    for mark in (b"-lh", b"-lz", b"-pm"):
        at = data.find(mark, 2)
        for _ in range(100):
            if at < 0:
                break
            if is_header(data, at - 2) and _header(data, at - 2) is not None:
                return at - 2
            at = data.find(mark, at + 1)
    return None


def _member(data: bytes, at: int, header: _Header, budget: Budget) -> Iterator[Piece]:
    """Give a file; a folder tells only where it leads, and a link stands in the name of one."""
    name, *also = header.names
    if header.method == _FOLDER:
        name, mark, target = name.partition("|")
        yield from path_notes(name, at, target if mark else None)
        if mark:
            yield Member(name, b"", at)
        return
    for one in header.names:
        yield from path_notes(one, at)
    packed = data[header.start : header.start + header.packed]
    if header.method in _STORED or not header.size:
        yield from stored(data, [(header.start, header.packed)], name, budget, tuple(also))
    elif header.method in _DISTANCES:
        found = unpack_lzh(packed, header.size, _DISTANCES[header.method], budget)
        yield from unpacked(name, found, header.size, tuple(also), at)
    else:
        yield Member(name, None, at, tuple(also))
        yield Gap("UNSUPPORTED", f"method {header.method.decode('latin-1')}", header.packed, name)


def _header(data: bytes, at: int) -> _Header | None:
    """Read a header; None where its sizes cannot be."""
    level, packed, size = data[at + 20], number(data, at + 7, 4), number(data, at + 11, 4)
    method = data[at + 2 : at + 7]
    if level < 2:
        length = data[at] + 2
        name = data[at + 22 : at + 22 + data[at + 21]] if at + 21 < len(data) else b""
        whole = sum(data[at + 2 : at + length]) & 0xFF == data[at + 1]
        place = at + 24 + len(name)
        system = data[place : place + 1] if level or length > 24 + len(name) else b""
        following = number(data, at + length - 2, 2) if level else 0
        start, step = at + length, 2
    else:
        name, whole, step = b"", True, 2 if level == 2 else 4
        length = number(data, at, 2) if level == 2 else number(data, at + 24, 4)
        system = data[at + 23 : at + 24]
        following = number(data, at + (24 if level == 2 else 28), step)
        start = at + (26 if level == 2 else 32)
    if length < 22 or start > len(data):
        return None
    fields, end = _extended(data, start, following, step)
    if level == 1:
        start, packed = end, packed - (end - start)
    elif level > 1:
        start = at + max(length, 26)
    if 0x42 in fields and len(fields[0x42]) >= 16:
        packed, size = number(fields[0x42], 0, 8), number(fields[0x42], 8, 8)
    return _Header(method, start, max(packed, 0), size, _names(name, fields), system, whole)


def _extended(data: bytes, at: int, size: int, step: int) -> tuple[dict[int, bytes], int]:
    """Read the extended headers, each of which says how long the next one is; give them and where they end."""
    fields: dict[int, bytes] = {}
    for _ in range(_EXTENSIONS):
        if size <= step or at + size > len(data):
            break
        fields.setdefault(data[at], data[at + 1 : at + size - step])
        at, size = at + size, number(data, at + size - step, step)
    return fields, at


def _names(name: bytes, fields: dict[int, bytes]) -> tuple[str, ...]:
    """Give the names that a header has: in the system's own characters and, since 2005, in Unicode."""
    own = fields.get(0x01, b"") or name
    folder = fields.get(0x02, b"").replace(b"\xff", b"/")
    found = [_path(legible(folder), legible(own.partition(b"\0")[0]))]
    if 0x44 in fields:
        parent = fields.get(0x45, b"").decode("utf-16-le", "replace").replace("\uffff", "/")
        found.insert(0, _path(parent, fields[0x44].decode("utf-16-le", "replace")))
    return tuple(dict.fromkeys(one for one in found if one)) or ("",)


def _path(folder: str, name: str) -> str:
    path = f"{folder.rstrip('/')}/{name}" if folder else name
    return path.replace("\\", "/")
