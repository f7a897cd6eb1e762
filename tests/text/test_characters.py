"""The characters that JIS X 0208 does not have: the tables against facts of other origin, and the spots of a text."""

from __future__ import annotations

import json
import runpy
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.text import _characters
from mailkit.text.characters import Character, carriers, character, find, replace_kana
from tests.strategies import ROOT, SHARED, joined

FACTS = SHARED.parent / "data" / "jp_characters.json"
GENERATOR = ROOT / ".ci" / "make_characters.py"
HALF_WIDTH = [chr(code) for code in range(0xFF61, 0xFFA0)]
KANA_TRAPS = {"\u3099": "゛", "\u309a": "゜", "ヷ": "ワ゛", "ヺ": "ヲ゛"}
"""What NFKC makes of half-width kana that JIS X 0208 does not have: a mark alone, and two letters with one."""


@cache
def facts() -> Any:  # noqa: ANN401 - a JSON file of many forms
    if not FACTS.is_file():
        pytest.skip("the shared facts on Japanese characters are not beside the project")
    return json.loads(FACTS.read_text("utf-8"))


def code_points(ranges: list[str]) -> list[int]:
    bounds = [one.partition("-") for one in ranges]
    return [code for first, _, last in bounds for code in range(int(first, 16), int(last or first, 16) + 1)]


@cache
def jisx0208() -> frozenset[str]:
    """Give the set as Python's codec has it, by asking it for every pair of bytes."""
    pairs = (bytes(pair) for pair in product(range(0x21, 0x7F), repeat=2))
    texts = [(b"\x1b$B" + pair + b"\x1b(B").decode("iso2022_jp", "ignore") for pair in pairs]
    return frozenset(text for text in texts if len(text) == 1 and not text.isascii())


def is_plain(text: str) -> bool:
    """Say whether a character needs no remark, without the tables."""
    return " " <= text <= "~" or text in "\t\r\n" or text in jisx0208()


def known(text: str, carrier: str | None = None) -> Character:
    found = character(text, carrier)
    assert found is not None, text
    return found


def of_super_or_sub(text: str) -> bool:
    return unicodedata.decomposition(text).startswith(("<super>", "<sub>"))


# Where our answer is not that of the facts, on purpose: why, which characters, what the facts say, what we say.
DIFFERENCES = [
    ("10⁴ is not 104", "⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ", "{form}", True, "{form}", False),
    (
        "the line of a fraction is no ornament, and 1½ is not 11/2",
        "⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅟↉",
        "{digits}",
        True,
        "{form}",
        False,
    ),
    ("m/s is not ms", "㎧㎨㎮㎯㏆㏞㏟", "{digits}", True, "{form}", True),
    (
        "parentheses without what is in them say nothing",
        "㈀㈁㈂㈃㈄㈅㈆㈇㈈㈉㈊㈋㈌㈍㈎㈏㈐㈑㈒㈓㈔㈕㈖㈗㈘㈙㈚㈛㈜㈝㈞",
        "()",
        True,
        None,
        False,
    ),
]


def expected_differences() -> dict[str, tuple[tuple[str, bool], tuple[str | None, bool]]]:
    found = {}
    for _, characters, theirs, their_safe, ours, safe in DIFFERENCES:
        for one in characters:
            form = unicodedata.normalize("NFKC", one).replace("\u2044", "/").replace("\u2215", "/")
            words = {"form": form, "digits": form.replace("/", "")}
            found[one] = (theirs.format(**words), their_safe), (ours and ours.format(**words), safe)
    return found


def test_every_character_of_the_facts() -> None:
    differences = {}
    for row in facts()["chars"].values():
        found = known(row["char"])
        assert found.text == row["char"]
        assert found.class_ == row["class"], row
        assert (found.how is None) == (found.suggestion is None)
        if (found.suggestion, found.safe) != (row["suggest"], row["safe"]):
            differences[row["char"]] = (row["suggest"], row["safe"]), (found.suggestion, found.safe)
        if row["class"] in {"nec-row13", "ibm-ext"}:
            assert found.cell == row["cells"][0]
        else:
            assert found.cell == row.get("jis"), row  # that of the character that a variant stands for
    assert differences == expected_differences()
    assert len(facts()["chars"]) == 1501


