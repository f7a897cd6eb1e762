"""Shift_JIS and EUC-JP: as the standard decodes them, with NEC's and IBM's characters, however they are cut."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.charsets import IncrementalText, decode_as
from mailkit.charsets.cells import table
from tests.charsets import standard

SJIS = [
    b"\x81",
    b"\x82\xa0",
    b"\x87\x40",
    b"\xed\x40",
    b"\xb1",
    b"\xfd",
    b"\x80",
    b"\xa0",
    b"\xff",
    b"\xf0\x40",
    b"\xfa",
    b"?",
    b"\n",
]
EUC = [
    b"\xa1",
    b"\xa4\xa2",
    b"\xad\xa1",
    b"\xf9\xa1",
    b"\x8e",
    b"\xb1",
    b"\x8f",
    b"\xb0\xa1",
    b"\xff",
    b"\x80",
    b"\xa0",
    b"?",
    b"\n",
]
DECODERS: list[tuple[str, list[bytes], Callable[[bytes], str]]] = [
    ("shift_jis", SJIS, standard.shift_jis),
    ("euc-jp", EUC, standard.euc_jp),
]


@pytest.mark.parametrize(("label", "tokens", "oracle"), [pytest.param(*row, id=row[0]) for row in DECODERS])
def test_every_short_text(label: str, tokens: list[bytes], oracle: Callable[[bytes], str]) -> None:
    for count in range(5):
        for some in itertools.product(tokens, repeat=count):
            data = b"".join(some)
            assert decode_as(data, label) == oracle(data), data


@pytest.mark.parametrize(("label", "oracle"), [pytest.param(row[0], row[2], id=row[0]) for row in DECODERS])
def test_every_two_bytes(label: str, oracle: Callable[[bytes], str]) -> None:
    for lead, trail in itertools.product(range(256), repeat=2):
        data = bytes((lead, trail))
        assert decode_as(data, label) == oracle(data), data


@settings(max_examples=1_500, deadline=None)
@given(
    data=st.lists(st.sampled_from([*SJIS, *EUC, b"\xf3\xf3", b"\xf5\xa1"]), max_size=10).map(b"".join),
    size=st.integers(1, 4),
    label=st.sampled_from(["shift_jis", "euc-jp", "eucjp-ms"]),
)
def test_pieces(data: bytes, size: int, label: str) -> None:
    decoder = IncrementalText(label)
    text = "".join([decoder.feed(data[at : at + size]) for at in range(0, len(data), size)]) + decoder.close()
    assert text == decode_as(data, label)
    assert decoder.close() == ""


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        pytest.param(b"\xad\xa1\xfc\xe2", "euc-jp", "①髙", id="row 13 and NEC's selection"),
        pytest.param(b"\xf9\xa1", "euc-jp", "纊", id="F9A1 as CP51932"),
        pytest.param(b"\xf9\xa1\xf5\xa1", "eucjp-ms", "\ue178\ue000", id="F9A1 as eucJP-ms"),
        pytest.param(b"\x8f\xf3\xf3\x8f\xf4\xfe", "eucjp-ms", "ⅰ黑", id="IBM's in the third set"),
        pytest.param(b"\x8f\xf5\xa1", "eucjp-ms", "\ue3ac", id="a user's in the third set"),
        pytest.param(b"\x8f\xf3\xf3", "cp51932", "ⅰ", id="IBM's in the third set, whatever the label"),
        pytest.param(b"\xfa\x40\xee\xef\x87\x54", "windows-31j", "ⅰⅰⅠ", id="one character in two places"),
        pytest.param(b"\xf0\x40\xf9\xfc", "shift_jis", "\ue000\ue757", id="users' own"),
        pytest.param(b"\x5c\x7e\x81\x60", "shift_jis", "\\~～", id="as Windows has it"),
        pytest.param(b"\x5c\xa1\xc1", "euc-jp", "\\〜", id="as JIS has it"),
        pytest.param(b"\xa0\xfd\xff", "shift_jis", "\ufffd\ufffd\ufffd", id="bytes that Python's cp932 lets through"),
        pytest.param(b"\xa5\xf7", "euc-jisx0213", "カ゚", id="JIS X 0213"),
    ],
)
def test_what_mail_has(data: bytes, label: str, text: str) -> None:
    assert decode_as(data, label) == text


def test_ibm_characters_stand_in_the_third_plane_in_order() -> None:
    by_euc = list(table("jisx0212-euc")[82 * 94 + 82 : 84 * 94])
    by_jis = list(table("jisx0212")[82 * 94 : 82 * 94 + 106])
    assert by_euc == by_jis
    assert "".join(by_euc[:26]) == "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻"
    assert by_euc[-1] == "黑"


def test_a_flood_is_read_once() -> None:
    for label, data in (("shift_jis", b"\xfd"), ("euc-jp", b"\xad\xa1"), ("euc-jp", b"\x8f")):
        assert len(decode_as(data * 50_000, label)) in {50_000, 25_000}
