"""The from-clause of a Received field: who the client said it was, and what the server found.

Layouts, by the program that wrote them::

    helo (rdns [ip])            sendmail, Postfix, Google        helo ([ip])      no reverse name was found
    rdns ([ip] helo=x)          Exim                             rdns ([ip])      the client called itself so
    rdns (HELO x) (ident@ip)    qmail                            rdns (ip)        the client called itself so
    helo (ip)                   Exchange                         [ip] (HELO x)    CommuniGate
    rdns(ip), rdns(ip, HELO x)  smap                             rdns (helo) [ip] Exim 3

No address is ever taken from what the client said, and none that is no address.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

import msgspec

from mailkit.syntax.received_cut import Clauses

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IP4 = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
_IP6 = r"(?:IPv6:)?(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{0,4}|(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:%\w{1,15})?"
_IP = rf"(?:{_IP6}|{_IP4})"
_EXACT = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}")
SIMPLE = rf"(?!(?i:helo|[el]hlo|account|envelope-from|envelope-sender) )(?:(?P<rdns>[^\s\[\]()\\@=:]++) )?\[(?P<ip>(?:{_OCTET}\.){{3}}{_OCTET})\]"
"""The commonest comment of all: (rdns [192.0.2.1])."""
_SIMPLE = re.compile(rf"{SIMPLE}\Z")
_LITERAL = re.compile(rf"\[(?:({_IP4})([.:]\d{{1,5}})?|({_IP6}))\](?::\d{{1,5}})?\Z", re.IGNORECASE)
_NAMED_LITERAL = re.compile(rf"(?P<name>[^\s\[\]]{{1,255}})(?P<literal>\[{_IP}\])\Z", re.IGNORECASE)
_BARE = re.compile(rf"({_IP})\Z")
# what stands in a comment: an ident, a name, the address in brackets, and words about it
_FOUND = re.compile(
    rf"(?P<before>[^\[\]]*+)\[(?P<ip>{_IP4}|{_IP})(?:[.:](?P<port>\d{{1,5}}))?\](?::\d{{1,5}})?(?P<behind>.*)\Z",
    re.DOTALL | re.IGNORECASE,
)
_PLAIN = re.compile(
    rf"\s*(?:(?P<ident>[^\s\[\]]{{1,128}})@)?(?P<ip>{_IP})(?::\d{{1,5}})?(?:, (?:HELO|EHLO) (?P<helo>\S{{1,255}})| with (?:plain|login)|::[^\[\]]{{0,60}})?\s*\Z",
    re.IGNORECASE,
)
_HELO = re.compile(r"(?:^|\s|\")(?:helo|[el]hlo)[= ]\s*(\[?[^\s()\]\"]{1,255}\]?)", re.IGNORECASE)
# What follows is the client's word, and an address in it as well
_SAID = re.compile(r"(?:helo|[el]hlo|ident)[= ]|\A(?:envelope|auth|smtp-auth|user=|for )", re.IGNORECASE)
_IDENT = re.compile(r"(?:^|\s)ident=([^\s()]{1,255})", re.IGNORECASE)
_NAME = re.compile(r"(?:(?P<ident>[^\s@]{1,64})@)?(?P<name>[^\s@()\[\]]{1,255})\s*\Z")
_NOBODY = frozenset(
    {
        *("unknown", "unverified", "softdnserr", "may-be-forged", "none", "nobody", "untrusted", "hidden", "verified"),
        *("unknown.domain", "unknown:", "nodnsquery", "no.name.available", "not", ""),
    }
)
"""What stands where a reverse name would, and is none."""
_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF:")
_ASIDE = ("using ", "No client ", "Client ", "Authenticated sender: ", "authenticated ", "AUTH: ", "envelope-")
"""What a comment begins with that says nothing of who the client is."""
_WEB = ("HTTP", "HTTPS", "HTTPU")
_BOTH = ("qmail", "qpsmtpd", "netqmail")
"""Programs that write the name that they found behind ``from``, as those do that do not tell their name."""


class Peer(msgspec.Struct, frozen=True, gc=False):
    """The client of a hop."""

    helo: str | None = None
    rdns: str | None = None
    ip: str | None = None
    ident: str | None = None


def simple_peer(name: str, rdns: str | None, ip: str, program: str) -> Peer:
    """Read ``name (rdns [ip])`` and ``name ([ip])``, which most programs write."""
    if rdns is None and program[:4] == "Exim":  # said and found alike, so it is written once
        rdns = name
    return Peer(name or None, _named(rdns) if rdns else None, ip)


def read_peer(clauses: Clauses, program: str, protocol: str) -> Peer:
    """Read the clause."""
    name, said = clauses.name, clauses.said
    if len(said) > 1:
        said = tuple([text for text in said if not text.startswith(_ASIDE)])
    if len(said) == 1 and not clauses.words and (match := _SIMPLE.match(said[0])):
        return simple_peer(name, match["rdns"], match["ip"], program)
    if not said and not clauses.words and "[" not in name:
        return _nameless(name)
    return _read(clauses, said, program, protocol)


def _nameless(name: str) -> Peer:
    """``name`` or ``192.0.2.1``, and nothing else."""
    if name[-1:] in _HEX and _BARE.match(name) and (ip := address_of(name)):
        return Peer(None, None, ip)
    return Peer(name or None)


def _read(clauses: Clauses, said: Sequence[str], program: str, protocol: str) -> Peer:
    low = clauses.text.lower()
    helo = ident = None
    if "helo" in low or "hlo" in low:
        helo = next((match[1] for text in said if (match := _HELO.search(text))), None)
    if "ident=" in low:
        ident = next((match[1] for text in said if (match := _IDENT.search(text))), None)
    for text in said:
        found = _FOUND.match(text) if "[" in text and ("." in text or ":" in text) else None
        if found and not _SAID.search(found["before"]) and (ip := address_of(found["ip"])):
            return _found(clauses.name, found, Peer(helo, None, ip, ident), program)
    for text in said:
        plain = _PLAIN.match(text) if "." in text or ":" in text else None
        if plain and (ip := address_of(plain["ip"])):
            helo = helo or plain["helo"]
            return _plain(clauses, Peer(helo, None, ip, plain["ident"]), program, protocol)
    for word in clauses.words:  # an address in brackets that is no comment's: rdns (helo) [ip], helo [ip]
        if (literal := _LITERAL.match(word)) and (ip := address_of(literal[1] or literal[3])):
            return _loose(clauses, helo, ip)
    return _alone(clauses, Peer(helo, ident=ident), program, protocol)


def _found(first: str, found: re.Match[str], peer: Peer, program: str) -> Peer:
    """``(rdns [ip] ...)``: the server's findings in brackets."""
    before = found["before"].strip()
    name = _NAME.match(before) if before else None
    rdns = _named(name["name"]) if name else None
    who = peer.ident or (name["ident"] if name else None) or (before[:-1] if before.endswith("@") else None)
    if who and who[:6].upper() == "IDENT:":  # old sendmails
        who = who[6:] or None
    if peer.helo:  # the first word is what the server found
        return Peer(peer.helo, rdns or _named(first), peer.ip, who)
    verified = "verified" in found["behind"] and "unverified" not in found["behind"]
    if rdns is None and not name and (verified or (program.startswith("Exim") and not found["port"])):
        rdns = _named(first)  # said and found alike, so it is written once
    return Peer(first or None, rdns, peer.ip, who)


