"""Files packed one by one: gzip (RFC 1952), bzip2, xz, lzma, Zstandard (RFC 8878), and compress of Unix."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from mailkit.attachments.archives.zstd import unpack_zstd
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, legible
from mailkit.attachments.extras import ZSTANDARD, hint
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import Method, Unpacked, grown, unpack

_GZIP, _BZ2, _XZ, _ZST = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_HEADER_SUM, _EXTRA, _NAME, _COMMENT = 0x02, 0x04, 0x08, 0x10
"""Flags of a gzip header (RFC 1952 section 2.3.1)."""
_GZIP_END = 8
"""The checksum and the size behind a member."""
_NAME_BYTES = 4_096
_PADDING = b"\0"
_SHORT = 1024
"""Bytes that may be too few to see of what kind a file is."""
_CLEAR, _BITS_LEAST, _BITS_MOST = 256, 9, 16
"""compress(1): the code that empties the table, and how long codes are."""


def read_gzip(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give every member of a gzip file as a file of its own: some readers stop behind the first."""
    yield from _streams(data, budget, _GZIP, lambda at: _gunzip(data, at, budget), _gzip_name)


def read_bz2(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give every stream of a bzip2 file."""
    yield from _streams(data, budget, _BZ2, _by("bz2", data, budget))


def read_xz(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give every stream of an xz file; zeros may stand between them (The .xz file format, section 2.2)."""
    yield from _streams(data, budget, _XZ, _by("xz", data, budget))


def read_lzma(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the content of a file of the old form of LZMA."""
    found = unpack("lzma", data, budget)
    if found.data:
        yield from _answer(found, "", 0)


def read_zst(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give every frame of a Zstandard file, where Python or a package can undo it."""
    if unpack_zstd(data[:0], budget) is None:
        yield Gap("UNSUPPORTED", hint(ZSTANDARD), len(data))
        return
    view = memoryview(data)
    damaged = Unpacked(b"", "MALFORMED", 0)
    yield from _streams(data, budget, _ZST, lambda at: (unpack_zstd(view[at:], budget) or damaged, ""))


def read_lz4(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Say that LZ4 is not undone."""
    yield Gap("UNSUPPORTED", "LZ4", len(data))


_Undo = Callable[[int], tuple[Unpacked, str]]
"""Undoes the stream at a place, and says what is wrong with it where it came out all the same."""


def _by(method: Method, data: bytes, budget: Budget) -> _Undo:
    view = memoryview(data)
    return lambda at: (unpack(method, view[at:], budget), "")


def _gunzip(data: bytes, at: int, budget: Budget) -> tuple[Unpacked, str]:
    """Undo a member without regard to its checksum (RFC 1952 section 2.3.1): most programs write the file all the same."""
    flags, begin = _flags(data, at), _names_at(data, at)
    for _ in range(bool(flags & _NAME) + bool(flags & _COMMENT)):
        begin = data.find(b"\0", begin) + 1 or len(data)
    begin += 2 * bool(flags & _HEADER_SUM)
    found = unpack("deflate", memoryview(data)[begin:], budget)
    end = begin + found.used
    found = found._replace(used=end + _GZIP_END - at)
    if found.reason is not None:
        return found, ""
    if len(data) < end + _GZIP_END:
        return found._replace(reason="MALFORMED"), ""
    is_right = data[end : end + 4] == zlib.crc32(found.data).to_bytes(4, "little")
    return found, "" if is_right else "its checksum is wrong"


def _flags(data: bytes, at: int) -> int:
    return data[at + 3] if len(data) > at + 3 else 0


def _names_at(data: bytes, at: int) -> int:
    """Say where the name in a gzip header would stand."""
    begin = at + 10
    if _flags(data, at) & _EXTRA:
        begin += 2 + int.from_bytes(data[begin : begin + 2], "little")
    return begin


def _gzip_name(data: bytes, at: int) -> str:
    """Give the name in a gzip header; empty where there is none."""
    if not _flags(data, at) & _NAME:
        return ""
    begin = _names_at(data, at)
    end = data.find(b"\0", begin, begin + _NAME_BYTES)
    return legible(data[begin:end]) if end > begin else ""


def _streams(
    data: bytes,
    budget: Budget,
    magic: bytes,
    undo: _Undo,
    name: Callable[[bytes, int], str] = lambda _data, _at: "",
) -> Iterator[Piece]:
    """Give the streams that follow one another; what follows them is none of theirs.

    Their own tools write one file of them all. That begins as the first does, so it is given where that is short.
    """
    at = 0
    found: list[bytes] = []
    while data.startswith(magic, at):
        if not budget.take_member() or budget.is_late():
            yield PARTS
            return
        one, fault = undo(at)
        yield from _answer(one, name(data, at), at, fault)
        if one.reason or not one.used:
            return
        at += one.used
        if not found or len(found[0]) < _SHORT:
            found.append(one.data)
        if data.startswith(_PADDING, at):
            rest = data.find(magic, at)
            at = rest if rest >= 0 and not data[at:rest].strip(_PADDING) else len(data)
    if len(found) > 1:
        yield Member(name(data, 0), b"".join(found), 0)
    if at < len(data) and data[at:].strip(b"\0\r\n"):
        yield Note("ARCHIVE_TRAILER", f"{len(data) - at} bytes", at)


def _answer(found: Unpacked, name: str, at: int, fault: str = "") -> Iterator[Piece]:
    """Give what came out, and why it is not all of it."""
    if found.data or found.reason is None:
        yield Member(name, found.data, at)
    if found.reason == "MALFORMED" or fault:
        yield Note("ARCHIVE_MALFORMED", fault or "it is damaged or cut", at)
    if found.reason is not None:
        yield Gap(found.reason, grown(found.used, found) if found.reason == "RATIO" else "", None, at=at)


def read_compress(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the content of a file of compress(1)."""
    if len(data) < 4 or not data.startswith(b"\x1f\x9d") or not _BITS_LEAST <= data[2] & 0x1F <= _BITS_MOST:
        yield Gap("UNSUPPORTED", "compress", len(data))
        return
    room = budget.reach(len(data))
    found, whole = _lzw(data, room, budget)
    budget.spend(len(found), max(0, len(found) - budget.usual(len(data))))
    yield from _answer(
        Unpacked(found, None if whole else "RATIO" if len(found) >= room else "MALFORMED", len(data)), "", 0
    )


def _lzw(data: bytes, room: int, budget: Budget) -> tuple[bytes, bool]:
    """Undo LZW as compress(1) writes it: codes grow with the table, and go in groups of eight."""
    most, block = data[2] & 0x1F, bool(data[2] & 0x80)
    first = 257 if block else 256
    table: list[bytes] = [bytes([byte]) for byte in range(256)] + [b""] * (first - 256)
    out: list[bytes] = []
    size, bits, bit, group = 0, _BITS_LEAST, 24, 24
    before = b""
    while bit + bits <= len(data) * 8 and size < room:
        code = int.from_bytes(data[bit >> 3 : (bit >> 3) + 4], "little") >> (bit & 7) & (1 << bits) - 1
        bit += bits
        if block and code == _CLEAR:
            del table[first:]
            bit, bits, before = group + -(-(bit - group) // (bits * 8)) * bits * 8, _BITS_LEAST, b""
            group = bit
            continue
        if code < len(table):
            piece = table[code]
        elif code == len(table) and before:
            piece = before + before[:1]
        else:
            return b"".join(out), False
        out.append(piece)
        size += len(piece)
        if before and len(table) < 1 << most:
            table.append(before + piece[:1])
            if len(table) == 1 << bits and bits < most:
                bit = group + -(-(bit - group) // (bits * 8)) * bits * 8
                group, bits = bit, bits + 1
        before = piece
        if len(out) & 0xFFF == 0 and budget.is_late():
            return b"".join(out), False
    return b"".join(out)[:room], size < room
