"""Bytes in, events out: no I/O, no clock, no charset.

`StreamParser.feed` takes any stretch of a message and gives the events that it completes; `close`
gives the rest. How the message is cut makes no difference, except where Data events are cut. The
parser keeps one header block or one line that may be a delimiter, so memory is bounded by Limits;
it does not recurse, and it looks at every byte a bounded number of times.
"""

from __future__ import annotations

import re
from enum import IntEnum, auto
from typing import TYPE_CHECKING

from mailkit.findings import finding
from mailkit.limits import DEFAULT, Limits
from mailkit.stream.delimiters import WINDOW, Boundaries, Entity, header_end, held
from mailkit.stream.events import Data, Delimiter, EntityBegin, EntityEnd, Epilogue, Event, Fields, Noticed, Preamble
from mailkit.syntax.fields import Header
from mailkit.syntax.params import MESSAGE, TEXT_PLAIN, ContentType, parse_content_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import ClassVar

_BOM = b"\xef\xbb\xbf"
_LEADING = re.compile(rb"(?:[ \t]*+\r?\n)++")
_MESSAGES = frozenset({"rfc822", "global", "news"})
_IDENTITY = frozenset({b"", b"7bit", b"8bit", b"binary"})


class State(IntEnum):
    """Where the parser stands."""

    START = auto()
    HEADERS = auto()
    LEAF = auto()
    PREAMBLE = auto()
    EPILOGUE = auto()


