"""How an envelope is decided: all places in their order, the first of each role for the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from mailkit.envelope.differences import Known, differences
from mailkit.envelope.journal import Journal, read_journal
from mailkit.envelope.places import PLACES, Found, field_places, from_lines, rank
from mailkit.envelope.result import (
    Candidate,
    Confidence,
    Decided,
    Difference,
    Envelope,
    Kind,
    Role,
    Sureness,
)
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.syntax.dates import parse_date
from mailkit.syntax.from_line import parse_from_line
from mailkit.syntax.paths import DAEMON
from mailkit.syntax.rewrites import readings

_OWN_SENDERS = frozenset({"from-line", "return-path", "x-envelope-from", "envelope-sender", "x-mailfrom"})
_SEVERAL = frozenset(name.decode() for name, row in PLACES.items() if row.several)


def recover(message: Message, given: Envelope | None) -> Envelope:
    """Collect all places, take the first for the answer, and compare it with the header."""
    findings: list[Finding] = []
    journal = read_journal(message, findings)
    found = [
        *_given(given),
        *(journal.found if journal else ()),
        *from_lines(message),
        *field_places(message, findings),
    ]
    found.sort(key=_order)
    candidates = tuple(one.candidate for one in found)
    sender = next((one for one in candidates if one.role == "sender" and one.addresses), None)
    recipients = _deciding(candidates)
    addresses = tuple(dict.fromkeys(address for one in recipients for address in one.addresses))
    path = sender.addresses[0] if sender else None
    base = msgspec.structs.replace(
        given or Envelope(),
        sender=path,
        recipients=addresses,
        decided=Decided(sender.place if sender else None, recipients[0].place if recipients else None),
        confidence=Sureness(_confidence(sender), _confidence(recipients[0] if recipients else None)),
        readings=readings(path, addresses),
        candidates=_read(candidates, addresses),
    )
    findings += _contradictions(candidates)
    return msgspec.structs.replace(
        base,
        date=base.date or _date(candidates),
        differences=_differences(base, message, journal),
        findings=(*base.findings, *findings),
        complete=base.complete and message.complete and not any(one.code.startswith("limit.") for one in findings),
    )


def _differences(found: Envelope, message: Message, journal: Journal | None) -> tuple[Difference, ...]:
    """Compare with the header; a journal report is about the message inside of it."""
    candidates = found.candidates
    known = Known(
        sender=found.sender,
        recipients=found.recipients,
        sureness=found.confidence.recipients,
        candidates=tuple(one for one in candidates if one.kind == "journal") if journal else candidates,
        readings=found.readings,
        part=journal.message if journal else message.root,
        blind=journal.blind if journal else frozenset(),
    )
    return differences(known)


def _order(found: Found) -> tuple[int, int]:
    return found.rank, found.candidate.offset or 0


def _given(given: Envelope | None) -> list[Found]:
    """Take what a dialogue or a queue says as the first of the candidates."""
    if given is None:
        return []
    kind: Kind = "spool" if "spool" in {given.decided.sender, given.decided.recipients} else "given"
    rows: list[tuple[Role, tuple[str, ...]]] = []
    if given.sender is not None:
        rows.append(("sender", (given.sender,)))
    if given.recipients:
        rows.append(("recipient", given.recipients))
    return [
        Found(
            rank(kind, "transport"),
            Candidate(
                kind=kind, place=kind, role=role, addresses=addresses, text=", ".join(addresses), trust="transport"
            ),
        )
        for role, addresses in rows
    ]


def _deciding(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Give the places that say who the recipients are: the first, and its like where each names another one."""
    first = next((one for one in candidates if one.role == "recipient" and one.addresses), None)
    if first is None:
        return ()
    if first.kind != "journal" and first.place not in _SEVERAL:
        return (first,)
    return tuple(
        one for one in candidates if one.role == "recipient" and (one.place, one.trust) == (first.place, first.trust)
    )


def _confidence(one: Candidate | None) -> Confidence | None:
    if one is None:
        return None
    if one.trust == "none":
        return "guessed"
    return "inferred" if one.kind == "received" or one.trust == "relay" else "stated"


def _read(candidates: tuple[Candidate, ...], recipients: tuple[str, ...]) -> tuple[Candidate, ...]:
    """Add what the senders' addresses hold besides."""
    if not any(one.role == "sender" and "=" in "".join(one.addresses) for one in candidates):
        return candidates
    return tuple(
        msgspec.structs.replace(one, readings=readings(one.addresses[0], recipients))
        if one.role == "sender" and one.addresses
        else one
        for one in candidates
    )


def _date(candidates: tuple[Candidate, ...]) -> datetime | None:
    """Give when the message was delivered, as the last host says it."""
    for one in candidates:
        if one.trust != "none" and one.role == "date":
            return parse_date(one.text)
        if one.place == "from-line":
            line = parse_from_line(one.text.encode())
            if line and line.date:
                return line.date
    return None


def _contradictions(candidates: tuple[Candidate, ...]) -> Iterable[Finding]:
    """Note senders that differ though one host wrote them, and a Return-Path too many (RFC 5321 section 4.4)."""
    paths = [one for one in candidates if one.place == "return-path"]
    if len(paths) > 1:
        places = sorted(one.offset or 0 for one in paths)
        yield finding("envelope.return-path.repeated", places[1], f"{len(paths)} fields", also=places[0])
    first: Candidate | None = None
    for one in candidates:
        if one.place not in _OWN_SENDERS or one.trust != "host" or not one.addresses:
            continue
        if first is None:
            first = one
        elif not _same(first.addresses[0], one.addresses[0]):
            detail = f"{first.place} and {one.place}"
            yield finding("envelope.sender.contradiction", one.offset or 0, detail, also=first.offset)
            return


def _same(one: str, other: str) -> bool:
    """Compare two senders; some hosts leave out the domain, and some write a name for the null sender."""
    one, other = ("" if path.partition("@")[0].lower() == DAEMON else path.lower() for path in (one, other))
    return one == other or bool(one and other and ("@" in one) != ("@" in other))
