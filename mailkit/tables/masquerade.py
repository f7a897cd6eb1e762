"""Under which domain a host's mail appears: what sendmail's masquerading makes of an address.

Measured with ``/try esmtp`` of ``sendmail -bt`` 8.17.1. The mailer is an SMTP one: a name without a domain gets the
host's own there, with or without FEATURE(always_add_domain), which tells of local delivery alone.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from mailkit.tables.address import is_localhost, split

Place = Literal["header-sender", "header-recipient", "envelope-sender", "envelope-recipient"]


class Masquerade(msgspec.Struct, frozen=True, kw_only=True):
    """What MASQUERADE_AS and the words around it say.

    >>> masks = Masquerade(host="pc.example.org", name="example.org", domains=frozenset({"pc.example.org"}))
    >>> masks.of("user"), masks.of("root"), masks.of("user@example.com")
    ('user@example.org', 'root@example.org', 'user@example.com')
    >>> masks.of("user", "envelope-sender")
    'user@pc.example.org'
    """

    host: str
    """The host's full name (macro j), which a name without a domain gets."""
    name: str | None = None
    """MASQUERADE_AS: the domain to appear under; None for no masquerading."""
    local: frozenset[str] = frozenset()
    """The host's own names (class w) in lower case; they are masked, too, without `limited`."""
    domains: frozenset[str] = frozenset()
    """MASQUERADE_DOMAIN (class M), in lower case."""
    exceptions: frozenset[str] = frozenset()
    """MASQUERADE_EXCEPTION (class N), in lower case, with all domains below."""
    exposed: frozenset[str] = frozenset()
    """EXPOSED_USER (class E): local parts that keep their host's name, in lower case."""
    entire: bool = False
    """FEATURE(masquerade_entire_domain): `domains` cover all below them."""
    limited: bool = False
    """FEATURE(limited_masquerade): mask names of `domains` alone, not all of `local`."""
    envelope: bool = False
    """FEATURE(masquerade_envelope): mask the sender of the envelope, too."""
    everywhere: bool = False
    """FEATURE(allmasquerade): mask the recipients of the header, too."""

    def of(self, address: str, place: Place = "header-sender") -> str:
        """Give an address as it leaves the host."""
        user, domain = split(address)
        if not user or domain == "":
            return f"@{domain}" if domain else ""
        domain = domain.rstrip(".") if domain else None
        lower = (domain or "").lower()
        if domain is not None and lower.endswith(".uucp") and lower != "localhost.uucp":
            user, domain = f"{domain[:-5]}!{user}", None  # host!user is a name without a domain again
        elif is_localhost(lower, self.local) or (lower.startswith("[") and lower in self.local):
            domain, lower = self.host, self.host.lower()
        shown = self._shown(user, None if domain is None else lower) if self._masks(place) else None
        return self._final(user, shown or domain or self.host)

    def _final(self, user: str, domain: str) -> str:
        """Put an address together; of ``user%own@own``, both names of the host, the last is dropped."""
        while domain.lower() in self.local and "%" in user.strip('"'):
            name, _, host = user.rpartition("%")
            if not name or host.lower() not in self.local:
                break
            user, domain = name, host
        return f"{user}@{domain}"

    def _masks(self, place: Place) -> bool:
        """Say whether addresses of a place are masked at all."""
        masked = {"header-sender": True, "header-recipient": self.everywhere, "envelope-sender": self.envelope}
        return self.name is not None and masked.get(place, False)

    def _shown(self, user: str, domain: str | None) -> str | None:
        """Give the domain that hides another one; None where nothing is hidden. A name of this host has no domain."""
        if domain is not None and _within(domain, self.exceptions):
            return None
        listed = domain is not None and (_within(domain, self.domains) if self.entire else domain in self.domains)
        ours = domain is None or (not self.limited and domain in self.local)
        if user.lower() in self.exposed and (listed or ours):
            return None
        return self.name if listed or ours else None


def _within(domain: str, domains: frozenset[str]) -> bool:
    return any(domain == one or domain.endswith("." + one) for one in domains)
