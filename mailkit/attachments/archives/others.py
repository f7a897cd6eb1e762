"""Archives that are seldom met: the names of their members, and content where it is stored or in a method we have.

Facts: ACE's ACE.TXT of 1998; Zoo's zoo.h; what is known of ALZ and EGG from ESTsoft's specifications; the xar format of
OpenDarwin; the unofficial description of CHM by M. Russotto. But for ACE and xar, knowledge, not seen.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailkit.attachments.archives.lzh import unpack_lzh
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, legible, number, path_notes, stored, unpacked
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import Method, unpack

ACE_MARK = b"**ACE**"


def _broken(at: int, what: str, size: int) -> Iterator[Piece]:
    yield Note("ARCHIVE_MALFORMED", what, at)
    yield Gap("MALFORMED", what, max(0, size))


def _stop(budget: Budget) -> Gap | None:
    """Count one more member; give why there may be none."""
    if budget.is_late():
        return TIME
    return None if budget.take_member() else PARTS


def read_ace(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an ACE archive; what is compressed is known by name only."""
    at = data.find(ACE_MARK) - 7
    if at < 0:
        yield from _broken(0, "no header", len(data))
        return
    while at < len(data):
        size, kind, flags = number(data, at + 2, 2), number(data, at + 4, 1), number(data, at + 5, 2)
        head = data[at + 4 : at + 4 + size]
        if size < 3 or len(head) < size or kind > 5:
            yield from _broken(at, "a header that is none", len(data) - at)
            return
        if ~zlib.crc32(head) & 0xFFFF != number(data, at, 2):
            yield Note("ARCHIVE_MALFORMED", "checksum of a header", at)
        packed = number(head, 3, 4) if flags & 0x1 else 0
        if stop := _stop(budget):
            yield stop
            return
        if kind == 1:
            yield from _ace_member(data, at, head, budget)
        at += 4 + size + packed


def _ace_member(data: bytes, at: int, head: bytes, budget: Budget) -> Iterator[Piece]:
    flags, packed = number(head, 1, 2), number(head, 3, 4)
    name = legible(head[31 : 31 + number(head, 29, 2)]).replace("\\", "/")
    yield from path_notes(name, at)
    if number(head, 15, 4) & 0x10:  # a folder
        return
    if flags & 0x4000:
        yield Note("ARCHIVE_ENCRYPTED", name, at)
        yield Member(name, None, at)
        yield Gap("ENCRYPTED", "", packed, name)
    elif number(head, 23, 1):
        yield Member(name, None, at)
        yield Gap("UNSUPPORTED", "compressed by ACE: known by name only", packed, name)
    else:
        yield from stored(data, [(at + 4 + len(head), packed)], name, budget)
    if flags & 0x3000:
        yield Gap("PARTIAL", "it goes on in another volume", None, name)


