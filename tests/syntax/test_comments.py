"""Comments: nested, open, with quoted pairs; and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given

from mailkit.syntax.comments import comment_end, skip_blanks, skip_comment, strip_comments
from tests.strategies import joined
from tests.timing import assert_linear, flood


@pytest.mark.parametrize(
    ("raw", "stop"),
    [
        pytest.param(b"(a)b", 3, id="plain"),
        pytest.param(b"(a(b)c)d", 7, id="nested"),
        pytest.param(rb"(a\)b)c", 6, id="quoted pair"),
        pytest.param(rb"(a\\)b", 5, id="quoted backslash"),
        pytest.param(b'(a")b', 4, id="a quote means nothing"),
        pytest.param(b"(a\\\n)b", 5, id="quoted line end"),
    ],
)
def test_a_comment_has_an_end(raw: bytes, stop: int) -> None:
    assert comment_end(raw, 0) == skip_comment(raw, 0) == stop
    assert comment_end(b"xx" + raw, 2) == stop + 2


@pytest.mark.parametrize("raw", [b"(a", b"(a\\", b"(a(b)", rb"(a\)", b"("], ids=repr)
def test_an_open_comment_has_none(raw: bytes) -> None:
    assert comment_end(raw, 0) == -1
    assert skip_comment(raw, 0) == len(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"a(b)c", b"a c", id="plain"),
        pytest.param(b"a(b(c)d)e(f)", b"a e ", id="nested"),
        pytest.param(b"a(b", b"a ", id="open"),
        pytest.param(b"a", b"a", id="none"),
        pytest.param(b'a "(b)" (c)', b'a "(b)"  ', id="none in quotes"),
        pytest.param(b'"a\\"(b)" (c)', b'"a\\"(b)"  ', id="quoted pair in quotes"),
        pytest.param(b'(a")b', b" b", id="quote in a comment"),
        pytest.param(b'a"(b)', b'a"(b)', id="open quote"),
    ],
)
def test_strip_comments(raw: bytes, text: bytes) -> None:
    assert strip_comments(raw) == text


def test_skip_blanks() -> None:
    assert skip_blanks(b"a \t\r\n b", 1) == 6
    assert skip_blanks(b"a", 1) == 1


@given(raw=joined([b"(", b")", b"\\", b'"', b"a", b" "], 14))
def test_what_is_left_has_no_comment(raw: bytes) -> None:
    text = strip_comments(raw)
    assert len(text) <= len(raw) + 1
    assert strip_comments(text) == text


@pytest.mark.parametrize("piece", [b"(", b"()", b"(a\\)", b'"(', b'"\\'], ids=repr)
def test_floods_are_linear(piece: bytes) -> None:
    assert_linear(strip_comments, flood(piece))
    assert_linear(lambda raw: comment_end(raw, 0), flood(piece, b"("))
