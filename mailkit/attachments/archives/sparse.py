"""Files with holes in tar: the old form of GNU tar, and its three forms of pax (GNU tar manual, "Storing Sparse Files")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.unpack import Unpacked

BLOCK = 512
_MOST = 1 << 13
"""Stretches of one file."""


class Sparse(NamedTuple):
    """Where the stretches of a file stand that are no holes."""

    spans: list[tuple[int, int]]
    """Offset in the file and size, in the order of the archive."""
    size: int
    """Bytes of the file with its holes."""
    body: int
    """Where the first stretch stands in the archive."""


def old_map(data: bytes, at: int) -> Sparse:
    """Read the map of a header of type S, and of the blocks that follow it where it says so."""
    spans = _pairs(data[at + 386 : at + 482])
    size, is_more, body = number(data[at + 483 : at + 495]), data[at + 482 : at + 483], at + BLOCK
    while is_more.strip(b"\0") and len(spans) < _MOST and body + BLOCK <= len(data):
        spans += _pairs(data[body : body + 504])
        is_more = data[body + 504 : body + 505]
        body += BLOCK
    return Sparse(spans, size, body)


def pax_map(data: bytes, body: int, extra: Mapping[str, str]) -> Sparse | None:
    """Read the map that pax records name, or that stands before the content; None where there is none."""
    size = decimal(extra.get("GNU.sparse.realsize", extra.get("GNU.sparse.size", "")))
    words = extra.get("GNU.sparse.map", "").split(",")
    if extra.get("GNU.sparse.major") == "1":
        first = decimal(data[body : body + 20].partition(b"\n")[0].decode("latin-1"))
        if not 0 < first <= _MOST:
            return None
        lines = data[body : body + 40 * (first + 1)].split(b"\n", 2 * first + 1)
        if len(lines) < 2 * first + 2:
            return None
        words = [line.decode("latin-1") for line in lines[1:-1]]
        length = sum(len(line) + 1 for line in lines[:-1])
        body += -(-length // BLOCK) * BLOCK
    elif len(words) < 2:
        return None
    numbers = [decimal(word) for word in words[: 2 * _MOST]]
    return Sparse(list(zip(numbers[::2], numbers[1::2], strict=False)), size, body)


def filled(data: bytes, sparse: Sparse, packed: int, budget: Budget) -> Unpacked:
    """Put zeros into the holes, as far as there is room."""
    room = min(budget.room(packed), sparse.size)
    found = bytearray()
    at = sparse.body
    for offset, size in sparse.spans:
        if not len(found) <= offset <= room or size > packed:
            break
        found += bytes(offset - len(found))
        found += data[at : at + min(size, room - offset)]
        at += size
    found += bytes(max(0, room - len(found)))
    budget.spend(len(found))
    return Unpacked(bytes(found), "RATIO" if room < sparse.size else None, packed)


def _pairs(field: bytes) -> list[tuple[int, int]]:
    """Read pairs of numbers of twelve bytes; two empty ones end them."""
    found = []
    for at in range(0, len(field) - 23, 24):
        if not field[at : at + 24].strip(b"\0"):
            break
        found.append((number(field[at : at + 12]), number(field[at + 12 : at + 24])))
    return found


def number(field: bytes) -> int:
    r"""Read a number in octal digits, or in base 256 where its first bit is set (GNU tar).

    >>> number(b"0000017\0"), number(b"\x80\0\0\x11"), number(b"what")
    (15, 17, 0)
    """
    if field[:1] >= b"\x80":
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else 0
    digits = field.strip(b" \0").partition(b"\0")[0].partition(b" ")[0]
    return int(digits, 8) if digits and not digits.strip(b"01234567") else 0


def decimal(text: str, default: int = 0) -> int:
    """Read a decimal number of at most 15 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else default
