"""Parameters as they are meant: segments joined, escapes undone, characters decoded (RFC 2231, RFC 2047)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec

from mailkit.charsets import WESTERN, codec_of, decode_field, decode_strict
from mailkit.limits import DEFAULT
from mailkit.syntax.attributes import Attribute
from mailkit.syntax.opaque import neutral
from mailkit.syntax.words import Piece, decode_words, pieces

_SEGMENT = re.compile(r"([^*]+)(?:\*([0-9]{1,4}))?(\*)?")
_PREFIX = re.compile(rb"([^'\s]*+)'([A-Za-z0-9-]*+)'")
_HALF_PREFIX = re.compile(rb"([^'\s]++)'")
_ESC = 0x1B
_SEAM = re.compile(rb"(?<=\x1b\([BJ])(?=\x1b[$(])")
"""Between two segments of which each is whole: two escapes with nothing between, which in a text are a fault."""
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


_SEGMENTS = re.compile(
    rb";[ \t\r\n]*+([!#-&+\-.0-9A-Z^_`a-z{|}~]++)(?:\*([0-9]{1,4}+))?+(\*?+)[ \t\r\n]*+=[ \t\r\n]*+"
    rb"(?:\"([^\"\\]*+)\"|([^;\s\"]++))"
)
"""A parameter that is as the grammar has it: name, number, asterisk, value in quotes, value without."""


class Alternative(msgspec.Struct, frozen=True):
    """Another value that a parameter may have: it stands twice, or can be read in two ways."""

    name: str
    """In lower case, without asterisks."""
    value: str
    raw: bytes
    """The value's bytes, quoting and escapes undone."""
    offset: int
    """Where it stands in the field's value, in bytes."""


class Parameters(NamedTuple):
    """All parameters of a field."""

    texts: dict[str, str]
    boundary: bytes
    languages: dict[str, str]
    alternatives: tuple[Alternative, ...]


class _Value(NamedTuple):
    """One value that a parameter may have."""

    data: bytes
    charset: str
    language: str
    offset: int


class _Forms:
    """All that stands under one name, by the form of RFC 2231 in which it stands."""

    __slots__ = ("extended", "others", "plain", "segments")

    def __init__(self) -> None:
        self.extended: list[_Value] = []
        self.segments: dict[int, tuple[Attribute, bool]] = {}
        self.plain: list[_Value] = []
        self.others: list[_Value] = []


def parameter_pieces(raw: bytes) -> Iterator[Piece]:
    """Give what the value of a field with parameters is made of: what `pieces` gives, and segments of RFC 2231.

    Segments of one parameter have the charset that the first of them names; those without an asterisk, too.
    No more than `encoded_word_count` pieces are given.

    >>> [(piece.label, piece.data) for piece in parameter_pieces(b"inline; x*0*=utf-8''%61; x*1=b")]
    [('utf-8', b'a'), ('utf-8', b'b')]
    """
    return itertools.islice(_parameter_pieces(raw), DEFAULT.encoded_word_count)


def _parameter_pieces(raw: bytes) -> Iterator[Piece]:
    charsets: dict[bytes, str] = {}
    found: list[tuple[bytes, bytes, int, int]] = []
    for match in _SEGMENTS.finditer(neutral(raw)):
        name, number, star = match[1].lower(), int(match[2] or 0), match[3]
        if not star and match[2] is None:
            continue
        start, end = match.span(4 if match[5] is None else 5)
        if star and not number:
            charsets[name], _, prefix = _prefix(raw[start:end], extended=True)
            start += prefix
        elif star:
            charsets.setdefault(name, "")
        found.append((name, star, start, end))
    done = 0
    for name, star, start, end in found:
        if name in charsets and start < end:
            yield from _between(raw, done, start)
            data = raw[start:end]
            yield Piece(start, end, charsets[name], "%" if star else "", unquote_to_bytes(data) if star else data)
            done = end
    yield from _between(raw, done, len(raw))


def _between(raw: bytes, start: int, end: int) -> Iterator[Piece]:
    for piece in pieces(raw[start:end]):
        yield piece._replace(start=piece.start + start, end=piece.end + start)


def combine(rows: list[Attribute], faults: dict[str, int], fallback: str = "") -> Parameters:
    """Give each parameter its value: extended before segmented before plain, and of equals the first.

    But for the boundary, of which nearly every reader knows the plain form alone. Bytes that no charset
    is named for are read in the charset `fallback`; where none is given, in the one of the field itself.
    """
    fallback = fallback or _declared(rows)
    forms: dict[str, _Forms] = {}
    for row in rows:
        _sort_in(row, forms, faults)
    texts: dict[str, str] = {}
    languages: dict[str, str] = {}
    alternatives: list[Alternative] = []
    boundary = b""
    for name, form in forms.items():
        segmented = _segmented(form, faults)
        if name == "boundary":
            candidates = [*form.plain, *form.extended, *segmented, *form.others]
            boundary = candidates[0].data
            if form.plain and len(candidates) > len(form.plain) + len(form.others):
                faults.setdefault("mime.param.duplicate", candidates[len(form.plain)].offset)
        else:
            candidates = [*form.extended, *segmented, *form.plain, *form.others]
        texts[name] = _text(name, candidates[0], faults, fallback)
        if candidates[0].language:
            languages[name] = candidates[0].language
        others = candidates[1:]
        alternatives += [Alternative(name, _text(name, one, {}, fallback), one.data, one.offset) for one in others]
    return Parameters(texts, boundary, languages, tuple(alternatives))


