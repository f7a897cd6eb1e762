"""The tree of a message: parts where the stream parser makes events."""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from mailkit.content import decode_transfer, parse_encoding
from mailkit.findings import Finding, finding
from mailkit.limits import Limits
from mailkit.part import Part
from mailkit.stream.delimiters import HEADER_END, Entity
from mailkit.stream.descent import embedded_head
from mailkit.stream.events import Fields
from mailkit.stream.opening import State
from mailkit.stream.parser import StreamParser
from mailkit.stream.reading import Reading
from mailkit.syntax.fields import Header
from mailkit.syntax.params import parse_content_type

# A leaf for certain, with one parameter at most, whose value needs no second look.
_PLAIN_LEAF = re.compile(
    rb"[ \t\r\n]*+(?:(?:text|image|audio|video|application)/[a-z0-9.+_\-]++|message/delivery-status)[ \t\r\n]*+"
    rb"(?:;[ \t\r\n]*+[a-z0-9\-]++=(?:\"[ !#-<>-\[\]-~]*+\"|[a-z0-9.+_\-]++)[ \t\r\n]*+)?+",
    re.IGNORECASE,
)


FEW = 3
"""Parts of a multipart from which on runs are looked for: it pays for many, not for the three of a bounce."""


class Tree(StreamParser):
    """A stream parser that has the whole message and builds its tree."""

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
        entity.path = self._next_path(stack[-2]) if len(stack) > 1 else self.path

    def _next_path(self, above: Entity) -> str:
        number = len(above.children) + 1
        return f"{above.path}.{number}" if above.path else str(number)

    def _ended(self, entity: Entity, here: int, *, complete: bool) -> None:  # noqa: ARG002
        fields = entity.fields
        start = min(fields.end, here)
        children = self._decoded(entity, start, here) if fields.embedded else entity.children
        stack = self._stack
        part = Part(
            fields.header,
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
        body, stop = bytes(self.source[start:end]), self.reading.padding == "stop"
        content = embedded_head(fields) + decode_transfer(body, fields.encoding, stop_at_padding=stop)
        child = Tree(content, self.limits, self.reading, self.encoded_depth + 1)
        multipart = fields.content_type.maintype == "multipart"
        child.path = entity.path if multipart else f"{entity.path}.1".lstrip(".")
        child.depth = self.depth + len(self._stack) + (not multipart)
        child.build()
        self.complete &= child.complete
        for found in child.findings:
            detail = f"at byte {found.offset} of the decoded message {found.detail}".strip()
            self.findings.append(finding(found.code, start, detail))
        return child.root.parts if multipart else (child.root,)

    # -- runs of plain leaves

    def _leaf(self, final: bool) -> bool:  # noqa: FBT001
        """Take a run of plain leaves at once, then go on step by step."""
        stack = self._stack
        if len(stack) > 1 and stack[-2].parts >= FEW and not stack[-1].fields.embedded:
            self._take_run(stack[-2], stack[-1])
        return self._body(final)

    def _take_run(self, above: Entity, leaf: Entity) -> None:
        """Take leaves of one multipart, as long as header and delimiter are of the common form.

        This is what the steps of the parser do, without their ceremony. It stops before whatever is
        not plain, and leaves the last leaf open; tests/test_tree.py holds both ways to one answer.
        """
        buffer, limits, boundary = self._buffer, self.limits, above.boundary
        fields, at, most = leaf.fields, self._at, limits.part_count - self._count
        header, encoding, start, path = fields.header, fields.encoding, fields.offset, leaf.path
        depth, taken = self.depth + len(self._stack) - 1, 0
        while taken < most and self._header_bytes <= limits.header_total_bytes:
            found = buffer.find(b"\n--", at - 1)
            self._searched_body = found if found >= 0 else len(buffer)
            stop = buffer.find(b"\n", found + 3, found + 3 + limits.delimiter_line_bytes) if found >= at else -1
            if stop < 0 or buffer[found + 3 : stop].rstrip(b" \t\r") != boundary:
                break
            blank = HEADER_END.search(buffer, stop, stop + limits.header_block_bytes)
            plain = self._plain(buffer[stop : blank.start() + 1], stop + 1, above) if blank else None
            if blank is None or plain is None:
                break
            end = self._before(found + 1, at)
            part = Part(
                header, encoding, (), start, at, end, depth, path, self.source, self.encoded_depth, self.reading
            )
            above.children.append(part)
            header, encoding = plain
            start, at, path = stop + 1, blank.end(), self._next_path(above)
            self._header_bytes += header.consumed
            taken += 1
        if taken:
            self._leave_run(above, taken, path, at, Fields(start, at, 0, header, header.content_type, encoding))

    def _plain(self, block: bytes, start: int, above: Entity) -> tuple[Header, str] | None:
        """Read a header block, a line end before it, of a leaf without faults; None for any other."""
        if len(block) < 2 or b"message/rfc" in block or b"multipart/" in block or b"\n--" in block:
            return None
        header = Header(block[1:], start, self.limits.field_count, self.reading.junk)
        mime = header.mime()
        encoding, faults = parse_encoding(mime.encoding)
        if header.faults or mime.repeated or faults or (mime.type is None and above.digest):
            return None
        if mime.type is not None and not _PLAIN_LEAF.fullmatch(mime.type):
            kind = parse_content_type(mime.type)
            if kind.faults or kind.maintype in {"multipart", "message"}:
                return None
            header.content_type = kind
        return header, encoding

    def _leave_run(self, above: Entity, taken: int, path: str, at: int, fields: Fields) -> None:
        """Put the leaf that a run left open where the steps look for it."""
        self._count += taken
        above.parts += taken
        above.seen = above.exact = True
        leaf = self._stack[-1] = Entity(self._count - 1, fields.offset, is_message=False)
        leaf.fields, leaf.path, leaf.children = fields, path, []
        self._at = at
        self._line_start = True

    STEPS: ClassVar[Mapping[State, Callable[[Any, bool], bool]]] = {**StreamParser.STEPS, State.LEAF: _leaf}
