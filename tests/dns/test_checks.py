"""sendmail's checks that ask the DNS, with their traps: against zones in memory, and the tables of the oracle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mailkit.dns.checks import Dnsbl, canonical, check_client, check_sender, listed, resolves
from mailkit.dns.core import answer
from mailkit.tables.access import parse_access
from mailkit.tables.gate import Client, Gate
from tests.dns.zones import Zones
from tests.scoring import sendmail
from tests.strategies import ROOT

SOA = "$TTL 300\n@ SOA ns.mail.test. h.mail.test. 1 1 1 1 1\n@ NS ns.mail.test.\n"
ZONES = Zones(
    {
        "mail.test": SOA
        + "a A 192.0.2.10\nv6 AAAA 2001:db8::1\nmx MX 10 ghost\nnull MX 0 .\ntxt TXT x\nalias CNAME mx\n",
        "bl.test": SOA + "7.2.0.192 A 127.0.0.2\n8.2.0.192 A 127.0.0.4\n",
        "dead.test": SOA + "* A 203.0.113.99\n",
        "2.0.192.in-addr.arpa": SOA + "10 PTR a.mail.test.\n",
    }
)
ORACLE = ROOT.parent / "shared/corpora/sendmail/oracle.json"


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("a.mail.test", "found"),
        ("v6.mail.test", "found"),
        ("mx.mail.test", "found"),
        ("null.mail.test", "found"),
        ("alias.mail.test", "found"),
        ("txt.mail.test", "no"),
        ("nope.mail.test", "no"),
        ("a..test", "no"),
        ("timeout.test", "temporary"),
        ("servfail.test", "temporary"),
        ("[192.0.2.10]", "found"),
        ("[192.0.2.11]", "no"),
        ("[IPv6:2001:db8::1]", "no"),
        ("[x]", "no"),
    ],
)
def test_domains(domain: str, found: str) -> None:
    assert answer(resolves(domain), ZONES) == found


def test_aliases_are_followed() -> None:
    assert answer(canonical("alias.mail.test"), ZONES) == "mx.mail.test"
    assert answer(canonical("nope.mail.test"), ZONES) == "nope.mail.test"


@pytest.mark.parametrize(
    ("rule", "ip", "action", "status"),
    [
        (Dnsbl(zone="bl.test"), "192.0.2.7", "reject", "5.7.1"),
        (Dnsbl(zone="bl.test"), "192.0.2.9", "none", None),
        (Dnsbl(zone="bl.test", match=("127.0.0.2.",)), "192.0.2.7", "reject", "5.7.1"),
        (Dnsbl(zone="bl.test", match=("127.0.0.2.",)), "192.0.2.8", "none", None),
        (Dnsbl(zone="bl.test", match=("127.0.0.2.", "127.0.0.4.")), "192.0.2.8", "reject", "5.7.1"),
        (Dnsbl(zone="bl.test", match=("127.0.0.2",)), "192.0.2.7", "none", None),
        (Dnsbl(zone="dead.test"), "192.0.2.9", "reject", "5.7.1"),
        (Dnsbl(zone="dead.test", match=("127.0.0.2.",)), "192.0.2.9", "none", None),
        (Dnsbl(zone="servfail.test"), "192.0.2.7", "none", None),
        (Dnsbl(zone="servfail.test", unknown="t"), "192.0.2.7", "tempfail", "4.4.3"),
        (Dnsbl(zone="bl.test", action="discard"), "192.0.2.7", "discard", None),
        (Dnsbl(zone="bl.test", action="quarantine"), "192.0.2.7", "quarantine", None),
        (Dnsbl(zone="bl.test", text="554 listed"), "192.0.2.7", "reject", "5.7.1"),
        (Dnsbl(zone="bl.test"), "2001:db8::7", "none", None),
        (Dnsbl(zone="bl.test"), "::ffff:192.0.2.7", "reject", "5.7.1"),
    ],
)
def test_lists(rule: Dnsbl, ip: str, action: str, status: str | None) -> None:
    found = answer(listed(rule, ip), ZONES)
    assert (found.action, found.status) == (action, status)


def test_the_table_comes_before_the_lists() -> None:
    gate = Gate(access=parse_access("connect:192.0.2.7 OK\n"))
    zones = Zones({"bl.test": SOA + "7.2.0.192 A 127.0.0.2\n"})
    assert answer(check_client(gate, Client(ip="192.0.2.7"), (Dnsbl(zone="bl.test"),)), zones).action == "accept"
    assert not zones.asked
    assert answer(check_client(Gate(), Client(ip="192.0.2.7"), (Dnsbl(zone="bl.test"),)), zones).action == "reject"


def test_only_a_strangers_domain_is_looked_up() -> None:
    zones = Zones({"mail.test": SOA})
    gate, client = Gate(local=frozenset({"gw.test"}), host="gw.test"), Client(ip="192.0.2.1", name="x.test")
    for sender in ("<>", "u@gw.test", "u"):
        answer(check_sender(gate, sender, client), zones)
    answer(check_sender(gate, "u@far.test", client, unresolvable=True), zones)
    assert not zones.asked
    assert answer(check_sender(gate, "u@far.mail.test", client), zones).status == "5.1.8"


def test_the_oracle() -> None:
    if not ORACLE.exists():
        pytest.skip(f"{ORACLE} is not there")
    rows: list[dict[str, Any]] = json.loads(ORACLE.read_text())
    assert len(rows) > 100
    for row in rows:
        got = sendmail(row, ORACLE.parent)
        for key in ("action", "dsn", "mailer", "host", "address"):
            if row["verdict"].get(key) and key in got and not (key == "mailer" and row["verdict"][key] == "discard"):
                assert str(got[key]).lower() == row["verdict"][key].lower(), row
