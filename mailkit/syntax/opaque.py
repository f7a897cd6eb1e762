"""Japanese in a field's bytes: what is characters there, and no structure (RFC 1468, Shift_JIS).

In ISO-2022-JP the bytes of a character may be those of a quote, a backslash, a semicolon, a parenthesis; in
Shift_JIS the second may be a backslash, an at sign, a bracket. A reader looks for structure in a value in
which these are made neutral, and cuts the content out of the value as it stands, at the same places.
"""

from __future__ import annotations

import re

from mailkit.charsets import WESTERN, codec_of, decode_raw, decode_strict
from mailkit.charsets.escapes import ESCAPES, TWO_BYTE

_TWO_BYTE = b"|".join([re.escape(row.sequence) for row in ESCAPES if row.charset in TWO_BYTE])
_IN_LINES = rb"[\t\r\n -~]*+(?=\x1b\([@BHJ])"
# What folds takes no care of runs. One without an end is read by pairs: a quote that is left over, or stands before a
# semicolon, is one.
_RUN = rb"(?:%b)(?:[!-~]*+(?=\x1b[$(])|%b|(?:(?!\";)[!-~]{2})++)|\x1b\(I(?:[!-_]*+(?=\x1b[$(]))?+" % (
    _TWO_BYTE,
    _IN_LINES,
)
_END = rb"\x1b\([@BHJ]"
_ALONE = rb"\x1b(?:&@|\$\(?@)"
"""Escapes that end in an at sign, which is none where nothing follows, either."""
_ESCAPED = re.compile(rb"(?:%b)++(?:%b)?+|%b|%b" % (_RUN, _END, _END, _ALONE))
_FOLDED = re.compile(rb"(?:%b)%b" % (_TWO_BYTE, _IN_LINES))
_BLANKS = re.compile(rb"[\t\r\n ]++")
_FOLD = re.compile(rb"(?<!\r)\r*+\n[ \t]?")
_SJIS = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]")
_SJIS_SIGN = re.compile(rb"[\x81-\x9f\xe0-\xfc][@\[\\\]]")
_ESC, _BACKSLASH = 0x1B, 0x5C
NEUTRAL = b"\x80"
"""What stands for a byte of a character. The escape before a run is left, to tell that it is one."""


def neutral(raw: bytes, fallback: str = "") -> bytes:
    r"""Give a value of the same length in which the bytes of Japanese characters are no structure.

    Shift_JIS is believed where `fallback`, by which bytes that say nothing are read, is Shift_JIS; or where
    all of the value may be, and its quotes fit only so.

    >>> neutral(b'"\x1b$B$"\x1b(B"')
    b'"\x1b\x80\x80\x80\x80\x80\x80\x80"'
    """
    if _ESC in raw:
        return _ESCAPED.sub(_escape_kept, raw)
    if raw.isascii() or not _SJIS_SIGN.search(raw) or decode_strict(raw, "utf-8") is not None:
        return raw
    if codec_of(fallback) == "cp932":
        return _SJIS.sub(_pair, raw)
    if _BACKSLASH not in raw or decode_strict(raw, "shift_jis") is None:
        return raw
    masked = _SJIS.sub(_pair_with_backslash, raw)
    return masked if (masked.count(b'"') - masked.count(b'\\"')) % 2 == 0 else raw


def shown(raw: bytes, fallback: str = WESTERN) -> str:
    """Say how bytes of a field are read that name no charset: as all of the field shows, or else as `fallback`.

    One name alone may have no kana; then those of another tell.

    >>> shown("木村 <a@example.jp>, ひろし <b@example.jp>".encode("cp932"))
    'shift_jis'
    """
    if raw.isascii() or decode_strict(raw, "utf-8") is not None:
        return fallback
    text = decode_raw(raw, fallback)
    return next((label for label in ("shift_jis", "euc-jp") if decode_strict(raw, label) == text), fallback)


def unfolded(raw: bytes) -> bytes:
    r"""Undo folds (RFC 5322 section 2.2.3): each is a blank.

    In a run of two-byte characters no blank can be: one there is what a fold has left.

    >>> unfolded(b"a\r\n b\x1b$B$\"\r\n $$\x1b(B")
    b'a b\x1b$B$"$$\x1b(B'
    """
    if _ESC in raw:
        raw = _FOLDED.sub(lambda run: _BLANKS.sub(b"", run[0]), raw)
    return _FOLD.sub(b" ", raw)


def _escape_kept(match: re.Match[bytes]) -> bytes:
    return b"\x1b" + NEUTRAL * (len(match[0]) - 1)


def _pair(_: re.Match[bytes]) -> bytes:
    return NEUTRAL * 2


def _pair_with_backslash(match: re.Match[bytes]) -> bytes:
    return NEUTRAL * 2 if match[0][1] == _BACKSLASH else match[0]