def _plain(clauses: Clauses, peer: Peer, program: str, protocol: str) -> Peer:
    """``name (ip)``, ``name (ident@ip)``, ``name (HELO x) (ip)``."""
    name = clauses.name
    rdns = _named(name)
    if peer.helo or clauses.glued:  # smap: rdns(ip)
        return Peer(peer.helo, rdns, peer.ip, peer.ident)
    silent = not program or program.startswith(_BOTH)
    if not silent or protocol.startswith(("Microsoft", "HTTP")) or (rdns and "." not in rdns):
        return Peer(name or None, None, peer.ip, peer.ident)
    return Peer(name or None if rdns else None, rdns, peer.ip, peer.ident)


def _loose(clauses: Clauses, helo: str | None, ip: str) -> Peer:
    """``rdns (helo) [ip] (ident)`` of Exim 3, ``rdns (HELO x) [ip]``, ``helo [ip]``."""
    if helo:
        return Peer(helo, _named(clauses.name), ip)
    text = clauses.text
    name = _NAME.match(clauses.said[0]) if clauses.said else None
    if name and text.find("(") < text.find("["):  # what stands behind the address is an ident
        return Peer(name["name"], _named(clauses.name), ip)
    return Peer(clauses.name if clauses.name.lower() not in _NOBODY else None, None, ip)


def _alone(clauses: Clauses, said: Peer, program: str, protocol: str) -> Peer:
    """``[ip] (HELO x)``, ``name[ip]``, a bare address, or a name without one; `said` is what the comments say."""
    name, helo = clauses.name, said.helo
    if clauses.words[:2] == ("pickup", "service"):  # mail pickup service of IIS: a folder, and no client
        return Peer()
    literal = _LITERAL.match(name) if name[:1] == "[" else None
    if literal and (ip := address_of(literal[1] or literal[3])):
        found = (
            helo
            or literal[2]
            or protocol in _WEB
            or any(text.startswith(("account", "port=")) for text in clauses.said)
        )
        if not found and program.startswith(("chasquid", "Exim")) and clauses.said:  # [ip] (helo)
            found = helo = clauses.said[0]
        return Peer(helo if found else name, None, ip, said.ident)
    both = _NAMED_LITERAL.match(name) if name[-1:] == "]" else None
    if both and (ip := address_of(both["literal"][1:-1])):
        return Peer(helo, _named(both["name"]), ip)
    if name[-1:] in _HEX and _BARE.match(name) and (ip := address_of(name)):
        return Peer(helo, None, ip)
    if helo:
        return Peer(helo, _named(name))
    match = next((match for text in clauses.said if (match := _NAME.match(text)) and "." in match["name"]), None)
    return Peer(name or None, _named(match["name"]), None, match["ident"]) if match else Peer(name or None)


def _named(name: str) -> str | None:
    """Give a reverse name; None for the words that stand where there is none, and for an address."""
    name = name.strip("<>,;").rstrip(".")
    if not name or name.lower() in _NOBODY or name[0] == "[" or (name[-1] in _DIGITS and address_of(name)):
        return None
    return name


def address_of(text: str) -> str | None:
    """Give an address in its usual form, an IPv4 one out of ``::ffff:``; None for what is none."""
    if _EXACT.fullmatch(text):
        return text
    bare = text[5:] if text[:5].lower() == "ipv6:" else text
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return str(mapped or address)
