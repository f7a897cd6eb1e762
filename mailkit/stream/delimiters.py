"""Where a header ends, and which lines are delimiters: what the stream parser looks for."""

from __future__ import annotations

from collections.abc import Sequence

WINDOW = 2048
"""Bytes in which the end of a header is looked for first; the window doubles."""


class Entity:
    """An entity that is open."""

    __slots__ = ("boundary", "closed", "digest", "is_message", "number", "seen")

    def __init__(self, number: int, *, is_message: bool) -> None:
        self.number = number
        self.is_message = is_message
        self.boundary = b""
        self.digest = False
        self.seen = False  # a delimiter of this multipart was met
        self.closed = False


class Boundaries:
    """The boundaries that are open, and the multipart of each."""

    __slots__ = ("_lengths", "_places")

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}  # boundary -> place of its multipart in the stack
        self._lengths: list[int] = []

    def __bool__(self) -> bool:
        return bool(self._places)

    def set(self, stack: Sequence[Entity]) -> None:
        """Note which boundaries are open: of two that are the same, the innermost multipart's."""
        self._places = {entity.boundary: place for place, entity in enumerate(stack) if entity.boundary}
        self._lengths = sorted({len(boundary) for boundary in self._places}, reverse=True)

    def match(self, line: bytes) -> tuple[int, bool, bool] | None:
        """Say whose delimiter a line is: place in the stack, whether it closes, whether junk follows."""
        text = line[2:].rstrip(b" \t\r")
        place = self._places.get(text)
        if place is not None:
            return place, False, False
        if text.endswith(b"--"):
            place = self._places.get(text[:-2])
            if place is not None:
                return place, True, False
        for length in self._lengths:  # the longest boundary that the line begins with
            place = self._places.get(text[:length])
            if place is not None:
                return place, text[length : length + 2] == b"--", True
        return None


def header_end(buffer: bytes, at: int, searched: int, limit: int) -> tuple[int, int, int]:
    """Give where a header block ends, where the body begins (-1 where the buffer does not tell), and how far was searched.

    The blank line is looked for in growing windows, because a search for the wrong kind of line
    end would run through the whole message for every part.
    """
    if buffer[at : at + 1] == b"\n":
        return at, at + 1, 0
    if buffer[at : at + 2] == b"\r\n":
        return at, at + 2, 0
    start, size, window = at + searched, len(buffer), WINDOW
    while start < size:
        stop = min(start + window, size)
        bare = buffer.find(b"\n\n", start, stop)
        crlf = buffer.find(b"\n\r\n", start, stop if bare < 0 else bare + 1)
        if crlf >= 0:
            return crlf + 1, crlf + 3, 0
        if bare >= 0:
            return bare + 1, bare + 2, 0
        start = max(start, stop - 2)
        if stop == size or stop - at > limit:
            break
        window *= 2
    return -1, -1, max(0, start - at)


def held(tail: bytes) -> int:
    """Give how many of a body's last bytes may be the beginning of a delimiter with its line end."""
    for ending in (b"\r\n-", b"\n-", b"\r\n", b"\n", b"\r"):
        if tail.endswith(ending):
            return len(ending)
    return 0