def test_every_cell_of_the_facts() -> None:
    cells = facts()["cells"]
    assert len(cells) == 845
    seen = dict.fromkeys(_characters.ROWS, 0)
    for name, row in cells.items():
        number, cell = map(int, name.split("-"))
        assert _characters.ROWS[number][cell - 1] == row["char"]
        seen[number] += 1
        found = character(row["char"])
        if found is None or found.class_ == "mapping-variant":
            assert row["char"] in "≒≡∫√⊥∠∵∩∪￢", "what JIS X 0208 has elsewhere"
        else:
            in_row13 = row["char"] in _characters.ROWS[13]  # Unicode has one ①, and IBM has some of NEC's as well
            assert found.class_ == ("nec-row13" if in_row13 else "ibm-ext"), row
            assert found.suggestion == row["suggest"]
            assert found.cell in {name, *facts()["chars"][f"{ord(row['char']):04X}"]["cells"]}
    assert seen == {number: len(row.replace(" ", "")) for number, row in _characters.ROWS.items()}
    assert {len(row) for row in _characters.ROWS.values()} == {94}


# What else a code point of a class may be here, and why.
OTHERWISE = {
    "jisx0213": {"": "a tilde is ASCII", "invisible": "a soft hyphen is not seen, whoever has it"},
    "emoji": {"jisx0213": "an emoji in front of U+FE0F alone", "compat-symbol": "likewise, and it has a replacement"},
    "gaiji": {"emoji-docomo": "what nobody else uses", "emoji-au": "likewise"},
}


def test_every_range_of_the_facts() -> None:
    seen = Counter[str]()
    for row in facts()["codepoint_ranges"]:
        name = row["class_"]
        for code in code_points(row["ranges"]):
            found = character(chr(code))
            class_ = found.class_ if found else ""
            if class_ != name and not (name == "jisx0208" and not class_):
                assert class_ in OTHERWISE[name], f"U+{code:04X}"
                seen[f"{name} {class_}"] += 1
            if class_ in {"variation-selector", "invisible"}:
                assert found is not None
                assert found.suggestion == ""
    assert seen == {
        "jisx0213 ": 1,
        "jisx0213 invisible": 1,
        "emoji jisx0213": 33,
        "emoji compat-symbol": 30,
        "gaiji emoji-docomo": 252,
        "gaiji emoji-au": 906,
    }


def test_every_sequence_of_the_facts() -> None:
    (row,) = (row for row in facts()["codepoint_ranges"] if row["class_"] == "jisx0213")
    assert len(row["sequences"]) == 25
    for codes in row["sequences"]:
        text = "".join(chr(int(code, 16)) for code in codes.split())
        ((begin, end, found),) = find(f"あ{text}い")
        assert (begin, end, found.class_, found.text) == (1, 1 + len(text), "jisx0213", text)
        assert found.suggestion in {None, f"{text[0]}゜"}
        assert character(text) == found


def test_every_code_point_has_one_answer() -> None:
    plain, classes = 0, set()
    for code in range(0x110000):
        text = chr(code)
        found = character(text)
        if found is None:
            plain += 1
            assert is_plain(text), f"U+{code:04X}"
        else:
            classes.add(found.class_)
            assert not is_plain(text), f"U+{code:04X}"
            if found.suggestion:
                assert all(map(is_plain, found.suggestion)), f"U+{code:04X}"
                found.suggestion.encode("iso2022_jp")
            assert found.suggestion is not None or not found.safe
    assert plain == 6879 + 95 + 3
    names = {*_characters.KINDS.values(), "emoji-docomo", "emoji-au"} - {"", "jisx0208"}
    assert classes == names


