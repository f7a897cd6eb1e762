"""Encoded words (RFC 2047), and what mail makes of them."""

from __future__ import annotations

import base64
import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.charsets import codec_of
from mailkit.findings import CODES
from mailkit.syntax.words import MAX_WORDS, _is_whole, decode_words
from tests.strategies import joined
from tests.timing import assert_linear, flood


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"hello", "hello", id="plain"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"=?utf-8?Q?=E3=81=82?=", "あ", id="Q"),
        pytest.param(b"=?utf-8?q?a_b?=", "a b", id="underscore"),
        pytest.param(b"=?utf-8?B?44GC?=", "あ", id="B"),
        pytest.param(b"=?utf-8?b?44GC?=", "あ", id="b"),
        pytest.param(b"=?UTF-8?B?44G?=", "\ufffd", id="cut in a character"),
        pytest.param(b"=?utf-8?B?44GC44GE?= =?utf-8?B?44GG?=", "あいう", id="blanks between words go"),
        pytest.param(b"=?utf-8?B?44GC?=\r\n =?utf-8?B?44GE?=", "あい", id="a fold between words goes"),
        pytest.param(b"=?utf-8?B?44GC?==?utf-8?B?44GE?=", "あい", id="nothing between words"),
        pytest.param(b"=?utf-8?Q?=E6=97?= =?utf-8?B?pQ==?= x", "日 x", id="a character in two words"),
        pytest.param(b"a =?utf-8?Q?b?= c", "a b c", id="text around"),
        pytest.param(b"=?utf-8?Q?b?= c =?utf-8?Q?d?=", "b c d", id="text between"),
        pytest.param(b"=?iso-8859-1?Q?=E4?= =?koi8-r?Q?=C1?=", "äа", id="two charsets"),
        pytest.param(b"=?utf-8*en?Q?a?=", "a", id="language (RFC 2231)"),
        pytest.param(b"=?iso-2022-jp?B?GyRCJCIbKEI=?=", "あ", id="ISO-2022-JP"),
        pytest.param(b"=?iso-2022-jp?B?44GC?=", "あ", id="UTF-8 that says ISO-2022-JP"),
        pytest.param(b"=?gb2312?B?xOO6ww==?=", "你好", id="GB2312"),
        pytest.param(b"=?nonsense?Q?a?=", "a", id="unknown charset"),
        pytest.param(b"=?zlib_codec?Q?a=E4?=", "aä", id="a codec of Python's"),
        pytest.param(b"=?utf-8?X?a?=", "=?utf-8?X?a?=", id="unknown encoding"),
        pytest.param(b"=?utf-8?Q?a", "=?utf-8?Q?a", id="never closed"),
        pytest.param(b"=?utf-8?Q??=", "", id="empty word"),
        pytest.param(b"=?utf-8?Q?a b?=", "a b", id="blank inside"),
        pytest.param(b"=?utf-8?Q?=ZZ=4?=", "=ZZ=4", id="no escapes"),
        pytest.param(b"=?utf-8?B?=YWI?=", "ab", id="padding first"),
        pytest.param(b"=?utf-8?B?YQ=Yg?=", "ab", id="padding inside"),
        pytest.param(b"=?utf-8?B?YQ?=", "a", id="no padding"),
        pytest.param(b"=?utf-8?B?Y?=", "", id="one character"),
        pytest.param(b"=?utf-8?B?!YQ==?=", "a", id="junk in base64"),
        pytest.param("日本".encode(), "日本", id="raw UTF-8"),
        pytest.param(b"\xe4", "ä", id="raw Latin-1"),
    ],
)
def test_decode(raw: bytes, text: str) -> None:
    assert decode_words(raw) == decode_words(raw, []) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        # The examples of RFC 2047 section 8.
        pytest.param(b"(=?ISO-8859-1?Q?a?=)", "(a)", id="one"),
        pytest.param(b"(=?ISO-8859-1?Q?a?= b)", "(a b)", id="word and text"),
        pytest.param(b"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)", id="two words"),
        pytest.param(b"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)", id="two blanks"),
        pytest.param(b"(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)", id="a fold"),
        pytest.param(b"(=?ISO-8859-1?Q?a_b?=)", "(a b)", id="underscore"),
        pytest.param(b"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)", id="two charsets"),
        pytest.param(b"=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=", "םולש ןב ילטפנ", id="Hebrew"),
    ],
)
def test_the_examples_of_the_rfc(raw: bytes, text: str) -> None:
    faults: list[tuple[str, int]] = []
    assert decode_words(raw, faults) == text
    assert faults == []


