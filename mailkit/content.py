"""Transfer encodings: a body as it stands in, its content out (RFC 2045 section 6), and the way back to offsets."""

from __future__ import annotations

import binascii
import re

_BASE64_JUNK = re.compile(rb"[^A-Za-z0-9+/=]+")
_TRAILING = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n)")  # added on the way (RFC 2045 section 6.7 rule 3)
_UU_BEGIN = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} [^\r\n]*\r?\n")

IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
KNOWN = IDENTITY | {"base64", "quoted-printable", "x-uuencode", "x-uue", "uuencode"}


def decode_transfer(body: bytes, encoding: str) -> bytes:
    r"""Undo a transfer encoding. Never raises; what cannot be decoded stays as it is.

    >>> decode_transfer(b"=E3=81=82=\n!", "quoted-printable").decode()
    'あ!'
    """
    if encoding in IDENTITY:
        return body
    if encoding == "base64":
        return decode_base64(body)
    if encoding == "quoted-printable":
        if b" \n" in body or b" \r\n" in body or b"\t\n" in body or b"\t\r\n" in body:
            body = _TRAILING.sub(b"", body)
        return binascii.a2b_qp(body)
    if encoding in KNOWN:
        return _decode_uu(body)
    return body


def decode_base64(body: bytes) -> bytes:
    """Decode base64 as mail has it: foreign bytes skipped, padding in the middle survived, a cut end used."""
    text = _BASE64_JUNK.sub(b"", body)
    if b"=" not in text.rstrip(b"="):
        return _quanta(text.rstrip(b"="))
    return b"".join([_quanta(piece) for piece in text.split(b"=")])  # padding ends a piece, not the body


def _quanta(text: bytes) -> bytes:
    if len(text) % 4 == 1:
        text = text[:-1]
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))


def _decode_uu(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if not begin:
        return body
    out = []
    for line in body[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(out)


def raw_offset(body: bytes, encoding: str, index: int) -> int:
    """Give the place in an encoded body of a byte of its content."""
    if encoding == "base64":
        return _base64_offset(body, index)
    if encoding == "quoted-printable":
        return _qp_offset(body, index)
    return min(index, len(body))


def _base64_offset(body: bytes, index: int) -> int:
    """Count characters of the alphabet: byte 3n is in the character 4n."""
    wanted = index // 3 * 4 + (index % 3)
    seen = 0
    for match in re.finditer(rb"[A-Za-z0-9+/]+", body):
        size = match.end() - match.start()
        if seen + size > wanted:
            return match.start() + wanted - seen
        seen += size
    return len(body)


def _qp_offset(body: bytes, index: int) -> int:
    """Walk over escapes, soft line ends and white space before a line end (RFC 2045 section 6.7)."""
    shift = 0  # bytes of the body that have no byte of content so far
    for match in re.finditer(rb"=[0-9A-Fa-f]{2}|=[ \t]*\r?\n|(?<![ \t])[ \t]++(?=\r?\n)", body):
        begin = match.start() - shift
        if begin >= index:
            break
        shift += match.end() - match.start() - (1 if match[0][1:2].isalnum() and match[0][:1] == b"=" else 0)
    return min(index + shift, len(body))


class Decoder:
    """A stand-in until the streamed decoders are here: gathers, and decodes at the end."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.faults: dict[str, tuple[int, int]] = {}
        self._pieces: list[bytes] = []

    def feed(self, data: bytes | memoryview) -> bytes:
        """Take encoded bytes."""
        self._pieces.append(bytes(data))
        return b""

    def close(self) -> bytes:
        """Give the content."""
        return decode_transfer(b"".join(self._pieces), self.encoding)


def decoder(encoding: str) -> Decoder:
    """Give a decoder."""
    return Decoder(encoding)


def parse_encoding(raw: bytes | None) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Read a Content-Transfer-Encoding."""
    return ((raw or b"").split(b";")[0].split(b"(")[0].strip(b"\"' \t\r\n").lower().decode("latin-1"), ())
