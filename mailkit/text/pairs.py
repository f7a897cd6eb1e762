"""The spots of text in Shift_JIS and EUC-JP: line by line, and only a line that is not clean is taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailkit.charsets.cells import UNDEFINED, class_of, from_sjis
from mailkit.charsets.codec import decode_replacing
from mailkit.text.carriers import choose, of_sjis
from mailkit.text.jis import CONTROLS, lines_of, single_spots
from mailkit.text.spots import Place, Spot, cell_spot, kana_spot, vendor_spot

_HALF = re.compile("[\uff61-\uff9f]")
_SJIS = re.compile(
    rb"(?P<plain>(?:[\t\n\r -~]|[\x81-\x84\x88-\x9f\xe0-\xea][\x40-\x7e\x80-\xfc])++)"
    rb"|(?P<ascii>[\x00-\x7f]++)|(?P<kana>[\xa1-\xdf]++)"
    rb"|(?P<pair>[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc])|(?P<bad>[\x81-\x9f\xe0-\xfc][\x80-\xff]|[\x00-\xff])"
)
_EUC = re.compile(
    rb"(?P<plain>(?:[\t\n\r -~]|[\xa1-\xa8\xb0-\xf4][\xa1-\xfe])++)"
    rb"|(?P<ascii>[\x00-\x7f]++)|(?P<kana>(?:\x8e[\xa1-\xdf])++)|(?P<third>\x8f[\xa1-\xfe]{2})"
    rb"|(?P<pair>[\xa1-\xfe]{2})|(?P<bad>\x8f[\xa1-\xfe][\x80-\xff]?|[\x8e\x8f\xa1-\xfe][\x80-\xff]|[\x00-\xff])"
)
"""Plain is what need not be taken apart, where Python's strict codec reads it."""
_ONE = re.compile(rb"(?P<ascii>[\x00-\x7f])|(?P<pair>[\x80-\xff][\x00-\xff])")
"""One character of what looked plain."""


def sjis_spots(data: bytes, sender: str | None = None) -> Iterator[Spot]:
    r"""Give the spots of text in Shift_JIS, in order.

    >>> [(spot.start, spot.class_, spot.text, spot.suggestion) for spot in sjis_spots(b"\x87\x40 \xb6\xde")]
    [(0, 'nec-row13', '①', '(1)'), (3, 'kana-halfwidth', 'ｶﾞ', 'ガ')]
    """
    return _spots(data, "cp932", sender)


def euc_spots(data: bytes, sender: str | None = None, *, private: bool = False) -> Iterator[Spot]:
    r"""Give the spots of text in EUC-JP, in order; with `private` as eucJP-ms has it.

    >>> [(spot.class_, spot.text, spot.cell) for spot in euc_spots(b"\xad\xa1\x8f\xb0\xa1")]
    [('nec-row13', '①', '13-1'), ('jisx0212', '丂', None)]
    """
    return _spots(data, "euc_jp_ms" if private else "euc_jp", sender)


def is_clean(data: bytes, codec: str) -> bool:
    """Say whether text holds nothing but ASCII and JIS X 0208."""
    if len(data.translate(None, CONTROLS)) != len(data) or b"\x1b" in data:
        return False
    try:
        text = data.decode("shift_jis" if codec == "cp932" else "euc_jp")
    except UnicodeDecodeError:
        return False
    if codec == "cp932":
        return not _HALF.search(text)
    return data.find(b"\x8e") < 0 and data.find(b"\x8f") < 0


def _spots(data: bytes, codec: str, sender: str | None) -> Iterator[Spot]:
    """Give the spots of the lines that are not clean."""
    if is_clean(data, codec):
        return
    start = 0
    for number, line in enumerate(lines_of(data), 1):
        if not is_clean(line, codec):
            yield from _line_spots(line, codec, start, number, sender)
        start += len(line)


def _line_spots(line: bytes, codec: str, start: int, number: int, sender: str | None) -> Iterator[Spot]:
    """Give the spots of a line that begins at an offset."""
    column, strict = 1, "shift_jis" if codec == "cp932" else "euc_jp"
    for found in (_SJIS if codec == "cp932" else _EUC).finditer(line):
        if found.lastgroup == "plain":
            try:
                column += len(found[0].decode(strict))
                continue
            except UnicodeDecodeError:
                singles = _ONE.finditer(line, *found.span())
        else:
            singles = iter((found,))
        for one in singles:
            text = decode_replacing(one[0], codec)
            place = Place(start + one.start(), start + one.end(), number, column)
            yield from _one(one, place, text, codec, sender)
            column += len(text)


def _one(found: re.Match[bytes], place: Place, text: str, codec: str, sender: str | None) -> Iterator[Spot]:
    """Give the spots of a run of ASCII or kana, or of one character."""
    kind, data = found.lastgroup, found[0]
    if kind == "ascii":
        yield from single_spots(text, place)
    elif kind == "kana":
        yield kana_spot(place, text)
    elif kind == "bad":
        yield Spot(*place, "undecodable", detail=data.hex(" "))
    elif kind == "third":
        row = data[1] - 0xA0
        class_ = "undefined-cell" if text == UNDEFINED else "gaiji" if "\ue000" <= text <= "\uf8ff" else "jisx0212"
        yield vendor_spot(place, "ibm-ext" if row in {83, 84} and class_ == "jisx0212" else class_, text, None)
    elif codec != "cp932":
        yield from _cell(place, data[0] - 0xA0, data[1] - 0xA0, text, sender)
    else:
        yield from _sjis_pair(place, data, text, sender)


def _sjis_pair(place: Place, data: bytes, text: str, sender: str | None) -> Iterator[Spot]:
    """Give the spot of two bytes of Shift_JIS, where they are one."""
    row, cell = from_sjis(*data)
    defined = not text.startswith(UNDEFINED)
    if row == 13 or row >= 85 or not defined:
        class_, also = choose(of_sjis(*data), sender, class_of(row, defined=defined))
        yield vendor_spot(place, class_, text if defined else UNDEFINED, f"{row}-{cell}", also)


def _cell(place: Place, row: int, cell: int, text: str, sender: str | None) -> Iterator[Spot]:
    """Give the spot of a cell of EUC-JP, where it is one."""
    if "\ue000" <= text <= "\uf8ff":
        yield vendor_spot(place, "gaiji", text, f"{row}-{cell}")
    elif row == 13 or row >= 85 or text == UNDEFINED:
        yield cell_spot(place, row, cell, text, sender)