@pytest.mark.parametrize(
    ("raw", "text", "codes"),
    [
        # Words that are none.
        *(pytest.param(raw, raw.decode(), "header.word.unclosed", id=repr(raw)) for raw in (
            b"=?", b"=?=", b"=??=", b"=???=", b"=?a", b"=?a?", b"=?a?b", b"=?a?b?", b"=?a?b?c", b"=?a?b?c?", b"=?a??b?=",
            b"a =?utf-8?b?w6Q= b", b"=? ?Q?a?=", b"=?" + b"a" * 65 + b"?Q?a?=",
        )),
        pytest.param(b"=", "=", "", id="equals sign"),
        pytest.param(b"?=", "?=", "", id="an end alone"),
        pytest.param(b"=?utf-8?Q?a =?utf-8?Q?b?=", "=?utf-8?Q?a b", "header.word.unclosed", id="the next begins before the end"),
        pytest.param(b"=?utf-8?X?a?= =?utf-8?Q?b?=", "=?utf-8?X?a?= b", "header.word.encoding", id="unknown encoding"),
        pytest.param(b"=?utf-8?Q?a?= =?utf-8?X?b?= =?utf-8?Q?c?=", "a =?utf-8?X?b?= c", "header.word.encoding", id="unknown between"),
        # Where a word ends.
        pytest.param(b"=?utf-8?q?=?=", "=", "header.word.malformed", id="an equals sign"),
        pytest.param(b"=?utf-8?q?a=?=", "a=", "header.word.malformed", id="equals sign last"),
        pytest.param(b"=?utf-8?q?==41?=", "=A", "header.word.malformed", id="two equals signs"),
        pytest.param(b"=?utf-8?q?=41?=", "A", "", id="escape first"),
        pytest.param(b"=?utf-8?q?What??=", "What?", "header.word.malformed", id="question mark last"),
        pytest.param(b"=?utf-8?q?a?b?=", "a?b", "header.word.malformed", id="question mark inside"),
        pytest.param(b"=?utf-8?q??=", "", "", id="empty Q"),
        pytest.param(b"a =?utf-8?b??= b", "a  b", "", id="empty B"),
        pytest.param(b"=?utf-8?q?=\rab?=", "=\rab", "header.text.control header.word.malformed", id="CR is no soft line end"),
        # White space.
        pytest.param(b"=?utf-8?Q?a b?=", "a b", "header.word.malformed", id="blank in Q"),
        pytest.param(b"=? utf-8 ? Q ?a?=", "a", "", id="blanks between its pieces"),
        pytest.param(b"=?utf-8?\r\n Q?a?=", "a", "", id="fold between its pieces"),
        pytest.param(b"=?utf-8?B?44\r\n GC?=", "あ", "header.word.malformed", id="fold in B"),
        pytest.param(b"=?utf-8?Q?Hello\n _there?=", "Hello there", "header.word.malformed", id="fold in Q"),
        pytest.param(b"=?utf-8?Q?Hello\n there?=", "Hello there", "header.word.malformed", id="fold in Q for a blank"),
        pytest.param(b" \t=?utf-8?q?a?=  =?utf-8?q?b?=  c  ", " \tab  c  ", "", id="at the ends"),
        pytest.param(b"a\r\n b\n\tc\r\n", "a b c", "", id="folds without words"),
        pytest.param(b"a\r\n =?utf-8?Q?b?=\r\n c\r\n", "a b c", "", id="folds around a word"),
        # Text that touches.
        pytest.param(b"a=?utf-8?Q?b?=c", "abc", "header.word.adjacent", id="text on both sides"),
        pytest.param(b"=?utf-8?Q?a?=,=?utf-8?Q?b?=", "a,b", "header.word.adjacent", id="comma between"),
        pytest.param(b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab", "header.word.adjacent", id="nothing between"),
        # Characters that are cut.
        pytest.param(b"=?utf-8?B?44E=?= =?utf-8?B?gg==?=", "あ", "", id="character in two words"),
        pytest.param(b"=?utf-8?B?44G?= =?utf-8?B?C?=", "あ", "header.word.malformed", id="base64 in two words"),
        pytest.param(b"=?utf-8?B?4?= =?utf-8?B?4GC44?= =?utf-8?B?GE?=", "あい", "header.word.malformed", id="base64 in three words"),
        pytest.param(b"=?utf-8?B?YQ?= =?utf-8?B?Yg?=", "ab", "header.word.malformed", id="padding left out in both"),
        pytest.param(b"=?utf-8?B?YQ==?= =?utf-8?B?Yg==?=", "ab", "", id="both padded"),
        pytest.param(b"=?utf-8?Q?=E3=?= =?utf-8?Q?81=8?= =?utf-8?Q?2?=", "あ", "header.word.malformed", id="escapes in two words"),
        pytest.param(b"=?UTF-8?B?44E=?= =?utf-8?Q?=82?=", "あ", "", id="two encodings, two cases"),
        pytest.param(b"=?gb2312?B?xA==?= =?gb2312?B?47rD?=", "你好", "", id="GB2312"),
        pytest.param(b"=?iso-2022-jp?B?GyRCJCI=?= =?iso-2022-jp?B?JCQbKEI=?=", "あい", "", id="ISO-2022-JP goes on"),
        pytest.param(b"=?iso-2022-jp?B?GyRCJCI=?= =?iso-2022-jp?B?YWJj?=", "あabc", "", id="ISO-2022-JP does not go on"),
        pytest.param(b"=?utf-7?Q?+2D0-?= =?utf-7?Q?+3gA-?=", "\U0001f600", "", id="UTF-7"),
        # Charsets.
        pytest.param(b"=?utf-8*ja-JP?B?44GC?=", "あ", "", id="language (RFC 2231 section 5)"),
        pytest.param(b'=?"utf-8"?Q?=C3=A4?=', "ä", "", id="quotes"),
        pytest.param(b"=?iso8859_1?Q?=E4?=", "ä", "", id="underscore for a dash"),
        pytest.param(b"=?x-no?Q?=C3=A4?=", "ä", "header.charset.unknown", id="unknown, UTF-8"),
        pytest.param(b"=?x-no?Q?=E4?=", "ä", "header.charset.unknown", id="unknown, no UTF-8"),
        pytest.param(b"=?utf-8?B?////?=", "\ufffd\ufffd\ufffd", "", id="no UTF-8"),
        pytest.param(b"=?us-ascii?Q?=C3=A4?=", "ä", "", id="no ASCII"),
        pytest.param(b"=?us-ascii?B?GyRCJCIbKEI=?=", "あ", "", id="ISO-2022-JP that says ASCII"),
        pytest.param(b"=?utf-16le?b?UADkAGkAdgDkAOQA?=", "Päivää", "", id="UTF-16"),
        pytest.param(b"=?iso-8859-1?Q?\xf6?=", "ö", "header.word.malformed", id="raw byte in a word"),
        # Raw characters.
        pytest.param("日本 =?utf-8?Q?a?=".encode(), "日本 a", "", id="UTF-8 beside a word"),
        pytest.param(b"\xe4 =?utf-8?Q?=C3=A4?=", "ä ä", "header.charset.undeclared", id="Latin-1 beside a word"),
        pytest.param("日本".encode("iso2022_jp"), "日本", "header.charset.undeclared", id="ISO-2022-JP"),
        pytest.param("日本テスト".encode("cp932"), "日本テスト", "header.charset.undeclared", id="Shift_JIS"),
        pytest.param("日本テスト".encode("euc_jp"), "日本テスト", "header.charset.undeclared", id="EUC-JP"),
        pytest.param(b"a\x1b[31m", "a\x1b[31m", "header.text.control header.charset.undeclared", id="another escape"),
        # Control characters.
        pytest.param(b"a\0b", "ab", "header.text.control", id="NUL"),
        pytest.param(b"=?utf-8?Q?a=00b?= c\0", "ab c", "header.text.control", id="encoded NUL"),
        pytest.param(b"=?utf-8?Q?a=0D=0AX:_y?=", "a\r\nX: y", "header.text.control", id="encoded line end"),
        pytest.param(b"a\tb", "a\tb", "", id="tab"),
    ],
)  # fmt: skip
def test_what_mail_has(raw: bytes, text: str, codes: str) -> None:
    faults: list[tuple[str, int]] = []
    assert decode_words(raw, faults) == text
    assert decode_words(raw) == text
    assert {code for code, _ in faults} == set(codes.split())
    assert faults == sorted(faults, key=lambda fault: fault[1])


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        pytest.param(b"a =?x-no?Q?a?= =?x-no?Q?b?=", ("header.charset.unknown", 2), id="the first of two"),
        pytest.param(b"ab\xff", ("header.charset.undeclared", 2), id="byte"),
        pytest.param(b"=?utf-8?Q?a?= b=?", ("header.word.unclosed", 15), id="behind a word"),
        pytest.param(b"a\r\n b\0", ("header.text.control", 5), id="behind a fold"),
    ],
)
def test_faults_have_their_places(raw: bytes, fault: tuple[str, int]) -> None:
    faults: list[tuple[str, int]] = [("given", 0)]
    decode_words(raw, faults)
    assert faults == [("given", 0), fault]


