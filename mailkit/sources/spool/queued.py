"""What every reader of a queue gives: the envelope as the queue has it, and the message's bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

from mailkit.envelope import Decided, Envelope, Rcpt, Sureness
from mailkit.findings import Finding, finding
from mailkit.limits import Limits

Format = Literal[
    "bsmtp",
    "transcript",
    "sendmail",
    "postfix",
    "postcat",
    "exim",
    "qmail",
    "haraka",
    "ses",
    "kumomta",
    "zonemta",
    "envelope",
]
SPOOL = Decided("spool", "spool")
STATED = Sureness("stated", "stated")
MOST_SECONDS = 253_402_300_799
"""The last second of the year 9999, beyond which there are no dates."""


class Queued(msgspec.Struct, frozen=True):
    """One message of a queue or dialogue."""

    format: Format
    envelope: Envelope
    """With `source` spool; the offsets of its findings count in the queue file."""
    data: bytes | None
    """The message as it would be sent, without dot-stuffing; None where it is not there."""
    notes: tuple[str, ...] = ()
    """What an owner of the queue should know."""


class Draft:
    """What is known of a message while its queue file is read."""

    def __init__(self, limits: Limits, name: str | None = None) -> None:
        self.limits = limits
        self.sender: str | None = None
        self.paths: list[Rcpt] = []
        self.parameters: dict[str, str | None] = {}
        self.queue_id = name or None
        self.date: datetime | None = None
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    def fault(self, code: str, offset: int) -> None:
        """Note what is wrong with the file, as long as there is room."""
        if len(self.findings) < self.limits.finding_count:
            self.findings.append(finding(code, offset))

    def note(self, text: str) -> None:
        """Note what an owner should know, as long as there is room."""
        if len(self.notes) < self.limits.finding_count:
            self.notes.append(text)

    def queued(self, form: Format, data: bytes | None, offset: int = 0) -> Queued:
        """Give what was read; where there is no message, `offset` is where it was missed.

        Recipients that were refused are among the paths only.
        """
        found, most = self.findings, self.limits.recipient_count
        if data is None:
            found.append(finding("spool.message.missing", offset))
        if len(self.paths) > most:
            found.append(finding("limit.recipient_count", 0, f"{len(self.paths)} recipients"))
        paths = tuple(self.paths[:most])
        envelope = Envelope(
            sender=self.sender,
            recipients=tuple(dict.fromkeys(path.address for path in paths if path.state != "refused")),
            decided=SPOOL,
            confidence=STATED,
            date=self.date,
            queue_id=self.queue_id,
            parameters=tuple(self.parameters.items()),
            paths=paths,
            findings=tuple(found),
            complete=not any(one.code.startswith("limit.") or one.code == "spool.end.missing" for one in found),
        )
        return Queued(form, envelope, data, tuple(self.notes))


def epoch(text: str | bytes) -> datetime | None:
    """Read seconds since 1970; None where it is no such number."""
    if not text.isdigit() or len(text) > 12 or int(text) > MOST_SECONDS:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def notify(flags: int, names: dict[int, str]) -> str | None:
    """Write NOTIFY from the bits of a queue (RFC 3461 section 4.1); None where none is set."""
    return ",".join(name for bit, name in names.items() if flags & bit) or None
