"""Quoted-printable as mail has it (RFC 2045 section 6.7), whole and in pieces.

Line ends stay as they are. White space before a line end goes, for it was added on the way; the end
of the body counts as a line end. An equals sign that begins neither an escape nor a soft line end is
itself content, and counted. A soft line end may have white space before its CR and LF, or CR alone.
"""

from __future__ import annotations

import binascii
import re

from mailkit.content.decoder import WINDOW, Decoder

_HEX = frozenset(b"0123456789ABCDEFabcdef")
_BEFORE_LINE_END = re.compile(rb"\n(?:(?<=[ \t]\n)|(?<=[ \t]\r\n)|(?<=[ \t]\r\r\n))")
_TRAILING = re.compile(rb"(?<![ \t])[ \t]{1,%d}+(?=\r{0,2}\n)" % WINDOW)
_BAD = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]{0,%d}+(?:\r{0,2}\n|\r))" % WINDOW)
_SOFT_CR = re.compile(rb"=[ \t]{0,%d}+\r(?!\r?\n)" % WINDOW)

ESCAPE = "content.qp.escape"


def clean_qp(body: bytes) -> bytes | None:
    """Decode what holds only whole escapes, soft line ends and lines without trailing white space; else None."""
    crs = b"\r" in body
    if _BEFORE_LINE_END.search(body) if crs else b" \n" in body or (b"\t" in body and b"\t\n" in body):
        return None
    signs = body.count(b"=")
    if not signs:
        return body
    content = binascii.a2b_qp(body)
    # Each escape and each soft line end is two bytes shorter, with CR LF three; a stray sign is less.
    shorter = 2 * signs
    if crs:
        soft = body.count(b"=\r\n")
        if soft != body.count(b"=\r"):
            return None
        shorter += soft
    return content if len(body) - len(content) == shorter else None


class QuotedPrintableDecoder(Decoder):
    r"""Decodes quoted-printable.

    >>> one = QuotedPrintableDecoder()
    >>> one.feed(b"caf=C3") + one.feed(b"=A") + one.feed(b"9 =3 ") + one.close(), one.faults
    (b'caf\xc3\xa9 =3', {'content.qp.escape': (1, 10)})
    """

    def __init__(self) -> None:
        super().__init__()
        self._held = b""  # what may become an escape, a soft line end, or white space before a line end
        self._at = 0  # offset of what is held
        self._in_blanks = False  # inside more white space than is looked at

    def _take(self, data: bytes, *, final: bool) -> bytes:
        text, start = self._held + data, self._at
        if final:
            self._held = b""
            return self._decode(text + b"\n", start).removesuffix(b"\n") if text else b""
        stop = len(text) - _open(text[-WINDOW - 4 :])
        self._held = text[stop:]
        self._at += stop
        return self._decode(text[:stop], start)

    def _decode(self, text: bytes, start: int) -> bytes:
        head = b""
        if self._in_blanks:
            rest = text.lstrip(b" \t")
            head, text, start = text[: len(text) - len(rest)], rest, start + len(text) - len(rest)
        if text:
            self._in_blanks = text[-1:] in (b" ", b"\t")
        content = clean_qp(text)
        return head + (self._repair(text, start) if content is None else content)

    def _repair(self, text: bytes, start: int) -> bytes:
        """Decode what needs a second look."""
        bad = _BAD.search(text)
        if bad:
            text, count = _BAD.subn(b"=3D", text)
            self._note(ESCAPE, start + bad.start(), count)
        return binascii.a2b_qp(_TRAILING.sub(b"", _SOFT_CR.sub(b"=\n", text)))


def _open(tail: bytes) -> int:
    """Give how many bytes at the end cannot be decided before more comes."""
    core = tail.rstrip(b"\r")
    line = core.rstrip(b" \t")
    if len(tail) - len(core) > 2 or len(core) - len(line) > WINDOW:
        return 0
    if line == tail and tail[-2:-1] == b"=" and tail[-1] in _HEX:
        return 2
    return len(tail) - len(line) + line.endswith(b"=")
