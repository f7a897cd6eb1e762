"""Characters that look like others, or like nothing: what the end of a name is hidden with (UTS 39, UTR 36).

The letters are a choice: those that are taken for a Latin one in the usual typefaces. UTS 39 has more of them.
"""

# ruff: noqa: RUF001 - characters that look like others are what the tables are about
from __future__ import annotations

import re
import unicodedata

_LATIN = (
    ("a", "аαɑ⍺ᎪᗅꓮᴀΑА"),
    ("b", "ВΒЬƄƅʙᏴᏏᗷꓐ"),
    ("c", "сСϲϹᴄⲥᏟꓚ"),
    ("d", "ԁᎠꓓᗞᗪᴅᏧ"),
    ("e", "еЕΕεҽєᴇᎬꓰⴹ℮"),
    ("f", "ꓝϝϜքꜰᖴꞙƒ"),
    ("g", "ɡցԌԍᏀᏳꓖɢ"),
    ("h", "һНΗհᏂᎻʜⲎꓧᕼ"),
    ("i", "іІιΙıɩɪᎥ⍳ꙇꓲ"),
    ("j", "јЈϳͿȷᎫᴊꓙᒍյ"),
    ("k", "КκΚᴋᏦꓗⲔĸᛕ"),
    ("l", "ӏӀǀʟᏞꓡᒪⳐ∣"),
    ("m", "МΜϺϻᴍᎷꓟⲘᗰ"),
    ("n", "ոռΝηпɴꓠⲚᑎ"),
    ("o", "оОοΟσօՕᴏჿꓳⲟⲞⵔ"),
    ("p", "рРρΡϱ⍴ᴘᏢꓑⲢᑭ"),
    ("q", "ԛԚզգ"),
    ("r", "гᴦⲅꭇꭈʀᎡᏒꓣᖇ"),
    ("s", "ѕЅꜱƽᏚՏꓢႽ"),
    ("t", "ТτΤᴛᎢꓔⲦե"),
    ("u", "սυʋᴜꞟꭎꓴᑌՍ"),
    ("v", "ѵѴνᴠꓦᏙⴸᐯ∨⋁"),
    ("w", "ԝԜѡաɯᴡᏔᎳꓪω"),
    ("x", "хХχΧ×ᕁᕽ⨯ꓫⲬ᙭╳ⵝ"),
    ("y", "уУүҮγΥʏɣყᎽꓬⲨ"),
    ("z", "ᴢΖꓜᏃ"),
    ("3", "ЗзƷʒӠ"),
)
_LOOKS = {one: letter for letter, others in _LATIN for one in others}
_ONLY_LARGE = "вмнт"
"""Small letters that are shaped like large ones: nobody takes them for small Latin ones, and words are made of them."""
_FLAGS = 0x1F1E6
"""The first of the regional indicators, which are shown as the letters A to Z."""
_OVERLAYS = re.compile("[\u0334-\u0338\u20d2-\u20e5]")
"""Strokes through a letter."""
DOTS = frozenset(".․。．｡﹒۔܁܂ꓸ")
"""The dot, and what looks like it (UTS 39) or becomes one in a domain name (UTS 46)."""
FILLERS = frozenset("\u3164\u115f\u1160\uffa0\u2800\U0001d159\U00013441\U00013442")
"""What stands for a letter or a sign that is not there: Hangul, Braille, music, hieroglyphs. They take room."""
BLANKS = (
    frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000")
    | FILLERS
    | frozenset(map(chr, range(0x2000, 0x200B)))
)
"""White space and fillers."""
OVERRIDES = frozenset("\u202d\u202e")
"""They turn letters around whatever these are (UAX 9 section 2.2)."""
TURNING = OVERRIDES | frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
"""All that says in which direction text runs; the marks stand in ordinary Arabic and Hebrew names."""
INVISIBLE = (
    TURNING
    | frozenset(
        "\u00ad\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u2065"
        "\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8\ufff9\ufffa\ufffb"
    )
    | frozenset(
        map(chr, (*range(0xFE00, 0xFE10), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)))
    )
)
"""What nobody sees (Unicode, Default_Ignorable_Code_Point)."""


def fold(text: str) -> str:
    """Give text with the Latin letters that its characters are taken for; others stay.

    >>> fold("\u0435\u0445\u0435"), fold("\uff45\uff58\uff45"), fold("\u0131\u017fo"), fold("\u6587\u66f8")
    ('exe', 'exe', 'iso', '\u6587\u66f8')
    """
    if text.isascii():
        return text
    return "".join(map(_latin, unicodedata.normalize("NFKC", _OVERLAYS.sub("", text))))


def _latin(one: str) -> str:
    """Give the Latin letter that a character is taken for, else the character."""
    if 0 <= ord(one) - _FLAGS < 26:
        return chr(ord("a") + ord(one) - _FLAGS)
    return _LOOKS.get(one) or _LOOKS.get(one if one in _ONLY_LARGE else one.upper()) or one


def scripts(text: str) -> frozenset[str]:
    """Give the scripts of the letters of a text, as Unicode names them; full-width letters are Latin.

    >>> scripts("\u0434\u043e\u043c 1"), scripts("\uff45")
    (frozenset({'CYRILLIC'}), frozenset({'LATIN'}))
    """
    letters = filter(str.isalpha, frozenset(unicodedata.normalize("NFKC", text)))
    return frozenset(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
