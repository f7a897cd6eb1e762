"""What stands before a header, and how an entity begins."""

from __future__ import annotations

import re
from enum import IntEnum, auto

from mailkit.stream.delimiters import Entity
from mailkit.stream.descent import Descent
from mailkit.stream.events import EntityBegin, Prologue

PREAMBLE_FIELD = re.compile(rb"(?:[ \t\r]*+\n)*+content-[a-z\-]{1,40}[ \t]*+:", re.IGNORECASE)
PREAMBLE_HEAD_BYTES = 128
"""How much of a preamble is looked at, for whether it looks like a part."""
_BOM = b"\xef\xbb\xbf"
_LEADING = re.compile(rb"(?:[ \t]*+\r{0,2}\n)++")
_LEAD_BYTES = 256
_FIRST_FIELD = re.compile(
    rb"(?:received|return-path|delivered-to|from|to|cc|reply-to|sender|subject|date|message-id|mime-version|content-type"
    rb"|dkim-signature|x-[!-9;-~]{1,60})[ \t]{0,4}:",
    re.IGNORECASE,
)
_BLANK = frozenset({b" ", b"\t", b"\r", b"\n"})


class State(IntEnum):
    """Where the parser stands."""

    START = auto()
    HEADERS = auto()
    PEEK = auto()
    LEAF = auto()
    PREAMBLE = auto()
    EPILOGUE = auto()


START, HEADERS, PEEK, LEAF, PREAMBLE, EPILOGUE = State


class Opening(Descent):
    """The way to the header of an entity."""

    _state = START
    _searched = 0
    """Offset before which no blank line stands, from the place on: of a part that has none, the next has none either."""
    _blank = False
    """Blank lines before the header were noticed."""

    def _start(self, final: bool) -> bool:  # noqa: FBT001
        """Pass over what may stand before the header: a byte order mark, blank lines, an mbox line."""
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        if not final and size - at < 6:
            return False
        if self._base + at == 0 and buffer[:3] == _BOM:
            self._notice("stream.bom", 0)
            self._pass_over(at + 3)
            return True
        first = buffer[at : at + 1]
        limit = self.limits.header_block_bytes
        blank = _LEADING.match(buffer, at, at + limit) if first in _BLANK else None
        if blank:
            if not self._blank:
                self._notice("stream.blank-lines", self._base + at)
            self._blank = True
            self._pass_over(blank.end())
            return True
        waiting = not final and size - at < limit
        if waiting and first in _BLANK and not buffer[at:size].strip():
            return False  # the line may yet turn out to be blank
        if first == b"F" and buffer[at : at + 5] == b"From ":
            end = buffer.find(b"\n", at, at + limit)
            if end < 0 and waiting:
                return False
            if end >= 0:
                self._notice("stream.mbox-line", self._base + at)
                self._pass_over(end + 1)
        self._begin(is_message=True)
        return True

    def _pass_over(self, stop: int) -> None:
        if self._bodies:
            view = memoryview(self._view)[self._at : stop]
            self._out.append(Prologue(self._base + self._at, self._base + stop, self._number(), view))
        self._at = stop

    def _passes_blank_lines(self, *, final: bool) -> bool | None:
        """Pass over blank lines before the header of a message inside a part, as some MTAs put them there.

        None to wait for more. They count as such only where a field of the common ones follows.
        """
        head = self._buffer[self._at : self._at + _LEAD_BYTES]
        lead = _LEADING.match(head)
        size = lead.end() if lead else 0
        if not final and len(head) < _LEAD_BYTES and head.find(b":", size) < 0 and head.find(b"\n", size) < 0:
            return None
        if not _FIRST_FIELD.match(head, size):
            return False
        self._notice("stream.blank-lines", self._base + self._at)
        self._pass_over(self._at + size)
        self._stack[-1].start = self._base + self._at
        return True

    def _begin(self, *, is_message: bool) -> None:
        """Open an entity; its header comes next."""
        here = self._base + self._at
        stack = self._stack
        entity = Entity(self._count, here, is_message=is_message)
        if stack:
            stack[-1].parts += 1
        if self._bodies:
            self._out.append(EntityBegin(here, here, entity.number, stack[-1].number if stack else -1, is_message))
        self._count += 1
        stack.append(entity)
        self._state = HEADERS
