"""Whether two hosts belong together, by their names alone."""

from __future__ import annotations

_SECOND = frozenset(
    {"ac", "ad", "co", "com", "ed", "edu", "go", "gob", "gov", "gr", "lg", "mil", "ne", "net", "or", "org"}
)
"""Labels under which countries register (RFC 1591 leaves it to them; jp, uk, au, br, tw and others)."""


def site_of(host: str) -> str:
    """Give the part of a name that somebody has registered, as far as the name alone tells.

    >>> site_of("mx1.example.co.jp"), site_of("a.b.example.com"), site_of("localhost")
    ('example.co.jp', 'example.com', 'localhost')
    """
    labels = host.lower().strip("[]. ").split(".")
    if labels[-1].isdigit() or ":" in host:  # an address is its own site
        return ".".join(labels)
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND else 2
    return ".".join(labels[-size:])


def same_site(one: str, other: str) -> bool:
    """Say whether two names are alike from the registered part on."""
    return bool(one) and site_of(one) == site_of(other)
