"""Zip archives: each member is read as a stream, in the order of the directory, and only what is asked for of that.

Nothing is kept of the directory, so an archive may have millions of members. Sizes, places and checksums are those of the
directory; the header before a member says only where its bytes begin. APPNOTE 6.3.10: local header 4.3.7, directory 4.3.12,
its ends 4.3.14 to 4.3.16, methods 4.4.5, ZIP64 sizes 4.5.3, LZMA 5.8.
"""

from __future__ import annotations

import bz2
import errno
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from struct import Struct
from typing import BinaryIO, NamedTuple

import msgspec

from mailkit.limits import MIB, Limits
from mailkit.sources.files import CHUNK_BYTES, raw_stream
from mailkit.sources.items import Raw, failed, sorted_out
from mailkit.sources.packed import DAMAGED
from mailkit.sources.sniff import HEAD_BYTES
from mailkit.sources.units import Size, Unit

_LOCAL = Struct("<4x22x2H")  # name, extra
_CENTRAL = Struct("<4x4x2H4x3L3H8xL")  # flags, method, checksum, packed, size, name, extra, comment, place
_END = Struct("<4x2H4x2LH")  # disk, disk of the directory, size, place, comment
_END64 = Struct("<4x12x2L16x2Q")  # disk, disk of the directory, size, place
_LOCATOR = Struct("<4x4xQ4x")  # place of the end of ZIP64
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_READ_BYTES = 256 * 1024
"""What is read of a directory at once; its longest entry is 196,651 bytes."""
_ENCRYPTED, _UTF8 = 1, 1 << 11
_DICTIONARY_BYTES = 64 * MIB
"""Memory for a member of LZMA; that is what level 9 of xz takes."""
_OTHERS = {6: "imploded", 9: "deflate64", 93: "zstd", 95: "xz", 98: "PPMd", 99: "AES"}


class Entry(NamedTuple):
    """What the directory says of a member."""

    place: int
    """Offset of the entry itself."""
    end: int
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    """Offset of the header before its bytes."""

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")

    @property
    def weight(self) -> int:
        """Give the bytes of the archive that are about this member."""
        return self.packed + _LOCAL.size + len(self.name) + self.end - self.place


class _Directory(NamedTuple):
    start: int
    end: int
    base: int
    """Bytes before the archive."""


def raw_zip(  # noqa: PLR0913 - a stretch of an archive has its place in it
    name: str, file: BinaryIO, limits: Limits, start: int = 0, end: int = 0, *, ids: str | None = None
) -> Iterator[Raw]:
    """Give the messages of an archive as ``name/member``, and those of a mailbox in it as ``name/member#3``.

    `start` and `end` are offsets in the directory; then what is no mail is given, too, as an error. Without them all of the
    archive is read, and what was passed over is noted at its end.
    """
    members = _raw_members(name, file, limits, (start, end), ids)
    return members if end else sorted_out(name, "a zip archive", members)


def _raw_members(name: str, file: BinaryIO, limits: Limits, place: tuple[int, int], ids: str | None) -> Iterator[Raw]:
    further = ""
    try:
        directory = _directory(file)
        for entry in _sound(file, directory._replace(start=place[0] or directory.start, end=place[1] or directory.end)):
            further = " further"
            if not entry.is_folder:
                yield from _raw_member(f"{name}/{entry.name}", file, entry, limits, ids)
    except OSError as error:
        yield failed(name, f"cannot be read{further} ({error.strerror or error})")


def _sound(file: BinaryIO, directory: _Directory) -> Iterator[Entry]:
    """Give the entries, as long as all members together are no more than the file: no byte is read twice."""
    left = os.fstat(file.fileno()).st_size
    for entry in _entries(file, directory):
        left -= entry.packed + _LOCAL.size
        if left < 0:
            raise OSError(
                errno.EIO, f"its members overlap one another, from {entry.name[:80]} on; unpack it, if you trust it"
            )
        yield entry


def _raw_member(name: str, file: BinaryIO, entry: Entry, limits: Limits, ids: str | None) -> Iterator[Raw]:
    if entry.flags & _ENCRYPTED:
        yield failed(name, "is encrypted; unpack the archive with its password")
        return
    if entry.method not in _METHODS:
        yield failed(name, f"is packed by method {_OTHERS.get(entry.method, entry.method)}; unpack the archive")
        return
    chunks = _checked(entry, _METHODS[entry.method](_packed(file, entry), entry))
    head = b""
    try:
        for chunk in chunks:
            head += chunk
            if len(head) >= HEAD_BYTES:
                break
    except OSError as error:
        yield failed(name, f"cannot be read ({error.strerror or error})")
    else:
        yield from raw_stream(name, head[:HEAD_BYTES], chain((head,), chunks), limits, None, 1, ids)


