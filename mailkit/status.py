"""Enhanced mail system status codes (RFC 3463, successor of RFC 1893) and SMTP reply codes (RFC 5321)."""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple

from mailkit._registry import CLASSES, CODES, SUBJECTS

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})", re.ASCII)

REPLY_CODES: dict[str, str] = {
    "211": "System status",
    "214": "Help message",
    "220": "Service ready",
    "221": "Service closing transmission channel",
    "235": "Authentication succeeded",
    "250": "Requested mail action okay",
    "251": "User not local; will forward",
    "252": "Cannot verify the user, but will take the message",
    "334": "Server challenge",
    "354": "Start mail input",
    "421": "Service not available, closing transmission channel",
    "422": "Mailbox over quota (not in a standard)",
    "430": "Undelivered or authentication failure (not in a standard)",
    "431": "Not enough disk space (not in a standard)",
    "432": "A password transition is needed",
    "441": "No answer from host (not in a standard)",
    "442": "Connection dropped (not in a standard)",
    "446": "Hop count exceeded (not in a standard)",
    "447": "Delivery time expired (not in a standard)",
    "450": "Mailbox unavailable, busy or blocked for policy",
    "451": "Local error in processing",
    "452": "Insufficient system storage",
    "453": "You have no mail",
    "454": "Temporary authentication failure or TLS not available",
    "455": "Server unable to accommodate parameters",
    "458": "Unable to queue messages for the node",
    "459": "Node not allowed",
    "471": "Local error of a filter (not in a standard)",
    "500": "Syntax error, command unrecognised",
    "501": "Syntax error in parameters",
    "502": "Command not implemented",
    "503": "Bad sequence of commands",
    "504": "Command parameter not implemented",
    "510": "Bad mailbox address (not in a standard)",
    "511": "Bad mailbox address (not in a standard)",
    "512": "Host unknown (not in a standard)",
    "521": "Host does not accept mail",
    "523": "Encryption needed or recipient's limit (RFC 5248)",
    "524": "Encryption required for the mechanism",
    "525": "User account disabled",
    "530": "Authentication required",
    "533": "Delivery not authorised (RFC 5248)",
    "534": "Authentication mechanism is too weak",
    "535": "Authentication credentials invalid",
    "538": "Encryption required for the mechanism",
    "541": "Recipient rejected the message (not in a standard)",
    "550": "Mailbox unavailable or refused for policy",
    "551": "User not local",
    "552": "Exceeded storage allocation",
    "553": "Mailbox name not allowed",
    "554": "Transaction failed",
    "555": "Parameters not recognised",
    "556": "Domain does not accept mail",
    "571": "Blocked or delivery not authorised (not in a standard)",
}
"""Reply code -> meaning: RFC 5321 section 4.2.3, RFC 7504, RFC 4954, RFC 5248, and what MTAs use besides."""


class Status(NamedTuple):
    """An enhanced status code: class, subject and detail (RFC 3463 section 2).

    >>> Status.parse("5.1.1")
    Status(class_=5, subject=1, detail=1)
    >>> str(Status(4, 2, 2)), Status(4, 2, 2).title
    ('4.2.2', 'Mailbox full')
    """

    class_: int
    """2 success, 4 persistent transient failure, 5 permanent failure."""
    subject: int
    detail: int

    @classmethod
    def parse(cls, text: str) -> Status | None:
        """Read ``X.Y.Z``; None where the text is no status code."""
        return _parse(text)

    def __str__(self) -> str:
        return f"{self.class_}.{self.subject}.{self.detail}"

    @property
    def registered(self) -> bool:
        """Whether the IANA registry has the code."""
        return (self.subject, self.detail) in CODES

    @property
    def title(self) -> str:
        """The registry's name of the code, or of its subject for a code of a provider's own."""
        row = CODES.get((self.subject, self.detail))
        return row[0] if row else SUBJECTS.get(self.subject, "Unknown subject")

    @property
    def reference(self) -> str:
        """The document that defines the code; empty for a code of a provider's own."""
        row = CODES.get((self.subject, self.detail))
        return row[2] if row else ""

    @property
    def class_title(self) -> str:
        """What the class digit means."""
        return CLASSES[self.class_]

    @property
    def weakness(self) -> int:
        """How little the code says: 0 names a cause, 1 is broad, 2 says nothing (X.0.0)."""
        known = _WEAKNESS.get((self.subject, self.detail))
        if known is not None:
            return known
        if self.registered:
            return 0
        return 2 if self.subject == 0 else int(self.detail == 0)  # 5.0.350 says no more than 5.0.0


@functools.lru_cache(maxsize=1024)
def _parse(text: str) -> Status | None:
    match = _STATUS.fullmatch(text.strip()) if len(text) < 80 else None
    return Status(*map(int, match.groups())) if match else None


# What measurement showed: MTAs write these without a cause, so any wording beats them.
_WEAKNESS = {(0, 0): 2, (1, 0): 1, (2, 0): 1, (3, 0): 1, (4, 0): 1, (5, 0): 2, (6, 0): 1, (7, 0): 1, (7, 1): 1}

Class = Literal[2, 4, 5]
