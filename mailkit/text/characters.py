"""What a character is to Japanese mail, and what to write instead of one that JIS X 0208 does not have.

ISO-2022-JP has ASCII, JIS X 0201 Roman and JIS X 0208, and nothing else (RFC 1468). What is not there has a class here: by
where it comes from (NEC's and IBM's rows, half-width kana, later sets of JIS, carriers' emoji) or by what it is.
The tables are of Unicode 14 and decide everything: `unicodedata` is asked only to compose kana, which no version
changes, so a newer Python gives the same answers.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

import msgspec

from mailkit.text._characters import CARRIERS, KINDS, PAIRS, PRESENTED, REPLACEMENTS, ROWS, RUNS, UNASKED

_JOINED = re.compile("(?P<kana>[ぁ-んゝゞァ-ヶヽヾ][\u3099\u309a])|(?P<keycap>[0-9#*]\ufe0f?\u20e3)")
"""What begins with a character that JIS X 0208 or ASCII has, and yet is one thing."""
_MARKS = str.maketrans(
    {"\u3099": "゛", "\u309a": "゜", "ゔ": "う゛", "ヷ": "ワ゛", "ヸ": "ヰ゛", "ヹ": "ヱ゛", "ヺ": "ヲ゛"}
)
"""What composing kana leads to, and JIS X 0208 does not have."""
_TAIL = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*+"
"""What may stand behind an emoji and belongs to it: selectors, colours of skin, tags of flags (UTS #51)."""
_CACHED = 4096


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that JIS X 0208 does not have: a character, or several that are read as one."""

    text: str
    """As it stands there."""
    class_: str = msgspec.field(name="class")
    """What it is. Where several are right, the one that tells most: NEC's or IBM's row, then what it is for, then the set of
    JIS that has it."""
    suggestion: str | None = None
    """What to write instead, in ASCII and JIS X 0208; empty for what is best left out. None: nothing is known."""
    safe: bool = False
    """Whether the suggestion may stand there unasked. False where it says less: another character of a name, a letter
    without its accent, 104 for 10⁴."""
    how: str | None = None
    """Where the suggestion comes from: a property of Unicode or Unihan, or a choice by hand. None where there is none."""
    cell: str | None = None
    """Row and cell of JIS X 0208 with NEC's rows 13 and 89 to 92 and IBM's 115 to 119: ``13-1``; the first of several.
    None where it is in none."""


def find(text: str, carrier: str | None = None) -> Iterator[tuple[int, int, Character]]:
    """Give what JIS X 0208 and ASCII do not have, in order: begin, end, and what it is. Takes linear time.

    One run of half-width kana is one thing, and so are kana with a combining mark, an emoji of several code points, a
    run of variation selectors, and what JIS X 0213 has as one character. `carrier` is whose customer the writer is.

    >>> [(begin, end, one.class_, one.suggestion) for begin, end, one in find("①ｶﾞと は\u309a")]
    [(0, 1, 'nec-row13', '(1)'), (1, 3, 'kana-halfwidth', 'ガ'), (5, 7, 'decomposed-kana', 'ぱ')]
    """
    search, things = _strange().search, _things()
    position = 0
    while found := search(text, position):
        begin = found.start()
        thing = (_JOINED.match(text, begin - 1) if begin > position else None) or things.match(text, begin)
        assert thing is not None
        begin, position = thing.span()
        known = character(thing[0], carrier)
        assert known is not None
        yield begin, position, known


def character(text: str, carrier: str | None = None) -> Character | None:
    """Say what a character is, or what `find` gives as one; None for what JIS X 0208 or ASCII have, and for other text.

    `carrier` says whose customer wrote it: docomo, au or softbank. A private code point that the carrier has for an emoji
    is one then. Without, only what no other carrier has and Windows does not hand out to its users first.

    >>> character("髙").suggestion, character("高"), character("\ue001").class_, character("\ue001", "softbank").class_
    ('高', None, 'gaiji', 'emoji-softbank')
    """
    return _single(text, carrier) if len(text) == 1 else _sequence(text)


def carriers(text: str) -> tuple[str, ...]:
    """Give the carriers that have an emoji at a private code point: none, one, or more than one.

    >>> carriers("\ue501"), carriers("\ue63e"), carriers("あ")
    (('au', 'softbank'), ('docomo',), ())
    """
    return tuple([one for one, ranges in CARRIERS.items() if _class(ranges).fullmatch(text)])


def replace_kana(run: str) -> str:
    """Give half-width kana as JIS X 0208 has them, with their marks put on where it has such a letter.

    >>> replace_kana("ｶﾞﾊﾟｱﾞﾜﾞ"), replace_kana("ﾞ")
    ('ガパア゛ワ゛', '゛')
    """
    return unicodedata.normalize("NFKC", run).translate(_MARKS)


@functools.lru_cache(_CACHED)
def _single(text: str, carrier: str | None) -> Character | None:
    """Say what one code point is."""
    kind = _kind(text)
    if kind in "aj":
        return None
    class_, cell = KINDS[kind], None
    suggestion, how, safe = _replacements().get(text, (None, None, False))
    if kind == "k":
        suggestion, how, safe = replace_kana(text), "kana", True
    elif kind in "vwz":
        suggestion, how, safe = "", "left out", kind != "w"
    elif kind == "g":
        class_ = _private(text, carrier)
    elif kind == "m" and suggestion:
        row, column = suggestion.encode("euc_jp")
        cell = f"{row - 0xA0}-{column - 0xA0}"
    elif kind in "ni":
        cell = next(f"{row}-{cells.index(text) + 1}" for row, cells in ROWS.items() if text in cells)
    return Character(text=text, class_=class_, suggestion=suggestion, safe=safe, how=how, cell=cell)


def _private(text: str, carrier: str | None) -> str:
    """Say what a private code point is."""
    if carrier in carriers(text):
        return f"emoji-{carrier}"
    owner = next((one for one, ranges in UNASKED.items() if _class(ranges).match(text)), None)
    return f"emoji-{owner}" if owner else "gaiji"


def _sequence(text: str) -> Character | None:
    """Say what several code points are that are read as one. Nothing is kept: a message may have them of any length."""
    thing = _JOINED.fullmatch(text) or _things().fullmatch(text)
    if thing is None:
        return None
    class_, suggestion, how = "emoji", None, None
    if thing.lastgroup in {"half", "kana"}:
        class_ = "kana-halfwidth" if thing.lastgroup == "half" else "decomposed-kana"
        suggestion, how = replace_kana(text), "kana"
    elif thing.lastgroup == "selectors":
        class_, suggestion, how = "variation-selector", "", "left out"
    elif thing.lastgroup == "keycap":
        suggestion, how = f"({text[0]})", "by hand"
    elif len(text) == 2 and (base := character(text[0])) and base.safe:
        suggestion, how = base.suggestion, base.how
    if text in _pairs():
        class_ = "jisx0213"  # kana with a mark that only makes letters there among them
    return Character(text=text, class_=class_, suggestion=suggestion, safe=suggestion is not None, how=how)


def _kind(text: str) -> str:
    """Give the letter of a code point's kind."""
    starts, letters = _runs()
    return letters[bisect_right(starts, ord(text)) - 1]


@functools.cache
def _runs() -> tuple[list[int], str]:
    """Give where the runs of one kind begin, and their letters."""
    found = re.findall(r"([a-z])(\d*)", RUNS)
    starts = [0, *accumulate(int(count or 1) for _, count in found)]
    return starts[:-1], "".join([letter for letter, _ in found])


def _ranges(kinds: str) -> str:
    """Give the code points of kinds as the class of a regular expression has them."""
    starts, letters = _runs()
    ends = [*starts[1:], 0x110000]
    runs = [(chr(start), chr(end - 1)) for start, end, kind in zip(starts, ends, letters, strict=True) if kind in kinds]
    return "".join([first if first == last else f"{first}-{last}" for first, last in runs])


@functools.cache
def _strange() -> re.Pattern[str]:
    """Give the expression for what neither ASCII nor JIS X 0208 has."""
    return re.compile(f"[^{_ranges('aj')}]")


@functools.cache
def _things() -> re.Pattern[str]:
    """Give the expression for what is one thing, where something strange begins."""
    emoji = _ranges("e")
    return re.compile(
        f"(?P<half>[\uff61-\uff9f]++)|(?P<pair>{'|'.join(_pairs())})"
        f"|(?P<emoji>(?:[\U0001f1e6-\U0001f1ff]{{2}}|[{emoji}]|[{PRESENTED}](?=\ufe0f)){_TAIL}"
        f"(?:\u200d[{emoji}{PRESENTED}]{_TAIL})*+)"
        "|(?P<selectors>[\ufe00-\ufe0f\U000e0100-\U000e01ef]++)|.",
        re.DOTALL,
    )


@functools.cache
def _pairs() -> tuple[str, ...]:
    """Give what JIS X 0213 has as one character and Unicode as two."""
    return tuple(PAIRS.split("~"))


@functools.cache
def _class(ranges: str) -> re.Pattern[str]:
    """Give the expression for one character of ranges."""
    return re.compile(f"[{ranges}]")


@functools.cache
def _replacements() -> dict[str, tuple[str, str, bool]]:
    """Give character -> what to write instead, how that was found, whether it is safe."""
    return {one[0]: (one[1:], how, safe) for how, safe, entries in REPLACEMENTS for one in entries.split("~")}
