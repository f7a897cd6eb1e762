"""Where a header ends, and which lines are delimiters: what the stream parser looks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from mailkit.stream.events import Fields
from mailkit.stream.reading import Reading

HEADER_END = re.compile(rb"\n\r{0,2}\n")
HEADER_EMPTY = re.compile(rb"\r{0,2}\n")


class Entity:
    """An entity that is open."""

    boundary = b""
    digest = False
    seen = False
    """A delimiter of this multipart was met."""
    exact = False
    """One that ends with the boundary."""
    closed = False
    parts = 0
    head: bytes = b""
    """How its preamble begins."""
    preamble_end = 0
    """Offset of its first delimiter, or of the part that its preamble is taken for; 0 as long as there is none."""
    epilogue_start = 0
    """Offset behind its close delimiter; 0 while it is not closed."""

    # What the builder of a tree keeps here.
    fields: Fields
    path: str
    children: list[Any]

    def __init__(self, number: int, start: int, *, is_message: bool) -> None:
        self.number = number
        self.start = start
        """Offset of its header."""
        self.is_message = is_message


class Match(NamedTuple):
    """A line that begins with the boundary of an open multipart."""

    level: int
    """Place of the multipart in the stack."""
    closing: bool
    junk: bool
    """Whether text follows that should not."""
    counts: bool
    """Whether the line is a delimiter in this reading."""


class Boundaries:
    """The boundaries that are open, and the multipart of each."""

    __slots__ = ("_heads", "_lengths", "_lines", "_reading", "_stack", "places")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._stack: Sequence[Entity] = ()
        self.places: dict[bytes, int] = {}
        """Boundary -> place of its multipart in the stack."""
        self._lines: dict[bytes, Match] = {}  # what stands behind the dashes of a whole delimiter line
        self._lengths: list[int] = []
        self._heads: set[bytes] = set()  # all boundaries, cut to the shortest

    def is_open(self, boundary: bytes) -> bool:
        """Say whether a boundary is one of a multipart that is not closed."""
        place = self.places.get(boundary)
        return place is not None and not self._stack[place].closed

    def set(self, stack: Sequence[Entity]) -> None:
        """Note which boundaries are open; of two that are the same, one that is not closed counts."""
        rows = [(entity.boundary, place) for place, entity in enumerate(stack) if entity.boundary]
        self.places = places = dict(rows)
        if not rows:
            return
        if len(places) < len(rows):
            if self._reading.reused == "outer":
                rows.reverse()
            self.places = places = dict(sorted(rows, key=lambda row: not stack[row[1]].closed))
        self._stack = stack
        self._lines = {boundary + b"--": Match(place, True, False, True) for boundary, place in places.items()}  # noqa: FBT003
        for boundary, place in places.items():
            self._lines[boundary] = Match(place, False, False, True)  # noqa: FBT003
        self._lengths = []

    def match(self, line: bytes) -> Match | None:
        """Say whose delimiter a line is, if anyone's."""
        if not self.places:
            return None
        text = line[2:].rstrip(b" \t\r")
        match = self._lines.get(text)
        if match:
            return match
        if not self._lengths:  # seldom needed, so made only now
            self._lengths = sorted(set(map(len, self.places)), reverse=True)
            self._heads = {boundary[: self._lengths[-1]] for boundary in self.places}
        if text[: self._lengths[-1]] not in self._heads:
            return None
        for length in self._lengths:  # the longest boundary that the line begins with
            place = self.places.get(text[:length])
            if place is not None:
                closing = text[length : length + 2] == b"--"
                return Match(place, closing, junk=True, counts=self._accepts(place, closing=closing))
        return None

    def _accepts(self, place: int, *, closing: bool) -> bool:
        """Say whether a line that goes on behind the boundary is a delimiter.

        RFC 2046 section 5.1.1 asks for no more than that it begins with the boundary; but where a
        multipart has delimiters that end there, a line that goes on is text (a longer boundary of a
        message that is quoted, say). A close delimiter often has a list's footer glued to it.
        """
        if self._reading.delimiters == "until-exact":
            return closing or not self._stack[place].exact
        return self._reading.delimiters == "prefix"


def held(tail: bytes) -> int:
    """Give how many of a body's last bytes may be the beginning of a delimiter with its line end."""
    for ending in (b"\r\r\n-", b"\r\n-", b"\n-", b"\r\r\n", b"\r\n", b"\n", b"\r\r", b"\r"):
        if tail.endswith(ending):
            return len(ending)
    return 0
