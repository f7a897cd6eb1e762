"""Content-Transfer-Encoding as real mail has it (RFC 2045 section 6.1)."""

from __future__ import annotations

import functools
import re

from mailkit.content.transfer import KNOWN

Faults = tuple[tuple[str, int], ...]

MALFORMED = "mime.encoding.malformed"
UNKNOWN = "mime.encoding.unknown"

_PLAIN = {name.encode(): name for name in KNOWN if name}
_SIMILAR = {
    **{name.replace(b"-", b""): text for name, text in _PLAIN.items()},
    b"7bits": "7bit",
    b"8bits": "8bit",
    b"xbinary": "binary",
    b"uue": "x-uue",
    b"uuencoded": "x-uuencode",
    b"xuuencoded": "x-uuencode",
    b"yenc": "x-yenc",
    b"binhex40": "mac-binhex40",
    b"macbinhex": "mac-binhex40",
    b"xmacbinhex40": "mac-binhex40",
}
"""Without hyphens and the like -> the encoding that is meant."""

_TOKEN = re.compile(rb"[A-Za-z0-9!#$%&*+._-]++")
_HYPHENS = re.compile(rb"[ ._-]+")
MAX_KEPT = 64
"""Bytes of a value that is remembered."""
MAX_READ = 1_024
"""Bytes of a value that is looked at: a comment may stand before the word, no more."""


def parse_encoding(raw: bytes | None) -> tuple[str, Faults]:
    r"""Read a Content-Transfer-Encoding; give the encoding in lower case, and faults with their offset in the value.

    Of a malformed value the first word counts if it is known. An unknown one is given as it is, and
    nothing will be decoded; an absent one is empty.

    >>> parse_encoding(b" BASE64\r\n"), parse_encoding(b' "base64"; x=y')
    (('base64', ()), ('base64', (('mime.encoding.malformed', 1),)))
    """
    if raw is None:
        return "", ()
    plain = _PLAIN.get(raw.strip().lower())
    if plain is not None:
        return plain, ()
    return _remembered(raw) if len(raw) <= MAX_KEPT else _read(raw[:MAX_READ])


@functools.lru_cache(maxsize=256)
def _remembered(raw: bytes) -> tuple[str, Faults]:
    return _read(raw)


def _read(raw: bytes) -> tuple[str, Faults]:
    """Read what is not just a known word: comments are allowed, all else is a fault."""
    blanks = len(raw) - len(raw.lstrip())
    text = raw
    if b"(" in text:
        from mailkit.syntax.params import strip_comments  # noqa: PLC0415 - that package needs this one

        text = strip_comments(text)
    text = text.strip()
    words = _TOKEN.findall(text.replace(b"\0", b""))
    if not words:
        return "", ((UNKNOWN if text.strip(b"\"' ;\0") else MALFORMED, blanks),)
    word = words[0].lower()
    encoding = _PLAIN.get(word) or _similar(word) or _similar(b" ".join(words[:2]).lower())
    if encoding is None:
        return word[:MAX_KEPT].decode("ascii"), ((UNKNOWN, blanks),)
    if text.lower() == word == encoding.encode():
        return encoding, ()
    place = blanks
    if raw.lower().startswith(word, blanks) and word in _PLAIN:  # the fault stands behind the word
        place = len(raw) - len(raw[blanks + len(word) :].lstrip())
    return encoding, ((MALFORMED, place),)


def _similar(words: bytes) -> str | None:
    return _SIMILAR.get(_HYPHENS.sub(b"", words))
