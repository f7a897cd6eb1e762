"""The chain: order, delays, networks, boundary, loops, and what is said of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit import parse
from mailkit.findings import CODES
from mailkit.trace import Trace, trace
from mailkit.trace.check import span
from mailkit.trace.networks import network_of
from mailkit.trace.sites import same_site
from tests.strategies import ROOT

SHARED = ROOT.parent / "shared" / "corpora"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = "Thu, 1 Jan 2026"


def mail(*fields: str, body: str = "hi\n") -> bytes:
    """Make a message of header fields, the newest first as they stand in mail."""
    return "".join(f"{field}\n" for field in fields).encode() + f"\n{body}".encode()


def hop(client: str, by: str, clock: str, rest: str = "with ESMTP id 1") -> str:
    return f"Received: from {client} by {by} {rest}; {DAY} {clock} +0000"


def codes(found: Trace) -> list[str]:
    return [one.code for one in found.findings]


CHAIN = mail(
    hop("relay.example.org (relay.example.org [203.0.113.9])", "mx.example.net", "00:02:10", "with ESMTPS id 3"),
    hop("localhost (localhost [127.0.0.1])", "relay.example.org", "00:00:10", "with ESMTP id 2"),
    hop("pc7 (pc7.example.org [192.168.10.7])", "relay.example.org", "00:00:00", "with ESMTPSA id 1"),
    "Date: Thu, 1 Jan 2026 01:00:00 +0100",
)


def test_hops_stand_in_the_order_of_time() -> None:
    found = trace(CHAIN)
    assert [(one.number, one.by, one.protocol, one.network, one.delay_seconds) for one in found.hops] == [
        (1, "relay.example.org", "ESMTPSA", "private", None),
        (2, "relay.example.org", "ESMTP", "loopback", 10.0),
        (3, "mx.example.net", "ESMTPS", "documentation", 120.0),
    ]
    assert (found.total_seconds, found.slowest, found.boundary, found.loop) == (130.0, 3, 3, ())
    assert found.created == datetime(2026, 1, 1, tzinfo=UTC)
    assert codes(found) == []


def test_offsets_lead_to_the_values() -> None:
    for one in trace(CHAIN).hops:
        value = CHAIN[one.offset : one.offset + one.length]
        assert value.startswith(b" from ")
        assert value.endswith(b"+0000\n")
        assert CHAIN[: one.offset].endswith(b"Received:")


def test_no_field_no_hop() -> None:
    found = trace(b"Subject: hi\n\n")
    assert (found.hops, found.boundary, found.total_seconds, found.slowest, found.created) == (
        (),
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("address", "network"),
    [
        pytest.param("8.8.8.8", "global", id="global"),
        pytest.param("2a00:1450:4001::1", "global", id="global, IPv6"),
        pytest.param("10.255.255.255", "private", id="private 10/8"),
        pytest.param("172.16.0.1", "private", id="private 172.16/12"),
        pytest.param("172.32.0.1", "global", id="behind 172.16/12"),
        pytest.param("192.168.1.1", "private", id="private 192.168/16"),
        pytest.param("fd12::1", "private", id="unique local"),
        pytest.param("127.3.2.1", "loopback", id="loopback"),
        pytest.param("::1", "loopback", id="loopback, IPv6"),
        pytest.param("169.254.1.1", "link-local", id="link-local"),
        pytest.param("fe80::1%eth0", "link-local", id="link-local with a zone"),
        pytest.param("100.64.0.1", "shared", id="shared"),
        pytest.param("192.0.2.1", "documentation", id="documentation, 1"),
        pytest.param("198.51.100.1", "documentation", id="documentation, 2"),
        pytest.param("203.0.113.1", "documentation", id="documentation, 3"),
        pytest.param("2001:db8::1", "documentation", id="documentation, IPv6"),
        pytest.param("224.0.0.1", "multicast", id="multicast"),
        pytest.param("0.0.0.0", "unspecified", id="unspecified"),  # noqa: S104 - an address in a field
        pytest.param("240.0.0.1", "reserved", id="reserved"),
        pytest.param("::ffff:10.0.0.1", "private", id="IPv4 in IPv6"),
        pytest.param("[IPv6:2001:db8::1]", "documentation", id="literal"),
        pytest.param("2002:7f00:1::1", "loopback", id="loopback by 6to4"),
        pytest.param("64:ff9b::10.0.0.1", "private", id="private by NAT64"),
        pytest.param("2002:808:808::1", "global", id="global by 6to4"),
        pytest.param("256.1.1.1", None, id="no address"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_networks(address: str, network: str | None) -> None:
    assert network_of(address) == network


OUTSIDE = hop("mail.stranger.example (mail.stranger.example [203.0.113.7])", "mx.example.org", "00:00:01")
CLAIM = hop("x (x [198.51.100.99])", "mx.example.org", "00:00:00")
FILTER = hop("localhost (localhost [127.0.0.1])", "mx.example.org", "00:00:02")
INNER = hop("mx.example.org (mx.example.org [10.0.0.5])", "store.example.org", "00:00:03")
RELAYED = hop("relay.example.net (relay.example.net [198.51.100.5])", "mx.example.org", "00:00:04")
FETCHED = (
    f"Received: from pop.example.org [203.0.113.77] by pc with POP3 (fetchmail-6.4.0) for <me@pc>; {DAY} 00:01:00 +0000"
)
SUBMITTED = hop("pc7 (dsl.example.com [203.0.113.8])", "mx.example.org", "00:00:00", "with ESMTPSA id 9")
FORGED = hop("relay.example.net (relay.example.net [198.51.100.5] (may be forged))", "mx.example.org", "00:00:04")


LMTP = hop("mx.example.org", "mx.example.org", "00:00:05", "with LMTP id 5")
CYRUS = hop("mx.example.org (mx.example.org [203.0.113.50])", "store.example.org", "00:00:05", "with LMTPA")
WEB = hop("pc.example.com (pc.example.com [203.0.113.9])", "mx.example.org", "00:00:00", "with HTTPS id 5")
SCANNED = hop("10.1.1.1", "scan.example.org", "00:00:05", "with HTTP")
ONLINE = hop("a1.eurprd05.prod.outlook.com (2603:10a6:20b:2a1::15)", "b1.eurprd05.prod.outlook.com", "00:00:05")
ONLINE_WEB = ONLINE.replace("with ESMTP id 1", "with HTTPS")
NAMED_WEB = hop("a1.prod.outlook.com", "b1.eurprd05.prod.outlook.com", "00:00:05", "with HTTPS")
FRONT = hop(
    "mail.stranger.example (203.0.113.7)",
    "c1.mail.protection.outlook.com (10.1.1.1)",
    "00:00:04",
    "with Microsoft SMTP Server id 15.20.9654.16",
)


@pytest.mark.parametrize(
    ("fields", "trusted", "origin"),
    [
        pytest.param([OUTSIDE], [], "203.0.113.7", id="one hop"),
        pytest.param([OUTSIDE, CLAIM], [], "203.0.113.7", id="a claim below it is not believed"),
        pytest.param([INNER, FILTER, OUTSIDE, CLAIM], [], "203.0.113.7", id="through private and loopback hosts"),
        pytest.param([FETCHED, INNER, OUTSIDE, CLAIM], [], "203.0.113.7", id="fetched from a mailbox"),
        pytest.param([RELAYED, OUTSIDE], [], "198.51.100.5", id="a relay that nobody trusts"),
        pytest.param([RELAYED, OUTSIDE], ["198.51.100.0/24"], "203.0.113.7", id="a trusted network"),
        pytest.param([RELAYED, OUTSIDE], ["198.51.100.5"], "203.0.113.7", id="a trusted address"),
        pytest.param([RELAYED, OUTSIDE], ["relay.example.net"], "203.0.113.7", id="a trusted host"),
        pytest.param([RELAYED, OUTSIDE], ["Example.NET."], "203.0.113.7", id="a host of a trusted domain"),
        pytest.param([RELAYED, OUTSIDE], ["ple.net"], "198.51.100.5", id="a part of a name is no domain"),
        pytest.param([FORGED, OUTSIDE], ["relay.example.net"], "198.51.100.5", id="a forged name is not trusted"),
        pytest.param([SUBMITTED, CLAIM], [], None, id="a user of ours"),
        pytest.param([INNER, SUBMITTED, CLAIM], [], None, id="a user of ours, through our hosts"),
        pytest.param([INNER], [], None, id="never outside"),
        pytest.param(
            [f"Received: by mx.example.org (Postfix, from userid 0) id 1; {DAY} 00:00:00 +0000"], [], None, id="local"
        ),
        pytest.param(
            ["Received: (qmail 1 invoked by uid 2); 1 Jan 2026 00:00:00 -0000", OUTSIDE], [], "203.0.113.7", id="qmail"
        ),
        pytest.param(
            [hop("stranger.example", "mx.example.org", "00:00:01"), CLAIM], [], None, id="a stranger without address"
        ),
        pytest.param([LMTP, OUTSIDE, CLAIM], [], "203.0.113.7", id="to a mailbox, without an address"),
        pytest.param([CYRUS, OUTSIDE, CLAIM], [], "203.0.113.7", id="a server that authenticates to a mailbox"),
        pytest.param([SCANNED, OUTSIDE, CLAIM], [], "203.0.113.7", id="between hosts over HTTP"),
        pytest.param([WEB], [], None, id="a web form"),
        pytest.param([WEB, CLAIM], [], "203.0.113.9", id="no web form begins in the middle"),
        pytest.param([ONLINE_WEB, ONLINE, FRONT, CLAIM], [], "203.0.113.7", id="Exchange Online"),
        pytest.param([NAMED_WEB, ONLINE, FRONT, CLAIM], [], "203.0.113.7", id="Exchange Online, without an address"),
        pytest.param(
            [ONLINE.replace("by b1.eurprd05.prod.outlook.com", "by mx.example.org"), FRONT],
            [],
            "2603:10a6:20b:2a1::15",
            id="Exchange Online is a stranger elsewhere",
        ),
        pytest.param(
            [ONLINE.replace("by b1.eurprd05.prod.outlook.com", "by mx.notoutlook.com"), FRONT],
            [],
            "2603:10a6:20b:2a1::15",
            id="a domain that ends alike",
        ),
        pytest.param(
            [ONLINE.replace("2603:10a6:20b:2a1::15", "203.0.113.99"), CLAIM],
            [],
            "203.0.113.99",
            id="who calls himself a host of Exchange Online",
        ),
        pytest.param(
            [FRONT, CLAIM], ["stranger.example"], "203.0.113.7", id="Exchange finds no names, so none is trusted"
        ),
        pytest.param([], [], None, id="no hop"),
    ],
)
def test_origin(fields: list[str], trusted: list[str], origin: str | None) -> None:
    found = trace(mail(*fields), trusted=trusted)
    first = trace(mail(*fields)).origin(trusted)
    assert (first.ip if first else None) == origin
    assert found.boundary == (first.number if first else None)


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "a b", "*.example", "300.1.1.1", "", "x/y"])
def test_whom_to_trust_must_be_somebody(wrong: str) -> None:
    with pytest.raises(ValueError, match="neither a network"):
        trace(CHAIN, trusted=[wrong])


def test_one_text_is_not_several() -> None:
    with pytest.raises(TypeError, match="several"):
        trace(CHAIN, trusted="10.0.0.0/8")


LOOP = "for <list@example.org>"


def circle(times: int, rest: str = f"with ESMTP id 1 {LOOP}") -> list[str]:
    return [hop("a.example (a.example [203.0.113.1])", "b.example", f"00:00:0{n}", rest) for n in range(times)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param(circle(1), None, id="once"),
        pytest.param(circle(2), "trace.loop.suspect", id="twice"),
        pytest.param(circle(3), "trace.loop.found", id="three times"),
        pytest.param(circle(2, "with ESMTP id 1"), None, id="twice, no recipient"),
        pytest.param(circle(3, "with ESMTP id 1"), "trace.loop.suspect", id="three times, no recipient"),
        pytest.param(circle(5, "with ESMTP id 1"), "trace.loop.suspect", id="five times, no recipient"),
        pytest.param(circle(6, "with ESMTP id 1"), "trace.loop.found", id="six times, no recipient"),
        pytest.param(circle(2) + circle(1, f"with SMTP id 1 {LOOP}"), "trace.loop.suspect", id="another protocol"),
        pytest.param([FILTER, OUTSIDE, OUTSIDE.replace("mail.stranger", "other")], None, id="a content filter"),
    ],
)
def test_loops(fields: list[str], code: str | None) -> None:
    found = [one for one in codes(trace(mail(*fields))) if one.startswith("trace.loop")]
    assert found == ([code] if code else [])


def test_the_hops_of_a_loop_are_named() -> None:
    assert trace(mail(*circle(3), OUTSIDE)).loop == (2, 3, 4)
    assert trace(mail(*circle(2))).loop == ()


def test_delivered_twice() -> None:
    once = trace(mail("Delivered-To: joe@example.org", "Delivered-To: JOE@example.com"))
    twice = trace(mail("Delivered-To: joe@example.org", OUTSIDE, "Delivered-To: <JOE@example.org>"))
    assert (codes(once), codes(twice)) == ([], ["trace.loop.delivered"])


@pytest.mark.parametrize(
    ("between", "found"),
    [
        pytest.param([], [], id="two programs of one delivery"),
        pytest.param([FETCHED], [], id="fetched from the mailbox"),
        pytest.param([FETCHED, OUTSIDE], ["trace.loop.delivered"], id="fetched, and from outside"),
        pytest.param(
            ["Received: by mx.example.org (Postfix) id 1"], ["trace.loop.delivered"], id="an alias that leads back"
        ),
    ],
)
def test_a_second_delivery_has_a_hop_before_it(between: list[str], found: list[str]) -> None:
    one = trace(mail("Delivered-To: joe@example.org", *between, "Delivered-To: joe@example.org", OUTSIDE))
    assert [code for code in codes(one) if code.startswith("trace.loop")] == found


@pytest.mark.parametrize(
    ("count", "words"),
    [(25, None), (26, "sendmail"), (31, "Exim"), (51, "Postfix"), (101, "RFC 5321")],
)
def test_hops_beyond_what_servers_accept(count: int, words: str | None) -> None:
    fields = [hop(f"h{n} (h{n}.example [203.0.113.1])", f"h{n + 1}.example", "00:00:00") for n in range(count)]
    details = [one.detail for one in trace(mail(*fields)).findings if one.code == "trace.hops.many"]
    assert len(details) == (words is not None)
    assert all(str(count) in detail and words and words in detail for detail in details)


@pytest.mark.parametrize(
    ("older", "newer", "code"),
    [
        pytest.param("00:10:00", "00:10:00", None, id="at once"),
        pytest.param("00:10:00", "00:09:59", "trace.clock.behind", id="a second behind"),
        pytest.param("00:10:00", "00:05:00", "trace.clock.behind", id="five minutes behind"),
        pytest.param("00:10:00", "00:04:59", "trace.clock.wrong", id="more than five minutes behind"),
        pytest.param("00:10:00", "01:10:00", None, id="an hour"),
        pytest.param("00:10:00", "01:10:01", "trace.wait.long", id="more than an hour"),
    ],
)
def test_clocks_and_waits(older: str, newer: str, code: str | None) -> None:
    found = trace(
        mail(
            hop("b.example (b.example [203.0.113.1])", "c.example", newer),
            hop("a.example (a.example [203.0.113.2])", "b.example", older),
        )
    )
    assert codes(found) == ([code] if code else [])


def test_a_hop_without_date_does_not_break_the_chain() -> None:
    undated = "Received: from b.example (b.example [203.0.113.2]) by c.example with ESMTP id 1"
    found = trace(
        mail(
            hop("c.example (c.example [203.0.113.3])", "d.example", "00:00:30"),
            undated,
            hop("a.example (a.example [203.0.113.1])", "b.example", "00:00:00"),
        )
    )
    assert [one.delay_seconds for one in found.hops] == [None, None, 30.0]
    assert codes(found) == ["trace.date.missing"]


def test_a_wait_behind_a_hop_without_date_is_of_either_host() -> None:
    found = trace(
        mail(
            hop("c.example (c.example [203.0.113.3])", "d.example", "02:00:00"),
            "Received: from b.example (b.example [203.0.113.2]) by c.example with ESMTP id 1",
            hop("a.example (a.example [203.0.113.1])", "b.example", "00:00:00"),
        )
    )
    waits = [one.detail for one in found.findings if one.code == "trace.wait.long"]
    assert waits == ["hop 3: waited 2h at b.example or c.example"]
    assert "waited longest (2h) at b.example or c.example; came" in str(found)


def test_dates_without_a_zone_are_compared() -> None:
    qmail = "Received: (qmail 1 invoked from network); 1 Jan 2026 00:00:05 -0000"
    found = trace(mail(qmail, hop("a.example (a.example [203.0.113.1])", "b.example", "00:00:00")))
    assert [one.delay_seconds for one in found.hops] == [None, 5.0]
    assert all(one.date is not None and one.date.tzinfo is not None for one in found.hops)


def test_the_offset_of_a_date_is_kept() -> None:
    (one,) = trace(mail("Received: from a ([203.0.113.1]) by b; Thu, 1 Jan 2026 09:00:00 +0900 (JST)")).hops
    assert one.date is not None
    assert one.date.isoformat() == "2026-01-01T09:00:00+09:00"


CLIENT = "with ESMTP id 1"


@pytest.mark.parametrize(
    ("field", "code"),
    [
        pytest.param("from a.example (unknown [203.0.113.1]) by b.example", "trace.rdns.missing", id="no name"),
        pytest.param("from a.example (unknown [10.0.0.1]) by b.example", None, id="no name inside"),
        pytest.param(
            "from a.example (a.example [203.0.113.1] (may be forged)) by b.example", "trace.rdns.forged", id="forged"
        ),
        pytest.param(
            "from [198.51.100.1] (c.example [203.0.113.1]) by b.example",
            "trace.helo.literal",
            id="the address of another",
        ),
        pytest.param("from [203.0.113.1] (c.example [203.0.113.1]) by b.example", None, id="its own address"),
        pytest.param(
            "from [192.168.0.1] (c.example [203.0.113.1]) by b.example",
            None,
            id="a private address behind a translator",
        ),
        pytest.param("from pc7 (c.example [203.0.113.1]) by b.example", "trace.helo.unqualified", id="no domain"),
        pytest.param("from pc7 (c.example [192.168.0.1]) by b.example", None, id="no domain inside"),
        pytest.param("from a.example (c.example [300.1.1.1]) by b.example", "trace.ip.illegal", id="no address"),
        pytest.param("from a.example (c.example [0.0.0.0]) by b.example", "trace.ip.illegal", id="nobody's address"),
        pytest.param(
            "from a.example (c.example [192.0.2.1]) by b.example", None, id="an address of documentation is one"
        ),
        pytest.param(
            "from a.example (a.example [203.0.113.1]) (using TLSv1 with cipher X-Y (1/1 bits)) by b.example",
            "trace.tls.old",
            id="TLS 1.0",
        ),
        pytest.param(
            "from a.example (a.example [203.0.113.1]) (using TLSv1.2 with cipher X-Y (1/1 bits)) by b.example",
            None,
            id="TLS 1.2",
        ),
        pytest.param("from a.example (a.example [203.0.113.1])", "trace.by.missing", id="no server"),
    ],
)
def test_what_is_odd_about_a_client(field: str, code: str | None) -> None:
    found = codes(trace(mail(f"Received: {field} {CLIENT}; {DAY} 00:00:00 +0000")))
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("date", "code"),
    [
        pytest.param("Thu, 99 Foo 2026", "trace.date.invalid", id="no date"),
        pytest.param("Wed, 3 Jun 2026 00:00:00 +0000", "trace.date.future", id="future"),
        pytest.param("Mon, 1 Jun 2026 12:00:00 +0000", None, id="within a day"),
    ],
)
def test_dates_of_a_hop(date: str, code: str | None) -> None:
    raw = mail(f"Received: from a.example (a.example [203.0.113.1]) by b.example with ESMTP id 1; {date}")
    assert codes(trace(raw, now=NOW)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("older", "newer", "gap"),
    [
        pytest.param("b.example.org", "b.example.org (b.example.org [203.0.113.1])", False, id="the same host"),
        pytest.param(
            "b.example.org", "c.example.org (c.example.org [203.0.113.1])", False, id="a host of the same site"
        ),
        pytest.param(
            "b.example.co.jp", "c.other.co.jp (c.other.co.jp [203.0.113.1])", True, id="two sites of a country"
        ),
        pytest.param("b.example.org", "c.example.net (c.example.net [203.0.113.1])", True, id="another site"),
        pytest.param("b.example.org", "localhost (localhost [127.0.0.1])", False, id="a filter"),
    ],
)
def test_gaps(older: str, newer: str, *, gap: bool) -> None:
    found = trace(
        mail(hop(newer, "z.example", "00:00:01"), hop("a.example (a.example [203.0.113.5])", older, "00:00:00"))
    )
    assert ("trace.chain.gap" in codes(found)) is gap


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.example.org", "b.example.org", True),
        ("192.0.2.1", "198.51.2.1", False),
        ("", "", False),
        ("a.co.jp", "b.co.jp", False),
    ],
)
def test_sites(one: str, other: str, *, same: bool) -> None:
    assert same_site(one, other) is same


def test_every_code_of_the_trace_is_tried_here() -> None:
    """Each code of this room stands in a test of this folder."""
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [code for code in CODES if code.startswith("trace.") and f'"{code}"' not in text] == []


@pytest.mark.parametrize(("seconds", "words"), [(0, "0s"), (59.6, "1m"), (3_601, "1h"), (90_000, "1d1h"), (-5, "5s")])
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words


TOKENS = (
    *(
        "Received:",
        "received :",
        " from ",
        " by ",
        " with ESMTPSA",
        " id x",
        " for <a@b>",
        ";",
        "; ",
        "(",
        ")",
        "[",
        "]",
        "\\",
    ),
    *(
        "192.0.2.1",
        "10.0.0.1",
        "300.1.1.1",
        "::1",
        "a.example",
        "unknown",
        "(may be forged)",
        "\n",
        "\n ",
        "\r\n",
        "\n\n",
    ),
    *(
        "Thu, 1 Jan 2026 00:00:00 +0000",
        "99 Foo",
        "\0",
        "é",
        "Delivered-To: a@b",
        "Authentication-Results: x; spf=pass",
        "Date: ",
    ),
    *("ARC-Seal: i=1; cv=none", "X-Authentication-Warning: a: b", "Received-SPF: pass (x) client-ip=192.0.2.1;"),
)


@given(tokens=st.lists(st.sampled_from(TOKENS), max_size=40))
def test_any_header_is_read(tokens: Sequence[str]) -> None:
    raw = "".join(tokens).encode()
    found = trace(raw, now=NOW)
    assert len(found.hops) == parse(raw).header.count("received")
    assert [one.number for one in found.hops] == list(range(1, len(found.hops) + 1))
    assert all(one.code in CODES and 0 <= one.offset <= len(raw) for one in found.findings)
    again = msgspec.json.decode(msgspec.json.encode(found), type=Trace)
    assert again.findings == found.findings
    assert [one.number for one in again.hops] == [one.number for one in found.hops]
    assert found.origin() == (found.hops[found.boundary - 1] if found.boundary else None)


@given(raw=st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert isinstance(trace(b"Received: " + raw), Trace)


def files() -> list[Path]:
    return sorted(path for path in SHARED.glob("*/*.eml")) + sorted((ROOT / "corpora").glob("*/*.eml"))


def test_every_message_of_the_corpora() -> None:
    """All chains are read; what is said of sound mail respects how often sound mail shows it."""
    paths = files()
    assert len(paths) > 1_000
    chains = warned = 0
    for path in paths:
        message = parse(path.read_bytes())
        for part in message.walk():
            if "received" not in part.header:
                continue
            found = trace(b"".join(b"%s:%s" % (field.name, field.raw) for field in part.header) + b"\n")
            assert len(found.hops) == part.header.count("received")
            chains += 1
            warned += any(one.severity in {"warning", "error"} for one in found.findings)
    assert chains > 500
    assert warned / chains < 0.12


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(
            lambda size: b"Received: from a (b [203.0.113.1]) by c; 1 Jan 2026 00:00:00 +0000\n" * size, id="fields"
        ),
        pytest.param(lambda size: b"Received: " + b"(" * size * 4 + b"\n", id="open parentheses"),
        pytest.param(
            lambda size: b"".join(
                b"Received: from a by b%d; %d Jan 2026 00:00:00 +0000\n" % (n, 1 + n % 2) for n in range(size)
            ),
            id="waits",
        ),
        pytest.param(
            lambda size: b"Received: from a by b; 1 Jan 2026 00:00:00 +0000\n" + b"Delivered-To: a@b\n" * size,
            id="delivered",
        ),
        pytest.param(lambda size: b"Authentication-Results: a; spf=pass\n" * size, id="results"),
    ],
)
def test_floods_are_linear(flood: object) -> None:
    assert callable(flood)

    def seconds(size: int) -> float:
        raw = flood(size) + b"\n"
        begin = time.process_time()
        trace(raw)
        return time.process_time() - begin

    seconds(100)
    once, fourfold = min(seconds(1_500) for _ in range(3)), min(seconds(6_000) for _ in range(3))
    assert fourfold < 10 * once + 0.05
