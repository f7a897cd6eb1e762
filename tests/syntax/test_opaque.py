"""Japanese in a field's bytes: what is no structure, and how bytes are read that name no charset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.opaque import NEUTRAL, neutral, shown, unfolded
from tests.strategies import joined
from tests.timing import assert_linear, flood


def drawn(raw: bytes, fallback: str = "") -> str:
    """Show a neutral value: a point for each byte that is none of structure."""
    return neutral(raw, fallback).replace(NEUTRAL, b".").replace(b"\x1b", b"!").decode("latin-1")


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        pytest.param(b'a"b', 'a"b', id="ASCII"),
        pytest.param(b'"\x1b$B$"$\\\x1b(B"', '"!........."', id="JIS X 0208"),
        pytest.param(b'\x1b$@$"\x1b(J"', '!......."', id="the escapes of 1978"),
        pytest.param(b'\x1b(I";\x1b(B"', '!......."', id="half-width kana"),
        pytest.param(b'\x1b$B$"\x1b(I"\x1b$B$"\x1b(B"', "!" + "." * 16 + '"', id="from one set to the next"),
        pytest.param(b'\x1b$(D0"\x1b(B"', '!........"', id="JIS X 0212"),
        pytest.param(b'"\x1b$B$"$$"', '"!......"', id="without an end: a quote is left"),
        pytest.param(b'"\x1b$B$"$$"; x', '"!......"; x', id="without an end, before a semicolon"),
        pytest.param(b'\x1b$B$"\r\n $"\x1b(B"', '!............"', id="folded"),
        pytest.param(b'\x1b$B$"\r\n $" "', '!....\r\n $" "', id="a line without an end"),
        pytest.param(b"\x1b$B$", "!$B$", id="half a character"),
        pytest.param(b"\x1b(B (a)", "!.. (a)", id="an end alone"),
        pytest.param(b"\x1b&@\x1b$B$@\x1b(B", "!" + "." * 10, id="the announcer of 1990"),
        pytest.param(b"\x1b&@", "!..", id="the announcer alone"),
        pytest.param(b'\x1b[31m"', '![31m"', id="another escape"),
        pytest.param('"表"'.encode("cp932"), '".."', id="Shift_JIS: quotes fit only so"),
        pytest.param('表"'.encode("cp932"), '\x95\\"', id="Shift_JIS: quotes tell nothing"),
        pytest.param('"é\\""'.encode("latin-1"), '"é\\""', id="Latin-1 and a quoted pair"),
        pytest.param("é@x".encode("latin-1"), "é@x", id="Latin-1 and an at sign"),
        pytest.param('"表\\"'.encode(), '"表\\"'.encode().decode("latin-1"), id="UTF-8"),
    ],
)  # fmt: skip
def test_neutral(raw: bytes, seen: str) -> None:
    assert drawn(raw) == seen


def test_shift_jis_that_is_declared() -> None:
    raw = "a　表".encode("cp932") + b"@x"
    assert drawn(raw) == "a\x81@..@x"
    assert drawn(raw, "Shift_JIS") == "a....@x"


TOKENS = [
    b"\x1b$B",
    b"\x1b(B",
    b"\x1b(I",
    b"\x1b$(D",
    b"\x1b&@",
    b"\x1b",
    b'$"',
    b"$",
    b'"',
    b"\\",
    b";",
    b"\x95\\",
    b"\x83",
    b" ",
    b"\n",
    b"@",
]


@given(raw=st.one_of(joined(TOKENS, 14), st.binary(max_size=40)), fallback=st.sampled_from(["", "shift_jis", "utf-8"]))
def test_a_neutral_value_is_as_long(raw: bytes, fallback: str) -> None:
    mask = neutral(raw, fallback)
    assert len(mask) == len(raw)
    for byte, was in zip(mask, raw, strict=True):
        assert byte in {was, NEUTRAL[0]}
    assert unfolded(raw).count(b"\n") == 0


@pytest.mark.parametrize(
    ("raw", "fallback", "label"),
    [
        pytest.param("かな表".encode("cp932"), "windows-1252", "shift_jis", id="kana in Shift_JIS"),
        pytest.param("かな表".encode("euc_jp"), "windows-1252", "euc-jp", id="kana in EUC-JP"),
        pytest.param("かな".encode("iso2022_jp"), "windows-1252", "windows-1252", id="ISO-2022-JP"),
        pytest.param("かな".encode(), "koi8-r", "koi8-r", id="UTF-8"),
        pytest.param(b"a", "koi8-r", "koi8-r", id="ASCII"),
        pytest.param(b"\xe4 a", "koi8-r", "koi8-r", id="nothing is shown"),
        pytest.param("会議".encode("euc_jp"), "iso-2022-jp", "euc-jp", id="Japanese is declared"),
        pytest.param("会議".encode("cp932"), "utf-8", "utf-8", id="nothing is guessed"),
    ],
)
def test_shown(raw: bytes, fallback: str, label: str) -> None:
    assert shown(raw, fallback) == label


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"a\r\n b\n\tc\n", b"a b c ", id="blanks"),
        pytest.param(b'\x1b$B$"\r\n $$\n\t$&\x1b(B\r\n a', b'\x1b$B$"$$$&\x1b(B a', id="in a run, twice"),
        pytest.param(b'\x1b$B$"\x1b(B\r\n \x1b$B$"\x1b(B', b'\x1b$B$"\x1b(B \x1b$B$"\x1b(B', id="between two runs"),
        pytest.param(b'\x1b$B$" $$\x1b(B a', b'\x1b$B$"$$\x1b(B a', id="in a run, unfolded by others"),
        pytest.param(b'\x1b$B$"\r\n abc', b'\x1b$B$" abc', id="text follows"),
        pytest.param(b'\x1b$B$"\r\n abc\x1b$B$"\x1b(B', b'\x1b$B$" abc\x1b$B$"\x1b(B', id="text and a run follow"),
    ],
)
def test_unfolded(raw: bytes, text: bytes) -> None:
    assert unfolded(raw) == text


FLOODS = [
    b"\x1b$B!!\r\n ",
    b"!!\r\n ",
    b"\r",
    b"\x1b$B\r\n",
    b"\x1b$B",
    b'\x1b$B$"',
    b"\x1b(I",
    b"\x1b(I!",
    b"\x1b(B",
    b"\x1b&@",
    b"\x1b",
    b'\x1b$B";',
    b"\x95\\",
    b'\x95\\"',
    b"\x83@",
]


@pytest.mark.parametrize("unit", FLOODS, ids=repr)
def test_floods_are_linear(unit: bytes) -> None:
    assert_linear(neutral, flood(unit))
    assert_linear(neutral, flood(unit, b"\x1b$B"))
    assert_linear(shown, flood(unit))
    assert_linear(unfolded, flood(unit, b"\x1b$B"))
    assert_linear(lambda raw: neutral(raw, "shift_jis"), flood(unit))
