"""Received fields (RFC 5321 section 4.4): bytes in, one hop out, whatever an MTA makes of them.

What the client said of itself (HELO) and what the server found (address, reverse name, ident) are
different fields. A keyword counts at the top level only, and only the first of each: comments nest,
and ``for <a> from <b>`` is seen. Every field gives a hop; what is absent is None.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

import msgspec

from mailkit.syntax.dates import parse_date
from mailkit.syntax.params import decode_raw
from mailkit.syntax.received_from import Peer, Token, read_peer
from mailkit.syntax.received_words import Secured, authentication, envelope_sender, secured, software

HopKind = Literal["smtp", "local", "internal", "retrieval"]
"""smtp: over SMTP, LMTP or a web form from another host; local: by a program on the host; internal: between the
processes of an MTA; retrieval: fetched from a mailbox."""

MAX_VALUE_BYTES = 8_192
"""Bytes of one field that are read; real ones have some 200."""
MAX_TOKENS = 400
KEYWORDS = ("from", "by", "via", "with", "id", "for")
_SUBMITTED = re.compile(r"\(from ([^\s()\[\]]{1,320})\) by ", re.IGNORECASE)
_KIND_CHARS = 400
_ADDRESS = re.compile(r"\[?((?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4})\]?\Z")
_LOCAL = re.compile(r"\A\(from |\bwith local\b|, from userid \d|\buid \d|\(\w{1,64}@localhost\)", re.IGNORECASE)
_PARENTHESES = re.compile(r"[()]|\\.", re.DOTALL)
_PIECE = re.compile(r"(?P<word>(?:\\.|[^()<>;\s\\])++)|(?P<end>;)|[\s()<>\\]", re.DOTALL)
_RETRIEVAL = re.compile(r"\bwith (?:imap|pop3|etrn|odmr)|\((?:fetchmail|getmail|fdm|mpop|retchmail)\b", re.IGNORECASE)
_INTERNAL = re.compile(
    r"\A\((?:qmail \d|nullmailer pid)|\bmail pickup service\b|\bwith (?:mapi|scanned|spamassassin|bsmtp)\b",
    re.IGNORECASE,
)
PROTOCOLS: dict[str, tuple[bool, bool]] = {
    "SMTP": (False, False),
    "ESMTP": (False, False),
    "ESMTPA": (False, True),
    "ESMTPS": (True, False),
    "ESMTPSA": (True, True),
    "LMTP": (False, False),
    "LMTPA": (False, True),
    "LMTPS": (True, False),
    "LMTPSA": (True, True),
    "UTF8SMTP": (False, False),
    "UTF8SMTPA": (False, True),
    "UTF8SMTPS": (True, False),
    "UTF8SMTPSA": (True, True),
    "UTF8LMTP": (False, False),
    "UTF8LMTPA": (False, True),
    "UTF8LMTPS": (True, False),
    "UTF8LMTPSA": (True, True),
    "MMS": (False, False),
    "SMTPS": (True, False),
    "ASMTP": (False, True),
    "HTTP": (False, True),
    "HTTPS": (True, True),
    "HTTPU": (False, True),
}
"""Transmission type -> whether TLS, whether authenticated (IANA mail parameters, RFC 3848, RFC 6531; the last five by custom)."""


class Hop(msgspec.Struct, frozen=True, kw_only=True):
    """One hop, as the server that received the message wrote it down."""

    kind: HopKind
    helo: str | None = None
    """What the client called itself; an address literal keeps its brackets."""
    rdns: str | None = None
    """The name that the server found for the client's address."""
    ip: str | None = None
    """The client's address; an IPv4 address in an IPv6 one is given as the former."""
    ident: str | None = None
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
    local = _SUBMITTED.match(text)  # sendmail: (from joe@localhost) by host
    if local is None and text[:6].lower() == "(from ":  # some gateways put the whole clause into a comment
        text = text[1:].replace(")", "", 1)
    tokens = _tokens(text)
    clauses = _clauses(tokens)
    comments = [token.text for token in tokens if token.kind == "comment"]
    way = _words(clauses["with"])
    protocol = _protocol(way, _words(clauses["via"]), comments)
    program = software(comments, way)
    peer = read_peer(clauses["from"], program or "", protocol or "")
    inside = [token.text for token in clauses["from"] if token.kind == "comment"]
    return Hop(
        kind="local" if local else _kind(text, peer),
        helo=peer.helo,
        rdns=peer.rdns,
        ip=peer.ip,
        ident=peer.ident,
        by=_first(clauses["by"]),
        by_ip=_by_ip(clauses["by"]),
        via=_first(clauses["via"]),
        protocol=protocol,
        tls=secured(comments, protocol or ""),
        auth=authentication(comments, inside, protocol or ""),
        id=_first(clauses["id"]),
        recipient=_first(clauses["for"]),
        envelope_from=local[1] if local else envelope_sender(comments, text),
        software=program,
        date=parse_date(text),
    )