# -- the bytes of a member


def _packed(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Give a member as it stands in the archive."""
    header = _at(file, entry.start, _LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise OSError(errno.EIO, "there is no member at the place that the directory says")
    file.seek(sum(_LOCAL.unpack(header)), os.SEEK_CUR)
    left = entry.packed
    while left:
        chunk = file.read(min(left, CHUNK_BYTES))
        if not chunk:
            raise OSError(errno.EIO, "it is cut short")
        left -= len(chunk)
        yield chunk


def _checked(entry: Entry, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give the bytes of a member if they are as many as the directory says, with that checksum."""
    left, crc = entry.size, 0
    try:
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                raise OSError(errno.EIO, "it is larger than the directory says")
            crc = zlib.crc32(chunk, crc)
            if chunk:
                yield chunk
    except DAMAGED as error:
        raise OSError(errno.EIO, f"it is damaged: {error}") from error
    if left or crc != entry.crc:
        raise OSError(
            errno.EIO, "it is damaged: it is smaller than the directory says" if left else "it is damaged: checksum"
        )


def _stored(packed: Iterator[bytes], _entry: Entry) -> Iterator[bytes]:
    return packed


def _inflated(packed: Iterator[bytes], _entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        yield inflater.decompress(chunk, CHUNK_BYTES)
        while inflater.unconsumed_tail:
            yield inflater.decompress(inflater.unconsumed_tail, CHUNK_BYTES)
        if inflater.eof:
            return
    yield inflater.flush()


def _unbzipped(packed: Iterator[bytes], _entry: Entry) -> Iterator[bytes]:
    return _decompressed(bz2.BZ2Decompressor(), packed)


def _unlzma(packed: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    """Undo LZMA: a version, the size of the properties and these stand before it."""
    first = next(packed, b"")
    while len(first) < 9 and (more := next(packed, b"")):
        first += more
    if len(first) < 9 or first[2:4] != b"\x05\x00" or first[4] >= 9 * 5 * 5:
        raise OSError(errno.EIO, "it is damaged: its properties are none of LZMA")
    dictionary = min(int.from_bytes(first[5:9], "little"), max(entry.size, 4096))
    if dictionary > _DICTIONARY_BYTES:
        raise OSError(errno.EIO, f"it needs {dictionary:,} bytes of memory; unpack the archive")
    rest, lc = divmod(first[4], 9)
    pb, lp = divmod(rest, 5)
    chosen = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(dictionary, 4096)}
    decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen])
    yield from _decompressed(decoder, chain((first[9:],), packed))


