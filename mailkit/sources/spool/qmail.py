"""The queue of qmail: `info` has the sender, `local` and `remote` the recipients, `mess` the message.

Source: INTERNALS and qmail-queue of qmail 1.03: records end in NUL, a letter begins each. A message that is not
sorted yet has all of them in one file of `todo`.
"""

from __future__ import annotations

from datetime import datetime

from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.queued import Draft, Queued
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import quoted

IGNORED = frozenset(b"up")
"""Who sent it: user and process."""


def read_qmail(
    *records: bytes, message: bytes | None, name: str = "", date: datetime | None = None, limits: Limits = DEFAULT
) -> Queued:
    r"""Read the records of `info`, `local` and `remote`, or of `todo`. Never raises.

    >>> one = read_qmail(b"F\0", b"Tjoe@example.org\0Dsue@example.org\0", message=b"A: b\n\nhi\n")
    >>> one.envelope.sender, one.envelope.recipients, one.envelope.paths[1].state
    ('', ('joe@example.org', 'sue@example.org'), 'delivered')
    """
    draft = Draft(limits, name)
    draft.date = date
    for data in records:
        at = 0
        for record in data.split(b"\0"):
            letter, value = record[:1], quoted(decode_raw(record[1:]))
            if at + len(record) >= len(data) and record:
                draft.fault("spool.end.missing", len(data))
            if letter == b"F":
                draft.sender = value
            elif letter in {b"T", b"D"} and value:
                draft.paths.append(Rcpt(address=value, state="delivered" if letter == b"D" else "accepted"))
            elif letter and letter[0] not in IGNORED:
                draft.fault("spool.record.malformed", at)
            at += len(record) + 1
    return draft.queued("qmail", message)
