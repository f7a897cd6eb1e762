"""The tree of a plain message, at once: one that is as the grammar has it.

Most mail is. What the stream parser does step by step is done here in one sweep over the whole
message, for the common forms alone; before whatever it does not know, it gives up, and the steps
read the message from its beginning. tests/test_tree.py holds both ways to one answer.
"""

from __future__ import annotations

import mmap
import re

from mailkit.content import IDENTITY, parse_encoding
from mailkit.findings import Finding, finding
from mailkit.limits import Limits
from mailkit.part import Part
from mailkit.stream.delimiters import HEADER_END
from mailkit.stream.descent import MESSAGES
from mailkit.stream.opening import PREAMBLE_FIELD, PREAMBLE_HEAD_BYTES
from mailkit.stream.reading import FIRST
from mailkit.syntax.fields import Header
from mailkit.syntax.params import parse_content_type

# A leaf for certain, with one parameter at most, whose value needs no second look.
_LEAF = re.compile(
    rb"[ \t\r\n]*+(?:(?:text|image|audio|video|application)/[a-z0-9.+_\-]++|message/delivery-status)[ \t\r\n]*+"
    rb"(?:;[ \t\r\n]*+[a-z0-9\-]++=(?:\"[ !#-<>-\[\]-~]*+\"|[a-z0-9.+_\-]++)[ \t\r\n]*+)?+",
    re.IGNORECASE,
)
_FIRST = re.compile(rb"(?!From )[A-Za-z]")
_DONE, _UNKNOWN = -1, -2


class _Node:
    """An entity that is open."""

    __slots__ = (
        "body",
        "boundary",
        "children",
        "closed",
        "encoding",
        "epilogue_start",
        "header",
        "is_message",
        "path",
        "preamble_end",
        "start",
    )

    def __init__(self, header: Header, encoding: str, start: int, body: int) -> None:
        self.header, self.encoding, self.start, self.body = header, encoding, start, body
        self.boundary = b""
        self.closed = self.is_message = False
        self.preamble_end = self.epilogue_start = 0
        self.children: list[Part] = []
        self.path = ""


def plain_tree(source: bytes | mmap.mmap, limits: Limits) -> tuple[Part, tuple[Finding, ...]] | None:
    """Give the tree of a message that is plain throughout; None for any other.

    There is one thing to notice that bounces have often, cut as they are: multiparts that are not closed.
    """
    if len(source) > limits.message_bytes or not _FIRST.match(source):
        return None
    sweep = _Sweep(source, limits)
    at = 0
    while at >= 0:
        at = sweep.enter(at)
    return (sweep.root, sweep.findings) if at == _DONE else None


