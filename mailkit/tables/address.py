"""What an address means to a host before any table is asked: routes, quotes and percent signs are unwrapped first.

This is sendmail's own order (its rule sets 3, 96 and the first part of 0, measured with ``sendmail -bt`` of 8.17.1):
the host of a source route is dropped, of ``user%host@here`` the part behind ``@`` is dropped where ``here`` is local,
``"user@host"@here`` loses its quotes, ``host!user`` is ``user@host.UUCP``, and so again until no local name is left.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

MAX_STEPS = 50
"""How often an address is unwrapped at most; sendmail ends a rule set that calls itself as often."""
TOO_DEEP = "Too many hosts to unwrap"

_PROTECTED = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)
"""Quoted strings and quoted pairs: one token each, whatever is in them."""
_QUOTE = re.compile(r'\\(.)|"', re.DOTALL)
_LITERAL = re.compile(r"\[[^\[\]]*\]")
_ATOM = re.compile(r'[^.:%@!^/\[\]+()<>,;"\\\s]+|"(?:[^"\\]|\\.)*"', re.DOTALL)
"""One token: no operator of sendmail's (OperatorChars) and no delimiter of RFC 5322 stands in it."""
_COMMA = re.compile(r",\s*[^@%!\s]")


class Address(NamedTuple):
    """A local part, and the domain that it belongs to."""

    user: str
    domain: str | None
    """As written, without dots at its end; None for a name of this very host, that has none."""

    @property
    def text(self) -> str:
        """The address as one string."""
        return self.user if self.domain is None else f"{self.user}@{self.domain}"


class Fault(NamedTuple):
    """Why a text is no address."""

    status: str
    """RFC 3463 code."""
    text: str
    """With its SMTP reply code."""


NO_USER = Fault("5.1.3", "553 User address required")


def mask(text: str) -> str:
    """Hide what is quoted; every character keeps its place."""
    return _PROTECTED.sub(lambda match: "x" * len(match[0]), text)


def _masked(text: str) -> str:
    """Hide address literals, too."""
    return _LITERAL.sub(lambda match: "x" * len(match[0]), mask(text))


def _inner(text: str) -> str | None:
    """Take what stands in the innermost angle brackets; None without any."""
    hidden = mask(text)
    end = hidden.find(">")
    start = hidden.rfind("<", 0, end) if end >= 0 else -1
    return text[start + 1 : end].strip() if start >= 0 else None


def _plain(text: str) -> str:
    """Take the address out of brackets, groups and source routes."""
    inner = _inner(text)
    if inner is None:
        text = text.strip()
        colon = _masked(text).find(":")
        if colon >= 0 and not text.startswith("@") and text[colon : colon + 2] != "::":
            text = text[colon + 1 :].strip()
        text = text.rstrip("; \t")
    else:
        text = inner
    for mark in ",:":
        while text.startswith("@"):
            at = _masked(text).find(mark, 1)
            if at < 2 or at + 1 >= len(text):
                break
            text = text[at + 1 :].strip()
    return text


def split(text: str) -> Address:
    """Split an address where sendmail's rule set 3 does; the domain is ``""`` where nothing stands behind the ``@``.

    >>> split("<@relay.example:user%sub.example@gw.example>")
    Address(user='user%sub.example', domain='gw.example')
    >>> split("host!user")
    Address(user='user', domain='host.UUCP')
    """
    text = _plain(text)
    hidden = mask(text)
    at = hidden.rfind("@", 1, len(hidden) - 1) if "@" in hidden[1:-1] else hidden.rfind("@")
    if at >= 0:
        return Address(text[:at], text[at + 1 :])
    bang = hidden.find("!")
    if 0 < bang < len(text) - 1:
        host = text[:bang]
        return Address(text[bang + 1 :], host if "." in host else host + ".UUCP")
    at = hidden.rfind("%")
    return Address(text[:at], text[at + 1 :]) if at >= 0 else Address(text, None)


def dequote(user: str) -> str:
    """Take the quotes from a local part that is one quoted string without blanks; others are left as they are."""
    if user.startswith('"') and _ATOM.fullmatch(user) and not re.search(r"\s", user):
        return bare(user)
    return user


def bare(text: str) -> str:
    """Take all quotes out of a text, as every look-up in a table does."""
    return _QUOTE.sub(r"\1", text)


def routed(user: str) -> bool:
    """Say whether a local part names a host of its own: ``%``, ``!`` or ``@`` stands in it, outside of quotes."""
    return not {"@", "%", "!"}.isdisjoint(mask(user))


def fault(address: Address) -> Fault | None:
    """Say what is wrong with an address that has a domain; None if nothing is."""
    user, domain = address
    if domain is None:
        return None
    hidden, host = mask(user), mask(domain)
    literal = _LITERAL.match(host)
    behind = host[literal.end() : literal.end() + 1] if literal else ""
    rows = (
        (not domain, Fault("5.1.3", "553 Hostname required") if user else NO_USER),
        (behind not in {"", ":", ","}, Fault("5.1.2", "553 Invalid address")),
        (not literal and ":" in host, Fault("5.1.3", "553 Colon illegal in host name part")),
        (host.startswith(".") or ".." in host.rstrip("."), Fault("5.1.2", "553 Invalid host name")),
        (host.endswith("@") and "." not in host, Fault("5.1.2", "553 Invalid route address")),
        ("@" in hidden or _COMMA.search(f"{hidden}@{host}"), Fault("5.1.3", "553 Invalid route address")),
        (not user, NO_USER),
    )
    return next((wrong for seen, wrong in rows if seen), None)


def is_localhost(domain: str, local: Container[str]) -> bool:
    """Say whether a domain (in lower case) stands for the host itself: of ``localhost.anything`` if it is `local`."""
    return domain in {"localhost", "localhost.uucp"} or (domain.startswith("localhost.") and domain in local)


def resolve(text: str, local: Container[str], *, host: str | None = None) -> Address | Fault:
    """Read an address as a host does whose names are `local` (in lower case).

    `host` is the name that stands for ``localhost``.

    >>> resolve("user%sub.example@gw.example", {"gw.example"})
    Address(user='user', domain='sub.example')
    >>> resolve('"user@sub.example"@gw.example', {"gw.example"})
    Address(user='user', domain='sub.example')
    >>> resolve("user@", ())
    Fault(status='5.1.3', text='553 Hostname required')
    """
    for _ in range(MAX_STEPS):
        address = split(text)
        wrong = fault(address)
        if wrong:
            return wrong
        user, domain = address
        if domain is not None:
            domain = domain.rstrip(".") or domain
            if is_localhost(domain.lower(), local):
                domain = host or "localhost"
            if not (domain.lower() in local or domain in {host, "localhost"}):
                return Address(user, domain)
        user = dequote(user)
        if not user:
            return NO_USER
        if not routed(user):
            return Address(user, domain)
        text = user
    return Fault("5.4.6", f"553 {TOO_DEEP}")
