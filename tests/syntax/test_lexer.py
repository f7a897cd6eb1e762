"""Tokens of structured field values (RFC 5322 section 3.2)."""

from __future__ import annotations

import pytest
from hypothesis import given

from mailkit.syntax.lexer import Lexer, Token, unquote
from tests.strategies import joined


def tokens(raw: bytes) -> tuple[list[Token], Lexer]:
    """Give all tokens of a value."""
    lexer = Lexer(raw)
    found = []
    while lexer.position < lexer.end:
        token = lexer.next()
        if token:
            found.append(token)
    return found, lexer


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(b" \t\r\n\0", [], id="blanks"),
        pytest.param(b"a.b c", [("atom", b"a.b"), ("atom", b"c")], id="atoms"),
        pytest.param(b'a"b c"d', [("atom", b"a"), ("quoted", b"b c"), ("atom", b"d")], id="quoted string"),
        pytest.param(b'"a\r\n b\\"\\c"', [("quoted", b'a b"c')], id="fold and quoted pairs"),
        pytest.param(b"<@,;:>)", [(c, c.encode()) for c in "<@,;:>)"], id="specials"),
        pytest.param(
            b"a\\,b\\c\\\\", [("atom", text) for text in (b"a", b",", b"b", b"\\", b"c", b"\\\\")], id="pairs"
        ),
        pytest.param(b"a\\", [("atom", b"a"), ("atom", b"\\")], id="backslash at the end"),
        pytest.param(b"(a)b(c(d))", [("atom", b"b")], id="comments"),
        pytest.param(b"@ [a b\\]]x", [("@", b"@"), ("literal", b"[ab]]"), ("atom", b"x")], id="domain literal"),
        pytest.param(b"[a] @b", [("atom", b"[a]"), ("@", b"@"), ("atom", b"b")], id="no domain literal"),
        pytest.param(b"=?a?Q?<b,?= c", [("word", b"=?a?Q?<b,?="), ("atom", b"c")], id="encoded word"),
        pytest.param(b"=?a?X?<?=", [("atom", b"=?a?X?"), ("<", b"<"), ("atom", b"?=")], id="no encoded word"),
        pytest.param(b'\x1b$B"(\x1b(Ba', [("word", b'\x1b$B"(\x1b(B'), ("atom", b"a")], id="Japanese"),
        pytest.param(b"\x1b$Ba\x1b", [("atom", b"\x1b"), ("atom", b"$Ba"), ("atom", b"\x1b")], id="Japanese, cut"),
    ],
)
def test_tokens(raw: bytes, found: list[tuple[str, bytes]]) -> None:
    assert [(token.kind, token.text) for token in tokens(raw)[0]] == found


def test_tokens_say_where_they_stand() -> None:
    found, lexer = tokens(b'ab (c)"d"e\r\n (f)')
    assert [(token.offset, token.end, token.apart) for token in found] == [(0, 2, True), (6, 9, True), (9, 10, False)]
    assert lexer.comments == [(3, b"c"), (13, b"f")]


@pytest.mark.parametrize(
    ("raw", "texts", "comments", "fault"),
    [
        pytest.param(b'a "b "', [b"a", b"b "], [], None, id="closed"),
        pytest.param(b'a "b', [b"a", b"b"], [], ("address.quote.unclosed", 2), id="quote"),
        pytest.param(b'a "b\\" "', [b"a", b'b" '], [], None, id="quoted quote"),
        pytest.param(b'a "b\\"', [b"a", b"b", b'"'], [], ("address.quote.unclosed", 2), id="only a quoted quote"),
        pytest.param(b"a (b c", [b"a"], [b"b c"], ("address.comment.unbalanced", 2), id="comment"),
        pytest.param(b"a (b (c) d, e (f)", [b"a", b"d", b",", b"e"], [b"b ", b"c", b"f"], ("address.comment.unbalanced", 2), id="comment before a comma"),
        pytest.param(b"(((a", [], [b"", b"", b"a"], ("address.comment.unbalanced", 0), id="comments"),
    ],
)  # fmt: skip
def test_what_never_ends(raw: bytes, texts: list[bytes], comments: list[bytes], fault: tuple[str, int] | None) -> None:
    found, lexer = tokens(raw)
    assert [token.text for token in found] == texts
    assert [text for _, text in lexer.comments] == comments
    assert list(lexer.faults.items()) == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"a b", b"a b", id="plain"),
        pytest.param(b'\\a\\\\\\"', b'a\\"', id="quoted pairs"),
        pytest.param(b"a\r\n\t b\n", b"a\t b", id="folds"),
        pytest.param(b"\x1b$B\\\\\x1b(B\\a", b"\x1b$B\\\\\x1b(Ba", id="Japanese"),
        pytest.param(b"a\\", b"a\\", id="backslash at the end"),
    ],
)  # fmt: skip
def test_unquote(content: bytes, text: bytes) -> None:
    assert unquote(content) == text


LETTERS = [bytes([byte]) for byte in b' "\\()<>@,;:[].=?aQ\x1b$B\r\n\0\xff']


@given(joined(LETTERS, 16))
def test_tokens_follow_one_another(raw: bytes) -> None:
    end = 0
    for token in tokens(raw)[0]:
        assert end <= token.offset < token.end <= len(raw)
        assert token.apart or not raw[end : token.offset].strip(b'"')  # a quote that is not closed
        end = token.end
