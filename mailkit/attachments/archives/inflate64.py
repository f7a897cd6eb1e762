"""Deflate64, which Windows writes into large ZIP archives: deflate with a window of 64 KiB and longer matches.

The format is that of RFC 1951, but for three codes that PKWARE made longer: length code 285 is 3 and 16 more bits,
distance codes 30 and 31 begin at 49,153 and 65,537 and have 14 more bits. No library of Python has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailkit.attachments.budget import FREE_BYTES, Budget
from mailkit.attachments.pieces import Reason
from mailkit.attachments.unpack import Packed, Unpacked

SLOW_BYTES = 4 * FREE_BYTES
"""What is unpacked without a library may not become longer: it takes half a second for each MiB."""
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_LENGTHS = [(3 + code, 0) for code in range(8)]
_LENGTHS += [(3 + ((4 + code % 4) << (code // 4 - 1)), code // 4 - 1) for code in range(8, 28)] + [(3, 16)]
_DISTANCES = [(1 + code, 0) for code in range(4)]
_DISTANCES += [(1 + ((2 + code % 2) << (code // 2 - 1)), code // 2 - 1) for code in range(4, 32)]
_END = 256
_STEPS = 1 << 14
"""Symbols between two looks at the clock."""


class Code(NamedTuple):
    """A prefix code: what the next `bits` bits of the stream mean, each as ``symbol << 4 | length``."""

    bits: int
    table: list[int]


class _Bits:
    """The bits of a stream, the least of each byte first."""

    def __init__(self, data: Packed) -> None:
        self._data = data
        self._at = 0
        self._held = 0
        self.count = 0

    def need(self, count: int) -> int:
        """Have at least `count` bits at hand, zeros behind the end; give all that are."""
        while self.count < count:
            piece = self._data[self._at : self._at + 32]
            self._held |= int.from_bytes(piece, "little") << self.count
            self._at += 32
            self.count += 256
        return self._held

    def take(self, count: int) -> int:
        """Give the next bits."""
        value = self.need(count) & ((1 << count) - 1)
        self._held >>= count
        self.count -= count
        return value

    def symbol(self, code: Code) -> int:
        """Give the next symbol of a code."""
        found = code.table[self.need(code.bits) & ((1 << code.bits) - 1)]
        length = found & 15
        if not length:
            raise ValueError
        self._held >>= length
        self.count -= length
        return found >> 4

    def block(self) -> bytes:
        """Give a stored block: from the next whole byte two lengths, then the bytes."""
        self.take(self.count % 8)
        start = self.used
        size = int.from_bytes(self._data[start : start + 2], "little")
        if size ^ int.from_bytes(self._data[start + 2 : start + 4], "little") != 0xFFFF:
            raise ValueError
        found = bytes(self._data[start + 4 : start + 4 + size])
        self._at, self._held, self.count = start + 4 + size, 0, 0
        return found

    @property
    def used(self) -> int:
        """How many bytes were read, the last one in part."""
        return self._at - self.count // 8

    @property
    def is_over(self) -> bool:
        """Whether more was read than there is."""
        return self.used > len(self._data)


def inflate64(packed: Packed, budget: Budget) -> Unpacked:
    """Undo Deflate64; what came out before damage or a limit is given."""
    bits, found = _Bits(packed), bytearray()
    room = min(budget.room(len(packed)), SLOW_BYTES)
    reason: Reason | None = None
    last = False
    try:
        while not last and reason is None:
            last = bool(bits.take(1))
            kind = bits.take(2)
            if kind == 0:
                found += bits.block()
            else:
                codes = _FIXED if kind == 1 else _codes(bits, kind)
                while _inflate(bits, found, codes, room) and not budget.is_late():
                    pass
            if bits.is_over:
                reason = "MALFORMED"
            elif len(found) > room:
                reason = "RATIO" if len(found) > max(FREE_BYTES, len(packed) * budget.limits.unpack_ratio) else "BYTES"
            elif budget.is_late():
                reason = "TIME"
    except (ValueError, LookupError):
        reason = "MALFORMED"
    data = bytes(found[:room])
    budget.spend(len(data))
    return Unpacked(data, reason, min(bits.used, len(packed)))


def _inflate(bits: _Bits, found: bytearray, codes: tuple[Code, Code], room: int) -> bool:
    """Undo some of a block; say whether there is more of it and room for it."""
    letters, distances = codes
    for _ in range(_STEPS):
        symbol = bits.symbol(letters)
        if symbol < _END:
            found.append(symbol)
            continue
        if symbol == _END:
            return False
        base, more = _LENGTHS[symbol - _END - 1]
        length = base + bits.take(more)
        base, more = _DISTANCES[bits.symbol(distances)]
        distance = base + bits.take(more)
        if distance > len(found):
            raise ValueError
        repeat(found, distance, length)
        if len(found) > room or bits.is_over:
            return False
    return len(found) <= room and not bits.is_over


def repeat(found: bytearray, distance: int, length: int) -> None:
    """Append what stands `distance` bytes before the end; it may run into itself.

    >>> found = bytearray(b"ab"); repeat(found, 2, 5); found
    bytearray(b'abababa')
    """
    start = len(found) - distance
    piece = found[start : start + length]
    if distance < length:
        piece = (piece * (length // distance + 1))[:length]
    found += piece


def _codes(bits: _Bits, kind: int) -> tuple[Code, Code]:
    """Read the codes of a block with codes of its own (RFC 1951 section 3.2.7); there is no kind beyond that."""
    if kind != 2:
        raise ValueError
    letters, distances, lengths = bits.take(5) + 257, bits.take(5) + 1, [0] * 19
    for place in _ORDER[: bits.take(4) + 4]:
        lengths[place] = bits.take(3)
    code = prefix_code(lengths)
    found: list[int] = []
    while len(found) < letters + distances:
        symbol = bits.symbol(code)
        if symbol < 16:
            found.append(symbol)
        elif symbol == 16:
            found += found[-1:] * (3 + bits.take(2))
        else:
            found += [0] * (3 + bits.take(3) if symbol == 17 else 11 + bits.take(7))
        if bits.is_over:
            raise ValueError
    return prefix_code(found[:letters]), prefix_code(found[letters : letters + distances])


def prefix_code(lengths: Sequence[int]) -> Code:
    """Make the code of these lengths (RFC 1951 section 3.2.2)."""
    most = max(lengths)
    table = [0] * (1 << most)
    code = 0
    for length in range(1, most + 1):
        for symbol, each in enumerate(lengths):
            if each == length:
                if code >> length:
                    raise ValueError
                start = int(f"{code:0{length}b}"[::-1], 2)
                table[start :: 1 << length] = [symbol << 4 | length] * (1 << (most - length))
                code += 1
        code <<= 1
    return Code(most, table)


_FIXED = (prefix_code([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8), prefix_code([5] * 32))
