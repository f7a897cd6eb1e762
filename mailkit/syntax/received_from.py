"""The from-clause of a Received field: who the client said it was, and what the server found.

Layouts, by the program that wrote them::

    helo (rdns [ip])            sendmail, Postfix, Google        helo ([ip])      no reverse name was found
    rdns ([ip] helo=x)          Exim                             rdns ([ip])      the client called itself so
    rdns (HELO x) (ident@ip)    qmail                            rdns (ip)        the client called itself so
    helo (ip)                   Exchange                         [ip] (HELO x)    CommuniGate
    rdns(ip)                    smap                             rdns (helo) [ip] Exim 3
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import NamedTuple

_IP4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_IP6 = r"(?:IPv6:)?(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?:%\w{1,15})?"
_IP = rf"(?:{_IP6}|{_IP4})"
_LITERAL = re.compile(rf"\[({_IP})(?:\.\d{{1,5}})?\](?::\d{{1,5}})?\Z")
_BARE = re.compile(rf"({_IP})\Z")
# what stands in a comment: an ident, a name, the address in brackets, and words about it
_FOUND = re.compile(
    rf"(?P<before>[^\[\]]*?)\[(?P<ip>{_IP4}|{_IP})(?:[.:](?P<port>\d{{1,5}}))?\](?::\d{{1,5}})?(?P<behind>.*)\Z",
    re.DOTALL,
)
_PLAIN = re.compile(rf"\s*(?:(?P<ident>[^\s@\[\]]{{1,64}})@)?(?P<ip>{_IP})\s*\Z")
_HELO = re.compile(r"(?:^|\s)(?:helo|ehlo)[= ]\s*(\[?[^\s()\]]{1,255}\]?)", re.IGNORECASE)
_SAID = re.compile(r"(?:helo|ehlo)[= ]\s*\Z", re.IGNORECASE)
_IDENT = re.compile(r"(?:^|\s)ident=([^\s()]{1,255})", re.IGNORECASE)
_NAME = re.compile(r"(?:(?P<ident>[^\s@]{1,64})@)?(?P<name>[^\s@()\[\]]{1,255})\s*\Z")
_NOBODY = frozenset({"unknown", "unverified", "softdnserr", "may-be-forged", "none", "nobody", "untrusted", "hidden"})
"""What stands where a reverse name would, and is none."""
_WEB = ("HTTP", "HTTPS", "HTTPU")


class Token(NamedTuple):
    """A piece of a Received field: a word, a comment, or the semicolon at its end."""

    kind: str
    text: str
    joined: bool
    """Whether no blank stands before it."""


class Peer(NamedTuple):
    """The client of a hop."""

    helo: str | None = None
    rdns: str | None = None
    ip: str | None = None
    ident: str | None = None


class _Clause:
    """The words and comments of a clause, sorted."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        words = [text for kind, text, _ in tokens if kind == "word"]
        self.name = words[0].rstrip(",") if words else ""
        self.literal = _address_of(self.name) if _LITERAL.match(self.name) else None
        # An address in brackets that is no comment's: rdns (helo) [ip], helo [ip]
        self.loose = next((found for word in words[1:] if (found := _bracketed(word))), None)
        self.comments = [text for kind, text, _ in tokens if kind == "comment"]
        self.glued = any(kind == "comment" and joined for kind, _, joined in tokens[:2])


def read_peer(tokens: Sequence[Token], program: str, protocol: str) -> Peer:
    """Read the clause."""
    clause = _Clause(tokens)
    helo = next((match[1] for text in clause.comments if (match := _HELO.search(text))), None)
    ident = next((match[1] for text in clause.comments if (match := _IDENT.search(text))), None)
    for text in clause.comments:
        found = _FOUND.match(text)
        if found and _valid(found["ip"]) and not _SAID.search(found["before"]):
            return _found(clause, found, helo, ident, program)
    for text in clause.comments:
        plain = _PLAIN.match(text)
        if plain and _valid(plain["ip"]):
            return _plain(clause, plain, helo, program, protocol)
    if clause.loose:
        return _loose(clause, helo)
    return _alone(clause, helo, protocol)


