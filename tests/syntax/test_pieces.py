"""What a field's value is made of, piece by piece, with offsets: for who looks at bytes and not at text."""

from __future__ import annotations

import base64
import itertools
import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.charsets import decode_field
from mailkit.syntax.continuations import parameter_pieces
from mailkit.syntax.params import parse_disposition
from mailkit.syntax.words import MAX_WORDS, Piece, decode_words, pieces
from tests.strategies import joined
from tests.timing import assert_linear, flood

JIS = "日本".encode("iso2022_jp")


def short(found: Piece) -> tuple[str, str, bytes]:
    return found.label, found.encoding, found.data


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b"plain\r\n text\t~", [], id="printable ASCII is left out"),
        pytest.param(b"=?utf-8?B?44GC?=", [("utf-8", "b", b"\xe3\x81\x82")], id="B"),
        pytest.param(b"=?UTF-8*ja?q?=E3=81=82_?=", [("UTF-8", "q", b"\xe3\x81\x82 ")], id="Q, a language"),
        pytest.param(b"x =?a?Q?b?= y", [("a", "q", b"b")], id="text around"),
        pytest.param(b"=?a?Q?b?= =?a?Q?c?=", [("a", "q", b"b"), ("a", "q", b"c")], id="two words, each apart"),
        pytest.param(b"=?a?Q?b?= =?c?Q?d?=", [("a", "q", b"b"), ("c", "q", b"d")], id="two charsets"),
        pytest.param(b"=?a?X?b?=", [], id="no word"),
        pytest.param(b"a" + JIS, [("", "", b"a" + JIS)], id="raw escapes"),
        pytest.param(b"\xe3 =?a?Q?b?= c \xe4", [("", "", b"\xe3 "), ("a", "q", b"b"), ("", "", b" c \xe4")], id="raw around a word"),
        pytest.param(b"=?a?Q?b?=\0=?a?Q?c?=", [("a", "q", b"b"), ("", "", b"\0"), ("a", "q", b"c")], id="NUL between"),
        pytest.param(b"=?a?B?YWJ?= =?a?B?jZA==?=", [("a", "b", b""), ("a", "b", b"abcd")], id="base64 cut: what is open goes on"),
        pytest.param(b"=?a?B?YWJjZ?= =?a?B?GVm?=", [("a", "b", b"abc"), ("a", "b", b"def")], id="base64 cut behind a group"),
        pytest.param(b"=?a?Q?b=4?= =?a?Q?1c=?= =?a?Q?41?=", [("a", "q", b"b"), ("a", "q", b"Ac"), ("a", "q", b"A")], id="escapes cut"),
        pytest.param(b"=?a?B?YQ?= =?a?B?Yg?=", [("a", "b", b"a"), ("a", "b", b"b")], id="no padding"),
        pytest.param(b"=?a?B?\r\n YQ==?=", [("a", "b", b"a")], id="folded"),
    ],
)  # fmt: skip
def test_pieces(raw: bytes, found: list[tuple[str, str, bytes]]) -> None:
    assert [short(piece) for piece in pieces(raw)] == found


def test_places() -> None:
    raw = b"\xe3 =?a?Q?b?= =?a?Q?c?= d"
    assert [(piece.start, piece.end) for piece in pieces(raw)] == [(0, 2), (2, 11), (12, 21)]


TOKENS = [
    b"=?",
    b"?=",
    b"?Q?",
    b"?B?",
    b"utf-8",
    b"=E3",
    b"QQ==",
    b"A",
    b" ",
    b"\n ",
    b"\xe3",
    b"\x1b$B",
    b"=?utf-8?Q?",
]
TOKENS += [b"=?utf-8?B?44GC?=", b"; a*0*=", b"; a*1*=", b"; a*2=", b"utf-8'ja'", b"%E3", b'"', b"\\", b";", b"=", b"*"]
values = st.one_of(joined(TOKENS, 16), st.binary(max_size=80))
IS_WORD = re.compile(rb"=\?.*\?=", re.DOTALL)


def check(found: list[Piece], raw: bytes) -> None:
    """See that pieces follow one another, and that each stands where it says."""
    for before, piece in itertools.pairwise([Piece(0, 0, "", "", b""), *found]):
        assert before.end <= piece.start < piece.end <= len(raw)
        text = raw[piece.start : piece.end]
        if piece.encoding in {"b", "q"}:
            assert IS_WORD.fullmatch(text)
        else:
            assert piece.data == (unquote_to_bytes(text) if piece.encoding else text)


@given(raw=values)
def test_pieces_stand_where_they_say(raw: bytes) -> None:
    found = list(pieces(raw))
    check(found, raw)
    place = 0
    for piece in found:
        assert not re.search(rb"[^\t\r\n -~]", raw[place : piece.start])
        assert (piece.label == "") <= (piece.encoding == "")
        place = piece.end
    check(list(parameter_pieces(raw)), raw)
    check(list(parameter_pieces(b"inline; " + raw)), b"inline; " + raw)


LABELS = ["utf-8", "iso-2022-jp", "shift_jis", "euc-jp"]


