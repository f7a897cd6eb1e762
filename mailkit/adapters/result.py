"""What became of a message that came in, as it is told of each."""

from __future__ import annotations

import mmap
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO, Literal

import msgspec

from mailkit.adapters.webhooks.told import Told, ledger_events
from mailkit.arrival import date_of
from mailkit.bounce.result import Confidence
from mailkit.errors import MailkitError
from mailkit.ledger.events import Event, What
from mailkit.ledger.intake import Intake
from mailkit.message import Message

Outcome = Literal["counted", "known", "aside", "failed"]
CHUNK_BYTES = 65_536
KEPT_BYTES = 1_048_576
"""Of a message that comes in, in memory; more of it is written into a file without a name."""
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, behind which no date can be written."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One event, without its evidence."""

    list: str
    """Of which list; empty where nothing names one."""
    address: str
    """The member."""
    what: What
    """What happened."""
    confidence: Confidence
    """How sure."""
    status: str
    """The enhanced status code, RFC 3463."""
    reason: str
    """Why."""


class Ingested(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message."""

    v: int = 1
    """Version of this form; a key that goes or changes its meaning makes a new one."""
    source: str
    """Where it came from: a file, a mailbox with UIDVALIDITY and UID, a client with the recipient, or -."""
    outcome: Outcome
    """counted: committed; known: the ledger had it; aside: nothing to count; failed: whoever gave it keeps it."""
    at: str
    """When it came, UTC, in ISO 8601."""
    kind: str | None = None
    """What the message is, as `classify` says; None where it was not read."""
    events: tuple[Fact, ...] = ()
    """What is counted of it."""
    new: int = 0
    """Events that the ledger did not have."""
    why: str = ""
    """Why nothing of it is counted, or what else is to be said."""


def take(intake: Intake, data: bytes, *, at: int, source: str, envelope_to: Sequence[str] = ()) -> Ingested:
    """Take a message into the ledger and say what became of it; it is safe but where the outcome is failed.

    Raises LedgerError or OutputError where the place is not as it should be: then the next message would fare no better.
    """
    try:
        taken = intake.take(data, at=at, envelope_to=envelope_to, source=source)
    except MailkitError:
        raise
    except (Exception, MemoryError, RecursionError) as error:  # noqa: BLE001 - the sender must hear that it was not taken
        return failed(source, f"mailkit failed: {type(error).__name__}: {error}", at=at)
    return _ingested(source, at, taken.bounce.kind, taken.events, taken.new, taken.aside)


def take_told(intake: Intake, told: Told, *, at: int, source: str) -> Ingested:
    """Take a record of a webhook into the ledger, and say what became of it; `at` is when it came.

    Raises LedgerError where the ledger cannot be used: then the post is to be answered with a fault, and comes again.
    """
    events = tuple(ledger_events(told, at=at, list=intake.list))
    new = intake.ledger.record(events) if events else 0
    why = "" if events else told.aside or "it names nobody"
    return _ingested(source, at, told.bounce.kind, events, new, why)


def _ingested(  # noqa: PLR0913, PLR0917 - each is a key of the answer
    source: str, at: int, kind: str, events: tuple[Event, ...], new: int, aside: str
) -> Ingested:
    return Ingested(
        source=source,
        outcome="aside" if aside else ("counted" if new else "known"),
        at=_stamp(at),
        kind=kind,
        events=tuple(
            Fact(list=e.list, address=e.address, what=e.what, confidence=e.confidence, status=e.status, reason=e.reason)
            for e in events
        ),
        new=new,
        why=aside,
    )


def take_file(  # noqa: PLR0913 - each says something of the message
    intake: Intake, file: BinaryIO, *, most: int, at: int, source: str, envelope_to: Sequence[str] = ()
) -> Ingested:
    """Take a message that nobody else keeps, from a file on the disk or in memory.

    One of more bytes than `most` is put aside unread where there is a quarantine, and else not taken.
    """
    try:
        size = file.seek(0, 2)
        file.seek(0)
        if size <= most:
            return take(intake, file.read(), at=at, source=source, envelope_to=envelope_to)
        why = f"it has {size:,} bytes; read are {most:,} (--max-bytes)"
        if intake.quarantine is None:
            return failed(source, f"{why}, and no --quarantine takes it", at=at)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            intake.put_aside(mapped, why, source=source)
    except MailkitError as error:
        return failed(source, str(error), at=at)
    except (OSError, ValueError, MemoryError) as error:
        return failed(source, f"it cannot be kept ({getattr(error, 'strerror', None) or error})", at=at)
    return Ingested(source=source, outcome="aside", at=_stamp(at), why=why)


def spool() -> BinaryIO:
    """Give a place for a message that comes in."""
    return tempfile.SpooledTemporaryFile(max_size=KEPT_BYTES)  # type: ignore[return-value] # it has all that a file has


def failed(source: str, why: str, *, at: int) -> Ingested:
    """Say that a message was not taken."""
    return Ingested(source=source, outcome="failed", at=_stamp(at), why=why)


def cut(answer: Ingested, size: int, most: int) -> Ingested:
    """Say that the beginning of a message was taken, and not the rest."""
    why = f"read are the first {most:,} of its {size:,} bytes"
    return msgspec.structs.replace(answer, why=f"{answer.why}; {why}" if answer.why else why)


def arrived(message: Message, latest: int) -> int:
    """Give when a message that lies somewhere came, as its header says, but never to come; `latest` where that says nothing."""
    date = date_of(message)
    return latest if date is None else max(0, min(int(date.timestamp()), latest))


def now() -> int:
    """Give the seconds since 1970."""
    return int(time.time())


def _stamp(at: int) -> str:
    return datetime.fromtimestamp(min(max(at, 0), _LAST_SECOND), UTC).isoformat()
