"""Header blocks: bytes in, fields with their offsets out (RFC 5322 section 2.2).

A block is looked over once: does every line begin a field or go on with one? Where that is so, as
nearly always, one expression splits it, and only when a field is asked for; the few fields that a
parser wants of every part are found without. An irregular block is read line by line: one line that
is no field between two that are is noted and passed over; two in a row end the header, as the
standard library has it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, KeysView
from typing import Literal

import msgspec

from mailkit.syntax.params import ContentType, parse_content_type

_FIELD = re.compile(rb"^([!-9;-~\x80-\xff]++)([ \t]*+:)([^\n]*+\n?+(?:[ \t][^\n]*+\n?+)*+)", re.MULTILINE)
# One pass over a block with a line end in front: the fields that say what a body is, and the first line that is no field.
_LOOK = re.compile(
    rb"\n(?:[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-([Tt][Yy][Pp][Ee]|[Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg]"
    rb"|[Dd][Ii][Ss][Pp][Oo][Ss][Ii][Tt][Ii][Oo][Nn])[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)"
    rb"|(?![ \t]|[!-9;-~\x80-\xff]++[ \t]*+:|\Z))"
)
# Fields and folds; a field whose name begins with two dashes may be a delimiter.
_REGULAR = re.compile(rb"(?:(?!--)(?:[!-9;-~\x80-\xff]++[ \t]*+:|[ \t])[^\n]*+\n?+)*+")
_FOLDS = re.compile(rb"(?:[ \t][^\n]*+\n?)*+")
_FOLD = re.compile(rb"(?<!\r)\r*+\n[ \t]?")
_MBOX = re.compile(rb">*From ")
MAX_QUICK = 6
"""Fields that are looked for one by one; whoever asks for more is given an index."""

MAX_FAULTS = 50
"""Lines of one block of which it is said that they are no fields."""

Junk = Literal["between", "skip", "end"]
"""Which lines that are no fields a header may hold: one between two fields, any, or none."""
Fault = tuple[str, int]


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


class MimeFields(msgspec.Struct, frozen=True, gc=False):
    """The fields that say what a body is, as they stand; None where there is none (RFC 2045 section 3)."""

    type: bytes | None = None
    encoding: bytes | None = None
    disposition: bytes | None = None
    repeated: bool = False
    """Whether one of them stands here again."""


NO_MIME = MimeFields()


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

    faults: tuple[Fault, ...] = ()
    """(finding code, offset) of what is irregular."""
    _rows: list[tuple[bytes, bytes, bytes]] | None = None
    _index: dict[bytes, bytes] | None = None
    _fields: tuple[Field, ...] | None = None
    _lower: bytes | None = None
    _asked = 0
    _kind: ContentType | None = None
    _mime: MimeFields

    def __init__(self, raw: bytes, offset: int, max_fields: int = 10_000, junk: Junk = "between") -> None:
        self.offset = offset
        self.raw = raw
        self.consumed = len(raw)
        """Bytes of the block that are header; what is left over begins the body."""
        small = len(raw) <= 3 * max_fields  # a field has three bytes at least
        found = _LOOK.findall(b"\n" + raw) if small else self._read_large(max_fields)
        if (b"", b"") in found or raw[:1] in (b" ", b"\t"):
            found = self._read_irregular(found, junk, max_fields)
        self._mime = _mime_fields(found) if found else NO_MIME
        if b"\r" in raw or b"\0" in raw:
            self._look_for_controls()

    def _read_large(self, max_fields: int) -> list[tuple[bytes, bytes]]:
        """Look over a block that may be a flood: keep of it no more than counts."""
        raw = self.raw
        if sum(1 for _ in itertools.islice(_FIELD.finditer(raw), max_fields + 1)) > max_fields:
            fields = itertools.islice(_FIELD.finditer(raw), max_fields)
            self._rows = [(match[1], match[2], match[3]) for match in fields]
            self.faults = (("limit.field_count", self.offset),)
        return _few_mime(self.raw)

    def _read_irregular(
        self, found: list[tuple[bytes, bytes]], junk: Junk, max_fields: int
    ) -> list[tuple[bytes, bytes]]:
        """Read a block in which some line is no field, line by line; find where the header ends."""
        raw, end, position = self.raw, len(self.raw), 0
        rows: list[tuple[bytes, bytes, bytes]] = []
        faults: list[Fault] = []
        more = False
        while position < end:
            match = _FIELD.match(raw, position)
            if match:
                row = (match[1], match[2], match[3])
                stop = match.end()
            else:
                stop = behind_line(raw, position, end, junk, first=position == 0)
                if stop < 0:
                    faults.append(("header.end.missing", self.offset + position))
                    self.raw, self.consumed = raw[:position], position
                    found = _few_mime(self.raw)
                    break
                row = (b"", b"", raw[position:stop])
                if len(faults) < MAX_FAULTS:
                    code = "header.line.mbox" if _MBOX.match(raw, position) else "header.line.junk"
                    faults.append((code, self.offset + position))
            if len(rows) < max_fields:
                rows.append(row)
            else:
                more = True
            position = stop
        if more:
            faults.append(("limit.field_count", self.offset))
        self._rows = rows
        self.faults = tuple(faults)
        return [row for row in found if row[0]]

    def _look_for_controls(self) -> None:
        """Note NUL, and CR that ends no line (RFC 5322 section 2.2)."""
        raw = self.raw
        null, doubled = raw.find(b"\0"), raw.find(b"\r\r\n")
        found: list[Fault] = []
        if null >= 0:
            found.append(("stream.null-byte", self.offset + null))
        if doubled >= 0:
            found.append(("stream.cr-cr-lf", self.offset + doubled))
        elif raw.count(b"\r") != raw.count(b"\r\n") and (bare := re.search(rb"\r(?!\n|\Z)", raw)):
            found.append(("stream.bare-cr", self.offset + bare.start()))
        if found:
            self.faults += tuple(found)

    def _split(self) -> list[tuple[bytes, bytes, bytes]]:
        """Give name, colon and value of each field; a line that is none has no name."""
        if self._rows is None:
            self._rows = _FIELD.findall(self.raw)
        return self._rows

    def _indexed(self) -> dict[bytes, bytes]:
        if self._index is None:
            self._index = {row[0].lower(): row[2] for row in reversed(self._split())}  # the first of a name stays
        return self._index

    def mime(self) -> MimeFields:
        """Give the fields that say what the body is."""
        return self._mime

    def settle(self, mime: MimeFields) -> None:
        """Note which of several of these fields count."""
        self._mime = mime

    @property
    def content_type(self) -> ContentType:
        """The Content-Type, read on first use; the default where there is none (RFC 2045 section 5.2)."""
        if self._kind is None:
            self._kind = parse_content_type(self.mime().type)
        return self._kind

    @content_type.setter
    def content_type(self, kind: ContentType) -> None:
        """Note what whoever knows what stands around the part takes it for."""
        self._kind = kind

    def _value_end(self, start: int) -> int:
        """Give where a value ends that begins here: at a line end without a fold behind it."""
        raw = self.raw
        end = raw.find(b"\n", start) + 1
        if not end:
            return len(raw)
        if raw[end : end + 1] in (b" ", b"\t"):
            folds = _FOLDS.match(raw, end)
            assert folds is not None
            return folds.end()
        return end

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in order, with offsets; lines that are none are left out."""
        if self._fields is None:
            self._split()
            self._fields = tuple(self)
        return self._fields

    def get(self, name: str) -> bytes | None:
        """Give the first field of a name, unfolded; None where there is none."""
        raw = self.first(name.encode())
        return None if raw is None else unfold(raw)

    def first(self, name: bytes) -> bytes | None:
        """Give the first field of a name as it stands, folds and all; None where there is none."""
        name = name.lower()
        if self._rows is not None:
            return self._indexed().get(name)
        self._asked += 1
        if self._asked > MAX_QUICK:
            return self._indexed().get(name)
        if self._lower is None:
            self._lower = (b"\n" + self.raw).lower()
        lower, wanted = self._lower, b"\n" + name
        start = lower.find(wanted)
        while start >= 0:
            colon = start + len(wanted)
            while lower[colon : colon + 1] in (b" ", b"\t"):
                colon += 1
            if lower[colon : colon + 1] == b":":
                return self.raw[colon : self._value_end(colon)]  # `lower` has one byte more in front
            start = lower.find(wanted, start + 1)
        return None

    def all(self, name: str) -> list[bytes]:
        """Give every field of a name, unfolded, in order."""
        wanted = name.lower().encode()
        if wanted not in self._indexed():
            return []
        return [unfold(row[2]) for row in self._split() if row[0].lower() == wanted]

    def field(self, name: str) -> Field | None:
        """Give the first field of a name with its offsets."""
        wanted = name.lower().encode()
        if wanted not in self._indexed():
            return None
        return next((field for field in self.fields if field.name.lower() == wanted), None)

    def count(self, name: str) -> int:
        """Say how often a field of a name stands here."""
        wanted = name.lower().encode()
        if wanted not in self._indexed():
            return 0
        return sum([row[0].lower() == wanted for row in self._split()]) if self.repeats else 1

    @property
    def names(self) -> KeysView[bytes]:
        """The names of all fields, in lower case."""
        return self._indexed().keys()

    @property
    def repeats(self) -> bool:
        """Whether some field stands here twice."""
        return len(self._indexed()) < len(self._split())

    def __contains__(self, name: str) -> bool:
        return name.lower().encode() in self._indexed()

    def __len__(self) -> int:
        return len(self._split())

    def __repr__(self) -> str:
        return f"<Header of {len(self)} fields at {self.offset}>"

    def __iter__(self) -> Iterator[Field]:
        """Give all fields; what was not asked for otherwise is not kept, for there may be many headers."""
        position = self.offset
        rows = (match.groups() for match in _FIELD.finditer(self.raw)) if self._rows is None else self._rows
        for name, colon, raw in rows:
            start = position + len(name) + len(colon)
            if name:
                yield Field(name, raw, position, start)
            position = start + len(raw)


