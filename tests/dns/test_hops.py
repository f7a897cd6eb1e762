"""What is asked about the host that a message came from, and what it makes of the answers."""

from __future__ import annotations

import pytest

from mailkit.dns.blocklist import Blocklist
from mailkit.dns.core import Question, answer
from mailkit.dns.hops import check_origin
from mailkit.trace import trace
from tests.dns.zones import Zones
from tests.trace.test_trace import INNER, hop, mail

ZONES = {
    "2.0.192.in-addr.arpa": "$TTL 300\n@ SOA n h 1 1 1 1 60\n7 PTR a.test.\n8 PTR b.test.\n",
    "test": "$TTL 300\n@ SOA n h 1 1 1 1 60\na A 192.0.2.7\nb A 192.0.2.99\n",
    "bl.example": '$TTL 300\n@ SOA n h 1 1 1 1 60\n2.0.0.127 A 127.0.0.2\n7.2.0.192 A 127.0.0.4\n7.2.0.192 TXT "why"\n',
    "all.example": "$TTL 300\n@ SOA n h 1 1 1 1 60\n* A 127.0.0.2\n",
}


def said(ip: str, *lists: str) -> tuple[dict[str, str], list[Question]]:
    """Give what is found out about a stranger's address, by code, and what was asked."""
    zones = Zones(ZONES)
    message = mail(INNER, hop(f"x (x [{ip}])", "mx.example.org", "00:00:00"))
    found = answer(check_origin(trace(message), [Blocklist(zone) for zone in lists]), zones)
    return {one.code: one.detail for one in found}, zones.asked


@pytest.mark.parametrize(
    ("ip", "code", "words"),
    [
        pytest.param("192.0.2.7", "dns.reverse.pass", "a.test", id="a name that leads back"),
        pytest.param("192.0.2.8", "dns.reverse.fail", "b.test", id="a name that does not"),
        pytest.param("192.0.2.9", "dns.reverse.fail", "no name", id="no name"),
    ],
)
def test_names(ip: str, code: str, words: str) -> None:
    found, _ = said(ip)
    assert list(found) == [code]
    assert words in found[code]


@pytest.mark.parametrize(
    ("zone", "code", "words"),
    [
        pytest.param("bl.example", "dns.list.listed", "127.0.0.4; why", id="listed"),
        pytest.param("all.example", "dns.list.broken", "all.example", id="a list of the whole world"),
        pytest.param("timeout.test", "dns.list.unknown", "timeout.test", id="no answer"),
    ],
)
def test_lists(zone: str, code: str, words: str) -> None:
    found, _ = said("192.0.2.7", zone)
    assert list(found) == ["dns.reverse.pass", code]
    assert words in found[code]


def test_clear() -> None:
    assert "dns.list.clear" in said("192.0.2.8", "bl.example")[0]


@pytest.mark.parametrize("ip", ["10.0.0.1", "127.0.0.1", "100.64.0.1"])
def test_nobody_is_asked_about_what_is_no_address_of_the_internet(ip: str) -> None:
    assert said(ip, "bl.example") == ({}, [])


def test_nobody_is_asked_where_nothing_came_from_outside() -> None:
    zones = Zones(ZONES)
    assert answer(check_origin(trace(mail(INNER)), [Blocklist("bl.example")]), zones) == ()
    assert zones.asked == []
