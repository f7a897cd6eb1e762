"""Encoded words, written: bytes of a charset in, words that can be read each by itself out (RFC 2047 section 5)."""

from __future__ import annotations

import binascii
import string
from collections.abc import Iterator

from mailkit.charsets.codec import ISO2022_JP, decode_strictly
from mailkit.charsets.escapes import TWO_BYTE
from mailkit.charsets.iso2022jp import Iso2022Jp
from mailkit.text.rewrite import SEQUENCES, STATEFUL

WORD = 75
"""The longest word (RFC 2047 section 2)."""
_LONGEST = 8
"""The longest character of a charset, in bytes."""
_Q = frozenset((string.ascii_letters + string.digits + "!*+-/").encode())
"""What Q leaves as it is, wherever the word stands (RFC 2047 section 5, rule 3)."""
_Atom = tuple[str, bytes]
"""The set of ISO-2022-JP, or ascii; a character."""


def words_of(data: bytes, head: bytes, codec: str, first: int, fold: bytes) -> bytes | None:
    r"""Write bytes as encoded words with `fold` between them; None where they cannot be cut.

    `head` is how each begins, `first` how long the first may be; the others are of 75 characters at most.

    >>> words_of("あ".encode(), b"=?utf-8?B?", "utf-8", 75, b"\r\n ")
    b'=?utf-8?B?44GC?='
    >>> words_of("あい".encode(), b"=?utf-8?Q?", "utf-8", 24, b"\r\n ")
    b'=?utf-8?Q?=E3=81=82?=\r\n =?utf-8?Q?=E3=81=84?='
    """
    quoted = head.rstrip(b"? \t\r\n")[-1:] in {b"q", b"Q"}
    room = min(first, WORD) - len(head) - 2
    if _size(data, quoted=quoted) <= room:
        return head + _encoded(data, quoted=quoted) + b"?="
    words: list[bytes] = []
    word, charset = b"", "ascii"
    for atom in _atoms(data, codec):
        if atom is None:
            return None
        added = (b"" if atom[0] == charset else SEQUENCES[atom[0]]) + atom[1]
        if word and _size(word + added + _closing(atom[0]), quoted=quoted) > room:
            words.append(word + _closing(charset))
            room = WORD - len(head) - 2
            word, charset = b"", "ascii"
            added = (b"" if atom[0] == charset else SEQUENCES[atom[0]]) + atom[1]
        word, charset = word + added, atom[0]
    words.append(word + _closing(charset))
    return fold.join([head + _encoded(one, quoted=quoted) + b"?=" for one in words])


def _size(data: bytes, *, quoted: bool) -> int:
    """Say how long data is when encoded."""
    if quoted:
        return sum(1 if byte in _Q or byte == 0x20 else 3 for byte in data)
    return (len(data) + 2) // 3 * 4


def _encoded(data: bytes, *, quoted: bool) -> bytes:
    """Write data in B or Q (RFC 2047 section 4)."""
    if not quoted:
        return binascii.b2a_base64(data, newline=False)
    return b"".join([bytes((byte,)) if byte in _Q else b"_" if byte == 0x20 else b"=%02X" % byte for byte in data])


def _closing(charset: str) -> bytes:
    """Give what leads back to ASCII."""
    return b"" if charset == "ascii" else SEQUENCES["ascii"]


def _atoms(data: bytes, codec: str) -> Iterator[_Atom | None]:
    """Cut data into characters; None where that cannot be done."""
    if codec in ISO2022_JP:
        yield from _jis_atoms(data, private=codec == "iso2022_jp_ms")
        return
    place = 0
    while place < len(data):
        ends = range(place + 1, min(place + _LONGEST, len(data)) + 1)
        end = next((end for end in ends if decode_strictly(data[place:end], codec) is not None), 0)
        if not end or codec in STATEFUL:
            yield None
            return
        yield "ascii", data[place:end]
        place = end


def _jis_atoms(data: bytes, *, private: bool) -> Iterator[_Atom | None]:
    """Cut ISO-2022-JP into characters, each with its set; escapes are written anew."""
    for span in Iso2022Jp(private=private).spans(data):
        if span.escape is not None and not span.text and not span.escape.fault:
            continue
        if span.fault and span.start < span.end:
            yield None
            return
        width = 2 if span.charset in TWO_BYTE else 1
        for place in range(span.start, span.end, width):
            yield span.charset, data[place : place + width]
