"""What is encrypted or signed as a whole: S/MIME (RFC 8551) and OpenPGP (RFC 9580). Signed data is taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailkit.attachments.budget import Budget
from mailkit.attachments.pieces import Gap, Member, Note, Piece
from mailkit.attachments.unpack import unpack

_OIDS = {
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02": "signed-data",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03": "enveloped-data",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x04": "signed-and-enveloped-data",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06": "encrypted-data",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09": "compressed-data",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17": "auth-enveloped-data",
}
"""Object identifiers of PKCS #7 and CMS (RFC 5652 section 14, RFC 3274, RFC 5083), as DER has them."""
_SEQUENCE, _OID, _OCTETS, _BUILT_OCTETS, _EXPLICIT = 0x30, 0x06, 0x04, 0x24, 0xA0
_DEPTH = 8
_ARMOUR = b"-----BEGIN PGP MESSAGE"
_PACKETS = frozenset({1, 3, 9, 18, 20})
"""OpenPGP packets that encrypted data begins with or is (RFC 9580 section 5)."""


class _Value(NamedTuple):
    """A value of DER or BER (X.690 section 8.1)."""

    tag: int
    start: int
    end: int


def read_p7(data: bytes, budget: Budget) -> Iterator[Piece]:
    """Take the message out of S/MIME signed data; what is enveloped cannot be looked at.

    >>> from mailkit.limits import DEFAULT
    >>> der = bytes.fromhex("3013 0609 2a864886f70d010703 a006 3004 0201 00 3000")
    >>> [piece.code for piece in read_p7(der, Budget(DEFAULT, lambda: 0.0)) if isinstance(piece, Note)]
    ['CRYPTO_OPAQUE']
    """
    outer = _value(data, 0, len(data))
    kind = _value(data, outer.start, outer.end) if outer and outer.tag == _SEQUENCE else None
    if outer is None or kind is None:
        yield Gap("MALFORMED", "S/MIME", len(data))
        return
    if kind.tag != _OID:  # a certificate, a request, a key, PKCS #12: they hold no message
        return
    what = _OIDS.get(data[kind.start : kind.end])
    if what == "signed-data":
        content = _signed(data, kind.end, outer.end)
        if content:
            yield Member("smime.eml", content, kind.end, media_type="message/rfc822")
    elif what is not None:
        packed = _signed(data, kind.end, outer.end) if what == "compressed-data" else b""
        found = unpack("zlib", packed, budget)  # it stands where signed content does (RFC 3274 section 1.1)
        if found.data:
            yield Member("smime.eml", found.data, kind.end, media_type="message/rfc822")
        if not found.data or found.reason is not None:
            yield Note("CRYPTO_OPAQUE", f"S/MIME {what}", kind.start)
            yield Gap("UNSUPPORTED" if what == "compressed-data" else "ENCRYPTED", f"S/MIME {what}", len(data))


def _signed(data: bytes, at: int, end: int) -> bytes:
    """Give the content of SignedData: version, digests, then what is signed (RFC 5652 section 5.1); empty where detached."""
    for tag in (_EXPLICIT, _SEQUENCE):  # [0] around the sequence
        value = _value(data, at, end)
        if value is None or value.tag != tag:
            return b""
        at, end = value.start, value.end
    for _ in range(2):  # the version and the digests
        value = _value(data, at, end)
        if value is None:
            return b""
        at = value.end
    for tag in (_SEQUENCE, _OID, _EXPLICIT):
        value = _value(data, at, end)
        if value is None or value.tag != tag:
            return b""
        at, end = (value.end, end) if tag == _OID else (value.start, value.end)
    return b"".join(_octets(data, at, end, 0))


def _octets(data: bytes, at: int, end: int, depth: int) -> Iterator[bytes]:
    """Give the pieces of an octet string, which BER may build of others."""
    while at < end:
        value = _value(data, at, end)
        if value is None or depth > _DEPTH or value.tag not in {_OCTETS, _BUILT_OCTETS}:
            return
        if value.tag == _OCTETS:
            yield data[value.start : value.end]
        else:
            yield from _octets(data, value.start, value.end, depth + 1)
        at = value.end


def _value(data: bytes, at: int, end: int) -> _Value | None:
    """Read the head of a value; one of indefinite length (X.690 section 8.1.3.6) goes as far as what is around it."""
    if at + 2 > end:
        return None
    tag, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:
        return _Value(tag, at, end)
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    return _Value(tag, at, min(at + length, end)) if at <= end else None


def read_pgp(data: bytes, _budget: Budget) -> Iterator[Piece]:
    """Say that an OpenPGP message is encrypted; signatures and keys are clean."""
    start = data.find(_ARMOUR)
    if start >= 0:
        yield from _opaque("OpenPGP", start, len(data) - start)
    elif data and data[0] & 0x80 and _packet(data[0]) in _PACKETS:
        yield from _opaque("OpenPGP", 0, len(data))


def _packet(first: int) -> int:
    """Give the type of a packet from its first byte (RFC 9580 section 4.2)."""
    return first & 0x3F if first & 0x40 else first >> 2 & 0x0F


def _opaque(what: str, at: int, size: int) -> Iterator[Piece]:
    yield Note("CRYPTO_OPAQUE", what, at)
    yield Gap("ENCRYPTED", what, size)
