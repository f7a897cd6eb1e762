"""A message as an immutable tree over its bytes: every part knows where it stands."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from mailkit.content import decode_transfer
from mailkit.findings import Finding, finding
from mailkit.limits import DEFAULT, Limits
from mailkit.part import Part
from mailkit.stream.descent import embedded_head
from mailkit.stream.events import EntityEnd, Event, Fields, LimitMet, Noticed
from mailkit.stream.parser import StreamParser
from mailkit.stream.reading import FIRST, Reading
from mailkit.syntax.fields import Header

Source = bytes | bytearray | memoryview | mmap.mmap


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
    reading: Reading = FIRST

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
    return _parse(data, limits, FIRST)


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


def _parse(data: bytes | mmap.mmap, limits: Limits, reading: Reading) -> Message:
    builder = _Builder(data, limits, reading)
    root = builder.build()
    line = None
    if any(found.code == "stream.mbox-line" for found in builder.findings[:4]):
        line = bytes(data[: root.start]).strip()
    return Message(root, tuple(builder.findings), builder.complete, line, data, limits, reading)


class _Open:
    """An entity while its events come in."""

    __slots__ = ("fields", "parts", "path")

    def __init__(self, fields: Fields, path: str) -> None:
        self.fields = fields
        self.path = path
        self.parts: list[Part] = []


class _Builder:
    """Makes the tree from the events."""

    def __init__(
        self, source: bytes | mmap.mmap, limits: Limits, reading: Reading, above: _Open | None = None, depth: int = 0
    ) -> None:
        self.source = source
        self.limits = limits
        self.reading = reading
        self.encoded_depth = 0
        self.findings: list[Finding] = []
        self.complete = True
        self.depth = depth
        self.stack: list[_Open] = [above] if above else []
        self.root: Part | None = None

    def build(self) -> Part:
        """Read the whole source."""
        parser = StreamParser(self.limits, reading=self.reading, bodies=False, encoded_depth=self.encoded_depth)
        size, most = len(self.source), self.limits.message_bytes
        if size > most:
            self.findings.append(finding("limit.message_bytes", most, f"{size} bytes"))
            self.complete = False
            self.take(parser.feed(self.source[:most]))
        else:
            self.take(parser.feed(self.source))  # type: ignore[arg-type]  # an mmap has all that is used of bytes
        self.take(parser.close())
        self.complete &= parser.complete
        assert self.root is not None
        return self.root

    def take(self, events: list[Event]) -> None:
        for event in events:
            kind = type(event)
            if kind is Fields:
                self._begin(event)  # type: ignore[arg-type]
            elif kind is EntityEnd:
                self._end(event.offset)
            elif kind is Noticed or kind is LimitMet:
                self.findings.append(event.finding)  # type: ignore[union-attr]

    def _begin(self, fields: Fields) -> None:
        """Open an entity: its header is its first event, for the parser was asked for no more."""
        path = ""
        if self.stack:
            above = self.stack[-1]
            path = f"{above.path}.{len(above.parts) + 1}" if above.path else str(len(above.parts) + 1)
        self.stack.append(_Open(fields, path))

    def _end(self, end: int) -> None:
        entity = self.stack.pop()
        fields = entity.fields
        start = min(fields.end, end)
        if fields.embedded:
            self._open_embedded(entity, start, end)
        part = Part(
            fields.header,
            fields.content_type,
            fields.encoding,
            tuple(entity.parts),
            fields.offset,
            start,
            end,
            self.depth + len(self.stack),
            entity.path,
            self.source,
            self.encoded_depth,
            self.reading,
        )
        self.root = part
        if self.stack:
            self.stack[-1].parts.append(part)

    def _open_embedded(self, entity: _Open, start: int, end: int) -> None:
        """Read the message that stands in a leaf in a transfer encoding: a child stream with offsets of its own."""
        fields = entity.fields
        content = decode_transfer(bytes(self.source[start:end]), fields.encoding)
        head = embedded_head(fields)
        multipart = fields.content_type.maintype == "multipart"
        above = _Open(fields, entity.path)
        child = _Builder(head + content, self.limits, self.reading, above, self.depth + len(self.stack))
        child.encoded_depth = self.encoded_depth + 1
        root = child.build()
        entity.parts.extend(root.parts if multipart else (root,))
        self.complete &= child.complete
        self.findings.extend(
            finding(found.code, start, f"at byte {found.offset} of the decoded message {found.detail}".strip())
            for found in child.findings
        )
