"""A message as an immutable tree over its bytes: every part knows where it stands."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from mailkit.charsets import decode
from mailkit.content import decode_transfer
from mailkit.findings import Finding, finding
from mailkit.limits import DEFAULT, Limits
from mailkit.stream.events import EntityEnd, Event, Fields, Noticed
from mailkit.stream.parser import StreamParser
from mailkit.syntax.fields import Header
from mailkit.syntax.dates import parse_date
from mailkit.syntax.mailboxes import AddressList, parse_addresses
from mailkit.syntax.params import ContentType, Disposition, parse_disposition, strip_comments
from mailkit.syntax.words import decode_words

Source = bytes | bytearray | memoryview | mmap.mmap


class Part(msgspec.Struct, frozen=True, eq=False):
    """A message, a part of a multipart, or a message inside a part. All offsets are bytes into the whole."""

    header: Header
    content_type: ContentType
    parts: tuple[Part, ...]
    """The parts of a multipart, or the message of a message/rfc822 part; empty for a leaf."""
    start: int
    """Where the header begins."""
    body_start: int
    body_end: int
    """Where the body ends; the line end before a delimiter is the delimiter's."""
    depth: int
    path: str
    """Where it stands in the tree: ``1.2`` is the second part of the first; empty for the message."""
    source: Any

    @property
    def type(self) -> str:
        """The media type, for example ``text/plain``."""
        return self.content_type.type

    @property
    def raw(self) -> bytes:
        """Header and body as they stand."""
        return bytes(self.source[self.start : self.body_end])

    @property
    def body(self) -> bytes:
        """The body as it stands, still encoded."""
        return bytes(self.source[self.body_start : self.body_end])

    @property
    def encoding(self) -> str:
        """The transfer encoding in lower case; empty where none is declared (RFC 2045 section 6.1)."""
        value = self.header.get("content-transfer-encoding")
        if not value:
            return ""
        if b"(" in value:
            value = strip_comments(value)
        return value.split(b";")[0].strip(b"\"' \t").lower().decode("latin-1")

    def content(self, limit: int | None = None) -> bytes:
        """Give the body decoded from its transfer encoding; at most about `limit` bytes where one is given."""
        stop = self.body_end if limit is None else min(self.body_end, self.body_start + limit * 3)
        content = decode_transfer(bytes(self.source[self.body_start : stop]), self.encoding)
        return content if limit is None else content[:limit]

    def text(self, limit: int | None = None) -> str:
        """Give the body as text: decoded as declared, or as what it turns out to be. Never raises."""
        return decode(self.content(limit), self.content_type.params.get("charset", ""))[0]

    @property
    def charset(self) -> str | None:
        """The charset that the Content-Type names, as written; None where it names none."""
        return self.content_type.params.get("charset")

    @property
    def disposition(self) -> Disposition | None:
        """The Content-Disposition (RFC 2183); None where there is none."""
        return parse_disposition(self.header.first(b"content-disposition"))

    @property
    def filename(self) -> str | None:
        """The file name, decoded but not made safe; None where there is none.

        Of several, ``filename`` of the Content-Disposition counts before ``name`` of the Content-Type.
        """
        disposition = self.disposition
        name = disposition.params.get("filename") if disposition else None
        return self.content_type.params.get("name") if name is None else name

    def addresses(self, name: str) -> AddressList | None:
        """Give the mailboxes of the first address field of a name, for example ``from``; None where there is none."""
        raw = self.header.first(name.lower().encode())
        return None if raw is None else parse_addresses(raw)

    @property
    def date(self) -> datetime | None:
        """The Date field; None where there is none that can be read."""
        value = self.header.get("date")
        return None if value is None else parse_date(value.decode("latin-1"))

    def walk(self) -> Iterator[Part]:
        """Give this part and all below it, in the order in which they stand."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.parts))

    @property
    def subject(self) -> str | None:
        """The Subject, decoded; None where there is none."""
        return decode_words(self.header.get("subject"))


class Message(msgspec.Struct, frozen=True, eq=False):
    r"""A whole message. ``bytes(message)`` is the input.

    >>> message = parse(b"Subject: hi\n\nhello\n")
    >>> message.subject, message.root.text(), message.complete
    ('hi', 'hello\n', True)
    """

    root: Part
    findings: tuple[Finding, ...]
    complete: bool
    """False where a limit was met or the end is missing."""
    envelope_line: bytes | None
    """The mbox From line, where one stands before the header."""
    source: Any
    limits: Limits = DEFAULT

    def __bytes__(self) -> bytes:
        return bytes(self.source)

    def __len__(self) -> int:
        return len(self.source)

    @property
    def header(self) -> Header:
        """The message's own header."""
        return self.root.header

    @property
    def subject(self) -> str | None:
        """The Subject, decoded; None where there is none."""
        return self.root.subject

    def walk(self) -> Iterator[Part]:
        """Give the message and all its parts, in the order in which they stand."""
        return self.root.walk()


