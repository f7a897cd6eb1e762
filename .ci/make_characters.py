"""Write mailkit/text/_characters.py: the class of every code point, and what to write instead of a character.

    python .ci/make_characters.py

What Python knows is asked of Python: its codecs (JIS X 0208, 0212, 0213, NEC's and IBM's rows) and `unicodedata`.
What it does not know stands below, each table with its source. The module that is written is never edited by hand;
tests/text/test_characters.py writes it again and compares.
"""

# ruff: noqa: RUF001 - characters that look like others are what the tables are about
from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "mailkit" / "text" / "_characters.py"
UNICODE = "14.0.0"
"""The version of unicodedata that is asked: Python 3.11's, the oldest that mailkit runs on."""
WIDTH = 110

KINDS = {
    "a": "",  # ASCII that text may hold
    "j": "jisx0208",
    "c": "control",
    "m": "mapping-variant",
    "r": "jisx0201-roman",
    "n": "nec-row13",
    "i": "ibm-ext",
    "k": "kana-halfwidth",
    "d": "decomposed-kana",
    "v": "variation-selector",
    "z": "invisible",
    "w": "invisible",  # and not to be left out unasked
    "u": "noncharacter",
    "g": "gaiji",
    "s": "compat-symbol",
    "x": "jisx0213",
    "y": "jisx0212",
    "e": "emoji",
    "o": "not-in-jisx0208",
}
"""Letter -> class. Where a code point is of several, the first that is asked below has it."""

# Knowledge, and the conversion tables of Microsoft (cp932) and of the Unicode consortium (JIS0208.TXT): one cell, two
# code points. On the left what Windows has, or Java for the dash; on the right what JIS X 0208 means.
VARIANTS = "～〜 ∥‖ －− ￠¢ ￡£ ￢¬ —―"
# JIS X 0201: what stands at 5C and 7E of its Roman set.
ROMAN = "¥￥ ‾￣"

# Unicode 14.0, Blocks.txt and UnicodeData.txt. Tags of emoji flags are invisible as well.
VARIATION_SELECTORS = "FE00-FE0F E0100-E01EF"
INVISIBLE = "00AD 200B-200F 202A-202E 2060-2064 2066-2069 FEFF E0001 E0020-E007F"
# Not to be left out unasked: joiners, marks of direction and tags mean something, if seldom in Japanese.
TOUCHY = "200C-200F 202A-202E 2066-2069 E0001 E0020-E007F"
# U+FFFD stands for what could not be decoded; halves of surrogate pairs are no characters.
NONCHARACTERS = "D800-DFFF FDD0-FDEF FFFD"
PRIVATE_USE = "E000-F8FF F0000-FFFFD 100000-10FFFD"
# Our choice: superscripts, letterlike, number forms, enclosed, circled dingbats, squared, ligatures, enclosed again.
COMPATIBILITY = "2070-209F 2100-218F 2460-24FF 2776-2793 3200-33FF FB00-FB06 1F100-1F16B 1F200-1F2FF"

# emoji-data.txt 15.0, Extended_Pictographic and Emoji, from U+00A9 on, as far as Unicode 14 has assigned it; of the blocks
# 1F680 and 1FA70 also what Unicode keeps for emoji to come (knowledge): those of later versions are emoji on any Python.
EMOJI = """
00A9 00AE 203C 2049 2122 2139 2194-2199 21A9-21AA 231A-231B 2328 2388 23CF 23E9-23F3 23F8-23FA 24C2 25AA-25AB 25B6
25C0 25FB-25FE 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E
2753-2755 2757 2763-2767 2795-2797 27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D 3297 3299
1F000-1F02B 1F030-1F093 1F0A0-1F0AE 1F0B1-1F0BF 1F0C1-1F0CF 1F0D1-1F0F5 1F10D-1F10F 1F12F 1F16C-1F171 1F17E-1F17F 1F18E
1F191-1F19A 1F1AD 1F1E6-1F1FF 1F201-1F202 1F21A 1F22F 1F232-1F23A 1F250-1F251 1F260-1F265 1F300-1F53D 1F546-1F64F
1F680-1F6FF 1F7D5-1F7D8 1F7E0-1F7EB 1F7F0 1F8B0-1F8B1 1F90C-1F93A 1F93C-1F945 1F947-1FA53 1FA60-1FA6D 1FA70-1FAFF
"""