def read_zoo(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of a Zoo archive, whose headers are a chain."""
    mark, seen = b"\xdc\xa7\xc4\xfd", set[int]()
    at = number(data, 24, 4)
    while at and at not in seen and data.startswith(mark, at) and at + 51 <= len(data):
        seen.add(at)
        after = number(data, at + 6, 4)
        if not after:
            return
        if stop := _stop(budget):
            yield stop
            return
        long, folder = number(data, at + 56, 1), number(data, at + 57, 1)
        is_long = number(data, at + 4, 1) == 2 and number(data, at + 51, 2) >= 2
        name = data[at + 58 : at + 58 + long] if is_long and long else data[at + 38 : at + 51]
        parent = data[at + 58 + long : at + 58 + long + folder].partition(b"\0")[0] if is_long else b""
        text = legible(name.partition(b"\0")[0])
        text = f"{legible(parent).rstrip('/')}/{text}" if parent else text
        yield from path_notes(text, at)
        start, size, packed = number(data, at + 10, 4), number(data, at + 20, 4), number(data, at + 24, 4)
        method = number(data, at + 5, 1)
        if method == 0:
            yield from stored(data, [(start, packed)], text, budget)
        elif method == 2:
            found = unpack_lzh(data[start : start + packed], size, 4, budget)
            yield from unpacked(text, found, size, (), at)
        else:
            yield Member(text, None, at)
            yield Gap("UNSUPPORTED", "compressed by LZW: known by name only", packed, text)
        at = after
    yield from _broken(at, "a header that is none", len(data) - at)


_ALZ: dict[int, Method | Literal["", "?"]] = {0: "", 1: "bz2", 2: "deflate"}


def read_alz(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an ALZ archive of Korea."""
    at = 8
    while data.startswith(b"BLZ\x01", at):
        if stop := _stop(budget):
            yield stop
            return
        length, bits = number(data, at + 4, 2), number(data, at + 11, 1)
        width, place = bits >> 4, at + 13
        if width not in {0, 1, 2, 4, 8}:
            break
        method = number(data, place, 1) if width else 0
        packed, size = number(data, place + 6, width), number(data, place + 6 + width, width)
        place += 6 + 2 * width if width else 0
        raw = data[place : place + length]
        try:
            name = raw.decode("cp949").replace("\\", "/")
        except UnicodeDecodeError:
            name = legible(raw)
        place += length + (12 if bits & 1 else 0)
        yield from path_notes(name, at)
        if bits & 1:
            yield Note("ARCHIVE_ENCRYPTED", name, at)
            yield Member(name, None, at)
            yield Gap("ENCRYPTED", "", packed, name)
        else:
            yield from _content(data, _Place(place, packed, size, _ALZ.get(method, "?")), name, budget)
        at = place + packed
    if data[at : at + 4] not in {b"CLZ\x01", b"CLZ\x02", b"ELZ\x01"}:
        yield from _broken(at, "a header that is none", len(data) - at)


class _Place(NamedTuple):
    """Where the content of a member stands."""

    start: int
    packed: int
    size: int
    method: Method | Literal["", "?"]
    """Empty where it is stored, a question mark where it is not known."""


def _content(data: bytes, place: _Place, name: str, budget: Budget) -> Iterator[Piece]:
    """Give a member that is stored, or in a method that is known."""
    if place.method == "":
        yield from stored(data, [(place.start, place.packed)], name, budget)
    elif place.method == "?":
        yield Member(name, None, place.start)
        yield Gap("UNSUPPORTED", "an unknown method: known by name only", place.packed, name)
    else:
        found = unpack(place.method, data[place.start : place.start + place.packed], budget)
        yield from unpacked(name, found, place.size, (), place.start)


_EGG_FILE, _EGG_NAME, _EGG_BLOCK, _EGG_END = 0x0A8590E3, 0x0A8591AC, 0x02B50C13, 0x08E28222
_FIELDS = 20_000
_EGG_LOCKED = 0x08D1470F
_EGG_METHODS: dict[int, Method | Literal["", "?"]] = {0: "", 1: "deflate", 2: "bz2"}


def read_egg(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an EGG archive of Korea: fields, each with its mark and its size."""
    name, is_locked, mark, after = "", False, 0, 14
    for mark, at, after in _egg_fields(data):
        if mark == _EGG_FILE:
            if stop := _stop(budget):
                yield stop
                return
            name, is_locked = "", False
        elif mark == _EGG_NAME:
            name = legible(data[at:after])
            yield from path_notes(name, at)
        elif mark == _EGG_LOCKED:
            is_locked = True
            yield Note("ARCHIVE_ENCRYPTED", name, at)
        elif mark == _EGG_BLOCK and is_locked:
            yield Member(name, None, at)
            yield Gap("ENCRYPTED", "", number(data, at + 6, 4), name)
        elif mark == _EGG_BLOCK:
            method = _EGG_METHODS.get(number(data, at, 1), "?")
            place = _Place(at + 18, number(data, at + 6, 4), number(data, at + 2, 4), method)
            yield from _content(data, place, name, budget)
    if mark != _EGG_END or after < len(data):
        yield from _broken(after, "a field that is cut", len(data) - after)


def _egg_fields(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give the fields: their marks, where their values begin and where they end."""
    after = 14
    for _ in range(_FIELDS):
        mark, at = number(data, after, 4), after + 4
        if mark == _EGG_END:
            after = at
        elif mark == _EGG_FILE:
            after = at + 12
        elif mark == _EGG_BLOCK:
            after = at + 18 + number(data, at + 6, 4)
        else:
            wide = 4 if number(data, at, 1) & 0x1 else 2
            after = at + 1 + wide + number(data, at + 1, wide)
            at += 1 + wide
        if at > len(data) or (after > len(data) and mark != _EGG_BLOCK):
            return
        yield mark, at, after


_DEPTH = 50
"""Folders inside one another."""
_LIST = 4 << 20
"""Bytes of a list of files that are looked at."""
_XAR: dict[str, Method | Literal["", "?"]] = {
    "application/octet-stream": "",
    "application/x-gzip": "zlib",
    "application/x-bzip2": "bz2",
    "application/x-xz": "xz",
    "application/x-lzma": "lzma",
}


def read_xar(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of a xar archive, as installers of macOS are: their list is XML."""
    head, packed = int.from_bytes(data[4:6], "big"), int.from_bytes(data[8:16], "big")
    found = unpack("zlib", data[head : head + packed], budget, _LIST)
    try:
        root = None if b"<!" in found.data else ET.fromstring(found.data)  # noqa: S314 - it declares no entities
    except (ET.ParseError, ValueError, LookupError):
        root = None
    if root is None:
        yield from _broken(0, "no list of files", len(data))
        return
    queue = [("", one) for one in root.iterfind("toc/file")]
    for folder, one in queue:
        if stop := _stop(budget):
            yield stop
            return
        name = folder + (one.findtext("name") or "")
        inner = one.findall("file")
        if inner and name.count("/") >= _DEPTH:
            yield Gap("DEPTH", f"more than {_DEPTH} folders", None, name)
        else:
            queue += [(f"{name}/", each) for each in inner]
        kind, content = one.findtext("type"), one.find("data")
        yield from path_notes(name, 0, one.findtext("link") if kind == "symlink" else None)
        if content is not None:
            encoding = content.find("encoding")
            method = _XAR.get(encoding.get("style", "") if encoding is not None else "application/octet-stream", "?")
            start, size, full = (_integer(content.findtext(key)) for key in ("offset", "length", "size"))
            yield from _content(data, _Place(head + packed + start, size, full, method), name, budget)
        elif kind != "directory":
            yield Member(name, b"")


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def read_chm(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the names in a file of Windows help; its pages are compressed (LZX)."""
    at = data.find(b"PMGL")
    while at >= 0:
        end = at + 0x1000 - number(data, at + 4, 4)
        place = at + 20
        while place < min(end, len(data)):
            length, place = _seven(data, place)
            name = legible(data[place : place + length])
            place += length
            for _ in range(3):
                _, place = _seven(data, place)
            if name.startswith("/") and not name.endswith("/") and not name.startswith(("/#", "/$")):
                if stop := _stop(budget):
                    yield stop
                    return
                yield Member(name[1:], None, at)
        at = data.find(b"PMGL", at + 0x1000)
    yield Gap("UNSUPPORTED", "the pages of a help file: known by name only", len(data))


def _seven(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, the highest first."""
    value = 0
    for index, byte in enumerate(data[at : at + 9]):
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at + index + 1
    return value, at + 9


def read_closed(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Say of an image of a disk (dmg, vhd, vhdx, wim) that it is not opened: it holds a file system of its own."""
    del budget
    yield Gap("UNSUPPORTED", "an image with a file system that is not read", len(data))
