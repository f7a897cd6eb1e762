"""The way of the returned message, as far as a bounce needs it: hosts it passed, and whether it went in a circle."""

from __future__ import annotations

import collections

from mailkit.bounce.notice import lazy
from mailkit.syntax.fields import Header
from mailkit.syntax.received import Hop, parse_received

MAX_HOPS = 25
"""Received fields from which a message that failed without a cause went in a circle; MTAs stop at 25 to 100."""
SAME_HOPS = 3
"""So many hops by one host, over one protocol, from one host, for one recipient are a circle; content filters make two."""
_READ_HOPS = 100


class Way:
    """The trace fields of the message that came back, read when they are asked for."""

    def __init__(self, header: Header | None) -> None:
        self._header = header

    @lazy
    def hops(self) -> tuple[Hop, ...]:
        """The hops, newest first."""
        fields = self._header.all("received") if self._header is not None else []
        return tuple(parse_received(raw) for raw in fields[:_READ_HOPS])

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
            (by, _, helo, _, _), times = collections.Counter(map(_key, self.hops)).most_common(1)[0]
            if times >= SAME_HOPS and by and helo:
                return f"{times} times from {helo} to {by}"
        delivered = collections.Counter(_word(value) for value in header.all("delivered-to")[:_READ_HOPS])
        address = next((address for address, times in delivered.items() if address and times > 1), None)
        return f"delivered to {address} more than once" if address else ""


def _key(hop: Hop) -> tuple[str, ...]:
    """Give what two hops of a circle have alike; measured: no sound mail has it three times."""
    parts = (hop.by, hop.protocol, hop.helo, hop.ip, hop.recipient)
    return tuple((part or "").lower() for part in parts)


def _word(raw: bytes) -> str:
    return raw.decode("latin-1").strip(" \t\r\n<>").rstrip(".").lower()
