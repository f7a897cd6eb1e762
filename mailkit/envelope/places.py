"""Every place of a message in which an MTA writes the envelope.

A host that takes a message puts its fields on top (RFC 5321 section 4.4). So what stands above the first
Received is the last host's, and anything below may be the sender's own. A message without Received went
through no host; there the run of such fields at the very top counts, because it was put there last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mailkit.envelope.result import Candidate, Kind, Role, Trust
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.syntax.fields import Field, unfold
from mailkit.syntax.from_line import parse_from_line
from mailkit.syntax.mailboxes import parse_addresses
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import DAEMON, Place, parse_path, received_for, received_from

TEXT_BYTES = 1_000
"""Bytes of a value that are shown; RFC 5321 section 4.5.3.1.3 allows a path of 256."""
_SPF_FROM = re.compile(rb"(?<![\w\-])envelope-from[ \t]*+=[ \t]*+(?:\"?<?([^\s<>\";]{0,320}+)>?\"?)", re.IGNORECASE)
_RESULTS_FROM = re.compile(
    rb"(?<![\w.\-])smtp\.mailfrom[ \t]*+=[ \t]*+\"?<?([^\s<>\";@]{1,256}+@[^\s<>\";]{1,256}+)", re.IGNORECASE
)
_UUCP_LINE = re.compile(rb"^>*+(From [^\r\n]{1,1000})", re.MULTILINE)
_REMOTE = re.compile(rb"remote[ \t]++from[ \t]++\S")

Read = Callable[[bytes], "tuple[str, ...]"]


class Found(NamedTuple):
    """A candidate and where it comes in the order."""

    rank: int
    candidate: Candidate


def _path(raw: bytes) -> tuple[str, ...]:
    address = parse_path(raw)
    return () if address is None else (address,)


def _reverse(raw: bytes) -> tuple[str, ...]:
    address = parse_path(raw)
    return () if address is None else ("",) if address.lower() == DAEMON else (address,)


def _list(raw: bytes) -> tuple[str, ...]:
    return tuple(box.address for box in parse_addresses(raw).mailboxes if box.address)


def _typed(raw: bytes) -> tuple[str, ...]:
    return _path(raw.partition(b";")[2] or raw)


def _words(raw: bytes) -> tuple[str, ...]:
    del raw
    return ()


class Row(NamedTuple):
    """How a field is read."""

    role: Role
    read: Read
    several: bool = False
    """Whether each of several such fields names a further recipient; else the top one counts."""


PLACES: dict[bytes, Row] = {
    b"return-path": Row("sender", _reverse),
    b"x-envelope-from": Row("sender", _reverse),  # procmail, amavis, fetchmail
    b"x-envelope-sender": Row("sender", _reverse),
    b"envelope-sender": Row("sender", _reverse),  # qmail's new-inject
    b"x-mailfrom": Row("sender", _reverse),  # aiosmtpd
    b"x-sender": Row("sender", _reverse),  # pickup and drop folders of IIS and Exchange
    b"envelope-to": Row("recipient", _list, several=True),  # Exim
    b"x-envelope-to": Row("recipient", _list, several=True),
    b"x-rcptto": Row("recipient", _list, several=True),
    b"x-receiver": Row("recipient", _path, several=True),
    b"x-rcpt-to": Row("recipient", _list, several=True),
    b"x-original-to": Row("recipient", _path),  # Postfix, before aliasing
    b"x-real-to": Row("recipient", _path),  # CommuniGate Pro
    b"x-gm-original-to": Row("recipient", _path),  # Google, before routing
    b"x-apparently-to": Row("recipient", _path),  # Yahoo
    b"original-recipient": Row("recipient", _typed),  # RFC 8098 section 2.3
    b"delivered-to": Row("recipient", _path),  # RFC 9228
    b"x-delivered-to": Row("recipient", _path),
    b"x-forwarded-to": Row("recipient", _list),  # Gmail: to whom it goes on
    b"x-forwarded-for": Row("recipient", _list),  # Gmail: for whom it came, and to whom it goes on
    b"apparently-to": Row("recipient", _list, several=True),  # sendmail 5, where there was no To
    b"delivery-date": Row("date", _words),  # Exim
    b"x-peer": Row("client", _words),  # aiosmtpd
}
"""The fields, in the order in which they count. Those before aliasing come before those behind it."""
ORDER = {name: number for number, name in enumerate(PLACES)}
_SPF, _RESULTS = len(PLACES), len(PLACES) + 1
RANKS: dict[Kind, int] = {"given": 0, "spool": 1, "journal": 2, "from-line": 3, "trace": 4, "received": 5}
_UNTRUSTED = 6
_MIDDLE = 500
"""Where a From line stands among its like; those of UUCP stand around it."""


def rank(kind: Kind, trust: Trust, order: int = 0) -> int:
    """Give the place in the order: who wrote it, then which field it is."""
    return (_UNTRUSTED if trust == "none" else RANKS[kind]) * 1_000 + order


def from_lines(message: Message) -> Iterator[Found]:
    """Read the From line of an mbox, and the lines of UUCP below it (RFC 976 section 2.4)."""
    header, source = message.header, message.source
    lines = list(_UUCP_LINE.finditer(bytes(source[: message.root.start]))) if message.envelope_line else []
    inside = [offset for code, offset in header.faults if code == "header.line.mbox"]
    blocks = [(match.start(1), match[1]) for match in lines]
    for offset in inside:
        match = _UUCP_LINE.match(header.raw, offset - header.offset)
        if match:
            blocks.append((header.offset + match.start(1), match[1]))
    hosts: list[str] = []
    for depth, (offset, raw) in enumerate(blocks):
        line = parse_from_line(raw)
        if line is None or line.sender is None:
            continue
        sender, order = "" if line.sender.partition("@")[0].lower() == DAEMON else line.sender, depth
        if _REMOTE.search(raw) and "!" in sender:
            host, _, sender = sender.partition("!")
            hosts.append(host)
            order = 0 if len(hosts) <= depth else -depth  # each line names the host before: the last knows the sender
            sender = sender if "@" in sender else "!".join([*hosts, sender])
        top = depth == 0 and message.envelope_line is not None
        # A word without a domain is a user of that host, or what a mail reader puts there: any field says more.
        named = not sender or "@" in sender or "!" in sender
        found = _line_candidate("from-line" if top else "uucp-line", "host" if top else "relay", sender, raw, offset)
        yield Found(rank("from-line" if named else "received", found.trust, _MIDDLE + order), found)


def _line_candidate(place: str, trust: Trust, sender: str, raw: bytes, offset: int) -> Candidate:
    return Candidate(
        kind="from-line",
        place=place,
        role="sender",
        addresses=(sender,),
        text=decode_raw(raw[:TEXT_BYTES]),
        trust=trust,
        offset=offset,
        length=len(raw),
    )


def field_places(message: Message, findings: list[Finding]) -> Iterator[Found]:
    """Read the trace fields and what Received fields say."""
    header = message.header
    received = b"received:" in header.raw.lower()
    above = first = True
    for field in header.fields:
        name = field.name.lower()
        row = PLACES.get(name)
        if row:
            yield _trace(field, name, row, findings, above=above)
        elif name == b"received":
            above = False
            yield from _received(field, "host" if first else "relay")
            first = False
        elif not received:
            above = False
        elif above and name in {b"received-spf", b"authentication-results"}:
            yield from _checked(field, name)


def _trace(field: Field, name: bytes, row: Row, findings: list[Finding], *, above: bool) -> Found:
    addresses = row.read(field.raw)
    trust: Trust = "host" if above else "none"
    if not addresses and row.read is not _words and field.raw.strip():
        findings.append(finding("envelope.path.invalid", field.offset, name.decode()))
    start = len(field.raw) - len(field.raw.lstrip())
    value = field.raw.strip()
    candidate = Candidate(
        kind="trace",
        place=name.decode(),
        role=row.role,
        addresses=addresses,
        text=decode_raw(unfold(value[:TEXT_BYTES])),
        trust=trust,
        offset=field.value_offset + start,
        length=len(value),
    )
    return Found(rank("trace", trust, ORDER[name]), candidate)


def _received(field: Field, trust: Trust) -> Iterator[Found]:
    """Read what a Received field says of the envelope."""
    raw = field.raw
    lower = raw.lower()
    recipient = received_for(raw) if b"for" in lower else None
    if recipient:
        yield Found(rank("received", trust), _inside("recipient", field, recipient, trust))
    sender = received_from(raw) if b"(envelope-" in lower else None
    if sender:
        yield Found(rank("received", trust), _inside("sender", field, sender, trust))


def _checked(field: Field, name: bytes) -> Iterator[Found]:
    """Read the sender that the last host has checked (RFC 7208 section 9.1, RFC 8601 section 2.7.2)."""
    spf = name == b"received-spf"
    match = (_SPF_FROM if spf else _RESULTS_FROM).search(field.raw)
    if match:
        place = Place(decode_raw(match[1]), match.start(1), match.end(1))
        yield Found(rank("trace", "host", _SPF if spf else _RESULTS), _inside("sender", field, place, "host"))


def _inside(role: Role, field: Field, place: Place, trust: Trust) -> Candidate:
    """Give an address that stands somewhere in a field."""
    name = field.name.lower().decode("ascii")
    null = role == "sender" and place.address.lower() == DAEMON
    return Candidate(
        kind="received" if name == "received" else "trace",
        place=name,
        role=role,
        addresses=("" if null else place.address,),
        text=decode_raw(field.raw[place.start : place.stop][:TEXT_BYTES]),
        trust=trust,
        offset=field.value_offset + place.start,
        length=place.stop - place.start,
    )
