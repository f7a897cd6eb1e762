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
from mailkit.syntax.opaque import neutral, unfolded

MAX_PARAMS = DEFAULT.param_count
MAX_SEGMENTS = DEFAULT.segment_count

_TOKEN = rb"[^\x00-\x20\x7f()<>@,;:\\\"/\[\]?=]++"
_NAME = re.compile(rb"[^\s;=\"()<>,:]++")
_STAR = re.compile(rb"[ \t\r\n]*+(\*[0-9]*+\*?)[ \t\r\n]*+(?==)")
_NEXT = re.compile(rb"[ \t\r\n]*+" + _TOKEN + rb"[ \t\r\n]*+=(?!\?)")
_NEXT_INSIDE = re.compile(rb";[ \t\r\n]*+" + _TOKEN + rb"=")
_NEXT_AT_END = re.compile(rb";[ \t\r\n]*+" + _TOKEN + rb"[ \t\r\n]*+=[ \t\r\n]*+\Z")
_ENDS = re.compile(rb"[ \t\r\n]*+(?:;|\Z)")
_GAP = re.compile(rb"[\s;,]*+")
_QUOTED = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)("?)', re.DOTALL)
_BARE = re.compile(rb'[^; \t\r\n(",]++')
_JUNK = re.compile(rb"[)<>:]++|\(++|.", re.DOTALL)
_FILE_NAMES = frozenset({"name", "filename"})
_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_SPECIAL = re.compile(rb"[\s()<>@,;:\\\"/\[\]?=]")


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
        self.mask = neutral(raw)
        self.faults = faults
        self.rows: list[Attribute] = []
        self._count = 0
        self._segments: dict[str, int] = {}
        self._open_comment = False
        self._open_quote = False
        self._semicolon = self._last_quote = -1

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
            if not separated:
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
            return self._value(position + 1, "")[2]
        self._fault("mime.param.unseparated", position)
        quoted = None if self._open_quote else _QUOTED.match(self.mask, position)
        if quoted and quoted[2]:
            return quoted.end()
        self._open_quote = self._open_quote or quoted is not None
        sign = _JUNK.match(self.mask, position)
        assert sign is not None
        return sign.end()

    def _one(self, name: bytes, offset: int, position: int, *, separated: bool, start: int) -> int:
        """Read one parameter from behind its name; -1 where no more are to be read."""
        star = _STAR.match(self.mask, position)
        if star:
            name, position = name + star[1], star.end()
        position = self._filler(position)
        mark = self.mask[position : position + 1]
        if mark in {b"=", b":"}:
            if mark == b":":
                self._fault("mime.param.unseparated", position)
            text = decode_raw(name).lower()
            value, other, position = self._value(position + 1, text.partition("*")[0])
            if not value and self.mask[position - 1 : position] != b'"':
                self._fault("mime.param.empty", offset)
            return self._keep(Attribute(text, value, offset, other), position)
        if separated and mark in {b"", b";", b","}:
            self._fault("mime.param.empty", offset)
            return self._keep(Attribute(decode_raw(name).lower(), b"", offset), position)
        self._fault("mime.param.unseparated", start)
        return position

    def _keep(self, row: Attribute, position: int) -> int:
        """Keep a parameter, and go on behind it; unless there are too many."""
        base, star, _ = row.name.partition("*")
        count = self._segments.get(base, 0) if star else 0
        if count >= MAX_SEGMENTS:
            self._fault("limit.segment_count", row.offset)
            return position
        if not count and self._count >= MAX_PARAMS:
            self._fault("limit.param_count", row.offset)
            return -1
        if star:
            self._segments[base] = count + 1
        self._count += not count
        self.rows.append(row)
        return position

    def _value(self, position: int, name: str) -> tuple[bytes, bytes | None, int]:
        """Read a value from behind the equals sign: what it is, what else it may be, and where it ends."""
        mask = self.mask
        literal = name in _FILE_NAMES
        position = skip_blanks(mask, position)
        while mask[position : position + 1] == b"(":
            stop = self._comment(position)
            if stop < 0 or (literal and _BARE.match(mask, stop)):
                break
            position = skip_blanks(mask, stop)
        if mask[position : position + 1] == b'"':
            return self._quoted(position)
        return self._bare(position, literal=literal)

    def _quoted(self, start: int) -> tuple[bytes, bytes | None, int]:
        """Read a quoted string, and what is meant where its quotes do not fit."""
        mask = self.mask
        values: list[bytes] = []
        other: bytes | None = None
        position = start
        while mask[position : position + 1] == b'"':  # several are one, cut by folding
            match = _QUOTED.match(mask, position)
            assert match is not None
            if not match[2]:
                return self._unclosed(values, position, start)
            value, other = self._content(match.start(1), match.end(1), start)
            values.append(value)
            begin, stop = position, match.end()
            position = skip_blanks(mask, stop)
        if len(values) > 1:
            self._fault("mime.param.ambiguous", start)
        if mask[position : position + 1] in {b"", b";", b",", b"("} or _NEXT.match(mask, stop):
            return b"".join(values), other if len(values) == 1 else None, stop
        cut = _NEXT_AT_END.search(mask, begin + 1, stop - 1)
        if cut:  # it took the opening quote of the next parameter for its end
            self._fault("mime.param.unclosed", start)
            return b"".join(values[:-1]) + self._content(begin + 1, cut.start(), start)[0], None, cut.start()
        self._fault("mime.param.ambiguous", start)
        if self._semicolon < stop:
            semicolon = mask.find(b";", stop)
            self._semicolon = len(mask) if semicolon < 0 else semicolon
            self._last_quote = mask.rfind(b'"', stop, self._semicolon)
        last = self._last_quote
        if last >= stop and _ENDS.match(mask, last + 1):  # quotes inside quotes
            return self._content(start + 1, last, start)[0], b"".join(values), last + 1
        return b"".join(values), None, stop

    def _unclosed(self, values: list[bytes], position: int, start: int) -> tuple[bytes, bytes | None, int]:
        """Read a quoted string without an end: up to the next parameter, or all there is."""
        self._fault("mime.param.unclosed", start)
        cut = _NEXT_INSIDE.search(self.mask, position + 1)
        stop = cut.start() if cut else len(self.mask)
        value = self._content(position + 1, stop, start)[0].rstrip(b" \t\r\n")
        return b"".join(values) + value, None, stop

    def _content(self, start: int, stop: int, offset: int) -> tuple[bytes, bytes | None]:
        """Undo quoted pairs and folds; backslashes that quote nothing may have been meant as they stand."""
        raw = self.raw[start:stop]
        other = None
        if self.mask.find(b"\\", start, stop) >= 0:
            pieces = []
            position = start
            for pair in _PAIR.finditer(self.mask, start, stop):
                pieces.append(self.raw[position : pair.start()])
                position = pair.start(1)
                if pair[1] not in b'"\\' and other is None:
                    self._fault("mime.param.ambiguous", offset)
                    other = unfolded(raw)
            raw = b"".join([*pieces, self.raw[position:stop]])
        return unfolded(raw) if b"\n" in raw or b"\x1b" in raw else raw, other

    def _bare(self, start: int, *, literal: bool) -> tuple[bytes, bytes | None, int]:
        """Read a value without quotes: up to a semicolon, a comment, or the next parameter.

        In names of files, `literal`, parentheses before other text are no comment: ``report(1).pdf``.
        """
        mask = self.mask
        position = last = start
        comment = -1
        while True:
            match = _BARE.match(mask, position)
            position = last = match.end() if match else position
            following = skip_blanks(mask, position)
            mark = mask[following : following + 1]
            if mark in {b"", b";"} or (following > position and _NEXT.match(mask, following)):
                break
            if mark == b'"' and _ENDS.match(mask, following + 1):  # a closing quote that nothing opens
                self._fault("mime.param.unclosed", start)
                position = following + 1
                break
            if mark == b"," and (_NEXT.match(mask, following + 1) or _ENDS.match(mask, following + 1)):
                break
            position = following + (mark in {b'"', b","})
            if mark == b"(":
                stop = self._comment(following)
                if not literal or (stop >= 0 and not _BARE.match(mask, stop)):
                    break
                comment = last if comment < 0 else comment
                position = stop if stop >= 0 else following + 1
        if _SPECIAL.search(mask, start, last):
            self._fault("mime.param.unquoted", start)
        value = unfolded(self.raw[start:last])
        if comment > start:
            return value, unfolded(self.raw[start:comment]), position
        single = len(value) > 2 and value[:1] == value[-1:] == b"'"
        return value, value[1:-1] if single else None, position
