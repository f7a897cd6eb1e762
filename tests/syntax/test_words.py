"""Encoded words (RFC 2047), and what mail makes of them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.syntax.words import MAX_WORDS, decode_words


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
        pytest.param(b"=?zlib_codec?B?eJwDAAAAAAE=?=", None, id="a codec of Python's"),
        pytest.param(b"=?utf-8?X?a?=", "=?utf-8?X?a?=", id="unknown encoding"),
        pytest.param(b"=?utf-8?Q?a", "=?utf-8?Q?a", id="never closed"),
        pytest.param(b"=?utf-8?Q??=", "", id="empty word"),
        pytest.param(b"=?utf-8?Q?a b?=", "a b", id="blank inside"),
        pytest.param(b"=?utf-8?Q?=ZZ=4?=", "=ZZ=4", id="no escapes"),
        pytest.param(b"=?utf-8?B?=A?=", None, id="padding first"),
        pytest.param(b"=?utf-8?B?A=A?=", None, id="padding inside"),
        pytest.param(b"=?utf-8?B?YQ?=", "a", id="no padding"),
        pytest.param(b"=?utf-8?B?Y?=", "", id="one character"),
        pytest.param(b"=?utf-8?B?!YQ==?=", "a", id="junk in base64"),
        pytest.param("日本".encode(), "日本", id="raw UTF-8"),
        pytest.param(b"\xe4", "ä", id="raw Latin-1"),
    ],
)
def test_decode(raw: bytes, text: str | None) -> None:
    decoded = decode_words(raw)
    assert decoded is not None
    assert text is None or decoded == text


def test_absent_is_none() -> None:
    assert decode_words(None) is None


def test_words_are_bounded() -> None:
    word = b"=?utf-8?Q?a?= "
    text = decode_words(word * (MAX_WORDS + 10))
    assert text is not None
    assert text.startswith("a" * MAX_WORDS)
    assert "=?utf-8?Q?a?=" in text


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
TOKENS += [b"QQ==", b"=", b"A", b" ", b"\n ", b"\xe3", b"?", b"=?utf-8?Q?", b"=?utf-16?B?2D0=?="]
values = st.one_of(st.lists(st.sampled_from(TOKENS), max_size=14).map(b"".join), st.binary(max_size=80))


@settings(max_examples=1500, deadline=None)
@given(raw=values)
@example(raw=b"=?utf-7?Q?+2D0-?=")
@example(raw=b"=?utf-16?B?2D0=?=")
@example(raw=b"=?utf-8?B?=A?=")
def test_any_bytes_are_decoded_without_surrogates(raw: bytes) -> None:
    text = decode_words(raw)
    assert text is not None
    text.encode("utf-8")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12), max_size=4))
def test_what_is_encoded_is_read(pieces: list[str]) -> None:
    words = [b"=?utf-8?B?" + base64.b64encode(piece.encode()) + b"?=" for piece in pieces]
    assert decode_words(b"\r\n ".join(words)) == "".join(pieces)
