"""The tree of a message: parts where the stream parser makes events."""

from __future__ import annotations

import mmap
from collections.abc import Sequence

from mailkit.content import decode_transfer
from mailkit.findings import Finding, finding
from mailkit.limits import Limits
from mailkit.part import Part
from mailkit.stream.delimiters import Entity
from mailkit.stream.descent import ALONE, Around, embedded_head
from mailkit.stream.events import Fields
from mailkit.stream.parser import StreamParser
from mailkit.stream.reading import Reading


class Tree(StreamParser):
    """A stream parser that has the whole message and builds its tree."""

    _bodies = False

    def __init__(self, source: bytes | mmap.mmap, limits: Limits, reading: Reading, around: Around = ALONE) -> None:
        super().__init__(limits, reading=reading, around=around)
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
        if fields.composite and not entity.preamble_end and fields.content_type.maintype == "multipart":
            entity.preamble_end = here  # it has no delimiter
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
            self.around.encoded_depth,
            self.reading,
            entity.preamble_end,
            entity.epilogue_start,
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
        child = Tree(content, self.limits, self.reading, self.inside(start))
        multipart = fields.content_type.maintype == "multipart"
        child.path = entity.path if multipart else f"{entity.path}.1".lstrip(".")
        child.depth = self.depth + len(self._stack) + (not multipart)
        child.build()
        self._add(child)
        for found in child.findings:
            detail = f"at byte {found.offset} of the decoded message {found.detail}".strip()
            self.findings.append(finding(found.code, start, detail))
        return child.root.parts if multipart else (child.root,)