@pytest.mark.parametrize(
    ("text", "class_", "suggestion", "safe"),
    [
        pytest.param("①", "nec-row13", "(1)", True, id="circled"),
        pytest.param("Ⅳ", "nec-row13", "IV", True, id="Roman"),
        pytest.param("㈱", "nec-row13", "(株)", True, id="company"),
        pytest.param("∮", "nec-row13", None, False, id="no replacement"),
        pytest.param("髙", "ibm-ext", "高", True, id="form of a name"),
        pytest.param("纊", "ibm-ext", "絖", False, id="another character"),
        pytest.param("～", "mapping-variant", "〜", True, id="wave dash"),
        pytest.param("¥", "jisx0201-roman", "￥", False, id="yen"),
        pytest.param("ﾞ", "kana-halfwidth", "゛", True, id="mark alone"),
        pytest.param("²", "jisx0213", "2", False, id="square"),
        pytest.param("½", "jisx0213", "1/2", False, id="half"),
        pytest.param("é", "jisx0213", "e", False, id="accent"),
        pytest.param("ė", "jisx0212", "e", False, id="accent that JIS X 0213 does not have"),
        pytest.param("\xa0", "jisx0213", " ", True, id="no-break space"),
        pytest.param("\u200b", "invisible", "", True, id="zero width space"),
        pytest.param("\u200c", "invisible", "", False, id="a joiner means something in Persian"),
        pytest.param("\ufe0f", "variation-selector", "", True, id="selector"),
        pytest.param("\u309a", "decomposed-kana", "゜", True, id="combining mark alone"),
        pytest.param("ヷ", "jisx0213", "ワ゛", True, id="kana with a mark"),
        pytest.param("⼀", "not-in-jisx0208", "一", True, id="radical"),
        pytest.param("한", "not-in-jisx0208", None, False, id="Hangul"),
        pytest.param("☀", "jisx0213", None, False, id="a sign that may be an emoji"),
        pytest.param("😀", "emoji", None, False, id="emoji"),
        pytest.param("\U0001fae9", "emoji", None, False, id="emoji of Unicode 16"),
        pytest.param("\U0001fc00", "not-in-jisx0208", None, False, id="not assigned"),
        pytest.param("\x1b", "control", None, False, id="ESC"),
        pytest.param("\x85", "control", None, False, id="NEL"),
        pytest.param("\x7f", "control", None, False, id="DEL"),
        pytest.param("\ufffd", "noncharacter", None, False, id="not decoded"),
        pytest.param("\U0001ffff", "noncharacter", None, False, id="end of a plane"),
        pytest.param("\ud800", "noncharacter", None, False, id="half a pair"),
    ],
)
def test_character(text: str, class_: str, suggestion: str | None, safe: bool) -> None:  # noqa: FBT001 - a row's value
    found = known(text)
    assert (found.class_, found.suggestion, found.safe) == (class_, suggestion, safe)


@pytest.mark.parametrize(
    ("text", "carrier", "owners", "class_"),
    [
        pytest.param("\ue63e", None, ("docomo",), "emoji-docomo", id="docomo's alone"),
        pytest.param("\ue63e", "softbank", ("docomo",), "emoji-docomo", id="docomo's alone, whoever wrote it"),
        pytest.param("\uea80", None, ("au",), "emoji-au", id="au's alone"),
        pytest.param("\ue001", None, ("softbank",), "gaiji", id="users of Windows have it too"),
        pytest.param("\ue001", "softbank", ("softbank",), "emoji-softbank", id="SoftBank's"),
        pytest.param("\ue001", "docomo", ("softbank",), "gaiji", id="not docomo's"),
        pytest.param("\ue501", None, ("au", "softbank"), "gaiji", id="of two"),
        pytest.param("\ue501", "au", ("au", "softbank"), "emoji-au", id="of two, the first"),
        pytest.param("\ue501", "softbank", ("au", "softbank"), "emoji-softbank", id="of two, the second"),
        pytest.param("\ue6a6", "docomo", (), "gaiji", id="between docomo's"),
        pytest.param("\uf8ff", "au", (), "gaiji", id="nobody's"),
        pytest.param("\U00100000", "au", (), "gaiji", id="far"),
    ],
)
def test_private_use(text: str, carrier: str | None, owners: tuple[str, ...], class_: str) -> None:
    assert carriers(text) == owners
    assert known(text, carrier).class_ == class_
    assert [one.class_ for _, _, one in find(text, carrier)] == [class_]


