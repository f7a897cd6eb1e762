"""The way of a message, hop by hop: who handed it to whom, when, how, and which of it can be believed.

trace(message)              Trace: hops oldest first, delays, boundary, loop, authentication, findings
draw(trace), draw_svg(trace)    its picture, as text and as SVG
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailkit.message import Message, parse
from mailkit.trace.result import Network, Stated, Trace, TraceHop

__all__ = ["Network", "Stated", "Trace", "TraceHop", "trace"]


def trace(message: Message | bytes, *, trusted: Sequence[str] = (), now: datetime | None = None) -> Trace:
    r"""Read the trace fields of a message (RFC 5321 section 4.4). Never raises on content.

    `trusted` are networks, addresses and hosts that pass mail on for the reader (see `Trace.origin`); `now`, an aware
    time, is what dates in the future are told by. Raises ValueError where a trusted one is neither network nor name.

    >>> found = trace(b"Received: from a (b.example [203.0.113.9]) by mx.example with ESMTPS; Thu, 1 Jan 2026 00:00:09 +0000\n"
    ...     b"Received: from pc ([10.0.0.1]) by b.example; Thu, 1 Jan 2026 00:00:00 +0000\n\n")
    >>> [(hop.number, hop.by, hop.network, hop.delay_seconds) for hop in found.hops]
    [(1, 'b.example', 'private', None), (2, 'mx.example', 'documentation', 9.0)]
    >>> found.origin().ip, found.origin(["203.0.113.0/24"])
    ('203.0.113.9', None)
    """
    from mailkit.trace.chain import follow  # noqa: PLC0415 - who only classifies need not wait for it

    return follow(message if isinstance(message, Message) else parse(message), trusted, now)
