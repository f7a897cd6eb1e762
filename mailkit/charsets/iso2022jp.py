"""ISO-2022-JP as mail has it: one machine that reads the bytes, for the decoder and for the checker.

It follows RFC 1468, reads what others put into such text (CP50220, CP50221, ISO-2022-JP-1, -2, -3, -2004 and
-MS), and goes on behind a fault as the WHATWG Encoding Standard does (section 12.2), with three exceptions: the end of
a line leads back to ASCII from every set but JIS X 0201 Roman, as RFC 1468 demands of the writer; a control character
between two-byte characters stands for itself, as in Python's codec; an escape to a set that the standard does not
have is one where a character of that set follows.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from mailkit.charsets.cells import GETA, SIDE, UNDEFINED, high, table, users_character
from mailkit.charsets.escapes import BY_SEQUENCE, MUST_BE_USED, SOFTBANK_GROUPS, TWO_BYTE, Escape
from mailkit.charsets.japanese import EUC_JP, handler

RUN = 126
"""The longest run between SO and SI, or of SoftBank's web code, in characters: what is kept back to see its end."""
_ESC, _LF, _SO = 0x1B, 0x0A, 0x0E
_BREAK = re.compile(rb"[\x1b\n\x0e\x0f]")
_SEQUENCE = re.compile(rb"\x1b(?:\$\([@BCDOPQ]|\$\)[ACG]|\$[@AB]|\([@BHIJ]|\.[AF]|N|&@\x1b\$B)")
_WEB_CODE = re.compile(rb"\x1b\$[%s]([\x21-\x7e]{1,%d}+)\x0f" % (SOFTBANK_GROUPS, RUN))
_SHIFTED = re.compile(rb"\x0e([\x21-\x5f]{1,%d}+)\x0f" % RUN)
_PAIRS = re.compile(rb"(?:[\x21-\x7e]{2})++")
_KANA = re.compile(rb"[\x21-\x5f]++")
_PLAIN = re.compile(rb"[^\x80-\xff]++")
_CONTROLS = re.compile(rb"[\x00-\x1f]++")
_NO_LEAD = re.compile(rb"[\x80-\xff]++|[ \x7f]++")
_UNFINISHED = re.compile(
    rb"(?:\x1b(?:\$\([CDOPQ][\x21-\x7e]?|\$A[\x21-\x7e]?|\$[()]?|\(|\.[AF]?|N|&|&@|&@\x1b|&@\x1b\$"
    rb"|\$[%s][\x21-\x7e]{0,%d})?|\x0e[\x21-\x5f]{0,%d}|\r)\Z" % (SOFTBANK_GROUPS, RUN, RUN)
)
"""What may still become something else, at the end of bytes that others follow."""
_DIRTY = re.compile(rb"\x1b(?!(?:\$[@B]|\([BJ])(?!\x1b))")
_ROMAN = str.maketrans({"\\": "¥", "~": "‾"})
_TO_KANA = bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in range(256))
_MS_ROWS = frozenset({*range(85, 89), 93, 94})


class Span(NamedTuple):
    """A piece of the text, as the machine reads it. The spans of a text cover it without a gap."""

    start: int
    """Byte offset, 0-based; `end` is behind the last byte."""
    end: int
    text: str
    """What it stands for; empty for an escape."""
    charset: str
    """The set in force: ``ascii``, ``roman``, ``kana``, or one of `TWO_BYTE`; behind an escape the new one."""
    fault: str = ""
    """The class of what is wrong with it; empty where nothing is. A cell without a character is no fault of a span."""
    escape: Escape | None = None
    """The escape sequence, where it is one."""


def decode_iso2022jp(data: bytes, *, private: bool = False) -> str:
    r"""Decode text in ISO-2022-JP and its relatives; what cannot be read is U+FFFD.

    With `private`, cells that are for users are read as U+E000 and up, as ISO-2022-JP-MS has them.

    >>> decode_iso2022jp(b"\x1b$B-!\x1b(B and \x1b$B|b\x1b(B")
    '① and 髙'
    """
    text = decode_clean(data)
    if text is not None:
        return text
    machine = Iso2022Jp(private=private)
    if data.find(b"\x1b(J") >= 0:  # which stays on behind the end of a line
        return "".join([span.text for span in machine.spans(data)])
    lines = data.split(b"\n")
    out = [_line(line + b"\n", machine) for line in lines[:-1]]
    return "".join([*out, _line(lines[-1], machine)])


