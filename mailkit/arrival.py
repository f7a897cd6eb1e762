"""When a message came, as far as its header tells."""

from __future__ import annotations

from datetime import UTC, datetime

from mailkit.message import Message
from mailkit.syntax.dates import parse_date
from mailkit.syntax.params import decode_raw
from mailkit.syntax.received import parse_received


def date_of(message: Message) -> datetime | None:
    r"""Give when a message came: by its first Received field, which is the newest host's, else by its Date; None: neither.

    In UTC. Source: RFC 5321 section 4.4.

    >>> from mailkit.message import parse
    >>> date_of(parse(b"Date: Thu, 1 Jan 2026 09:00:00 +0900\n\n")).isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    header = message.root.header
    raw = header.get("received")
    found = parse_received(raw).date if raw else None
    found = found or parse_date(decode_raw(header.get("date") or b""))
    try:
        return found.astimezone(UTC) if found else None
    except (OverflowError, ValueError):  # in the year 1 or 9999
        return None
