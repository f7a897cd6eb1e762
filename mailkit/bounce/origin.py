"""Backscatter: whether a bounce is about a message of ours, or of somebody who forged our address (RFC 3464 section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

from mailkit.bounce.hops import Way
from mailkit.bounce.notice import Notice
from mailkit.findings import Finding, finding
from mailkit.syntax.address import clean, domain_of, find_addresses
from mailkit.syntax.params import decode_raw
from mailkit.syntax.received import Hop

Origin = Literal["genuine", "forged", "unknown"]
Check = Callable[[str], bool | None]
"""True: it is ours; False: it has our form and is not; None: it says nothing."""

_SENT_TO = ("delivered-to", "x-original-to", "envelope-to", "x-rcpt-to", "to")
_MOST = 20
"""Fields of a name that are looked at."""


class Ours(msgspec.Struct, frozen=True, kw_only=True):
    """How messages of ours are known.

    >>> Ours(domains=("lists.example",), verp=lambda address: None).domains
    ('lists.example',)
    """

    domains: tuple[str, ...] = ()
    """Domains of our hosts and of our Message-IDs; their subdomains count as well."""
    hosts: tuple[str, ...] = ()
    """Names or addresses of the hosts through which all our mail goes out."""
    verp: Check | None = None
    """Asked with each address that the bounce was sent to: a signed token in it tells most."""
    message_id: Check | None = None
    """Asked with the Message-ID of the returned message, without its angle brackets."""

    def __post_init__(self) -> None:
        """Refuse one name in place of several: each letter of it would be taken for a name."""
        for key, names in (("domains", self.domains), ("hosts", self.hosts)):
            if isinstance(names, str | bytes):
                message = f"{key}= takes several names, not one: ({names!r},)"
                raise TypeError(message)


class _Told(NamedTuple):
    origin: Origin
    why: str


def find_origin(notice: Notice, ours: Ours) -> Finding:
    """Say whether the message that came back was ours, as a finding ``bounce.origin.*`` with what told it.

    A token of ours in the bounce's own address tells most, then the Message-ID that a log of ours knows, then
    the hosts that the copy passed. A copy without trace fields and without a Message-ID of ours leaves it open.
    """
    told = _by_token(notice, ours) or _by_message_id(notice, ours) or _by_way(notice, ours)
    place = notice.returned[0].start if notice.returned else notice.message.root.start
    return finding(f"bounce.origin.{told.origin}", place, told.why)


def sent_to(notice: Notice) -> list[str]:
    """Give the addresses that a message came to: those of the envelope first, then those of its To."""
    values = (value.decode("utf-8", "replace") for name in _SENT_TO for value in notice.header.all(name)[:_MOST])
    return [*dict.fromkeys(address for value in values for address in find_addresses(value))]


def _by_token(notice: Notice, ours: Ours) -> _Told | None:
    if ours.verp is None:
        return None
    answers = {ours.verp(address): address for address in sent_to(notice)}
    return _told(answers, "token in {}", "token in {} is not ours")


def _by_message_id(notice: Notice, ours: Ours) -> _Told | None:
    message_id = _message_id(notice)
    if ours.message_id is None or not message_id:
        return None
    return _told({ours.message_id(message_id): message_id}, "Message-ID {}", "Message-ID {} is not ours")


def _told(answers: dict[bool | None, str], yes: str, no: str) -> _Told | None:
    if True in answers:
        return _Told("genuine", yes.format(answers[True]))
    return _Told("forged", no.format(answers[False])) if False in answers else None


def _by_way(notice: Notice, ours: Ours) -> _Told:
    """Ask the hosts that the returned message passed, then the domain of its Message-ID."""
    if notice.original_header is None:
        return _Told("unknown", "nothing of the message came back")
    hops = Way(notice.original_header).hops
    for hop in hops:
        if _is_ours(_seen(hop), ours):
            return _Told("genuine", f"passed {hop.by or hop.ip}")
    domain = domain_of(_message_id(notice))
    if _within(domain, ours.domains):
        return _Told("unknown", f"a Message-ID of {domain}, and no host of ours passed")
    if hops and (ours.hosts or ours.domains):
        return _Told("forged", "passed no host of ours")
    return _Told("unknown", "nothing in the copy tells")


def _seen(hop: Hop) -> Iterator[str]:
    """Give the names that a server wrote as its own or looked up, and none that a client claims in HELO."""
    for name in (hop.by, hop.by_ip, hop.rdns, hop.ip):
        if name:
            yield name.lower().strip("[]").rstrip(".")


def _is_ours(names: Iterable[str], ours: Ours) -> bool:
    hosts = {host.lower() for host in ours.hosts}
    return any(name in hosts or _within(name, ours.domains) for name in names)


def _within(name: str, domains: Iterable[str]) -> bool:
    wanted = [domain.lower().strip(".") for domain in domains]
    return any(name == domain or name.endswith("." + domain) for domain in wanted if domain)


def _message_id(notice: Notice) -> str:
    raw = notice.original_header.get("message-id") if notice.original_header is not None else None
    text = decode_raw(raw).strip() if raw else ""
    return clean(text) or text.strip("<>")
