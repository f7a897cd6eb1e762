"""Proof of bounds: what is refused is slow, what is accepted is not, and the shipped expressions are accepted."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.bounce import bounded
from mailkit.bounce.dialects import DIALECTS
from mailkit.bounce.dialects.load import lint_dialects
from mailkit.bounce.matcher import RuleSet


@pytest.mark.parametrize(
    "regex",
    [
        pytest.param("quota", id="a word"),
        pytest.param(r"\d{1,9} ?mb", id="a repeat that ends where other characters begin"),
        pytest.param("[^;]{0,80}quota", id="one gap"),
        pytest.param(".{0,40}a.{0,40}", id="two gaps"),
        pytest.param("(?:ab|cd){1,20}e", id="alternatives that begin otherwise"),
        pytest.param("(?:[^.;]|\\.(?=\\S)){0,60}x", id="characters, but for some"),
        pytest.param("(?:full|fill|fall|fuel)", id="alternatives that part behind the first letter"),
        pytest.param(r"(?:\w{1,10} ){1,10}x", id="words with blanks between"),
        pytest.param("[ \t]*:", id="blanks without end"),
        pytest.param("[ \t]*\r?$", id="blanks to the end of the line"),
        pytest.param("a{1,40}+a", id="possessive"),
        pytest.param("(?>a{1,40})a", id="atomic"),
        pytest.param(r"\bfull\b(?! moon)", id="borders and a look ahead"),
        pytest.param(r"(?<!not )full", id="a look behind"),
        pytest.param(r"[^\W\d]{1,9}\d", id="letters, then a digit"),
        pytest.param("容量{1,3}超", id="ideographs"),
    ],
)
def test_fine(regex: str) -> None:
    assert list(bounded.faults(regex)) == []


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        pytest.param("a*", "unbounded", id="star"),
        pytest.param("a+", "unbounded", id="plus"),
        pytest.param("a{3,}", "unbounded", id="open bound"),
        pytest.param("a*?b", "unbounded", id="lazy star"),
        pytest.param("(?:ab)*c", "unbounded", id="star of a group"),
        pytest.param(r"\s*x", "unbounded", id="white space, which has line ends"),
        pytest.param("(?: a)*x", "unbounded", id="more than blanks"),
        pytest.param("( a)*x", "unbounded", id="more than blanks in a group"),
        pytest.param(" * x", "unbounded", id="blanks behind which one may stand"),
        pytest.param("(?:a{1,9}){1,9}x", "ways", id="nested"),
        pytest.param(r"(?:\w{1,9}){1,9}x", "ways", id="nested letters"),
        pytest.param("(?:a|a){1,20}b", "ways", id="alternatives that are the same"),
        pytest.param("(?:a|ab|b){1,20}c", "ways", id="alternatives that overlap"),
        pytest.param(r"(?:\wx?|\d){1,20}!", "ways", id="classes that overlap"),
        pytest.param("(?:sx?|ſ){1,20}!", "ways", id="letters that are one without case"),
        pytest.param(".{0,40}.{0,40}.{0,40}x", "ways", id="three gaps"),
        pytest.param(r"(?:\w{1,9}\d){0,9}!", "ways", id="a tail that fits the repeat"),
        pytest.param("(?=(?:a{1,9}){1,9}x)y", "ways", id="inside of a look ahead"),
        pytest.param(r"(?:\w(?:\b)?){0,40}!", "ways", id="a border that may be left out"),
        pytest.param("(?:a(?:(?=a))?){0,40}!", "ways", id="a look ahead that may be left out"),
        pytest.param("(?:a?){1,9}x", "nothing", id="a repeat of nothing"),
        pytest.param("(?:a{0,3}b{0,3}){1,9}x", "nothing", id="a repeat of what may be empty"),
        pytest.param(r"(a|b)\1", "groups", id="a back reference"),
        pytest.param("(a)?(?(1)b|c)", "groups", id="a condition"),
        pytest.param("[^;]{0,5000}", "characters", id="wide"),
        pytest.param("(?:abc){0,2000}", "characters", id="wide by a group"),
        pytest.param("(", "no expression", id="broken"),
        pytest.param("a{3}{3}", "no expression", id="a repeat of a repeat"),
    ],
)
def test_refused(regex: str, words: str) -> None:
    found = list(bounded.faults(regex))
    assert len(found) == 1
    assert words in found[0]
    assert repr(regex) in found[0]


def test_what_we_ship_is_accepted() -> None:
    expressions = {rule.regex for rule in RuleSet.default().rules if rule.regex}
    assert len(expressions) > 5
    assert [fault for regex in sorted(expressions) for fault in bounded.faults(regex)] == []
    assert lint_dialects(DIALECTS) == []


# Pieces that overlap, nest and repeat; what the check lets through must be quick on the worst of texts.
pieces = st.recursive(
    st.sampled_from(["a", "b", "[ab]", r"\w", ".", "ab", "a?", r"\b", "(?=a)", "(?!a)", "b$", "a{0,9}+", "(?>a{1,9})"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["{0,3}", "{1,9}", "{0,40}", "?", "{2}"])).map(
            lambda row: f"(?:{row[0]}){row[1]}"
        ),
        st.tuples(inner, inner).map(lambda row: f"(?:{row[0]}|{row[1]})"),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=6,
)


@given(regex=pieces)
def test_what_is_accepted_is_quick(regex: str) -> None:
    if any(bounded.faults(f"{regex}!")):
        return
    expression = re.compile(f"{regex}!")
    began = time.process_time()
    for text in ("a" * 200, "ab" * 100, "aab" * 66, "b" * 200):
        expression.search(text)
    assert time.process_time() - began < 1.0, regex
