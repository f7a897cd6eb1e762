"""Received fields (RFC 5321 section 4.4): bytes in, one hop out, whatever an MTA makes of them.

What the client said of itself (HELO) and what the server found (address, reverse name, ident) are
different fields. A keyword counts at the top level only, and only the first of each: comments nest,
and ``for <a> from <b>`` is seen. Every field gives a hop; what is absent is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

from mailkit.charsets import decode_raw
from mailkit.syntax.received_cut import KEYWORD, Clauses, cut_any, cut_usual, read_date
from mailkit.syntax.received_from import SIMPLE, Peer, address_of, read_peer, simple_peer
from mailkit.syntax.received_words import (
    PROTOCOLS,
    Secured,
    authentication,
    envelope_sender,
    secured,
    software,
)

__all__ = ["MAX_VALUE_BYTES", "PROTOCOLS", "Hop", "HopKind", "Secured", "parse_received"]

HopKind = Literal["smtp", "local", "internal", "retrieval"]
"""smtp: over SMTP, LMTP or a web form from another host; local: by a program on the host; internal: between the
processes of an MTA; retrieval: fetched from a mailbox."""

MAX_VALUE_BYTES = 8_192
"""Bytes of one field that are read; real ones have some 200."""
_SPELLED = {spelling: name for name in PROTOCOLS for spelling in (name, name.lower())}
_PLAIN = rf'(?!{KEYWORD}(?![^ ()<>;\\",]))[^ ()<>;\\",]++'
# what most fields are, with nothing in them that asks for a second look
_STRAIGHT = re.compile(
    rf"(?:from (?:(?P<name>{_PLAIN}) )?\({SIMPLE}\) )?by (?P<by>{_PLAIN})(?: \((?P<note>[\w.+/\-]++)\))?"
    rf"(?: with (?P<way>{_PLAIN}))?(?: id <?(?P<id>{_PLAIN})>?)?(?: for <?(?P<for>{_PLAIN})>?)?"
    r" ?;(?P<date>[^()<>;\\]*+)(?:\((?!TLS|SSL)[A-Z]{1,5}\))?\Z"
)
# (qmail 123 invoked by uid 89); date
_HANDED_ON = re.compile(
    r"\((?:qmail|nullmailer pid) [0-9]{1,10} invoked (?:by (?:uid [0-9]{1,10}|alias)|for bounce|from network)\);"
    r"((?: [A-Z][a-z]{2},)? [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+\-][0-9]{4})\Z"
)
_SUBMITTED = re.compile(r"\(from ([^\s()\[\]]{1,320})\) by ", re.IGNORECASE)
_BY_IP = re.compile(r"(?:[^\s\[\]]{1,255} )?\[([0-9a-fA-F.:%]{3,45})\](?::\d{1,5})?\Z")
_WAYS = re.compile(
    r"(?P<retrieval>imap|pop3|etrn|odmr|pop\b)|(?P<internal>mapi\b|scanned|qmail-scanner|spamassassin|bsmtp|internal\b|dsn\b)|(?P<local>local\b)",
    re.IGNORECASE,
)
"""What stands behind ``with``, where the message did not come over SMTP from another host."""
_FETCHERS = re.compile(r"(?:fetchmail|getmail|fdm|retchmail)\b", re.IGNORECASE)
_NO_PEER = Peer()
_SECURED = Secured()


class Hop(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One hop, as the server that received the message wrote it down."""

    kind: HopKind
    helo: str | None = None
    """What the client called itself; an address literal keeps its brackets."""
    rdns: str | None = None
    """The name that the server found for the client's address."""
    ip: str | None = None
    """The client's address; an IPv4 address in an IPv6 one is given as the former."""
    ident: str | None = None
    forged: bool = False
    """Whether the server says that `rdns` does not lead back to `ip` (sendmail: may be forged). Postfix writes
    ``unknown`` then, and Exim nothing, so False says nothing of them. That a server has not asked ("unverified",
    "Not Verified") is no such saying."""
    by: str | None = None
    by_ip: str | None = None
    via: str | None = None
    protocol: str | None = None
    """As the registry spells it, in upper case; what is in no registry as it is written."""
    tls: Secured | None = None
    """How the connection was encrypted; None where nothing says that it was."""
    auth: str | None = None
    """What tells that the client had authenticated: the protocol, the mechanism, or the program that says so."""
    id: str | None = None
    recipient: str | None = None
    """The address behind ``for``."""
    envelope_from: str | None = None
    software: str | None = None
    state: str | None = None
    """Why the message waits, or waited, on the server (RFC 6729), as it is written: quarantine, moderation."""
    date: datetime | None = None
    """With the offset as written; None where there is none that can be read."""


def parse_received(raw: bytes) -> Hop:
    """Read one Received field. Never raises.

    Source: RFC 5321 section 4.4, and what MTAs write instead.

    >>> hop = parse_received(b"from a.example (b.example [192.0.2.1]) by c.example with ESMTPS id 1; 1 Jan 2026 00:00:00 +0000")
    >>> hop.helo, hop.rdns, hop.ip, hop.by, hop.protocol
    ('a.example', 'b.example', '192.0.2.1', 'c.example', 'ESMTPS')
    """
    text = " ".join(decode_raw(raw[:MAX_VALUE_BYTES]).split())
    return _straight(text) or read_clauses(text, cut_usual)


