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
    """The words, as they stand there; in a report, of its field."""
    offset: int
    """Byte offset into the message as it was given; inside an encoded part, of the encoded bytes."""
    length: int
    """Bytes, counted in the message as it was given."""


class Weighed(msgspec.Struct, frozen=True):
    """One piece of evidence for the status, and what became of it; filled by ``classify(..., explain=True)``."""

    basis: Basis
    """What kind of evidence it is."""
    status: str
    """The enhanced code that it stands for, alone."""
    reason: Reason
    """What it stands for, alone."""
    rule: str | None
    """The rule whose wording it is."""
    outcome: str
    """``decided``, ``agrees``, or why it lost."""
    evidence: Evidence | None
    """Where it stands, where it stands anywhere."""


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one recipient."""

    address: str | None
    """The address that failed, as the last MTA knew it."""
    original_address: str | None = None
    """The address that was written to, where the report tells it apart (RFC 3464 section 2.3.1)."""
    action: Action
    """What became of it (RFC 3464 section 2.3.3)."""
    status: str
    """The normalised enhanced status code."""
    reported_status: str | None = None
    """What the mail itself states, kept where we disagree."""
    basis: Basis
    """What decided the status."""
    reason: Reason
    """Why, in one of 27 words (`mailkit explain full`)."""
    advice: Advice
    """What to do with the address: hard, drop it; soft, count; block, never count; none, nothing."""
    confidence: Confidence
    """How sure: stated in a place meant for it, inferred from words, or guessed by default."""
    reply: str | None = None
    """The SMTP reply code that was quoted."""
    stage: Stage | None = None
    """At which SMTP command the recipient was refused."""
    diagnostic: str | None = None
    """The words of the server that refused, or of the reporting MTA, white space squeezed."""
    remote_mta: str | None = None
    """The host that refused, or should have been reached (RFC 3464 section 2.3.5)."""
    retry_until: datetime | None = None
    """Until when the reporting MTA goes on trying (Will-Retry-Until)."""
    details: Details = NOTHING
    """Figures and names in the words: retry time, blocklist, sizes, pages, support ids."""
    rule: str | None = None
    """The rule whose wording was found."""
    evidence: tuple[Evidence, ...] = ()
    """The words that decided."""
    weighed: tuple[Weighed, ...] | msgspec.UnsetType = msgspec.UNSET
    """All evidence; filled by ``classify(..., explain=True)``."""
    names: dict[str, dict[str, str | int]] | msgspec.UnsetType = msgspec.UNSET
    """What other products call it (see `mailkit.bounce.vocabularies`); filled by ``mailkit classify --names``."""


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What the report tells of the message that was sent."""

    message_id: str | None = None
    """Its Message-ID, as written."""
    from_: str | None = msgspec.field(default=None, name="from")
    """Its From, as written, decoded."""
    subject: str | None = None
    """Its Subject, decoded."""
    list_id: str | None = None
    """Its List-Id, as written, decoded (RFC 2919)."""
    envelope_id: str | None = None
    """What the sender gave as ENVID (RFC 3461 section 4.4)."""


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint or another feedback report (RFC 5965)."""

    type: str
    """abuse, fraud, virus, not-spam, opt-out, auth-failure (RFC 6591), or as written."""
    user_agent: str | None = None
    """The program that wrote the report."""
    source_ip: str | None = None
    """The host from which the message came."""
    reported_domain: str | None = None
    """The domain that is complained about."""
    original_recipient: str | None = None
    """Who complains: the recipient of the message."""
    arrival_date: datetime | None = None
    """When the message had come."""
    incidents: int | None = None
    """How many complaints this report stands for."""


class Bounce(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one message."""

    v: int = 1
    """The version of this form: a key that goes or changes its meaning makes a new one."""
    source: str | None = None
    """The name of the input: a file, `box.mbox#3`, or - for standard input."""
    kind: Kind
    """What the message is; only the first four are about a delivery."""
    dialect: str | None = None
    """The format that was recognised (`mailkit dialects list`)."""
    reporting_mta: str | None = None
    """The host that wrote the report (RFC 3464 section 2.2.2)."""
    arrival_date: datetime | None = None
    """When the message that was sent came to that host (RFC 3464 section 2.2.5)."""
    original: Original = Original()
    """The message that was sent, as far as it is quoted."""
    recipients: tuple[Recipient, ...] = ()
    """What became of each recipient."""
    feedback: Feedback | None = None
    """The complaint, where the kind is feedback."""
    findings: tuple[Finding, ...] = ()
    """What is odd about the message."""
    complete: bool = True
    """False where a limit was met or the end is missing: a finding says which, and something is unread."""
    why: str | msgspec.UnsetType = msgspec.UNSET
    """Which fields and words speak for the kind; filled by ``classify(..., explain=True)``."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one SMTP reply or log line means."""

    status: str
    """The normalised enhanced status code; of class 2 where the server said yes."""
    reported_status: str | None
    """The enhanced code that the reply itself states."""
    basis: Basis
    """What decided the status."""
    reason: Reason
    """Why, in one of 27 words (`mailkit explain full`)."""
    advice: Advice
    """What to do with the address: hard, drop it; soft, count; block, never count; none, nothing."""
    confidence: Confidence
    """How sure: stated, inferred from words, or guessed by default."""
    reply: str | None
    """The SMTP reply code."""
    rule: str | None
    """The rule whose wording was found."""
    matched: str | None
    """The words that the rule was found by."""
    details: Details = NOTHING
    """Figures and names in the words: retry time, blocklist, sizes, pages, support ids."""
    weighed: tuple[Weighed, ...] | msgspec.UnsetType = msgspec.UNSET
    """Offsets are bytes of the text in UTF-8."""
