"""File names that are safe to write."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.syntax.names import MAX_NAME_BYTES, safe_name
from tests.strategies import joined
from tests.timing import assert_linear, flood


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        pytest.param("report.pdf", "report.pdf", id="plain"),
        pytest.param("日本語 (1).xlsx", "日本語 (1).xlsx", id="other letters"),
        pytest.param(".profile", ".profile", id="begins with a point"),
        pytest.param("C:\\TEMP\\x.png", "x.png", id="Windows path"),
        pytest.param("\\\\server\\share\\x.png", "x.png", id="UNC path"),
        pytest.param("../../etc/passwd", "passwd", id="path"),
        pytest.param("a/b/", "b", id="folder"),
        pytest.param("a/..", "a", id="folder above"),
        pytest.param("C:x.png", "C_x.png", id="drive"),
        pytest.param("a:b", "a_b", id="stream of NTFS"),
        pytest.param('<a>|"b"?*', "_a___b___", id="reserved characters"),
        pytest.param("a\uff0fb\u2215c\u00a5d\u20a9e", "a_b_c_d_e", id="separators in disguise"),
        pytest.param("a\0b\r\nc\x7f\x9f", "abc", id="controls"),
        pytest.param("cod\u202egnp.exe", "codgnp.exe", id="bidirectional"),
        pytest.param("a\u200b\u2066b\ufeff.txt", "ab.txt", id="invisible"),
        pytest.param("a\u2028b", "a_b", id="line separator"),
        pytest.param("a\ud800b", "ab", id="surrogate"),
        pytest.param("e\u0301.txt", "é.txt", id="normal form"),
        pytest.param("<\u0338", "≮", id="normal form of a reserved character"),
        pytest.param("nul", "_nul", id="device"),
        pytest.param("Con.txt", "_Con.txt", id="device with an extension"),
        pytest.param("com1 .tar.gz", "_com1 .tar.gz", id="device with a blank"),
        pytest.param("LPT\u00b9", "_LPT\u00b9", id="device with a superscript"),
        pytest.param("console.txt", "console.txt", id="no device"),
        pytest.param("COM10", "COM10", id="no device either"),
        pytest.param("a. . ", "a", id="points and blanks behind"),
        pytest.param("  a", "a", id="blanks before"),
        pytest.param("x\u3000.", "x", id="wide blank behind"),
        *(pytest.param(name, "unnamed", id=repr(name)) for name in ("", ".", "..", " ", "/", "../..", "\u202e", "\0", "...")),
    ],
)  # fmt: skip
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("name", "end"),
    [
        pytest.param("a" * 300 + ".pdf", "a.pdf", id="the extension stays"),
        pytest.param("あ" * 300 + ".xlsx", "あ.xlsx", id="no half character"),
        pytest.param("a." + "b" * 300, "b", id="no extension"),
        pytest.param("a" * 100_000 + ".exe", "a.exe", id="very long"),
    ],
)
def test_long_names_are_cut(name: str, end: str) -> None:
    safe = safe_name(name)
    assert MAX_NAME_BYTES - 4 < len(safe.encode()) <= MAX_NAME_BYTES
    assert safe.endswith(end)


PIECES = [
    "/",
    "\\",
    ".",
    " ",
    "a",
    "あ",
    "\u0301",
    "\u0338",
    "<",
    "nul",
    "\u202e",
    "\0",
    "\ud800",
    "\u3000",
    "x" * 100,
    "\u00a5",
]


@given(name=st.one_of(joined(PIECES, 10), st.text(st.characters(), max_size=40)))
@example(name="\u1100\u1161" * 200)
@example(name="x" * 250 + ". . . . . .a")
def test_any_name_is_made_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe == safe_name(safe)
    assert len(safe.encode("utf-8")) <= MAX_NAME_BYTES
    assert not set(safe) & set('/\\<>:"|?*')
    assert unicodedata.is_normalized("NFC", safe)
    assert not [letter for letter in safe if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert safe.strip() == safe.rstrip(".") == safe


@pytest.mark.parametrize("piece", ["\u0301\u0316", "/", "\\.", "\u202e", "あ"], ids=repr)
def test_floods_are_linear(piece: str) -> None:
    assert_linear(safe_name, flood(piece))
