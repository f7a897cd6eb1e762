"""X-Authentication-Warning, in every text that sendmail has."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from mailkit.syntax.authwarning import TEXTS, AuthWarning, WarningKind, parse_auth_warning
from tests.strategies import joined
from tests.timing import assert_linear, flood

CASES = [
    pytest.param("www set sender to joe@example.org using -f", "sender", "www", "joe@example.org", id="-f"),
    pytest.param("root set sender to <> using -r", "sender", "root", "<>", id="-r, the null sender"),
    pytest.param(
        "www set sender to x using -f using -f", "sender", "www", "x using -f", id="the sender looks like the end"
    ),
    pytest.param(
        "Host c.example [192.0.2.1] claimed to be a.example", "helo", "c.example [192.0.2.1]", "a.example", id="HELO"
    ),
    pytest.param(
        "Host c.example [192.0.2.1] (may be forged) claimed to be a.example",
        "helo",
        "c.example [192.0.2.1] (may be forged)",
        "a.example",
        id="HELO, forged name",
    ),
    pytest.param(
        "Host ann@c.example claimed to be a.example", "helo", "ann@c.example", "a.example", id="HELO, no address"
    ),
    pytest.param("Host c.example didn't use HELO protocol", "no-helo", "c.example", None, id="no HELO"),
    pytest.param(
        "c.example [192.0.2.1] didn't use HELO protocol", "no-helo", "c.example [192.0.2.1]", None, id="no HELO, newer"
    ),
    pytest.param("nobody owned process doing -bs", "process", "nobody", None, id="-bs"),
    pytest.param("Processed by ann with -C /etc/own.cf", "config", "ann", "/etc/own.cf", id="-C"),
    pytest.param("Processed from queue /var/own", "queue", None, "/var/own", id="queue"),
    pytest.param("something new", "other", None, None, id="a text that is not known"),
]


@pytest.mark.parametrize(("text", "kind", "who", "claimed"), CASES)
def test_texts(text: str, kind: WarningKind, who: str | None, claimed: str | None) -> None:
    expected = AuthWarning(kind=kind, text=f"mx.example: {text}", host="mx.example", who=who, claimed=claimed)
    assert parse_auth_warning(f" mx.example: {text}\r\n".encode()) == expected
    folded = text.replace(" ", "\r\n\t")
    assert parse_auth_warning(f"mx.example:\r\n {folded}".encode()) == expected
    alone = parse_auth_warning(text.encode())
    assert (alone.kind, alone.host, alone.who) == (kind, None, who)


def test_every_kind_has_a_case() -> None:
    assert {case.values[1] for case in CASES} == {kind for kind, _ in TEXTS} | {"other"}


@pytest.mark.parametrize("raw", [b"", b"mx.example:", b"mx.example: ", b"\xff: \xfe", b": x"])
def test_what_says_nothing(raw: bytes) -> None:
    found = parse_auth_warning(raw)
    assert (found.kind, found.who, found.claimed) == ("other", None, None)


@given(
    joined(
        [
            *("mx", ": ", ":", " ", "Host ", " set sender to ", " using -f", " claimed to be ", "(may be forged)"),
            *(" didn't use HELO protocol", "Processed by ", " with -C ", "\r\n ", "\u3042", "\x1b$B", "\0"),
        ],
        12,
    )
)
def test_any_tokens_are_read(text: str) -> None:
    found = parse_auth_warning(text.encode())
    msgspec.json.encode(found).decode()
    assert found.who != ""
    assert found.claimed != ""


@pytest.mark.parametrize("unit", ["a", " ", "Host ", "a set sender to ", " using -f", " claimed to be ", ": ", "x y "])
def test_floods_cost_linear_time(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.syntax.authwarning.MAX_VALUE_BYTES", 1 << 30)
    for start in (b"", b"Host ", b"a set sender to "):
        assert_linear(parse_auth_warning, flood(unit.encode(), start))
