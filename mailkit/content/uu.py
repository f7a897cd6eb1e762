"""Uuencode, and base64 in its clothes: POSIX uuencode, as ``x-uuencode`` and its like, and inside texts."""

from __future__ import annotations

import binascii
import re

from mailkit.content.b64 import Base64Decoder, decode_base64
from mailkit.content.decoder import WINDOW
from mailkit.content.enclosed import Enclosed

_CHARACTERS = bytes(range(0x20, 0x61))
_SIX_BITS = bytes((byte - 32 & 63) + 32 for byte in range(256))  # as uudecode has always read other characters
_FOREIGN = re.compile(rb"[^ -`]")


class UuDecoder(Enclosed):
    r"""Decodes a uuencoded file.

    Blank and back-quote both stand for zero; blanks that were cut from the end of a line are put back.

    >>> one = UuDecoder()
    >>> one.feed(b"hello\nbegin 644 a.txt\n%:&5L;&") + one.feed(b"\\\n`\nend\n") + one.close(), one.name
    (b'hello', b'a.txt')
    """

    AREA = "content.uu"
    BEGIN = FIRST = re.compile(rb"^begin(-base64)?(-encoded)? [0-7]{3,4} ([^\r\n]{0,900})\r?\n", re.MULTILINE)

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__(strict=strict)
        self._base64: Base64Decoder | None = None
        self._inner = 0  # offset at which its body begins

    def _begin(self, begin: re.Match[bytes]) -> None:
        self.name = begin[3].strip()
        if begin[2]:
            self.name = decode_base64(self.name)
        if begin[1]:
            self._base64 = Base64Decoder()
            self._inner = self._at + begin.end()

    def _inside(self, text: bytes, start: int, *, final: bool) -> bytes:
        pieces = []
        decode = self._data_line if self._base64 is None else self._base64_line
        for line, at, begins in self._lines(text, start, final=final):
            if self.end is None:
                pieces.append(decode(line, at, begins=begins))
            else:
                self._behind(line, at, begins=begins)
            if self.strict and self.end is not None:
                break
        if self._base64 is not None:
            if final and self.end is None:
                pieces.append(self._base64.close())
            for code, (count, at) in self._base64.faults.items():
                self.faults[code] = (count, self._inner + at)
        return b"".join(pieces)

    def _data_line(self, line: bytes, at: int, *, begins: bool) -> bytes:
        if not begins:
            return b""  # junk behind a line
        text = line[:WINDOW].rstrip(b"\r\n")
        if text.rstrip() == b"end":
            self._stop(at + len(line), complete=True)
            self._behind(line[WINDOW:], at + WINDOW, begins=False)
            return b""
        if not text.strip(b" \t`"):
            return b""
        length = ((text[0] - 32 & 63) * 8 + 5) // 6 + 1
        if text[0] not in _CHARACTERS or (self.strict and not is_data_line(text)):
            return self._no_data(line, at)
        try:
            return binascii.a2b_uu(text[:length])
        except binascii.Error:
            foreign = _FOREIGN.findall(text[:length])
            if foreign:
                self._note("content.uu.character", at + text.index(foreign[0]), len(foreign))
            return binascii.a2b_uu(text[:length].translate(_SIX_BITS))

    def _no_data(self, line: bytes, at: int) -> bytes:
        """Pass over a line that cannot be data, or end the file before it."""
        another = self.FIRST.match(line)
        if self.strict or another:
            self._note("content.uu.end-missing", at)
            self._stop(at, complete=False)
            if another and not self.strict:
                self._behind(line, at, begins=True)
        else:
            self._note("content.uu.line", at)
        return b""

    def _base64_line(self, line: bytes, at: int, *, begins: bool) -> bytes:
        assert self._base64 is not None
        if begins and line.startswith(b"===="):
            self._stop(at + len(line), complete=True)
            self._behind(line[4:], at + 4, begins=False)
            return self._base64.close()
        content = self._base64.feed(line)
        if self.strict and self._base64.trailer is not None:
            self._note("content.uu.end-missing", at)
            self._stop(self._inner + self._base64.trailer, complete=False)
        return content


def is_data_line(text: bytes) -> bool:
    """Say whether a line, without its line end, can be one of uuencode; blanks at its end may have been cut."""
    if _FOREIGN.search(text):
        return False
    size = text[0] - 32
    length = (size + 2) // 3 * 4 + 1
    if len(text) >= length:
        return len(text) <= length + 2  # some add a checksum
    return size <= 45 and not text.startswith(b"--")  # what every encoder puts into a line