class StreamParser:
    r"""A message as a stream of events.

    >>> parser = StreamParser()
    >>> [type(event).__name__ for event in parser.feed(b"A: b\n\nhi") + parser.close()]
    ['EntityBegin', 'Fields', 'Data', 'EntityEnd']
    """

    def __init__(self, limits: Limits = DEFAULT, *, bodies: bool = True) -> None:
        self.limits = limits
        self._bodies = bodies  # without them only Fields, EntityEnd and Noticed are given
        self.complete = True
        """False once a limit was met or the message turned out to be cut."""
        self._buffer: bytes = b""
        self._base = 0  # offset of the buffer's first byte
        self._at = 0  # how far the buffer is used up
        self._searched = 0  # how far behind that the end of a header block was looked for
        self._line_start = False  # whether the place is the beginning of a line of a body
        self._state = State.START
        self._stack: list[Entity] = []
        self._open = Boundaries()
        self._count = 0
        self._header_bytes = 0
        self._finding_count = 0
        self._bare_cr = False
        self._blank = False  # blank lines before the header were noticed
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._mute = False  # past part_count or header_total_bytes: all that follows is one leaf
        self._closed = False
        self._out: list[Event] = []

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[Event]:
        """Take the next bytes; give the events that are now certain. Raises ValueError after `close`."""
        if self._closed:
            message = "feed() after close()"
            raise ValueError(message)
        return self._run(bytes(chunk) if isinstance(chunk, bytearray | memoryview) else chunk, final=False)

    def close(self) -> list[Event]:
        """Say that the message ends here; give the last events."""
        if self._closed:
            return []
        events = self._run(b"", final=True)
        self._closed = True
        return events

    def _run(self, chunk: bytes, *, final: bool) -> list[Event]:
        self._out = []
        if self._bare_cr and chunk:
            chunk = bytes(chunk).replace(b"\r", b"\n")
        left = len(self._buffer) - self._at
        if left:
            self._pending.append(bytes(chunk))
            self._pending_bytes += len(chunk)
            if not final and self._pending_bytes < left // 2 and left > WINDOW:
                return self._out  # joining a long rest with every crumb would cost its square
            self._buffer = b"".join([bytes(self._buffer[self._at :]), *self._pending])
            self._pending, self._pending_bytes = [], 0
        else:
            self._buffer = chunk
        self._base += self._at
        self._at = 0
        while self.STEPS[self._state](self, final):
            pass
        if final:
            self._finish()
        return self._out

    # -- before and in a header

    def _start(self, final: bool) -> bool:  # noqa: FBT001
        """Pass over what may stand before the header: a byte order mark, blank lines, an mbox line."""
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        if not final and size - at < 6:
            return False
        if self._base + at == 0 and buffer[:3] == _BOM:
            self._notice("stream.bom", 0)
            self._at += 3
            return True
        blank = _LEADING.match(buffer, at)
        if blank:
            if not self._blank:
                self._notice("stream.blank-lines", self._base + at)
            self._blank = True
            self._at = blank.end()
            return True
        limit = self.limits.header_block_bytes
        waiting = not final and size - at < limit
        if waiting and buffer[at : at + 1] in (b" ", b"\t", b"\r") and not bytes(buffer[at:size]).strip():
            return False  # the line may yet turn out to be blank
        if buffer[at : at + 5] == b"From ":
            end = buffer.find(b"\n", at, at + limit)
            if end < 0 and waiting:
                return False
            if end >= 0:
                self._notice("stream.mbox-line", self._base + at)
                self._at = end + 1
        self._begin(is_message=True)
        return True

    def _begin(self, *, is_message: bool) -> None:
        """Open an entity; its header comes next."""
        entity = Entity(self._count, is_message=is_message)
        if self._bodies:
            here = self._base + self._at
            parent = self._stack[-1].number if self._stack else -1
            self._out.append(EntityBegin(here, here, entity.number, parent, is_message))
        self._count += 1
        self._stack.append(entity)
        self._searched = 0
        self._state = State.HEADERS

    def _headers(self, final: bool) -> bool:  # noqa: FBT001
        """Find the end of the header block, and split it."""
        limit = self.limits.header_block_bytes
        end, body, self._searched = header_end(self._buffer, self._at, self._searched, limit)
        if end < 0:
            waiting = len(self._buffer) - self._at
            if not final and waiting <= limit:
                return False
            if self._count == 1 and self._turn_bare_cr():
                return True
            end = body = len(self._buffer)
        if end - self._at > limit:
            end = body = self._cut_header(limit)
        if self._open:
            end, body = self._stop_at_delimiter(end, body, final=final)
            if end < 0:
                return False
        start = self._base + self._at
        header = Header(bytes(self._buffer[self._at : end]), start, self.limits.field_count)
        if header.consumed < end - self._at:
            body = self._at + header.consumed
        for code, offset in header.faults[:50]:
            self._notice(code, offset)
        self._at = body
        self._line_start = True
        self._enter(header, start)
        return True

    def _cut_header(self, limit: int) -> int:
        """End a header block that is too large at the last line that fits."""
        self._notice("limit.header_block_bytes", self._base + self._at)
        self.complete = False
        return self._buffer.rfind(b"\n", self._at, self._at + limit) + 1 or self._at + limit

    def _turn_bare_cr(self) -> bool:
        """Read a message whose first header has only bare CRs with these as its line ends; offsets stay."""
        if self._bare_cr or b"\r" not in self._buffer[self._at :] or b"\n" in self._buffer[self._at :]:
            return False
        self._bare_cr = True
        self._notice("stream.bare-cr", self._base + self._buffer.find(b"\r", self._at))
        self._buffer = bytes(self._buffer).replace(b"\r", b"\n")
        self._searched = 0
        return True

    def _stop_at_delimiter(self, end: int, body: int, *, final: bool) -> tuple[int, int]:
        """End a part's header at a delimiter line that stands in it, as a part without a blank line has it."""
        buffer, at, longest = self._buffer, self._at, self.limits.delimiter_line_bytes
        place = at if buffer[at : at + 2] == b"--" else self._dashes(at)
        while 0 <= place < body:
            line = buffer.find(b"\n", place, place + longest)
            if line < 0 and not final and len(buffer) - place < longest:
                return -1, -1
            if self._open.match(bytes(buffer[place : line if line >= 0 else end])):
                if place > at:
                    self._notice("header.end.missing", self._base + place)
                return place, place
            place = self._dashes(place)
        return end, body

    def _enter(self, header: Header, start: int) -> None:
        """Decide from a header what kind of body follows."""
        entity = self._stack[-1]
        self._header_bytes += header.consumed
        value = header.first(b"content-type")
        kind = (
            parse_content_type(value, MESSAGE if self._in_digest() else TEXT_PLAIN)
            if value is None
            else parse_content_type(value)
        )
        if not kind.valid:
            self._notice("mime.type.invalid", start)
        if header.repeats and header.count("content-type") > 1:
            self._notice("header.field.duplicate", start, "Content-Type")
        multipart = kind.maintype == "multipart" and self._opens(kind, header, start)
        message = kind.maintype == "message" and kind.subtype in _MESSAGES and self._descends(header)
        self._out.append(Fields(start, self._base + self._at, entity.number, header, kind, multipart or message))
        if multipart:
            entity.boundary = kind.boundary
            entity.digest = kind.subtype == "digest"
            self._open.set(self._stack)
            self._state = State.PREAMBLE
        elif message:
            self._begin(is_message=True)
        else:
            self._state = State.LEAF

    def _in_digest(self) -> bool:
        return len(self._stack) > 1 and self._stack[-2].digest and not self._stack[-1].is_message

    def _opens(self, kind: ContentType, header: Header, start: int) -> bool:
        """Say whether a multipart can be taken apart."""
        if not kind.boundary or len(kind.boundary) > self.limits.delimiter_line_bytes - 16:
            self._notice("mime.boundary.missing", start)
            return False
        if self._mute or len(self._stack) > self.limits.depth:
            self._limit("depth", start)
            return False
        encoding = header.get("content-transfer-encoding")
        if encoding and encoding.lower() not in _IDENTITY:
            self._notice("mime.encoding.composite", start, encoding[:40].decode("latin-1"))
        return True

    def _descends(self, header: Header) -> bool:
        """Say whether a message inside a part stands there as it is, and not too deep."""
        encoding = (header.get("content-transfer-encoding") or b"").lower()
        if encoding not in _IDENTITY or self._mute:
            return False
        here = self._base + self._at
        if sum(entity.is_message for entity in self._stack) > self.limits.message_depth:
            self._limit("message_depth", here)
            return False
        if len(self._stack) > self.limits.depth:
            self._limit("depth", here)
            return False
        return True

    # -- in a body

    def _body(self, final: bool) -> bool:  # noqa: FBT001
        """Give data up to the next delimiter, and the delimiter."""
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        if not self._open:
            self._emit(at, size)
            return False
        longest = self.limits.delimiter_line_bytes
        if self._line_start and not final and size - at < 2:
            return False
        place = at if self._line_start and buffer[at : at + 2] == b"--" else self._dashes(at)
        while place >= 0:
            line = buffer.find(b"\n", place, place + longest)
            if line < 0 and size - place < longest:  # the line is not whole
                if not final:
                    self._emit(at, self._before(place, at))
                    return False
                line = size
            match = self._open.match(bytes(buffer[place:line])) if line >= 0 else None
            if match:
                self._emit(at, self._before(place, at))
                self._delimiter(place, min(line + 1, size), *match)
                return True
            place = self._dashes(place)
        self._emit(at, size if final else size - held(bytes(buffer[max(at, size - 3) : size])))
        return False

    def _dashes(self, start: int) -> int:
        """Give the next beginning of a line with two dashes, or -1."""
        found = self._buffer.find(b"\n--", start)
        return found + 1 if found >= 0 else -1

    def _before(self, place: int, at: int) -> int:
        """Give where data ends before a delimiter line: its line end is the delimiter's."""
        if place > at:
            place -= 1
            if place > at and self._buffer[place - 1 : place] == b"\r":
                place -= 1
        return place

    def _emit(self, start: int, stop: int) -> None:
        """Give a stretch of a body."""
        if stop > start:
            self._line_start = False
        if stop > start and self._bodies:
            kind = self.STRETCHES[self._state]
            entity = self._stack[-1].number
            view = memoryview(self._buffer)[start:stop]
            self._out.append(kind(self._base + start, self._base + stop, entity, view))
        self._at = stop

    def _delimiter(self, place: int, stop: int, level: int, closing: bool, junk: bool) -> None:  # noqa: FBT001
        """Close what is open inside the multipart; begin its next part or its epilogue."""
        start = self._base + self._at
        while len(self._stack) > level + 1:
            self._end(start)
        entity = self._stack[level]
        if junk:
            self._notice("mime.delimiter.junk", self._base + place)
        if entity.closed:
            self._notice("mime.part.after-close", self._base + place)
            self._emit(self._at, stop)
            self._line_start = True
            return
        entity.seen = True
        if self._bodies:
            self._out.append(Delimiter(start, self._base + stop, entity.number, closing))
        self._at = stop
        self._line_start = True
        if closing:
            entity.closed = True
            self._state = State.EPILOGUE
        elif self._count >= self.limits.part_count or self._header_bytes > self.limits.header_total_bytes:
            self._limit("part_count" if self._count >= self.limits.part_count else "header_total_bytes", start)
            self._mute = True
            self._begin(is_message=False)
            self._open.set(())
        else:
            self._begin(is_message=False)

    def _end(self, here: int) -> None:
        """Close the innermost entity."""
        entity = self._stack.pop()
        whole = entity.closed or not entity.boundary
        if entity.boundary:
            if not entity.closed:
                self._notice("mime.close.missing" if entity.seen else "mime.boundary.unused", here)
                self.complete = False
            if not self._mute:
                self._open.set(self._stack)
        self._out.append(EntityEnd(here, here, entity.number, whole))
        if self._stack:
            self._state = State.EPILOGUE if self._stack[-1].closed else State.PREAMBLE

    def _finish(self) -> None:
        """End the input."""
        end = self._base + len(self._buffer)
        while self._stack:
            self._end(end)
        self._at = len(self._buffer)

    def _notice(self, code: str, offset: int, detail: str = "") -> None:
        self._finding_count += 1
        if self._finding_count > self.limits.finding_count:
            if self._finding_count > self.limits.finding_count + 1:
                return
            code, detail = "limit.finding_count", ""
        entity = self._stack[-1].number if self._stack else -1
        self._out.append(Noticed(offset, offset, entity, finding(code, offset, detail)))

    def _limit(self, name: str, offset: int) -> None:
        self.complete = False
        self._notice("limit." + name, offset, str(getattr(self.limits, name)))

    STEPS: ClassVar[Mapping[State, Callable[[StreamParser, bool], bool]]] = {
        State.START: _start,
        State.HEADERS: _headers,
        State.LEAF: _body,
        State.PREAMBLE: _body,
        State.EPILOGUE: _body,
    }
    STRETCHES: ClassVar[Mapping[State, type[Data]]] = {
        State.LEAF: Data,
        State.PREAMBLE: Preamble,
        State.EPILOGUE: Epilogue,
    }
