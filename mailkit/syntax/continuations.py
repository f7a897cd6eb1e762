"""Parameters as they are meant: segments joined, escapes undone, characters decoded (RFC 2231, RFC 2047)."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec

from mailkit.charsets import WESTERN, codec_of, decode_field, decode_strict
from mailkit.syntax.attributes import Attribute
from mailkit.syntax.words import decode_words

_SEGMENT = re.compile(r"([^*]+)(?:\*([0-9]{1,4}))?(\*)?")
_PREFIX = re.compile(rb"([^'\s]*+)'([A-Za-z0-9-]*+)'")
_HALF_PREFIX = re.compile(rb"([^'\s]++)'")
_ESC = 0x1B
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


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
    pieces = [form.segments[number] for number in numbers]
    length = next((index for index, number in enumerate(numbers) if number != numbers[0] + index), len(numbers))
    if length < len(numbers) or numbers[0]:
        faults.setdefault("mime.param.gap", pieces[length if length < len(numbers) else 0][0].offset)
    values = [_join(pieces[:length], faults)]
    return values if length == len(numbers) else [*values, _join(pieces, {})]


def _join(pieces: list[tuple[Attribute, bool]], faults: dict[str, int]) -> _Value:
    """Join segments as bytes, for a character or an escape may be cut between two (RFC 2231 section 4.1)."""
    first, extended = pieces[0]
    charset, language, start = "", "", 0
    if any(star for _, star in pieces):
        charset, language, start = _prefix(first.value, extended=extended)
        if extended and first.value[:start].count(b"'") < 2:
            faults.setdefault("mime.param.extended", first.offset)
    values = [first.value[start:], *[row.value for row, _ in pieces[1:]]]
    out: list[bytes] = []
    for star, run in itertools.groupby(zip(values, pieces, strict=True), key=lambda one: one[1][1]):
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
    text = decode_field(data, charset, fallback)
    if "=?" in text and "?=" in text:
        decoded = decode_words(text.encode() if charset else data, fallback=fallback)
        if decoded is not None and decoded != text:
            faults.setdefault("mime.param.encoded-word", offset)
            return text if name == "boundary" else decoded
    return text
