"""Queue files of Postfix: records of a type byte, a length in groups of seven bits, and data.

Source: postfix-files(5) does not fix them; global/rec_type.h and postcat(1) of Postfix 2 and 3 name the types.
They are the same in all queues: maildrop, incoming, active, deferred and hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailkit.envelope import Rcpt
from mailkit.limits import DEFAULT, Limits
from mailkit.sources.spool.queued import Draft, Format, Queued, epoch, notify
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import original_recipient, quoted

NOTIFY = {1: "NEVER", 2: "SUCCESS", 4: "FAILURE", 8: "DELAY"}
RET = {1: "FULL", 2: "HDRS"}
MAX_LENGTH_BYTES = 5
"""Bytes of a length: five hold 35 bits."""
CANCELED = "/"
"""The type of a recipient that a milter has taken away."""
OPTIONS = 5
"""Which number of a C record holds the options, of which the first bit is SMTPUTF8."""
PASSES = 2
"""How often the file may be read in all: pointers, which milters leave, lead to its end and back."""


class Record(NamedTuple):
    """One record."""

    kind: int
    data: bytes
    offset: int


def records(data: bytes, draft: Draft) -> Iterator[Record]:
    """Give the records in the order that the pointers make; what is broken ends them."""
    at = spent = 0
    seen: set[int] = set()
    while at < len(data):
        start = at
        kind = data[at]
        length, at = _length(data, at + 1)
        if length < 0 or at + length > len(data) or spent > PASSES * len(data):
            draft.fault("spool.record.malformed", start)
            return
        value = data[at : at + length]
        at += length
        spent += at - start
        target = value.strip()
        if kind == ord("p") and target.isdigit() and len(target) < 16 and start not in seen:
            seen.add(start)
            at = int(target) or at
            continue
        yield Record(kind, value, start)
        if kind == ord("E"):
            return
    draft.fault("spool.end.missing", len(data))


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Read a length, the lowest seven bits first; -1 where it is cut off or too long."""
    length = 0
    for group in range(MAX_LENGTH_BYTES):
        if at >= len(data):
            break
        length |= (data[at] & 0x7F) << (7 * group)
        at += 1
        if not data[at - 1] & 0x80:
            return length, at
    return -1, at


def read_postfix(data: bytes, *, name: str = "", limits: Limits = DEFAULT) -> Queued:
    r"""Read a queue file. Never raises.

    >>> read_postfix(b"S\x00R\x05a@b.cM\x00N\x04A: bN\x00N\x02hiX\x00E\x00").data
    b'A: b\n\nhi\n'
    """
    draft = Draft(limits, name)
    reader = Reader(draft)
    for record in records(data, draft):
        reader.take(record)
    return reader.queued("postfix", len(data))


class Reader:
    """What the records say; the printed form has the same ones by name."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.next: dict[str, str] = {}
        """What stands before a recipient and belongs to it."""
        self.content: list[bytes] = []
        self.inside = False
        """Whether the message has begun and not ended."""

    def take(self, record: Record) -> None:
        """Take one record."""
        kind, data = chr(record.kind), record.data
        if kind in "MX":
            self.inside = kind == "M"
        elif self.inside:
            if kind in "NL":
                self.content.append(data + b"\n" if kind == "N" else data)
        elif kind in CANCELED:
            self.next.clear()
        elif kind in "RD":
            self.recipient(decode_raw(data), done=kind == "D")
        elif kind == "A":
            key, _, value = decode_raw(data).partition("=")
            self.attribute(key, value)
        else:
            self._once(kind, data)

    def _once(self, kind: str, data: bytes) -> None:
        """Take a record that is about the whole, or about the next recipient."""
        if kind == "S":
            self.draft.sender = quoted(decode_raw(data))
        elif kind == "O":
            self.next["original"] = decode_raw(data)
        elif kind == "T":
            self.draft.date = epoch(data.split(b" ")[0])
        elif kind == "C":
            fields = data.split()
            if len(fields) > OPTIONS and number(decode_raw(fields[OPTIONS])) & 1:
                self.draft.parameters["SMTPUTF8"] = None

    def attribute(self, key: str, value: str) -> None:
        """Take a named attribute."""
        bits = number(value)
        if key == "envelope_id":
            self.draft.parameters["ENVID"] = value
        elif key == "ret_flags" and bits in RET:
            self.draft.parameters["RET"] = RET[bits]
        elif key == "encoding" and value == "8bit":
            self.draft.parameters["BODY"] = "8BITMIME"
        elif key in {"notify_flags", "dsn_orig_rcpt"}:
            self.next[key] = value

    def recipient(self, address: str, *, done: bool) -> None:
        """Take a recipient with what stood before it."""
        parameters: list[tuple[str, str | None]] = []
        words = notify(number(self.next.get("notify_flags", "")), NOTIFY)
        if words:
            parameters.append(("NOTIFY", words))
        orcpt = self.next.get("dsn_orig_rcpt")
        if orcpt:
            parameters.append(("ORCPT", orcpt))
        address = quoted(address)
        original = quoted(self.next.get("original") or original_recipient(orcpt) or address)
        self.next.clear()
        if address:
            self.draft.paths.append(
                Rcpt(
                    address=address,
                    original=None if original == address else original,
                    parameters=tuple(parameters),
                    state="delivered" if done else "accepted",
                )
            )

    def queued(self, form: Format, offset: int) -> Queued:
        """Give what was read."""
        return self.draft.queued(form, b"".join(self.content) if self.content else None, offset)


def number(text: str) -> int:
    """Read a small number; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