@pytest.mark.parametrize(
    ("fallback", "text"),
    [
        pytest.param("windows-1252", "ä a ä", id="Windows-1252"),
        pytest.param("koi8-r", "Д a Д", id="KOI8-R"),
        pytest.param("utf-8", "\ufffd a \ufffd", id="UTF-8: nothing is guessed"),
        pytest.param("x-no", "ä a ä", id="unknown"),
        pytest.param("us-ascii", "ä a ä", id="no 8-bit charset"),
    ],
)
def test_undeclared_bytes_are_read_in_the_fallback(fallback: str, text: str) -> None:
    assert decode_words(b"\xe4 =?utf-8?Q?a?= \xe4", fallback=fallback) == text
    assert decode_words(b"\xe4", fallback=fallback) == text[0]
    assert decode_words(b"=?x-no?Q?=E4?=", fallback=fallback) == text[0]
    assert decode_words("Ж".encode(), fallback=fallback) == "Ж"


def test_absent_is_none() -> None:
    assert decode_words(None) is None


@pytest.mark.parametrize("unit", [b"=?utf-8?Q?a?= ", b"=?utf-8?X?a?= ", b"=?utf-8?B?YQ==?="], ids=repr)
def test_words_are_bounded(unit: bytes) -> None:
    faults: list[tuple[str, int]] = []
    text = decode_words(unit * MAX_WORDS, faults)
    assert "limit.encoded_word_count" not in dict(faults)
    more = decode_words(unit * (MAX_WORDS + 10), faults)
    assert text is not None
    assert more is not None
    assert dict(faults)["limit.encoded_word_count"] == MAX_WORDS * len(unit)
    assert more == text + (unit * 10).decode()


