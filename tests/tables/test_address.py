"""Addresses as a host reads them; every row was measured with sendmail -bt."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.tables.address import Address, Fault, resolve, routed

LOCAL = frozenset({"gw.test", "localhost", "[127.0.0.1]"})


@pytest.mark.parametrize(
    ("text", "user", "domain"),
    [
        ("u@a.test", "u", "a.test"),
        ("N <u@a.test>", "u", "a.test"),
        ("u@a.test.", "u", "a.test"),
        ("u", "u", None),
        ("u@GW.test", "u", "GW.test"),
        ("u@localhost", "u", "gw.test"),
        ("u%a.test@gw.test", "u", "a.test"),
        ("u%a%b@gw.test", "u%a", "b"),
        ("u%a%localhost@gw.test", "u", "a"),
        ("u%a.test@b.test", "u%a.test", "b.test"),
        ("u%a%b", "u%a", "b"),
        ("@gw.test:u@a.test", "u", "a.test"),
        ("<@a.test,@b.test:u@c.test>", "u", "c.test"),
        ("@[192.0.2.1]:u@c.test", "u", "c.test"),
        ('"u@a.test"@gw.test', "u", "a.test"),
        ('"u@a.test"', "u", "a.test"),
        ('"u v"@gw.test', '"u v"', "gw.test"),
        ('"u v@a.test"@gw.test', '"u v@a.test"', "gw.test"),
        ('"u@a.test"@b.test', '"u@a.test"', "b.test"),
        ("h!u", "u", "h.UUCP"),
        ("h.test!u", "u", "h.test"),
        ("h!u@gw.test", "u", "h.UUCP"),
        ("h!u@a.test", "h!u", "a.test"),
        ("foo:u@a.test", "u", "a.test"),
        ("u@[192.0.2.1]", "u", "[192.0.2.1]"),
        ("u@[IPv6:2001:db8::1]", "u", "[IPv6:2001:db8::1]"),
    ],
)
def test_addresses(text: str, user: str, domain: str | None) -> None:
    assert resolve(text, LOCAL, host="gw.test") == Address(user, domain)


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("u@", "5.1.3", "Hostname required"),
        ("@x", "5.1.3", "User address required"),
        ('""@gw.test', "5.1.3", "User address required"),
        ("u@@a.test", "5.1.3", "Invalid route address"),
        ("u@a@b.test", "5.1.3", "Invalid route address"),
        ("<u,v@a.test>", "5.1.3", "Invalid route address"),
        ("u@.a.test", "5.1.2", "Invalid host name"),
        ("u@a..test", "5.1.2", "Invalid host name"),
        ("<u@x:a.test>", "5.1.3", "Colon illegal"),
        ("u@[192.0.2.1]x", "5.1.2", "Invalid address"),
    ],
)
def test_faults(text: str, status: str, words: str) -> None:
    found = resolve(text, LOCAL, host="gw.test")
    assert isinstance(found, Fault)
    assert found.status == status
    assert words in found.text


PIECES = ["u", "@", "%", "!", ":", ",", ".", '"', "\\", "[", "]", "<", ">", "gw.test", "a.test", " ", "localhost", "+"]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_no_local_name_is_left_to_unwrap(text: str) -> None:
    found = resolve(text, LOCAL, host="gw.test")
    if isinstance(found, Address) and (found.domain is None or found.domain in LOCAL):
        assert not routed(found.user)


@pytest.mark.parametrize("text", ["%gw.test" * 2_000, "@gw.test:" * 2_000, '"' * 20_000, "<" * 20_000, "\\" * 20_001])
def test_long_ones_cost_little(text: str) -> None:
    start = time.perf_counter()
    resolve("u" + text + "@gw.test", LOCAL)
    resolve(text + "u@gw.test", LOCAL)
    assert time.perf_counter() - start < 2
