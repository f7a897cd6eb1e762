"""Addresses that are no person's: roles (RFC 2142), what stands around a list, and addresses that hold another one.

Whether ``owner-hoe`` belongs to a list nobody can tell who does not know its lists: without them the answer
is only possible, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

import msgspec

from mailkit.lists.names import EVERYDAY, FORMS, NAMES, NO_REPLY, NO_REPLY_ROLE, PREFIXES, SQUEEZED, Form, Group, Name
from mailkit.syntax.rewrites import MAX_LOCAL, readings

Service = Literal["smtp", "dns", "http", "nntp", "uucp", "ftp", "network", "business"]

MAX_SEPARATORS = 40
"""Dashes and plus signs of a local part at which the name of a list may end; real ones have under ten."""
_SEPARATOR = re.compile(r"[+\-]")
_SQUEEZABLE = re.compile(r"[\-_.]")
_STARS = re.compile(r"([^*]{1,255})\*\*([^*]{1,255})")


class Role(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an address is for, apart from a person.

    >>> Role(group="services", purpose="postmaster", source="RFC 5321 section 4.5.1").certain
    True
    """

    group: Group
    """business, network, services = RFC 2142 sections 3 to 5; list = a list or what stands around it; custom = a name
    that is usual and in no standard; address = an address that holds another one (SRS, BATV, a subaddress)."""
    purpose: str
    """For what it is: ``abuse``, ``request``, ``bounces``, ``srs``; in lower case, one name for all spellings."""
    name: str | None = None
    """The local part of a name of the tables, in lower case and without a subaddress; None where a form tells."""
    certain: bool = True
    """False where only the form tells: ``owner-hoe`` may be a person."""
    machine: bool = False
    """Whether programs send under it, so that an automatic answer finds no reader."""
    list: str | None = None
    """The address of the list; without a domain where the address has none."""
    address: str | None = None
    """The address inside: the recipient of VERP, the sender of SRS and BATV, an address without its subaddress; None
    where there is none or it is not certain."""
    detail: str | None = None
    """What stands behind the name as written: a token, a number, a subaddress (RFC 5233)."""
    program: str | None = None
    """The programs that use the form."""
    source: str
    """The document, or that it is custom."""


def role_of(address: str | None, *, lists: Collection[str] = ()) -> Role | None:
    """Say what an address is for; None for a person's, as far as its form shows. Never raises on an address.

    `lists` are names or addresses of lists that exist. Names are compared without case (RFC 5321 section 4.5.1).

    >>> role_of("Abuse@example.org").group
    'network'
    >>> role_of("hoe-request@example.gr.jp", lists={"hoe"}).certain, role_of("owner-hoe@example.gr.jp").certain
    (True, False)
    >>> role_of("hoe-bounces+sue=example.com@example.gr.jp").address
    'sue@example.com'
    """
    known = _known(lists)
    local, domain = _parts(address)
    if not local:
        return None
    if known:
        if _is_known(local, domain, known):
            whole = _joined(local, domain)
            return Role(group="list", purpose="post", list=whole, source="RFC 2142 section 6")
        found = _list_side(local, domain, known)
        if found:
            return found
    return (
        _rewritten(local, domain) or _named(local, None) or _list_side(local, domain, None) or _detailed(local, domain)
    )


def expected_roles(*services: Service, lists: Collection[str] = ()) -> tuple[Role, ...]:
    """Give the roles that a domain ought to have which offers some services, and the request address of each list.

    Of two names of one mailbox both are given. Source: RFC 2142 sections 3 to 6; postmaster must exist wherever mail
    is taken (RFC 5321 section 4.5.1).

    >>> [role.name for role in expected_roles("smtp", "http", lists=("hoe@example.gr.jp",))]
    ['postmaster', 'webmaster', 'www', 'hoe-request']
    """
    requests = sorted(_known(lists))
    offered = {row.service for row in NAMES.values()} - {""}
    for service in services:
        if service not in offered:
            message = f"{service!r} is no service of RFC 2142; known are {', '.join(sorted(offered))}"
            raise ValueError(message)
    roles = [_role(name, row) for name, row in NAMES.items() if row.service in services]
    return (*roles, *map(_request, requests))


def _request(name: str) -> Role:
    local, _ = _parts(name)
    return Role(group="list", purpose="request", name=f"{local}-request", list=name, source="RFC 2142 section 6")


