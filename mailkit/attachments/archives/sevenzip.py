"""7z: the names of all members and, but for what is encrypted, their content.

Facts: 7zFormat.txt and Methods.txt of the LZMA SDK. Every number is checked before it is used: what cannot be is an
end of the header, and what was read before counts.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mailkit.attachments.archives.brotli import unpack_brotli
from mailkit.attachments.archives.inflate64 import inflate64
from mailkit.attachments.archives.sevenheader import Archive, Coder, Folder, parse
from mailkit.attachments.archives.zstd import unpack_zstd
from mailkit.attachments.budget import Budget
from mailkit.attachments.entries import PARTS, TIME, number, path_notes
from mailkit.attachments.extras import BROTLI, ZSTANDARD, hint
from mailkit.attachments.pieces import Gap, Member, Note, Piece, Reason
from mailkit.attachments.unpack import Unpacked, copied, drain, unpack

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
_START = 32
"""Bytes before the first packed one."""
_HEADERS = 4
"""Compressed headers inside one another that are undone."""
_AES = b"\x06\xf1\x07\x01"
_LZMA = {b"\x03\x01\x01": lzma.FILTER_LZMA1, b"\x21": lzma.FILTER_LZMA2}
_FILTERS = {
    b"\x03": lzma.FILTER_DELTA,
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x06": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x07": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x08": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
    b"\x09": lzma.FILTER_SPARC,
}
_ZSTD, _BROTLI = b"\x04\xf7\x11\x01", b"\x04\xf7\x11\x02"  # as 7-Zip ZS and py7zr number them
_NAMED = {b"\x03\x04\x01": "PPMd", b"\x0a": "ARM64"}
_EXTRAS = {_ZSTD: ZSTANDARD, _BROTLI: BROTLI}


def read_sevenzip(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Give the members of an archive, which may stand behind a program that unpacks it."""
    begin = data.find(SIGNATURE)
    if begin < 0:
        yield from _broken("no header", len(data), 0)
        return
    data = data[begin:] if begin else data
    place, size = _START + number(data, 12, 8), number(data, 20, 8)
    if len(data) >= _START and zlib.crc32(data[12:_START]) != number(data, 8, 4):
        yield Note("ARCHIVE_MALFORMED", "checksum of the first header", begin)
    if place + size > len(data):
        yield Gap("PARTIAL", "cut, or a volume of several: the names stand at the end", None)
    header = data[place : place + size]
    if size and header and zlib.crc32(header) != number(data, 28, 4):
        yield Note("ARCHIVE_MALFORMED", "checksum of the header", begin + place)
    for _ in range(_HEADERS):
        archive = parse(header)
        if not archive.is_packed_header:
            break
        if any(coder.method == _AES for folder in archive.folders for coder in folder.coders):
            yield Note("ARCHIVE_ENCRYPTED", "names and contents", begin + place)
            yield Gap("ENCRYPTED", "names and contents", place - _START)
            return
        found = _unfold(data, archive, 0, budget)
        if found.reason:
            yield Gap(found.reason, "the header", None)
        header = found.data
    if archive.fault or (size and not header and place + size <= len(data)):
        yield from _broken(archive.fault or "no header", len(data), begin + place)
    yield from _members(data, archive, budget, begin)


def _broken(what: str, size: int, at: int) -> Iterator[Piece]:
    yield Note("ARCHIVE_MALFORMED", what, at)
    yield Gap("MALFORMED", what, size)


class _Folded(NamedTuple):
    """What a folder unpacks to."""

    data: bytes
    reason: Reason | None
    detail: str


def _members(data: bytes, archive: Archive, budget: Budget, begin: int) -> Iterator[Piece]:
    """Give the files in their order; a folder is unpacked once, when its first file comes."""
    streams = archive.streams()
    current, content, at = -1, _Folded(b"", None, ""), 0
    turn = 0
    for entry in archive.entries(len(streams)):
        if budget.is_late() or not budget.take_member():
            yield TIME if budget.is_late() else PARTS
            return
        yield from path_notes(entry.name, begin)
        if not entry.has_stream:
            if not entry.is_folder:
                yield Member(entry.name, b"", begin)
            continue
        if turn >= len(streams):
            yield Member(entry.name, None, begin)
            yield Gap("MALFORMED", "no content", None, entry.name)
            continue
        index, size = streams[turn]
        turn += 1
        if index != current:
            current, at = index, 0
            content = _unfold(data, archive, index, budget)
        yield from _cut(entry.name, content, at, size, budget)
        at += size


def _cut(name: str, content: _Folded, at: int, size: int, budget: Budget) -> Iterator[Piece]:
    """Give one file out of its folder."""
    one = content.data[at : at + min(size, budget.limits.member_bytes)]
    if content.reason == "ENCRYPTED":
        yield Note("ARCHIVE_ENCRYPTED", name)
    yield Member(name, one if one or not size else None)
    if len(one) < size:
        cut = len(content.data) - at > len(one)
        yield Gap("BYTES" if cut else content.reason or "MALFORMED", content.detail, size - len(one), name)