def _mime_fields(rows: list[tuple[bytes, bytes]]) -> MimeFields:
    """Sort fields by their names, each of which has a length of its own; the first of a name counts."""
    kind = encoding = disposition = None
    repeated = False
    for name, value in rows:
        size = len(name)
        if size == 4:
            if kind is None:
                kind = value
            else:
                repeated = True
        elif size == 17:
            if encoding is None:
                encoding = value
            else:
                repeated = True
        elif disposition is None:
            disposition = value
        else:
            repeated = True
    return MimeFields(kind, encoding, disposition, repeated)


def _few_mime(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Give the fields that say what a body is, no more than two of each, and likewise lines that are no fields."""
    found: dict[bytes, int] = {}
    kept: list[tuple[bytes, bytes]] = []
    first = b"\n" + raw if raw[:8].lower() == b"content-" or not _FIELD.match(raw) else raw
    for match in _LOOK.finditer(first):
        name = (match[1] or b"").lower()
        found[name] = found.get(name, 0) + 1
        if found[name] <= 2:
            kept.append((name, match[2] or b""))
    return kept


def odd_line(raw: bytes, start: int, end: int) -> int:
    """Give where the next line begins that is neither field nor fold, or that begins with two dashes."""
    regular = _REGULAR.match(raw, start, end)
    return regular.end() if regular else end  # it may be empty, so it is none where nothing is to be looked at


def behind_line(raw: bytes, start: int, end: int, junk: Junk, *, first: bool) -> int:
    """Give where a line ends that belongs to a header though it be no field; -1 where it begins the body."""
    stop = raw.find(b"\n", start, end) + 1 or end
    begin = raw[start : start + 1]
    if junk == "skip" or begin == b":" or _FIELD.match(raw, start, end):  # a colon alone: a field without a name
        return stop
    if junk == "between" and (_FIELD.match(raw, stop, end) or (not first and begin in (b" ", b"\t"))):
        return stop
    return -1
