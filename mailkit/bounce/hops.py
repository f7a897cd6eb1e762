"""The way of the returned message, as far as a bounce needs it: hosts it passed, and whether it went in a circle."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.bounce.notice import lazy
from mailkit.syntax.fields import Header

MAX_HOPS = 25
"""Received fields from which a message that failed without a cause went in a circle; MTAs stop at 25 to 100."""
SAME_HOPS = 3
"""So many hops by one host, from one host, for one recipient are a circle; content filters make two."""
_READ_HOPS = 100
_READ_BYTES = 2_000

_BY = re.compile(rb"(?:^|\s)by\s{1,20}([\w.\-\[\]:]{1,255})", re.IGNORECASE)
_FROM = re.compile(rb"^\s{0,20}from\s{1,20}(\S{1,255})(?:\s{1,20}\(([^()]{0,255}))?", re.IGNORECASE)
_FOR = re.compile(rb"\sfor\s{1,20}<?([^\s<>;]{1,320})", re.IGNORECASE)


class Hop(NamedTuple):
    """What one Received field says (RFC 5321 section 4.4), in lower case; empty where it says nothing."""

    by: str
    helo: str
    peer: str
    """The comment behind the name in HELO: reverse name and address, as the server wrote them."""
    recipient: str


class Way:
    """The trace fields of the message that came back, read when they are asked for."""

    def __init__(self, header: Header | None) -> None:
        self._header = header

    @lazy
    def hops(self) -> tuple[Hop, ...]:
        """The hops, newest first."""
        return tuple(self._read())

    def _read(self) -> Iterator[Hop]:
        for raw in self._header.all("received")[:_READ_HOPS] if self._header is not None else ():
            value = raw[:_READ_BYTES]
            by, sender, recipient = _BY.search(value), _FROM.match(value), _FOR.search(value)
            yield Hop(
                _word(by[1]) if by else "",
                _word(sender[1]) if sender else "",
                _word(sender[2] or b"") if sender else "",
                _word(recipient[1]) if recipient else "",
            )

    @lazy
    def circle(self) -> str:
        """Why the message went in a circle; empty where nothing says so."""
        header = self._header
        if header is None:
            return ""
        count = header.count("received")
        if count >= MAX_HOPS:
            return f"{count} hops in the returned message"
        if count >= SAME_HOPS:
            hop, times = collections.Counter(self.hops).most_common(1)[0]
            if times >= SAME_HOPS and hop.by and hop.helo:
                return f"{times} times from {hop.helo} to {hop.by}"
        delivered = collections.Counter(_word(value) for value in header.all("delivered-to")[:_READ_HOPS])
        address = next((address for address, times in delivered.items() if address and times > 1), None)
        return f"delivered to {address} more than once" if address else ""


def _word(raw: bytes) -> str:
    return raw.decode("latin-1").strip(" \t\r\n<>").rstrip(".").lower()
