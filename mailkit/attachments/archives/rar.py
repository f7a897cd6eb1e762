"""RAR 1.5 to 4 and RAR 5: the names of all members, and the content of those that are stored.

Facts: RARLAB's technote of WinRAR 4 and "RAR 5.0 archive format". What is compressed waits for `rarextra`, and is known by
name only without it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.archives.rarextra import Packed, undo
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, legible, number, path_notes, stored
from mailkit.attachments.pieces import Gap, Member, Note, Piece

RAR4 = b"Rar!\x1a\x07\x00"
RAR5 = b"Rar!\x1a\x07\x01\x00"
_VOLUME = Gap("PARTIAL", "a volume of several")
_TARGET = 4096
"""Bytes of a link's target that are read; no system takes more."""
_MARKS = 64
"""Places that look like the begin of an archive: the first with a header behind it counts."""


class _Entry(NamedTuple):
    """A file, as both versions have it."""

    name: str
    at: int
    start: int
    packed: int
    size: int | None
    """None where the archive does not know."""
    method: int
    """0 where it is stored."""
    crc: int | None
    dictionary: int
    """Bytes that unpacking looks back."""
    is_solid: bool
    """Whether it goes on with what the file before it left."""
    is_encrypted: bool
    is_split: bool
    target: str | None = None
    """Where a link leads to."""
    base: str | None = None
    """What that counts from, where it is not the link."""
    is_stream: bool = False
    """Whether it is beside a file: no program gives it."""


