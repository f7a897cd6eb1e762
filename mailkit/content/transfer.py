"""A body as it stands in, its content out (RFC 2045 section 6), whole or in pieces, and the way back to offsets."""

from __future__ import annotations

import re

from mailkit.content.b64 import Base64Decoder, clean_base64
from mailkit.content.binhex import BinhexDecoder
from mailkit.content.decoder import Decoder
from mailkit.content.qp import QuotedPrintableDecoder, clean_qp
from mailkit.content.uu import UuDecoder
from mailkit.content.yenc import YencDecoder

IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
UUENCODE = frozenset({"x-uuencode", "x-uue", "uuencode"})
BINHEX = frozenset({"mac-binhex40", "x-binhex40", "binhex"})
KNOWN = IDENTITY | UUENCODE | BINHEX | {"base64", "quoted-printable", "x-yenc"}
"""Transfer encodings, in lower case, that are undone or need not be."""

_OPEN_ENDS = (b" ", b"\t", b"\r", b"=")  # of which quoted-printable makes something at the end of a body
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]++|=")
_QP_SHIFT = re.compile(rb"(=[0-9A-Fa-f]{2})|=[ \t]*+(?:\r{0,2}\n|\r|\Z)|(?<![ \t])[ \t]++(?=\r{0,2}\n|\Z)")

_DECODERS: dict[str, type[Decoder]] = {
    "quoted-printable": QuotedPrintableDecoder,
    "x-yenc": YencDecoder,
    **dict.fromkeys(UUENCODE, UuDecoder),
    **dict.fromkeys(BINHEX, BinhexDecoder),
}


def decoder(encoding: str, *, stop_at_padding: bool = False) -> Decoder:
    """Give a decoder for a transfer encoding; an unknown one is left as it is.

    `stop_at_padding` takes padding in the middle of base64 for its end, as some readers do.

    >>> one = decoder("base64")
    >>> one.feed(b"aGVsb") + one.feed(b"G8") + one.close(), one.faults
    (b'hello', {'content.base64.padding-missing': (1, 7)})
    """
    encoding = encoding.strip().lower()
    if encoding == "base64":
        return Base64Decoder(stop_at_padding=stop_at_padding)
    return _DECODERS.get(encoding, Decoder)()


def decode_transfer(
    body: bytes, encoding: str, faults: list[tuple[str, int]] | None = None, *, stop_at_padding: bool = False
) -> bytes:
    r"""Undo a transfer encoding. Never raises; what cannot be decoded is passed over.

    Faults are codes with the offset in the body of the first of each.

    >>> decode_transfer(b"=E3=81=82=\n!", "quoted-printable").decode()
    'あ!'
    """
    if encoding in IDENTITY:
        return body
    content = None
    if encoding == "base64":
        content = clean_base64(body)
    elif encoding == "quoted-printable" and not body.endswith(_OPEN_ENDS):
        content = clean_qp(body)
    if content is not None:
        return content
    one = decoder(encoding, stop_at_padding=stop_at_padding)
    content = one.feed(body) + one.close()
    if faults is not None:
        faults.extend((code, at) for code, (_, at) in one.faults.items())
    return content


def raw_offset(body: bytes, encoding: str, index: int) -> int:
    """Give the place in an encoded body of a byte of its content."""
    if encoding == "base64":
        return _base64_offset(body, index)
    if encoding == "quoted-printable":
        return _qp_offset(body, index)
    return min(index, len(body))


def _base64_offset(body: bytes, index: int) -> int:
    """Count characters of the alphabet: byte 3n is in the characters 4n and 4n + 1, and padding begins anew."""
    seen = 0
    wanted, place = index // 3 * 4 + index % 3, -1
    for match in _BASE64_RUN.finditer(body):
        size = match.end() - match.start()
        if match[0][0] == 0x3D:
            index -= seen * 3 // 4
            seen = 0
            wanted, place = index // 3 * 4 + index % 3, -1
            continue
        if place < 0 and seen + size > wanted:
            place = match.start() + wanted - seen
        seen += size
        if seen > wanted + 1:
            return place
    return len(body)


def _qp_offset(body: bytes, index: int) -> int:
    """Walk over escapes, soft line ends and white space before a line end (RFC 2045 section 6.7)."""
    shift = 0  # bytes of the body that have no byte of content so far
    for match in _QP_SHIFT.finditer(body):
        begin = match.start() - shift
        if begin >= index:
            break
        shift += match.end() - match.start() - (match[1] is not None)
    return min(index + shift, len(body))
