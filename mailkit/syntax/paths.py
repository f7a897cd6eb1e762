"""Envelope addresses as MTAs write them: bytes in, paths out (RFC 5321 sections 4.1.2 and 4.4).

The null reverse-path `<>` is the empty string, and no address at all is None: a bounce has the one,
a field that cannot be read the other. What a Received field says of the envelope is read here too,
and no more of it.
"""

from __future__ import annotations

import re

import msgspec

from mailkit.syntax.address import xtext
from mailkit.syntax.mailboxes import parse_addresses
from mailkit.syntax.params import decode_raw

_WORD = rb"[^\s<>()\[\]\",;:@\\]++"
_ORDINARY = re.compile(rb"\s*+(?:<(%b@%b)>|(%b@%b))\s*+\Z" % (_WORD, _WORD, _WORD, _WORD))
_NULL = re.compile(rb"\s*+<\s*+>")
_LOCAL = re.compile(rb"\s*+(?:<\s*+(%b)\s*+>|(%b))\s*+\Z" % (_WORD, _WORD))
_QUOTED = rb"\"(?:[^\"\\]|\\.)*+\""
_ANGLE = re.compile(rb"\s*+<((?:[^<>\"]|%b)*+)>" % _QUOTED, re.DOTALL)
_BARE = re.compile(rb"\s*+((?:[^\s<>\"]|%b)++)" % _QUOTED, re.DOTALL)
_DOT_ATOM = re.compile(r"[^\s\"(),.:;<>@\[\\\]\x00-\x1f\x7f]++(?:\.[^\s\"(),.:;<>@\[\\\]\x00-\x1f\x7f]++)*+")
_TAIL = re.compile(rb"\s(?:via\s|for\s)|;")
_SHORT_QUOTED = rb"\"(?:[^\"\\]|\\.){0,128}+\""  # bounded, for every FOR of a field may try one
_FOR = re.compile(
    rb"(?<![^\s;)])for[ \t\r\n]++(?:<((?:[^<>\s\"]|%b){1,320}+)>|((?:[^\s<>();,\"]|%b){1,320}+))"
    % (_SHORT_QUOTED, _SHORT_QUOTED),
    re.IGNORECASE | re.DOTALL,
)
_FROM = re.compile(
    rb"\(envelope-(?:from|sender)[ \t\r\n:]++(?:<((?:[^<>\s]){0,320}+)>|([^\s<>()]{1,320}+))", re.IGNORECASE
)
DAEMON = "mailer-daemon"
"""What stands for the null sender where a form has no room for `<>`, as in the From line of an mbox."""
MAX_FINDS = 20
"""Places of one Received field that may say ``for``; a real one has one, and words of comments."""


class Path(msgspec.Struct, frozen=True):
    """A reverse-path or forward-path (RFC 5321 section 4.1.1.2)."""

    address: str | None
    """Without brackets and route; empty for the null path, None where there is no address."""
    parameters: tuple[tuple[str, str | None], ...] = ()
    """ESMTP parameters, keywords in upper case; the value is as it stands, None where there is none."""

    def parameter(self, keyword: str) -> str | None:
        """Give the value of a parameter; None where it is not there or has none."""
        return dict(self.parameters).get(keyword)


class Place(msgspec.Struct, frozen=True):
    """An address inside of a value, with its offsets into it."""

    address: str
    start: int
    stop: int


def parse_path(raw: bytes) -> str | None:
    """Read the value of Return-Path, Delivered-To and their like; empty for ``<>``, None where there is no address.

    >>> parse_path(b" <joe@example.org>"), parse_path(b" <>"), parse_path(b" (none)")
    ('joe@example.org', '', None)
    """
    match = _ORDINARY.match(raw)
    if match:
        return decode_raw(match[1] or match[2])
    if _NULL.match(raw):
        return ""
    match = _LOCAL.match(raw)
    if match:
        return decode_raw(match[1] or match[2])
    tail = _TAIL.search(raw)  # what Yahoo adds: by which host, and when
    for mailbox in parse_addresses(raw[: tail.start()] if tail else raw, limit=2).mailboxes:
        if "@" in mailbox.address:
            return mailbox.address
    return None


def parse_smtp_path(raw: bytes) -> Path:
    """Read what stands behind ``MAIL FROM:`` or ``RCPT TO:``: a path and its parameters (RFC 5321 section 4.1.2).

    >>> parse_smtp_path(b"<joe@example.org> SIZE=100 SMTPUTF8")
    Path(address='joe@example.org', parameters=(('SIZE', '100'), ('SMTPUTF8', None)))
    """
    match = _ANGLE.match(raw) or _BARE.match(raw)
    if not match:
        return Path(None)
    words = decode_raw(raw[match.end() :]).split()
    return Path(without_route(decode_raw(match[1]).strip()), tuple(map(_parameter, words)))


def _parameter(word: str) -> tuple[str, str | None]:
    keyword, sign, value = word.partition("=")
    return keyword.upper(), value if sign else None


def without_route(address: str) -> str:
    """Take off a source route, which no one follows (RFC 5321 appendix C).

    >>> without_route("@a.example,@b.example:joe@example.org")
    'joe@example.org'
    """
    return address.partition(":")[2] if address[:1] == "@" and ":" in address else address


def original_recipient(value: str | None) -> str | None:
    """Read an ORCPT: the address to which the message was first sent (RFC 3461 section 4.2).

    >>> original_recipient("rfc822;anna+2Bold@example.org")
    'anna+old@example.org'
    """
    return None if not value else xtext(value.partition(";")[2] or value).strip() or None


def quoted(address: str) -> str:
    """Write an address as RFC 5321 has it that is stored without quotes, as in a queue of Postfix.

    >>> quoted("odd local@example.org"), quoted("joe@example.org")
    ('"odd local"@example.org', 'joe@example.org')
    """
    local, at, domain = address.rpartition("@")
    if not at or local[:1] == '"' == local[-1:] or _DOT_ATOM.fullmatch(local) or not local:
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def received_for(raw: bytes) -> Place | None:
    """Give the address of the FOR clause of a Received field (RFC 5321 section 4.4); None where there is none.

    Words of a comment are none, nor is what has neither an at sign nor brackets: many a host writes prose there.
    """
    depth = done = 0
    for count, match in enumerate(_FOR.finditer(raw)):
        if count >= MAX_FINDS:
            break
        depth += raw.count(b"(", done, match.start()) - raw.count(b")", done, match.start())
        done = match.start()
        address = match[1] or match[2]
        if depth <= 0 and (b"@" in address[:-1] or match[1]):
            group = 1 if match[1] else 2
            return Place(without_route(decode_raw(address)), match.start(group), match.end(group))
    return None


def received_from(raw: bytes) -> Place | None:
    """Give the address of the comment ``(envelope-from <joe@example.org>)`` of a Received field; empty for ``<>``."""
    match = _FROM.search(raw)
    if not match:
        return None
    group = 1 if match[1] is not None else 2
    return Place(without_route(decode_raw(match[group])), match.start(group), match.end(group))
