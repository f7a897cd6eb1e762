"""Messages that differ, and mailboxes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.strategies import OWN, mails

FROM = b"From MAILER-DAEMON Sat Jan  3 01:02:03 2026\n"


def varied(count: int) -> Iterator[bytes]:
    """Give so many messages of the corpus, each under a Message-ID of its own."""
    found = [path.read_bytes() for path in mails(OWN)]
    for number in range(count):
        message = found[number % len(found)]
        yield re.sub(rb"(?im)^(message-id:\s*<)", rb"\g<1>%d." % number, message)


def box(path: Path, messages: Sequence[bytes]) -> Path:
    """Write an mbox; what looks like a From line has a length before it in every third message, and a mark in the others."""
    with path.open("wb") as file:
        for number, message in enumerate(messages):
            plain = message.removeprefix(FROM)
            head, blank, body = plain.partition(b"\n\n")
            if number % 3 == 0 and blank and b"\r" not in head:
                body += b"\n" + FROM + b"Subject: this is text\n\nstill the same message\n"
                plain = head + b"\nContent-Length: %d\n\n" % len(body) + body
            else:
                plain = re.sub(rb"(?m)^(>*From )", rb">\1", plain)
            file.write(FROM + plain + (b"\n" if plain.endswith(b"\n") else b"\n\n"))
    return path
