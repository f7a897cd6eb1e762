"""What a log tells of one delivery attempt."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from mailkit.bounce.result import Action, Verdict

FormName = Literal[
    "postfix", "exim", "sendmail", "qmail", "opensmtpd", "powermta", "kumomta", "haraka", "exchange", "reply"
]
"""Whose log it is; ``reply`` is a bare SMTP reply without one."""
Outcome = Literal[
    "sent",
    "expanded",
    "deferred",
    "bounced",
    "expired",
    "rejected",
    "deliverable",
    "undeliverable",
    "complained",
]
"""One word for what MTAs call sent, success, Ok, Delivered; deferred, deferral, TempFail; bounced, failure, PermFail."""

ACTIONS: dict[Outcome, Action | None] = {
    "sent": "relayed",
    "expanded": "expanded",
    "deferred": "delayed",
    "bounced": "failed",
    "expired": "failed",
    "rejected": None,  # another host's attempt, refused here
    "deliverable": None,  # a probe: no message was sent
    "undeliverable": None,
    "complained": None,  # the recipient of a message that was delivered
}
"""The action of a report (RFC 3464 section 2.3.3) that an outcome stands for; sent to a mailbox here is ``delivered``."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery attempt for one recipient."""

    v: int = 1
    """The version of this form: a key that goes or changes its meaning makes a new one."""
    source: str | None = None
    """The log's name."""
    line: int
    """The number of its line, from 1."""
    form: FormName
    """Whose log it is; reply is a bare reply."""
    time: datetime | None = None
    """None where the line has no year and none was given. A line without a zone is read in the reader's."""
    stamp: str | None = None
    """The time as the line writes it."""
    outcome: Outcome
    """What MTAs call it, in one word for all (docs/logs.md)."""
    action: Action | None
    """The same in words of a report (RFC 3464 section 2.3.3); None where it has none."""
    queue_id: str | None = None
    """The message's name in the queue."""
    sender: str | None = None
    """The envelope sender; empty for the null sender, None where no line told it."""
    recipient: str | None = None
    """The envelope recipient; None where no line told it."""
    original_recipient: str | None = None
    """The address before aliases, where it is another one."""
    relay: str | None = None
    """The host or agent that was asked; of what was rejected here, the client."""
    relay_ip: str | None = None
    """That host's address."""
    reply: str | None = None
    """What that host said, else what the MTA says of it."""
    dsn: str | None = None
    """The status that the log states."""
    delay_seconds: float | None = None
    """How long the message had been on its way."""
    verdict: Verdict | None = None
    """What the reply means; None where nothing failed."""


class Told(msgspec.Struct, kw_only=True):
    """What a form reads from one line; the reader makes an attempt of it."""

    outcome: Outcome
    final: bool = False
    """Whether what was sent ended in a mailbox."""
    stamp: str = ""
    """The time, where the form has one of its own."""
    queue_id: str | None = None
    sender: str | None = None
    recipient: str | None = None
    original: str | None = None
    relay: str | None = None
    relay_ip: str | None = None
    text: str = ""
    """All that is said of the cause: what is weighed."""
    reply: str | None = None
    """The server's own words among them."""
    dsn: str | None = None
    delay_seconds: float | None = None
