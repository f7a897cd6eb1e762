"""Encoded words: header text in, characters out (RFC 2047)."""

from __future__ import annotations

import binascii
import re

from mailkit.charsets import decode_label
from mailkit.content import decode_base64
from mailkit.limits import DEFAULT
from mailkit.syntax.params import decode_raw

_WORD = re.compile(rb"=\?([^?*\s]{1,64})(?:\*[^?\s]{0,32})?\?([bBqQ])\?([^?]*)\?=")
MAX_WORDS = DEFAULT.encoded_word_count


def decode_words(raw: bytes | None) -> str | None:
    """Decode the encoded words of an unstructured value.

    Neighbouring words of one charset are joined as bytes before decoding, because real mail splits
    characters between them (against RFC 2047 section 5); white space between two words goes.

    >>> decode_words(b"=?utf-8?Q?=E6=97?= =?utf-8?B?pQ==?= x")
    '日 x'
    """
    if raw is None:
        return None
    if b"=?" not in raw:
        return decode_raw(raw)
    out: list[str] = []
    pending: list[bytes] = []
    charset = ""
    done = 0
    for count, match in enumerate(_WORD.finditer(raw)):
        if count >= MAX_WORDS:
            break
        between = raw[done : match.start()]
        label = match[1].decode("latin-1").lower()
        if pending and (label != charset or between.strip()):
            out.append(decode_label(b"".join(pending), charset))
            pending = []
        if between.strip() or (done == 0 and between):
            out.append(decode_raw(between))
        charset = label
        pending.append(_decoded(match[2], match[3]))
        done = match.end()
    if pending:
        out.append(decode_label(b"".join(pending), charset))
    out.append(decode_raw(raw[done:]))
    return "".join(out)


def _decoded(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(text.replace(b"_", b" "), header=False)
    return decode_base64(text)
