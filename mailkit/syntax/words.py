"""Encoded words: header text in, characters out (RFC 2047, RFC 2231 section 5).

Real mail splits characters between words, against RFC 2047 section 5, and folds inside them; so what is
joined is joined as bytes, and the charset is asked once for a whole run of words.
"""

from __future__ import annotations

import binascii
import itertools
import operator
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mailkit.charsets import WESTERN, codec_of, decode_field, decode_raw, decode_strict
from mailkit.content import decode_base64
from mailkit.limits import DEFAULT
from mailkit.syntax.opaque import unfolded

# A word goes up to the first "?=", but not over the beginning of another word.
_WORD = re.compile(
    rb"=\?[ \t\r\n]*+([^?*\s]{1,64}+)(?:\*[^?\s]{0,64}+)?[ \t\r\n]*+\?[ \t\r\n]*+([A-Za-z])[ \t\r\n]*+\?"
    rb"((?:[^?=]++|\?(?!=)|=(?!\?[^=]))*+)\?="
)
_FOLD = re.compile(rb"(?<!\r)\r*+\n[ \t]*+")
_BLANKS = re.compile(rb"[ \t\r\n]++")
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_Q = re.compile(rb"=(?![0-9A-Fa-f]{2})|[^!-~]|\?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*+={0,2}")
_STRANGE = re.compile(rb"[\x1b\x80-\xff]")
_JIS_KANA = re.compile(rb"[$%][!-~]")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=_-]++")
_NOT_PRINTED = re.compile(rb"[^\t\r\n -~]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_B, _Q = frozenset({b"B", b"b"}), frozenset({b"Q", b"q"})
_LF, _CR, _SPACE, _TAB, _ESC = b"\n\r \t\x1b"
_BEFORE = frozenset({b"", b" ", b"\t", b"\r", b"\n", b"(", b'"'})
_BEHIND = frozenset({b"", b" ", b"\t", b"\r", b"\n", b")", b'"'})
_SPARE = {2: {b"A", b"Q", b"g", b"w"}, 3: {bytes([letter]) for letter in b"AEIMQUYcgkosw048"}}
"""What may be the last character of base64 that leaves 2 or 3 of 4: its spare bits are nought."""
_TO_ASCII = frozenset({b"\x1b(B", b"\x1b(H", b"\x1b(@"})
_BY_ENCODING = operator.itemgetter(0)
MAX_WORDS = DEFAULT.encoded_word_count


_Word = tuple[bool, bytes, int, int]
"""Whether it is B, its text, where it begins and ends."""


class Piece(NamedTuple):
    """A piece of a field's value: an encoded word, or text between words that is not all printable ASCII."""

    start: int
    """Where it stands in the value, in bytes; `end` is behind the last."""
    end: int
    label: str
    """The charset as the word names it; empty for text."""
    encoding: str
    """``b`` or ``q`` (RFC 2047), ``%`` (RFC 2231); empty for text."""
    data: bytes
    """Its bytes, the encoding undone."""


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
    if faults is None and not marked and _LF not in raw and 0 not in raw and _ESC not in raw:
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


def pieces(raw: bytes) -> Iterator[Piece]:
    """Give what a field's value is made of, from left to right: its words, and what is not ASCII between them.

    The words stand apart; what one leaves open (base64 that is cut, half an escape) goes to the next. As for
    `decode_words`, what is behind `encoded_word_count` words of a field is text.

    >>> [(piece.start, piece.label, piece.data) for piece in pieces(b"Re: =?utf-8?Q?a?= =?utf-8?B?Yg==?=")]
    [(4, 'utf-8', b'a'), (18, 'utf-8', b'b')]
    """
    for start, end, label, run in _stretches(raw, None):
        if run:
            for word, data in zip(run, _undone(run), strict=True):
                yield Piece(word[2], word[3], label.decode("latin-1"), "b" if word[0] else "q", data)
        elif _NOT_PRINTED.search(raw, start, end):
            yield Piece(start, end, "", "", raw[start:end])


def _mixed(raw: bytes, notes: dict[str, int] | None, fallback: str) -> str:
    """Decode a value with words in it."""
    return "".join(
        [
            _text(run, label, fallback) if run else _plain(raw[start:end], start, notes, fallback)
            for start, end, label, run in _stretches(raw, notes)
        ]
    )


def _stretches(raw: bytes, notes: dict[str, int] | None) -> Iterator[tuple[int, int, bytes, list[_Word]]]:
    """Cut a value into text and runs of words of one charset that stand side by side: start, end, charset, words."""
    run: list[_Word] = []
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
        start, end = match.span()
        apart = start > done and not raw[done:start].isspace()
        if run and (apart or (charset != label and charset.lower() != label.lower())):
            yield run[0][2], done, label, run
            run = []
        if apart or (start and not done):
            yield done, start, b"", []
        run.append((is_base64, _unfolded(text, is_base64=is_base64), start, end))
        label = charset
        done = end
    if run:
        yield run[0][2], done, label, run
    if done < len(raw):
        yield done, len(raw), b"", []


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
    if _LF in raw or _ESC in raw:
        raw = unfolded(raw)
    return decode_raw(raw, fallback)


def _unfolded(text: bytes, *, is_base64: bool) -> bytes:
    """Undo folding inside a word: what folds there takes no care of what it is."""
    if is_base64:
        return _BLANKS.sub(b"", text) if _SPACE in text or _LF in text or _TAB in text else text
    return _FOLD.sub(b"" if b"_" in text else b" ", text) if _LF in text else text


def _text(run: list[_Word], charset: bytes, fallback: str) -> str:
    """Decode words of one charset that stand side by side."""
    label = charset.decode("latin-1")
    if len(run) == 1:
        return decode_field(_decoded(run[0][1], is_base64=run[0][0]), label, fallback)
    parts = _undone(run)
    data = b"".join(parts)
    if _ESC in data and data.isascii():
        return "".join([_read(group, "iso-2022-jp", label, fallback) for group in _up_to_ascii(parts)])
    return _read(parts, label, label, fallback)


def _read(parts: list[bytes], expected: str, label: str, fallback: str) -> str:
    """Decode parts as one text; if that is none in the charset that is expected, each alone where all of them are."""
    data = b"".join(parts)
    if len(parts) > 1 and codec_of(expected) is not None and decode_strict(data, expected) is None:
        alone = [decode_strict(piece, expected) for piece in parts]
        if None not in alone:  # each ends in a state in which the next does not begin
            return "".join(filter(None, alone))
    return decode_field(data, label, fallback)


def _up_to_ascii(parts: list[bytes]) -> Iterator[list[bytes]]:
    """Group parts of ISO-2022-JP up to each that ends in ASCII: two escapes with nothing between are a fault.

    Where none does any more, parts without kana behind the last escape are ASCII: the writer has left its end out.
    """
    pending: list[bytes] = []
    inside = 0
    roman = False
    for part in parts:
        if roman and part[:1] == b"\x1b":
            yield pending
            pending = []
        pending.append(part)
        escape = part.rfind(b"\x1b")
        if escape >= 0:
            roman = part[escape : escape + 3] == b"\x1b(J"
            inside = 0 if part[escape : escape + 3] in _TO_ASCII else len(pending)
        if not inside:
            yield pending
            pending = []
    cut = pending and _ESC in pending[inside - 1][-2:]
    if cut or any(map(_JIS_KANA.search, pending[inside:])):
        inside = len(pending)
    yield pending[:inside]
    yield from ([part] for part in pending[inside:])


def _undone(run: list[_Word]) -> list[bytes]:
    """Undo the encodings of words that stand side by side: the bytes of each, with what the one before left open."""
    out: list[bytes] = []
    for is_base64, words in itertools.groupby(run, key=_BY_ENCODING):
        texts = [word[1] for word in words]
        if not is_base64:
            texts = _carried(texts, _before_escape)
        elif not all(map(_is_whole, texts)):
            texts = _carried([_NO_BASE64.sub(b"", text) for text in texts], _before_rest)
        out += [_decoded(text, is_base64=is_base64) for text in texts]
    return out


def _carried(texts: list[bytes], whole: Callable[[bytes], int]) -> list[bytes]:
    """Move what is open at the end of each text to the next; `whole` says how much is not."""
    out: list[bytes] = []
    rest = b""
    for text in texts:
        stop = whole(rest + text)
        out.append((rest + text)[:stop])
        rest = (rest + text)[stop:]
    out[-1] += rest
    return out


def _before_escape(text: bytes) -> int:
    return len(text) - (1 if text[-1:] == b"=" else 2 if text[-2:-1] == b"=" else 0)


def _before_rest(text: bytes) -> int:
    return len(text) if text[-1:] == b"=" else len(text) & ~3


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
