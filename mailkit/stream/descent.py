"""What a header says of the body behind it: whether to go down into it, and under which boundary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from mailkit.content import BINHEX, IDENTITY, KNOWN, Decoder, decoder, parse_encoding
from mailkit.findings import finding
from mailkit.limits import DEFAULT, Limits
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
_UNDONE = KNOWN - IDENTITY - BINHEX  # in BinHex three bytes may stand for 255: a megabyte of it fills the memory
_BEFORE_NAME = frozenset({b"", b";", b",", b" ", b"\t", b"\n", b'"', b")"})
_BEHIND_NAME = frozenset({b"=", b"*", b" ", b"\t", b"\r", b"\n", b"("})
_TWO_WAYS = frozenset({"mime.param.duplicate", "mime.param.ambiguous"})
_RESEMBLES = ((b"64", "base64"), (b"quoted", "quoted-printable"), (b"uu", "x-uuencode"))


class Around(NamedTuple):
    """What is around a child stream: how deep it stands, and what of the limits of the whole message is used up."""

    encoded_depth: int = 0
    """How many transfer encodings are undone around it."""
    origin: int | None = None
    """Where the body begins, in the message, in which all of it stands encoded; None for the message itself."""
    part_count: int = 0
    header_bytes: int = 0
    finding_count: int = 0
    codes: frozenset[str] = frozenset()
    """Codes of the findings so far."""


ALONE = Around()


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
    _child: StreamParser | None = None
    """Reads the message inside the leaf that is open."""
    _decoder: Decoder
    _embedded_at = 0

    def __init__(self, limits: Limits, reading: Reading, around: Around) -> None:
        super().__init__()
        self.limits = limits
        self.reading = reading
        self.around = around
        self._others = around.part_count
        """Entities of other streams of the message."""
        self._header_bytes = around.header_bytes
        self._finding_count = around.finding_count
        self._codes = set(around.codes)
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
            self._settle(header)
            mime = header.mime()
        kind = parse_content_type(mime.type, MESSAGE if self._in_digest() else TEXT_PLAIN)
        header.content_type = kind
        encoding = "" if mime.encoding is None else self._encoding(header, mime.encoding)
        if kind.faults:
            self._note_type(header, kind)
        composite = embedded = False
        if kind.maintype == "multipart":
            boundary = self._boundary(kind)
            embedded = self.reading.composite_encoding and encoding in _UNDONE and self._may_decode(start)
            composite = not embedded and self._opens(boundary, encoding, start)
            if composite:
                self._open_multipart(entity, boundary, kind)
        elif kind.maintype == "message" and kind.subtype in MESSAGES:
            if encoding in IDENTITY:
                composite = self._descends()
            elif encoding in KNOWN:  # of an unknown one nobody knows how to undo it: a leaf
                self._notice("mime.encoding.composite", start, encoding)
                embedded = encoding in _UNDONE and self._may_decode(start)
        here = self._base + self._at
        return Fields(start, here, entity.number, header, kind, encoding, composite, embedded, raw)

    def _settle(self, header: Header) -> None:
        """Note fields that stand twice; in the reading that takes the last of them, these count."""
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
        if self.reading.fields == "last":
            kind, encoding, disposition = map(last.get, _TWICE)
            header.settle(MimeFields(kind, encoding, disposition, repeated=True))

    def _field(self, header: Header, name: str) -> Field | None:
        """Give the field of a name that counts in this reading."""
        if self.reading.fields == "first":
            return header.field(name)
        wanted = name.encode()
        return next((field for field in reversed(header.fields) if field.name.lower() == wanted), None)

    def _encoding(self, header: Header, raw: bytes) -> str:
        """Read the transfer encoding, and note what is wrong with it."""
        encoding, faults = parse_encoding(raw)
        if not faults:
            return encoding
        field = self._field(header, "content-transfer-encoding")
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
        field = self._field(header, "content-type")
        base = field.value_offset if field else header.offset
        for code, offset in kind.faults[:20]:
            twice = [other for other in kind.alternatives if other.name == "boundary" or other.offset == offset]
            if code not in _TWO_WAYS or not twice or field is None:
                self._notice(code, base + offset)
                continue
            other = min(twice, key=lambda other: other.name != "boundary")  # of several, what the structure hangs on
            first = _first_place(field.raw, other.name, other.offset)
            self._notice(code, base + other.offset, other.name, None if first < 0 else base + first)

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
        if not self._guesses(start) and (not boundary or len(boundary) > self.limits.delimiter_line_bytes - 16):
            self._notice("mime.boundary.missing", start)
            return False
        if len(self._stack) > self.limits.depth:
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
        if self._guesses(entity.start):
            self._guessing = True
            return
        entity.boundary = boundary
        self._open.set(self._stack)

    def _guesses(self, start: int) -> bool:
        """Say whether the boundary of a multipart is guessed; in a child stream, those of all or of none are."""
        place = start if self.around.origin is None else self.around.origin
        return place in self.reading.guess_boundary

    def _guess(self, line: bytes) -> Match | None:
        """Take the boundary of the innermost multipart from a line, in the reading that guesses."""
        entity = self._stack[-1]
        if entity.boundary or not self._guesses(entity.start):
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
        if self.around.encoded_depth >= self.limits.encoded_depth:
            self._limit("encoded_depth", start)
            return False
        return True

    def inside(self, place: int) -> Around:
        """Say what is around a stream that stands in a leaf whose body begins here."""
        depth, origin = self.around.encoded_depth + 1, self.around.origin
        used = self._others + self._count, self._header_bytes, self._finding_count
        return Around(depth, place if origin is None else origin, *used, codes=frozenset(self._codes))

    def _add(self, child: Descent) -> None:
        """Count what a child stream used up."""
        used = child.inside(0)
        self._others = used.part_count - self._count
        self._header_bytes = used.header_bytes
        self._finding_count += used.finding_count - child.around.finding_count
        self._codes |= used.codes
        self.complete &= child.complete

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
        self._add(child)

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
        """Report a finding; of a limit that was met in reading a field, that."""
        if code.startswith("limit."):
            self._limit(code.removeprefix("limit."), offset)
        elif self._counts(code, offset):
            self._out.append(Noticed(offset, offset, self._number(), finding(code, offset, detail, also)))

    def _limit(self, name: str, offset: int) -> None:
        """Report that a limit was met."""
        self.complete = False
        if self._counts("limit." + name, offset):
            self._out.append(self._limit_met(name, offset))

    def _counts(self, code: str, offset: int) -> bool:
        """Count a finding; say whether it is one of those that are kept: the first ones, and the first of each code."""
        is_new = code not in self._codes
        self._codes.add(code)
        self._finding_count += 1
        most = self.limits.finding_count
        if self._finding_count == most + 1:
            self.complete = False
            self._out.append(self._limit_met("finding_count", offset))
        return is_new or self._finding_count <= most

    def _limit_met(self, name: str, offset: int) -> LimitMet:
        value = getattr(self.limits, name)
        return LimitMet(offset, offset, self._number(), finding("limit." + name, offset, str(value)), name, value)

    def _number(self) -> int:
        return self._stack[-1].number if self._stack else -1


def embedded_head(fields: Fields) -> bytes:
    """Give the header under which the decoded body of a leaf is read: none for a message, its own for a multipart."""
    if fields.content_type.maintype != "multipart":
        return b""
    value = fields.header.mime().type or b""
    return b"Content-Type:" + value.rstrip(b"\r\n") + b"\n\n"


def _first_place(raw: bytes, name: str, offset: int) -> int:
    """Give where a parameter stands first in a field, other than at an offset; -1 for nowhere."""
    raw, wanted = raw[: DEFAULT.media_field_bytes].lower(), name.encode()
    place = raw.find(wanted)
    while place >= 0:
        stop = place + len(wanted)
        if place != offset and raw[place - 1 : place] in _BEFORE_NAME and raw[stop : stop + 1] in _BEHIND_NAME:
            return place
        place = raw.find(wanted, stop)
    return -1