def test_carriers_are_those_of_the_facts() -> None:
    ranges = facts()["carrier_emoji"]
    names = {
        "docomo": ["docomo.unicode"],
        "au": ["kddi.unicode", "kddi.unicode_auto"],
        "softbank": ["softbank.unicode"],
    }
    of = {carrier: {code for key in keys for code in code_points(ranges[key])} for carrier, keys in names.items()}
    for code in range(0xE000, 0xF900):
        assert carriers(chr(code)) == tuple(carrier for carrier, codes in of.items() if code in codes), f"U+{code:04X}"
    assert carriers("あ") == carriers("") == ()


@pytest.mark.parametrize(
    "text", ["", "a", "あ", "\t", "ab", "ああ", "①②", "ｶ①", "か\u3099\u3099", "e\u0301", "1\ufe0f"]
)
def test_no_answer(text: str) -> None:
    assert character(text) is None


def test_kana_with_marks() -> None:
    assert facts()["kana_composition"] == {pair: replace_kana(pair) for pair in facts()["kana_composition"]}
    assert len(facts()["kana_composition"]) == 28


def test_every_pair_of_kana() -> None:
    for first, second in product(HALF_WIDTH, repeat=2):
        expected = unicodedata.normalize("NFKC", first + second)
        for trap, instead in KANA_TRAPS.items():
            expected = expected.replace(trap, instead)
        assert replace_kana(first + second) == expected
        assert set(expected) <= jisx0208()
        assert spots(first + second) == [(0, 2, "kana-halfwidth", expected)]