def _declared(rows: list[Attribute]) -> str:
    """Give the charset that a Content-Type declares for its body, if it says anything of bytes above 127."""
    label = next((row.value.decode("latin-1") for row in rows if row.name == "charset"), "")
    return label if codec_of(label) not in {None, "ascii", "utf-8"} else WESTERN


def _sort_in(row: Attribute, forms: dict[str, _Forms], faults: dict[str, int]) -> None:
    """Put a parameter to the others of its name."""
    match = _SEGMENT.fullmatch(row.name) if "*" in row.name else None
    name = match[1] if match else row.name
    form = forms.get(name)
    if form is None:
        form = forms[name] = _Forms()
    if match and match[2]:
        number = int(match[2])
        if str(number) != match[2]:
            faults.setdefault("mime.param.segment", row.offset)
        if number in form.segments:
            faults.setdefault("mime.param.duplicate", row.offset)
            form.others.append(_join([(row, bool(match[3]))], {}))
        else:
            form.segments[number] = (row, bool(match[3]))
        return
    if match:
        value, kept = _join([(row, True)], faults), form.extended
    else:
        if "*" in name:
            faults.setdefault("mime.param.segment", row.offset)
        value, kept = _Value(row.value, "", "", row.offset), form.plain
    if kept:
        faults.setdefault("mime.param.duplicate", row.offset)
    kept.append(value)
    if row.other is not None:
        form.others.append(_Value(row.other, "", "", row.offset))


def _segmented(form: _Forms, faults: dict[str, int]) -> list[_Value]:
    """Join segments up to the first that is missing; what they are with those behind it is another reading."""
    if not form.segments:
        return []
    numbers = sorted(form.segments)
    segments = [form.segments[number] for number in numbers]
    length = next((index for index, number in enumerate(numbers) if number != numbers[0] + index), len(numbers))
    if length < len(numbers) or numbers[0]:
        faults.setdefault("mime.param.gap", segments[length if length < len(numbers) else 0][0].offset)
    values = [_join(segments[:length], faults)]
    return values if length == len(numbers) else [*values, _join(segments, {})]


def _join(segments: list[tuple[Attribute, bool]], faults: dict[str, int]) -> _Value:
    """Join segments as bytes, for a character or an escape may be cut between two (RFC 2231 section 4.1)."""
    first, extended = segments[0]
    charset, language, start = "", "", 0
    if any(star for _, star in segments):
        charset, language, start = _prefix(first.value, extended=extended)
        if extended and first.value[:start].count(b"'") < 2:
            faults.setdefault("mime.param.extended", first.offset)
    values = [first.value[start:], *[row.value for row, _ in segments[1:]]]
    out: list[bytes] = []
    for star, run in itertools.groupby(zip(values, segments, strict=True), key=lambda one: one[1][1]):
        data = b"".join([value for value, _ in run])
        if star:
            if _BAD_ESCAPE.search(data):
                faults.setdefault("mime.param.extended", first.offset)
            data = unquote_to_bytes(data)
        out.append(data)
    return _Value(b"".join(out), charset, language, first.offset)


def _prefix(value: bytes, *, extended: bool) -> tuple[str, str, int]:
    """Read charset and language before a value (RFC 2231 section 4), and say where the value begins.

    Some forget a quote, or the asterisk of the first segment; then only a known charset counts.
    """
    match = _PREFIX.match(value)
    if match:
        charset = match[1].decode("latin-1")
        if extended or not charset or codec_of(charset):
            return charset, match[2].decode("ascii"), match.end()
    half = _HALF_PREFIX.match(value) if extended and not match else None
    if half and codec_of(half[1].decode("latin-1")):
        return half[1].decode("latin-1"), "", half.end()
    return "", "", 0


def _text(name: str, value: _Value, faults: dict[str, int], fallback: str) -> str:
    """Decode a value, with the encoded words that RFC 2047 section 5 forbids here and mail is full of."""
    data, charset, _, offset = value
    if charset and codec_of(charset) is None:
        faults.setdefault("header.charset.unknown", offset)
    elif not charset and (_ESC in data or (not data.isascii() and decode_strict(data, "utf-8") is None)):
        faults.setdefault("header.charset.undeclared", offset)
    if _ESC in data and data.isascii():
        text = "".join([decode_field(piece, charset, fallback) for piece in _SEAM.split(data)])
    else:
        text = decode_field(data, charset, fallback)
    if "=?" in text and "?=" in text:
        decoded = decode_words(text.encode() if charset else data, fallback=fallback)
        if decoded is not None and decoded != text:
            faults.setdefault("mime.param.encoded-word", offset)
            return text if name == "boundary" else decoded
    return text
