"""What was fed and is not used up yet: the lowest layer of the stream parser.

The parser looks at `_buffer` from `_at` on; `_base` is the offset of the buffer's first byte in the
message. `_view` is the same stretch as it came, for where CR alone ends lines the parser sees LF.
"""

from __future__ import annotations

import re

_BARE_CR = re.compile(rb"\r(?!\n)")
CRUMB_BYTES = 2048
"""A rest longer than this is joined with what comes only when that is half as long."""
PIECE_BYTES = 8_192
"""What is searched for CR alone at once: of each one found, the search keeps some ninety bytes."""


class Feed:
    """Bytes in; what is made of them, subclasses say."""

    _buffer: bytes = b""
    _view: bytes = b""
    _base = 0
    _at = 0
    _bare_cr = False
    _carried = b""
    """A CR at the end, whose LF may follow."""
    _pending_bytes = 0
    _closed = False

    def __init__(self) -> None:
        self._pending: list[bytes] = []

    def _take(self, chunk: bytes, *, final: bool) -> bool:
        """Put a chunk behind what is left; say whether it is time to look at it."""
        if self._bare_cr:
            chunk = self._carried + bytes(chunk)
            self._carried = b""
            if not final and chunk.endswith(b"\r"):
                chunk, self._carried = chunk[:-1], b"\r"
        left = len(self._view) - self._at
        if left:
            self._pending.append(bytes(chunk))
            self._pending_bytes += len(chunk)
            if not final and self._pending_bytes < left // 2 and left > CRUMB_BYTES:
                return False  # joining a long rest with every crumb would cost its square
            chunk = b"".join([bytes(self._view[self._at :]), *self._pending])
            self._pending, self._pending_bytes = [], 0
        self._base += self._at
        self._at = 0
        self._view = self._buffer = chunk
        if self._bare_cr:
            self._buffer = ending_lines(chunk)
        return True

    def _turn_bare_cr(self, *, final: bool) -> None:
        """Take CR alone for a line end from here on; offsets stay, for LF is as long."""
        self._bare_cr = True
        view = bytes(self._view)
        if not final and view.endswith(b"\r"):
            view, self._carried = view[:-1], b"\r"
        self._view = view
        self._buffer = ending_lines(view)

    def _has_only_bare_cr(self, start: int, stop: int) -> bool:
        return self._buffer.find(b"\r", start, stop) >= 0 and self._buffer.find(b"\n", start, stop) < 0


def ending_lines(data: bytes) -> bytes:
    """Put LF where CR stands alone, piece by piece."""
    pieces = []
    for start in range(0, len(data), PIECE_BYTES):
        piece = _BARE_CR.sub(b"\n", data[start : start + PIECE_BYTES])
        cut = start + PIECE_BYTES  # a CR LF may be cut here
        pieces.append(piece[:-1] + b"\r" if data[cut - 1 : cut + 1] == b"\r\n" else piece)
    return b"".join(pieces)