def _known(lists: Collection[str]) -> set[str]:
    """Give names and addresses of lists for comparison."""
    if isinstance(lists, str | bytes):
        message = f"lists= takes several names, not one: ({lists!r},)"
        raise TypeError(message)
    return {one.strip("<> ").lower() for one in lists} - {""}


def _parts(address: str | None) -> tuple[str, str]:
    """Give local part and domain; the brackets of a path and the quotes of a plain word are taken off."""
    text = (address or "").strip().removeprefix("<").removesuffix(">")
    local, at, domain = text.rpartition("@")
    if not at:
        local, domain = text, ""
    if len(local) > 2 and local[0] == '"' == local[-1]:
        local = local[1:-1]
    return ("", "") if len(local) > MAX_LOCAL else (local, domain)


def _joined(local: str, domain: str) -> str:
    return f"{local}@{domain}" if domain else local


def _is_known(name: str, domain: str, known: set[str]) -> bool:
    lower = name.lower()
    return lower in known or (bool(domain) and f"{lower}@{domain.lower()}" in known)


def _rewritten(local: str, domain: str) -> Role | None:
    """Find SRS and BATV; VERP is a list's."""
    found = readings(_joined(local, domain)) if "=" in local and domain else ()
    if not found or found[0].scheme == "verp":
        return None
    scheme = found[0].scheme
    source = "Sender Rewriting Scheme" if scheme == "srs" else "draft-levine-smtp-batv"
    return Role(group="address", purpose=scheme, address=found[0].address, source=source)


def _named(name: str, detail: str | None) -> Role | None:
    """Find a name of the tables."""
    lower = name.lower()
    row = NAMES.get(lower) or EVERYDAY.get(lower) or SQUEEZED.get(_SQUEEZABLE.sub("", lower))
    if row is None and NO_REPLY.fullmatch(name):
        row = NO_REPLY_ROLE
    return None if row is None else _role(lower, row, detail)


def _role(name: str, row: Name, detail: str | None = None) -> Role:
    return Role(
        group=row.group,
        purpose=row.purpose or name,
        name=name,
        machine=row.machine,
        detail=detail,
        program=row.program or None,
        source=row.source,
    )


def _list_side(local: str, domain: str, known: set[str] | None) -> Role | None:
    """Find an address beside a list: one of a list that is known, or where none is, of any."""
    for form, name, detail in _readings(local):
        if known is None:
            if not form.ordinary:
                return _side(form, name, detail, _joined(local, domain), certain=False)
        elif name and _is_known(name, domain, known):
            return _side(form, name, detail, _joined(local, domain), certain=True)
    return None


def _readings(local: str) -> Iterator[tuple[Form, str, str | None]]:
    """Give every reading as form, name of the list and what stands behind, the best first."""
    for form in PREFIXES:
        match = form.pattern.fullmatch(local)
        if match:
            yield form, match["list"] or "", match["detail"]
            if match["list"] and match["detail"]:  # or is the number a part of the name?
                yield form, local[match.start("list") :], None
    for count, separator in enumerate(_SEPARATOR.finditer(local, 1)):
        if count >= MAX_SEPARATORS:
            return
        for form in FORMS:
            match = form.pattern.fullmatch(local, separator.start())
            if match:
                yield form, local[: separator.start()], match["detail"]


def _side(form: Form, name: str, detail: str | None, address: str, *, certain: bool) -> Role:
    domain = address.rpartition("@")[2] if "@" in address else ""
    return Role(
        group="list",
        purpose=form.purpose,
        certain=certain,
        machine=form.machine,
        list=_joined(name, domain) if name else None,
        address=_inside(address, detail),
        detail=detail or None,
        program=form.program or None,
        source=form.source,
    )


def _inside(address: str, detail: str | None) -> str | None:
    """Give the address of a recipient that stands in that of a list."""
    if not detail:
        return None
    stars = _STARS.fullmatch(detail)  # LISTSERV: joe**example.org
    if stars:
        return f"{stars[1]}@{stars[2]}"
    found = readings(address)
    if found and found[-1].scheme == "verp":
        return found[-1].address
    return None


def _detailed(local: str, domain: str) -> Role | None:
    """Find a detail behind a plus sign; whether it is one, the owner of the domain decides (RFC 5233)."""
    name, _, detail = local.partition("+")
    if not name or not detail:
        return None
    return _named(name, detail) or Role(
        group="address",
        purpose="subaddress",
        certain=False,
        address=_joined(name, domain),
        detail=detail,
        source="RFC 5233",
    )