@given(
    text=st.text("日本語あアa ", min_size=1, max_size=20),
    label=st.sampled_from(LABELS),
    size=st.integers(1, 30),
    is_base64=st.booleans(),
)
def test_the_data_of_all_words_is_the_text(text: str, label: str, size: int, *, is_base64: bool) -> None:
    """Whether words are cut in characters, in escapes, or in base64."""
    data = text.encode(label)
    whole = base64.b64encode(data) if is_base64 else b"".join(b"=%02X" % byte for byte in data)
    cuts = [whole[start : start + size] for start in range(0, len(whole), size)]
    raw = b" ".join(b"=?%b?%b?%b?=" % (label.encode(), b"B" if is_base64 else b"Q", cut) for cut in cuts)
    found = list(pieces(raw))
    assert len(found) == len(cuts)
    joined_data = b"".join(piece.data for piece in found)
    assert decode_field(joined_data, label) == decode_words(raw)
    if not is_base64 or size % 4 == 0:
        assert joined_data == data


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(b"inline", [], id="none"),
        pytest.param(b"inline; a=b; c1=d", [], id="plain"),
        pytest.param(b"inline; a*=utf-8'ja'%E3%81%82x", [("utf-8", "%", "あx".encode())], id="extended"),
        pytest.param(b"inline; a*=\"utf-8''%41\"", [("utf-8", "%", b"A")], id="extended, in quotes"),
        pytest.param(b"inline; a*=utf-8''", [], id="extended, empty"),
        pytest.param(b"inline; a*=%41", [("", "%", b"A")], id="extended, without a charset"),
        pytest.param(b"inline; a*0*=x''%41; a*1*=%42; a*2=c", [("x", "%", b"A"), ("x", "%", b"B"), ("x", "", b"c")], id="segments"),
        pytest.param(b"inline; a*0*=iso-2022-jp''%1B$B; a*1=\"$\\\"\"; a*2*=%1B%28B", [("iso-2022-jp", "%", b"\x1b$B"), ("iso-2022-jp", "%", b"\x1b(B")], id="a quoted pair is not looked into"),
        pytest.param(b"inline; a*1*=%42; A*0*=x''%41", [("x", "%", b"B"), ("x", "%", b"A")], id="not in order"),
        pytest.param(b"inline; a*0=b; a*1=c", [], id="plain segments"),
        pytest.param(b"inline; a*0=b; a*1*=%41", [("", "", b"b"), ("", "%", b"A")], id="a plain segment first"),
        pytest.param(b"inline; a*=x''%41; b*=y''%42", [("x", "%", b"A"), ("y", "%", b"B")], id="two parameters"),
        pytest.param(b'inline; a="=?x?Q?b?= =?x?Q?c?="; a*=y\'\'%41', [("x", "q", b"b"), ("x", "q", b"c"), ("y", "%", b"A")], id="words, and extended"),
        pytest.param(b'inline; a="' + JIS + b"\"; a*=y''%41", [("", "", b'inline; a="' + JIS + b"\"; a*=y''"), ("y", "%", b"A")], id="raw, and extended"),
        pytest.param(b"inline; b=\"; a*=y''%41\"", [], id="inside quotes"),
    ],
)  # fmt: skip
def test_pieces_of_parameters(raw: bytes, found: list[tuple[str, str, bytes]]) -> None:
    assert [short(piece) for piece in parameter_pieces(raw)] == found
    check(list(parameter_pieces(raw)), raw)


@given(text=st.text("日本語あアa '%", min_size=1, max_size=20), label=st.sampled_from(LABELS), size=st.integers(1, 30))
def test_the_data_of_all_segments_is_the_text(text: str, label: str, size: int) -> None:
    data = text.encode(label)
    cuts = [data[start : start + size] for start in range(0, len(data), size)]
    rows = [b"a*%d*=%b" % (number, b"".join(b"%%%02X" % byte for byte in cut)) for number, cut in enumerate(cuts)]
    rows[0] = rows[0].replace(b"*=", b"*=" + label.encode() + b"''", 1)
    raw = b"inline; " + b";\r\n ".join(rows)
    found = list(parameter_pieces(raw))
    assert [piece.data for piece in found] == cuts
    assert {piece.label for piece in found} == {label}
    value = parse_disposition(raw)
    assert value is not None
    assert value.params["a"] == text


@pytest.mark.parametrize("unit", [b"=?utf-8?Q?a?= ", b"=?utf-8?B?YQ==?=", b"=?utf-8?Q?a?=\xe3"], ids=repr)
def test_pieces_are_bounded(unit: bytes) -> None:
    found = list(pieces(unit * (MAX_WORDS + 10) + b"\xe3"))
    assert sum(piece.encoding in {"q", "b"} for piece in found) == MAX_WORDS
    assert found[-1].data.endswith(b"\xe3")
    assert len(list(parameter_pieces(unit * (MAX_WORDS + 10)))) == MAX_WORDS
    assert len(list(parameter_pieces(b"; x*=utf-8''%41" * (MAX_WORDS + 10)))) == MAX_WORDS


FLOODS = [
    b"=?",
    b"=?utf-8?B?Y?= ",
    b"=?utf-8?Q?=?= ",
    b"\xe3",
    b"\x1b$B",
    b"; a*0*=x''%41",
    b';a*0="',
    b"; ",
    b"a*",
    b";a",
    b"%",
]


@pytest.mark.parametrize("unit", FLOODS, ids=repr)
def test_floods_are_linear(unit: bytes) -> None:
    assert_linear(lambda raw: (list(pieces(raw)), list(parameter_pieces(raw))), flood(unit))
