"""A-labels and U-labels of domains (RFC 5890, RFC 3492)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.domains import MAX_DOMAIN, MAX_LABEL, to_ascii, to_unicode
from tests.strategies import joined
from tests.timing import assert_linear, flood


@pytest.mark.parametrize(
    ("domain", "ascii_form", "unicode_form"),
    [
        pytest.param("", "", "", id="empty"),
        pytest.param("X.example", "X.example", "X.example", id="ASCII"),
        pytest.param("bücher.example", "xn--bcher-kva.example", "bücher.example", id="U-label"),
        pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", "bücher.example", id="A-label"),
        pytest.param("XN--BCHER-KVA.example", "XN--BCHER-KVA.example", "bücher.example", id="A-label in capitals"),
        pytest.param("BÜCHER.example", "xn--bcher-kva.example", "BÜCHER.example", id="capitals"),
        pytest.param("bu\u0308cher.example", "xn--bcher-kva.example", "bu\u0308cher.example", id="not composed"),
        pytest.param("straße.example", "xn--strae-oqa.example", "straße.example", id="sharp s is a letter"),
        pytest.param("日本。example", "xn--wgv71a.example", "日本。example", id="ideographic full stop"),
        pytest.param("ｅｘ．example", "ex.example", "ｅｘ．example", id="full width"),
        pytest.param("a.xn--bcher-kva.xn--wgv71a", "a.xn--bcher-kva.xn--wgv71a", "a.bücher.日本", id="several labels"),
        pytest.param("xn--.example", "xn--.example", "xn--.example", id="empty A-label"),
        pytest.param("xn--a.example", "xn--a.example", "xn--a.example", id="A-label of ASCII"),
        pytest.param("xn--99999999.example", "xn--99999999.example", "xn--99999999.example", id="no code point"),
        pytest.param("xn--bcher-kvä.x", "xn--bcher-kvä.x", "xn--bcher-kvä.x", id="both in one"),
        pytest.param("ü ü.example", "ü ü.example", "ü ü.example", id="blank"),
        pytest.param("ü\u202e.example", "ü\u202e.example", "ü\u202e.example", id="what cannot be seen"),
        pytest.param("ü" * 60 + "." + "ä" * 64, "ü" * 60 + "." + "ä" * 64, "ü" * 60 + "." + "ä" * 64, id="long label"),
        pytest.param("[192.0.2.1]", "[192.0.2.1]", "[192.0.2.1]", id="literal"),
    ],
)
def test_both_forms(domain: str, ascii_form: str, unicode_form: str) -> None:
    assert to_ascii(domain) == ascii_form
    assert to_unicode(domain) == unicode_form


LETTERS = "aß-ü日.\u0308\u200d。xn0123kva"
domains = st.one_of(
    st.text(max_size=20),
    st.text(LETTERS, max_size=12).map("xn--".__add__),
    joined([".xn--", *LETTERS], 24).map("xn--".__add__),
)


@given(domains)
def test_any_text_has_both_forms(domain: str) -> None:
    domain = domain.encode("utf-8", "replace").decode("utf-8")
    assert to_ascii(domain).isascii() or to_ascii(domain) == domain
    to_unicode(domain).encode("utf-8")
    assert to_unicode(to_unicode(domain)) == to_unicode(domain)
    assert all(len(label) <= MAX_LABEL for label in to_ascii(domain).split(".")) or to_ascii(domain) == domain


@given(st.text("abüß日本й0.", min_size=1, max_size=16))
def test_there_and_back(domain: str) -> None:
    assert to_unicode(to_ascii(domain)) == domain


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        pytest.param("ü", "", id="U-label"),
        pytest.param("9", "xn--", id="A-label"),
        pytest.param("ü.", "", id="U-labels"),
        pytest.param("xn--9.", "", id="A-labels"),
    ],
)
def test_long_domains_stay_as_they_are(unit: str, start: str) -> None:
    make = flood(unit, start)
    domain = make(2 * MAX_DOMAIN)
    assert to_ascii(domain) == to_unicode(domain) == domain
    assert_linear(lambda text: (to_ascii(text), to_unicode(text)), make)
    to_unicode(to_ascii(domain[:MAX_DOMAIN])).encode("utf-8")
