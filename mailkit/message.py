"""A message as an immutable tree over its bytes: every part knows where it stands."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from mailkit.content import decode_transfer
from mailkit.findings import Finding, finding
from mailkit.limits import DEFAULT, Limits
from mailkit.part import Part
from mailkit.stream.delimiters import Entity
from mailkit.stream.descent import embedded_head
from mailkit.stream.events import Fields
from mailkit.stream.parser import StreamParser
from mailkit.stream.reading import FIRST, Reading
from mailkit.syntax.fields import Header

if TYPE_CHECKING:
    from mailkit.views import View

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

    def views(self) -> tuple[View, ...]:
        r"""Give the message in every other reading that makes a difference; empty where all readers agree.

        Each costs one more reading; `Limits.view_count` says how many there may be.

        >>> twice = b"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x--\n"
        >>> [(view.message.root.type, view.causes[0].code) for view in parse(twice).views()]
        [('multipart/mixed', 'header.field.duplicate')]
        """
        from mailkit.views import other_views  # noqa: PLC0415 - views are messages

        return tuple(
            other_views(self, lambda reading: _parse(self.source, self.limits, reading), self.limits.view_count)
        )


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
    tree = _Tree(data, limits, reading)
    tree.build()
    root = tree.root
    line = None
    if root.start and any(found.code == "stream.mbox-line" for found in tree.findings[:4]):
        line = bytes(data[: root.start]).strip()
    return Message(root, tuple(tree.findings), tree.complete, line, data, limits, reading)


class _Tree(StreamParser):
    """Makes parts where the stream parser makes events."""

    _bodies = False

    def __init__(self, source: bytes | mmap.mmap, limits: Limits, reading: Reading, encoded_depth: int = 0) -> None:
        super().__init__(limits, reading=reading, encoded_depth=encoded_depth)
        self.source = source
        self.findings: list[Finding] = []
        self.root: Part
        self.path = ""
        """Where the root stands in the tree."""
        self.depth = 0

    def build(self) -> None:
        """Read the whole source."""
        source, most = self.source, self.limits.message_bytes
        size = len(source)
        if size > most:
            self.findings.append(finding("limit.message_bytes", most, f"{size} bytes"))
            source = source[:most]
        # What is reported is findings alone; an mmap has all of bytes that the parser uses.
        for event in self._run(source, final=True):  # type: ignore[arg-type]
            self.findings.append(event.finding)  # type: ignore[union-attr]
        self.complete &= size <= most

    def _opened(self, fields: Fields) -> None:
        stack = self._stack
        entity = stack[-1]
        entity.fields = fields
        entity.children = []
        if len(stack) > 1:
            above = stack[-2]
            number = len(above.children) + 1
            entity.path = f"{above.path}.{number}" if above.path else str(number)
        else:
            entity.path = self.path

    def _ended(self, entity: Entity, here: int, *, complete: bool) -> None:  # noqa: ARG002
        fields = entity.fields
        start = min(fields.end, here)
        children = self._decoded(entity, start, here) if fields.embedded else entity.children
        stack = self._stack
        part = Part(
            fields.header,
            fields.content_type,
            fields.encoding,
            tuple(children),
            fields.offset,
            start,
            here,
            self.depth + len(stack),
            entity.path,
            self.source,
            self.encoded_depth,
            self.reading,
        )
        if stack:
            stack[-1].children.append(part)
        else:
            self.root = part

    def _decoded(self, entity: Entity, start: int, end: int) -> Sequence[Part]:
        """Read the message that stands in a leaf in a transfer encoding: a child stream with offsets of its own."""
        fields = entity.fields
        content = embedded_head(fields) + decode_transfer(bytes(self.source[start:end]), fields.encoding)
        child = _Tree(content, self.limits, self.reading, self.encoded_depth + 1)
        multipart = fields.content_type.maintype == "multipart"
        child.path = entity.path if multipart else f"{entity.path}.1".lstrip(".")
        child.depth = self.depth + len(self._stack) + (not multipart)
        child.build()
        self.complete &= child.complete
        for found in child.findings:
            detail = f"at byte {found.offset} of the decoded message {found.detail}".strip()
            self.findings.append(finding(found.code, start, detail))
        return child.root.parts if multipart else (child.root,)