def _found(clause: _Clause, found: re.Match[str], helo: str | None, ident: str | None, program: str) -> Peer:
    """``(rdns [ip] ...)``: the server's findings in brackets."""
    ip = _address_of(found["ip"])
    name = _NAME.match(found["before"].strip()) if found["before"].strip() else None
    rdns = _named(name["name"]) if name else None
    who = ident or (name["ident"] if name else None)
    if helo:  # the first word is what the server found
        return Peer(helo, rdns or _named(clause.name), ip, who)
    said = clause.name or None
    verified = "verified" in found["behind"] and "unverified" not in found["behind"]
    if rdns is None and not name and (verified or (program.startswith("Exim") and not found["port"])):
        rdns = _named(clause.name)  # said and found alike, so it is written once
    return Peer(said, rdns, ip, who)


def _plain(clause: _Clause, plain: re.Match[str], helo: str | None, program: str, protocol: str) -> Peer:
    """``name (ip)``, ``name (ident@ip)``, ``name (HELO x) (ip)``."""
    ip = _address_of(plain["ip"])
    rdns = _named(clause.name)
    if helo:
        return Peer(helo, rdns, ip, plain["ident"])
    if clause.glued:  # smap: rdns(ip)
        return Peer(None, rdns, ip, plain["ident"])
    if program.startswith("Microsoft") or protocol.startswith("Microsoft") or (rdns and "." not in rdns):
        return Peer(clause.name or None, None, ip, plain["ident"])
    return Peer(clause.name or None if rdns else None, rdns, ip, plain["ident"])


def _loose(clause: _Clause, helo: str | None) -> Peer:
    """``rdns (helo) [ip] (ident)`` of Exim 3, ``helo [ip]``."""
    names = [match for text in clause.comments if (match := _NAME.match(text))]
    if names and not helo:
        return Peer(names[0]["name"], _named(clause.name), clause.loose)
    return Peer(helo or clause.name or None, _named(clause.name) if helo else None, clause.loose)


def _alone(clause: _Clause, helo: str | None, protocol: str) -> Peer:
    """``[ip] (HELO x)``, a bare address, or a name without one."""
    if clause.literal:
        if helo or protocol in _WEB or any("account" in text for text in clause.comments):
            return Peer(helo, None, clause.literal)
        return Peer(clause.name, None, clause.literal)
    if _BARE.match(clause.name) and _valid(clause.name):
        return Peer(helo, None, _address_of(clause.name))
    rdns = None
    for text in clause.comments:
        name = _NAME.match(text)
        if name and "." in name["name"] and not _HELO.search(text):
            rdns = _named(name["name"])
            break
    return Peer(helo or clause.name or None, rdns if not helo else _named(clause.name))


def _named(name: str) -> str | None:
    """Give a reverse name; None for the words that stand where there is none."""
    name = name.strip("<>,;").rstrip(".")
    return None if not name or name.lower() in _NOBODY or name.startswith("[") else name


def _bracketed(word: str) -> str | None:
    match = _LITERAL.match(word)
    return _address_of(match[1]) if match and _valid(match[1]) else None


def _valid(text: str) -> bool:
    try:
        ipaddress.ip_address(_bare(text))
    except ValueError:
        return False
    return True


def _bare(text: str) -> str:
    return text.removeprefix("IPv6:").partition("%")[0]


def _address_of(text: str) -> str:
    """Give an address in its usual form, an IPv4 one out of ``::ffff:``."""
    match = _LITERAL.match(text)
    text = _bare(match[1] if match else text)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    mapped = address.ipv4_mapped if address.version == 6 else None
    return str(mapped or address)
