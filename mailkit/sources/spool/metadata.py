"""Envelopes that services write as JSON beside the message or around it.

Amazon SES: "Contents of notifications for receiving email": `mail.source` is MAIL FROM, `receipt.recipients` are the
RCPT TO; `mail.destination` is taken from the header there, and from the envelope in notifications of sending only.
KumoMTA: the injection API (`envelope_sender`, `recipients[].email`, `content`) and log records (`sender`, `recipient`).
ZoneMTA: the queue API (`meta.from`, `meta.to`). Nodemailer, EmailEngine and others: `envelope.from`, `envelope.to`.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from mailkit.content import decode_base64
from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.queued import Draft, Format, Queued
from mailkit.syntax.dates import parse_date
from mailkit.syntax.paths import parse_smtp_path

Path = tuple[str, ...]


class Row(NamedTuple):
    """Where one service writes what."""

    format: Format
    sender: Path
    recipients: tuple[Path, ...]
    """The first that is there counts."""
    message: tuple[Path, ...] = ()
    name: Path = ()
    date: Path = ()


ROWS: tuple[Row, ...] = (
    Row(
        "ses",
        ("mail", "source"),
        (("receipt", "recipients"), ("mail", "destination")),
        (("content",),),
        ("mail", "messageId"),
        ("mail", "timestamp"),
    ),
    Row("kumomta", ("envelope_sender",), (("recipients",),), (("content",),)),
    Row("zonemta", ("meta", "from"), (("meta", "to"),), (), ("meta", "id")),
    Row("envelope", ("envelope", "from"), (("envelope", "to"),), (("raw",), ("message",)), ("queueId",)),
    Row("kumomta", ("sender",), (("recipient",),), (), ("id",)),
)
"""The most particular first: a bare `sender` is anybody's."""


def decode_json(data: bytes | str) -> Any:  # noqa: ANN401 - what JSON holds
    """Decode JSON; None where it is none."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def text_of(value: Any) -> str | None:  # noqa: ANN401 - what JSON holds
    """Give a value that is text; None where it is anything else."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def read_metadata(data: bytes, *, limits: Limits = DEFAULT) -> Iterator[Queued]:
    """Give the envelope of every object: one document, or one a line. Never raises.

    >>> one, = read_metadata(b'{"envelope":{"from":"","to":["joe@example.org"]}}')
    >>> one.envelope.sender, one.envelope.recipients
    ('', ('joe@example.org',))
    """
    whole = decode_json(data)
    if whole is not None:
        yield from _objects(whole, 0, limits)
        return
    at = 0
    for line in data.split(b"\n"):
        if line.strip():
            yield from _objects(decode_json(line), at, limits)
        at += len(line) + 1


def _objects(value: Any, offset: int, limits: Limits) -> Iterator[Queued]:  # noqa: ANN401 - what JSON holds
    """Unwrap what Amazon's services put around a notification, and lists."""
    if isinstance(value, dict) and isinstance(value.get("Message"), str):  # SNS
        value = decode_json(value["Message"])
    if isinstance(value, dict) and isinstance(value.get("Records"), list):  # Lambda
        value = [row.get("ses") for row in value["Records"] if isinstance(row, dict)]
    for one in value if isinstance(value, list) else [value]:
        row = next((row for row in ROWS if _fits(one, row)), None)
        if row is not None:
            yield _queued(one, row, limits)
        else:
            draft = Draft(limits)
            draft.fault("spool.record.malformed", offset)
            yield draft.queued("envelope", None, offset)


def _get(value: Any, path: Path) -> Any:  # noqa: ANN401 - what JSON holds
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _fits(value: Any, row: Row) -> bool:  # noqa: ANN401 - what JSON holds
    """Say whether an object has the keys of a row."""
    parent = _get(value, row.sender[:-1])
    return (
        isinstance(parent, dict)
        and row.sender[-1] in parent
        and any(_addresses(_get(value, at)) for at in row.recipients)
    )


def _addresses(value: Any) -> list[str]:  # noqa: ANN401 - what JSON holds
    """Give the addresses of a list, whose rows are texts or objects, or of a text."""
    rows = value if isinstance(value, list) else [value]
    keyed = (row.get("email", row.get("address")) if isinstance(row, dict) else row for row in rows)
    return [address for row in keyed if (address := _address(row))]


def _address(value: Any) -> str | None:  # noqa: ANN401 - what JSON holds
    if isinstance(value, dict):
        value = value.get("email", value.get("address"))
    text = text_of(value)
    if text is None:
        return None
    return parse_smtp_path(text.encode()).address if text.strip() else ""


def _queued(value: Any, row: Row, limits: Limits) -> Queued:  # noqa: ANN401 - what JSON holds
    recipients = next(filter(None, (_addresses(_get(value, path)) for path in row.recipients)))
    message = next((text for path in row.message if (text := text_of(_get(value, path))) is not None), None)
    encoding = text_of(_get(value, ("receipt", "action", "encoding"))) or ""
    data = None if message is None else message.encode()
    if data is not None and (encoding.lower() == "base64" or _is_base64(data)):
        data = decode_base64(data)
    draft = Draft(limits, text_of(_get(value, row.name)) if row.name else None)
    draft.sender = _address(_get(value, row.sender))
    draft.paths += [Rcpt(address=address) for address in recipients]
    draft.date = parse_date(text_of(_get(value, row.date))) if row.date else None
    return draft.queued(row.format, data)


def _is_base64(data: bytes) -> bool:
    """Say whether a text is base64: a message has blanks and colons."""
    try:
        return bool(data) and bool(binascii.a2b_base64(data, strict_mode=True))
    except binascii.Error:
        return False
