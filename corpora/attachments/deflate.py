"""Deflate and gzip written by hand, so that the bytes are the same with every version of zlib. RFC 1951, RFC 1952."""

from __future__ import annotations

import struct
import zlib

_LENGTHS = [
    *range(3, 11),
    *range(11, 19, 2),
    *range(19, 35, 4),
    *range(35, 67, 8),
    *range(67, 131, 16),
    131,
    163,
    195,
    227,
]
_LENGTH_BITS = [0] * 8 + [bits for bits in range(1, 6) for _ in range(4)]
_DISTANCES = [1, 2, 3, 4] + [
    base + (1 << bits) * step + 1 for bits in range(1, 14) for base in (4 << (bits - 1),) for step in (0, 1)
]


class _Bits:
    """Bits, the lowest first."""

    def __init__(self) -> None:
        self.done = bytearray()
        self.held = self.count = 0

    def add(self, value: int, count: int) -> None:
        self.held |= value << self.count
        self.count += count
        while self.count >= 8:
            self.done.append(self.held & 255)
            self.held >>= 8
            self.count -= 8

    def code(self, value: int, count: int) -> None:
        """Add a Huffman code: its highest bit comes first."""
        self.add(int(f"{value:0{count}b}"[::-1], 2), count)

    def end(self) -> bytes:
        if self.count:
            self.add(0, 8 - self.count)
        return bytes(self.done)


def _symbol(bits: _Bits, symbol: int) -> None:
    """Write a literal or length with the fixed codes. RFC 1951, section 3.2.6."""
    if symbol < 144:
        bits.code(0x30 + symbol, 8)
    elif symbol < 256:
        bits.code(0x190 + symbol - 144, 9)
    elif symbol < 280:
        bits.code(symbol - 256, 7)
    else:
        bits.code(0xC0 + symbol - 280, 8)


def _match(bits: _Bits, length: int, distance: int) -> None:
    if length == 258:
        _symbol(bits, 285)
    else:
        at = max(index for index, base in enumerate(_LENGTHS) if base <= length)
        _symbol(bits, 257 + at)
        bits.add(length - _LENGTHS[at], _LENGTH_BITS[at])
    at = max(index for index, base in enumerate(_DISTANCES) if base <= distance)
    bits.code(at, 5)
    bits.add(distance - _DISTANCES[at], max(0, at // 2 - 1))


def deflate(data: bytes) -> bytes:
    """Compress with one block of fixed codes; the nearest earlier place of the next three bytes is taken."""
    bits, seen, at = _Bits(), dict[bytes, int](), 0
    bits.add(0b011, 3)
    while at < len(data):
        key = data[at : at + 3]
        before, length = seen.get(key, -1), 0
        if before >= 0 and at - before <= 0x8000 and len(key) == 3:
            most = min(258, len(data) - at)
            while length < most and data[before + length] == data[at + length]:
                length += 1
        if length:
            _match(bits, length, at - before)
        else:
            _symbol(bits, data[at])
        for place in range(at, at + max(length, 1)):
            seen[data[place : place + 3]] = place
        at += max(length, 1)
    _symbol(bits, 256)
    return bits.end()


def zeros(count: int) -> bytes:
    """Compress `count` zeros as far as deflate can: one bit for 258 of them, one for how far back."""
    bits = _Bits()
    bits.add(0b101, 3)  # last block, codes of its own
    bits.add(29, 5)  # 286 lengths of codes for literals and lengths,
    bits.add(0, 5)  # one for distances,
    bits.add(14, 4)  # 18 for the codes of those: in the order of RFC 1951, section 3.2.7
    order = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1)
    for symbol in order:
        bits.add({18: 1, 2: 2, 1: 2}.get(symbol, 0), 3)
    eighteen, one, two = (0, 1), (0b10, 2), (0b11, 2)

    def skip(many: int) -> None:
        while many:
            now = min(many, 138)
            bits.code(*eighteen)
            bits.add(now - 11, 7)
            many -= now

    bits.code(*two)  # 0: the literal
    skip(127)
    skip(128)
    bits.code(*two)  # 256: the end
    skip(28)
    bits.code(*one)  # 285: 258 bytes
    bits.code(*one)  # one byte back
    bits.code(0b10, 2)
    runs, rest = divmod(count - 1, 258)
    for _ in range(runs):
        bits.add(0, 2)
    for _ in range(rest):
        bits.code(0b10, 2)
    bits.code(0b11, 2)
    return bits.end()


def gzip(
    data: bytes, name: str = "", *, packed: bytes | None = None, size: int | None = None, crc: int | None = None
) -> bytes:
    """Give one member of a gzip file; `packed` where the content is compressed already."""
    start = b"\x1f\x8b\x08" + bytes((8 if name else 0,)) + bytes(4) + b"\x02\x03"
    start += name.encode("latin-1") + b"\0" if name else b""
    check = zlib.crc32(data) if crc is None else crc
    length = len(data) if size is None else size
    return start + (deflate(data) if packed is None else packed) + struct.pack("<II", check, length & 0xFFFFFFFF)


def gzip_zeros(count: int, name: str = "") -> bytes:
    """Give a small gzip file of many zeros."""
    data = bytes(count)
    return gzip(data, name, packed=zeros(count))
