"""Why a delivery failed: the taxonomy, each reason with its canonical codes and its advice."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailkit._registry import CODES
from mailkit.status import Status

Reason = Literal[
    "bad-mailbox",
    "bad-domain",
    "bad-syntax",
    "disabled",
    "moved",
    "full",
    "too-large",
    "not-authorised",
    "relay-denied",
    "bad-sender",
    "blocked",
    "spam",
    "virus",
    "content",
    "auth-failed",
    "rdns",
    "policy",
    "rate-limited",
    "greylisted",
    "network",
    "dns",
    "loop",
    "expired",
    "system",
    "protocol",
    "unsupported",
    "undefined",
]
Advice = Literal["hard", "soft", "block", "none"]


class ReasonFacts(NamedTuple):
    """What a reason stands for."""

    transient: str
    """The canonical 4.Y.Z."""
    permanent: str
    """The canonical 5.Y.Z."""
    advice: Advice
    title: str


REASONS: dict[Reason, ReasonFacts] = {
    "bad-mailbox": ReasonFacts("4.1.1", "5.1.1", "hard", "No such mailbox"),
    "bad-domain": ReasonFacts("4.1.2", "5.1.2", "hard", "No such domain, or one that takes no mail"),
    "bad-syntax": ReasonFacts("4.1.3", "5.1.3", "hard", "The address is not one"),
    "disabled": ReasonFacts("4.2.1", "5.2.1", "hard", "The mailbox is closed, suspended or inactive"),
    "moved": ReasonFacts("4.1.6", "5.1.6", "hard", "The mailbox has moved or changed hands"),
    "full": ReasonFacts("4.2.2", "5.2.2", "soft", "The mailbox is over its quota"),
    "too-large": ReasonFacts("4.3.4", "5.3.4", "block", "The message is larger than the recipient's side takes"),
    "not-authorised": ReasonFacts("4.7.2", "5.7.2", "block", "This sender may not write to this recipient"),
    "relay-denied": ReasonFacts("4.7.1", "5.7.1", "block", "The server does not relay for this sender or domain"),
    "bad-sender": ReasonFacts("4.1.8", "5.1.8", "block", "The sender's address or domain is refused"),
    "blocked": ReasonFacts("4.7.1", "5.7.1", "block", "The sending host or network is blocked"),
    "spam": ReasonFacts("4.7.1", "5.7.1", "block", "The message was taken for spam"),
    "virus": ReasonFacts("4.6.0", "5.6.0", "block", "The message was taken for malware"),
    "content": ReasonFacts("4.6.0", "5.6.0", "block", "Something in the message is refused"),
    "auth-failed": ReasonFacts("4.7.26", "5.7.26", "block", "SPF, DKIM or DMARC did not pass"),
    "rdns": ReasonFacts("4.7.25", "5.7.25", "block", "The sending host has no or a wrong reverse name"),
    "policy": ReasonFacts("4.7.1", "5.7.1", "block", "A local rule of the recipient's side"),
    "rate-limited": ReasonFacts("4.7.28", "5.7.28", "block", "Too much, too fast, or too many recipients"),
    "greylisted": ReasonFacts("4.7.1", "5.7.1", "soft", "The server asked to come back later"),
    "network": ReasonFacts("4.4.1", "5.4.1", "soft", "The recipient's host did not answer"),
    "dns": ReasonFacts("4.4.3", "5.4.3", "soft", "A directory (mostly DNS) did not answer"),
    "loop": ReasonFacts("4.4.6", "5.4.6", "soft", "The message went in a circle"),
    "expired": ReasonFacts("4.4.7", "5.4.7", "soft", "The queue gave up after its time"),
    "system": ReasonFacts("4.3.0", "5.3.0", "soft", "Something is broken on the recipient's side"),
    "protocol": ReasonFacts("4.5.0", "5.5.0", "block", "The two servers did not understand each other"),
    "unsupported": ReasonFacts("4.3.3", "5.3.3", "block", "A feature that the message needs is missing there"),
    "undefined": ReasonFacts("4.0.0", "5.0.0", "soft", "No cause is given"),
}

_BY_SUBJECT: dict[int, Reason] = {
    0: "undefined",
    1: "bad-mailbox",
    2: "undefined",
    3: "system",
    4: "network",
    5: "protocol",
    6: "content",
    7: "policy",
}


def reason_of(status: Status) -> Reason:
    """Give the reason that a code stands for; total over all codes, registered or not.

    >>> reason_of(Status(5, 2, 2)), reason_of(Status(5, 7, 606))
    ('full', 'policy')
    """
    row = CODES.get((status.subject, status.detail))
    if row:
        reason = row[3]
        assert reason in REASONS
        return reason
    return _BY_SUBJECT.get(status.subject, "undefined")


def canonical(reason: Reason, class_: int) -> Status:
    """Give the code that a reason owns in a class (4 or 5)."""
    facts = REASONS[reason]
    status = Status.parse(facts.transient if class_ == 4 else facts.permanent)
    assert status is not None
    return status
