"""How large a message is on the wire, and whether that is too large (RFC 1870)."""

from __future__ import annotations

from mailkit.message import Message, parse
from mailkit.status import Status

_WINDOW = 1 << 20


def wire_size(message: Message | bytes) -> int:
    r"""Count the octets of a message as SMTP carries it: every line ends in CRLF, the last one too.

    Neither the dots that are doubled nor the one that ends the data count (RFC 1870 section 5). A From line of an
    mbox is no part of the message. Memory is bounded where the message is mapped.

    >>> wire_size(b"Subject: hi\n\nhello\n"), wire_size(b"From a@b 1\nSubject: hi\r\n\r\nhello")
    (22, 22)
    """
    message = message if isinstance(message, Message) else parse(message)
    source = message.source
    start = message.root.start if message.envelope_line is not None else 0
    size = len(source) - start
    last = b""
    for place in range(start, len(source), _WINDOW):
        window = bytes(source[place : place + _WINDOW])
        size += window.count(b"\n") - window.count(b"\r\n")
        if last == b"\r" and window[:1] == b"\n":
            size -= 1
        last = window[-1:]
    return size + 2 if last and last != b"\n" else size


def too_large(
    message: Message | bytes | int, *, system: int | None = None, mailbox: int | None = None
) -> Status | None:
    r"""Say with which status a message is refused for its size; None where it is small enough.

    `message` may be the size itself, as SIZE of MAIL states it. `system` and `mailbox` are limits in octets; zero is
    no limit, as in RFC 1870 section 4. 5.3.4 = too big for the system; 5.2.3 = too big for the mailbox (RFC 3463
    sections 3.4 and 3.3), which sendmail 8.17.1 also gives for the limit of the system.

    >>> str(too_large(600_000, system=500_000)), too_large(b"Subject: hi\n\n", mailbox=100)
    ('5.3.4', None)
    """
    for limit in (system, mailbox):
        if limit is not None and limit < 0:
            text = f"a limit of {limit} octets is none; give None or 0 for no limit"
            raise ValueError(text)
    size = message if isinstance(message, int) else wire_size(message)
    if system and size > system:
        return Status(5, 3, 4)
    return Status(5, 2, 3) if mailbox and size > mailbox else None
