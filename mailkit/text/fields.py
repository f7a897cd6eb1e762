"""The spots of header fields: encoded words each by itself, bytes that should be in one, and parameters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from mailkit.charsets import NAMES, NO_ASCII, codec_of, decode, decode_strict
from mailkit.charsets.codec import ISO2022_JP
from mailkit.charsets.iso2022jp import Iso2022Jp
from mailkit.part import Part
from mailkit.syntax.continuations import parameter_pieces
from mailkit.syntax.fields import Field
from mailkit.syntax.words import MAX_WORDS, Piece, pieces
from mailkit.text.look import agree, spots_of
from mailkit.text.spots import Spot

FieldSpot = tuple[Field, str, Spot]
"""The field, the codec of the piece, the spot."""
WITH_PARAMETERS = frozenset({b"content-type", b"content-disposition"})
_WORTH = re.compile(rb"[\x1b\x80-\xff]|=\?|\*=")
_RAW = re.compile(rb"[\x1b\x80-\xff]")
_LF = re.compile(rb"\n")
_FOLD = re.compile(rb"[\r\n]+")


def crowded_fields(part: Part) -> Iterator[Field]:
    """Give the fields of a part in which there are more words, or segments of parameters, than are read."""
    if _WORTH.search(part.source, part.start, part.body_start):
        for field in part.header:
            segments = field.raw.count(b"*") if field.name.lower() in WITH_PARAMETERS else 0
            if max(field.raw.count(b"=?"), segments) > MAX_WORDS:
                yield field


def field_spots(part: Part, sender: str | None) -> Iterator[FieldSpot]:
    """Give the spots of all fields of a part, in order."""
    if not _WORTH.search(part.source, part.start, part.body_start):
        return
    for field in part.header:
        if _WORTH.search(field.raw):
            parameters = field.name.lower() in WITH_PARAMETERS
            for codec, spot in value_spots(field.raw, part.charset or "", sender, parameters=parameters):
                yield field, codec, spot


class _Unit(NamedTuple):
    """What is read at once: a word, words that share a character, or bytes outside of words."""

    pieces: list[Piece]
    data: bytes
    label: str
    codec: str
    starts: list[int]
    """The column in which each line of its text begins: a fold is none of the value."""
    folds: list[int]
    """Where lines of the value as it stands end."""


def value_spots(
    raw: bytes, charset: str = "", sender: str | None = None, *, parameters: bool = False
) -> Iterator[tuple[str, Spot]]:
    """Give the spots of a field's value, each with the codec of its piece; offsets are bytes into the value.

    `charset` is what the Content-Type declares, for bytes of which the field says nothing. With `parameters` its
    segments are read as well (RFC 2231).

    >>> [(codec, spot.class_, spot.text) for codec, spot in value_spots(b"=?iso-2022-jp?B?GyRCLSEbKEI=?=")]
    [('iso2022_jp', 'nec-row13', '①')]
    """
    folds = [found.start() for found in _LF.finditer(raw)]
    done = len(raw) - len(raw.lstrip())
    column = 1
    for words in runs(raw, parameters=parameters):
        if words[0].start < done:
            column -= done - words[0].start
        column += len(_FOLD.sub(b"", raw[done : words[0].start]))
        for group in units(words):
            data = b"".join(piece.data for piece in group)
            label = group[0].label or raw_label(charset)
            text, codec, _ = decode(data, label)
            lines = text.replace("\r", "").split("\n")
            starts = list(accumulate(map(len, lines), initial=column))
            if group[0].label or _RAW.search(data):
                unit = _Unit(group, data, label, codec, starts, folds)
                yield from ((codec, spot) for spot in _unit_spots(unit, sender))
            column = starts[-1]
        done = words[-1].end


def raw_label(charset: str) -> str:
    """Give the charset of bytes of which a field says nothing, by that of the body; none that makes letters of ASCII others."""
    codec = codec_of(charset)
    return "" if codec in NO_ASCII else charset


def runs(raw: bytes, *, parameters: bool = False) -> Iterator[list[Piece]]:
    """Give the pieces of a value, words of one charset that stand side by side together, and segments of a parameter."""
    run: list[Piece] = []
    for piece in parameter_pieces(raw) if parameters else pieces(raw):
        joins = run and run[-1].label and run[-1].label.lower() == piece.label.lower()
        if run and not (joins and _adjoin(raw, run[-1], piece)):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _adjoin(raw: bytes, one: Piece, other: Piece) -> bool:
    """Say whether nothing stands between two words, or nothing but the name of a segment between two segments."""
    return "%" in {one.encoding, other.encoding} or not raw[one.end : other.start].strip()


def units(words: Sequence[Piece]) -> list[list[Piece]]:
    """Cut a run of words into what is to be read at once: each alone, but where a character goes on in the next word."""
    if len(words) == 1 or all(is_whole(word) for word in words):
        return [[word] for word in words]
    if codec_of(words[0].label) in ISO2022_JP:
        return list(_up_to_ascii(words))
    joined = b"".join(word.data for word in words)
    if decode_strict(joined, words[0].label) is None:
        return [[word] for word in words]
    return [list(words)]


def _up_to_ascii(words: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Cut a run of words of ISO-2022-JP behind each that leaves its reader in ASCII."""
    machine = Iso2022Jp()
    group = []
    for word in words:
        group.append(word)
        machine.feed(word.data)
        if machine.charset == "ascii" and not machine.held:
            yield group
            group = []
    if group:
        yield group


