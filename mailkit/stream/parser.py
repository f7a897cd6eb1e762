"""Bytes in, events out: no I/O, no clock, no charset.

`StreamParser.feed` takes any stretch of a message and gives the events that it completes; `close`
gives the rest. How the message is cut makes no difference, except where Data events are cut. The
parser keeps one header block or one line that may be a delimiter, so memory is bounded by Limits;
it does not recurse, and it looks at every byte a bounded number of times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.limits import DEFAULT, Limits
from mailkit.stream.delimiters import HEADER_EMPTY, HEADER_END, Entity, Match, held
from mailkit.stream.descent import ALONE, Around
from mailkit.stream.events import (
    NOTHING,
    Data,
    Delimiter,
    EntityEnd,
    Epilogue,
    Event,
    Fields,
    Preamble,
)
from mailkit.stream.opening import (
    EPILOGUE,
    HEADERS,
    LEAF,
    PEEK,
    PREAMBLE,
    PREAMBLE_FIELD,
    PREAMBLE_HEAD_BYTES,
    Opening,
    State,
)
from mailkit.stream.reading import FIRST, Reading
from mailkit.syntax.fields import Header, behind_line, odd_line
from mailkit.syntax.params import TEXT_PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar


class StreamParser(Opening):
    r"""A message as a stream of events.

    >>> parser = StreamParser()
    >>> [type(event).__name__ for event in parser.feed(b"A: b\n\nhi") + parser.close()]
    ['EntityBegin', 'Fields', 'Data', 'EntityEnd']
    """

    _line_start = False
    """Whether the place is the beginning of a line of a body."""
    _part_waits = False
    """A delimiter was met: a part begins with the next byte."""

    def __init__(self, limits: Limits = DEFAULT, *, reading: Reading = FIRST, around: Around = ALONE) -> None:
        super().__init__(limits, reading, around)

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[Event]:
        """Take the next bytes; give the events that are now certain. Raises ValueError after `close`."""
        if self._closed:
            message = "feed() after close()"
            raise ValueError(message)
        if not isinstance(chunk, bytes):
            chunk = bytes(memoryview(chunk))  # raises TypeError for what holds no bytes
        return self._run(chunk, final=False)

    def close(self) -> list[Event]:
        """Say that the message ends here; give the last events."""
        if self._closed:
            return []
        events = self._run(b"", final=True)
        self._closed = True
        return events

    def _run(self, chunk: bytes, *, final: bool) -> list[Event]:
        self._out = []
        if self._take(chunk, final=final):
            steps = self.STEPS
            while steps[self._state](self, final):
                pass
        if final:
            end = self._base + len(self._buffer)
            while self._stack:
                self._end(end)
        return self._out

    # -- in a header

    def _headers(self, final: bool) -> bool:  # noqa: FBT001
        """Find the end of the header block, and split it."""
        end, body = self._find_end(final=final)
        if end < 0 and body <= 0:
            return body == 0
        buffer, at, level = self._buffer, self._at, len(self._stack)
        if self._open.places and (buffer[at : at + 2] == b"--" or buffer.find(b"\n--", at, body) >= 0):
            end, body, level = self._stop_at_delimiter(end, body, final=final)
        if end < 0:
            return False
        if self._part_waits and not self._begin_part(level, empty=body == at):
            return True
        start = self._base + at
        header = Header(buffer[at:end], start, self.limits.field_count, self.reading.junk)
        if header.consumed < end - at:
            body = at + header.consumed
        for code, offset in header.faults:
            self._notice(code, offset)
        self._at = body
        self._line_start = True
        fields = self._enter(header, start, memoryview(self._view)[at:body] if self._bodies else NOTHING)
        self._opened(fields)
        if fields.composite:
            if fields.content_type.maintype == "message":
                self._begin(is_message=True)
            else:
                self._state = PEEK if self.reading.preamble else PREAMBLE
        else:
            self._state = LEAF
            if fields.embedded and self._bodies:
                self._begin_child(fields)
        return True

    def _begin_child(self, fields: Fields) -> None:
        """Open the stream of a message that stands in the leaf in a transfer encoding."""
        self._child = StreamParser(self.limits, reading=self.reading, around=self.inside(fields.end))
        self._embed(self._child.feed(self._open_child(fields)))

    def _begin_part(self, level: int, *, empty: bool) -> bool:
        """Begin the part behind a delimiter; or say that the delimiter only lacks the dashes of a close.

        So it is where nothing stands behind it before the end or before a delimiter of a multipart
        further out, which has this level in the stack, and it is not the first.
        """
        self._part_waits = False
        if empty and self._stack[-1].parts and (level < len(self._stack) - 1 or self._at == len(self._buffer)):
            self._state = EPILOGUE
            return False
        self._begin(is_message=False)
        return True

    def _opened(self, fields: Fields) -> None:
        """Report the header of the innermost entity."""
        self._out.append(fields)

    def _ended(self, entity: Entity, here: int, *, complete: bool) -> None:
        """Report that an entity ended, which is no longer in the stack."""
        self._out.append(EntityEnd(here, here, entity.number, complete))

    def _find_end(self, *, final: bool) -> tuple[int, int]:
        """Give where the header block ends and where the body begins.

        -1 and 0 to look again, -1 twice to wait, -1 and how far there is no blank line.
        """
        buffer, at, limit = self._buffer, self._at, self.limits.header_block_bytes
        if buffer[at : at + 1] in (b"\n", b"\r"):
            empty = HEADER_EMPTY.match(buffer, at)
            if empty and self._count > 1 and self._stack[-1].is_message and not self._part_waits:
                passed = self._passes_blank_lines(final=final)
                if passed is not False:
                    return -1, 0 if passed else -1
            if empty:
                return at, empty.end()
        size, reach = len(buffer), at + limit + 4  # with the blank line behind the largest block
        found = HEADER_END.search(buffer, max(at, self._searched - self._base), reach)
        if found:
            end, body = found.start() + 1, found.end()
            self._searched = self._base + found.start()
        else:
            self._searched = max(self._searched, self._base + min(size, reach) - 3)
            if not final and size < reach:
                return -1, size or -1
            if self._count == 1 and not self._bare_cr and self._has_only_bare_cr(at, min(size, at + limit)):
                self._notice("stream.bare-cr", self._base + buffer.find(b"\r", at))
                self._turn_bare_cr(final=final)
                self._searched = 0
                return -1, 0
            end = body = size
        if end - at > limit:
            self._limit("header_block_bytes", self._base + at)
            end = body = buffer.rfind(b"\n", at, at + limit) + 1 or at + limit
        return end, body

    def _stop_at_delimiter(self, end: int, body: int, *, final: bool) -> tuple[int, int, int]:
        """End a part's header at a delimiter line that stands in it, as a part without a blank line has it.

        Lines that are no fields may end it before; what stands behind them is body, and is not looked
        at. Where no blank line came yet, whole lines are looked at: the delimiter need not wait for it.
        """
        buffer, at, longest, level = self._buffer, self._at, self.limits.delimiter_line_bytes, len(self._stack)
        stop = end if end >= 0 else buffer.rfind(b"\n", at, at + self.limits.header_block_bytes) + 1
        place = odd_line(buffer, at, stop)
        while place < stop:
            if buffer[place : place + 2] == b"--":
                line = buffer.find(b"\n", place, place + longest)
                if line < 0 and not final and len(buffer) - place < longest:
                    return -1, -1, 0
                match = self._open.match(buffer[place : line if line >= 0 else stop])
                if match and match.counts:
                    level = match.level
                    break
            behind = behind_line(buffer, place, stop, self.reading.junk, first=place == at)
            if behind < 0:
                if end < 0 and buffer.find(b"\n", place, stop) + 1 == stop:
                    return -1, -1, 0  # the line behind it may be a field
                break
            place = odd_line(buffer, behind, stop)
        else:
            return end, body, level
        if place > at or level == len(self._stack):
            self._notice("header.end.missing", self._base + place)
        return place, place, level

    def _peek(self, final: bool) -> bool:  # noqa: FBT001
        """See whether a preamble begins with a field; it is asked only in the reading that makes it a part."""
        head = self._buffer[self._at : self._at + PREAMBLE_HEAD_BYTES]
        if len(head) < PREAMBLE_HEAD_BYTES and not final and b"\n--" not in head:
            return False
        if PREAMBLE_FIELD.match(head):
            self._stack[-1].preamble_end = self._base + self._at
            self._begin(is_message=False)
        else:
            self._state = PREAMBLE
        return True

    # -- in a body

    def _body(self, final: bool) -> bool:  # noqa: FBT001
        """Give data up to the next delimiter, and the delimiter."""
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        if not self._open.places and not self._guessing:
            self._emit(at, size)
            return False
        longest = self.limits.delimiter_line_bytes
        if self._line_start and not final and size - at < 2:
            return False
        place = at if self._line_start and buffer[at : at + 2] == b"--" else self._dashes(at, size)
        while place >= 0:
            line = buffer.find(b"\n", place, place + longest)
            if line < 0 and size - place < longest:  # the line is not whole
                if not final:
                    self._emit(at, self._before(place, at))
                    return False
                line = size
            match = self._open.match(buffer[place : line if line >= 0 else place + longest])
            if match and line < 0:
                at, match = self._pass_by(place, at, "limit.delimiter_line_bytes"), None
            if match is None and self._guessing and line >= 0 and self._state == PREAMBLE:
                match = self._guess(buffer[place:line])
            if match and match.counts:
                self._emit(at, self._before(place, at))
                self._delimiter(place, min(line + 1, size), match)
                return True
            if match:
                at = self._pass_by(place, at, "mime.delimiter.junk")
            place = self._dashes(place, size)
        self._emit(at, size if final else size - held(buffer[max(at, size - 4) : size]))
        return False

    def _pass_by(self, place: int, at: int, code: str) -> int:
        """Note a line of the body that begins with a boundary and is no delimiter; give how far the body was given."""
        if self._finding_count > self.limits.finding_count and code in self._codes:
            return at
        self._emit(at, self._before(place, at))
        self._notice(code, self._base + place)
        return self._at

    def _dashes(self, start: int, stop: int) -> int:
        """Give the next beginning of a line with two dashes, or -1."""
        found = self._buffer.find(b"\n--", start, stop)
        return found + 1 if found >= 0 else -1

    def _before(self, place: int, at: int) -> int:
        """Give where data ends before a delimiter line: its line end is the delimiter's."""
        if place > at:
            place -= 1
            if place > at and self._buffer[place - 1 : place] == b"\r":
                place -= 1
                if place > at and self._buffer[place - 1 : place] == b"\r":
                    place -= 1
        return place

    def _emit(self, start: int, stop: int) -> None:
        """Give a stretch of a body."""
        if stop <= start:
            return
        self._line_start = False
        self._at = stop
        if self._state == PREAMBLE:
            entity = self._stack[-1]
            head = entity.head
            if len(head) < PREAMBLE_HEAD_BYTES:
                entity.head = head + self._buffer[start : min(stop, start + PREAMBLE_HEAD_BYTES - len(head))]
        if self._bodies:
            view = memoryview(self._view)[start:stop]
            kind, number = self.STRETCHES[self._state], self._stack[-1].number
            self._out.append(kind(self._base + start, self._base + stop, number, view))
            if self._child:
                self._give_child(view)

    def _delimiter(self, place: int, stop: int, match: Match) -> None:
        """Close what is open inside the multipart; begin its next part or its epilogue."""
        start = self._base + self._at
        level, closing = match.level, match.closing
        while len(self._stack) > level + 1:
            self._end(start)
        entity = self._stack[level]
        self._line_start = True
        if match.junk:
            self._notice("mime.delimiter.junk", self._base + place)
        if entity.closed and self._stays_closed(entity, place, stop, closing=closing):
            return
        if not entity.seen and entity.head and PREAMBLE_FIELD.match(entity.head):
            self._notice("mime.preamble.part", entity.start)
        entity.preamble_end = entity.preamble_end or start
        entity.seen = True
        entity.exact |= not match.junk
        if self._bodies:
            raw = self._view[self._at : stop]
            self._out.append(Delimiter(start, self._base + stop, entity.number, closing, raw))
        self._at = stop
        if closing:
            entity.closed = True
            entity.epilogue_start = self._base + stop
            self._state = EPILOGUE
            if self._shared:
                self._open.set(self._stack)
            return
        self._part_waits, self._state = True, HEADERS
        full = self._others + self._count >= self.limits.part_count
        if full or self._header_bytes > self.limits.header_total_bytes:
            self._limit("part_count" if full else "header_total_bytes", start)
            self._take_rest()

    def _take_rest(self) -> None:
        """Begin a part without a header, to which all that follows belongs."""
        self._begin(is_message=False)
        here = self._base + self._at
        self._opened(Fields(here, here, self._stack[-1].number, Header(b"", here), TEXT_PLAIN, ""))
        self._mute, self._part_waits, self._state = True, False, LEAF
        self._open.set(())

    def _stays_closed(self, entity: Entity, place: int, stop: int, *, closing: bool) -> bool:
        """Take a delimiter behind the close for a line of the epilogue, or, in another reading, open again."""
        self._notice("mime.part.after-close", self._base + place)
        if not closing and self.reading.after_close:
            entity.closed = False
            entity.epilogue_start = 0
            return False
        self._state = EPILOGUE
        self._emit(self._at, stop)
        self._line_start = True
        return True

    def _end(self, here: int) -> None:
        """Close the innermost entity."""
        if self._child:
            self._close_child()
        entity = self._stack.pop()
        if entity.boundary:
            self._leave(entity, here)
        self._ended(entity, here, complete=entity.closed or not entity.boundary)
        if self._stack:
            self._state = EPILOGUE if self._stack[-1].closed else PREAMBLE

    STEPS: ClassVar[Mapping[State, Callable[[Any, bool], bool]]] = {
        State.START: Opening._start,  # noqa: SLF001 - its own base
        State.HEADERS: _headers,
        State.PEEK: _peek,
        State.LEAF: _body,
        State.PREAMBLE: _body,
        State.EPILOGUE: _body,
    }
    STRETCHES: ClassVar[Mapping[State, type[Data]]] = {
        State.LEAF: Data,
        State.PREAMBLE: Preamble,
        State.EPILOGUE: Epilogue,
    }
