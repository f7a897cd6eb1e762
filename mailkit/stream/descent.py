"""What a header says of the body behind it: whether to go down into it, and under which boundary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from mailkit.content import IDENTITY, KNOWN, Decoder, decoder, parse_encoding
from mailkit.findings import finding
from mailkit.limits import Limits
from mailkit.stream.delimiters import Boundaries, Entity, Match
from mailkit.stream.events import ChildEvent, Event, Fields, LimitMet, Noticed
from mailkit.stream.feed import Feed
from mailkit.stream.reading import Reading
from mailkit.syntax.fields import Field, Header, MimeFields
from mailkit.syntax.params import MESSAGE, TEXT_PLAIN, ContentType, parse_content_type

if TYPE_CHECKING:
    from mailkit.stream.parser import StreamParser

MESSAGES = frozenset({"rfc822", "global", "news"})
_GUESSED = re.compile(rb"--([!-~]{1,200}(?<!--))[ \t\r]*")
_TWICE = {name.lower(): name for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition")}
_TWO_WAYS = frozenset({"mime.param.duplicate", "mime.param.ambiguous"})
_RESEMBLES = ((b"64", "base64"), (b"quoted", "quoted-printable"), (b"uu", "x-uuencode"))


class Descent(Feed):
    """The entities that are open, and the decisions that open them."""

    _bodies: ClassVar[bool] = True
    """Whether stretches of bodies, and the events around them, are wanted; a tree is built without."""

    complete = True
    """False once a limit was met or the message turned out to be cut."""
    _shared = False
    """Two open multiparts have one boundary."""
    _guessing = False
    _mute = False
    """Past part_count or header_total_bytes: all that follows is one leaf."""
    _count = 0
    _header_bytes = 0
    _finding_count = 0
    _child: StreamParser | None = None
    """Reads the message inside the leaf that is open."""
    _decoder: Decoder
    _embedded_at = 0

    def __init__(self, limits: Limits, reading: Reading, encoded_depth: int) -> None:
        super().__init__()
        self.limits = limits
        self.reading = reading
        self.encoded_depth = encoded_depth
        """How many transfer encodings are undone around this stream."""
        self._stack: list[Entity] = []
        self._open = Boundaries(reading)
        self._out: list[Event] = []
        if reading.bare_cr:
            self._bare_cr = True

    def _enter(self, header: Header, start: int, raw: memoryview) -> Fields:
        """Decide from a header what kind of body follows."""
        entity = self._stack[-1]
        self._header_bytes += header.consumed
        mime = header.mime()
        if mime.repeated:
            mime = self._settle(header, mime)
        kind = parse_content_type(mime.type, MESSAGE if self._in_digest() else TEXT_PLAIN)
        header.content_type = kind
        encoding = "" if mime.encoding is None else self._encoding(header, mime.encoding)
        if kind.faults:
            self._note_type(header, kind)
        composite = embedded = False
        if kind.maintype == "multipart":
            boundary = self._boundary(kind)
            embedded = self.reading.composite_encoding and encoding in KNOWN - IDENTITY and self._may_decode(start)
            composite = not embedded and self._opens(boundary, encoding, start)
            if composite:
                self._open_multipart(entity, boundary, kind)
        elif kind.maintype == "message" and kind.subtype in MESSAGES and not self._mute:
            if encoding in IDENTITY:
                composite = self._descends()
            elif encoding in KNOWN:  # of an unknown one nobody knows how to undo it: a leaf
                self._notice("mime.encoding.composite", start, encoding)
                embedded = self._may_decode(start)
        here = self._base + self._at
        return Fields(start, here, entity.number, header, kind, encoding, composite, embedded, raw)

    def _settle(self, header: Header, mime: MimeFields) -> MimeFields:
        """Note fields that stand twice; in the reading that takes the last of them, give these."""
        first: dict[str, Field] = {}
        last: dict[str, bytes] = {}
        for field in header.fields:
            name = field.name.decode("latin-1").lower()
            if name not in _TWICE:
                continue
            if name in first:
                self._notice("header.field.duplicate", field.offset, _TWICE[name], also=first[name].offset)
            first.setdefault(name, field)
            last[name] = field.raw
        if self.reading.fields == "first":
            return mime
        kind, encoding, disposition = map(last.get, _TWICE)
        return MimeFields(kind, encoding, disposition)

    def _encoding(self, header: Header, raw: bytes) -> str:
        """Read the transfer encoding, and note what is wrong with it."""
        encoding, faults = parse_encoding(raw)
        if not faults:
            return encoding
        field = header.field("content-transfer-encoding")
        for code, offset in faults[:5]:
            self._notice(code, (field.value_offset if field else header.offset) + offset, encoding)
        if self.reading.encodings == "literal":
            return ""
        if self.reading.encodings == "similar" and encoding not in KNOWN:
            lower = raw.lower()
            return next((known for mark, known in _RESEMBLES if mark in lower), encoding)
        return encoding

    def _note_type(self, header: Header, kind: ContentType) -> None:
        """Note what is wrong with a Content-Type; of what stands twice, the other place too."""
        field = header.field("content-type")
        base = field.value_offset if field else header.offset
        for code, offset in kind.faults[:20]:
            if code not in _TWO_WAYS or not kind.alternatives or field is None:
                self._notice(code, base + offset)
                continue
            twice = kind.alternatives[0]
            name, raw = twice.name.encode(), field.raw.lower()
            first = raw.find(name)
            also = first if first != twice.offset else raw.find(name, first + 1)
            self._notice(code, base + twice.offset, twice.name, base + also if also >= 0 else None)

    def _boundary(self, kind: ContentType) -> bytes:
        """Give the boundary; in the reading that takes the last of several, that."""
        if self.reading.parameters == "last":
            others = [(other.offset, other.raw.rstrip()) for other in kind.alternatives if other.name == "boundary"]
            return max(others)[1] if others else kind.boundary
        return kind.boundary

    def _in_digest(self) -> bool:
        return len(self._stack) > 1 and self._stack[-2].digest and not self._stack[-1].is_message

    def _opens(self, boundary: bytes, encoding: str, start: int) -> bool:
        """Say whether a multipart can be taken apart."""
        guess = start in self.reading.guess_boundary
        if not guess and (not boundary or len(boundary) > self.limits.delimiter_line_bytes - 16):
            self._notice("mime.boundary.missing", start)
            return False
        if self._mute or len(self._stack) > self.limits.depth:
            self._limit("depth", start)
            return False
        if encoding not in IDENTITY:
            self._notice("mime.encoding.composite", start, encoding)
        if self._open.is_open(boundary):
            self._shared = True
            self._notice("mime.boundary.reused", start)
        return True

    def _open_multipart(self, entity: Entity, boundary: bytes, kind: ContentType) -> None:
        entity.digest = kind.subtype == "digest"
        if entity.start in self.reading.guess_boundary:
            self._guessing = True
            return
        entity.boundary = boundary
        self._open.set(self._stack)

    def _guess(self, line: bytes) -> Match | None:
        """Take the boundary of the innermost multipart from a line, in the reading that guesses."""
        entity = self._stack[-1]
        if entity.boundary or entity.start not in self.reading.guess_boundary:
            return None
        found = _GUESSED.fullmatch(line)
        if not found:
            return None
        entity.boundary = found[1]
        self._guessing = False
        self._open.set(self._stack)
        return Match(len(self._stack) - 1, closing=False, junk=False, counts=True)

    def _descends(self) -> bool:
        """Say whether a message inside a part stands not too deep."""
        here = self._base + self._at
        if sum([entity.is_message for entity in self._stack]) > self.limits.message_depth:
            self._limit("message_depth", here)
            return False
        if len(self._stack) > self.limits.depth:
            self._limit("depth", here)
            return False
        return True

    def _may_decode(self, start: int) -> bool:
        """Say whether one more transfer encoding around a message is undone."""
        if self.encoded_depth >= self.limits.encoded_depth:
            self._limit("encoded_depth", start)
            return False
        return True

    def _open_child(self, fields: Fields) -> bytes:
        """Make ready to decode a message inside a leaf; give the header that it is read under."""
        self._decoder = decoder(fields.encoding, stop_at_padding=self.reading.padding == "stop")
        self._embedded_at = fields.end
        return embedded_head(fields)

    def _give_child(self, view: memoryview) -> None:
        assert self._child is not None
        self._embed(self._child.feed(self._decoder.feed(view)))

    def _close_child(self) -> None:
        assert self._child is not None
        child, self._child = self._child, None
        self._embed(child.feed(self._decoder.close()))
        self._embed(child.close())
        self.complete &= child.complete

    def _embed(self, events: list[Event]) -> None:
        here, number = self._embedded_at, self._stack[-1].number
        self._out.extend([ChildEvent(here, here, number, event) for event in events])

    def _leave(self, entity: Entity, here: int) -> None:
        """Note how a multipart ended, and close its boundary."""
        if not entity.closed:
            if entity.seen:
                self._notice("mime.close.missing", here)
            else:
                self._notice("mime.boundary.unused", entity.start)
            self.complete = False
        if not self._mute:
            self._open.set(self._stack)

    def _notice(self, code: str, offset: int, detail: str = "", also: int | None = None) -> None:
        self._finding_count += 1
        if self._finding_count > self.limits.finding_count:
            if self._finding_count == self.limits.finding_count + 1:
                self._limit("finding_count", offset)
            return
        self._out.append(Noticed(offset, offset, self._number(), finding(code, offset, detail, also)))

    def _limit(self, name: str, offset: int) -> None:
        """Note that a limit was met: once for each place, and not without end."""
        self.complete = False
        value = getattr(self.limits, name)
        if self._finding_count > self.limits.finding_count and name != "finding_count":
            return
        found = finding("limit." + name, offset, str(value))
        self._out.append(LimitMet(offset, offset, self._number(), found, name, value))

    def _number(self) -> int:
        return self._stack[-1].number if self._stack else -1


def embedded_head(fields: Fields) -> bytes:
    """Give the header under which the decoded body of a leaf is read: none for a message, its own for a multipart."""
    if fields.content_type.maintype != "multipart":
        return b""
    value = fields.header.mime().type or b""
    return b"Content-Type:" + value.rstrip(b"\r\n") + b"\n\n"
