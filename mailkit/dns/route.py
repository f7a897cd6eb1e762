"""Which way the mail for an address takes: local, mailertable, smart host, MX, implicit MX, error; in this order."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from mailkit.dns.core import Asking
from mailkit.dns.mx import Host, MailHosts, exchangers, host_itself
from mailkit.tables.mailertable import Routes, Way

RouteKind = Literal[
    "local", "static", "smart-host", "mx", "implicit", "literal", "null", "none", "unusable", "loop", "error"
]
_SMTP = frozenset({"smtp", "esmtp", "smtp8", "dsmtp", "relay", "lmtp"})
"""Mailers that connect to a host by name; others (local, procmail, uucp) need no DNS."""
_NAMES = re.compile(r"\[[^\[\]]*\]|[^:\[\]]+")
"""The hosts of a table's value, with colons between them: each is looked up, and they are tried in this order (manual of
sendmail; not seen)."""
MAX_NAMES = 10
"""Hosts of one value that are looked up."""
_STEPS = {
    "local": ("local",),
    "mailertable": ("local", "mailertable"),
    "smart-host": ("local", "mailertable", "smart-host"),
    "dns": ("local", "mailertable", "smart-host", "mx"),
    "error": ("local", "mailertable", "error"),
}


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The way of the mail for one address.

    >>> Route(address="joe@gw.example.org", kind="local", steps=("local",), way=Routes().of("joe")).deliverable
    True
    """

    address: str
    kind: RouteKind
    """local; static = by the mailertable; smart-host; mx, implicit and literal = by the DNS; null, none, unusable, loop and
    error as `MailHosts` has them, or an error that a table states."""
    steps: tuple[str, ...]
    """What was considered, up to what decided: local, mailertable, smart-host, mx, implicit, error."""
    status: str | None = None
    """RFC 3463 code where the mail cannot be sent; None where it can, or where a table's error states none."""
    text: str | None = None
    """What a table's error says."""
    way: Way
    """What the tables say, with the key and the line that decided."""
    dns: MailHosts | None = None
    """What the DNS says of the host or domain; None where it was not asked."""

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts to try, in order; empty for a mailer that needs none."""
        return self.dns.hosts if self.dns is not None else ()

    @property
    def deliverable(self) -> bool:
        """Whether there is a way."""
        return self.status is None and self.kind != "error"

    @property
    def temporary(self) -> bool:
        """Whether it is worth asking again later."""
        return self.status is not None and self.status.startswith("4")


def route(
    address: str,
    routes: Routes | None = None,
    *,
    me: Sequence[str] = (),
    fallback: Sequence[str] = (),
    rng: random.Random | None = None,
) -> Asking[Route]:
    """Say which way the mail for an address takes; `routes` are the tables of the host, the rest is as of `exchangers`.

    A host of a table in brackets is taken as it is; of any other the MX are asked for, as sendmail does; of several each.

    >>> from mailkit.dns.core import Reply, answer
    >>> found = answer(route("joe@example.org"), lambda wanted: Reply(state="no-name"))
    >>> found.kind, found.status, found.steps
    ('none', '5.1.2', ('local', 'mailertable', 'smart-host', 'mx', 'error'))
    """
    way = (routes or Routes()).of(address)
    steps = _STEPS[way.step]
    if way.step == "error":
        temporary = (way.text or "").lstrip('"').startswith("4")
        status = way.status or ("4.0.0" if temporary else "5.0.0")
        return Route(address=address, kind="error", steps=steps, status=status, text=way.text, way=way)
    if way.step == "local":
        return Route(address=address, kind="local", steps=steps, way=way)
    kind: RouteKind = "static" if way.step == "mailertable" else "smart-host"
    if way.step != "dns" and (way.mailer not in _SMTP | {None} or not way.host):
        return Route(address=address, kind=kind, steps=steps, way=way)
    found = yield from _hosts(way, me, fallback, rng)
    if way.step == "dns":
        steps = (*steps, "implicit") if found.kind == "implicit" else steps
    failed = found.status is not None
    return Route(
        address=address,
        kind=found.kind if failed or way.step == "dns" else kind,
        steps=(*steps, "error") if failed else steps,
        status=found.status,
        way=way,
        dns=found,
    )


def _hosts(way: Way, me: Sequence[str], fallback: Sequence[str], rng: random.Random | None) -> Asking[MailHosts]:
    """Look up the hosts that the tables name. As of sendmail, the fallback is for every lookup of MX, a table's host included."""
    host = way.host or ""
    if way.no_mx:
        return (yield from host_itself(host, me=me))
    names = [host] if way.step == "dns" else _NAMES.findall(host)[:MAX_NAMES] or [host]
    found: list[MailHosts] = []
    for name in names:
        if name.startswith("[") and way.step != "dns":
            found.append((yield from host_itself(name[1:-1], me=me)))
        else:
            last = fallback if name is names[-1] else ()
            found.append((yield from exchangers(name, me=me, fallback=last, rng=rng)))
    return found[0] if len(found) == 1 else _joined(found)


def _joined(found: Sequence[MailHosts]) -> MailHosts:
    """Put together what was found of several hosts; where none can be tried, one that may be later decides, then the first."""
    decides = min(found, key=lambda one: (not one.deliverable, not one.temporary))
    return msgspec.structs.replace(
        decides,
        hosts=_once(host for one in found for host in one.hosts),
        refused=_once(host for one in found for host in one.refused),
    )


def _once(hosts: Iterable[Host]) -> tuple[Host, ...]:
    """Give each host where it stands first."""
    found: dict[str, Host] = {}
    for host in hosts:
        found.setdefault(host.name, host)
    return tuple(found.values())
