"""Zip archives in which every field may lie. APPNOTE 6.3.10."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from corpora.attachments.deflate import deflate

STORED, DEFLATED, DEFLATE64, IMPLODED, BZIP2, LZMA, ZSTD, XZ, PPMD, AES = 0, 8, 9, 6, 12, 14, 93, 95, 98, 99
DATE = 0x58A1
"""The first of May 2024."""


class Entry(NamedTuple):
    """A member, and what its two headers say of it."""

    name: str | bytes
    data: bytes
    method: int = DEFLATED
    flags: int = 0
    packed: bytes | None = None
    """As it is stored, where that is not `data` in the given method."""
    local_name: str | bytes | None = None
    local_method: int | None = None
    size: int | None = None
    """What is said of its length."""
    descriptor: bool = False
    extra: bytes = b""
    attributes: int = 0
    comment: bytes = b""
    hidden: bool = False
    """It stands in the file, but not in the directory."""
    offset: int | None = None
    """Where the directory says that it stands."""


def pack(data: bytes, method: int) -> bytes:
    """Compress as a method has it."""
    if method == DEFLATED:
        return deflate(data)
    if method == BZIP2:
        return bz2.compress(data, 9)
    if method == LZMA:  # section 5.8
        filters = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}
        body = lzma.compress(data, lzma.FORMAT_RAW, filters=[filters])
        return struct.pack("<BBH", 9, 20, 5) + bytes((93,)) + struct.pack("<I", 1 << 16) + body
    if method == XZ:
        return lzma.compress(data, lzma.FORMAT_XZ, lzma.CHECK_CRC32, preset=0)
    return data


def make(  # noqa: PLR0913 - one for each thing that differs
    entries: Iterable[Entry],
    *,
    comment: bytes = b"",
    prefix: bytes = b"",
    adjusted: bool = True,
    directory: bool = True,
    zip64: bool = False,
) -> bytes:
    """Write an archive. `adjusted`: the offsets count what stands before it."""
    body, rows, count = bytearray(prefix), bytearray(), 0
    for entry in entries:
        at = len(body) if adjusted else len(body) - len(prefix)
        body += local(entry)
        if not entry.hidden:
            rows += central(entry, at if entry.offset is None else entry.offset)
            count += 1
    start = len(body) if adjusted else len(body) - len(prefix)
    if not directory:
        return bytes(body)
    end = b""
    if zip64:  # sections 4.3.14 and 4.3.15
        end = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(rows), start)
        end += b"PK\x06\x07" + struct.pack("<IQI", 0, start + len(rows), 1)
        count, start = 0xFFFF, 0xFFFFFFFF
    size = 0xFFFFFFFF if zip64 else len(rows)
    end += b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, len(comment)) + comment
    return bytes(body) + bytes(rows) + end


def local(entry: Entry) -> bytes:
    """Write a local header with the content. Section 4.3.7."""
    packed = pack(entry.data, entry.method) if entry.packed is None else entry.packed
    name = _octets(entry.name if entry.local_name is None else entry.local_name)
    method = entry.method if entry.local_method is None else entry.local_method
    numbers = struct.pack("<III", zlib.crc32(entry.data), len(packed), _size(entry))
    flags = _flags(entry)
    start = b"PK\x03\x04" + struct.pack("<HHHHH", 20, flags, method, 0, DATE)
    start += bytes(12) if entry.descriptor else numbers
    start += struct.pack("<HH", len(name), len(entry.extra)) + name + entry.extra + packed
    return start + (b"PK\x07\x08" + numbers if entry.descriptor else b"")


def central(entry: Entry, at: int) -> bytes:
    """Write a row of the directory. Section 4.3.12."""
    packed = pack(entry.data, entry.method) if entry.packed is None else entry.packed
    name = _octets(entry.name)
    flags = _flags(entry)
    row = b"PK\x01\x02" + struct.pack("<HHHHHH", 0x0314, 20, flags, entry.method, 0, DATE)
    row += struct.pack("<III", zlib.crc32(entry.data), len(packed), _size(entry))
    row += struct.pack("<HHHHHII", len(name), len(entry.extra), len(entry.comment), 0, 0, entry.attributes, at)
    return row + name + entry.extra + entry.comment


def one(name: str | bytes, data: bytes, method: int = DEFLATED) -> bytes:
    """Give an archive of one file."""
    return make([Entry(name, data, method)])


def of(files: dict[str, bytes], method: int = DEFLATED) -> bytes:
    """Give an archive of several files."""
    return make(Entry(name, data, method) for name, data in files.items())


def _flags(entry: Entry) -> int:
    """Give the flags: a descriptor follows, names are UTF-8, an LZMA stream says where it ends. Section 4.4.4."""
    wide = isinstance(entry.name, str) and not entry.name.isascii()
    return entry.flags | 8 * entry.descriptor | 0x800 * wide | 2 * (entry.method == LZMA)


def _size(entry: Entry) -> int:
    return len(entry.data) if entry.size is None else entry.size


def _octets(name: str | bytes) -> bytes:
    return name.encode() if isinstance(name, str) else name