def _tokens(text: str) -> list[Token]:
    """Cut a field into words, comments and its end, in one pass."""
    tokens: list[Token] = []
    ends = _comments(text)
    position, joined = 0, False
    while position < len(text) and len(tokens) < MAX_TOKENS:
        end = ends.get(position)
        if end is not None:
            tokens.append(Token("comment", text[position + 1 : end].strip(), joined))
            position, joined = end + 1, False
            continue
        match = _PIECE.match(text, position)
        assert match is not None
        position = match.end()
        if match["word"]:
            tokens.append(Token("word", match["word"].strip('"'), joined))
        elif match["end"]:
            tokens.append(Token("end", ";", joined))
        joined = bool(match["word"])
    return tokens


def _comments(text: str) -> dict[int, int]:
    """Give where each comment of the top level begins and where it ends; one that never ends is none."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for match in _PARENTHESES.finditer(text):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            ends[opened.pop()] = match.start()
    return ends


def _clauses(tokens: list[Token]) -> dict[str, list[Token]]:
    """Give the tokens behind each keyword, up to the next; only the first of each keyword counts."""
    found: dict[str, list[Token]] = {name: [] for name in KEYWORDS}
    current: list[Token] = []
    seen: set[str] = set()
    for token in tokens:
        word = token.text.lower() if token.kind == "word" else ""
        if token.kind == "end" and "by" in seen:
            break
        if word in KEYWORDS:
            current = [] if word in seen else found[word]
            seen.add(word)
        else:
            current.append(token)
    return found


def _words(tokens: list[Token]) -> str:
    """Give a clause's words and comments as they stood."""
    return " ".join(f"({token.text})" if token.kind == "comment" else token.text for token in tokens)


def _first(tokens: list[Token]) -> str | None:
    word = next((token.text for token in tokens if token.kind == "word"), "").strip(",<>")
    return word or None


def _by_ip(tokens: list[Token]) -> str | None:
    for token in tokens:
        match = _ADDRESS.search(token.text) if token.kind == "comment" else None
        if match and not token.text.startswith(("envelope", "version")):
            return match[1]
    return None


def _protocol(way: str, via: str, comments: list[str]) -> str | None:
    """Give the protocol: behind ``with``, else behind ``via``, else in a comment of its own."""
    for words in (way, via):
        for word in words.replace("(", " ").split():
            plain = word.strip(",;").upper()
            if plain in PROTOCOLS:
                return plain
    if way:
        microsoft = way.startswith("Microsoft")
        return way.partition("(")[0].strip() if microsoft else way.split(" ", 1)[0].strip(",;")
    return next((text[4:].upper() for text in comments if text.upper() in {"VIA HTTP", "VIA HTTPS"}), None)


def _kind(text: str, peer: Peer) -> HopKind:
    """Say between whom the message was handed over."""
    head = text[:_KIND_CHARS]
    if _INTERNAL.search(head):
        return "internal"
    if _RETRIEVAL.search(head):
        return "retrieval"
    if peer.ip is None and _LOCAL.search(head):
        return "local"
    return "smtp" if peer.ip or peer.helo or peer.rdns else "internal"