def spots(text: str) -> list[tuple[int, int, str, str | None]]:
    return [(begin, end, found.class_, found.suggestion) for begin, end, found in find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("漢字かなカナ ABC~\r\n\t", [], id="clean"),
        pytest.param("ｶﾞｲﾄﾞ、①", [(0, 5, "kana-halfwidth", "ガイド"), (6, 7, "nec-row13", "(1)")], id="run of kana"),
        pytest.param("ｱ ｲ", [(0, 1, "kana-halfwidth", "ア"), (2, 3, "kana-halfwidth", "イ")], id="two runs"),
        pytest.param("①②", [(0, 1, "nec-row13", "(1)"), (1, 2, "nec-row13", "(2)")], id="a character each"),
        pytest.param("か\u3099", [(0, 2, "decomposed-kana", "が")], id="kana as macOS writes them"),
        pytest.param("カハ\u309a", [(1, 3, "decomposed-kana", "パ")], id="half a mark"),
        pytest.param("あ\u3099", [(0, 2, "decomposed-kana", "あ゛")], id="no such letter"),
        pytest.param(
            "う\u3099ワ\u3099", [(0, 2, "decomposed-kana", "う゛"), (2, 4, "decomposed-kana", "ワ゛")], id="traps"
        ),
        pytest.param("a\u3099", [(1, 2, "decomposed-kana", "゛")], id="mark on no kana"),
        pytest.param(
            "か\u3099\u3099", [(0, 2, "decomposed-kana", "が"), (2, 3, "decomposed-kana", "゛")], id="two marks"
        ),
        pytest.param("か\u309a", [(0, 2, "jisx0213", "か゜")], id="one of JIS X 0213"),
        pytest.param("˦˩˥", [(0, 1, "jisx0213", None), (1, 3, "jisx0213", None)], id="tone"),
        pytest.param("葛\U000e0100", [(1, 2, "variation-selector", "")], id="form of a character"),
        pytest.param("♀\ufe0f", [(1, 2, "variation-selector", "")], id="selector behind what is clean"),
        pytest.param("\ufe00\ufe0f", [(0, 2, "variation-selector", "")], id="run of selectors"),
        pytest.param("☀\ufe0f", [(0, 2, "emoji", None)], id="a sign shown as an emoji"),
        pytest.param("㊗\ufe0f", [(0, 2, "emoji", "(祝)")], id="an emoji with a replacement"),
        pytest.param("①\ufe0f", [(0, 1, "nec-row13", "(1)"), (1, 2, "variation-selector", "")], id="no emoji"),
        pytest.param("👍🏽", [(0, 2, "emoji", None)], id="colour"),
        pytest.param("👨\u200d👩\u200d👧", [(0, 5, "emoji", None)], id="family"),
        pytest.param("🏃🏻\u200d♀\ufe0f", [(0, 5, "emoji", None)], id="sign of JIS X 0208 behind a joiner"),
        pytest.param("❤\ufe0f\u200d🔥", [(0, 4, "emoji", None)], id="selector, then joiner"),
        pytest.param("🇯🇵🇫🇷", [(0, 2, "emoji", None), (2, 4, "emoji", None)], id="flags"),
        pytest.param("🇯", [(0, 1, "emoji", None)], id="half a flag"),
        pytest.param("🏴\U000e0067\U000e0062\U000e007f", [(0, 4, "emoji", None)], id="flag of tags"),
        pytest.param("1\ufe0f\u20e3", [(0, 3, "emoji", "(1)")], id="keycap"),
        pytest.param("12\u20e3", [(1, 3, "emoji", "(2)")], id="keycap without selector"),
        pytest.param(
            "a\ufe0f\u20e3", [(1, 2, "variation-selector", ""), (2, 3, "not-in-jisx0208", None)], id="no keycap"
        ),
        pytest.param("😀\u200dx", [(0, 1, "emoji", None), (1, 2, "invisible", "")], id="joins nothing"),
        pytest.param("\ufeffa", [(0, 1, "invisible", "")], id="byte order mark"),
        pytest.param("\x1b$B", [(0, 1, "control", None)], id="escape"),
        pytest.param("e\u0301", [(1, 2, "jisx0213", None)], id="accent"),
    ],
)
def test_find(text: str, found: list[tuple[int, int, str, str | None]]) -> None:
    assert spots(text) == found


# What may join, or look as if it did.
TOKENS = [
    *("あ", "か", "ワ", "ー", "漢", "a", "1", "#", " ", "\n", "♀", "〜"),
    *("ｱ", "ｶ", "ﾊ", "ﾜ", "ﾞ", "ﾟ", "｡", "\u3099", "\u309a", "ㇷ", "ゔ"),
    *("\u200d", "\ufe0f", "\ufe0e", "\ufe00", "\U000e0100", "\u20e3", "\U0001f3fd", "\U000e0067", "\U000e007f"),
    *("😀", "❤", "☀", "㊗", "①", "🇯", "🏴", "\ue001", "\ue63e", "\ue501", "\uf8ff"),
    *("æ", "\u0300", "˩", "˥", "髙", "～", "¥", "é", "한", "\x1b", "\x85", "\xa0", "\ufffd", "\ud800"),
]


