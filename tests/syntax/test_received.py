"""Received fields as programs write them, and what is no Received field at all."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.syntax.received import PROTOCOLS, Hop, parse_received
from mailkit.syntax.received_words import Secured
from tests.scoring import received
from tests.strategies import OWN, SHARED
from tests.timing import assert_linear, flood

DATE = "; Tue, 24 Nov 2026 20:10:46 +0100"


def told(text: str) -> dict[str, object]:
    """Give what a field tells, but for its date."""
    return shown(parse_received((text + DATE).encode()))


def shown(hop: Hop) -> dict[str, object]:
    """Give what a hop has, but for its date."""
    found = msgspec.structs.asdict(hop)
    return {name: value for name, value in found.items() if value not in {None, False} and name != "date"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "from a.example (b.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by"
            " c.example (Postfix) with ESMTPS id 4D26 for <joe@c.example>",
            Hop(
                kind="smtp",
                helo="a.example",
                rdns="b.example",
                ip="192.0.2.1",
                by="c.example",
                protocol="ESMTPS",
                tls=Secured("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
                id="4D26",
                recipient="joe@c.example",
                software="Postfix",
            ),
            id="Postfix",
        ),
        pytest.param(
            "by c.example (Postfix, from userid 1000) id 4D26",
            Hop(kind="local", by="c.example", id="4D26", software="Postfix"),
            id="Postfix, from a program",
        ),
        pytest.param(
            "from b.example ([192.0.2.5]:41234 helo=a.example) by c.example with esmtpsa (TLS1.2:ECDHE_RSA:256) (Exim 4.96)"
            " (envelope-from <ann@a.example>) id 1oy9Zk-0001Ab-2c for joe@c.example",
            Hop(
                kind="smtp",
                helo="a.example",
                rdns="b.example",
                ip="192.0.2.5",
                by="c.example",
                protocol="ESMTPSA",
                tls=Secured("TLS1.2", "ECDHE_RSA"),
                auth="ESMTPSA",
                id="1oy9Zk-0001Ab-2c",
                recipient="joe@c.example",
                envelope_from="ann@a.example",
                software="Exim 4.96",
            ),
            id="Exim",
        ),
        pytest.param(
            "from joe by c.example with local (Exim 4.94.2) (envelope-from <joe@c.example>) id 1kX",
            Hop(
                kind="local",
                helo="joe",
                by="c.example",
                protocol="local",
                id="1kX",
                envelope_from="joe@c.example",
                software="Exim 4.94.2",
            ),
            id="Exim, from a program",
        ),
        pytest.param(
            "(from root@localhost) by c.example (8.15.2/8.15.2/Submit) id w9V6 for joe@c.example",
            Hop(
                kind="local",
                by="c.example",
                id="w9V6",
                recipient="joe@c.example",
                envelope_from="root@localhost",
                software="sendmail 8.15.2",
            ),
            id="sendmail, from a program",
        ),
        pytest.param(
            "from a.example (joe@b.example [192.0.2.9] (may be forged)) (authenticated bits=0) by c.example (8.14.4/8.14.4)"
            " with ESMTP id i1",
            Hop(
                kind="smtp",
                helo="a.example",
                rdns="b.example",
                ip="192.0.2.9",
                ident="joe",
                forged=True,
                by="c.example",
                protocol="ESMTP",
                auth="Sendmail",
                id="i1",
                software="sendmail 8.14.4",
            ),
            id="sendmail, with ident",
        ),
        pytest.param(
            "from unknown (HELO a.example) (joe@192.0.2.7) by c.example with SMTP",
            Hop(kind="smtp", helo="a.example", ip="192.0.2.7", ident="joe", by="c.example", protocol="SMTP"),
            id="qmail",
        ),
        pytest.param("(qmail 123 invoked by alias)", Hop(kind="internal"), id="qmail, between its programs"),
        pytest.param(
            "from A (10.0.0.1) by B.example (10.0.0.2) with Microsoft SMTP Server (TLS) id 15.0.1497.2 via Frontend Transport",
            Hop(
                kind="smtp",
                helo="A",
                ip="10.0.0.1",
                by="B.example",
                by_ip="10.0.0.2",
                via="Frontend",
                protocol="SMTP",
                tls=Secured(),
                id="15.0.1497.2",
                software="Microsoft SMTP Server",
            ),
            id="Exchange",
        ),
        pytest.param(
            "from a.example ([fe80::1%4]) by a.example ([fe80::1%4]) with mapi id 15.20.4649.015",
            Hop(
                kind="internal",
                helo="a.example",
                ip="fe80::1",
                by="a.example",
                by_ip="fe80::1",
                protocol="mapi",
                id="15.20.4649.015",
            ),
            id="Exchange, between its programs",
        ),
        pytest.param(
            "by 2002:a05:6a10:8e85:b0:5ab:1111:2222 with SMTP id z5csp1",
            Hop(kind="internal", by="2002:a05:6a10:8e85:b0:5ab:1111:2222", protocol="SMTP", id="z5csp1"),
            id="Google, between its programs",
        ),
        pytest.param(
            "from a.example (c.d. [IPv6:2001:db8::1]) by e.example (Haraka/2.8.28) with ESMTPSA id 1AB.1 envelope-from <x@y.z>"
            " (authenticated bits=0) (version=TLSv1.2 cipher=ECDHE verify=NO)",
            Hop(
                kind="smtp",
                helo="a.example",
                rdns="c.d",
                ip="2001:db8::1",
                by="e.example",
                protocol="ESMTPSA",
                tls=Secured("TLSv1.2", "ECDHE"),
                auth="ESMTPSA",
                id="1AB.1",
                envelope_from="x@y.z",
                software="Haraka 2.8.28",
            ),
            id="Haraka",
        ),
        pytest.param(
            "from pop.example (pop.example [192.0.2.44]) by localhost with POP3 (fetchmail-6.3.26) for <joe@localhost>",
            Hop(
                kind="retrieval",
                helo="pop.example",
                rdns="pop.example",
                ip="192.0.2.44",
                by="localhost",
                protocol="POP3",
                recipient="joe@localhost",
                software="fetchmail 6.3.26",
            ),
            id="fetchmail",
        ),
        pytest.param(
            "from a.example ([::ffff:192.0.2.1]) by c.example with ESMTP for <joe@c.example> from <x@y.z>",
            Hop(
                kind="smtp",
                helo="a.example",
                ip="192.0.2.1",
                by="c.example",
                protocol="ESMTP",
                recipient="joe@c.example",
            ),
            id="an IPv4 address inside; the second from is none",
        ),
        pytest.param(
            "from [192.0.2.33] by web.example via HTTP",
            Hop(kind="smtp", ip="192.0.2.33", by="web.example", via="HTTP", protocol="HTTP", auth="HTTP"),
            id="a web form",
        ),
        pytest.param("", Hop(kind="internal"), id="nothing but a date"),
    ],
)
def test_fields(text: str, expected: Hop) -> None:
    assert told(text) == shown(expected)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        pytest.param(
            "by a with ESMTPS (TLS1.3) tls TLS_X (Exim 4.96) id 1", "tls", Secured("TLS1.3", "TLS_X"), id="Exim"
        ),
        pytest.param("from tls by a with ESMTP", "tls", None, id="a host called tls"),
        pytest.param("from x by a over TLS secured channel with SMTP", "tls", None, id="TLS in words"),
        pytest.param("by a with ESMTP/TLS/AES128-SHA", "tls", Secured(None, "AES128-SHA"), id="Ironport"),
        pytest.param("by a with AES256-SHA encrypted SMTP", "tls", Secured(None, "AES256-SHA"), id="qmail"),
        pytest.param("by a (x [1.2.3.4]) with SMTP (TLS1.3 TLS_Y)", "tls", Secured("TLS1.3", "TLS_Y"), id="mox"),
        pytest.param("from x ([192.0.2.1]) by a with SMTP state quarantine", "state", "quarantine", id="RFC 6729"),
        pytest.param("from state by a with SMTP", "state", None, id="a host called state"),
        pytest.param("by a with Internet Mail Service (5.5) id 1", "protocol", "Internet Mail Service", id="a product"),
        pytest.param("by a (CommuniGate Pro SMTP 4.1.8) id 1", "software", "CommuniGate Pro 4.1.8", id="CommuniGate"),
        pytest.param("by a (8.10.2+Sun/8.10.2) id 1", "software", "sendmail 8.10.2+Sun", id="a vendor's sendmail"),
        pytest.param("by a (8.16.0.27/8.16.0.27) id 1", "by_ip", None, id="a version is no address"),
        pytest.param("by a (1.2.3.4) id 1", "by_ip", None, id="a version may look like one"),
        pytest.param("by a [192.0.2.2] with SMTP", "by_ip", "192.0.2.2", id="own address"),
        pytest.param("from x (y [192.0.2.1]) by a", "forged", False, id="nothing is said"),
        pytest.param("from x (y [192.0.2.1] (not verified)) by a", "forged", False, id="not asked"),
    ],
)
def test_attributes(text: str, name: str, expected: object) -> None:
    assert getattr(parse_received((text + DATE).encode()), name) == expected


@pytest.mark.parametrize(
    "text",
    [
        "from x (HELO [192.0.2.99]) by a with SMTP",
        "from x (HELO 192.0.2.99) by a with SMTP",
        "from x (helo=192.0.2.99) by a with SMTP",
        "from x (EHLO [IPv6:2001:db8::1]) by a with SMTP",
        "from x (unknown [300.0.2.1]) by a with SMTP",
        "from x (unknown [01.0.2.1]) by a with SMTP",
        "from x by a (v192.0.2.99) with SMTP id 192.0.2.99 for <x@[192.0.2.99]>",
        "from x by a ([192.0.2.99]) with SMTP",
        "from x by a via smtpd (for b [192.0.2.99]) with SMTP",
        "from x by [192.0.2.99] with SMTP",
        "from x (envelope-from <y@[192.0.2.99]>) by a with SMTP",
        "from x (envelope-from [192.0.2.99]) by a with SMTP",
        "from x (Authenticated sender: y@[192.0.2.99]) by a with ESMTP",
        "from x (AUTH: LOGIN y [192.0.2.99]) by a with ESMTP",
        "from x (HELO y[192.0.2.99]) by a with SMTP",
        "from x (port=25 helo=y[192.0.2.99]) by a with SMTP",
        "from x (ident=y[192.0.2.99]) by a with SMTP",
    ],
)
def test_no_address_is_taken_from_elsewhere(text: str) -> None:
    assert parse_received((text + DATE).encode()).ip is None


@pytest.mark.parametrize(
    "peer",
    [
        "(Exim.TLSv1.3.authenticated.example [192.0.2.1])",
        "(HELO Exim) (192.0.2.1)",
        "(HELO authenticated) (192.0.2.1)",
        "(HELO TLSv1.3) (192.0.2.1)",
        "([192.0.2.1] helo=Postfix)",
        "([192.0.2.1] helo=TLS1.3)",
    ],
)
def test_what_the_client_says_is_not_what_the_server_says(peer: str) -> None:
    hop = parse_received(f"from TLS {peer} by a with SMTP{DATE}".encode())
    assert hop.ip == "192.0.2.1"
    assert (hop.software, hop.tls, hop.auth, hop.forged) == (None, None, None, False)


def test_a_date_without_its_semicolon() -> None:
    date = parse_received(b"from mda by a.example id 0Lv Sat, 29 Nov 2014 00:32:10 +0100").date
    assert date is not None
    assert date.isoformat() == "2014-11-29T00:32:10+01:00"


def test_the_date_keeps_its_offset() -> None:
    date = parse_received(f"by a.example{DATE}".encode()).date
    assert date is not None
    assert date.isoformat() == "2026-11-24T20:10:46+01:00"
    assert parse_received(b"by a.example").date is None


def test_protocols_tell_of_tls_and_authentication() -> None:
    """RFC 3848: an S tells of TLS, an A of authentication."""
    for name, (tls, authenticated) in PROTOCOLS.items():
        if "HTTP" in name or name == "ASMTP":
            continue
        assert tls == (name.removesuffix("A")[-1:] == "S" and name != "MMS")
        assert authenticated == name.endswith("A")


@pytest.mark.parametrize(
    "unit",
    ["(", ")", "()", "((", "from ", "from (", "[", "[1.1.1.1] ", "by a ", ";", "\\(", "<", "a@", "(HELO ", "with x "],
)
def test_floods_cost_linear_time(unit: str) -> None:
    assert_linear(parse_received, flood(unit.encode()))


@given(
    st.lists(
        st.sampled_from(
            [
                "from ",
                "by ",
                "with ",
                "id ",
                "for ",
                "via ",
                "(",
                ")",
                "[",
                "]",
                "192.0.2.1",
                "::1",
                "HELO ",
                "a.example",
                "@",
                "<",
                ">",
                ";",
                " ",
                "ESMTPS",
                "unknown",
                "\\",
                '"',
                "\u3042",
                "1 Jan 2026 00:00:00 +0000",
                ".",
            ]
        ),
        max_size=14,
    )
)
def test_any_tokens_are_a_hop(tokens: list[str]) -> None:
    hop = parse_received("".join(tokens).encode())
    assert hop.kind in {"smtp", "local", "internal", "retrieval"}
    json.dumps(msgspec.to_builtins(hop))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_hop(data: bytes) -> None:
    msgspec.json.encode(parse_received(data)).decode()


def test_every_expected_answer() -> None:
    cases = SHARED / "received-public" / "cases.json"
    if not cases.is_file():
        pytest.skip("the corpus received-public is not beside the project")
    for case in json.loads(cases.read_text("utf-8")):
        found, expected = received(case["received"]), case["expected"]
        assert (found is None) == (expected is None), case["received"]
        if found and expected:
            assert {name: found[name].strip("[]!.") for name in expected} == {
                name: str(value).strip("[]!.") for name, value in expected.items()
            }, case["received"]


def test_fields_of_every_corpus_are_read() -> None:
    seen = 0
    for path in sorted(OWN.parent.glob("*/*.eml")):
        for line in path.read_bytes().split(b"\nReceived:")[1:]:
            parse_received(line[:600])
            seen += 1
    assert seen > 1_000