# What three carriers of Japan used for their emoji in Unicode's private area: tables of the carriers as the module
# Encode::JP::Mobile of Perl gives them (ranges only), au's second set as its Shift_JIS is decoded by arithmetic.
CARRIERS = {
    "docomo": "E63E-E6A5 E6AC-E6AE E6B1-E6B3 E6B7-E6BA E6CE-E757",
    "au": "E468-E5DF EA80-EB88 EC40-EC7E EC80-ECFC ED40-ED7E ED80-ED8D EF40-EF7E EF80-EFFC F040-F07E F080-F0FC",
    "softbank": "E001-E05A E101-E15A E201-E253 E255-E257 E301-E34D E401-E44C E501-E537",
}
# Of these the ones that are a carrier's also where nobody says so: only one carrier has them, and Windows has its
# users' own characters elsewhere (au), or far from where its users begin (docomo).
UNASKED = {"docomo": CARRIERS["docomo"], "au": CARRIERS["au"].partition(" ")[2]}

# By hand: what Japanese without the character write (the first row), and what anybody does (the others).
HAND = """
№ No. ℡ TEL ㏍ K.K. ㎝ cm ㎡ m2 ∑ Σ ⊿ △ 〝 “ 〟 ” ＂ " ＇ ' ￤ | ¦ | 德 徳 濵 浜 瀨 瀬
© (C) ® (R) – - ‒ - • ・ · ・ ⁄ / ∕ /
"""
HAND_UNSAFE = "€ EUR « 《 » 》"
# No replacement, whatever Unicode's data lead to.
NONE = "∟∮"

# Unihan 15.0: pairs of a character of IBM's and the one of JIS X 0208 that the property leads to, the first where there
# are several. Safe is a choice: the same character in another form, not one that only means the same.
UNIHAN = (
    ("Unihan kJoyoKanji, kJinmeiyoKanji", True, "增増 寬寛 橫横 綠緑 緖緒 薰薫 賴頼 郞郎 黑黒"),
    ("Unihan kZVariant", True, "悅悦 鄕郷"),
    ("Unihan kSemanticVariant", True, "敎教 昻昂 晳晰 栁柳 髙高 \ufa11崎"),
    ("Unihan kSpecializedSemanticVariant", True, "閒間"),
    ("Unihan kSemanticVariant", False, "仼任 侚殉 勛勳 厓崖 咊和 喆哲 埇甬 寘置 崧嵩 悊哲 愠慍 摠總 橆無 涖莅 澈徹"),
    ("Unihan kSemanticVariant", False, "煆鍜 煇輝 皦皎 纊絖 罇樽 羡羨 菇菰 贒賢 鈆鉛 鍰鐶 隝塢 顥皓 餧餒"),
    ("Unihan kSpecializedSemanticVariant", False, "炫衒 鵰彫"),
    ("Unihan kSimplifiedVariant", False, "蕓芸 隯陦"),
)
# By hand: JIS X 0208 has the letter and the mark, each for itself.
KANA = "\u3099゛ \u309a゜ ゔう゛ ヷワ゛ ヸヰ゛ ヹヱ゛ ヺヲ゛"
LEFT_TO_CODE = "ajckvwzgu"
"""Kinds that have no rows here: clean, composed, left out, or nothing that anybody could say."""
SLASHES = str.maketrans("\u2044\u2215", "//")
ONE_OF_94 = range(0x21, 0x7F)


def code_points(ranges: str) -> set[int]:
    """Give the code points of ranges that are written in hexadecimal."""
    found: set[int] = set()
    for one in ranges.split():
        first, _, last = one.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def decoded(codec: str, *escapes: bytes) -> set[str]:
    """Give the characters of two-byte sets; some of JIS X 0213 are two code points."""
    found = set()
    for escape in escapes:
        for row in ONE_OF_94:
            for cell in ONE_OF_94:
                try:
                    found.add((escape + bytes((row, cell)) + b"\x1b(B").decode(codec))
                except UnicodeDecodeError:
                    continue
    return found


def vendor_row(row: int) -> str:
    """Give the 94 characters of a row beyond JIS X 0208 as cp932 has it, with a space where there is none."""
    lead = (row + 1 >> 1) + (0x80 if row < 63 else 0xC0)
    trails = range(0x9F, 0xFD) if row % 2 == 0 else [*range(0x40, 0x7F), *range(0x80, 0x9F)]
    found = [bytes((lead, trail)).decode("cp932", "replace") for trail in trails]
    return "".join(one if "\ufffd" not in one else " " for one in found)


JISX0208 = decoded("iso2022_jp", b"\x1b$B")
JISX0212 = decoded("iso2022_jp_1", b"\x1b$(D")
JISX0213 = decoded("iso2022_jp_2004", b"\x1b$(Q", b"\x1b$(P") | decoded("iso2022_jp_3", b"\x1b$(O", b"\x1b$(P")
ROWS = {row: vendor_row(row) for row in (13, *range(89, 93), *range(115, 120))}
WRITABLE = JISX0208 | {chr(code) for code in range(0x20, 0x7F)}
VARIANT_OF = {pair[0]: pair[1] for pair in VARIANTS.split()}
ROMAN_OF = {pair[0]: pair[1] for pair in ROMAN.split()}


