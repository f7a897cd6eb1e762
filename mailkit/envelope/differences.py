"""Where envelope and header part: Bcc, lists, forwarding, null senders, and senders that nothing connects.

Nothing here accuses anybody: a list, a forwarder and a mailing service change the envelope for good reasons.
Each difference says how sure it is, and a reason that is seen is preferred to one that is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.envelope.result import Candidate, Confidence, Difference
from mailkit.part import Part
from mailkit.syntax.address import domain_of
from mailkit.syntax.fields import Header
from mailkit.syntax.mailboxes import parse_addresses
from mailkit.syntax.rewrites import Reading, is_bounce_address

LIST_SIGNS = ("list-id", "list-post", "mailing-list", "list-unsubscribe", "list-help")
SEEN_RECIPIENTS = ("to", "cc", "resent-to", "resent-cc")
FORWARD_SIGNS = ("x-forwarded-to", "x-forwarded-for")
MAX_SHOWN = 100
"""Addresses that one difference names."""
_NO_PERSON = re.compile(
    r"(?:mailer[\-_.]?daemon|post-?master|no-?reply|do-?not-?reply|root|daemon|bounces?|abuse|system|administrator"
    r"|mail(?:er|admin)?|notifications?|alerts?)(?:[+\-_.=].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SHORT = 3


class Known(NamedTuple):
    """What is compared."""

    sender: str | None
    recipients: tuple[str, ...]
    sureness: Confidence | None
    """How sure the recipients are; what is guessed bears no further guess."""
    candidates: tuple[Candidate, ...]
    readings: tuple[Reading, ...]
    part: Part
    """The message whose header is compared; for a journal report the one inside."""
    blind: frozenset[str]


def differences(known: Known) -> tuple[Difference, ...]:
    """Compare envelope and header."""
    header = known.part.header
    authors = addresses(header, ("from",))
    listed = list(_list(known, header, authors))
    trail = list(_forwarded(known))
    blind = list(_blind(known, header, explained=bool(listed or trail)))
    rest = (
        () if listed or any(reading.scheme == "srs" for reading in known.readings) else _sender(known, header, authors)
    )
    return (*blind, *listed, *trail, *_null(known, authors), *rest)


def addresses(header: Header, names: tuple[str, ...]) -> list[str]:
    """Give the addresses of every field of some names."""
    return [
        box.address
        for name in names
        for raw in (header.all(name) if name in header else ())
        for box in parse_addresses(raw).mailboxes
        if box.address
    ]


def _place(header: Header, name: str) -> int | None:
    field = header.field(name)
    return field.offset if field else None


def _blind(known: Known, header: Header, *, explained: bool) -> Iterator[Difference]:
    """Find recipients that stand in no To or Cc: blind copied, where neither a list nor a forwarder explains it."""
    named = {address.lower() for address in (*known.blind, *addresses(header, ("bcc", "resent-bcc")))}
    seen = {address.lower() for address in addresses(header, SEEN_RECIPIENTS)}
    missing = [address for address in known.recipients if address.lower() not in seen]
    stated = tuple(address for address in missing if address.lower() in named)
    if stated:
        offset = _place(header, "bcc")
        detail = "called Bcc by the journal report" if known.blind else "named in Bcc"
        yield Difference(kind="bcc", detail=detail, addresses=stated[:MAX_SHOWN], confidence="stated", offset=offset)
    silent = tuple(address for address in missing if address.lower() not in named)
    if silent and not explained and known.sureness != "guessed":
        confidence: Confidence = "inferred" if known.sureness == "stated" else "guessed"
        detail = "in no To or Cc" if seen else "there is no To or Cc"
        yield Difference(kind="bcc", detail=detail, addresses=silent[:MAX_SHOWN], confidence=confidence)


def _list(known: Known, header: Header, authors: list[str]) -> Iterator[Difference]:
    """Find a list: it sends in the author's name, but wants the bounces itself."""
    sender = known.sender
    if not sender or sender.lower() in {author.lower() for author in authors}:
        return
    sign = next((name for name in LIST_SIGNS if name in header), None)
    if sign:
        yield Difference(
            kind="list",
            detail=f"{sign} stands in the header, and the sender is not From",
            addresses=(sender,),
            confidence="stated",
            offset=_place(header, sign),
        )
    elif any(reading.scheme == "verp" for reading in known.readings) or is_bounce_address(sender):
        detail = "the sender is an address for bounces, and not From"
        yield Difference(kind="list", detail=detail, addresses=(sender,), confidence="inferred")


