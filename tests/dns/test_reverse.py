"""iprev (RFC 8601 section 3): names of an address, which of them lead back, and what doubt does."""

from __future__ import annotations

import ipaddress
from itertools import product

import dns.reversename
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.dns.core import Question, Record, Reply, answer
from mailkit.dns.reverse import MAX_NAMES, reverse
from tests.dns.zones import Zones

ZONES = {
    "2.0.192.in-addr.arpa": """$TTL 60
@ SOA ns h 1 1 1 1 60
7 PTR one.example.
8 PTR one.example.
8 PTR other.example.
8 PTR gone.example.
9 PTR other.example.
10 PTR gone.example.
11 PTR alias.example.
12 PTR six.example.
13 PTR .
14 PTR dead.servfail.test.
15 PTR dead.servfail.test.
15 PTR other.example.
16 PTR dead.timeout.test.
16 PTR sixteen.example.
17 CNAME 17.0/26
17.0/26 PTR classless.example.
18 TXT "no name"
""",
    "8.b.d.0.1.0.0.2.ip6.arpa": """$TTL 60
@ SOA ns h 1 1 1 1 60
7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR six.example.
8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR one.example.
""",
    "example": """$TTL 60
@ SOA ns h 1 1 1 1 60
one A 192.0.2.7
one A 192.0.2.8
other A 198.51.100.1
sixteen A 192.0.2.16
alias CNAME target
target A 192.0.2.11
six AAAA 2001:db8:0::7
classless A 192.0.2.17
""",
}


@pytest.mark.parametrize(
    ("ip", "result", "names", "confirmed", "questions"),
    [
        pytest.param("192.0.2.7", "pass", ["one"], ["one"], 2, id="leads back"),
        pytest.param("[192.0.2.7]", "pass", ["one"], ["one"], 2, id="literal"),
        pytest.param("::ffff:192.0.2.7", "pass", ["one"], ["one"], 2, id="IPv4 in IPv6"),
        pytest.param("192.0.2.8", "pass", ["gone", "one", "other"], ["one"], 4, id="one of three"),
        pytest.param("192.0.2.9", "fail", ["other"], [], 2, id="leads elsewhere"),
        pytest.param("192.0.2.10", "fail", ["gone"], [], 2, id="no such name"),
        pytest.param("192.0.2.11", "pass", ["alias"], ["alias"], 2, id="over an alias"),
        pytest.param("192.0.2.12", "fail", ["six"], [], 2, id="only of the other family"),
        pytest.param("192.0.2.17", "pass", ["classless"], ["classless"], 2, id="delegated by an alias, RFC 2317"),
        pytest.param("2001:db8::7", "pass", ["six"], ["six"], 2, id="IPv6"),
        pytest.param("2001:DB8:0:0::7", "pass", ["six"], ["six"], 2, id="IPv6 at length"),
        pytest.param("2001:db8::8", "fail", ["one"], [], 2, id="IPv6, only of the other family"),
    ],
)
def test_names(ip: str, result: str, names: list[str], confirmed: list[str], questions: int) -> None:
    zones = Zones(ZONES)
    found = answer(reverse(ip), zones)
    assert (found.ip, found.result, found.why) == (ip, result, "")
    assert found.names == tuple(f"{name}.example" for name in names)
    assert found.confirmed == tuple(f"{name}.example" for name in confirmed)
    assert len(zones.asked) == questions


@pytest.mark.parametrize(
    ("ip", "result", "why", "questions"),
    [
        pytest.param("192.0.2.1", "permerror", "no-name", 1, id="no name"),
        pytest.param("192.0.2.18", "permerror", "no-name", 1, id="no PTR"),
        pytest.param("203.0.113.1", "permerror", "no-name", 1, id="no zone"),
        pytest.param("192.0.2.13", "fail", "", 1, id="the root as a name"),
        pytest.param("192.0.2.14", "temperror", "SERVFAIL", 2, id="name cannot be looked up"),
        pytest.param("192.0.2.15", "temperror", "SERVFAIL", 3, id="one of two cannot be looked up"),
        pytest.param("192.0.2.16", "pass", "", 3, id="one times out, the other leads back"),
        pytest.param("", "permerror", "malformed", 0, id="nothing"),
        pytest.param("192.0.2.300", "permerror", "malformed", 0, id="no octet"),
        pytest.param("mx.example", "permerror", "malformed", 0, id="name"),
    ],
)
def test_doubts(ip: str, result: str, why: str, questions: int) -> None:
    zones = Zones(ZONES)
    found = answer(reverse(ip), zones)
    assert (found.result, found.why) == (result, why)
    assert bool(found.confirmed) == (result == "pass")
    assert len(zones.asked) == questions


OWN, OTHER = "192.0.2.7", "192.0.2.8"
FORWARD = {
    "leads back": Reply(state="answer", records=(Record(name="x", rdtype="A", text=OWN),)),
    "among others": Reply(
        state="answer", records=tuple(Record(name="x", rdtype="A", text=text) for text in (OTHER, OWN))
    ),
    "elsewhere": Reply(state="answer", records=(Record(name="x", rdtype="A", text=OTHER),)),
    "no-name": Reply(state="no-name"),
    "no-data": Reply(state="no-data"),
    "timeout": Reply(state="temporary", why="timeout"),
}


def test_every_outcome_of_three_names() -> None:
    names = ("a.example", "b.example", "c.example")
    pointers = Reply(state="answer", records=tuple(Record(name="x", rdtype="PTR", text=name) for name in names))
    for outcomes in product(FORWARD, repeat=3):
        replies = dict(zip(names, (FORWARD[outcome] for outcome in outcomes), strict=True))
        found = answer(reverse(OWN), lambda wanted: pointers if wanted.rdtype == "PTR" else replies[wanted.name])  # noqa: B023 - called at once
        backs = tuple(
            name for name, outcome in zip(names, outcomes, strict=True) if outcome in {"leads back", "among others"}
        )
        assert found.confirmed == backs
        assert found.result == ("pass" if backs else "temperror" if "timeout" in outcomes else "fail"), outcomes


def test_ten_names_are_looked_up_whatever_their_order() -> None:
    texts = [f"n{number:03}.example" for number in range(500)]
    asked: list[Question] = []

    def ask(wanted: Question) -> Reply:
        asked.append(wanted)
        order = texts if len(asked) % 2 else texts[::-1]
        records = tuple(Record(name="x", rdtype="PTR", text=text) for text in order)
        return Reply(state="answer", records=records) if wanted.rdtype == "PTR" else FORWARD["elsewhere"]

    found = answer(reverse(OWN), ask)
    assert (found.result, found.names, len(asked)) == ("fail", tuple(texts[:MAX_NAMES]), 1 + MAX_NAMES)
    assert answer(reverse(OWN), ask) == found


@given(address=st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_the_name_that_is_asked_for_is_what_dnspython_makes_of_it(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    asked: list[Question] = []

    def ask(wanted: Question) -> Reply:
        asked.append(wanted)
        return Reply(state="no-name")

    assert answer(reverse(str(address)), ask).result == "permerror"
    assert asked == [Question(dns.reversename.from_address(str(address)).to_text(omit_final_dot=True), "PTR")]
