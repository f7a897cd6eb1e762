"""Who a message was really from and for: the envelope, from every place in which an MTA writes it.

given, or read from a queue > journal report > mbox From line > trace fields above the first Received
> the words of Received fields > trace fields below it, which the sender may have written
"""

from __future__ import annotations

from mailkit.envelope.result import Candidate, Decided, Difference, Envelope, Rcpt, Sureness
from mailkit.message import Message, parse

__all__ = ["Candidate", "Decided", "Difference", "Envelope", "Rcpt", "Sureness", "envelope"]


def envelope(message: Message | bytes, *, given: Envelope | None = None) -> Envelope:
    r"""Recover the envelope of a message; `given` is what the SMTP dialogue or a queue says of it. Never raises.

    >>> found = envelope(b"Return-Path: <>\nDelivered-To: joe@example.org\nReceived: by a\nFrom: b@c\n\n")
    >>> found.sender, found.recipients, found.decided.sender
    ('', ('joe@example.org',), 'return-path')
    """
    from mailkit.envelope.recover import recover  # noqa: PLC0415 - who only classifies need not wait for it

    return recover(message if isinstance(message, Message) else parse(message), given)
