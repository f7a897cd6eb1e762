"""Undoing compression under a budget: never more bytes than there is room for."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Protocol

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Reason

Packed = bytes | memoryview
"""A view saves the copy where many streams stand in one file."""
Method = Literal["deflate", "zlib", "gzip", "bz2", "xz", "lzma"]
_STEP = 1 << 20
_FEED = 1 << 16
_SMALLER = (1 << 14, 1 << 6)
_WINDOW = 1 << 28
"""Bytes of memory that xz and LZMA may ask for; their own tools write no more than a quarter of it."""


class Decompressor(Protocol):
    """What `bz2.BZ2Decompressor` and `lzma.LZMADecompressor` are."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out before more goes in."""

    @property
    def unused_data(self) -> bytes:
        """What was fed behind the end."""

    def decompress(self, data: Packed, /, max_length: int = -1) -> bytes:
        """Give what comes out, at most `max_length` bytes; the rest with the next call."""


class Unpacked(NamedTuple):
    """What came out."""

    data: bytes
    reason: Reason | None
    """Why it is not all of it: RATIO, BYTES, TIME, or MALFORMED for what is damaged or cut; None where it is whole."""
    used: int
    """Bytes of the packed data that belong to it."""
    came: int = 0
    """How many bytes came out before it was stopped, those that are not kept among them."""


class _Zlib:
    """zlib with the interface of the other two."""

    def __init__(self, bits: int) -> None:
        self._one = zlib.decompressobj(bits)
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._one.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._one.unused_data

    def decompress(self, data: Packed, /, max_length: int = -1) -> bytes:
        found = self._one.decompress(self._tail + data if self._tail else data, max_length)
        self._tail = self._one.unconsumed_tail
        return found


_MAKERS: dict[Method, Callable[[], Any]] = {
    "deflate": lambda: _Zlib(-zlib.MAX_WBITS),
    "zlib": lambda: _Zlib(zlib.MAX_WBITS),
    "gzip": lambda: _Zlib(zlib.MAX_WBITS | 16),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _WINDOW),
    "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, _WINDOW),
}


def unpack(method: Method, packed: Packed, budget: Budget, room: int | None = None) -> Unpacked:
    """Undo one stream of a method; what came out before damage or a limit is given.

    >>> import zlib
    >>> from mailkit.limits import DEFAULT
    >>> unpack("zlib", zlib.compress(b"hi") + b"more", Budget(DEFAULT, lambda: 0.0))
    Unpacked(data=b'hi', reason=None, used=10, came=2)
    """
    found = drain(_MAKERS[method](), packed, budget, room)
    if found.reason != "MALFORMED" or found.data:
        return found
    for step in _SMALLER:  # that in which damage or a wrong checksum is met gives nothing
        budget.spend(-len(found.data))
        found = drain(_MAKERS[method](), packed, budget, room, (len(found.data), step))
    return found


def drain(
    one: Decompressor, packed: Packed, budget: Budget, room: int | None = None, pace: tuple[int, int] = (0, _STEP)
) -> Unpacked:
    """Undo one stream with a decompressor that has the interface of `bz2.BZ2Decompressor`, in steps both ways.

    `pace` is how many bytes are known to come out well, and the steps in which it goes on behind them. What goes beyond
    the bytes that it may have is a bomb where it is above the ratio as well: then no more of it is kept than that.
    """
    allowed = budget.reach(len(packed)) if room is None else min(room, budget.reach(len(packed)))
    found: list[bytes] = []
    size = fed = 0
    reason: Reason | None = None
    try:
        while not one.eof and reason is None:
            feed = packed[fed : fed + _FEED] if one.needs_input else b""
            fed += len(feed)
            if size > allowed:
                reason = "RATIO" if size > budget.usual(fed) else "BYTES"
            elif one.needs_input and not feed:
                reason = "MALFORMED"  # it is cut
            elif budget.is_late():
                reason = "TIME"
            else:
                step = pace[0] - size if size < pace[0] else pace[1]
                found.append(one.decompress(feed, min(step, _STEP, allowed + 1 - size)))
                size += len(found[-1])
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        reason = "MALFORMED"
    data = b"".join(found)[: min(allowed, budget.usual(fed)) if reason == "RATIO" else allowed]
    budget.spend(len(data), max(0, size - budget.usual(fed)))
    return Unpacked(data, reason, fed - len(one.unused_data), size)


def grown(packed: int, found: Unpacked) -> str:
    """Say what became of so many bytes: ``42 kB become 40 MB, 950:1``; of what was stopped, that it is more.

    >>> grown(42_000, Unpacked(b"", "RATIO", 0, 40_000_000)), grown(500, Unpacked(b"a" * 900, None, 0))
    ('42 kB become more than 40 MB, 952:1', '500 bytes become 900 bytes, 2:1')
    """
    size = found.came or len(found.data)
    more = "" if found.reason is None else "more than "
    return f"{_shown(packed)} become {more}{_shown(size)}, {round(size / max(1, packed))}:1"


def _shown(size: int) -> str:
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def copied(packed: Packed, budget: Budget) -> Unpacked:
    """Give what is not packed, as far as there is room."""
    data = bytes(packed[: budget.room(len(packed))])
    budget.spend(len(data))
    return Unpacked(data, "BYTES" if len(data) < len(packed) else None, len(packed))
