"""What `envelope` answers: frozen values, to be written as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from mailkit.findings import Finding
from mailkit.syntax.rewrites import Reading

Kind = Literal["given", "spool", "journal", "from-line", "trace", "received"]
"""Who wrote a place: the caller, a queue, a journal, an mbox, a header field, or a Received field's own words."""
Role = Literal["sender", "recipient", "date", "client"]
Trust = Literal["transport", "journal", "host", "relay", "none"]
Confidence = Literal["stated", "inferred", "guessed"]
State = Literal["accepted", "delivered", "refused"]
DifferenceKind = Literal["bcc", "list", "forwarded", "null-sender", "other-domain", "unrelated-domain"]


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that says something of the envelope."""

    kind: Kind
    place: str
    """The field's name in lower case, or ``from-line``, ``uucp-line``, ``journal``, ``spool``, ``given``."""
    role: Role
    addresses: tuple[str, ...]
    """In order; the null sender is the empty string. Empty where the place names none."""
    text: str
    """What stands there, as text."""
    trust: Trust
    """transport = the SMTP dialogue itself, or a queue; journal = the tenant's own server; host = the last host,
    above its Received field; relay = some host on the way; none = whoever sent the message may have written it."""
    offset: int | None = None
    """Byte offset into the message; None where the place is outside of it."""
    length: int = 0
    """Bytes of the message."""
    readings: tuple[Reading, ...] = ()
    """What a sender's address holds besides: SRS, BATV, VERP."""


class Rcpt(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient as an SMTP dialogue or a queue has it."""

    address: str
    original: str | None = None
    """The address before aliasing, where it is kept apart (ORCPT, RFC 3461 section 4.2)."""
    parameters: tuple[tuple[str, str | None], ...] = ()
    """ESMTP parameters of RCPT; keywords in upper case."""
    state: State = "accepted"


class Decided(msgspec.Struct, frozen=True):
    """The places that decided; None where nothing did."""

    sender: str | None = None
    recipients: str | None = None


class Sureness(msgspec.Struct, frozen=True):
    """How sure the two answers are.

    stated = it stands in a place meant for it that the last host or a queue wrote; inferred = it was taken from
    the words of a Received field; guessed = the sender of the message may have written it. None: no answer.
    """

    sender: Confidence | None = None
    recipients: Confidence | None = None


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where envelope and header part, and what that shows."""

    kind: DifferenceKind
    """bcc = a recipient stands in no To or Cc; list = a list or mailer takes the bounces; forwarded = the message
    went on from one recipient to another; null-sender = a person's mail that wants no bounces; other-domain = the
    sender's domain is not From's, but a host of it handled the message; unrelated-domain = it is nowhere else."""
    detail: str
    addresses: tuple[str, ...] = ()
    confidence: Confidence
    offset: int | None = None
    """Where the evidence stands: byte offset into the message; None where it is no single place."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Who a message was really from and for.

    >>> Envelope(sender="", recipients=("joe@example.org",)).sender
    ''
    """

    v: int = 1
    source: str | None = None
    """The file or message that it was read from, as the command names it."""
    sender: str | None = None
    """The reverse-path; the empty string is the null sender of a bounce (RFC 5321 section 4.5.5), None is unknown."""
    recipients: tuple[str, ...] = ()
    """The forward-paths; empty is unknown."""
    decided: Decided = Decided()
    confidence: Sureness = Sureness()
    readings: tuple[Reading, ...] = ()
    """What the sender's address holds besides."""
    date: datetime | None = None
    """When the message was taken or delivered, where the place that says so is no Date field."""
    form: str | None = None
    """The kind of queue or dialogue that it was read from, for example ``postfix``."""
    queue_id: str | None = None
    parameters: tuple[tuple[str, str | None], ...] = ()
    """ESMTP parameters of MAIL, where the dialogue or the queue is known; keywords in upper case."""
    paths: tuple[Rcpt, ...] = ()
    """Each recipient with its parameters, delivered and refused ones too, where the queue is known."""
    candidates: tuple[Candidate, ...] = ()
    """Every place found, in the order in which they count."""
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    """What an owner of the queue should know, for example that the message is frozen."""
    findings: tuple[Finding, ...] = ()
    complete: bool = True
