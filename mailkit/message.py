"""A message as an immutable tree over its bytes: every part knows where it stands."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from mailkit.findings import Finding
from mailkit.limits import DEFAULT, Limits
from mailkit.part import Part
from mailkit.plain import plain_tree
from mailkit.stream.reading import FIRST, Reading
from mailkit.syntax.fields import Header
from mailkit.tree import Tree

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

    def __repr__(self) -> str:
        return f"<Message of {len(self)} bytes, {self.root.type}, {len(self.findings)} findings>"

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
    r"""Read a message that is in memory or mapped: bytes, bytearray, memoryview or mmap. Never raises on content.

    >>> parse(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x--\n").root.parts
    (<Part 1 text/plain [47:50]>,)
    """
    if isinstance(data, memoryview | bytearray):
        data = bytes(data)  # a message is immutable
    elif not isinstance(data, bytes | mmap.mmap):
        message = f"parse() takes the bytes of a message, not {type(data).__name__}; for an open file use read()"
        raise TypeError(message)
    return _parse(data, limits, FIRST)


def read(file: BinaryIO, *, limits: Limits = DEFAULT) -> Message:
    """Read a message from a binary file; a large one is mapped or spooled, never held in memory.

    Raises OSError where the file cannot be read.
    """
    if not hasattr(file, "read"):
        message = f"read() takes a file opened in binary mode, not {type(file).__name__}; for bytes use parse()"
        raise TypeError(message)
    return parse(load(file, limits), limits=limits)


def load(file: BinaryIO, limits: Limits) -> bytes | mmap.mmap:
    """Read a binary file as `read` does, and leave it unparsed. Of one that is too large a little more is read than allowed."""
    head = file.read(limits.memory_bytes)
    if len(head) < limits.memory_bytes:
        return head
    with tempfile.TemporaryFile() as spool:
        chunk, size = head, 0
        while chunk and size <= limits.message_bytes:
            size += spool.write(chunk)
            chunk = file.read(1 << 20)
        spool.flush()
        return mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ)  # it outlives the file


def _parse(data: bytes | mmap.mmap, limits: Limits, reading: Reading) -> Message:
    plain = plain_tree(data, limits) if reading is FIRST else None
    if plain is not None:
        root, findings = plain
        return Message(root, findings, not findings, None, data, limits)
    tree = Tree(data, limits, reading)
    tree.build()
    root = tree.root
    line = None
    place = next((found.offset for found in tree.findings[:4] if found.code == "stream.mbox-line"), None)
    if place is not None:
        line = bytes(data[place : root.start]).strip()
    return Message(root, tuple(tree.findings), tree.complete, line, data, limits, reading)