TOKENS = [
    b"=?",
    b"?=",
    b"?Q?",
    b"?B?",
    b"utf-8",
    b"iso-2022-jp",
    b"utf-7",
    b"utf-16",
    b"\x1b$B",
    b"+2D0-",
    b"=E3",
    b"_",
]
TOKENS += [
    b"QQ==",
    b"=",
    b"A",
    b" ",
    b"\n ",
    b"\xe3",
    b"?",
    b"=?utf-8?Q?",
    b"=?utf-16?B?2D0=?=",
    b"*",
    b"\0",
    b"\r",
    b"?X?",
]
values = st.one_of(joined(TOKENS, 14), st.binary(max_size=80))


@given(raw=values, fallback=st.sampled_from(["windows-1252", "utf-8", "utf-7", "utf-16", "iso-2022-jp", "nonsense"]))
@example(raw=b"=?utf-7?Q?+2D0-?=", fallback="utf-8")
@example(raw=b"=?utf-16?B?2D0=?=", fallback="utf-8")
@example(raw=b"=?utf-8?B?=A?=", fallback="utf-8")
def test_any_bytes_are_decoded_without_surrogates(raw: bytes, fallback: str) -> None:
    faults: list[tuple[str, int]] = []
    text = decode_words(raw, faults, fallback)
    assert text is not None
    assert text == decode_words(raw, None, fallback)
    assert "\0" not in text
    text.encode("utf-8")
    assert len(dict(faults)) == len(faults)
    for code, offset in faults:
        assert code in CODES
        assert 0 <= offset <= len(raw)