class _Sweep:
    """One sweep over a message."""

    __slots__ = (
        "count",
        "findings",
        "header_bytes",
        "heads",
        "limits",
        "lines",
        "root",
        "shortest",
        "size",
        "source",
        "stack",
    )

    def __init__(self, source: bytes | mmap.mmap, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.size = len(source)
        self.count = self.header_bytes = self.shortest = 0
        self.stack: list[_Node] = []
        self.lines: dict[bytes, tuple[int, bool]] = {}  # a delimiter behind its dashes -> level, whether it closes
        self.heads: set[bytes] = set()  # the open boundaries, cut to the shortest
        self.findings: tuple[Finding, ...] = ()
        self.root: Part

    def enter(self, at: int) -> int:
        """Read a header and what follows; give where the next header begins."""
        node = self._read(at)
        self.count += 1
        if node is None or self.count > self.limits.part_count or len(self.stack) >= self.limits.depth:
            return _UNKNOWN
        stack = self.stack
        if stack:
            above = stack[-1]
            number = len(above.children) + 1
            node.path = f"{above.path}.{number}" if above.path else str(number)
        stack.append(node)
        if node.is_message:
            return node.body
        if node.boundary:
            self._open_boundaries()
        return self._leave(node.body)

    def _read(self, at: int) -> _Node | None:
        """Read one header; None where it is not plain."""
        source, limits = self.source, self.limits
        if source[at : at + 1] == b"\n" or source[at : at + 2] == b"\r\n":  # a part without fields
            if self.stack[-1].is_message:
                return None
            return _Node(Header(b"", at), "", at, source.find(b"\n", at) + 1)
        blank = HEADER_END.search(source, at, at + limits.header_block_bytes)
        block = source[at : blank.start() + 1] if blank else b"--"
        self.header_bytes += len(block)
        if blank is None or block[:2] == b"--" or b"\n--" in block or self.header_bytes > limits.header_total_bytes:
            return None
        header = Header(block, at, limits.field_count)
        mime = header.mime()
        encoding, faults = ("", ()) if mime.encoding is None else parse_encoding(mime.encoding)
        if header.faults or mime.repeated or faults:
            return None
        node = _Node(header, encoding, at, blank.end())
        if mime.type is None or _LEAF.fullmatch(mime.type) or self._read_type(node, mime.type):
            return node
        return None

    def _read_type(self, node: _Node, raw: bytes) -> bool:
        """Read a content type that may open what is inside; False where that is not plain."""
        node.header.content_type = kind = parse_content_type(raw)
        if kind.faults:
            return False
        if kind.maintype == "multipart":
            node.boundary = boundary = kind.boundary
            known = boundary in self.lines or boundary + b"--" in self.lines
            fits = 0 < len(boundary) <= self.limits.delimiter_line_bytes - 16
            return fits and not known and kind.subtype != "digest" and node.encoding in IDENTITY
        if kind.maintype == "message" and kind.subtype in MESSAGES:
            node.is_message = True
            inside = sum([above.is_message for above in self.stack])
            return node.encoding in IDENTITY and inside < self.limits.message_depth - 1
        return True

    def _open_boundaries(self) -> None:
        """Note which boundaries count: of a multipart that is closed too, for its delimiters come too late."""
        self.lines = lines = {}
        boundaries = []
        for level, node in enumerate(self.stack):
            if node.boundary:
                lines[node.boundary] = level, False
                lines[node.boundary + b"--"] = level, True
                boundaries.append(node.boundary)
        self.shortest = shortest = min(map(len, boundaries), default=0)
        self.heads = {boundary[:shortest] for boundary in boundaries}

    def _leave(self, at: int) -> int:
        """Go through a body, from one delimiter to the next, up to where a part begins; give that place."""
        source, size, longest = self.source, self.size, self.limits.delimiter_line_bytes
        found = source.find(b"\n--", at - 1) if self.lines else -1
        while found >= 0:
            stop = source.find(b"\n", found + 3, found + 1 + longest)
            if stop < 0:
                stop = size
                if size - found > longest:
                    return _UNKNOWN
            text = source[found + 3 : stop].rstrip(b" \t\r")
            match = self.lines.get(text)
            if match is None:
                if text[: self.shortest] in self.heads:
                    return _UNKNOWN  # it goes on behind a boundary
                found = source.find(b"\n--", found + 3)
                continue
            if not self._close_parts(match[0], at, found):
                return _UNKNOWN
            at = min(stop + 1, size)
            if not match[1]:
                return at if at < size else _UNKNOWN
            self.stack[match[0]].closed = True
            self.stack[match[0]].epilogue_start = at
            found = source.find(b"\n--", at - 1)
        return self._end()

    def _end(self) -> int:
        """Close all where the message ends."""
        for node in reversed(self.stack):
            if node.boundary and not node.closed:
                if node is self.stack[-1]:
                    return _UNKNOWN  # its boundary never occurs
                self.findings += (finding("mime.close.missing", self.size),)
        self._close(0, self.size)
        return _DONE

    def _close_parts(self, level: int, at: int, found: int) -> bool:
        """Close all inside a multipart, at the line end before its delimiter; False where that is not plain."""
        source, stack = self.source, self.stack
        above = stack[level]
        if above.closed:
            return False
        end = at
        if found >= at:
            end = found  # the line end belongs to the delimiter
            if end > at and source[end - 1 : end] == b"\r":
                end -= 1
                if end > at and source[end - 1 : end] == b"\r":
                    end -= 1
        if len(stack) == level + 1:
            if above.children:
                return True
            above.preamble_end = end
            return not PREAMBLE_FIELD.match(source[above.body : min(end, above.body + PREAMBLE_HEAD_BYTES)])
        if len(stack) > level + 2 or stack[-1].boundary:
            inner = [node.closed for node in stack[level + 1 :] if node.boundary]
            if not all(inner):
                return False
            self._close(level + 1, end)
            if inner:
                self._open_boundaries()
        else:
            self._close(level + 1, end)  # one leaf, as nearly always
        return True

    def _close(self, level: int, end: int) -> None:
        """Make parts of the entities that are open, down to a level."""
        stack, source = self.stack, self.source
        while len(stack) > level:
            node = stack.pop()
            part = Part(
                node.header,
                node.encoding,
                tuple(node.children),
                node.start,
                node.body,
                end,
                len(stack),
                node.path,
                source,
                0,
                FIRST,
                node.preamble_end,
                node.epilogue_start,
            )
            if stack:
                stack[-1].children.append(part)
            else:
                self.root = part
