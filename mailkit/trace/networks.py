"""What kind of address an address is (RFC 6890, RFC 6598, RFC 5737, RFC 3849), without asking anybody."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from mailkit.trace.result import Network

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_KINDS: tuple[tuple[Network, tuple[str, ...]], ...] = (
    ("documentation", ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")),
    ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
    ("shared", ("100.64.0.0/10",)),
    ("loopback", ("127.0.0.0/8", "::1/128")),
    ("link-local", ("169.254.0.0/16", "fe80::/10")),
    ("unspecified", ("0.0.0.0/32", "::/128")),
    ("multicast", ("224.0.0.0/4", "ff00::/8")),
)
_NETWORKS = tuple((ipaddress.ip_network(text), kind) for kind, texts in _KINDS for text in texts)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
INSIDE: frozenset[Network] = frozenset({"private", "loopback", "link-local"})
"""Addresses that no message from outside comes from."""


def address_of(text: str) -> IPAddress | None:
    """Read an address, with or without brackets; an IPv4 address in an IPv6 one is the former. None where it is none."""
    plain = text.strip("[]").partition("%")[0]
    if plain[:5].lower() == "ipv6:":
        plain = plain[5:]
    try:
        found = ipaddress.ip_address(plain)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _inside(address: IPAddress) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that a translated IPv6 address leads to (6to4, RFC 3056; NAT64, RFC 6052)."""
    if address.version == 4:
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.sixtofour


@lru_cache(maxsize=4_096)
def network_of(text: str) -> Network | None:
    """Give the kind of an address; None where it is none.

    >>> network_of("192.168.10.7"), network_of("::1"), network_of("100.64.0.1"), network_of("192.0.2.1")
    ('private', 'loopback', 'shared', 'documentation')
    """
    address = address_of(text)
    if address is None:
        return None
    inner = _inside(address)
    if inner is not None and (kind := network_of(str(inner))) != "global":
        return kind
    found = next((kind for network, kind in _NETWORKS if address in network), None)
    return found or ("global" if address.is_global else "reserved")
