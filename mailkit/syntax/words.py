"""Encoded words: header text in, characters out (RFC 2047, RFC 2231 section 5).

Real mail splits characters between words, against RFC 2047 section 5, and folds inside them; so what is
joined is joined as bytes, and the charset is asked once for a whole run of words.
"""

from __future__ import annotations

import binascii
import itertools
import operator
import re
from collections.abc import Callable

from mailkit.charsets import WESTERN, codec_of, decode_field, decode_raw, decode_strict
from mailkit.content import decode_base64
from mailkit.limits import DEFAULT

# A word goes up to the first "?=", but not over the beginning of another word.
_WORD = re.compile(
    rb"=\?[ \t\r\n]*+([^?*\s]{1,64}+)(?:\*[^?\s]{0,64}+)?[ \t\r\n]*+\?[ \t\r\n]*+([A-Za-z])[ \t\r\n]*+\?"
    rb"((?:[^?=]++|\?(?!=)|=(?!\?[^=]))*+)\?="
)
_FOLD = re.compile(rb"\r*+\n[ \t]*+")
_UNFOLD = re.compile(rb"\r*+\n[ \t]?")
_BLANKS = re.compile(rb"[ \t\r\n]++")
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_Q = re.compile(rb"=(?![0-9A-Fa-f]{2})|[^!-~]|\?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*+={0,2}")
_STRANGE = re.compile(rb"[\x1b\x80-\xff]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_B, _Q = frozenset({b"B", b"b"}), frozenset({b"Q", b"q"})
_LF, _CR, _SPACE, _TAB = b"\n\r \t"
_BEFORE = frozenset({b"", b" ", b"\t", b"\r", b"\n", b"(", b'"'})
_BEHIND = frozenset({b"", b" ", b"\t", b"\r", b"\n", b")", b'"'})
_SPARE = {2: {b"A", b"Q", b"g", b"w"}, 3: {bytes([letter]) for letter in b"AEIMQUYcgkosw048"}}
"""What may be the last character of base64 that leaves 2 or 3 of 4: its spare bits are nought."""
_BY_ENCODING = operator.itemgetter(0)
MAX_WORDS = DEFAULT.encoded_word_count


def decode_words(raw: bytes | None, faults: list[tuple[str, int]] | None = None, fallback: str = WESTERN) -> str | None:
    """Decode the encoded words of an unstructured value, and unfold it; None where there is none.

    Neighbouring words of one charset are joined as bytes before decoding; white space between two words
    goes. Bytes outside of words that are no UTF-8 are read as what their escapes or kana show, or as the
    charset `fallback`; with "utf-8" they come out as U+FFFD. NUL is left out.

    >>> decode_words(b"=?utf-8?Q?=E6=97?= =?utf-8?B?pQ==?= x")
    '日 x'
    """
    if raw is None:
        return None
    marked = raw.find(b"=?") >= 0
    if faults is None and not marked and _LF not in raw and 0 not in raw:
        return decode_raw(raw, fallback)
    if _LF in raw:
        raw = raw.rstrip(b"\r\n")
    notes: dict[str, int] | None = None if faults is None else {}
    text = _mixed(raw, notes, fallback) if marked else _plain(raw, 0, notes, fallback)
    if notes is not None and faults is not None:
        control = _CONTROL.search(text)
        if control:
            notes["header.text.control"] = max(raw.find(control[0].encode()), 0)
        faults += sorted(notes.items(), key=operator.itemgetter(1))
    return text.replace("\0", "")


def _mixed(raw: bytes, notes: dict[str, int] | None, fallback: str) -> str:
    """Decode a value with words in it."""
    out: list[str] = []
    run: list[tuple[bool, bytes]] = []
    label = b""
    done = 0
    for count, match in enumerate(_WORD.finditer(raw)):
        if count >= MAX_WORDS:
            if notes is not None:
                notes.setdefault("limit.encoded_word_count", match.start())
            break
        if notes is not None:
            _check(raw, match, notes)
        charset, encoding, text = match.groups()
        is_base64 = encoding in _B
        if not is_base64 and encoding not in _Q:
            continue
        start = match.start()
        apart = start > done and bool(raw[done:start].strip())
        if run and (apart or (charset != label and charset.lower() != label.lower())):
            out.append(_text(run, label, fallback))
            run = []
        if apart or (start and not done):
            out.append(_plain(raw[done:start], done, notes, fallback))
        run.append((is_base64, _unfolded(text, is_base64=is_base64)))
        label = charset
        done = match.end()
    if run:
        out.append(_text(run, label, fallback))
    if done < len(raw):
        out.append(_plain(raw[done:], done, notes, fallback))
    return "".join(out)


def _check(raw: bytes, match: re.Match[bytes], notes: dict[str, int]) -> None:
    """Note what is wrong with a word."""
    start, end = match.span()
    if match[2] not in _B | _Q:
        notes.setdefault("header.word.encoding", start)
        return
    if codec_of(match[1].decode("latin-1")) is None:
        notes.setdefault("header.charset.unknown", start)
    if raw[max(start - 1, 0) : start] not in _BEFORE or raw[end : end + 1] not in _BEHIND:
        notes.setdefault("header.word.adjacent", start)
    text = match[3]
    if match[2] in _B:
        if len(text) % 4 or not _BASE64.fullmatch(text):
            notes.setdefault("header.word.malformed", start)
    elif _NOT_Q.search(text):
        notes.setdefault("header.word.malformed", start)


def _plain(raw: bytes, offset: int, notes: dict[str, int] | None, fallback: str) -> str:
    """Decode what stands outside of words; a line end is a fold (RFC 5322 section 2.2.3)."""
    if notes is not None:
        unclosed = raw.find(b"=?")
        if unclosed >= 0 and not notes.keys() & {"limit.encoded_word_count", "header.word.encoding"}:
            notes.setdefault("header.word.unclosed", offset + unclosed)
        strange = _STRANGE.search(raw)
        if strange and (b"\x1b" in raw or decode_strict(raw, "utf-8") is None):
            notes.setdefault("header.charset.undeclared", offset + strange.start())
    if _LF in raw:
        raw = _UNFOLD.sub(b" ", raw)
    return decode_raw(raw, fallback)


def _unfolded(text: bytes, *, is_base64: bool) -> bytes:
    """Undo folding inside a word: what folds there takes no care of what it is."""
    if is_base64:
        return _BLANKS.sub(b"", text) if _SPACE in text or _LF in text or _TAB in text else text
    return _FOLD.sub(b"" if b"_" in text else b" ", text) if _LF in text else text


def _text(run: list[tuple[bool, bytes]], charset: bytes, fallback: str) -> str:
    """Decode words of one charset that stand side by side: (whether it is B, text) of each."""
    label = charset.decode("latin-1")
    if len(run) == 1:
        return decode_field(_decoded(run[0][1], is_base64=run[0][0]), label, fallback)
    pieces: list[bytes] = []
    for is_base64, words in itertools.groupby(run, key=_BY_ENCODING):
        texts = [text for _, text in words]
        if not is_base64:
            texts = _joined(texts, _cut_in_escape)
        elif not all(map(_is_whole, texts)):
            texts = _joined(texts, _without_padding)
        pieces += [_decoded(text, is_base64=is_base64) for text in texts]
    data = b"".join(pieces)
    if codec_of(label) is not None and decode_strict(data, label) is None:
        alone = [decode_strict(piece, label) for piece in pieces]
        if None not in alone:  # each ends in a state in which the next does not begin
            return "".join(filter(None, alone))
    return decode_field(data, label, fallback)


def _joined(texts: list[bytes], goes_on: Callable[[bytes], bool]) -> list[bytes]:
    """Join the texts of words that go on in the next."""
    out: list[bytes] = []
    pending: list[bytes] = []
    for text in texts:
        pending.append(text)
        if not goes_on(text):
            out.append(b"".join(pending))
            pending = []
    return [*out, b"".join(pending)] if pending else out


def _cut_in_escape(text: bytes) -> bool:
    return text[-1:] == b"=" or text[-2:-1] == b"="


def _without_padding(text: bytes) -> bool:
    return text[-1:] != b"="


def _is_whole(text: bytes) -> bool:
    """Say whether a B text stands for whole bytes: it is padded, or its spare bits are nought."""
    rest = len(text) % 4
    return not rest or (b"=" not in text and text[-1:] in _SPARE.get(rest, ()))


def _decoded(text: bytes, *, is_base64: bool) -> bytes:
    """Undo the encoding of a word (RFC 2047 section 4)."""
    if is_base64:
        return decode_base64(text)
    if text.find(b"==") >= 0 or text[-1:] == b"=" or _CR in text:  # which binascii has its own ideas about
        return _ESCAPE.sub(lambda match: binascii.unhexlify(match[1]), text.replace(b"_", b" "))
    return binascii.a2b_qp(text.replace(b"_", b" "))
