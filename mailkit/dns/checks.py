"""The checks of sendmail that ask the DNS: does a sender's domain exist, is a client on a list.

They are its rules, with their traps, and no advice: `mailkit.dns.blocklist` asks lists as RFC 5782 has it. All was
measured with ``sendmail -bt`` of 8.17.1 before NSD and Unbound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, ip_address
from typing import Literal

import msgspec

from mailkit.dns.core import Asking, RdataType, Reply, question
from mailkit.tables.access import Decision, refusal, written
from mailkit.tables.gate import Client, Domain, Gate

WANTED: tuple[RdataType, ...] = ("A", "AAAA", "MX")
"""What makes a domain exist, in the order in which it is looked for."""
NOTHING = Decision(action="none")
ACCEPTED = Decision(action="accept")


class Dnsbl(msgspec.Struct, frozen=True, kw_only=True):
    """A list as FEATURE(dnsbl) and FEATURE(enhdnsbl) ask it; IPv4 clients alone are looked for."""

    zone: str
    match: tuple[str, ...] = ()
    """Answers that count: the arguments of enhdnsbl from the fourth on. They must end in a dot, for sendmail puts one
    behind the answer: ``127.0.0.2`` never matches. Empty: every answer counts, one outside 127.0.0.0/8, too, so that a
    lapsed domain refuses everybody."""
    text: str | None = None
    """What a refusal says, with its reply code: the second argument. None: ``550 Rejected: ...``."""
    action: Literal["reject", "discard", "quarantine"] = "reject"
    """What the words ``discard`` and ``quarantine`` in the place of the second argument make of it."""
    unknown: str | None = None
    """What a refusal says when nobody can say whether a client is listed: the third argument, where ``t`` means
    ``451 Temporary lookup failure ...``. None: such a client is accepted."""


def resolves(domain: str) -> Asking[Domain]:
    """Say whether a domain has an address or an MX, as sendmail's host map does; a null MX is one (RFC 7505).

    >>> from mailkit.dns.core import Record, answer
    >>> answer(resolves("example.org"), lambda wanted: Reply(state="no-name"))
    'no'
    """
    if domain.startswith("["):
        return (yield from _named(domain.strip("[]")))
    temporary = False
    for rdtype in WANTED:
        wanted = question(domain, rdtype)
        if wanted is None:
            return "no"
        reply = yield wanted
        if reply.state == "answer":
            return "found"
        temporary = temporary or reply.state == "temporary"
    return "temporary" if temporary else "no"


def _named(literal: str) -> Asking[Domain]:
    """Say whether an address has a name: an address literal is taken for that."""
    try:
        pointer = ip_address(re.sub("(?i)^ipv6:", "", literal)).reverse_pointer
    except ValueError:
        return "no"
    wanted = question(pointer, "PTR")
    reply = Reply(state="no-name") if wanted is None else (yield wanted)
    states: dict[str, Domain] = {"answer": "found", "temporary": "temporary"}
    return states.get(reply.state, "no")


def canonical(name: str) -> Asking[str]:
    """Give the name that a name is an alias of, as sendmail puts it into addresses without FEATURE(nocanonify)."""
    for rdtype in WANTED:
        wanted = question(name, rdtype)
        reply = Reply(state="no-name") if wanted is None else (yield wanted)
        if reply.state == "answer":
            return reply.aliases[-1] if reply.aliases else name
    return name


def check_sender(gate: Gate, address: str, client: Client, *, unresolvable: bool = False) -> Asking[Decision]:
    """Say what becomes of MAIL FROM; 5.1.8 where the sender's domain does not exist, 4.1.8 where nobody can say.

    `unresolvable` is FEATURE(accept_unresolvable_domains): such senders are taken.
    """
    domain = None if unresolvable else gate.domain_to_check(address)
    found: Domain = "found" if domain is None else (yield from resolves(domain))
    return gate.sender(address, client, domain=found)


def check_client(gate: Gate, client: Client, lists: Iterable[Dnsbl] = ()) -> Asking[Decision]:
    """Say what becomes of a connection: the access table first, then the lists in order.

    An entry OK or RELAY of the access table ends the check, so such a client is looked for in no list.
    """
    found = gate.client(client)
    if found.action != "none":
        return found
    for one in lists:
        stated = yield from listed(one, client.ip)
        if stated.action != "none":
            return stated
    return ACCEPTED


def listed(rule: Dnsbl, ip: str) -> Asking[Decision]:
    """Say what one list makes of a client; none if it does not count as listed.

    >>> from mailkit.dns.core import Record, answer
    >>> entry = Reply(state="answer", records=(Record(name="", rdtype="A", text="127.0.0.2"),))
    >>> answer(listed(Dnsbl(zone="bl.example", match=("127.0.0.2.",)), "192.0.2.7"), lambda wanted: entry).status
    '5.7.1'
    >>> answer(listed(Dnsbl(zone="bl.example", match=("127.0.0.2",)), "192.0.2.7"), lambda wanted: entry).action
    'none'
    """
    try:
        octets = str(IPv4Address(written(ip))).split(".")
    except AddressValueError:
        return NOTHING
    wanted = question(".".join((*reversed(octets), rule.zone)), "A")
    reply = Reply(state="no-name") if wanted is None else (yield wanted)
    if reply.state == "temporary" and rule.unknown is not None:
        told = f"451 Temporary lookup failure of {ip} at {rule.zone}" if rule.unknown == "t" else rule.unknown
        return refusal("4.4.3", told)
    if reply.state != "answer":
        return NOTHING
    if rule.match and f"{reply.records[0].text}." not in rule.match:
        return NOTHING
    if rule.action != "reject":
        return Decision(action=rule.action, text=rule.zone if rule.action == "quarantine" else None)
    return refusal("5.7.1", rule.text or f"550 Rejected: {ip} listed at {rule.zone}")
