"""The name of an address, and whether it leads back to it: iprev (RFC 8601 section 3)."""

from __future__ import annotations

import ipaddress
from typing import Literal

import msgspec

from mailkit.dns.core import Asking, Question, RdataType, question
from mailkit.trace.networks import IPAddress, address_of

Result = Literal["pass", "fail", "temperror", "permerror"]

MAX_NAMES = 10
"""Names of one address that are looked up; the rest are ignored, as RFC 7208 section 4.6.4 does with ``ptr``: who owns the
address may write as many as he likes, and each costs the asker a question."""


class Reverse(msgspec.Struct, frozen=True, kw_only=True):
    """What the DNS says of an address's name."""

    ip: str
    """The address, as it was given."""
    result: Result
    """pass = a name leads back to the address; fail = names are there, and none does; permerror = the address has no name,
    or is no address; temperror = nobody can say at present (RFC 8601 section 3)."""
    names: tuple[str, ...] = ()
    """The names of the address (PTR), sorted, at most ten."""
    confirmed: tuple[str, ...] = ()
    """Those that lead back to it."""
    why: str = ""
    """Of temperror, a word: ``timeout``, ``SERVFAIL``; of permerror ``no-name``, or ``malformed`` where it is no address."""


def reverse(ip: str) -> Asking[Reverse]:
    """Look up the names of an address, and which of them lead back to it.

    >>> from mailkit.dns.core import Record, Reply, answer
    >>> texts = {"PTR": "mx.example.org", "A": "192.0.2.7"}
    >>> def ask(wanted):
    ...     return Reply(state="answer", records=(Record(name="", rdtype="", text=texts[wanted.rdtype]),))
    >>> found = answer(reverse("192.0.2.7"), ask)
    >>> found.result, found.confirmed
    ('pass', ('mx.example.org',))
    """
    address = address_of(ip.strip())
    if address is None:
        return Reverse(ip=ip, result="permerror", why="malformed")
    reply = yield Question(address.reverse_pointer, "PTR")
    if reply.state == "temporary":
        return Reverse(ip=ip, result="temperror", why=reply.why)
    names = tuple(sorted({record.text for record in reply.records}))[:MAX_NAMES]
    if not names:
        return Reverse(ip=ip, result="permerror", why="no-name")
    confirmed, why = [], ""
    for name in names:
        leads_back, failure = yield from _leads_to(name, address)
        why = why or failure
        if leads_back:
            confirmed.append(name)
    if confirmed:
        return Reverse(ip=ip, result="pass", names=names, confirmed=tuple(confirmed))
    return Reverse(ip=ip, result="temperror" if why else "fail", names=names, why=why)


def _leads_to(name: str, address: IPAddress) -> Asking[tuple[bool, str]]:
    """Say whether a name has an address, and why nobody can say."""
    rdtype: RdataType = "A" if isinstance(address, ipaddress.IPv4Address) else "AAAA"
    wanted = question(name, rdtype)
    if wanted is None:
        return False, ""
    reply = yield wanted
    return address in {address_of(record.text) for record in reply.records}, reply.why
