"""Where a message came in from outside: the last hop that only trusted hosts have written about.

The newest field is the reader's own. Each field tells who its client was; while that client is trusted, the next older
field is believed as well. What a client claims of itself (HELO) never counts.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import NamedTuple

from mailkit.trace.networks import INSIDE, address_of, network_of
from mailkit.trace.result import TraceHop
from mailkit.trace.sites import same_site

_ONLINE_HOSTS = (".outlook.com", ".office365.com", ".exchangelabs.com")
_ONLINE_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("2603:1096::/32", "2603:10a6::/32", "2603:10b6::/32", "2603:10c6::/32", "2603:10d6::/32"),
        "2a01:111:e400::/48",
    )
)
"""Where the machines of Exchange Online hand a message to one another (knowledge of its fields; no document says so).
They are trusted where the server is one of these hosts, and are strangers to everybody else."""
_NAME = re.compile(r"\.?[a-z0-9_](?:[a-z0-9._\-]{0,252})\.?\Z")


class Trusts(NamedTuple):
    """Whom the reader trusts to pass mail on."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    names: tuple[str, ...] = ()
    """Hosts, and domains of hosts."""

    def has_name(self, name: str | None) -> bool:
        """Say whether a host is one of these, or below one of them."""
        plain = (name or "").lower().rstrip(".")
        return any(plain == one or plain.endswith("." + one) for one in self.names)

    def has_address(self, text: str | None) -> bool:
        """Say whether an address is in one of the networks."""
        address = address_of(text) if text and self.networks else None
        return address is not None and any(address in network for network in self.networks)


_ONLINE = Trusts(_ONLINE_NETWORKS)


def trusts(trusted: Sequence[str]) -> Trusts:
    """Read networks, addresses and host names. Raises ValueError where one is none of these, TypeError for a single text."""
    if isinstance(trusted, str | bytes):
        message = f"trusted= takes several networks or names, not one: ({trusted!r},)"
        raise TypeError(message)
    networks, names = [], []
    for text in trusted:
        try:
            networks.append(ipaddress.ip_network(text.strip("[]"), strict=False))
        except ValueError:
            plain = text.lower()
            if not _NAME.match(plain) or "/" in text or plain.replace(".", "").isdigit():
                message = f"{text!r} is neither a network like 10.0.0.0/8, nor an address, nor the name of a host"
                raise ValueError(message) from None
            names.append(plain.strip("."))
    return Trusts(tuple(networks), tuple(names))


class Walk(NamedTuple):
    """How far a chain can be believed."""

    last: int
    """Number of the oldest hop that a trusted host has written; 0 where there is no hop."""
    outside: bool
    """Whether that hop's client is a stranger; else it is a user of ours, or nothing older is there."""


def walk(hops: Sequence[TraceHop], trust: Trusts) -> Walk:
    """Go from the newest hop to older ones as far as their clients are trusted.

    Behind an authenticated client all is the work of a user of ours, so nothing older came from outside.
    """
    for hop in reversed(hops):
        if _is_user(hop):
            return Walk(hop.number, outside=False)
        if not _is_inside(hop, trust):
            return Walk(hop.number, outside=True)
    return Walk(1 if hops else 0, outside=False)


def _is_user(hop: TraceHop) -> bool:
    """Say whether a hop's client is a user of the server: one that has authenticated to send.

    Servers authenticate to a mailbox as well (LMTP, RFC 2033), and hand mail to one another over HTTP (Exchange Online,
    Yahoo): a web form begins a message, so behind one there is no older hop.
    """
    if hop.auth is None or hop.kind != "smtp" or _is_lmtp(hop):
        return False
    return hop.number == 1 or not (hop.protocol or "").startswith("HTTP")


def _is_lmtp(hop: TraceHop) -> bool:
    return (hop.protocol or "").removeprefix("UTF8").startswith("LMTP")


def boundary_of(hops: Sequence[TraceHop], trust: Trusts) -> int | None:
    """Give the number of the hop that came from outside; None where every hop is trusted."""
    found = walk(hops, trust)
    return found.last if found.outside else None


def _is_inside(hop: TraceHop, trust: Trusts) -> bool:
    """Say whether a hop's client is trusted; a hop without an address is one between programs of a host.

    LMTP brings a message to a mailbox and is for use within a site (RFC 2033 section 1); Dovecot gives no address.
    """
    if hop.kind != "smtp" or _is_lmtp(hop):
        return True
    if hop.ip is None:
        if (hop.protocol or "").startswith("HTTP") and same_site(hop.helo or "", hop.by or ""):
            return True
        return hop.helo is None or hop.helo.lower() in {"localhost", "localhost.localdomain"}
    if network_of(hop.ip) in INSIDE or trust.has_address(hop.ip) or (not hop.forged and trust.has_name(hop.rdns)):
        return True
    return (hop.by or "").lower().endswith(_ONLINE_HOSTS) and _ONLINE.has_address(hop.ip)