def kinds() -> str:
    """Give the letter of every code point."""
    letters = ["o"] * 0x110000

    def put(letter: str, codes: Iterable[int]) -> None:
        for code in codes:
            if letters[code] == "o":
                letters[code] = letter

    put("a", (*range(0x20, 0x7F), 0x09, 0x0A, 0x0D))
    put("c", (*range(0x20), *range(0x7F, 0xA0)))
    put("j", map(ord, JISX0208))
    put("m", map(ord, VARIANT_OF))
    put("r", map(ord, ROMAN_OF))
    put("n", map(ord, ROWS[13].replace(" ", "")))
    put("i", (ord(one) for row in range(115, 120) for one in ROWS[row].replace(" ", "")))
    put("k", range(0xFF61, 0xFFA0))
    put("d", (0x3099, 0x309A))
    put("v", code_points(VARIATION_SELECTORS))
    put("w", code_points(TOUCHY))
    put("z", code_points(INVISIBLE))
    put("u", code_points(NONCHARACTERS))
    put("u", (plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)))
    put("g", code_points(PRIVATE_USE))
    put("s", (code for code in code_points(COMPATIBILITY) if unicodedata.category(chr(code)) != "Cn"))
    put("x", (ord(one) for one in JISX0213 if len(one) == 1))
    put("y", map(ord, JISX0212))
    put("e", code_points(EMOJI))
    return "".join(letters)


def replacements(letters: str) -> dict[tuple[str, bool], dict[str, str]]:
    """Give (how, safe) -> character -> what to write instead; the first that is found for a character has it."""
    found: dict[tuple[str, bool], dict[str, str]] = {}
    known = set(NONE)
    for how, safe, one, instead in (*by_hand(), *by_unicode(letters)):
        if one not in known:
            assert set(instead) <= WRITABLE, (one, instead)
            known.add(one)
            found.setdefault((how, safe), {})[one] = instead
    return found


def by_hand() -> Iterator[tuple[str, bool, str, str]]:
    """Give the rows of the tables above."""
    for one, instead in VARIANT_OF.items():
        yield "the same in JIS X 0208", True, one, instead
    for one, instead in ROMAN_OF.items():
        yield "by hand", one != "¥", one, instead
    for safe, rows in ((True, HAND), (False, HAND_UNSAFE)):
        words = rows.split()
        for one, instead in zip(words[::2], words[1::2], strict=True):
            yield "by hand", safe, one, instead
    for entry in KANA.split():
        yield "kana", True, entry[0], entry[1:]
    for how, safe, pairs in UNIHAN:
        for pair in pairs.split():
            yield how, safe, pair[0], pair[1]


def by_unicode(letters: str) -> Iterator[tuple[str, bool, str, str]]:
    """Give what Unicode's data lead to, for what Unicode has assigned and no other table decides."""
    for code, kind in enumerate(letters):
        one = chr(code)
        if kind not in LEFT_TO_CODE and unicodedata.category(one) != "Cn":
            for how, safe, instead in by_rule(one):
                if set(instead) <= WRITABLE:
                    yield how, safe, one, instead


def by_rule(one: str) -> Iterator[tuple[str, bool, str]]:
    """Give what Unicode's data lead to, the best first: how, whether it is safe, what."""
    tag, category = unicodedata.decomposition(one).partition(" ")[0], unicodedata.category(one)
    form = unicodedata.normalize("NFKC", one).translate(SLASHES)
    if tag == "<circle>":
        yield "NFKC in parentheses", True, f"({form})"
    elif form != one:  # 10⁴ is not 104, and 1½ is not 11/2; the raised TM says the same on the line
        yield "NFKC", tag not in {"<super>", "<sub>", "<fraction>"} or (tag == "<super>" and len(form) > 1), form
    if category == "No" and not tag and "CIRCLED" in unicodedata.name(one):
        yield "value in parentheses", True, f"({unicodedata.numeric(one):.0f})"
    if category.startswith("L"):
        base = "".join(part for part in unicodedata.normalize("NFKD", one) if not unicodedata.combining(part))
        if base.strip() and base != one:
            yield "base letter", False, base


def runs(letters: str) -> str:
    """Write letters as runs: a letter, and how many of them where it is more than one."""
    counted = ((letter, sum(1 for _ in group)) for letter, group in groupby(letters))
    return "".join(f"{letter}{count if count > 1 else ''}" for letter, count in counted)


def classes(codes: str) -> str:
    """Write ranges as the class of a regular expression has them; all are of the Basic Multilingual Plane."""
    return "".join("-".join(f"\\u{one.lower()}" for one in bounds.split("-")) for bounds in codes.split())


def shown(text: str) -> str:
    """Write characters for a string literal: as they are where an editor shows them so, else as escapes."""
    return "".join(map(shown_one, text))


