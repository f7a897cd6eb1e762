"""yEnc, draft 1.3 of 2002 (yenc.org): bytes shifted by 42, with few escapes; in news, and in mail that came from there."""

from __future__ import annotations

import re
import zlib

from mailkit.content.decoder import WINDOW
from mailkit.content.enclosed import Enclosed

_SHIFT = bytes((byte - 42) % 256 for byte in range(256))
_UNESCAPED = [bytes([(byte - 64) % 256]) for byte in range(256)]  # still shifted by 42
_FIELD = re.compile(rb"[ \t](line|size|part|total|begin|end|crc32|pcrc32)=([0-9A-Fa-f]{1,15})(?![^ \t\r\n])")
_NAME = re.compile(rb"[ \t]name=([^\r\n]*)")


class YencDecoder(Enclosed):
    r"""Decodes a yEnc file, or one part of one. Doubled dots are left alone: undoing them is NNTP's work.

    >>> one = YencDecoder()
    >>> one.feed(b"=ybegin line=128 size=3 name=a\n\x8b\x8c=") + one.feed(b"n\n=yend size=3\n"), one.complete
    (b'ab\x04', True)
    """

    AREA = "content.yenc"
    BEGIN = FIRST = re.compile(rb"^=ybegin[ \t][^\r\n]{0,900}\r?\n", re.MULTILINE)

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__(strict=strict)
        self.part: int | None = None
        """Which part of the file this is; None where it is the whole."""
        self.part_count: int | None = None
        self.part_offset = 0
        """Where in the file the part begins."""
        self._width = 0  # characters of a line
        self._size: int | None = None
        self._length = -1  # of the last line, so far
        self._escapes = 0
        self._line_at = 0
        self._in_control = False  # in a line of the format's own
        self._escape = b""  # an equals sign whose character is to come
        self._count = 0  # bytes of content
        self._crc = 0

    def _begin(self, begin: re.Match[bytes]) -> None:
        fields = _fields(begin[0])
        name = _NAME.search(begin[0])
        self.name = name[1].strip(b' \t"') if name else b""
        self._width, self._size = fields.get(b"line", 0), fields.get(b"size")
        self.part, self.part_count = fields.get(b"part"), fields.get(b"total")

    def _inside(self, text: bytes, start: int, *, final: bool) -> bytes:
        pieces: list[bytes] = []
        lines: list[bytes] = []
        for line, at, begins in self._lines(text, start, final=final):
            self._in_control = line.startswith(b"=y") if begins else self._in_control
            if self.end is not None and not (self._in_control and not begins):
                self._behind(line, at, begins=begins)
            elif self._in_control and begins:
                pieces.append(self._decode(lines))
                self._control(line[:WINDOW], at, at + len(line))
            elif not self._in_control:
                self._measure(line, at, begins=begins)
                lines.append(line)
            if self.strict and self.end is not None:
                break
        pieces.append(self._decode(lines))
        return b"".join(pieces)

    def _measure(self, line: bytes, at: int, *, begins: bool) -> None:
        """Compare the last line with the length that was promised, for this one shows that it was not the last.

        Some writers count the characters of a line, of which an escape may be one too many, others its bytes.
        """
        if begins:
            over = self._length - self._width
            if self._width and self._length >= 0 and over not in (0, 1, self._escapes):
                self._note("content.yenc.line", self._line_at)
            self._length, self._escapes, self._line_at = 0, 0, at
        self._length += len(line) - line.count(b"\r") - line.count(b"\n")
        self._escapes += line.count(b"=")

    def _decode(self, lines: list[bytes]) -> bytes:
        """Decode what stands in lines, and empty the list."""
        text = self._escape + b"".join(lines).translate(None, b"\r\n")
        lines.clear()
        if b"=" in text:
            if (len(text) - len(text.rstrip(b"="))) % 2:
                text, self._escape = text[:-1], b"="
            else:
                self._escape = b""
            text = _unescape(text)
        content = text.translate(_SHIFT)
        self._count += len(content)
        self._crc = zlib.crc32(content, self._crc)
        return content

    def _control(self, line: bytes, at: int, end: int) -> None:
        """Take a line of the format's own, which begins with ``=y``."""
        if line.startswith(b"=yend"):
            self._stop(end, complete=self._is_right(_fields(line), at))
        elif line.startswith(b"=ypart"):
            fields = _fields(line)
            self.part_offset = max(fields.get(b"begin", 1) - 1, 0)
            if b"end" in fields:
                self._size = fields[b"end"] - self.part_offset
        elif line.startswith(b"=ybegin"):
            self._note("content.yenc.end-missing", at)
            self._stop(at, complete=False)
            if not self.strict:
                self._behind(line, at, begins=True)
        else:
            self._note("content.yenc.line", at)

    def _is_right(self, fields: dict[bytes, int], at: int) -> bool:
        """Compare what came with the size and the checksum that the last line gives."""
        sizes = {self._size, fields.get(b"size")} - {None}
        right = sizes <= {self._count}
        if not right:
            self._note("content.yenc.size", at)
        crc = fields.get(b"pcrc32", fields.get(b"crc32") if self.part is None else None)
        if crc is not None and crc != self._crc:
            self._note("content.yenc.checksum", at)
            right = False
        return right


def _fields(line: bytes) -> dict[bytes, int]:
    """Read the numbers of a line; the name, which may hold anything, ends it."""
    head = line.split(b" name=", 1)[0]
    numbers = {}
    for key, value in _FIELD.findall(head):
        if b"crc" in key:
            numbers[key] = int(value, 16)
        elif value.isdigit():
            numbers[key] = int(value)
    return numbers


def _unescape(text: bytes) -> bytes:
    """Undo escapes: an equals sign, and a character that is shifted by another 64."""
    first, *pieces = text.split(b"=")
    found = [first]
    whole = False
    for piece in pieces:
        if whole:  # behind an equals sign that was itself escaped
            found.append(piece)
            whole = False
        elif piece:
            found += (_UNESCAPED[piece[0]], piece[1:])
        else:
            found.append(_UNESCAPED[0x3D])
            whole = True
    return b"".join(found)
