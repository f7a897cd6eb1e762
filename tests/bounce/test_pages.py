"""Words of HTML pages: where their lines end, and what is no word."""

from __future__ import annotations

import pytest

from mailkit.bounce.pages import looks_like_html, strip_html


@pytest.mark.parametrize(
    ("page", "text"),
    [
        pytest.param("<p>user\nunknown</p>", "\nuser unknown\n", id="a line end is a blank"),
        pytest.param("a<br>\nb<br/> c", "a\nb\nc", id="breaks, and the blank behind them"),
        pytest.param("<div>a</div>\n<pre>b\n  c</pre>d\ne", "\na\n\nb\n  c\nd e", id="preformatted"),
        pytest.param("a\n<pre>b\nc", "a \nb c", id="preformatted without an end"),
        pytest.param("<PRE>a\r\nb</PRE>", "\na\r\nb\n", id="in capitals, with CRLF"),
        pytest.param("<style>p {}</style>a<!-- b -->c", " a c", id="what is not seen"),
        pytest.param("<b>&lt;joe@example.org&gt;</b>: no", "<joe@example.org>: no", id="escaped"),
        pytest.param("<joe@example.org>: no", "<joe@example.org>: no", id="an address is no tag"),
    ],
)
def test_words(page: str, text: str) -> None:
    assert strip_html(page) == text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        pytest.param("  <!DOCTYPE HTML><p>a", True, id="doctype"),
        pytest.param("<html>", True, id="html"),
        pytest.param("<joe@example.org>: no", False, id="an address"),
        pytest.param("text <html>", False, id="not at the beginning"),
    ],
)
def test_what_looks_like_a_page(text: str, *, page: bool) -> None:
    assert looks_like_html(text) == page
