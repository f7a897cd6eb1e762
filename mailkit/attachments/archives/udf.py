"""The tree of files of a disc in UDF: ECMA-167 and OSTA UDF 1.02 to 2.60, without virtual and sparable mappings."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import number

Spans = tuple[tuple[int, int], ...]
"""Where the bytes of a file stand: starts and sizes."""
_ANCHOR, _PARTITION, _LOGICAL, _FILE_SET, _NAME, _FILE, _EXTENDED = 2, 5, 6, 256, 257, 261, 266
_SECTORS = (2048, 512, 4096)
_NAMES = 20_000
"""Names of all folders, and extents of files, that are looked at."""
_EXTENTS = 10_000
_FOLDER = 4 << 20
"""Bytes of one folder that are looked at."""


class DiscFile(NamedTuple):
    """A file of one of the trees of a disc."""

    name: str
    """Its path."""
    also: tuple[str, ...]
    spans: Spans
    target: str | None = None
    """Where a link leads to."""


class _Volume(NamedTuple):
    """What is needed to find blocks."""

    data: bytes
    block: int
    starts: dict[int, int]
    """Number of a partition, as files name it -> where it begins."""


def _tag(data: bytes, at: int) -> int:
    """Read what kind of descriptor stands somewhere; the sum of its first 16 bytes has to be right."""
    head = data[at : at + 16]
    return number(head, 0, 2) if len(head) == 16 and (sum(head) - head[4]) & 0xFF == head[4] else 0


def read_tree(data: bytes, budget: Budget) -> Iterator[DiscFile]:
    """Give the files of a disc; none where it is not in UDF."""
    if not any(data.find(mark, 16 * 2048) >= 0 for mark in (b"NSR02", b"NSR03")):
        return
    volume, root = _mount(data)
    if volume is None:
        return
    queue, seen, left = deque([("", root)]), set(), _NAMES
    while queue:
        folder, icb = queue.popleft()
        at = _at(volume, icb)
        if at in seen:
            continue
        seen.add(at)
        for name, flags, entry in _names(_content(volume, at)):
            left -= 1
            if left < 0 or budget.is_late():
                return
            if flags & 0x2:
                queue.append((f"{folder}{name}/", entry))
            else:
                spans = _spans(volume, _at(volume, entry))
                left -= len(spans)
                yield DiscFile(folder + name, (), spans)


def _mount(data: bytes) -> tuple[_Volume | None, bytes]:
    """Find the partitions and the address of the root folder."""
    for sector in _SECTORS:
        count = len(data) // sector
        for place in (256, count - 1, count - 257, 512):
            if place > 0 and _tag(data, place * sector) == _ANCHOR:
                start, size = number(data, place * sector + 20, 4) * sector, number(data, place * sector + 16, 4)
                volume, root = _sequence(data, start, min(size, 64 * sector), sector)
                if volume is not None:
                    return volume, root
    return None, b""


def _sequence(data: bytes, start: int, size: int, sector: int) -> tuple[_Volume | None, bytes]:
    """Read the descriptors of a volume."""
    physical: dict[int, int] = {}
    logical = b""
    for at in range(start, min(start + size, len(data)), sector):
        kind = _tag(data, at)
        if kind == _PARTITION:
            physical[number(data, at + 22, 2)] = number(data, at + 188, 4) * sector
        elif kind == _LOGICAL:
            logical = data[at : at + sector]
    block = number(logical, 212, 4)
    if not physical or block not in _SECTORS:
        return None, b""
    volume = _Volume(data, block, {})
    at = 440
    for index in range(min(number(logical, 268, 4), 8)):
        size = logical[at + 1] if at + 1 < len(logical) else 0
        one = logical[at : at + size]
        kind = number(one, 0, 1)
        begin = physical.get(number(one, 4 if kind == 1 else 38, 2), min(physical.values()))
        volume.starts[index] = begin
        if b"*UDF Metadata Partition" in one:  # UDF 2.50 section 2.2.10: a file holds all folders
            spans = _spans(volume._replace(starts={0: begin}), begin + number(one, 40, 4) * block)
            volume.starts[index] = spans[0][0] if spans else begin
        at += size
    files = _at(volume, logical[248:264])
    return (volume, data[files + 400 : files + 416]) if _tag(data, files) == _FILE_SET else (None, b"")


def _at(volume: _Volume, address: bytes) -> int:
    """Give where a long address leads to; an unknown partition leads behind the end."""
    start = volume.starts.get(number(address, 8, 2), len(volume.data))
    return start + number(address, 4, 4) * volume.block


def _spans(volume: _Volume, at: int) -> Spans:
    """Give where the bytes of a file stand, by its entry."""
    kind = _tag(volume.data, at)
    if kind not in {_FILE, _EXTENDED}:
        return ()
    base = at + (176 if kind == _FILE else 216)
    first = base + number(volume.data, base - 8, 4)
    size = number(volume.data, base - 4, 4)
    form, left = number(volume.data, at + 34, 2) & 0x7, number(volume.data, at + 56, 8)
    if form == 3:
        return ((first, min(size, left)),) if left else ()
    step = 8 if form == 0 else 16
    found: list[tuple[int, int]] = []
    start = max((begin for begin in volume.starts.values() if begin <= at), default=0)
    end = min(first + size, len(volume.data) - step + 1)
    chained = 0
    while first < end and left > 0 and len(found) < _EXTENTS:
        one = volume.data[first : first + step]
        length, how = number(one, 0, 4) & 0x3FFFFFFF, number(one, 3, 1) >> 6
        place = _at(volume, one) if step == 16 else start + number(one, 4, 4) * volume.block
        first += step
        if not length:
            break
        if how == 3 and chained < 64 and _tag(volume.data, place) == 258:  # the list goes on there
            chained += 1
            first = place + 24
            end = min(first + number(volume.data, place + 20, 4), len(volume.data) - step + 1)
        elif how == 0:
            found.append((place, min(length, left)))
            left -= length
    return tuple(found)


def _content(volume: _Volume, at: int) -> bytes:
    """Give the bytes of a folder."""
    pieces: list[bytes] = []
    left = _FOLDER
    for start, size in _spans(volume, at):
        pieces.append(volume.data[start : start + min(size, left)])
        left -= len(pieces[-1])
    return b"".join(pieces)


def _names(folder: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Give the names in a folder, with their flags and addresses; not what is deleted, nor the folder above."""
    at = 0
    while at + 38 <= len(folder) and _tag(folder, at) == _NAME:
        flags, length, skip = folder[at + 18], folder[at + 19], number(folder, at + 36, 2)
        name = folder[at + 38 + skip : at + 38 + skip + length]
        if name and not flags & 0xC:
            yield (
                name[1:].decode("utf-16-be" if name[0] == 16 else "latin-1", "replace"),
                flags,
                folder[at + 20 : at + 36],
            )
        at += (38 + skip + length + 3) // 4 * 4
