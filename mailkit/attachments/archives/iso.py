"""Images of discs: ISO 9660 with the names of Joliet and Rock Ridge, and UDF, alone or on the same disc.

Facts: ECMA-119, the Joliet specification of 1995, the drafts IEEE P1281 and P1282 (SUSP, Rock Ridge). Files are
stored as they are. Few fields are asked to be right: a root is followed wherever a descriptor gives one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.archives.udf import DiscFile, Spans, read_tree
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, legible, number, path_notes, stored
from mailkit.attachments.pieces import Gap, Member, Note, Piece

SECTOR = 2048
_RAW_MARK, _RAW_SECTOR = b"\0" + b"\xff" * 10 + b"\0", 2352
_FIRST = 16
"""The sector of the first descriptor."""
_MARKS = 64
"""Descriptors that are looked at; discs have three or four."""
_RECORDS = 5_000
"""Records of all folders of a tree that are looked at."""
_FIELDS = 64
"""Fields of Rock Ridge of one file that are looked at."""
_JOLIET = (b"%/@", b"%/C", b"%/E")
_DIRECTORY, _MORE = 0x02, 0x80


def read_iso(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the files of all trees; one that several trees have is one, with all its names."""
    data = _cooked(data)
    sets = ([tree for root in roots if (tree := list(_files(data, root, budget)))] for roots in _sets(data))
    trees = [tree for tree in (*next(filter(None, sets), []), list(read_tree(data, budget))) if tree]
    found: dict[Spans | str, list[DiscFile]] = {}
    for tree in trees:
        for one in tree:
            found.setdefault(one.spans or one.name.casefold(), []).append(one)
    for group in found.values():
        if budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        yield from _file(data, group, budget)
    if not trees:
        yield Note("ARCHIVE_MALFORMED", "no file", 0)
        yield Gap("MALFORMED", "no file", len(data))
    everywhere = set.intersection(*({one.spans for one in tree} for tree in trees)) if trees else set()
    hidden = [group[0] for key, group in found.items() if key not in everywhere and group[0].spans]
    if hidden:
        yield Note("ARCHIVE_AMBIGUOUS", f"{hidden[0].name} is not in every tree", hidden[0].spans[0][0])


def _cooked(data: bytes) -> bytes:
    """Take the content out of raw sectors (ECMA-130 section 14): 2,352 bytes, of which a mark and a head come first."""
    if not data.startswith(_RAW_MARK):
        return data
    skip = 24 if data[15:16] == b"\2" else 16
    return b"".join([data[at : at + SECTOR] for at in range(skip, len(data), _RAW_SECTOR)])


def _file(data: bytes, group: list[DiscFile], budget: Budget) -> Iterator[Piece]:
    """Give a file, under the name of the first tree that has it."""
    first = group[0]
    names = dict.fromkeys(name for one in group for name in (one.name, *one.also))
    for name in names:
        yield from path_notes(name, 0, first.target)
    also = tuple(name for name in names if name != first.name)
    if first.spans:
        yield from stored(data, first.spans, first.name, budget, also)
    else:
        yield Member(first.name, b"", 0, also)


class _Root(NamedTuple):
    """Where a tree begins."""

    base: int
    """Where the disc begins in the data."""
    block: int
    record: bytes
    """Of the root folder."""
    is_joliet: bool


def _sets(data: bytes) -> Iterator[list[_Root]]:
    """Give the roots of each set of descriptors; the first stands at its place, on a disc that is whole."""
    at = data.find(b"CD001", _FIRST * SECTOR + 1)
    at = at if at == _FIRST * SECTOR + 1 else data.find(b"CD001")
    for _ in range(_MARKS):
        if at < 1:
            return
        start = at - 1
        roots = []
        for first in range(start, start + _MARKS * SECTOR, SECTOR):
            if not data.startswith(b"CD001", first + 1):
                break
            record = data[first + 156 : first + 190]
            if data[first] in {1, 2} and len(record) == 34:
                is_joliet = data[first] == 2 and data[first + 88 : first + 91] in _JOLIET
                block = number(data, first + 128, 2) or SECTOR
                roots.append(_based(data, start - _FIRST * SECTOR, block, record, is_joliet=is_joliet))
        yield roots
        at = data.find(b"CD001", start + SECTOR)


