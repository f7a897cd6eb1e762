"""Sliding window and static Huffman codes, as LHA has them (-lh4- to -lh7-), ARJ (methods 1 to 4) and ZOO (method 2).

Facts: H. Okumura's and H. Yoshizaki's descriptions of LHA, ARJ's TECHNOTE; checked against archives of jlha and arj.
"""

from __future__ import annotations

from typing import NamedTuple

from mailkit.attachments.budget import FREE_BYTES, Budget
from mailkit.attachments.pieces import Reason

_LITERALS, _LEAST = 256, 3
_LENGTHS, _SYMBOLS = 19, 510
_WINDOW = 1 << 16
_REFILL = 64
_NEED = 64
"""Bits that one symbol takes at most, with its distance."""


class Decoded(NamedTuple):
    """What came out, and why it is not all of it."""

    data: bytes
    reason: Reason | None


class _FaultError(Exception):
    """The codes are damaged."""


class _Bits:
    """Bits, the highest of a byte first; behind the end come zeros."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.bits, self.count = data, 0, 0, 0

    def fill(self) -> None:
        """Have enough for one symbol."""
        if self.count < _NEED:
            new = self.data[self.at : self.at + 8].ljust(8, b"\0")
            self.bits = (self.bits & (1 << self.count) - 1) << _REFILL | int.from_bytes(new, "big")
            self.count += _REFILL
            self.at += 8
            if self.at - self.count // 8 > len(self.data):
                raise _FaultError

    def take(self, size: int) -> int:
        """Give the next bits, at most 32."""
        self.fill()
        self.count -= size
        return self.bits >> self.count & (1 << size) - 1


class _Table(NamedTuple):
    """A code: what the next `width` bits stand for, and how many of them are used."""

    width: int
    rows: list[tuple[int, int]]


def _table(lengths: list[int]) -> _Table:
    """Make a code of the lengths of its words; they have to be of all words."""
    width = max(lengths, default=0)
    if not 0 < width <= 16:
        raise _FaultError
    by_length: list[list[int]] = [[] for _ in range(width + 1)]
    for symbol, length in enumerate(lengths):
        by_length[length].append(symbol)
    rows: list[tuple[int, int]] = []
    for length in range(1, width + 1):
        for symbol in by_length[length]:
            rows += [(symbol, length)] * (1 << width - length)
            if len(rows) > 1 << width:
                raise _FaultError
    if len(rows) != 1 << width:
        raise _FaultError
    return _Table(width, rows)


def _one(bits: _Bits, table: _Table) -> int:
    bits.fill()
    symbol, length = table.rows[bits.bits >> bits.count - table.width & (1 << table.width) - 1]
    bits.count -= length
    return symbol


def _small_table(bits: _Bits, size: int, special: int, most: int) -> _Table:
    """Read the code of lengths or of distances."""
    count = bits.take(size)
    if not count:
        return _Table(0, [(bits.take(size), 0)])
    lengths: list[int] = []
    while len(lengths) < count:
        length = bits.take(3)
        while length >= 7 and bits.take(1):
            length += 1
            if length > 16:
                raise _FaultError
        lengths.append(length)
        if len(lengths) == special:
            lengths += [0] * bits.take(2)
    if len(lengths) > most:
        raise _FaultError
    return _table(lengths)


def _symbol_table(bits: _Bits) -> _Table:
    """Read the code of bytes and lengths of copies, which is itself in a code."""
    code = _small_table(bits, 5, 3, _LENGTHS)
    count = bits.take(9)
    if not count:
        return _Table(0, [(bits.take(9), 0)])
    lengths: list[int] = []
    while len(lengths) < count:
        length = _one(bits, code)
        if length > 2:
            lengths.append(length - 2)
        else:
            lengths += [0] * (1 if length == 0 else bits.take(4) + 3 if length == 1 else bits.take(9) + 20)
    if len(lengths) > _SYMBOLS:
        raise _FaultError
    return _table(lengths)


def _copy(out: bytearray, distance: int, length: int) -> None:
    """Repeat what stands a distance before the end; before the begin stand blanks."""
    start = len(out) - distance
    if start < 0:
        raise _FaultError
    if distance >= length:
        out += out[start : start + length]
    else:
        out += (out[start:] * (length // distance + 1))[:length]


def _room(size: int, packed: int, budget: Budget) -> tuple[int, Reason | None]:
    """Say how much of a member may come out, and why not all."""
    room = budget.room(packed)
    if size <= room:
        return size, None
    return room, "RATIO" if size > max(FREE_BYTES, packed * budget.limits.unpack_ratio) else "BYTES"


def unpack_lzh(packed: bytes, size: int, distances: int, budget: Budget) -> Decoded:
    """Undo static Huffman codes; `distances` is how many bits the count of the codes of distances has (4 or 5)."""
    allowed, limit = _room(size, len(packed), budget)
    out = bytearray(b" " * _WINDOW)
    bits, end = _Bits(packed), _WINDOW + allowed
    reason: Reason | None = None
    try:
        while len(out) < end:
            if budget.slow_steps <= 0 or budget.is_late():
                reason = "TIME"
                break
            count = bits.take(16) or 1 << 16
            symbols = _symbol_table(bits)
            places = _small_table(bits, distances, -1, 1 << distances)
            budget.slow_steps -= 200 + (len(symbols.rows) + len(places.rows) >> 4)
            count = min(count, max(0, budget.slow_steps))
            budget.slow_steps -= _block(bits, out, count, end, (symbols, places))
    except _FaultError:
        reason = "MALFORMED"
    return _done(out, end, budget, limit if len(out) >= end else reason)


def _block(bits: _Bits, out: bytearray, count: int, end: int, codes: tuple[_Table, _Table]) -> int:
    """Decode so many symbols, or until it is enough; all that is often asked for is a local name."""
    (width, symbols), (narrow, places) = codes
    mask, low = (1 << width) - 1, (1 << narrow) - 1
    value, have = bits.bits, bits.count
    for done in range(count):
        if have < _NEED:
            bits.count = have
            bits.fill()
            value, have = bits.bits, bits.count
        symbol, length = symbols[value >> have - width & mask]
        have -= length
        if symbol < _LITERALS:
            out.append(symbol)
        else:
            place, length = places[value >> have - narrow & low]
            have -= length
            if place > 1:
                have -= place - 1
                place = (1 << place - 1) + (value >> have & (1 << place - 1) - 1)
            _copy(out, place + 1, symbol - _LITERALS + _LEAST)
        if len(out) >= end:
            count = done + 1
            break
    bits.count = have
    return count


def unpack_fastest(packed: bytes, size: int, budget: Budget) -> Decoded:
    """Undo ARJ's method 4: lengths and distances in ones that say how many bits follow."""
    allowed, limit = _room(size, len(packed), budget)
    out = bytearray(b" " * _WINDOW)
    bits, end = _Bits(packed), _WINDOW + allowed
    reason: Reason | None = "TIME"
    try:
        while len(out) < end and budget.slow_steps > 0:
            budget.slow_steps -= 3
            length = _ones(bits, 0, 7)
            if length:
                _copy(out, _ones(bits, 9, 13) + 1, length - 1 + _LEAST)
            else:
                out.append(bits.take(8))
    except _FaultError:
        reason = "MALFORMED"
    return _done(out, end, budget, limit if len(out) >= end else reason)


def _ones(bits: _Bits, least: int, most: int) -> int:
    width, plus = least, 0
    while width < most and bits.take(1):
        plus += 1 << width
        width += 1
    return plus + bits.take(width)


def _done(out: bytearray, end: int, budget: Budget, reason: Reason | None) -> Decoded:
    data = bytes(out[_WINDOW:end])
    budget.spend(len(data))
    return Decoded(data, reason)
