"""Backscatter, and loops by the trace of the returned message."""

from __future__ import annotations

import pytest

from mailkit import Ours, classify
from mailkit.bounce.hops import Way
from mailkit.syntax.fields import Header
from tests.bounce.test_hard_cases import BLOCK, report

FAILED = BLOCK % (b"a@b.example", b"5.1.1", b"550 5.1.1 User unknown")
ID = b"Message-ID: <1@lists.example>\n"
OUT = b"Received: from app.lists.example (app.lists.example [192.0.2.7]) by out.lists.example with ESMTP id 1; Tue, 24 Nov 2026 20:17:48 +0000\n"
ELSEWHERE = (
    b"Received: from pc (unknown [203.0.113.9]) by mx.b.example with SMTP id 2; Tue, 24 Nov 2026 20:17:48 +0000\n"
)
EXIM = b"Received: from [203.0.113.9] (helo=out.lists.example) by mx.b.example with esmtp (Exim 4.96) id 3\n"
QMAIL = b"Received: from unknown (HELO out.lists.example) (203.0.113.9) by mx.b.example with SMTP; 24 Nov 2026 20:17:48 -0000\n"
BY_DOMAIN = Ours(domains=("lists.example",))


def signed(address: str) -> bool | None:
    """Answer as a checker of signed tokens does."""
    local = address.partition("@")[0]
    if "+" not in local:
        return None
    return local.endswith("+good")


@pytest.mark.parametrize(
    ("returned", "ours", "expected"),
    [
        pytest.param(OUT + ID, BY_DOMAIN, "genuine", id="passed a host of our domain"),
        pytest.param(ELSEWHERE + OUT + ID, BY_DOMAIN, "genuine", id="ours is the older hop"),
        pytest.param(OUT + ID, Ours(hosts=("OUT.lists.example",)), "genuine", id="a host by name"),
        pytest.param(OUT + ID, Ours(hosts=("192.0.2.7",)), "genuine", id="a host by address"),
        pytest.param(OUT + ID, Ours(domains=("Lists.Example.",)), "genuine", id="a domain as a zone file has it"),
        pytest.param(EXIM, BY_DOMAIN, "forged", id="our name in HELO to Exim"),
        pytest.param(EXIM, Ours(hosts=("203.0.113.9",)), "genuine", id="our address at Exim"),
        pytest.param(
            EXIM.replace(b"[203.0.113.9] (", b"b.example ([203.0.113.9] "), BY_DOMAIN, "forged", id="other name"
        ),
        pytest.param(QMAIL, BY_DOMAIN, "forged", id="our name in HELO to qmail"),
        pytest.param(
            QMAIL.replace(b"unknown", b"a.lists.example"), BY_DOMAIN, "genuine", id="our name looked up by qmail"
        ),
        pytest.param(
            b"Received: from unknown (HELO pc) (192.0.2.7) by mx.b.example with SMTP; 24 Nov 2026 20:12:45 -0000\n",
            Ours(hosts=("192.0.2.7",)),
            "genuine",
            id="a host by address, as qmail writes it",
        ),
        pytest.param(ELSEWHERE + b"Message-ID: <1@pc>\n", BY_DOMAIN, "forged", id="never passed a host of ours"),
        pytest.param(ELSEWHERE + ID, BY_DOMAIN, "unknown", id="our Message-ID, other hosts"),
        pytest.param(ID, BY_DOMAIN, "unknown", id="a copy without trace fields"),
        pytest.param(b"Subject: hi\n", BY_DOMAIN, "unknown", id="a copy that tells nothing"),
        pytest.param(ELSEWHERE, Ours(), "unknown", id="nothing is known of us"),
        pytest.param(ELSEWHERE.replace(b"mx.b", b"evil-lists"), BY_DOMAIN, "forged", id="no domain of ours by its end"),
        pytest.param(ID, Ours(message_id=lambda name: name == "1@lists.example"), "genuine", id="a known Message-ID"),
        pytest.param(OUT + ID, Ours(message_id=lambda _: False), "forged", id="an unknown Message-ID"),
        pytest.param(OUT, Ours(domains=("lists.example",), message_id=lambda _: False), "genuine", id="no Message-ID"),
    ],
)
def test_origin(returned: bytes, ours: Ours, expected: str) -> None:
    bounce = classify(report(FAILED, returned=returned), ours=ours)
    assert [one.code for one in bounce.findings if ".origin." in one.code] == [f"bounce.origin.{expected}"]


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        pytest.param(b"list-bounces+good@lists.example", "genuine", id="signed"),
        pytest.param(b"list-bounces+bad@lists.example", "forged", id="signed wrongly"),
        pytest.param(b"list-bounces@lists.example", "forged", id="without a token the way tells"),
    ],
)
def test_a_token_tells_most(to: bytes, expected: str) -> None:
    message = report(FAILED, returned=ELSEWHERE).replace(b"list-bounces@lists.example", to)
    bounce = classify(message, ours=Ours(domains=("lists.example",), verp=signed))
    assert [one.code for one in bounce.findings if ".origin." in one.code] == [f"bounce.origin.{expected}"]


def test_nobody_asked() -> None:
    assert not [one for one in classify(report(FAILED, returned=OUT)).findings if ".origin." in one.code]


def test_a_mail_that_is_no_bounce_has_no_origin() -> None:
    assert classify(b"From: a@b.example\nSubject: hi\n\nhello\n", ours=BY_DOMAIN).findings == ()


def way(*fields: bytes) -> str:
    """Give the circle of a header."""
    return Way(Header(b"".join(fields), 0)).circle


HOP = b"Received: from %s (%s [192.0.2.1]) by %s with ESMTP id 1 for <a@b.example>; date\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param([], "", id="no trace"),
        pytest.param([HOP % (b"a", b"a", b"b")] * 2, "", id="twice: a content filter"),
        pytest.param([HOP % (b"a", b"a", b"b")] * 3, "3 times from a to b", id="three times the same"),
        pytest.param([HOP % (b"a", b"a", b"b"), HOP % (b"b", b"b", b"a")] * 3, "3 times from a to b", id="to and fro"),
        pytest.param([HOP % (b"a", b"a", b"h%d" % n) for n in range(24)], "", id="24 hops"),
        pytest.param(
            [HOP % (b"a", b"a", b"h%d" % n) for n in range(25)], "25 hops in the returned message", id="25 hops"
        ),
        pytest.param(
            [b"Delivered-To: a@b.example\n", HOP % (b"a", b"a", b"b"), b"Delivered-To: A@b.example\n"],
            "delivered to a@b.example more than once",
            id="delivered twice",
        ),
        pytest.param([b"Received: (qmail 1 invoked from network); date\n"] * 5, "", id="hops without hosts"),
    ],
)
def test_circles(fields: list[bytes], expected: str) -> None:
    assert way(*fields) == expected


def test_a_loop_that_the_notice_does_not_name_is_found_in_the_trace() -> None:
    returned = b"".join([HOP % (b"a", b"a", b"b")] * 4)
    bounce = classify(
        report(b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n", returned=returned)
    )
    (row,) = bounce.recipients
    assert (row.status, row.reason, row.basis) == ("5.4.6", "loop", "trace")
    assert "bounce.loop.trace" in [one.code for one in bounce.findings]


def test_words_that_name_a_cause_come_before_the_trace() -> None:
    returned = b"".join([HOP % (b"a", b"a", b"b")] * 4)
    assert classify(report(FAILED, returned=returned)).recipients[0].reason == "bad-mailbox"
