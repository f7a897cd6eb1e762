"""BinHex 4.0, a Macintosh file as text (RFC 1741 appendix A): the data fork is the content."""

from __future__ import annotations

import binascii
import re

from mailkit.content.enclosed import Enclosed

_ALPHABET = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_OTHERS = bytes(set(range(256)) - set(_ALPHABET))
_BLANKS = b" \t\r\n"
_FOREIGN = re.compile(rb"[^%s \t\r\n]" % re.escape(_ALPHABET))
_RUN = b"\x90"
_FIXED_BYTES = 22
"""Bytes of a header besides the name: its length, a zero, type, creator, flags, two lengths, checksum."""
_BEHIND = 2


class BinhexDecoder(Enclosed):
    """Decodes the data fork of a BinHex file; the resource fork is checked only.

    The checksums are CRC-16 with the polynomial 0x1021, each behind what it covers.
    """

    AREA = "content.binhex"
    FIRST = re.compile(rb"^\(This file must be converted with BinHex", re.MULTILINE)
    BEGIN = re.compile(
        rb"^\(This file must be converted with BinHex[^\r\n]{0,80}\r?\n(?:[ \t\r]{0,80}\n){0,9}[ \t]{0,80}:"
        rb"|\A(?:[ \t\r]{0,80}\n){0,9}[ \t]{0,80}:",
        re.MULTILINE,
    )

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__(strict=strict)
        self.resource_bytes = 0
        """The length of the resource fork, which is not given out."""
        self._quantum = b""  # up to three characters
        self._run = b""  # the mark of a run whose length is to come
        self._last = b""  # the byte that a run repeats
        self._head = b""  # a header or checksum that is not whole
        self._lacking = [0, 0]  # bytes of the forks that are to come
        self._fork = -1  # -1 in the header, 0 in the data fork, 1 in the resource fork, 2 behind it
        self._crc = 0
        self._right = True
        self._from = 0  # offset at which the data begins

    def _begin(self, begin: re.Match[bytes]) -> None:
        self._from = begin.end()

    def _inside(self, text: bytes, start: int, *, final: bool) -> bytes:
        content = b""
        if self.end is None:
            stop = text.find(b":")
            body = text if stop < 0 else text[:stop]
            foreign = _FOREIGN.search(body)
            if foreign and self.strict:
                body = body[: foreign.start()]
                content = self._decode(body) + self._last_bytes(start + len(body))
                self._note("content.binhex.end-missing", start + len(body))
                self._stop(start + len(body), complete=False)
                return content
            if foreign:
                count = len(body.translate(None, _ALPHABET + _BLANKS))
                self._note("content.binhex.character", start + foreign.start(), count)
            content = self._decode(body)
            if stop < 0:
                return content
            content += self._last_bytes(start + stop)
            self._stop(start + stop + 1, complete=self._right)
            text, start = text[stop + 1 :], start + stop + 1
            self._midline = True
        if not self.strict:
            for line, at, begins in self._lines(text, start, final=final):
                self._behind(line, at, begins=begins)
        return content

    def _decode(self, body: bytes) -> bytes:
        letters = self._quantum + body.translate(_TO_BASE64, _OTHERS)
        whole = len(letters) & -4
        self._quantum = letters[whole:]
        return self._forks(self._expand(binascii.a2b_base64(letters[:whole])))

    def _last_bytes(self, place: int) -> bytes:
        """Take the last quantum, which may be cut, and see whether both forks were whole."""
        letters, self._quantum = self._quantum, b""
        content = b""
        if len(letters) > 1:
            content = self._forks(self._expand(binascii.a2b_base64(letters + b"==")))
        if self._fork < _BEHIND:
            self._note("content.binhex.length", place)
            self._right = False
        return content

    def _expand(self, data: bytes) -> bytes:
        """Undo run-length encoding: a byte, 0x90, and how often it stands there; with zero, 0x90 itself."""
        data, self._run = self._run + data, b""
        if (len(data) - len(data.rstrip(_RUN))) % 2:
            data, self._run = data[:-1], _RUN
        first, *pieces = data.split(_RUN)
        found = [first]
        last = first[-1:] or self._last
        plain = False
        for piece in pieces:
            if plain:  # what was split off before it is no mark but a length of 0x90
                rest, plain = piece, False
            else:
                length, rest, plain = piece[0] if piece else 0x90, piece[1:], not piece
                last = last if length else _RUN
                found.append(last * (length - 1) if length else _RUN)
            found.append(rest)
            last = rest[-1:] or last
        self._last = last
        return b"".join(found)

    def _forks(self, data: bytes) -> bytes:
        """Take the header and the two forks apart; give what belongs to the data fork."""
        content = b""
        while data and self._fork < _BEHIND:
            lacking = self._lacking[self._fork] if self._fork >= 0 else 0
            if lacking:
                piece, data = data[:lacking], data[lacking:]
                self._lacking[self._fork] -= len(piece)
                self._crc = binascii.crc_hqx(piece, self._crc)
                content += piece if self._fork == 0 else b""
                continue
            size = 2 if self._fork >= 0 else (self._head or data)[0] + _FIXED_BYTES
            missing = size - len(self._head)
            self._head, data = self._head + data[:missing], data[missing:]
            if len(self._head) == size:
                self._end_block(self._head)
                self._head, self._crc = b"", 0
                self._fork += 1
        return content

    def _end_block(self, block: bytes) -> None:
        """Read a header, or see whether the checksum behind a fork is right."""
        if self._fork < 0:
            self.name = block[1 : 1 + block[0]]
            self._lacking = [int.from_bytes(block[-10:-6], "big"), int.from_bytes(block[-6:-2], "big")]
            self.resource_bytes = self._lacking[1]
            self._crc = binascii.crc_hqx(block[:-2], 0)
        if self._crc != int.from_bytes(block[-2:], "big"):
            self._note("content.binhex.checksum", self._from)
            self._right = False
