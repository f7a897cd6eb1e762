"""Queue files of Haraka: four bytes of length, that much JSON, and the message (outbound/qfile and todo)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.metadata import decode_json, text_of
from mailkit.sources.spool.queued import MOST_SECONDS, Draft, Queued
from mailkit.syntax.paths import parse_smtp_path, quoted

LENGTH_BYTES = 4


def read_haraka(data: bytes, *, limits: Limits = DEFAULT) -> Queued:
    r"""Read a queue file. Never raises.

    >>> todo = b'{"mail_from":{"original":"<>"},"rcpt_to":[{"original":"<joe@example.org>"}],"uuid":"U.1"}'
    >>> one = read_haraka(len(todo).to_bytes(4, "big") + todo + b"A: b\r\n\r\nhi\r\n")
    >>> one.envelope.sender, one.envelope.recipients, one.envelope.queue_id
    ('', ('joe@example.org',), 'U.1')
    """
    draft = Draft(limits)
    end = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "big")
    if len(data) < end:
        draft.fault("spool.end.missing", len(data))
    todo = decode_json(data[LENGTH_BYTES:end])
    if not isinstance(todo, dict):
        draft.fault("spool.record.malformed", LENGTH_BYTES)
        todo = {}
    rows = todo.get("rcpt_to")
    recipients = map(_address, rows if isinstance(rows, list) else ())
    draft.paths += [Rcpt(address=address) for address in recipients if address]
    draft.sender = _address(todo.get("mail_from"))
    draft.queue_id = text_of(todo.get("uuid"))
    draft.date = milliseconds(todo.get("queue_time"))
    return draft.queued("haraka", data[end:] if len(data) >= end else None, len(data))


def _address(row: Any) -> str | None:  # noqa: ANN401 - what JSON holds
    """Read an address: as it was written, else from its two halves; the null sender has neither."""
    if not isinstance(row, dict):
        return None
    original = text_of(row.get("original"))
    if original is not None:
        return parse_smtp_path(original.encode()).address
    user, host = text_of(row.get("user")), text_of(row.get("host"))
    if user is None and host is None:
        return "" if "user" in row else None
    return quoted(f"{user or ''}@{host}") if host else user


def milliseconds(value: Any) -> datetime | None:  # noqa: ANN401 - what JSON holds
    """Read milliseconds since 1970, as JavaScript has them."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value // 1000 <= MOST_SECONDS:
        return None
    return datetime.fromtimestamp(value // 1000, UTC)
