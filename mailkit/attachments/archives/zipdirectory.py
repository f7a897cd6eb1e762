"""The two directories of a ZIP archive: the central one at its end, and the header before each member.

APPNOTE 6.3.10: local header 4.3.7, data descriptor 4.3.9, central directory 4.3.12, ZIP64 end and its locator 4.3.14
and 4.3.15, end 4.3.16, flags 4.4.4, ZIP64 sizes 4.5.3, Unicode path 4.6.9. Nothing here unpacks or judges.
"""

from __future__ import annotations

import bisect
import itertools
import re
import zlib
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import NamedTuple

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
DESCRIPTOR = b"PK\x07\x08"
_END64, _LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL = Struct("<4x5H3I2H")  # version, flags, method, time, date, checksum, packed, size, name, extra
_CENTRAL = Struct("<4x6H3I5H2I")  # the same after the version that made it; comment, disk, two attributes, offset
_ENDS = Struct("<4x4H2IH")  # disk, disk of the directory, entries here, entries, size, offset, comment
_ENDS64 = Struct("<4xQ2H2I4Q")
_LOCATES = Struct("<4xIQI")
_MARK = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x05\x06|\x06\x06|\x07\x08)")
_MARKS = 1 << 16
MAX16, MAX32 = 0xFFFF, 0xFFFFFFFF
_TAIL = _ENDS.size + MAX16
_TRIES = 16
"""End records that are looked at in one stretch; of more the first ones are left to the local headers."""
ENCRYPTED, STREAMED, STRONG, UTF8, MASKED = 1, 1 << 3, 1 << 6, 1 << 11, 1 << 13
"""Bits of the flags."""
_UNUSED = re.compile("[\x80-\xa0\uf8f0-\uf8f3]")
"""What Python's cp932 makes of bytes that are no character of Shift_JIS."""
_UNIX = frozenset({3, 19})
"""Systems whose attributes hold a mode: Unix, and macOS as some writers have it."""
METHODS = {
    0: "stored",
    1: "shrunk",
    **dict.fromkeys(range(2, 6), "reduced"),
    6: "imploded",
    7: "tokenized",
    8: "deflate",
    9: "deflate64",
    10: "PKWARE implode",
    12: "bzip2",
    14: "LZMA",
    16: "CMPSC",
    18: "TERSE",
    19: "LZ77",
    20: "zstd",
    93: "zstd",
    94: "MP3",
    95: "xz",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES",
}
"""Methods of 4.4.5."""


class Header(NamedTuple):
    """What one of the directories says of a member."""

    at: int
    raw: bytes
    """The name."""
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    extra: bytes
    start: int
    """Central: where the local header should stand. Local: where the content begins."""
    mode: int = 0
    """As in Unix; 0 where it is not known."""


class Directory(NamedTuple):
    """A central directory."""

    at: int
    end: int
    """Behind the last entry that could be read."""
    base: int
    """What was added to its offsets: bytes that stand before the archive."""
    entries: list[Header]
    promised: int
    """How many entries its end names."""
    closed: int
    """Where its end record stands."""
    is_split: bool
    """It is that of one volume of several."""


def directories(data: bytes, most: int) -> list[Directory]:
    """Give every central directory that some reader may find, the one of the last end record first.

    Of a directory no more than `most` entries are read. End records inside members are those of other archives.
    """
    found = _last(data, max(0, len(data) - _TAIL), len(data), most) or _last(data, 0, len(data), most)
    while found and len(found) < _TRIES:
        known = {directory.at for directory in found}
        more = (_last(data, low, high, most) for low, high in gaps((0, len(data)), covered(data, found)))
        new = next(filter(None, ([each for each in one if each.at not in known and each.entries] for one in more)), [])
        if not new:
            break
        found += new
    return found


def covered(data: bytes, found: Sequence[Directory]) -> list[tuple[int, int]]:
    """Give the stretches of a file that directories and their members take."""
    spans = []
    for directory in found:
        spans += [(directory.at, directory.end), (directory.closed, directory.closed + _ENDS.size)]
        for entry in directory.entries:
            at = locate(data, directory, entry)
            spans.append((at, at + _LOCAL.size + len(entry.raw) + entry.packed))
    return spans


