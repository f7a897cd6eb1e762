"""What `classify` answers: frozen values, whose JSON is a published contract (`python -m mailkit schema`)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from mailkit.bounce.details import NOTHING, Details
from mailkit.bounce.reasons import Advice, Reason
from mailkit.findings import Finding

Kind = Literal["failure", "delay", "success", "feedback", "auto-reply", "challenge", "receipt", "other"]
Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
Basis = Literal["diagnostic", "dsn", "provider", "dialect", "phrase", "trace", "reply", "action", "none"]
Confidence = Literal["stated", "inferred", "guessed"]
Stage = Literal["connect", "helo", "mail", "rcpt", "data"]


class Evidence(msgspec.Struct, frozen=True):
    """Words that decided something, and where they stand."""

    what: str
    offset: int
    """Byte offset into the message as it was given; inside an encoded part, of the encoded bytes."""
    length: int
    """Bytes, counted in the message as it was given."""


class Weighed(msgspec.Struct, frozen=True):
    """One piece of evidence for the status, and what became of it; filled by ``classify(..., explain=True)``."""

    basis: Basis
    status: str
    reason: Reason
    rule: str | None
    outcome: str
    """``decided``, ``agrees``, or why it lost."""
    evidence: Evidence | None


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one recipient."""

    address: str | None
    """The address that failed, as the last MTA knew it."""
    original_address: str | None = None
    """The address that was written to, where the report tells it apart (RFC 3464 section 2.3.1)."""
    action: Action
    status: str
    """The normalised enhanced status code."""
    reported_status: str | None = None
    """What the mail itself states, kept where we disagree."""
    basis: Basis
    """What decided the status."""
    reason: Reason
    advice: Advice
    confidence: Confidence
    reply: str | None = None
    """The SMTP reply code that was quoted."""
    stage: Stage | None = None
    """At which SMTP command the recipient was refused."""
    diagnostic: str | None = None
    """The words of the server that refused, or of the reporting MTA, white space squeezed."""
    remote_mta: str | None = None
    retry_until: datetime | None = None
    """Until when the reporting MTA goes on trying (Will-Retry-Until)."""
    details: Details = NOTHING
    """Figures and names in the words: retry time, blocklist, sizes, pages, support ids."""
    rule: str | None = None
    """The rule whose wording was found."""
    evidence: tuple[Evidence, ...] = ()
    weighed: tuple[Weighed, ...] | msgspec.UnsetType = msgspec.UNSET
    names: dict[str, dict[str, str | int]] | msgspec.UnsetType = msgspec.UNSET
    """What other products call it (see `mailkit.bounce.vocabularies`); filled by ``mailkit classify --names``."""


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What the report tells of the message that was sent."""

    message_id: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    subject: str | None = None
    list_id: str | None = None
    envelope_id: str | None = None


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint or another feedback report (RFC 5965)."""

    type: str
    """abuse, fraud, virus, not-spam, opt-out, auth-failure (RFC 6591), or as written."""
    user_agent: str | None = None
    source_ip: str | None = None
    reported_domain: str | None = None
    original_recipient: str | None = None
    arrival_date: datetime | None = None
    incidents: int | None = None


class Bounce(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one message."""

    v: int = 1
    source: str | None = None
    kind: Kind
    dialect: str | None = None
    reporting_mta: str | None = None
    arrival_date: datetime | None = None
    original: Original = Original()
    recipients: tuple[Recipient, ...] = ()
    feedback: Feedback | None = None
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    why: str | msgspec.UnsetType = msgspec.UNSET
    """Which fields and words speak for the kind; filled by ``classify(..., explain=True)``."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one SMTP reply or log line means."""

    status: str
    """The normalised enhanced status code; of class 2 where the server said yes."""
    reported_status: str | None
    basis: Basis
    reason: Reason
    advice: Advice
    confidence: Confidence
    reply: str | None
    rule: str | None
    matched: str | None
    """The words that the rule was found by."""
    details: Details = NOTHING
    """Figures and names in the words: retry time, blocklist, sizes, pages, support ids."""
    weighed: tuple[Weighed, ...] | msgspec.UnsetType = msgspec.UNSET
    """Offsets are bytes of the text in UTF-8."""