def _straight(text: str) -> Hop | None:
    """Read a field of the commonest kind at once; None for every other. It says what `read_clauses` would say."""
    match = _STRAIGHT.match(text)
    if match is None:
        handed = _HANDED_ON.match(text)
        return Hop(kind="internal", date=read_date(handed[1], text)) if handed else None
    name, rdns, ip, by, note, way, identity, recipient, date = match.groups()
    protocol = _SPELLED.get(way) if way else None
    program = note
    if way and not protocol:
        return None
    if note != "Postfix" and note is not None:
        if not ip or not protocol or "TLS" in note or "SSL" in note or "encrypted" in note:
            return None
        program = software((note,), "")
    peer = simple_peer(name or "", rdns, ip, program or "") if ip else _NO_PEER
    secure, authenticated = PROTOCOLS[protocol] if protocol else (False, False)
    return Hop(
        kind="smtp" if ip else "internal",
        helo=peer.helo,
        rdns=peer.rdns,
        ip=ip,
        by=by,
        protocol=protocol,
        tls=_SECURED if secure else None,
        auth=protocol if authenticated else None,
        id=identity,
        recipient=recipient,
        software=program,
        date=read_date(date, text),
    )


def read_clauses(text: str, cut: Callable[[str], Clauses | None]) -> Hop:
    """Read any field, cut by `cut` or, where that gives nothing, token by token."""
    local = None
    if text[:6].lower() == "(from ":
        local = _SUBMITTED.match(text)  # sendmail: (from joe@localhost) by host
        if local is None:  # some gateways put the whole clause into a comment
            text = text[1:].replace(")", "", 1)
    return _hop(cut(text) or cut_any(text), local[1] if local else None)


def _hop(clauses: Clauses, submitter: str | None) -> Hop:
    """Say what the clauses tell; `submitter` is the user of a program on the host."""
    protocol = _SPELLED.get(clauses.way) or _protocol(clauses)
    notes, said = clauses.notes, clauses.said
    program = software(notes, clauses.way)
    peer = read_peer(clauses, program or "", protocol or "")
    return Hop(
        kind="smtp" if peer.ip and protocol in PROTOCOLS else "local" if submitter else _kind(clauses, peer, protocol),
        helo=peer.helo,
        rdns=peer.rdns,
        ip=peer.ip,
        ident=peer.ident,
        forged=bool(said) and peer.ip is not None and said[0].endswith("(may be forged)"),
        by=clauses.by if clauses.by != "host" else _host(clauses),
        by_ip=_by_ip(clauses, program or "") if clauses.place else None,
        via=clauses.via,
        protocol=protocol,
        tls=secured(clauses, protocol or ""),
        auth=authentication(clauses, protocol or ""),
        id=clauses.id,
        recipient=clauses.recipient,
        envelope_from=submitter or envelope_sender(clauses),
        software=program,
        state=clauses.state,
        date=clauses.date,
    )


def _protocol(clauses: Clauses) -> str | None:
    """Give the protocol: behind ``with``, else behind ``via``, else in a comment of its own."""
    way, via = clauses.way, clauses.via or ""
    for word in (*way.split(), *via.split()):
        plain = word.strip(",;[]").partition("/")[0].upper()
        if plain in PROTOCOLS:
            return plain
    if way:
        return way.strip(",;")
    return next((text[4:].upper() for text in clauses.notes if text.upper() in {"VIA HTTP", "VIA HTTPS"}), None)


def _host(clauses: Clauses) -> str | None:
    """Give the server of ``by host mx.example``, as indimail has it."""
    return clauses.place[-1] if clauses.text.startswith("indimail-mta ") and clauses.place else clauses.by


def _by_ip(clauses: Clauses, program: str) -> str | None:
    """Give the server's own address: in brackets, or Exchange's in a comment alone, where others have a version."""
    for text in clauses.place:
        match = _BY_IP.match(text)
        found = address_of(match[1]) if match else address_of(text) if program.startswith("Microsoft") else None
        if found:
            return found
    return None


def _kind(clauses: Clauses, peer: Peer, protocol: str | None) -> HopKind:
    """Say between whom the message was handed over."""
    if protocol not in PROTOCOLS:
        way = _WAYS.match(clauses.way)
        if way:
            return "internal" if way["internal"] else "retrieval" if way["retrieval"] else "local"
        if any(map(_FETCHERS.match, clauses.notes)):
            return "retrieval"
    if peer.ip:
        return "smtp" if clauses.by or not peer.ip.startswith("127.") else "internal"  # AVG, a filter on the way
    if clauses.words[:2] == ("pickup", "service"):
        return "internal"
    if clauses.by and any(map(_is_local, (*clauses.said, *clauses.notes))):
        return "local"
    return "smtp" if peer.helo or peer.rdns else "internal"


def _is_local(comment: str) -> bool:
    """Say whether a comment tells that the client is a program on the same host."""
    if comment.startswith(("uid ", "DragonFly Mail Agent")) or ", from userid " in comment:
        return True
    return comment == "localhost" or comment.endswith(("@localhost", "[local]")) or "unix socket" in comment