def shown_one(one: str) -> str:
    """Write one: what combines, runs from right to left, cannot be seen or may be normalised is written as an escape."""
    if one in '"\\':
        return f"\\{one}"
    hidden = (
        not one.isprintable() or unicodedata.category(one).startswith("M") or unicodedata.normalize("NFC", one) != one
    )
    if hidden or unicodedata.bidirectional(one) in {"R", "AL", "AN"}:
        return f"\\u{ord(one):04x}" if one <= "\uffff" else f"\\U{ord(one):08x}"
    return one


def wrapped(pieces: Iterable[str], indent: str) -> Iterator[str]:
    """Put pieces into string literals of one line each."""
    line = ""
    for piece in pieces:
        if line and len(line) + len(piece) > WIDTH:
            yield f'{indent}"{line}"'
            line = ""
        line += piece
    yield f'{indent}"{line}"'


def module() -> str:
    """Give the whole text of the module."""
    letters = kinds()
    emoji = sorted(map(chr, code_points(EMOJI)))
    parts = [HEAD.format(version=UNICODE), "KINDS = {"]
    parts += [f'    "{letter}": "{name}",' for letter, name in KINDS.items()]
    parts += ["}", '"""Letter -> class; a and j are no remark: ASCII, and what JIS X 0208 has."""', "RUNS = ("]
    parts += [*wrapped(_pieces(runs(letters)), "    "), ")", RUNS_NOTE]
    parts.append("REPLACEMENTS: tuple[tuple[str, bool, str], ...] = (")
    for (how, safe), table in replacements(letters).items():
        entries = [f"{one}{instead}" for one, instead in sorted(table.items())]
        assert not any("~" in one for one in entries)
        rows = [f"{'~' if number else ''}{shown(one)}" for number, one in enumerate(entries)]
        parts += [f'    ("{how}", {safe}, (', *wrapped(rows, "        "), "    )),"]
    parts += [")", REPLACEMENTS_NOTE, "ROWS = {"]
    parts += [f'    {row}: "{shown(text)}",' for row, text in ROWS.items()]
    parts += ["}", ROWS_NOTE]
    pairs = sorted(one for one in JISX0213 if len(one) > 1)
    parts += ["PAIRS = (", *wrapped((f"{'~' if n else ''}{shown(one)}" for n, one in enumerate(pairs)), "    "), ")"]
    parts += [PAIRS_NOTE, "PRESENTED = ("]
    parts += [*wrapped((shown(one) for one in emoji if letters[ord(one)] != "e"), "    "), ")", PRESENTED_NOTE]
    for name, table, note in (("CARRIERS", CARRIERS, CARRIERS_NOTE), ("UNASKED", UNASKED, UNASKED_NOTE)):
        parts += [f"{name} = {{", *(f'    "{one}": "{classes(codes)}",' for one, codes in table.items()), "}", note]
    return "\n".join(parts) + "\n"


def _pieces(text: str) -> Iterator[str]:
    """Cut runs at letters."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not text[end].isdigit():
            yield text[start:end]
            start = end


HEAD = '''"""What every character is, and what to write instead; generated by .ci/make_characters.py, never edited by hand.

From Python's codecs iso2022_jp, iso2022_jp_1, _3, _2004 and cp932, from unicodedata {version}, and from the tables of
facts in that script (Unihan and emoji-data.txt 15.0, carriers' ranges, replacements by hand), where the sources stand.
"""

# ruff: noqa: RUF001 - characters that look like others are what the tables are about
# fmt: off
'''
RUNS_NOTE = (
    '"""The kind of every code point from U+0000 on: a letter of `KINDS`, and how many times where it is not once."""'
)
REPLACEMENTS_NOTE = (
    '"""How, whether it is safe, and entries between tildes: a character, and what to write instead of it."""'
)
ROWS_NOTE = '"""Rows beyond JIS X 0208: NEC\'s 13, NEC\'s selection of IBM\'s 89 to 92, IBM\'s 115 to 119; a space where nothing is."""'
PAIRS_NOTE = '"""What JIS X 0213 has as one character and Unicode as two, between tildes."""'
PRESENTED_NOTE = '"""What is an emoji only in front of U+FE0F, or behind a joiner."""'
CARRIERS_NOTE = '"""Carrier -> the private code points of its emoji, as the class of a regular expression has them."""'
UNASKED_NOTE = '"""Those that are a carrier\'s also where nobody says so."""'


def main() -> None:
    """Write the module; only with the Unicode that it is made from, so that the table changes when somebody means it."""
    if unicodedata.unidata_version != UNICODE:
        message = f"this Python has Unicode {unicodedata.unidata_version}, the table is of {UNICODE}: use Python 3.11, or change UNICODE"
        raise SystemExit(message)
    TARGET.write_text(module(), "utf-8")


if __name__ == "__main__":
    main()
