r"""Splits an mbox into messages: bytes in, separators and stretches of messages out (RFC 4155).

A line that begins with From and a blank is a separator where the input begins or a blank line stands
before it, and when `parse_from_line` takes it for one. That blank line is the mbox's, not the message's.

Variants differ in what a writer does with such lines inside a message:

    mboxo    writes `>From `, which may then have been there before: it is left alone
    mboxrd   puts a `>` before `From `, `>From `, `>>From ` and so on: one is taken away
    mboxcl   is an mboxo, mboxcl2 writes them as they are; both say the size of the body in Content-Length
    auto     reads all of these, but takes nothing away, for an mboxo cannot be told from an mboxrd

**When a Content-Length is believed.** A length is wrong wherever a message was changed on its way
or in the box, and a sender may write any number. So it counts only when it leads exactly to the end
of the input or to a separator with its blank line; at most two line ends may stand between. No body
is kept for that. Up to the place to which the length leads, every byte is the message's, unless a
separator comes before it. Until one comes, bytes are given out at once, and when the place proves
wrong, nothing is lost: no separator was passed by. When one comes, either it begins the next message
or it is text, and only the place can tell. Where the place is at most `Limits.mbox_lookahead_bytes`
behind it, what follows is kept until the place is seen; where it is farther, the separator counts,
so that no length can swallow what follows. What was kept is then read as if it came only now, and no
byte is searched twice, so that time stays linear.

`peek`, for an input with random access, gives bytes of it by offset and size. With it nothing is
kept and the place may lie at any distance; each length costs one short reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import IntEnum, auto
from typing import ClassVar, Literal, get_args

from mailkit.limits import DEFAULT, Limits
from mailkit.stream.filters import FilterEvent, FrontNoticed, MessageEnd, Removed, Separator, Stretch
from mailkit.stream.mbox_length import CONTEXT_BYTES, GAP_BYTES, Landing, landing, stated_length
from mailkit.stream.mbox_search import CRUMB_BYTES, Search
from mailkit.syntax.from_line import FromLine, parse_from_line

Variant = Literal["auto", "mboxo", "mboxrd", "mboxcl", "mboxcl2"]
Peek = Callable[[int, int], bytes]

_BOM = b"\xef\xbb\xbf"
_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?+(?:\r{0,2}\n)*+")
_EMPTY = re.compile(rb"\r{0,2}\n")
_LINE_ENDS = frozenset({b"\r", b"\n"})
_HEADER_END = re.compile(rb"\n\r{0,2}\n")
_QUOTED = re.compile(rb"\n>++From ")
_QUOTED_AT_ONCE = re.compile(rb">++From ")


class State(IntEnum):
    """Where the splitter stands."""

    START = auto()
    HEADER = auto()
    LENGTH = auto()
    """In a body of a length that is not proved."""
    COUNTED = auto()
    """In a body whose length led to its end."""
    BODY = auto()


START, HEADER, LENGTH, COUNTED, BODY = State


class MboxSplitter(Search):
    r"""An mbox as a stream of messages.

    >>> splitter = MboxSplitter()
    >>> events = splitter.feed(b"From a@b Sat Jan  3 01:02:03 2026\nA: b\n\nhi\n\n") + splitter.close()
    >>> [(type(event).__name__, event.offset, event.end) for event in events]
    [('Separator', 0, 34), ('Stretch', 34, 43), ('MessageEnd', 43, 44)]
    """

    def __init__(self, limits: Limits = DEFAULT, *, variant: Variant = "auto", peek: Peek | None = None) -> None:
        if variant not in get_args(Variant):
            message = f"{variant!r} is none of {', '.join(get_args(Variant))}"
            raise ValueError(message)
        super().__init__(limits, unquotes=variant == "mboxrd")
        self._heeds = variant in {"auto", "mboxcl", "mboxcl2"}  # Content-Length
        self._wants = variant in {"mboxcl", "mboxcl2"}
        self._peek = peek
        self._state = START
        self._searched = 0  # how far behind `_at` the end of a header was looked for
        self._quoting = True  # whether only `>` stand before the place in its line
        self._begin = 0  # offset at which the message begins
        self._removed = 0  # bytes taken out of it
        self._field = 0  # offset of its Content-Length
        self._near = 0  # offset from which on a separator is near enough to where that leads

    def _run(self, chunk: bytes, *, final: bool) -> list[FilterEvent]:
        self._out = []
        if self._take(chunk, final=final):
            steps = self.STEPS
            while steps[self._state](self, final):
                pass
        return self._out

    # -- before a message

    def _start(self, final: bool) -> bool:  # noqa: FBT001
        """Find the first From line; blank lines and a byte order mark may stand before it."""
        limit = self.limits.from_line_bytes
        head = self._buffer[:limit]
        if not head:
            return False
        lead = _LEAD.match(head)
        assert lead is not None  # it may be empty
        place = lead.end()
        rest = head[place : place + 5]
        end = head.find(b"\n", place) + 1
        if not end and len(head) < limit:
            if not final and (b"From ".startswith(rest) or rest in (b"\r", b"\r\r") or _BOM.startswith(head)):
                return False
            end = len(head)
        line = parse_from_line(head[place:end]) if end and rest == b"From " else None
        if line is None:
            self._bare = True
            self._open(Separator(0, 0, b"", None, None))
            return True
        self._open(Separator(0, end, head[:end], line.sender, line.date))
        if head.startswith(_BOM):
            self._notice("stream.bom", 0)
        return True

    def _open(self, separator: Separator) -> None:
        """Begin a message behind its separator."""
        self._out.append(separator)
        self._begin = separator.end
        self._at = self._scan = separator.end - self._base
        self._line_start = self._quoting = True
        self._searched = self._removed = self._finding_count = 0
        self._target = -1
        if self._findings:
            self._findings = []
        self._state = HEADER if self._heeds else BODY

    def _header(self, final: bool) -> bool:  # noqa: FBT001
        """Find the end of the header, and the length that it states; none of it is given out before."""
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        limit = self.limits.header_block_bytes
        match = _EMPTY.match(buffer, at) if buffer[at : at + 1] in _LINE_ENDS else None
        match = match or _HEADER_END.search(buffer, at + self._searched)
        if match is None and not final and size - at <= limit:
            self._searched = max(0, size - at - CONTEXT_BYTES)
            if size - at > CRUMB_BYTES:
                self._need = self._base + size + (size - at) // 2
            return False
        self._state = BODY
        stated = None
        if match is not None and match.end() - at <= limit:
            self._scan = match.end() - 1
            stated = stated_length(buffer[at : match.end()])
        if stated is None:
            if self._wants:
                self._notice("mbox.length.missing", self._base + at)
            return True
        assert match is not None
        length, self._field = stated[0], self._base + at + stated[1]
        if length < 0:
            self._notice("mbox.length.wrong", self._field, "no number")
            return True
        self._target = self._base + match.end() + length
        self._near = 0 if self._peek else self._target - self.limits.mbox_lookahead_bytes
        self._state = LENGTH
        return True

    # -- in a body

    def _length(self, final: bool) -> bool:  # noqa: FBT001
        """Pass on a body until a separator comes or the place is seen to which the length leads."""
        target, near = self._target - self._base, self._near - self._base
        if self._scan < near:
            if self._next(near, final=final):
                self._notice("limit.mbox_lookahead_bytes", self._field, str(self.limits.mbox_lookahead_bytes))
                self._state = BODY
                return True
            if self._scan < near and not final:
                self._emit(self._bound)
                return False
        seen = self._landing(target, final=final)
        if seen is None:
            found = self._next(target, final=False)
            if found:
                self._need = self._target + GAP_BYTES + self.limits.from_line_bytes
            self._emit(min(found.blank if found else self._bound, target))
            return False
        if seen.right:
            self._state = COUNTED
        else:
            self._distrust()
        return True

    def _landing(self, target: int, *, final: bool) -> Landing | None:
        """Look at the place to which a length leads, in the buffer or through `peek`."""
        limit = self.limits.from_line_bytes
        if self._peek is not None:
            start = max(0, self._target - CONTEXT_BYTES)
            size = self._target - start + GAP_BYTES + limit
            text = self._peek(start, size)
            ended, first = len(text) < size, start == 0
            place = self._target - start
        else:
            start = max(self._at, target - CONTEXT_BYTES)
            text = self._buffer[start : target + GAP_BYTES + limit]
            ended, first = final, start == self._at and self._line_start
            place = target - start
        if first:  # a line begins here, as it does behind a line end
            text, place = b"\n" + text, place + 1
        return landing(text, place, limit, ended=ended)

    def _distrust(self) -> None:
        """Go on without the length: it leads nowhere."""
        self._notice("mbox.length.wrong", self._field, f"leads to byte {self._target}")
        self._state = BODY

    def _counted(self, final: bool) -> bool:  # noqa: FBT001
        """Pass on a body up to where its length ends it."""
        target = self._target - self._base
        self._emit(min(target, len(self._buffer)))
        limit = self.limits.from_line_bytes
        text = b"\n\n" + self._buffer[target : target + GAP_BYTES + limit]  # the blank line was seen
        seen = landing(text, 2 + max(0, target - len(self._buffer)), limit, ended=final)
        if seen is None:
            return False
        if not seen.right:  # the input is not what `peek` gave
            self._distrust()
            return True
        start = target + seen.gap
        self._end(start, by_length=True, more=seen.line is not None)
        if seen.line:
            self._separate(start, start + seen.size, seen.line)
        return seen.line is not None

    def _body(self, final: bool) -> bool:  # noqa: FBT001
        """Pass on a body up to the next separator."""
        found = self._next(len(self._buffer), final=final)
        if found:
            self._emit(found.blank)
            self._end(found.start, more=True)
            self._separate(found.start, found.end, found.line)
            return True
        self._emit(self._bound)
        if final:
            self._end(len(self._buffer))
        return False

    # -- what is given out

    def _emit(self, stop: int) -> None:
        """Give the message's bytes up to a place."""
        if self._unquotes and stop > self._at:
            if self._buffer.find(b">From ", self._at, stop) >= 0:
                self._unquote(stop)
            start = self._buffer.rfind(b"\n", self._at, stop) + 1
            self._quoting = (start > 0 or self._quoting) and not self._buffer[start or self._at : stop].strip(b">")
        self._stretch(stop)

    def _unquote(self, stop: int) -> None:
        """Take one `>` away from each quoted line before a place."""
        match = _QUOTED_AT_ONCE.match(self._buffer, self._at, stop) if self._quoting else None
        if match:
            self._take_out(match.end() - 6)
        for found in _QUOTED.finditer(self._buffer, self._at, stop):
            self._take_out(found.end() - 6)

    def _take_out(self, place: int) -> None:
        self._stretch(place)
        here = self._base + place
        self._out.append(Removed(here, here + 1, b">", here - self._begin - self._removed))
        self._removed += 1
        self._at = place + 1

    def _stretch(self, stop: int) -> None:
        at = self._at
        if stop > at:
            self._out.append(Stretch(self._base + at, self._base + stop, memoryview(self._buffer)[at:stop]))
            self._line_start = self._buffer[stop - 1] == 10
            self._at = stop

    def _end(self, stop: int, *, by_length: bool = False, more: bool = False) -> None:
        """End the message; give what was noticed in it, for only now that does not hang on how the input was cut."""
        if more and self._bare:
            self._notice("mbox.separator.missing", 0)
            self._bare = False
        for found in self._findings:
            self._out.append(FrontNoticed(found.offset, found.offset, -1, found))
        at, base = self._at, self._base
        self._out.append(MessageEnd(base + at, base + stop, self._buffer[at:stop], by_length))
        self._at = stop

    def _separate(self, start: int, end: int, line: FromLine) -> None:
        raw = self._buffer[start:end]
        self._open(Separator(self._base + start, self._base + end, raw, line.sender, line.date))

    STEPS: ClassVar[Mapping[State, Callable[[MboxSplitter, bool], bool]]] = {
        START: _start,
        HEADER: _header,
        LENGTH: _length,
        COUNTED: _counted,
        BODY: _body,
    }
