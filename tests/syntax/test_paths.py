"""Envelope addresses: paths with parameters, routes, quoting, and the senders inside of senders."""

from __future__ import annotations

import pytest
from hypothesis import given

from mailkit.syntax.paths import (
    Path,
    original_recipient,
    parse_path,
    parse_smtp_path,
    quoted,
    received_for,
    received_from,
    without_route,
)
from mailkit.syntax.rewrites import MAX_LAYERS, is_bounce_address, readings
from tests.strategies import joined
from tests.timing import assert_linear, flood


@pytest.mark.parametrize(
    ("raw", "address", "parameters"),
    [
        pytest.param(b"<a@b>", "a@b", (), id="brackets"),
        pytest.param(b" <a@b> ", "a@b", (), id="blanks"),
        pytest.param(b"<>", "", (), id="null"),
        pytest.param(b"< >", "", (), id="null with a blank"),
        pytest.param(b"a@b SIZE=1", "a@b", (("SIZE", "1"),), id="no brackets"),
        pytest.param(
            b"<a@b> Size=1 smtputf8 X=", "a@b", (("SIZE", "1"), ("SMTPUTF8", None), ("X", "")), id="parameters"
        ),
        pytest.param(b'<"a > b"@c> X=1', '"a > b"@c', (("X", "1"),), id="quoted bracket"),
        pytest.param(b'<"a \\" b"@c> X=1', '"a \\" b"@c', (("X", "1"),), id="quoted pair"),
        pytest.param(b'"a b"@c X=1', '"a b"@c', (("X", "1"),), id="quoted, no brackets"),
        pytest.param(b"<@a,@b:c@d>", "c@d", (), id="route"),
        pytest.param(b"<postmaster>", "postmaster", (), id="postmaster"),
        pytest.param("<jö@dö.example>".encode(), "jö@dö.example", (), id="EAI"),
        pytest.param(b"<a@b", None, (), id="not closed"),
        pytest.param(b"", None, (), id="nothing"),
    ],
)
def test_smtp_paths(raw: bytes, address: str | None, parameters: tuple[tuple[str, str | None], ...]) -> None:
    assert parse_smtp_path(raw) == Path(address, parameters)


def test_a_parameter_is_found() -> None:
    path = parse_smtp_path(b"<> ENVID=a+2Bb SMTPUTF8")
    assert [path.parameter(keyword) for keyword in ("ENVID", "SMTPUTF8", "RET")] == ["a+2Bb", None, None]


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        pytest.param("a@b", "a@b", id="atom"),
        pytest.param("a.b+c/d=e@f", "a.b+c/d=e@f", id="dots and signs"),
        pytest.param("a b@c", '"a b"@c', id="blank"),
        pytest.param("a..b@c", '"a..b"@c', id="two dots"),
        pytest.param('a"b\\@c', '"a\\"b\\\\"@c', id="quote and backslash"),
        pytest.param("a@b@c", '"a@b"@c', id="at sign"),
        pytest.param('"a b"@c', '"a b"@c', id="quoted already"),
        pytest.param("jörg@c", "jörg@c", id="EAI"),
        pytest.param("local", "local", id="no domain"),
        pytest.param("", "", id="null"),
        pytest.param("@c", "@c", id="no local part"),
    ],
)
def test_quoting(stored: str, written: str) -> None:
    assert quoted(stored) == written
    assert quoted(written) == written


@pytest.mark.parametrize(
    ("value", "address"),
    [
        pytest.param("rfc822;a@b", "a@b", id="typed"),
        pytest.param("rfc822;a+2Bb@c", "a+b@c", id="xtext"),
        pytest.param("a@b", "a@b", id="no type"),
        pytest.param("rfc822;", "rfc822;", id="nothing behind the type"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
    ],
)
def test_original_recipients(value: str | None, address: str | None) -> None:
    assert original_recipient(value) == address


def test_routes() -> None:
    assert without_route("@a:b@c") == "b@c"
    assert without_route("@a") == "@a"
    assert without_route("a:b@c") == "a:b@c"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("list-bounces@x", True, id="Mailman"),
        pytest.param("bounces+1@x", True, id="a service"),
        pytest.param("owner-list@x", True, id="Majordomo"),
        pytest.param("list-return-1-a=b.c@x", True, id="ezmlm"),
        pytest.param("errors.7@x", True, id="errors"),
        pytest.param("bouncer@x", False, id="a longer word"),
        pytest.param("owner@", True, id="no domain"),
        pytest.param("joe@bounces.x", False, id="the domain does not count"),
        pytest.param("", False, id="null"),
        pytest.param(None, False, id="unknown"),
    ],
)
def test_addresses_for_bounces(address: str | None, *, expected: bool) -> None:
    assert is_bounce_address(address) == expected


PIECES = [
    "SRS0",
    "SRS1",
    "=",
    "-",
    "+",
    "@",
    "prvs=0123456789",
    "btv1==a==",
    "a",
    "x.y",
    "bounces",
    '"',
    "<",
    ">",
    " ",
    "for ",
]
pieces = joined(PIECES, 16)


@given(pieces)
def test_nothing_raises_and_no_reading_grows(text: str) -> None:
    raw = text.encode()
    for address in (parse_path(raw), parse_smtp_path(raw).address):
        assert address is None or address == "" or address.strip()
    for place in (received_for(raw), received_from(b"(envelope-from " + raw)):
        assert place is None or 0 <= place.start <= place.stop
    found = readings(text, ("a@x.y",))
    assert len(found) <= MAX_LAYERS
    assert all(one.address is None or len(one.address) <= len(text) for one in found)


@pytest.mark.parametrize(
    "unit", [pytest.param(piece, id=piece.strip() or "blank") for piece in [*PIECES, 'for \\"', "<a@", "-bounces"]]
)
def test_time_grows_linearly(unit: str) -> None:
    def read(text: str) -> None:
        raw = text.encode()
        _ = (parse_path(raw), parse_smtp_path(raw), received_for(raw), received_from(raw))
        _ = (readings(text + "@x"), is_bounce_address(text + "@x"))

    assert_linear(read, flood(unit))