@given(text=joined(TOKENS, 16), carrier=st.sampled_from([None, "docomo", "au", "softbank"]))
def test_what_find_gives(text: str, carrier: str | None) -> None:
    found = list(find(text, carrier))
    assert all(begin < end for begin, end, _ in found)
    assert all(end <= begin for (_, end, _), (begin, _, _) in pairwise(found))
    covered = {at for begin, end, _ in found for at in range(begin, end)}
    assert {at for at, one in enumerate(text) if not is_plain(one)} <= covered
    for begin, end, one in found:
        assert one.text == text[begin:end]
        assert one == character(one.text, carrier)
        assert not all(map(is_plain, one.text)), "something in it is not plain"
        if one.suggestion is not None:
            assert all(map(is_plain, one.suggestion))
        if len(one.text) == 1:
            assert not is_plain(one.text)
        if one.class_ == "kana-halfwidth":
            assert set(one.text) <= set(HALF_WIDTH)
            assert text[begin - 1 : begin] not in HALF_WIDTH
            assert text[end : end + 1] not in HALF_WIDTH
    for (_, behind, one), (begin, _, other) in pairwise(found):
        if behind == begin:
            assert {one.class_, other.class_} != {"variation-selector"}, "a run of selectors is one"


@given(text=joined(TOKENS, 16))
def test_replaced_text_is_clean_where_all_has_a_replacement(text: str) -> None:
    pieces, position = [], 0
    for begin, end, one in find(text):
        pieces += [text[position:begin], one.suggestion if one.suggestion is not None else "〓"]
        position = end
    assert not list(find("".join([*pieces, text[position:]])))


class Counting:
    """A pattern that counts the characters that it is asked to look at: those from its start to the end of its match."""

    def __init__(self, pattern: Any) -> None:  # noqa: ANN401 - a compiled pattern, of which the methods are wrapped
        self.pattern, self.looked_at = pattern, 0

    def _count(self, text: str, start: int, found: Any) -> Any:  # noqa: ANN401 - a match or None
        self.looked_at += (found.end() if found else len(text)) - start
        return found

    def search(self, text: str, start: int) -> Any:  # noqa: ANN401
        return self._count(text, start, self.pattern.search(text, start))

    def match(self, text: str, start: int) -> Any:  # noqa: ANN401
        return self._count(text, start, self.pattern.match(text, start))

    def fullmatch(self, text: str) -> Any:  # noqa: ANN401
        return self._count(text, 0, self.pattern.fullmatch(text))


@pytest.mark.parametrize(
    "token", [*TOKENS, "ｶﾞ", "😀\u200d", "か\u3099", "1\ufe0f\u20e3", "😀\U000e0067", "a漢"], ids=ascii
)
def test_find_is_linear(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_at(times: int) -> int:
        from mailkit.text import characters  # noqa: PLC0415 - its own names are replaced below

        with monkeypatch.context() as patch:
            counting = [Counting(characters._strange.__wrapped__()), Counting(characters._things.__wrapped__())]
            patch.setattr(characters, "_strange", lambda: counting[0])
            patch.setattr(characters, "_things", lambda: counting[1])
            list(find(token * times))
        return sum(one.looked_at for one in counting)

    once, twice = looked_at(500), looked_at(1000)
    assert 0 < twice <= 2 * once + 20


def test_the_module_is_what_the_script_writes() -> None:
    script = runpy.run_path(str(GENERATOR))
    if unicodedata.unidata_version != script["UNICODE"]:
        pytest.skip(f"written with Unicode {script['UNICODE']}; this Python has {unicodedata.unidata_version}")
    assert script["TARGET"] == ROOT / "mailkit" / "text" / "_characters.py"
    assert script["module"]() == script["TARGET"].read_text("utf-8")


def test_the_script_does_not_write_with_another_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    script = runpy.run_path(str(GENERATOR))
    monkeypatch.setattr(unicodedata, "unidata_version", "99.0.0")
    with pytest.raises(SystemExit, match=r"has Unicode 99\.0\.0"):
        script["main"]()


def test_the_runs_cover_unicode_once() -> None:
    from mailkit.text.characters import _runs  # noqa: PLC0415 - it is looked into here alone

    starts, letters = _runs()
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert all(one != other for one, other in pairwise(letters))
    assert set(letters) == set(_characters.KINDS)
    replaced = Counter(entry[0] for _, _, entries in _characters.REPLACEMENTS for entry in entries.split("~"))
    assert max(replaced.values()) == 1