def test_every_short_value_is_decoded() -> None:
    for length in range(6):
        for pieces in itertools.product([b"=?", b"?=", b"=", b"?Q?", b"a", b" "], repeat=length):
            text = decode_words(b"".join(pieces), [])
            assert text is not None
            assert len(text) <= 2 * length + 6


def encoded(data: bytes, encoding: str, charset: str) -> bytes:
    text = base64.b64encode(data) if encoding == "B" else b"".join(b"=%02X" % byte for byte in data)
    return f"=?{charset}?{encoding}?".encode() + text + b"?="


CHARSETS = ["utf-8", "UTF-8", "gb18030", "iso-2022-jp", "shift_jis", "euc-kr", "big5", "utf-7", "koi8-r"]
characters = st.one_of(
    st.text("aä日本語あЖ한 ?=_", max_size=20),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\x0e\x0f\x1b"), max_size=20),
)


@given(
    text=characters,
    charset=st.sampled_from(CHARSETS),
    cuts=st.binary(max_size=5),
    encodings=st.text("BQ", min_size=6, max_size=6),
    blank=st.sampled_from([b" ", b"\r\n ", b"\n\t", b"  ", b""]),
)
def test_what_is_encoded_is_read_however_it_is_cut(
    text: str, charset: str, cuts: bytes, encodings: str, blank: bytes
) -> None:
    codec = codec_of(charset)
    assert codec
    data = text.encode(codec, "ignore")
    places = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    pieces = [data[start:end] for start, end in itertools.pairwise(places)]
    words = [encoded(piece, encoding, charset) for piece, encoding in zip(pieces, encodings, strict=False)]
    assert decode_words(blank.join(words)) == data.decode(codec).replace("\0", "")


@given(text=characters, size=st.integers(1, 30))
def test_base64_may_be_cut_anywhere(text: str, size: int) -> None:
    whole = base64.b64encode(text.encode())
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    read = decode_words(b" ".join(b"=?utf-8?B?" + piece + b"?=" for piece in pieces))
    if size % 4 == 0 or not all(map(_is_whole, pieces)):  # else each piece may well stand for itself
        assert read == text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12), max_size=4))
def test_what_is_encoded_word_by_word_is_read(pieces: list[str]) -> None:
    words = [encoded(piece.encode(), "B", "utf-8") for piece in pieces]
    assert decode_words(b"\r\n ".join(words)) == "".join(pieces)


FLOODS = {
    "words": (b"=?utf-8?Q?a?= ", b""),
    "begins": (b"=?", b""),
    "no ends": (b"=?utf-8?Q?a ", b""),
    "begins of words": (b"=?utf-8?Q?", b""),
    "languages": (b"=?a*", b""),
    "blanks": (b"=? ", b""),
    "blanks in one": (b" ", b"=?"),
    "question marks in one": (b"?", b"=?utf-8?Q?"),
    "equals signs in one": (b"=", b"=?utf-8?Q?"),
    "ends in one": (b"=?=", b"=?utf-8?Q?"),
    "one without an end": (b"a", b"=?utf-8?Q?"),
    "a charset without an end": (b"a", b"=?"),
    "folded words": (b"=?utf-8?Q?a?=\r\n ", b""),
    "no ends of base64": (b"=?utf-8?B?YQ ", b""),
    "one long word": (b"44GC", b"=?utf-8?B?"),
    "cut base64": (b"=?utf-8?B?44?= ", b""),
    "unknown charsets": (b"=?x-no?Q?=E4?= ", b""),
    "unknown encodings": (b"=?utf-8?X?a?= ", b""),
    "raw bytes": (b"\xe4", b""),
    "escapes": (b"\x1b$B", b""),
    "folds": (b"\r\n ", b""),
    "NUL": (b"\0", b""),
}


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("end", [b"", b"?="], ids=repr)
def test_floods_are_linear(name: str, end: bytes) -> None:
    unit, start = FLOODS[name]
    assert_linear(lambda raw: decode_words(raw, []), flood(unit, start, end))