def is_whole(word: Piece) -> bool:
    """Say whether a word can be read without its neighbours (RFC 2047 section 5)."""
    return decode_strict(word.data, word.label) is not None and not _open_set(word)


def _open_set(word: Piece) -> str:
    """Give the set in which a word of ISO-2022-JP leaves its reader; empty for ASCII, and for other charsets."""
    if codec_of(word.label) not in ISO2022_JP:
        return ""
    machine = Iso2022Jp()
    machine.feed(word.data)
    machine.close()
    return "" if machine.charset == "ascii" else machine.charset


def _unit_spots(unit: _Unit, sender: str | None) -> Iterator[Spot]:
    """Give the spots of words that are read at once, or of raw bytes."""
    first = unit.pieces[0]
    if not first.label:
        yield _at(first, unit, Spot(0, len(unit.data), 1, 1, "raw-header", detail=NAMES[unit.codec]))
    elif not agree(codec_of(unit.label or "us-ascii"), unit.codec):
        detail = f"declared {unit.label}, found {NAMES[unit.codec]}"
        yield _at(first, unit, Spot(0, 0, 1, 1, "declared-charset-mismatch", detail=detail))
    elif not unit.data.isascii():
        yield _at(first, unit, Spot(0, 0, 1, 1, "charset-not-allowed", detail=unit.label))  # which the policy may drop
    for word in unit.pieces[:-1]:
        if not is_whole(word):
            charset = _open_set(word)
            split = not charset or any(spot.class_ == "odd-bytes" for spot in spots_of(word.data, unit.codec))
            class_ = "split-character" if split else "end-not-ascii"
            yield _at(word, unit, Spot(0, 0, 1, 1, class_, detail=charset))
    ends = 0
    words = iter(unit.pieces)
    word = first
    for spot in spots_of(unit.data, unit.codec, sender):
        while ends <= spot.start and (following := next(words, None)):
            word, ends = following, ends + len(following.data)
        yield _at(word, unit, spot)


def _at(piece: Piece, unit: _Unit, spot: Spot) -> Spot:
    """Give a spot as one of the field's value: of a word it is the whole word that stands there."""
    start, end = (piece.start, piece.end) if piece.label else (piece.start + spot.start, piece.start + spot.end)
    column = unit.starts[min(spot.line, len(unit.starts)) - 1] + spot.column - 1
    return spot._replace(start=start, end=end, line=bisect_left(unit.folds, start) + 1, column=max(column, 1))
