"""Compound files, MS-CFB: the directory and the streams of what OLE writes (.doc, .xls, .msi, .msg, vbaProject.bin).

Sectors are chained by tables; every chain is followed once round at most, and what a file lacks is left out.
"""

from __future__ import annotations

import struct
import sys
from array import array
from typing import NamedTuple

from mailkit.limits import MIB

_STORAGE, _STREAM, _ROOT = 1, 2, 5  # section 2.6.1
_LAST = 0xFFFFFFFA  # section 2.1: greater numbers are marks
_ENTRY = struct.Struct("<64sHBxIII16s20xIQ")  # section 2.6.1
_ENTRIES = 65_536
"""Entries of a directory that are read; .msi and Thumbs.db have some thousands."""


class Entry(NamedTuple):
    """A storage (a folder) or a stream (a file) of a compound file."""

    name: str
    path: tuple[str, ...]
    """The names of the storages around it, without the root."""
    parent: int
    """The number of the storage around it; -1 for the root and for what no storage holds."""
    is_storage: bool
    class_id: str
    """Of a storage: its CLSID in capitals, empty where it has none."""
    start: int
    size: int


class Ole:
    """A compound file: its entries by number, and what their streams hold."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = 4 * len(data) + MIB  # entries may share their sectors: no more than this is read in all
        self.damage = ""
        """What is wrong with the file; empty where nothing was noticed."""
        major, _, shift, mini_shift = struct.unpack_from("<HHHH", data.ljust(512, b"\0"), 26)
        if shift not in (9, 12) or mini_shift not in range(4, 10):
            self._harm("sizes of sectors")
            shift, mini_shift = 9, 6
        self.version = major
        self._sector, self._mini_sector = 1 << shift, 1 << mini_shift
        header = struct.unpack_from("<IIIIIIII", data.ljust(512, b"\0"), 44)
        _, first, _, self._cutoff, mini_first, mini_count, more, _ = header
        self._fat = self._table(self._fat_sectors(more))
        self._mini_fat = self._table(_chain(self._fat, mini_first, min(mini_count, len(self._fat))))
        self._mini: bytes | None = None
        sectors = _chain(self._fat, first, len(self._fat))
        directory = self._join(sectors)
        if len(directory) < len(sectors) * self._sector:
            self._harm("the directory is cut")
        self.entries = self._tree(directory[: 128 * _ENTRIES])
        """Number -> entry; the root is the first. Entries that no storage holds are here, too."""
        self.storages: dict[int, dict[str, Entry]] = {}
        """Number of a storage -> what stands in it by lower-case name; -1 for what no storage holds."""
        for entry in self.entries.values():
            self.storages.setdefault(entry.parent, {})[entry.name.lower()] = entry

    def read(self, entry: Entry, most: int | None = None) -> bytes:
        """Give the content of a stream, or its first bytes; what is cut or damaged as far as it goes."""
        wanted = min(entry.size, len(self._data), self._left if most is None else min(most, self._left))
        if entry.is_storage or wanted <= 0:
            return b""
        if entry.size < self._cutoff:
            found = self._read_mini(entry.start, wanted)
        else:
            sectors = _chain(self._fat, entry.start, -(-wanted // self._sector))
            found = self._join(sectors)[:wanted]
        self._left -= len(found)
        if len(found) < (entry.size if most is None else min(entry.size, most)):
            self._harm(f"{entry.name} is cut")
        return found

    def _harm(self, what: str) -> None:
        self.damage = self.damage or what

    def _join(self, sectors: dict[int, None]) -> bytes:
        """Put sectors together; the header stands before the first one (section 2.2)."""
        size = self._sector
        return b"".join([self._data[(one + 1) * size : (one + 2) * size] for one in sectors])

    def _table(self, sectors: dict[int, None]) -> array[int]:
        """Read sectors as a table of sector numbers."""
        table = array("I")
        found = self._join(sectors)
        table.frombytes(found[: len(found) // 4 * 4])
        if sys.byteorder == "big":
            table.byteswap()
        return table

    def _fat_sectors(self, more: int) -> dict[int, None]:
        """Give the sectors that hold the FAT: 109 are named in the header, the rest in DIFAT sectors (section 2.5)."""
        named = list(struct.unpack_from("<109I", self._data.ljust(512, b"\0"), 76))
        seen: set[int] = set()
        while more < _LAST and more not in seen and (more + 1) * self._sector < len(self._data):
            seen.add(more)
            piece = self._table({more: None})
            named += piece[:-1]
            more = piece[-1] if piece else _LAST
        return dict.fromkeys(one for one in named if (one + 1) * self._sector < len(self._data))

    def _read_mini(self, start: int, wanted: int) -> bytes:
        """Read a short stream: it stands in the stream of the root (section 2.4)."""
        if self._mini is None:
            root = self.entries.get(0)
            sectors = _chain(self._fat, root.start, -(-root.size // self._sector)) if root else {}
            self._mini = self._join(sectors)
        size = self._mini_sector
        chain = _chain(self._mini_fat, start, -(-wanted // size))
        return b"".join([self._mini[one * size : (one + 1) * size] for one in chain])[:wanted]

    def _tree(self, directory: bytes) -> dict[int, Entry]:
        """Find what stands in which storage: the children of each are a tree of their own (section 2.6.4)."""
        rows = list(_ENTRY.iter_unpack(directory[: len(directory) // 128 * 128]))
        kinds = {number: row[2] for number, row in enumerate(rows) if row[2] in (_STORAGE, _STREAM, _ROOT)}
        found: dict[int, Entry] = {}
        if not kinds or kinds.get(0) != _ROOT:
            self._harm("no root")
        storages = [number for number, kind in kinds.items() if kind != _STREAM]
        for top in storages:  # the root first, then those that it does not reach
            found.setdefault(top, _entry(rows[top], kinds[top], (), -1))
            waiting = [(rows[top][5], top)] if top == 0 or found[top].parent == -1 else []
            while waiting:
                number, parent = waiting.pop()
                if number not in kinds or number in found:
                    continue
                above = found[parent]
                path = (*above.path, above.name)[-8:] if above.parent != -1 or kinds[parent] != _ROOT else ()
                found[number] = _entry(rows[number], kinds[number], path, parent)
                waiting += [(rows[number][4], parent), (rows[number][3], parent)]
                if kinds[number] != _STREAM:
                    waiting.append((rows[number][5], number))
        for number in kinds.keys() - found.keys():
            found[number] = _entry(rows[number], kinds[number], (), -1)
        return dict(sorted(found.items()))


def _entry(
    row: tuple[bytes, int, int, int, int, int, bytes, int, int], kind: int, path: tuple[str, ...], up: int
) -> Entry:
    name, length, _, _, _, _, class_id, start, size = row
    length = min(length, 64) - 2 if length >= 2 else 0
    text = name[: length // 2 * 2].decode("utf-16-le", "replace").split("\0", 1)[0]
    return Entry(text, path, up, kind != _STREAM, guid(class_id), start, size & 0xFFFFFFFF)


def _chain(table: array[int], start: int, most: int) -> dict[int, None]:
    """Follow a chain, up to so many sectors and never twice through one."""
    found: dict[int, None] = {}
    count = len(table)
    while start < count and len(found) < most and start not in found:
        found[start] = None
        start = table[start]
    return found


def guid(value: bytes) -> str:
    """Write a GUID as it stands in a file (MS-DTYP section 2.3.4.2); empty for one that is all zeros.

    >>> guid(bytes.fromhex("0609020000000000c000000000000046"))
    '00020906-0000-0000-C000-000000000046'
    """
    if len(value) < 16 or not any(value):
        return ""
    first, second, third = struct.unpack_from("<IHH", value)
    return f"{first:08X}-{second:04X}-{third:04X}-{value[8:10].hex()}-{value[10:16].hex()}".upper()
