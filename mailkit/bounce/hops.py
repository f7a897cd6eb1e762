"""The way of the returned message, as far as a bounce needs it: hosts it passed, and whether it went in a circle."""

from __future__ import annotations

from mailkit.bounce.notice import lazy
from mailkit.syntax.fields import Header
from mailkit.syntax.received import Hop, parse_received
from mailkit.trace.loops import SAME_HOPS, delivered_twice, repeated

MAX_HOPS = 25
"""Received fields from which a message that failed without a cause went in a circle; MTAs stop at 25 to 100."""
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
        alike = repeated(self.hops) if count >= SAME_HOPS else None
        if alike is not None and len(alike.indexes) >= SAME_HOPS:
            hop = self.hops[alike.indexes[0]]
            return f"{len(alike.indexes)} times from {hop.helo or hop.ip} to {hop.by}"
        address = delivered_twice(header.all("delivered-to")[:_READ_HOPS])
        return f"delivered to {address} more than once" if address else ""
