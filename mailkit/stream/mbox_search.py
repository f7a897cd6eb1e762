"""Where the messages of an mbox end: what the splitter has not used up, and the separators in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailkit.findings import Finding
from mailkit.limits import Limits
from mailkit.stream.front import Front
from mailkit.syntax.from_line import FromLine, parse_from_line

CRUMB_BYTES = 2048
"""What is kept is joined with every crumb that comes, as long as it is smaller than that."""

_FROM = b"\nFrom "
_TAIL = re.compile(rb"(?:\r{0,2}\n(?:F(?:r(?:om?)?)?)?|\r{1,2})\Z")
_QUOTED_TAIL = re.compile(rb">(?:F(?:r(?:om?)?)?)?\Z")
_TAIL_BYTES = 7  # CR CR LF From


class Found(NamedTuple):
    """A separator in the buffer."""

    blank: int
    """Where the blank line before it begins."""
    start: int
    end: int
    line: FromLine


class Search(Front):
    """What was fed and is not used up yet, and the search for separators in it."""

    def __init__(self, limits: Limits, *, unquotes: bool) -> None:
        super().__init__(limits)
        self._unquotes = unquotes
        self._buffer = b""
        self._pending = bytearray()
        self._need = 0  # offset up to which the input must come before anything can be said
        self._base = 0  # offset of the buffer's first byte
        self._at = 0  # how far the buffer is used up
        self._scan = 0  # how far separators were looked for
        self._bound = 0  # up to where the buffer is the message's, whatever follows
        self._line_start = True  # whether the place is the beginning of a line
        self._bare = False  # the message has no From line
        self._target = -1  # offset to which the Content-Length of the message leads
        self._findings: list[Finding] = []

    def _take(self, chunk: bytes, *, final: bool) -> bool:
        """Put a chunk behind what is left of the last ones; say whether there is enough to go on with."""
        at, buffer = self._at, self._buffer
        if at == len(buffer):
            self._buffer = chunk
        else:
            come = self._base + len(buffer) + len(self._pending) + len(chunk)
            if not final and come < self._need:
                self._pending += chunk
                return False
            self._buffer = b"".join((memoryview(buffer)[at:], self._pending, chunk))
            self._pending = bytearray()
        self._need = 0
        self._base += at
        self._scan -= at
        self._at = 0
        return True

    def _next(self, stop: int, *, final: bool) -> Found | None:
        """Give the next separator that begins before a place; or note how far the buffer is the message's for certain."""
        find = self._buffer.find
        place = find(_FROM, max(self._scan, self._at), stop + len(_FROM) - 1)
        while place >= 0:
            self._scan = place
            blank = self._blank(place)
            if blank >= 0 or self._notices(place + 1):
                end = self._line_end(place + 1, final=final)
                if end < 0:  # the line is not whole
                    self._bound = blank if blank >= 0 else place
                    return None
                line = self._judge(place + 1, end, blank)
                if line:
                    return Found(blank, place + 1, end, line)
            self._scan = place + len(_FROM) - 1
            place = find(_FROM, self._scan, stop + len(_FROM) - 1)
        self._bound = self._held(final=final)
        self._scan = max(self._scan, min(self._bound, stop))
        return None

    def _blank(self, place: int) -> int:
        """Give where the blank line begins whose LF stands at a place; -1 where the line has more."""
        buffer, at = self._buffer, self._at
        for _ in range(2):
            if place > at and buffer[place - 1] == 13:
                place -= 1
        whole = self._line_start if place == at else place > at and buffer[place - 1] == 10
        return place if whole else -1

    def _line_end(self, start: int, *, final: bool) -> int:
        """Give where a line ends; 0 where it is too long, -1 where it is not whole."""
        limit, size = self.limits.from_line_bytes, len(self._buffer)
        end = self._buffer.find(b"\n", start, start + limit) + 1
        if end or size - start >= limit:
            return end
        return size if final else -1

    def _judge(self, start: int, end: int, blank: int) -> FromLine | None:
        """Read a line that begins with From: a separator, or something to notice."""
        line = parse_from_line(self._buffer[start:end]) if end else None
        if line and blank >= 0:
            return line
        if self._notices(start):
            if not end and blank >= 0:
                self._notice("limit.from_line_bytes", self._base + start, str(self.limits.from_line_bytes))
            elif line or blank >= 0:
                detail = "no blank line before it" if line else "no date in it"
                self._notice("mbox.from-line.unquoted", self._base + start, detail)
        return None

    def _notices(self, start: int) -> bool:
        """Say whether a line is looked at that is no separator: not in a body that may be counted."""
        return self._base + start >= self._target and self._finding_count <= self.limits.finding_count

    def _held(self, *, final: bool) -> int:
        """Give where the end of the buffer begins that may yet turn out to be no part of the message."""
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        if final:
            blank = self._blank(size - 1) if size > at and buffer[size - 1] == 10 else -1
            return size if blank < 0 or self._bare else blank
        match = _TAIL.search(buffer, max(at, size - _TAIL_BYTES))
        if match is None and self._unquotes:
            match = _QUOTED_TAIL.search(buffer, max(at, size - _TAIL_BYTES))
        return match.start() if match else size

    def _notice(self, code: str, offset: int, detail: str = "") -> None:
        found = self._finding(code, offset, detail)
        if found:
            self._findings.append(found)
