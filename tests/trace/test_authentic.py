"""Authentication-Results, Received-SPF, ARC and X-Authentication-Warning of a chain, and which of them to believe."""

from __future__ import annotations

import pytest

from mailkit.trace import trace
from tests.trace.test_trace import CLAIM, OUTSIDE, RELAYED, SUBMITTED, hop, mail

OURS = "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=a@stranger.example"
THEIRS = "Authentication-Results: mx.stranger.example; spf=pass"
NAMELESS = "Authentication-Results: spf=pass (sender IP is 203.0.113.7) smtp.mailfrom=stranger.example"
SPF = "Received-SPF: pass (a comment) client-ip=203.0.113.7; receiver=mx.example.org;"


@pytest.mark.parametrize(
    ("fields", "trusted", "trust"),
    [
        pytest.param([OURS, OUTSIDE, CLAIM], [], "boundary", id="above the boundary"),
        pytest.param([THEIRS, OUTSIDE, CLAIM], [], "boundary", id="above it nobody else writes"),
        pytest.param([NAMELESS, OUTSIDE], [], "boundary", id="above it a name is not needed"),
        pytest.param([OUTSIDE, OURS, CLAIM], [], "edge", id="directly below it, in our name"),
        pytest.param(
            [OUTSIDE, OURS.replace("mx.", "auth."), CLAIM], [], "edge", id="in the name of a host of our site"
        ),
        pytest.param([OUTSIDE, THEIRS, CLAIM], [], "none", id="directly below it, in another's name"),
        pytest.param(
            [OUTSIDE, OURS.replace("mx.example.org", "a.checks.example"), CLAIM],
            ["checks.example"],
            "edge",
            id="in the name of somebody who is trusted",
        ),
        pytest.param([OUTSIDE, NAMELESS, CLAIM], [], "none", id="directly below it, in nobody's name"),
        pytest.param([OUTSIDE, CLAIM, OURS], [], "none", id="below a stranger's hop"),
        pytest.param([RELAYED, OURS, OUTSIDE], ["198.51.100.0/24"], "boundary", id="above a trusted relay's hop"),
        pytest.param([OURS, SUBMITTED, CLAIM], [], "boundary", id="of a user of ours"),
        pytest.param([SUBMITTED, CLAIM, OURS], [], "none", id="what a user of ours brought along"),
        pytest.param([OURS], [], "none", id="no hop"),
        pytest.param([SPF, OUTSIDE], [], "boundary", id="SPF above"),
        pytest.param([OUTSIDE, SPF, CLAIM], [], "edge", id="SPF below"),
        pytest.param([OUTSIDE, CLAIM, SPF], [], "none", id="SPF of a stranger"),
    ],
)
def test_trust(fields: list[str], trusted: list[str], trust: str) -> None:
    (one,) = trace(mail(*fields), trusted=trusted).authentication
    assert one.trust == trust
    assert [result.result for result in one.results] == ["pass"]


def test_fields_are_told_in_their_order_and_place() -> None:
    raw = mail(OURS, SPF, OUTSIDE, THEIRS)
    found = trace(raw).authentication
    assert [(one.field, one.authserv_id) for one in found] == [
        ("authentication-results", "mx.example.org"),
        ("received-spf", "mx.example.org"),
        ("authentication-results", "mx.stranger.example"),
    ]
    assert all(raw[: one.offset].endswith((b"Results:", b"SPF:")) for one in found)
    assert found[0].results[0].get("smtp", "mailfrom") == "a@stranger.example"
    assert found[1].results[0].get("smtp", "remote-ip") == "203.0.113.7"


def test_a_malformed_field_is_told() -> None:
    (good,) = trace(mail(OURS, OUTSIDE)).authentication
    (bad,) = trace(
        mail("Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=x dkim=pass", OUTSIDE)
    ).authentication
    assert good.fault is None
    assert bad.fault


def arc(instance: int, cv: str) -> list[str]:
    return [
        f"ARC-Seal: i={instance}; a=rsa-sha256; t=1767225600; cv={cv}; d=relay{instance}.example; s=s; b=AA==",
        f"ARC-Message-Signature: i={instance}; a=rsa-sha256; d=relay{instance}.example; s=s; h=from; bh=AA==; b=AA==",
        f"ARC-Authentication-Results: i={instance}; relay{instance}.example; dkim=pass header.d=a.example",
    ]


def test_the_highest_seal_is_told() -> None:
    found = trace(mail(*arc(2, "pass"), hop("a.example ([203.0.113.1])", "b.example", "00:00:00"), *arc(1, "none")))
    assert found.arc is not None
    assert (found.arc.instance, found.arc.cv, found.arc.whole) == (2, "pass", True)
    assert [one.domain for one in found.arc.sets] == ["relay1.example", "relay2.example"]
    assert found.findings == ()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(arc(2, "pass"), id="no first set"),
        pytest.param(arc(1, "none")[:2], id="a field is missing"),
        pytest.param(arc(1, "pass"), id="the first seal has nothing to pass"),
        pytest.param(arc(1, "none") * 2, id="a set twice"),
    ],
)
def test_a_chain_of_seals_that_is_none(fields: list[str]) -> None:
    found = trace(mail(*fields))
    assert [one.code for one in found.findings] == ["trace.arc.broken"]
    assert found.findings[0].detail


def test_warnings_of_sendmail() -> None:
    raw = mail("X-Authentication-Warning: mx.example.org: www set sender to joe@example.org using -f", OUTSIDE)
    (one,) = trace(raw).warnings
    assert (one.host, one.who, one.claimed) == ("mx.example.org", "www", "joe@example.org")


def test_what_was_checked_stands_below_the_picture() -> None:
    warning = "X-Authentication-Warning: mx.example.org: www set sender to joe@example.org using -f"
    lines = str(trace(mail(OURS, OUTSIDE, THEIRS, *arc(1, "none"), warning))).splitlines()
    assert "checked: spf=pass (mx.example.org: by a host of yours)" in lines
    assert "checked: spf=pass (mx.stranger.example: anybody may have written it)" in lines
    assert "sealed: ARC 1 by relay1.example, cv=none (no signature is checked here)" in lines
    assert any(line.startswith("submitted: ") and "joe@example.org" in line for line in lines)