def gaps(whole: Sequence[int], spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give what spans leave of a stretch, where a header fits.

    >>> list(gaps((0, 100), [(0, 10), (5, 20), (60, 70)]))
    [(20, 60), (70, 100)]
    """
    at, end = whole
    for low, high in sorted(spans):
        if low - at >= _ENDS.size:
            yield at, min(low, end)
        at = max(at, high)
        if at >= end:
            return
    if end - at >= _ENDS.size:
        yield at, end


def locate(data: bytes, directory: Directory, entry: Header) -> int:
    """Say where the local header of an entry stands: offsets may count from the file or from the archive."""
    moved = entry.start + directory.base
    if directory.base and not data.startswith(LOCAL, moved) and data.startswith(LOCAL, entry.start):
        return entry.start
    return max(0, moved)


def _last(data: bytes, low: int, high: int, most: int) -> list[Directory]:
    """Give the directories of the last end record of a stretch that has one."""
    at = high
    for _ in range(_TRIES):
        at = data.rfind(END, low, at)
        if at < 0:
            break
        found = _of_end(data, at, most) if at + _ENDS.size <= len(data) else []
        if found:
            return found
    return []


def _of_end(data: bytes, at: int, most: int) -> list[Directory]:
    """Read the directories that an end record may mean, more than one where readers differ."""
    disk, _, _, count, size, offset, _ = _ENDS.unpack_from(data, at)
    meant = [(count, size, offset, at)]
    wide = _end64(data, at)
    if wide and (count == MAX16 or MAX32 in {size, offset}):
        meant = [wide]
    elif wide and wide[:3] != meant[0][:3]:
        meant.append(wide)
    found = {}
    for count, size, offset, stop in meant:
        for start in (stop - size, offset):
            if 0 <= start < stop and data.startswith(CENTRAL, start) and start not in found:
                entries, end = _entries(data, start, most)
                split = 0 < disk < MAX16
                found[start] = Directory(start, end, start - offset, entries, count, at, split)
    if not found and meant[0][:2] == (0, 0):
        return [Directory(at, at, 0, [], 0, at, is_split=False)]
    return list(found.values())


def _end64(data: bytes, at: int) -> tuple[int, int, int, int] | None:
    """Read the ZIP64 end before an end record: entries, size, offset, where it stands."""
    at -= _LOCATES.size
    if at < 0 or not data.startswith(_LOCATOR, at):
        return None
    for place in (_LOCATES.unpack_from(data, at)[1], at - _ENDS64.size):
        if 0 <= place <= len(data) - _ENDS64.size and data.startswith(_END64, place):
            count, size, offset = _ENDS64.unpack_from(data, place)[6:9]
            return count, size, offset, place
    return None


def _entries(data: bytes, at: int, most: int) -> tuple[list[Header], int]:
    """Read entries as long as there are some."""
    found: list[Header] = []
    while len(found) < most and data.startswith(CENTRAL, at) and at + _CENTRAL.size <= len(data):
        (made, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, attributes, start) = (
            _CENTRAL.unpack_from(data, at)
        )
        behind = at + _CENTRAL.size + name
        if behind + extra + comment > len(data):
            break
        more = data[behind : behind + extra]
        size, packed, start = _wide(more, size, packed, start)
        mode = attributes >> 16 if made >> 8 in _UNIX else 0
        found.append(Header(at, data[behind - name : behind], flags, method, crc, packed, size, more, start, mode))
        at = behind + extra + comment
    return found, at


def local_header(data: bytes, at: int) -> Header | None:
    """Read the local header at a place, whatever its first four bytes are; None where it does not fit."""
    if not 0 <= at <= len(data) - _LOCAL.size:
        return None
    _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack_from(data, at)
    behind = at + _LOCAL.size + name
    if behind + extra > len(data):
        return None
    more = data[behind : behind + extra]
    size, packed, _ = _wide(more, size, packed, 0)
    return Header(at, data[behind - name : behind], flags, method, crc, packed, size, more, behind + extra)


def is_plausible(data: bytes, header: Header) -> bool:
    """Say whether a local header that was found by its first bytes is one, and no constant of a program."""
    version, system = data[header.at + 4 : header.at + 6]
    return bool(header.raw) and header.method in METHODS and version <= 99 and system <= 30


def _wide(extra: bytes, size: int, packed: int, start: int) -> tuple[int, int, int]:
    """Take from the ZIP64 field what does not fit the header."""
    if MAX32 not in {size, packed, start}:
        return size, packed, start
    values = [size, packed, start]
    for key, field in extra_fields(extra):
        if key == 1:
            for index, value in enumerate(values):
                if value == MAX32 and len(field) >= 8:
                    values[index] = int.from_bytes(field[:8], "little")
                    field = field[8:]  # noqa: PLW2901 - what is left of it
            break
    return values[0], values[1], values[2]


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the extra fields of a header (4.5); what does not fit ends them, as padding does."""
    at = 0
    while at + 4 <= len(extra):
        key, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if at + 4 + size > len(extra):
            return
        yield key, extra[at + 4 : at + 4 + size]
        at += 4 + size


def name_of(header: Header) -> str:
    """Decode the name: as UTF-8 where it is, else as the usual code pages of Japan and of the West."""
    for codec in ("utf-8", "cp932"):
        try:
            name = header.raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "utf-8" or not _UNUSED.search(name):
            return name
    return header.raw.decode("cp437")


def unicode_name(header: Header) -> tuple[str, bool] | None:
    """Give the name of the Unicode path field, and whether its checksum fits the name of the header (4.6.9)."""
    if b"\x75\x70" not in header.extra:
        return None
    for key, field in extra_fields(header.extra):
        if key == 0x7075 and len(field) > 5:
            return field[5:].decode("utf-8", "replace"), int.from_bytes(field[1:5], "little") == zlib.crc32(header.raw)
    return None


def marks_of(data: bytes) -> list[int]:
    """Give the places where any record of an archive may begin, in order."""
    return [found.start() for found in itertools.islice(_MARK.finditer(data), _MARKS)]


def content_end(data: bytes, marks: list[int], start: int) -> int:
    """Say where content ends that has neither a size nor an end of its own: before its descriptor, or the next record.

    `marks` is what `marks_of` gives.
    """
    first = bisect.bisect_left(marks, start)
    for at in marks[first : first + _TRIES * _TRIES]:
        if data.startswith(DESCRIPTOR, at) and int.from_bytes(data[at + 8 : at + 12], "little") == (at - start) & MAX32:
            return at
    return marks[first] if first < len(marks) else len(data)
