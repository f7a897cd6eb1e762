"""A report as one flat row, as tables have it: what Parquet, SQLite, CSV, Arrow and the page are made of.

A row stands for one message, and holds its recipients and hops as lists of rows of their own. The names of the fields are
the names of the columns, wherever they go; `docs/outputs.md` lists them, and `tests/sinks/test_page.py` holds it true.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from mailkit.bounce.providers import domain_of, provider_of
from mailkit.bounce.result import Bounce, Recipient
from mailkit.report import Report
from mailkit.trace import TraceHop


class RecipientRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one recipient; the keys of `Recipient`, and two that are derived."""

    address: str | None = None
    """The address that failed, as the last MTA knew it."""
    domain: str | None = None
    """Its domain, in lower case."""
    provider: str | None = None
    """Who runs the mail of the host that refused, or of the domain; None where it is nobody well known."""
    original_address: str | None = None
    """The address that was written to, where the report tells it apart."""
    action: str
    """failed, delayed, delivered, relayed or expanded."""
    status: str
    """The normalised enhanced status code."""
    reported_status: str | None = None
    """What the mail itself states."""
    basis: str
    """What decided the status."""
    reason: str
    """Why, in one of 27 words."""
    advice: str
    """hard, soft, block or none."""
    confidence: str
    """stated, inferred or guessed."""
    reply: str | None = None
    """The SMTP reply code."""
    stage: str | None = None
    """At which SMTP command it was refused."""
    diagnostic: str | None = None
    """The words of the server."""
    remote_mta: str | None = None
    """The host that refused."""
    retry_until: datetime | None = None
    """Until when the reporting MTA goes on trying; UTC."""
    rule: str | None = None
    """The rule whose wording was found."""


class HopRow(msgspec.Struct, frozen=True, kw_only=True):
    """One host that the message passed."""

    by: str | None = None
    """The host that took it."""
    from_: str | None = msgspec.field(default=None, name="from")
    """The host that gave it: as it was looked up, else as it called itself, else its address."""
    date: datetime | None = None
    """When; UTC."""
    delay_seconds: float | None = None
    """Since the next older hop that has a date; negative where clocks differ."""
    protocol: str | None = None
    """As ESMTPS (RFC 3848)."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One message."""

    source: str | None = None
    """The name of the input."""
    id: str | None = None
    """What its owner calls it, in JSON lines and Parquet; where the column of the ids was named."""
    error: str | None = None
    """Why there are no answers; then all that follows but `size` is None or empty."""
    size: int | None = None
    """Bytes of the message."""
    date: datetime | None = None
    """When it came; UTC."""
    kind: str | None = None
    """failure, delay, success, feedback, auto-reply, challenge, receipt or other."""
    dialect: str | None = None
    """The format that was recognised."""
    reporting_mta: str | None = None
    """The host that wrote the report."""
    arrival_date: datetime | None = None
    """When the message that was sent came to that host; UTC."""
    original_message_id: str | None = None
    """Message-ID of the message that was sent."""
    original_from: str | None = None
    """Its From."""
    original_subject: str | None = None
    """Its Subject."""
    original_list_id: str | None = None
    """Its List-Id."""
    original_envelope_id: str | None = None
    """What the sender gave as ENVID."""
    recipients: tuple[RecipientRow, ...] = ()
    """What became of each recipient."""
    feedback_type: str | None = None
    """Of a complaint: abuse, fraud, ..."""
    feedback_user_agent: str | None = None
    """The program that wrote it."""
    feedback_source_ip: str | None = None
    """The host from which the message came."""
    feedback_reported_domain: str | None = None
    """The domain that is complained about."""
    feedback_original_recipient: str | None = None
    """Who complains."""
    feedback_arrival_date: datetime | None = None
    """When the message had come; UTC."""
    feedback_incidents: int | None = None
    """How many complaints this report stands for."""
    findings: tuple[str, ...] = ()
    """Codes of what is odd about the message, each once."""
    complete: bool | None = None
    """False where a limit was met or the end is missing."""
    hops: tuple[HopRow, ...] = ()
    """The way of the message, oldest first; where the trace was wanted."""
    total_seconds: float | None = None
    """From the oldest date to the newest hop's."""
    envelope_sender: str | None = None
    """The reverse-path, empty for the null sender; where the envelope was wanted."""
    envelope_recipients: tuple[str, ...] = ()
    """The forward-paths."""
    text_worst: str | None = None
    """The greatest severity in its text; where the text was wanted."""
    text_classes: tuple[str, ...] = ()
    """What was found there, by name."""
    attachments_verdict: str | None = None
    """clean, suspicious, dangerous or unscannable; where the attachments were wanted."""
    attachments_codes: tuple[str, ...] = ()
    """What was found in them, the worst first."""


