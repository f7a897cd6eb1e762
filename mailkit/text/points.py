"""The spots of text in Unicode, and in every charset whose characters are told as Unicode's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mailkit.charsets.codec import decode_replacing
from mailkit.text.characters import Character, find
from mailkit.text.spots import Spot

_SINGLE = re.compile(r"cp(?!932|949)\d+|iso8859-\d+|koi8-.|mac-.+|ascii")
_UNREADABLE = {True: re.compile("[\udc80-\udcff]"), False: re.compile("\ufffd")}
"""How bytes that are none of the charset come out: of UTF-8, of others."""
_KANA_OR_KANJI = re.compile("[ぁ-ヿ一-鿿ｦ-ﾟ]")
"""What tells a dash of Japanese text from everybody's."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def point_spots(data: bytes, codec: str, sender: str | None = None) -> Iterator[Spot]:
    """Give the spots of text in a charset of which each character is one of Unicode's, in order.

    >>> [(spot.start, spot.class_, spot.suggestion) for spot in point_spots("a①ﾃｽﾄ".encode(), "utf-8")]
    [(1, 'nec-row13', '(1)'), (4, 'kana-halfwidth', 'テスト')]
    """
    if data.isascii() and not _CONTROL.search(data) and codec not in {"utf-7", "hz", "iso2022_kr"}:
        return
    is_utf8 = codec == "utf-8"
    text = data.decode("utf-8", "surrogateescape") if is_utf8 else decode_replacing(data, codec)
    width = _width(codec)
    done = offset = line_start = 0
    line = 1
    is_japanese = _KANA_OR_KANJI.search(text) is not None
    for start, end, known in _found(text, sender, _UNREADABLE[is_utf8]):
        if not start and text[0] == "\ufeff" and codec.startswith("utf-16"):
            continue  # its byte order mark (RFC 2781 section 3.2)
        breaks = text.count("\n", done, start)
        if breaks:
            line += breaks
            line_start = text.rfind("\n", done, start) + 1
        offset = min(offset + width(text[done:start]), len(data))
        size = min(width(text[start:end]), len(data) - offset)
        column = start - line_start + 1
        if known is None:
            seen = data[offset : offset + min(size, 16)].hex(" ")
            yield Spot(offset, offset + size, line, column, "undecodable", detail=seen)
        else:
            place = (offset, offset + size, line, column)
            if known.class_ == "control":
                yield Spot(*place, "control", detail=data[offset : offset + min(size, 16)].hex(" "))
            else:
                class_ = "not-in-jisx0208" if text[start] == "—" and not is_japanese else known.class_
                yield Spot(*place, class_, known.text, known.cell, known.suggestion, known.safe)
        done, offset = end, offset + size


def _found(text: str, sender: str | None, unreadable: re.Pattern[str]) -> Iterator[tuple[int, int, Character | None]]:
    """Give begin, end and kind of each thing; bytes that were none of the charset have no kind, and a run of them is one."""
    bad_start = bad_end = 0
    for start, end, known in find(text, sender):
        if unreadable.match(text, start):
            if start > bad_end > bad_start:
                yield bad_start, bad_end, None
            bad_start, bad_end = (bad_start if start == bad_end > bad_start else start), end
            continue
        if bad_end > bad_start:
            yield bad_start, bad_end, None
            bad_start = bad_end = 0
        yield start, end, known
    if bad_end > bad_start:
        yield bad_start, bad_end, None


def _width(codec: str) -> Callable[[str], int]:
    """Give what tells how many bytes a text has in a charset; where that cannot be told, one for each character."""
    if _SINGLE.fullmatch(codec):
        return len
    if codec.startswith("utf-16"):
        return lambda text: len(text.encode("utf-16-le", "surrogatepass"))

    def measured(text: str) -> int:
        try:
            return len(text.encode(codec, "surrogateescape"))
        except (UnicodeEncodeError, LookupError):
            return len(text)

    return measured