def _decompressed(decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in packed:
        yield decoder.decompress(chunk, CHUNK_BYTES)
        while not decoder.eof and not decoder.needs_input:
            yield decoder.decompress(b"", CHUNK_BYTES)
        if decoder.eof:
            return


_METHODS: dict[int, Callable[[Iterator[bytes], Entry], Iterator[bytes]]] = {
    0: _stored,
    8: _inflated,
    12: _unbzipped,
    14: _unlzma,
}


# -- the directory


def _directory(file: BinaryIO) -> _Directory:
    """Find the directory: its end is the last thing in the file but a comment, and says how long it is."""
    total = os.fstat(file.fileno()).st_size
    base = max(0, total - _END.size - _MAX16)
    tail = _at(file, base, total - base)
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        if len(tail) - place >= _END.size:
            disk, first_disk, size, start, comment = _END.unpack_from(tail, place)
            end = base + place
            if place + _END.size + comment <= len(tail):
                end, disk, first_disk, size, start = _end64(file, end) or (end, disk, first_disk, size, start)
                before = end - size - start
                if before >= 0 and (_at(file, end - size, 4) == b"PK\x01\x02" if size else not end):
                    if disk or first_disk:
                        raise OSError(errno.EIO, "it is one of several parts; join them")
                    return _Directory(end - size, end, before)
        place = tail.rfind(b"PK\x05\x06", 0, place)
    raise OSError(
        errno.EIO, "it is no whole zip archive: there is no directory at its end; fetch it again, or `zip -FF` mends it"
    )


def _end64(file: BinaryIO, end: int) -> tuple[int, int, int, int, int] | None:
    """Give where a ZIP64 directory ends, and what its end says; None where there is none."""
    locator = _at(file, max(0, end - _LOCATOR.size), _LOCATOR.size)
    if not locator.startswith(b"PK\x06\x07"):
        return None
    right_before = end - _LOCATOR.size - _END64.size  # where bytes before the archive make the stated place wrong
    for place in (_LOCATOR.unpack(locator)[0], right_before):
        record = _at(file, place, _END64.size) if 0 <= place < end else b""
        if len(record) == _END64.size and record.startswith(b"PK\x06\x06"):
            return place, *_END64.unpack(record)
    return None


def _entries(file: BinaryIO, directory: _Directory) -> Iterator[Entry]:
    """Give the entries of a stretch of the directory."""
    place, end, base = directory
    while place < end:
        block = _at(file, place, min(_READ_BYTES, end - place))
        at = 0
        while (entry := _entry(block, at, place, base)) is not None:
            yield entry
            at = entry.end - place
        if not at:
            raise OSError(errno.EIO, f"its directory is damaged at byte {place}")
        place += at


def _entry(block: bytes, at: int, place: int, base: int) -> Entry | None:
    """Read an entry of a block that begins at a place; None where it is not whole."""
    behind = at + _CENTRAL.size
    if behind > len(block) or block[at : at + 4] != b"PK\x01\x02":
        return None
    flags, method, crc, packed, size, named, extra, comment, start = _CENTRAL.unpack_from(block, at)
    end = behind + named + extra + comment
    if end > len(block):
        return None
    if _MAX32 in {packed, size, start}:
        size, packed, start = _wide(block[behind + named : behind + named + extra], (size, packed, start))
    raw = block[behind : behind + named]
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    return Entry(place + at, place + end, name, flags, method, crc, packed, size, base + start)


def _wide(extra: bytes, values: tuple[int, int, int]) -> list[int]:
    """Give the values, those that do not fit into 32 bits from the extra field of ZIP64, which has no others."""
    wide: Iterator[int] = iter(())
    at = 0
    while at + 4 <= len(extra):
        kind, size = extra[at] | extra[at + 1] << 8, extra[at + 2] | extra[at + 3] << 8
        if kind == 1:
            field = extra[at + 4 : at + 4 + size]
            wide = (int.from_bytes(field[place : place + 8], "little") for place in range(0, len(field) - 7, 8))
        at += 4 + size
    return [next(wide, value) if value == _MAX32 else value for value in values]


def _at(file: BinaryIO, place: int, size: int) -> bytes:
    """Read at a place, which may be behind the end."""
    if place > os.fstat(file.fileno()).st_size:
        return b""
    file.seek(place)
    return file.read(size)


# -- units


def cut_zip(after: Unit, file: BinaryIO, size: Size, _limits: Limits) -> Iterator[Unit]:
    """Give the units of an archive that follow one: stretches of its directory.

    A member that is larger than `size` is a unit of its own and has no count: it may be a mailbox, which is read from its
    beginning. An archive that fits into one unit is whole, and so is one that is broken: it is read by one process.
    """
    if after.is_whole:
        return
    whole = msgspec.structs.replace(after, count=0, is_whole=True, size=max(1, os.fstat(file.fileno()).st_size))
    try:
        directory = _directory(file)
        count = 1 if after.end else sum(not entry.is_folder for entry in _sound(file, directory))
    except OSError:
        count = 0
    if not count:
        yield whole
        return
    stretch = msgspec.structs.replace(after, is_folder=True)
    units = _units(stretch, _entries(file, directory._replace(start=after.end or directory.start)), size)
    for unit in units:
        is_whole = not after.end and count == (1 if unit.count is None else unit.count)
        yield msgspec.structs.replace(whole, count=unit.count) if is_whole else unit


def _units(after: Unit, entries: Iterator[Entry], size: Size) -> Iterator[Unit]:
    """Cut a stretch of the directory; folders are in no unit where they stand between two."""
    start, end, count, content, weight = 0, 0, 0, 0, 0
    for entry in entries:
        if entry.is_folder:
            continue
        is_large = entry.size > size.bytes
        if count and (is_large or content >= size.bytes or count >= size.messages):
            yield msgspec.structs.replace(after, start=start, end=end, count=count, size=weight)
            count = content = weight = 0
        start = start if count else entry.place
        end, count, content, weight = entry.end, count + 1, content + entry.size, weight + entry.weight
        if is_large:
            yield msgspec.structs.replace(after, start=start, end=end, count=None, size=weight)
            count = content = weight = 0
    if count:
        yield msgspec.structs.replace(after, start=start, end=end, count=count, size=weight)