def parse(data: Source, *, limits: Limits = DEFAULT) -> Message:
    """Read a message that is in memory or mapped: bytes, bytearray, memoryview or mmap. Never raises on content."""
    if isinstance(data, memoryview | bytearray):
        data = bytes(data)  # a message is immutable
    parser = StreamParser(limits, bodies=False)
    builder = _Builder(data, limits)
    size = len(data)
    if size > limits.message_bytes:
        builder.findings.append(finding("limit.message_bytes", limits.message_bytes, f"{size} bytes"))
        builder.complete = False
        builder.take(parser.feed(data[: limits.message_bytes]))
    else:
        builder.take(parser.feed(data))  # type: ignore[arg-type]  # an mmap has all that the parser uses of bytes
    builder.take(parser.close())
    return builder.message(complete=parser.complete)


def read(file: BinaryIO, *, limits: Limits = DEFAULT) -> Message:
    """Read a message from a binary file; a large one is mapped or spooled, never held in memory.

    Raises OSError where the file cannot be read.
    """
    head = file.read(limits.memory_bytes)
    if len(head) < limits.memory_bytes:
        return parse(head, limits=limits)
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the mapping keeps it
    chunk, size = head, 0
    while chunk and size <= limits.message_bytes:
        size += spool.write(chunk)
        chunk = file.read(1 << 20)
    spool.flush()
    return parse(mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ), limits=limits)


class _Open:
    """An entity while its events come in."""

    __slots__ = ("fields", "parts", "path")

    def __init__(self, fields: Fields, path: str) -> None:
        self.fields = fields
        self.path = path
        self.parts: list[Part] = []


class _Builder:
    """Makes the tree from the events."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.findings: list[Finding] = []
        self.complete = True
        self.stack: list[_Open] = []
        self.root: Part | None = None
        self.first = 0

    def take(self, events: list[Event]) -> None:
        for event in events:
            kind = type(event)
            if kind is Fields:
                self._begin(event)  # type: ignore[arg-type]
            elif kind is EntityEnd:
                self._end(event.offset)
            elif kind is Noticed:
                self.findings.append(event.finding)  # type: ignore[union-attr]

    def _begin(self, fields: Fields) -> None:
        """Open an entity: its header is its first event, for the parser was asked for no more."""
        path = ""
        if self.stack:
            above = self.stack[-1]
            path = f"{above.path}.{len(above.parts) + 1}" if above.path else str(len(above.parts) + 1)
        else:
            self.first = fields.offset
        self.stack.append(_Open(fields, path))

    def _end(self, end: int) -> None:
        entity = self.stack.pop()
        fields = entity.fields
        part = Part(
            fields.header,
            fields.content_type,
            tuple(entity.parts),
            fields.offset,
            min(fields.end, end),
            end,
            len(self.stack),
            entity.path,
            self.source,
        )
        if self.stack:
            self.stack[-1].parts.append(part)
        else:
            self.root = part

    def message(self, *, complete: bool) -> Message:
        assert self.root is not None
        line = None
        if any(found.code == "stream.mbox-line" for found in self.findings[:4]):
            line = bytes(self.source[: self.first]).strip()
        return Message(self.root, tuple(self.findings), complete and self.complete, line, self.source, self.limits)