def decode_clean(data: bytes) -> str | None:
    """Decode what has nothing in it but ASCII and JIS X 0208, by Python's codec; None for all else.

    That codec lets an unknown escape, SO and SI pass as characters, and keeps a set behind the end of a line.
    """
    if data.find(b"\x0e") >= 0 or data.find(b"\x0f") >= 0 or _DIRTY.search(data):
        return None
    roman = data.find(b"\x1b(J") >= 0
    if roman:
        data = data.replace(b"\x1b(J", b"\x1b(B")
    try:
        text = data.replace(b"\n", b"\x1b(B\n").decode("iso2022_jp")
    except UnicodeDecodeError:
        return None
    return None if roman and ("\\" in text or "~" in text) else text


def _line(line: bytes, machine: Iso2022Jp) -> str:
    """Decode a line that begins in ASCII."""
    if _ESC not in line and line.isascii() and line.find(b"\x0e") < 0 and line.find(b"\x0f") < 0:
        return line.decode("ascii")
    text = decode_clean(line)
    return text if text is not None else "".join([span.text for span in machine.spans(line)])


class Iso2022Jp:
    """The machine: give it bytes, it gives spans; what is not whole yet it keeps back.

    Its state is the set in force, the set in G2, and whether an escape stands there behind which nothing came.
    """

    __slots__ = ("_fresh", "_g2", "_private", "charset", "held")

    def __init__(self, *, private: bool = False) -> None:
        self.charset = "ascii"
        self.held = b""
        """Bytes that wait for the next."""
        self._g2 = ""
        self._fresh = False
        self._private = private

    def feed(self, data: bytes) -> str:
        """Give the text that is whole with these bytes."""
        data = self.held + data
        end = data.find(b"\n") + 1 if self.charset != "ascii" or self._fresh else 0
        begun = "".join([span.text for span in self.spans(data[:end])])
        text, data = self._clean_lines(data[end:])
        return "".join([begun, text, *[span.text for span in self.spans(data, final=False)]])

    def _clean_lines(self, data: bytes) -> tuple[str, bytes]:
        """Read whole lines at once where they are clean; give their text, and the bytes behind them."""
        end = data.rfind(b"\n") + 1
        lines = data[:end]
        if not end or self.charset != "ascii" or self._fresh or lines.find(b"\x1b(J") >= 0:
            return "", data
        text = decode_clean(lines)
        if text is None:
            return "", data
        self._g2 = ""
        return text, data[end:]

    def close(self) -> str:
        """Give what is left."""
        data, self.held = self.held, b""
        return "".join([span.text for span in self.spans(data)])

    def spans(self, data: bytes, *, final: bool = True) -> Iterator[Span]:
        """Give the spans of a text, or of a piece of one: then `held` is what of it belongs to the next piece."""
        end = len(data)
        if not final and (unfinished := _UNFINISHED.search(data, max(end - RUN - 8, 0))):
            end = unfinished.start()
        position = 0
        while position < end:
            stop = _BREAK.search(data, position, end)
            behind = stop.start() if stop else end
            line_end = behind
            if stop and data[behind] == _LF and behind > position and data[behind - 1] == 0x0D:
                line_end -= 1
            if line_end > position:
                run_end = yield from self._run(data, position, line_end, final=final or line_end < end)
                if run_end < line_end:
                    end = run_end
                    break
            position = line_end
            if stop is None:
                break
            for span in self._at_break(data, position, behind):
                yield span
                position = span.end
        self.held = b"" if final else data[end:]

    def _at_break(self, data: bytes, position: int, behind: int) -> Iterator[Span]:
        """Read what ends a run: the end of the line, an escape, SO or SI."""
        byte = data[behind]
        if byte == _LF:
            yield self._line_end(position, behind + 1, data)
        elif byte == _ESC:
            yield from self._escape(data, behind)
        else:
            shifted = _SHIFTED.match(data, behind) if byte == _SO else None
            self._fresh = False
            if shifted:
                yield Span(behind, shifted.end(), _kana(shifted[1]), "kana", "kana-halfwidth")
            else:
                yield Span(behind, behind + 1, UNDEFINED, self.charset, "control")

    def _line_end(self, start: int, end: int, data: bytes) -> Span:
        charset = self.charset
        fault = "" if charset in {"ascii", "roman"} else "line-not-ascii"
        if fault:
            self.charset = "ascii"
        self._fresh, self._g2 = False, ""
        return Span(start, end, data[start:end].decode("ascii"), charset, fault)

    def _escape(self, data: bytes, start: int) -> Iterator[Span]:
        """Read an escape; where it is none, ESC alone is a fault, and what follows is text of the set in force."""
        found = _SEQUENCE.match(data, start)
        row = BY_SEQUENCE[found[0]] if found else None
        if found and row and row.charset == "g2":
            yield from self._single_shift(data, start, row)
        elif found and row and row.charset and self._is_used(data, found.end(), row):
            if self._fresh:
                yield Span(start, start, UNDEFINED, self.charset, "empty-segment")
            if row.charset.startswith("g2:"):
                self._g2 = row.charset[3:]
            else:
                self.charset = row.charset
                self._fresh = True
            yield Span(start, found.end(), "", self.charset, row.fault, row)
        elif web := _WEB_CODE.match(data, start):
            self._fresh = False
            yield Span(start, web.end(), GETA * len(web[1]), self.charset, "emoji-softbank")
        else:
            self._fresh = False
            yield Span(start, start + 1, UNDEFINED, self.charset, row.fault if row else "cut-escape", row)

    @staticmethod
    def _is_used(data: bytes, end: int, row: Escape) -> bool:
        """Say whether a character stands behind an escape that RFC 1468 does not have."""
        if row.charset in MUST_BE_USED and row.fault == "extra-escape":
            return _PAIRS.match(data, end, end + 2) is not None
        return not row.charset.startswith("g2") or end < len(data)

    def _single_shift(self, data: bytes, start: int, row: Escape) -> Iterator[Span]:
        """Read one character of G2 (RFC 1554)."""
        self._fresh = False
        code = data[start + 2 : start + 3]
        if self._g2 and code and code[0] & 0x7F >= 0x20:
            text = high(code).decode(self._g2, "replace")
            yield Span(start, start + 3, text, self.charset, row.fault, row)
        else:
            yield Span(start, start + 1, UNDEFINED, self.charset, "cut-escape", row)

    def _run(self, data: bytes, start: int, end: int, *, final: bool) -> Generator[Span, None, int]:
        """Read bytes of one set; return where they end, before a byte that waits for its second."""
        self._fresh = False
        if self.charset in TWO_BYTE:
            return (yield from self._two_byte(data, start, end, final=final))
        known = _KANA if self.charset == "kana" else _PLAIN
        while start < end:
            found = known.match(data, start, end)
            if found:
                yield Span(start, found.end(), self._single(found[0]), self.charset)
                start = found.end()
            else:
                span = self._strange(data, start, end) or Span(start, start + 1, UNDEFINED, self.charset, "odd-bytes")
                yield span
                start = span.end
        return end

    def _strange(self, data: bytes, start: int, end: int) -> Span | None:
        """Read bytes that no set has, or controls, which stand for themselves."""
        if controls := _CONTROLS.match(data, start, end):
            return Span(start, controls.end(), controls[0].decode("ascii"), self.charset, "odd-bytes")
        if strange := _NO_LEAD.match(data, start, end):
            fault = "8bit" if data[start] >= 0x80 else "odd-bytes"
            return Span(start, strange.end(), UNDEFINED * len(strange[0]), self.charset, fault)
        return None

    def _single(self, run: bytes) -> str:
        """Decode a run of a set of one byte a character."""
        if self.charset == "kana":
            return _kana(run)
        text = run.decode("ascii")
        return text.translate(_ROMAN) if self.charset == "roman" else text

    def _two_byte(self, data: bytes, start: int, end: int, *, final: bool) -> Generator[Span, None, int]:
        """Read pairs; a byte that leads none is a fault, with the byte behind it where it looked like a lead."""
        while start < end:
            found = _PAIRS.match(data, start, end)
            if found:
                yield Span(start, found.end(), self._pairs(found[0]), self.charset)
                start = found.end()
                continue
            strange = self._strange(data, start, end)
            if strange:
                yield strange
                start = strange.end
            elif start + 1 == end and not final:
                break
            else:
                stop = min(start + 2, end)
                yield Span(start, stop, UNDEFINED, self.charset, "odd-bytes")
                start = stop
        return start

    def _pairs(self, run: bytes) -> str:
        """Decode whole pairs."""
        name = "jisx0208" if self.charset == "jis78" else self.charset
        if name == "jisx0208" and not self._private:
            return high(run).decode("euc_jp", handler(EUC_JP))
        cells = table(name)
        text = [cells[(lead - 33) * SIDE + trail - 33] for lead, trail in zip(run[::2], run[1::2], strict=True)]
        if self._private and UNDEFINED in text:
            text = [_private(name, at, run) if one == UNDEFINED else one for at, one in enumerate(text)]
        return "".join(text)


def _kana(run: bytes) -> str:
    """Decode half-width kana of seven bits."""
    return run.translate(_TO_KANA).decode("cp932")


def _private(name: str, at: int, run: bytes) -> str:
    """Give what stands in a cell that nobody else has: a user's character, where users may have one."""
    row, cell = run[2 * at] - 32, run[2 * at + 1] - 32
    is_users = row in _MS_ROWS if name == "jisx0208" else name == "jisx0212" and row >= 85
    return users_character(name, row, cell) if is_users else UNDEFINED