def _forwarded(known: Known) -> Iterator[Difference]:
    """Each recipient to whom the message was delivered on its way leaves its trace."""
    trail: dict[str, str] = {}
    for candidate in sorted(known.candidates, key=lambda one: one.offset or 0):
        if candidate.place in {"delivered-to", "x-original-to", "envelope-to"}:
            trail.update((address.lower(), address) for address in candidate.addresses)
    final = {address.lower() for address in known.recipients}
    marks = [name for name in FORWARD_SIGNS if any(one.place == name and one.addresses for one in known.candidates)]
    if len(trail) > 1 and not trail.keys() <= final:
        detail = "the fields of delivery name several recipients, as they stand from top to bottom"
        yield _forward(detail, tuple(trail.values()), "stated", None)
    elif marks:
        found = next(one for one in known.candidates if one.place == marks[0] and one.addresses)
        yield _forward(f"{marks[0]} says so", found.addresses, "stated", found.offset)
    elif any(reading.scheme == "srs" for reading in known.readings):
        detail = f"the sender was written anew by {domain_of(known.sender)}"
        yield _forward(detail, tuple(filter(None, (known.readings[0].address,))), "stated", None)
    else:
        yield from _hop_by_hop(known)


def _hop_by_hop(known: Known) -> Iterator[Difference]:
    """Find a forwarder between Received fields that name different recipients."""
    seen: dict[str, str] = {}
    for one in known.candidates:
        if one.kind == "received" and one.role == "recipient":
            seen.update((address.lower(), address) for address in one.addresses if "@" in address)
    if len(seen) > 1:
        yield _forward(
            "Received fields name different recipients, the last first", tuple(seen.values()), "inferred", None
        )


def _forward(detail: str, trail: tuple[str, ...], confidence: Confidence, offset: int | None) -> Difference:
    return Difference(
        kind="forwarded", detail=detail, addresses=trail[:MAX_SHOWN], confidence=confidence, offset=offset
    )


def _null(known: Known, authors: list[str]) -> Iterator[Difference]:
    """Find null senders where they are odd: they are for reports and automatic answers (RFC 5321 section 4.5.5)."""
    if known.sender != "" or known.part.type == "multipart/report" or "auto-submitted" in known.part.header:
        return
    persons = tuple(author for author in authors if not _NO_PERSON.fullmatch(author.rpartition("@")[0][:512]))
    if persons:
        yield Difference(
            kind="null-sender",
            detail="From is a person, yet no bounce is wanted: an automatic answer, or a forged bounce",
            addresses=persons[:MAX_SHOWN],
            confidence="inferred",
            offset=_place(known.part.header, "from"),
        )


def _sender(known: Known, header: Header, authors: list[str]) -> Iterator[Difference]:
    """Find a sender whose domain is neither From's nor that of some host on the way."""
    inner = known.readings[-1].address if known.readings else None
    sender = inner if inner and known.readings[-1].scheme == "batv" else known.sender
    domain = domain_of(sender)
    if not domain or "@" not in (sender or "") or not authors:
        return
    if any(related(domain, domain_of(author)) for author in authors):
        return
    hops = b"\n".join(header.all("received")).lower() if "received" in header else b""
    if not hops:
        return
    assert sender is not None
    passed = organisation(domain).encode() in hops
    yield Difference(
        kind="other-domain" if passed else "unrelated-domain",
        detail=f"{domain} is not From's {domain_of(authors[0])}"
        + (", but handled the message" if passed else ", and no Received names it"),
        addresses=(sender,),
        confidence="stated" if passed else "inferred",
        offset=_place(header, "from"),
    )


def organisation(domain: str) -> str:
    """Give the part of a domain that an organisation may have registered, as far as that can be told without a list.

    >>> organisation("mail.example.org"), organisation("a.b.example.co.jp")
    ('example.org', 'example.co.jp')
    """
    labels = domain.rstrip(".").split(".")
    many = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= _SHORT
    return ".".join(labels[-3 if many else -2 :])


def related(one: str, other: str) -> bool:
    """Say whether two domains belong to one organisation, as far as their names show it."""
    return organisation(one.lower()) == organisation(other.lower())
