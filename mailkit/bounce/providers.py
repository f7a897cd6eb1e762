"""Who runs the mail of a host or a domain, as far as its name tells."""

from __future__ import annotations

from mailkit.bounce._providers import SUFFIXES


def provider_of(remote_mta: str | None, address: str | None) -> str | None:
    """Name the provider: by the host that refused, else by the domain of the address; None where neither is known.

    A host tells more than a domain, for many a domain has its mail with a provider.

    >>> provider_of("gmail-smtp-in.l.google.com", "joe@example.org"), provider_of(None, "joe@web.de")
    ('google', 'gmx')
    """
    return _by_suffix(remote_mta) or _by_suffix(domain_of(address))


def domain_of(address: str | None) -> str | None:
    """Give the domain of an address, in lower case; None where there is none.

    >>> domain_of("joe@Example.ORG."), domain_of("joe"), domain_of(None)
    ('example.org', None, None)
    """
    _, at, domain = (address or "").rpartition("@")
    return domain.rstrip(".").lower() or None if at else None


def _by_suffix(name: str | None) -> str | None:
    """Find the longest suffix of a name that is known."""
    rest = (name or "").rstrip(".").lower()[-253:]
    while rest:
        found = SUFFIXES.get(rest)
        if found is not None:
            return found
        rest = rest.partition(".")[2]
    return None