def _unfold(data: bytes, archive: Archive, index: int, budget: Budget) -> _Folded:
    """Undo the coders of a folder, the last first; each has one stream in and one out."""
    if index >= len(archive.folders):
        return _Folded(b"", "MALFORMED", "no folder")
    folder = archive.folders[index]
    start, size = archive.places[index]
    content = data[_START + start : _START + start + size]
    if len(content) < size:
        return _unpack_all(content, folder, budget, "MALFORMED")
    return _unpack_all(content, folder, budget, None)


def _unpack_all(content: bytes, folder: Folder, budget: Budget, reason: Reason | None) -> _Folded:
    """Undo all coders; what comes between two of them counts once."""
    if any(coder.method == _AES for coder in folder.coders):
        return _Folded(b"", "ENCRYPTED", "")
    if not folder.is_chain:
        return _Folded(b"", "UNSUPPORTED", "several streams of one file (BCJ2)")
    before = 0
    for coder in folder.chain():
        budget.spend(-before)
        try:
            found = _decode(content, coder, budget)
        except (lzma.LZMAError, ValueError, OverflowError, MemoryError):
            return _Folded(b"", "MALFORMED", "properties of a method")
        if found is None:
            return _Folded(b"", "UNSUPPORTED", _unread(coder.method))
        content, reason, before = found.data, reason or found.reason, len(found.data)
    return _Folded(content, reason, "it did not unpack to its end" if reason else "")


def _unread(method: bytes) -> str:
    """Say what a member is compressed by that is not undone, or what undoes it."""
    if method in _EXTRAS:
        return hint(_EXTRAS[method])
    return f"compressed by {_NAMED.get(method, method.hex())}: known by name only"


def _decode(packed: bytes, coder: Coder, budget: Budget) -> Unpacked | None:
    """Undo one coder; None where it is not known."""
    if coder.method in _LZMA:
        return _raw(packed, [_filter(coder)], coder.size, budget)
    if coder.method in _FILTERS:  # `lzma` takes it only over LZMA2, which may store; behind LZMA it loses the end
        return _raw(
            _as_lzma2(packed), [_filter(coder), {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}], len(packed), budget
        )
    undo = _UNDO.get(coder.method)
    return undo(packed, budget) if undo else None


def _frames(packed: bytes, budget: Budget) -> Unpacked | None:
    """Undo the frames of Zstandard; a packer that works on several at once writes as many."""
    view, at = memoryview(packed), 0
    found: list[bytes] = []
    reason: Reason | None = None
    while reason is None and (at < len(packed) or not found):
        one = unpack_zstd(view[at:], budget)
        if one is None:
            return None
        found.append(one.data)
        reason = one.reason if one.used else one.reason or "MALFORMED"
        at += one.used
    return Unpacked(b"".join(found), reason, at)


_UNDO: dict[bytes, Callable[[bytes, Budget], Unpacked | None]] = {
    b"\0": copied,
    b"\x04\x01\x08": lambda packed, budget: unpack("deflate", packed, budget),
    b"\x04\x01\x09": inflate64,
    b"\x04\x02\x02": lambda packed, budget: unpack("bz2", packed, budget),
    _ZSTD: _frames,
    _BROTLI: unpack_brotli,
}


def _raw(packed: bytes, filters: list[dict[str, Any]], size: int, budget: Budget) -> Unpacked:
    """Undo LZMA without a header, which may have no mark at its end: its size is known."""
    found = drain(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters), packed, budget, max(size, 1))
    if found.reason is not None and len(found.data) >= size:
        return found._replace(data=found.data[:size], reason=None)
    return found


def _as_lzma2(data: bytes) -> bytes:
    """Write bytes as LZMA2 that only stores them (chunks of 64 KiB, the first resets the dictionary)."""
    pieces: list[bytes] = []
    for at in range(0, len(data), 1 << 16):
        one = data[at : at + (1 << 16)]
        pieces += (b"\2" if at else b"\1", (len(one) - 1).to_bytes(2, "big"), one)
    return b"".join(pieces) + b"\0"


_DICTIONARY = 1 << 26
"""What a dictionary may take; one larger than all that may be unpacked is of no use."""


def _filter(coder: Coder) -> dict[str, Any]:
    """Give the coder as `lzma` takes it."""
    kind, properties = coder.method, coder.properties
    if kind == b"\x21":
        bits = properties[0] if properties else 0
        size = (2 | bits & 1) << bits // 2 + 11
        return {"id": lzma.FILTER_LZMA2, "dict_size": max(4096, min(size, _DICTIONARY))}
    if kind in _LZMA:
        if len(properties) < 5 or properties[0] >= 9 * 5 * 5:
            raise ValueError
        rest, lc = divmod(properties[0], 9)
        pb, lp = divmod(rest, 5)
        size = max(4096, min(number(properties, 1, 4), _DICTIONARY))
        return {"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": lp, "pb": pb}
    if _FILTERS[kind] == lzma.FILTER_DELTA:
        return {"id": lzma.FILTER_DELTA, "dist": (properties[0] if properties else 0) + 1}
    return {"id": _FILTERS[kind]}
