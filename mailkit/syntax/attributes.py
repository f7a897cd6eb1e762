"""The parameters of a field one by one, as they stand: ``; name=value`` (RFC 2045 section 5.1).

Mail breaks this grammar in every way. The reader goes by what can be meant only so: a value without
quotes goes on over blanks up to what ends it; a quote inside quotes is no end where the text goes on
behind it; a missing semicolon is seen by the name that follows. Every departure is a fault with its offset.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailkit.charsets import decode_raw
from mailkit.limits import DEFAULT
from mailkit.syntax.comments import comment_end, skip_blanks

MAX_PARAMS = DEFAULT.param_count
MAX_SEGMENTS = DEFAULT.segment_count

_TOKEN = rb"[^\x00-\x20\x7f()<>@,;:\\\"/\[\]?=]"
_NAME = re.compile(rb"[^\s;=\"()<>,:][^\s;=\"()<>,]*+")
_STAR = re.compile(rb"[ \t\r\n]*+(\*[0-9]*+\*?)[ \t\r\n]*+(?==)")
_NEXT = re.compile(rb"[ \t\r\n]*+" + _TOKEN + rb"++[ \t\r\n]*+=(?!\?)")
_NEXT_AT_END = re.compile(rb";[ \t\r\n]*+" + _TOKEN + rb"++[ \t\r\n]*+=[ \t\r\n]*+\Z")
_NEXT_INSIDE = re.compile(rb";[ \t\r\n]*+" + _TOKEN + rb"++=")
_GAP = re.compile(rb"[\s;,]*+")
_QUOTED = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)("?)', re.DOTALL)
_BARE = re.compile(rb'[^;\s(",]++')
_JUNK = re.compile(rb"[^\s;,\"=(]++|.", re.DOTALL)
_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_FOLD = re.compile(rb"\r*+\n[ \t]?")
_SPECIAL = re.compile(rb"[\s()<>@,;:\\\"/\[\]?=]")
_PATH = re.compile(rb"(?:[A-Za-z]:|\\)\\[^\\\"]")
_ISO_2022 = re.compile(rb"\x1b\$[@B][^\x1b\r\n]*+")
_SJIS = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]")
_OPEN_ESCAPE = b"\x1b$"


class Attribute(NamedTuple):
    """One parameter as it stands, quoting undone."""

    name: str
    """In lower case, with the asterisks of RFC 2231."""
    value: bytes
    offset: int
    """Where its name begins in the field's value."""
    other: bytes | None = None
    """What the value is in another reading that is as likely."""


def read_attributes(raw: bytes, position: int, faults: dict[str, int], *, separated: bool) -> list[Attribute]:
    """Read all parameters from here on; `separated` says whether a semicolon stands before.

    `faults` is given the first offset of each fault.
    """
    reader = _Reader(raw, faults)
    reader.read(position, separated=separated)
    return reader.rows


class _Reader:
    """One pass over a value. What is structure is looked up in `mask`, what is content is cut out of `raw`."""

    def __init__(self, raw: bytes, faults: dict[str, int]) -> None:
        self.raw = raw
        self.mask = _mask(raw)
        self.faults = faults
        self.rows: list[Attribute] = []
        self._counts: dict[str, int] = {}
        self._open_comment = False

    def _fault(self, code: str, offset: int) -> None:
        self.faults.setdefault(code, offset)

    def read(self, position: int, *, separated: bool) -> None:
        mask, end = self.mask, len(self.mask)
        while True:
            start = position
            position, semicolons = self._gap(position)
            separated = separated or semicolons > 0
            if position >= end:
                return
            name = _NAME.match(mask, position)
            if name is None:
                position = self._junk(position)
                continue
            if not separated and self.rows:
                self._fault("mime.param.unseparated", position)
            found = self._one(name[0], position, name.end(), separated=separated, start=start)
            if found < 0:
                return
            position, separated = found, False

    def _gap(self, position: int) -> tuple[int, int]:
        """Pass over blanks, comments and separators; say how many semicolons were there."""
        mask = self.mask
        semicolons = 0
        while True:
            gap = _GAP.match(mask, position)
            assert gap is not None
            if gap.end() > position:
                semicolons += gap[0].count(b";")
                if b"," in gap[0] or semicolons > 1:
                    self._fault("mime.param.unseparated", position)
                position = gap.end()
            stop = self._comment(position) if mask[position : position + 1] == b"(" else -1
            if stop < 0:
                return position, semicolons
            position = stop

    def _comment(self, position: int) -> int:
        """Give the place behind a comment; -1 where it never ends, for then it is none."""
        stop = -1 if self._open_comment else comment_end(self.mask, position)
        if stop < 0:
            self._open_comment = True
            self._fault("mime.comment.unclosed", position)
        return stop

    def _filler(self, position: int) -> int:
        """Pass over blanks and comments."""
        position = skip_blanks(self.mask, position)
        while self.mask[position : position + 1] == b"(" and (stop := self._comment(position)) >= 0:
            position = skip_blanks(self.mask, stop)
        return position

    def _junk(self, position: int) -> int:
        """Pass over what is no name: a string that belongs to nothing, a value without a name, a sign."""
        mark = self.mask[position : position + 1]
        if mark == b"=":
            self._fault("mime.param.unnamed", position)
            return max(self._value(self._filler(position + 1))[2], position + 1)
        self._fault("mime.param.unseparated", position)
        found = _QUOTED.match(self.mask, position) if mark == b'"' else _JUNK.match(self.mask, position)
        assert found is not None
        return found.end()

    def _one(self, name: bytes, offset: int, position: int, *, separated: bool, start: int) -> int:
        """Read one parameter from behind its name; -1 where no more are to be read."""
        star = _STAR.match(self.mask, position)
        if star:
            name, position = name + star[1], star.end()
        position = self._filler(position)
        if self.mask[position : position + 1] == b"=":
            value, other, position = self._value(self._filler(position + 1))
            if not value and self.mask[position - 1 : position] != b'"':
                self._fault("mime.param.empty", offset)
            return self._keep(name, value, offset, other, position)
        if separated and self.mask[position : position + 1] in (b"", b";", b","):
            self._fault("mime.param.empty", offset)
            return self._keep(name, b"", offset, None, position)
        self._fault("mime.param.unseparated", start)
        return position

    def _keep(self, name: bytes, value: bytes, offset: int, other: bytes | None, position: int) -> int:
        text = name.decode("ascii").lower() if name.isascii() else decode_raw(name).lower()
        base, star, _ = text.partition("*")
        if star and base:
            count = self._counts[base] = self._counts.get(base, 0) + 1
            if count > MAX_SEGMENTS:
                self._fault("limit.segment_count", offset)
                return position
            full = count == 1 and len(self._counts) > MAX_PARAMS
        else:
            full = len(self.rows) >= MAX_PARAMS and sum("*" not in row.name for row in self.rows) >= MAX_PARAMS
        if full:
            self._fault("limit.param_count", offset)
            return -1
        self.rows.append(Attribute(text, value, offset, other))
        return position

    def _value(self, position: int) -> tuple[bytes, bytes | None, int]:
        """Read a value: what it is, what else it may be, and where it ends."""
        if self.mask[position : position + 1] == b'"':
            return self._quoted(position)
        return self._bare(position)