def row_of(report: Report) -> Row:
    """Give a report as a row.

    >>> row_of(Report(source="a.eml", error="is no mail: empty")).error
    'is no mail: empty'
    """
    found: dict[str, object] = {"source": report.source, "size": report.size, "date": _utc(report.date)}
    if report.id is not msgspec.UNSET:
        found["id"] = report.id
    if report.error:
        return Row(error=report.error, **found)  # type: ignore[arg-type] # the keys are those of the row
    if report.bounce:
        found |= _of_bounce(report.bounce)
    if report.trace:
        found |= {"hops": tuple(map(_hop, report.trace.hops)), "total_seconds": report.trace.total_seconds}
    if report.envelope:
        found |= {"envelope_sender": report.envelope.sender, "envelope_recipients": report.envelope.recipients}
    if report.text:
        found |= {"text_worst": report.text.worst, "text_classes": tuple(sorted(report.text.counts))}
    if report.attachments:
        codes = (one.code for one in report.attachments.findings)
        found |= {"attachments_verdict": report.attachments.verdict, "attachments_codes": tuple(dict.fromkeys(codes))}
    return Row(**found)  # type: ignore[arg-type] # likewise


def _of_bounce(bounce: Bounce) -> dict[str, object]:
    original, feedback = bounce.original, bounce.feedback
    found: dict[str, object] = {
        "kind": bounce.kind,
        "dialect": bounce.dialect,
        "reporting_mta": bounce.reporting_mta,
        "arrival_date": _utc(bounce.arrival_date),
        "original_message_id": original.message_id,
        "original_from": original.from_,
        "original_subject": original.subject,
        "original_list_id": original.list_id,
        "original_envelope_id": original.envelope_id,
        "recipients": tuple(map(_recipient, bounce.recipients)),
        "findings": tuple(dict.fromkeys(one.code for one in bounce.findings)),
        "complete": bounce.complete,
    }
    if feedback is not None:
        found |= {f"feedback_{name}": getattr(feedback, name) for name in feedback.__struct_fields__}
        found["feedback_arrival_date"] = _utc(feedback.arrival_date)
    return found


def _recipient(one: Recipient) -> RecipientRow:
    return RecipientRow(
        address=one.address,
        domain=domain_of(one.address),
        provider=provider_of(one.remote_mta, one.address),
        original_address=one.original_address,
        action=one.action,
        status=one.status,
        reported_status=one.reported_status,
        basis=one.basis,
        reason=one.reason,
        advice=one.advice,
        confidence=one.confidence,
        reply=one.reply,
        stage=one.stage,
        diagnostic=one.diagnostic,
        remote_mta=one.remote_mta,
        retry_until=_utc(one.retry_until),
        rule=one.rule,
    )


def _hop(hop: TraceHop) -> HopRow:
    return HopRow(
        by=hop.by,
        from_=hop.rdns or hop.helo or hop.ip,
        date=_utc(hop.date),
        delay_seconds=hop.delay_seconds,
        protocol=hop.protocol,
    )


def _utc(when: datetime | None) -> datetime | None:
    """Give a time in UTC, as columns have it; None where there is none, or none that can be told in UTC."""
    if when is None:
        return None
    try:
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