def read_rar(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an archive, which may stand behind a program that unpacks it."""
    at = data.find(b"Rar!\x1a\x07")
    for _ in range(_MARKS):
        if at < 0:
            break
        if data.startswith(RAR5, at) and number(data, at + 12, 1):
            waiting: list[Packed] = []
            yield from _read_rar5(data, at + len(RAR5), budget, waiting)
            yield from undo(data, waiting, budget, is_new=True)
            return
        if data.startswith(RAR4, at) and data[at + 9 : at + 10] in {b"\x73", b"\x74"}:
            waiting = []
            yield from _read_rar4(data, at + len(RAR4), budget, waiting)
            yield from undo(data, waiting, budget, is_new=False)
            return
        at = data.find(b"Rar!\x1a\x07", at + 1)
    yield from _broken(0, "no header", len(data))


def _broken(at: int, what: str, size: int) -> Iterator[Piece]:
    yield Note("ARCHIVE_MALFORMED", what, at)
    yield Gap("MALFORMED", what, size)


def _locked(at: int, size: int) -> Iterator[Piece]:
    yield Note("ARCHIVE_ENCRYPTED", "names and contents", at)
    yield Gap("ENCRYPTED", "names and contents", size)


def _file(data: bytes, entry: _Entry, budget: Budget, waiting: list[Packed]) -> Iterator[Piece]:
    """Give one file, let it wait where it is compressed, or say why there is only its name."""
    yield from path_notes(entry.name, entry.at, entry.target, entry.base)
    is_whole = not entry.is_split and entry.start + entry.packed <= len(data)
    if entry.target is not None or not (entry.size or entry.packed):
        yield Member(entry.name, b"", entry.at)
    elif entry.is_encrypted:
        yield Note("ARCHIVE_ENCRYPTED", entry.name, entry.at)
        yield Member(entry.name, None, entry.at)
        yield Gap("ENCRYPTED", "", entry.packed, entry.name)
    elif entry.method and (entry.is_stream or not is_whole):
        yield Member(entry.name, None, entry.at)
        yield Gap("UNSUPPORTED", "compressed by RAR: known by name only", entry.packed, entry.name)
    else:
        if not entry.method:
            yield from stored(data, [(entry.start, entry.packed)], entry.name, budget)
        if is_whole and not entry.is_stream:
            waiting.append(_packed(entry))
    if entry.is_split:
        yield Gap("PARTIAL", "it goes on in another volume", None, entry.name)


def _packed(entry: _Entry) -> Packed:
    return Packed(
        name=entry.name,
        at=entry.at,
        end=entry.start + entry.packed,
        packed=entry.packed,
        size=entry.size,
        crc=entry.crc,
        dictionary=entry.dictionary,
        is_solid=entry.is_solid,
        is_given=not entry.method,
    )


# RAR 1.5 to 4

_MAIN, _FILE, _SERVICE, _END = 0x73, 0x74, 0x7A, 0x7B


class _Head4(NamedTuple):
    """A header of RAR 1.5 to 4."""

    kind: int
    flags: int
    bytes: bytes
    packed: int
    """Bytes of data that follow it."""


def _head4(data: bytes, at: int) -> _Head4 | None:
    """Read the header at an offset; None where there is none."""
    kind, flags, size = number(data, at + 2, 1), number(data, at + 3, 2), number(data, at + 5, 2)
    if size < 7 or not 0x72 <= kind <= 0x7B or at + size > len(data):
        return None
    head = data[at : at + size]
    is_file = kind in {_FILE, _SERVICE}
    packed = number(head, 7, 4) if flags & 0x8000 or is_file else 0
    return _Head4(kind, flags, head, packed + (number(head, 32, 4) << 32 if flags & 0x100 and is_file else 0))


def _read_rar4(data: bytes, at: int, budget: Budget, waiting: list[Packed]) -> Iterator[Piece]:
    """Go from header to header; each says how long it is and what follows it."""
    is_volume = False
    while at < len(data):
        head = _head4(data, at)
        if head is None:
            yield from _broken(at, "a header that is none", len(data) - at)
            return
        if not _is_whole(head):
            yield Note("ARCHIVE_MALFORMED", "checksum of a header", at)
        if head.kind == _MAIN:
            is_volume = is_volume or bool(head.flags & 0x0001)
            if head.flags & 0x0080:
                yield from _locked(at, len(data) - at - len(head.bytes))
                return
        elif head.kind == _END:
            break
        elif budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        elif head.kind == _FILE and len(head.bytes) >= 32:
            yield from _member4(data, at, head, budget, waiting)
        at += len(head.bytes) + head.packed
    if is_volume:
        yield _VOLUME


def _member4(data: bytes, at: int, head: _Head4, budget: Budget, waiting: list[Packed]) -> Iterator[Piece]:
    """Give a file; a folder tells only where it leads."""
    entry = _entry4(data, at, head.bytes, head.packed)
    if head.flags & 0xE0 == 0xE0:
        yield from path_notes(entry.name, at)
    else:
        yield from _file(data, entry, budget, waiting)


def _is_whole(head: _Head4) -> bool:
    """Compare the checksum of a header; it leaves out an old comment, which then cannot be told apart."""
    has_comment = head.flags & (0x2 if head.kind == _MAIN else 0x8)
    if has_comment or head.kind not in {_MAIN, _FILE, _SERVICE}:
        return True
    return zlib.crc32(head.bytes[2:]) & 0xFFFF == number(head.bytes, 0, 2)


def _entry4(data: bytes, at: int, head: bytes, packed: int) -> _Entry:
    flags = number(head, 3, 2)
    start = 40 if flags & 0x100 else 32
    size = number(head, 11, 4) + (number(head, 36, 4) << 32 if flags & 0x100 else 0)
    name = head[start : start + number(head, 26, 2)]
    system, method, mode = head[15], max(0, head[25] - 0x30), number(head, 28, 4)
    is_link = system == 3 and mode & 0xF000 == 0xA000
    return _Entry(
        name=(_name4(name) if flags & 0x200 else legible(name)).replace("\\", "/"),
        at=at,
        start=at + len(head),
        packed=packed,
        size=size,
        method=method,
        crc=number(head, 16, 4),
        dictionary=1 << 22,
        is_solid=bool(flags & 0x10),
        is_encrypted=bool(flags & 0x4),
        is_split=bool(flags & 0x3),
        target=legible(data[at + len(head) : at + len(head) + min(packed, _TARGET)])
        if is_link and not method
        else None,
    )


def _name4(name: bytes) -> str:
    r"""Undo the names of RAR 3: a plain one, NUL, and by what code units the real one differs from it.

    Two bits say what comes next: a byte, a byte with the high byte that is given first, a code unit, or a run that
    is taken from the plain name.

    >>> _name4(b"a?.exe\x00\x30\x1c\x61\x42\x02"), _name4(b"caf\xc3\xa9")
    ('aあ.exe', 'café')
    """
    plain, mark, code = name.partition(b"\0")
    if not mark:
        return legible(name)
    high = code[:1]
    units: list[bytes] = []
    at, bits, left = 1, 0, 0
    while at < len(code) and len(units) < len(name) * 2:
        if not left:
            bits, left, at = code[at], 4, at + 1
        kind, bits, left = bits >> 6, bits << 2 & 0xFF, left - 1
        one = code[at : at + 1]
        if not one:
            break
        at += 1
        if kind < 2:
            units.append(one + (high if kind else b"\0"))
        elif kind == 2:
            units.append(one + (code[at : at + 1] or b"\0"))
            at += 1
        else:
            shift = code[at : at + 1] if one[0] & 0x80 else b""
            at += len(shift)
            run = plain[len(units) : len(units) + (one[0] & 0x7F) + 2]
            units += [bytes([(byte + shift[0]) & 0xFF]) + high if shift else bytes([byte, 0]) for byte in run]
    return b"".join(units).decode("utf-16-le", "replace")


# RAR 5


class _Head5(NamedTuple):
    """A header of RAR 5, its sizes undone."""

    kind: int
    flags: int
    body: bytes
    extra: bytes
    start: int
    """Where its data begins."""
    packed: int
    is_whole: bool


def _vint(data: bytes, at: int) -> tuple[int, int]:
    r"""Read a number of seven bits a byte, the least first; give it and where it ends.

    >>> _vint(b"\x81\x01", 0), _vint(b"\xff" * 20, 0)[1], _vint(b"\x80", 0)
    ((129, 2), 10, (0, 1))
    """
    value = 0
    for shift, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * shift
        if not byte & 0x80:
            return value, at + shift + 1
    return value, at + len(data[at : at + 10])


def _head5(data: bytes, at: int) -> _Head5 | None:
    """Read the header at an offset; None where there is none."""
    size, begin = _vint(data[: at + 7], at + 4)
    if not size or begin + size > len(data):
        return None
    head = data[begin : begin + size]
    kind, place = _vint(head, 0)
    flags, place = _vint(head, place)
    extra, place = _vint(head, place) if flags & 0x1 else (0, place)
    packed, place = _vint(head, place) if flags & 0x2 else (0, place)
    if extra > len(head) - place:
        return None
    split = len(head) - extra
    whole = zlib.crc32(data[at + 4 : begin + size]) == number(data, at, 4)
    return _Head5(kind, flags, head[place:split], head[split:], begin + size, packed, whole)


def _read_rar5(data: bytes, at: int, budget: Budget, waiting: list[Packed]) -> Iterator[Piece]:
    """Go from header to header; each says how long it is and what follows it."""
    is_volume = False
    while at < len(data):
        head = _head5(data, at)
        if head is None:
            yield from _broken(at, "a header that is none", len(data) - at)
            return
        if not head.is_whole:
            yield Note("ARCHIVE_MALFORMED", "checksum of a header", at)
        if head.kind == 1:
            is_volume = bool(head.body[:1] and head.body[0] & 0x1)
        elif head.kind == 5:
            break
        elif head.kind == 4:
            yield from _locked(at, len(data) - head.start)
            return
        elif budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        elif head.kind in {2, 3}:
            yield from _member5(data, at, head, budget, waiting)
        at = head.start + head.packed
    if is_volume:
        yield _VOLUME


def _records(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the records of an extra area: their types and what stands in them."""
    at = 0
    while at < len(extra):
        size, begin = _vint(extra, at)
        kind, place = _vint(extra, begin)
        if not size:
            return
        at = begin + size
        yield kind, extra[place:at]


def _member5(data: bytes, at: int, head: _Head5, budget: Budget, waiting: list[Packed]) -> Iterator[Piece]:
    """Give a file, or a stream beside one (NTFS); other services tell nothing of files."""
    flags, place = _vint(head.body, 0)
    size, place = _vint(head.body, place)
    _, place = _vint(head.body, place)
    place += 4 if flags & 0x2 else 0
    crc = number(head.body, place, 4) if flags & 0x4 else None
    place += 4 if flags & 0x4 else 0
    packing, place = _vint(head.body, place)
    _, place = _vint(head.body, place)
    length, place = _vint(head.body, place)
    name = legible(head.body[place : place + length])
    records = dict(_records(head.extra))
    if head.kind == 3:
        if name != "STM":
            return
        name = legible(records.get(7, b"")).lstrip(":")  # in a record of its own or, where there is none, unnamed
    entry = _Entry(
        name=name,
        at=at,
        start=head.start,
        packed=head.packed,
        size=None if flags & 0x8 else size,
        method=packing >> 7 & 0x7,
        crc=crc,
        dictionary=1 << 17 + (packing >> 10 & (0x1F if packing & 0x3F else 0xF)),
        is_solid=bool(packing & 0x40),
        is_encrypted=1 in records,
        is_split=bool(head.flags & 0x18),
        is_stream=head.kind == 3,
    )
    if 5 in records:
        target, base = _target(records[5])
        entry = entry._replace(target=target, base=base)
    if flags & 0x1 and head.kind == 2 and entry.target is None:
        yield from path_notes(name, at)
    else:
        yield from _file(data, entry, budget, waiting)


def _target(record: bytes) -> tuple[str, str | None]:
    """Read where a link leads to; that of a hard link or a copy counts from the archive's root, as names do."""
    kind, place = _vint(record, 0)
    _, place = _vint(record, place)
    length, place = _vint(record, place)
    return legible(record[place : place + length]), "" if kind in {4, 5} else None
