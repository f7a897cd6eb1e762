"""Addresses: what MTAs print, in brackets, routes, types, quotes and none of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.address import (
    ADDRESS,
    clean,
    domain_of,
    find_addresses,
    typed_address,
    unwrap_encapsulated,
    xtext,
)
from tests.strategies import joined


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("joe@example.org", "joe@example.org", id="plain"),
        pytest.param("<joe@example.org>", "joe@example.org", id="brackets"),
        pytest.param("  <joe@example.org>  ", "joe@example.org", id="blanks"),
        pytest.param("< joe@example.org >", "joe@example.org", id="blanks in brackets"),
        pytest.param("Joe <joe@example.org>", "joe@example.org", id="name"),
        pytest.param('"joe@home" <joe@example.org>', "joe@example.org", id="an address as name"),
        pytest.param("joe@example.org.", "joe@example.org", id="full stop"),
        pytest.param("joe@example.org,", "joe@example.org", id="comma"),
        pytest.param("(joe@example.org)", "joe@example.org", id="parentheses"),
        pytest.param("'joe@example.org'", "joe@example.org", id="apostrophes"),
        pytest.param("mailto:joe@example.org", "joe@example.org", id="mailto"),
        pytest.param("<@a.example,@b.example:joe@c.example>", "joe@c.example", id="source route"),
        pytest.param("joe+tag@example.org", "joe+tag@example.org", id="plus"),
        pytest.param("bounce+a==b.example==c@example.org", "bounce+a==b.example==c@example.org", id="VERP"),
        pytest.param("joe@[192.0.2.1]", "joe@[192.0.2.1]", id="address literal"),
        pytest.param('"joe doe"@example.org', '"joe doe"@example.org', id="quoted local part"),
        pytest.param("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp", id="outside RFC 5322"),
        pytest.param("宛先@例え.jp", "宛先@例え.jp", id="EAI"),
        pytest.param("joe", None, id="no at sign"),
        pytest.param("", None, id="empty"),
        pytest.param("@", None, id="an at sign"),
        pytest.param("@example.org", None, id="no local part"),
        pytest.param("joe@", None, id="no domain"),
        pytest.param("rfc822; none", None, id="none"),
        pytest.param("\0joe@example.org\0", "joe@example.org", id="NULs"),
    ],
)
def test_clean(text: str, address: str | None) -> None:
    assert clean(text) == address


@pytest.mark.parametrize("character", "!#$%&'*+-/=?^_`{|}~")
def test_every_character_of_an_atom_may_stand_in_a_local_part(character: str) -> None:
    address = f"o{character}brien@example.org"
    assert clean(f"<{address}>") == address
    assert typed_address(f"rfc822; {address}") == ("rfc822", address)
    assert typed_address(f"rfc822;<{address}>") == ("rfc822", address)


@pytest.mark.parametrize(
    ("value", "kind", "address"),
    [
        pytest.param("rfc822; joe@example.org", "rfc822", "joe@example.org", id="plain"),
        pytest.param("RFC822;<joe@example.org>", "rfc822", "joe@example.org", id="brackets"),
        pytest.param("joe@example.org", "rfc822", "joe@example.org", id="no type"),
        pytest.param("rfc822;rfc822;joe@example.org", "rfc822", "joe@example.org", id="twice"),
        pytest.param("rfc822; joe@example.org (Joe)", "rfc822", "joe@example.org", id="comment"),
        pytest.param("rfc822; joe", "rfc822", "joe", id="no address"),
        pytest.param("utf-8; 宛先@例え.jp", "utf-8", "宛先@例え.jp", id="EAI"),
        pytest.param(r"utf-8; \x{5B9B}\x{5148}@example.jp", "utf-8", "宛先@example.jp", id="EAI escaped"),
        pytest.param(r"utf-8; \x{D800}@example.jp", "utf-8", "\ufffd@example.jp", id="half a character"),
        pytest.param("x400; /c=jp/s=joe/", "x400", "/c=jp/s=joe/", id="X.400"),
        pytest.param("", "rfc822", "", id="empty"),
    ],
)
def test_typed(value: str, kind: str, address: str) -> None:
    assert typed_address(value) == (kind, address)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("joe+2Btag@example.org", "joe+tag@example.org", id="plus"),
        pytest.param("joe+3Da@example.org", "joe=a@example.org", id="equals sign"),
        pytest.param("joe+tag@example.org", "joe+tag@example.org", id="no escape"),
        pytest.param("joe", "joe", id="nothing"),
    ],
)
def test_xtext(text: str, plain: str) -> None:
    assert xtext(text) == plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("to a@b.example and <c@d.example>, A@b.example", ["a@b.example", "c@d.example", "A@b.example"], id="three"),
        pytest.param("a@b.example a@b.example", ["a@b.example"], id="each once"),
        pytest.param("no address", [], id="none"),
        pytest.param("at @ alone", [], id="at signs"),
        pytest.param("a@b.example;c@d.example", ["a@b.example", "c@d.example"], id="semicolon"),
    ],
)  # fmt: skip
def test_find(text: str, found: list[str]) -> None:
    assert find_addresses(text) == found


def test_find_is_bounded() -> None:
    assert len(find_addresses(" ".join(f"u{n}@example.org" for n in range(500)), 7)) == 7


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        pytest.param("IMCEASMTP-joe+40example+2Eorg@gw.example", "joe@example.org", id="SMTP"),
        pytest.param("IMCEAEX-_O=A_OU=B_CN=joe@gw.example", "IMCEAEX-_O=A_OU=B_CN=joe@gw.example", id="no address inside"),
        pytest.param("joe@example.org", "joe@example.org", id="not encapsulated"),
    ],
)  # fmt: skip
def test_unwrap(address: str, plain: str) -> None:
    assert unwrap_encapsulated(address) == plain


@pytest.mark.parametrize(
    ("address", "domain"),
    [("joe@Example.ORG", "example.org"), ("joe", "joe"), ("", ""), (None, "")],
    ids=["plain", "no at sign", "empty", "none"],
)
def test_domain(address: str | None, domain: str) -> None:
    assert domain_of(address) == domain


TOKENS = [
    "joe",
    "@",
    "example.org",
    "<",
    ">",
    '"',
    "\\",
    "(",
    ")",
    "[",
    "]",
    ":",
    ";",
    ",",
    " ",
    ".",
    "rfc822",
    "+40",
    "'",
]
TOKENS += ["utf-8;", "\\x{41}", "\\x{110000}", "\n", "\0", "宛", "IMCEASMTP-", "mailto:", "="]
texts = st.one_of(joined(TOKENS, 12), st.text(max_size=60))


@given(texts)
def test_any_text_has_addresses_or_none(text: str) -> None:
    address = clean(text)
    assert address is None or ("@" in address and address in text)
    for found in find_addresses(text):
        assert re.search(ADDRESS, found) or "@" in found
    kind, value = typed_address(text)
    assert kind == kind.lower()
    assert isinstance(value, str)
    unwrap_encapsulated(text)
    xtext(text)
    domain_of(text)


@given(texts)
def test_a_clean_address_stays_as_it_is(text: str) -> None:
    address = clean(text)
    assert address is None or clean(address) in {address, None} or clean(f"<{address}>") == address
