"""Header blocks: bytes in, fields with their offsets out (RFC 5322 section 2.2).

One expression splits a whole block. Where it leaves bytes over, the block is irregular and is read
line by line: one line that is no field between two that are is noted and passed over; two in a row
end the header, as the standard library has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import msgspec

_FIELD = re.compile(rb"^([!-9;-~\x80-\xff]++)([ \t]*+:)([^\n]*\n?(?:[ \t][^\n]*\n?)*)", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]?")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


class Field(msgspec.Struct, frozen=True):
    """One header field, as it stands."""

    name: bytes
    """The name without colon and white space, in the case in which it was written."""
    raw: bytes
    """All behind the colon, folds and line end included."""
    offset: int
    """Offset of the name in the message."""
    value_offset: int
    """Offset of the first byte behind the colon."""

    @property
    def value(self) -> bytes:
        """The value, unfolded and stripped (RFC 5322 section 2.2.3)."""
        return unfold(self.raw)


def unfold(raw: bytes) -> bytes:
    """Undo folding: the line ends go, one blank stands for each fold."""
    if raw.find(b"\n", 0, -2) >= 0:
        raw = _FOLD.sub(b" ", raw)
    return raw.strip()


class Header:
    r"""One header block. Fields are found on first use; names are compared without case.

    >>> header = Header(b"Subject: hello\n world\nTO: a@example.org\n", 0)
    >>> header.get("subject"), header.get("to"), header.get("cc")
    (b'hello world', b'a@example.org', None)
    """

    __slots__ = ("_fields", "_index", "_rows", "consumed", "faults", "offset", "raw")

    def __init__(self, raw: bytes, offset: int, max_fields: int = 10_000) -> None:
        self.offset = offset
        self.faults: list[tuple[str, int]] = []
        """(finding code, offset) of what is irregular."""
        rows = _FIELD.findall(raw)
        size = sum(map(len, chain.from_iterable(rows)))
        if size != len(raw):
            rows, used = self._irregular(raw)
            raw = raw[:used]
        elif b"\0" in raw:
            self.faults.append(("stream.null-byte", offset + raw.index(b"\0")))
        if len(rows) > max_fields:
            self.faults.append(("limit.field_count", offset))
            del rows[max_fields:]
        self.raw = raw
        self.consumed = len(raw)
        """Bytes of the block that are header; what is left over begins the body."""
        self._rows: list[tuple[bytes, bytes, bytes]] = rows
        self._fields: tuple[Field, ...] | None = None
        self._index: dict[bytes, bytes] = {
            row[0].lower(): row[2] for row in reversed(rows)
        }  # the first of a name stays

    def _irregular(self, raw: bytes) -> tuple[list[tuple[bytes, bytes, bytes]], int]:
        """Read a block in which some line is no field; give the rows and where the header ends."""
        rows: list[tuple[bytes, bytes, bytes]] = []
        position = 0
        end = len(raw)
        while position < end:
            match = _FIELD.match(raw, position)
            if match:
                rows.append((match[1], match[2], match[3]))
                position = match.end()
                continue
            line = _LINE.match(raw, position)
            assert line is not None
            following = _FIELD.match(raw, line.end())
            if following is None and not (rows and raw[position : position + 1] in b" \t"):
                self.faults.append(("header.end.missing", self.offset + position))
                return rows, position
            self.faults.append(("header.line.junk", self.offset + position))
            rows.append((b"", b"", line[0]))
            position = line.end()
        return rows, end

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in order, with offsets; lines that are none are left out."""
        if self._fields is None:
            position = self.offset
            fields = []
            for name, colon, raw in self._rows:
                start = position + len(name) + len(colon)
                if name:
                    fields.append(Field(name, raw, position, start))
                position = start + len(raw)
            self._fields = tuple(fields)
        return self._fields

    def get(self, name: str) -> bytes | None:
        """Give the first field of a name (in lower case), unfolded; None where there is none."""
        raw = self._index.get(name.encode())
        return None if raw is None else unfold(raw)

    def first(self, name: bytes) -> bytes | None:
        """Give the first field of a name as it stands, folds and all."""
        return self._index.get(name)

    def all(self, name: str) -> list[bytes]:
        """Give every field of a name, unfolded, in order."""
        wanted = name.encode("ascii")
        if wanted not in self._index:
            return []
        return [unfold(row[2]) for row in self._rows if row[0].lower() == wanted]

    def field(self, name: str) -> Field | None:
        """Give the first field of a name with its offsets."""
        wanted = name.encode("ascii")
        if wanted not in self._index:
            return None
        return next((field for field in self.fields if field.name.lower() == wanted), None)

    def count(self, name: str) -> int:
        """Say how often a field of a name stands here."""
        wanted = name.encode("ascii")
        if wanted not in self._index:
            return 0
        return sum([row[0].lower() == wanted for row in self._rows]) if self.repeats else 1

    @property
    def repeats(self) -> bool:
        """Whether some field stands here twice."""
        return len(self._index) < len(self._rows)

    def __contains__(self, name: str) -> bool:
        return name.encode("ascii") in self._index

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)