def _based(data: bytes, base: int, block: int, record: bytes, *, is_joliet: bool) -> _Root:
    """Find out where the disc begins: 16 sectors before its descriptors, or with the data."""
    for root in (_Root(base, block, record, is_joliet), _Root(0, block, record, is_joliet)):
        start, _ = _span(data, root, record)
        if start >= 0 and data[start + 32 : start + 34] == b"\x01\0":  # a folder begins with itself
            return root
    return _Root(max(base, 0), block, record, is_joliet)


def _span(data: bytes, root: _Root, record: bytes) -> tuple[int, int]:
    """Give where a file or folder stands and how long it is; what is given in both orders of bytes is one of them."""
    both = [(number(record, 2, 4), number(record, 10, 4))]
    both.append((int.from_bytes(record[6:10], "big"), int.from_bytes(record[14:18], "big")))
    spans = [(root.base + (block + record[1]) * root.block, size) for block, size in both]
    return next(
        (span for span in spans if max(root.base, 0) < span[0] < len(data) and span[1]),
        spans[0] if spans[0][0] >= 0 else (len(data), both[0][1]),
    )


def _records(data: bytes, start: int, size: int) -> Iterator[bytes]:
    """Give the records of a folder; none crosses the end of a sector, where zeros fill up."""
    at, end = start, min(start + size, len(data))
    while at + 33 < end:
        length = data[at]
        if length < 34 and (at - start) % SECTOR == 0:
            return
        if length < 34:
            at = start + ((at - start) // SECTOR + 1) * SECTOR
            continue
        yield data[at : at + length]
        at += length


def _files(data: bytes, root: _Root, budget: Budget) -> Iterator[DiscFile]:
    """Walk the folders of a tree, each once."""
    queue = deque([("", root.record)])
    seen: set[int] = set()
    left = _RECORDS
    while queue:
        folder, record = queue.popleft()
        start, size = _span(data, root, record)
        if start in seen:
            continue
        seen.add(start)
        spans: Spans = ()
        for entry in _records(data, start, size):
            left -= 1
            if left < 0 or budget.is_late():
                return
            if entry[32] == 1 and entry[33] < 2:  # the folder itself, and the one above
                continue
            names, target = _names(data, root, entry)
            paths = [folder + name for name in names]
            if entry[25] & _DIRECTORY:
                queue.append((paths[-1] + "/", entry))
                continue
            one = _span(data, root, entry)
            spans += (one,) if one[1] else ()
            if not entry[25] & _MORE:
                yield DiscFile(paths[0], tuple(paths[1:]), spans, target)
                spans = ()


def _names(data: bytes, root: _Root, entry: bytes) -> tuple[list[str], str | None]:
    """Give the names of a file, that of Rock Ridge last, and where it leads to if it is a link."""
    name = entry[33 : 33 + entry[32]]
    text = name.decode("utf-16-be", "replace") if root.is_joliet else legible(name)
    text, mark, version = text.rpartition(";") if ";" in text else (text, "", "")
    names = [text.removesuffix(".") if mark or not root.is_joliet else text]
    if not version.isdigit() and mark:
        names = [f"{text};{version}"]
    longer = b""
    target: list[str] = []
    for kind, value in _system_use(data, root, entry[33 + entry[32] + (entry[32] + 1) % 2 :]):
        if kind == b"NM":
            longer += value[1:]
        elif kind == b"SL":
            target += _components(value[1:])
    if longer:
        names.append(legible(longer))
    return names, "/".join(target) if target else None


def _system_use(data: bytes, root: _Root, area: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the fields of a system use area, which may go on elsewhere; files have about ten."""
    left = _FIELDS
    while area:
        at, more = 0, b""
        while left and at + 4 <= len(area) and area[at + 2] >= 4:
            left -= 1
            kind, value = area[at : at + 2], area[at + 4 : at + area[at + 2]]
            if kind == b"CE":
                start = root.base + number(value, 0, 4) * root.block + number(value, 8, 4)
                more = data[start : start + min(number(value, 16, 4), SECTOR)]
            yield kind, value
            at += area[at + 2]
        area = more


def _components(value: bytes) -> Iterator[str]:
    """Give the parts of a link's target; its root is an empty one."""
    at = 0
    while at + 2 <= len(value):
        flags, size = value[at], value[at + 1]
        if flags & 0x2:
            yield "."
        elif flags & 0x4:
            yield ".."
        elif flags & 0x8:
            yield ""
        else:
            yield legible(value[at + 2 : at + 2 + size])
        at += 2 + size
