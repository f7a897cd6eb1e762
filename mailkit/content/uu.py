"""Uuencode, and base64 in its clothes: POSIX uuencode, as ``x-uuencode`` and its like, and inside texts."""

from __future__ import annotations

import binascii
import re

from mailkit.content.b64 import Base64Decoder, decode_base64
from mailkit.content.decoder import WINDOW
from mailkit.content.enclosed import Enclosed

_CHARACTERS = bytes(range(0x20, 0x61))
_SIX_BITS = bytes((byte - 32 & 63) + 32 for byte in range(256))  # as uudecode has always read other characters
_LINE_BYTES = 45
"""What every writer puts into a line, though its first character could say 63."""
_FOREIGN = re.compile(rb"[^ -`]")
BEGINS = (
    rb"^(?P<quoted>(?:\xef\xbb\xbf|<[a-zA-Z][^<>\r\n]{0,80}>)?[ \t\x0c>|]{0,20})begin(?P<base64>-base64)?(?P<encoded>-encoded)?"
    rb"[ \t]{1,9}[0-7]{3,6}(?:[ \t]{1,9}(?P<name>[^\r\n]{0,900}))?\r?\n"
)
"""The first line as readers take it: quoted or indented as mail is, behind a tag, with tabs, with the kind of file in the mode
(``100644``), and without a name."""


class UuDecoder(Enclosed):
    r"""Decodes a uuencoded file.

    Blank and back-quote both stand for zero; blanks that were cut from the end of a line are put back.

    >>> one = UuDecoder()
    >>> one.feed(b"hello\nbegin 644 a.txt\n%:&5L;&") + one.feed(b"\\\n`\nend\n") + one.close(), one.name
    (b'hello', b'a.txt')
    """

    AREA = "content.uu"
    BEGIN = FIRST = re.compile(BEGINS, re.MULTILINE)

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__(strict=strict)
        self._base64: Base64Decoder | None = None
        self._inner = 0  # offset at which its body begins
        self._quoted = b""  # what stands before each line

    def _begin(self, begin: re.Match[bytes]) -> None:
        self._quoted = begin["quoted"]
        self.name = (begin["name"] or b"").strip()
        if begin["encoded"]:
            self.name = decode_base64(self.name)
        if begin["base64"]:
            self._base64 = Base64Decoder()
            self._inner = self._at + begin.end()

    def _inside(self, text: bytes, start: int, *, final: bool) -> bytes:
        pieces = []
        lines: list[bytes] = []  # of base64
        for whole, at, begins in self._lines(text, start, final=final):
            line = whole.removeprefix(self._quoted) if begins and self._quoted else whole
            if self.end is not None:
                self._behind(line, at, begins=begins)
            elif self._base64 is None:
                pieces.append(self._data_line(line, at + len(whole) - len(line), begins=begins))
            elif begins and line.startswith(b"===="):
                self._stop(at + len(whole), complete=True)
                self._behind(line[4:], at + len(whole) - len(line) + 4, begins=False)
            else:
                lines.append(line)
            if self.strict and self.end is not None:
                break
        if self._base64 is not None:
            pieces.append(self._decode(self._base64, b"".join(lines), final=final))
        return b"".join(pieces)

    def _decode(self, base64: Base64Decoder, text: bytes, *, final: bool) -> bytes:
        content = base64.feed(text)
        if final or self.end is not None:
            content += base64.close()
        if self.strict and base64.trailer is not None:
            at = self._inner + base64.trailer
            self._note("content.uu.end-missing", at)
            self._stop(at, complete=False)
        for code, (count, at) in base64.faults.items():
            self.faults[code] = (count, self._inner + at)
        return content

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


def lacking(text: bytes) -> int:
    """Give how many characters a line, without its line end, lacks of what its first one says; too many are below 0."""
    return ((text[0] - 32 & 63) + 2) // 3 * 4 + 1 - len(text)


def is_data_line(text: bytes) -> bool:
    """Say whether a line, without its line end, can be data; blanks at its end may have been cut."""
    if _FOREIGN.search(text):
        return False
    if lacking(text) > 0:
        return text[0] - 32 <= _LINE_BYTES and not text.startswith(b"--")
    return lacking(text) >= -2  # some writers add a checksum
