"""What a header tells of who made a message and whether it was here before, each sign with its code and source."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import msgspec

from mailkit.lists.headers import LIST_FIELDS
from mailkit.message import Message
from mailkit.syntax.answers import ANSWER_FIELDS
from mailkit.syntax.comments import strip_comments
from mailkit.syntax.fields import Field
from mailkit.syntax.from_line import parse_from_line
from mailkit.syntax.mailboxes import parse_addresses
from mailkit.syntax.params import decode_raw
from mailkit.syntax.paths import DAEMON, parse_path
from mailkit.syntax.received import parse_received

MAX_SAME = 200
"""Fields of one name that are read; no MTA known takes a message with more than 100 hops (RFC 5321 section 6.3)."""
MAX_ADDRESSES = 2_000
"""Addresses of a field of recipients that are compared with one's own."""
MAX_VALUE_BYTES = 8_192
SUPPRESS = "x-auto-response-suppress"
RECIPIENTS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_READ = frozenset(
    {
        *("return-path", "from", "sender", "reply-to", "auto-submitted", "precedence", "x-precedence", SUPPRESS),
        *("x-failed-recipients", "x-loop", "delivered-to", "received", "in-reply-to", "references"),
        *(
            "x-list-administrivia",
            "x-mlserver",
            "x-cron-env",
            "x-ms-exchange-message-is-ndr",
            "x-ricevuta",
            "x-trasporto",
        ),
        *(*LIST_FIELDS, *ANSWER_FIELDS, *RECIPIENTS),
    }
)
_WORD = re.compile(rb"[ \t]*([\w\-.]{1,64})")


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that tells, by a stable code of `REASONS`.

    >>> Reason(code="path.null", source="RFC 3834 section 2").detail
    ''
    """

    code: str
    detail: str = ""
    """What stands there: a value, an address, the name of a field."""
    offset: int | None = None
    """Where it stands: byte offset into the message; None where it is no single place."""
    source: str


REASONS: dict[str, tuple[str, str]] = {
    "path.null": ("The envelope sender is null", "RFC 3834 section 2, RFC 5321 section 4.5.5"),
    "report": ("The message is a report", "RFC 6522"),
    "failed-recipients": ("X-Failed-Recipients stands there", "Exim"),
    "auto-submitted": ("Auto-Submitted is not no", "RFC 3834 section 2"),
    "answer.field": ("A field stands there that autoresponders write", "custom"),
    "answer.precedence": ("Precedence calls the message an automatic answer", "custom"),
    "precedence": ("Precedence is bulk, list or junk", "RFC 3834 section 2"),
    "list.field": ("A list field stands there", "RFC 3834 section 2, RFC 2369, RFC 2919"),
    "list.administrivia": ("A list manager wrote the message itself", "Mailman 2.1"),
    "suppress": ("X-Auto-Response-Suppress forbids automatic answers", "Exchange, MS-OXCMAIL"),
    "ndr": ("Exchange marks the message as a report of non-delivery", "Exchange Online; seen in bounces"),
    "certified": ("The message is a receipt of certified mail, or carries what came from outside of it", "RFC 6109"),
    "cron": ("cron sent the message", "cron(8) of Debian and others"),
    "sender.missing": ("There is nobody to answer", "RFC 3834 section 4"),
    "sender.own": ("The sender is one's own address", "RFC 3834 section 2"),
    "sender.role": ("The sender is an address under which programs send", "RFC 3834 section 2"),
    "sender.list": ("The sender is an address beside a list", "RFC 3834 section 2"),
    "recipient.absent": ("No address of one's own is among To, Cc and their like", "RFC 3834 section 2"),
    "loop.x-loop": ("X-Loop holds an address of one's own", "custom; procmail, SmartList, Sympa"),
    "loop.list": ("A list field holds a list of one's own", "RFC 2919, X-BeenThere of Mailman"),
    "loop.delivered-to": ("The message was delivered to one's own address before", "RFC 9228"),
    "loop.host": ("A host of one's own passed the message on before", "RFC 5321 section 6.3"),
}
"""Code -> what it says, and its source."""


def reason(code: str, detail: str = "", offset: int | None = None) -> Reason:
    """Make a reason of a known code."""
    return Reason(code=code, detail=detail[:200], offset=offset, source=REASONS[code][1])


class Signs:
    """The fields that are asked for, read from a header in one pass."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.found: dict[str, list[Field]] = {}
        for field in message.header:
            name = field.name.lower().decode("latin-1")
            if name in _READ:
                same = self.found.setdefault(name, [])
                if len(same) < MAX_SAME:
                    same.append(field)

    def field(self, name: str) -> Field | None:
        """Give the first field of a name."""
        fields = self.found.get(name)
        return fields[0] if fields else None

    def text(self, name: str) -> str:
        """Give the first value of a name as text, in lower case; empty where there is none."""
        field = self.field(name)
        return decode_raw(field.value[:MAX_VALUE_BYTES]).strip().lower() if field else ""

    def words(self, name: str) -> Iterator[tuple[str, int]]:
        """Give the first word of each field of a name, in lower case, without comments; with its offset."""
        for field in self.found.get(name, ()):
            match = _WORD.match(strip_comments(field.value[:MAX_VALUE_BYTES]))
            if match:
                yield match[1].decode("latin-1").lower(), field.offset

    def addresses(self, *names: str, limit: int = MAX_ADDRESSES) -> Iterator[str]:
        """Give the addresses of all fields of some names, in lower case; a name alone (``MAILER-DAEMON <>``) stands for one."""
        for name in names:
            for field in self.found.get(name, ()):
                boxes = parse_addresses(field.raw, limit=limit).mailboxes
                yield from (text.lower() for box in boxes if (text := box.address or box.name))

    def sender(self) -> str | None:
        """Give the envelope sender as the last host wrote it; empty for the null one, None where nothing says it."""
        field = self.field("return-path")
        if field:
            address = parse_path(field.value)
            if address is not None:
                return "" if address.lower() == DAEMON else address
        line = parse_from_line(self.message.envelope_line) if self.message.envelope_line else None
        if line is None or line.sender is None:
            return None
        if line.sender.partition("@")[0].lower() in {"", DAEMON}:
            return ""
        return line.sender if "@" in line.sender else None  # a word alone is what a mail reader puts there


def names_of(own: Collection[str]) -> set[str]:
    """Give names of one's own for comparison: addresses, hosts, List-Ids."""
    if isinstance(own, str | bytes):
        message = f"own= takes several names, not one: ({own!r},)"
        raise TypeError(message)
    return {one.strip("<> ").rstrip(".").lower() for one in own} - {""}


def been_here(signs: Signs, own: set[str]) -> Iterator[Reason]:
    """Find what tells that a message was here before, by names of one's own: addresses, List-Ids, hosts.

    Once a Delivered-To of one's own is what the last host writes of this very delivery; so is a hop at the top, and
    one at the bottom is where the message was first handed in. Between others it came from us and is back.
    """
    if not own:
        return
    for name in ("x-loop", "x-beenthere", "list-post", "x-mailing-list"):
        code = "loop.x-loop" if name == "x-loop" else "loop.list"
        for field in signs.found.get(name, ()):
            address = next((one for one in _inside(field) if one in own), None)
            if address:
                yield reason(code, address, field.offset)
    listed = signs.field("list-id")
    if listed:
        identifier = decode_raw(listed.value[:MAX_VALUE_BYTES]).rpartition("<")[2].partition(">")[0].strip().lower()
        if identifier in own:
            yield reason("loop.list", identifier, listed.offset)
    seen: set[str] = set()
    for field in signs.found.get("delivered-to", ()):
        address = (parse_path(field.value) or "").lower()
        if address in own and address in seen:
            yield reason("loop.delivered-to", address, field.offset)
            break
        seen.add(address)
    yield from _passed_on(signs, own)


def _inside(field: Field) -> Iterator[str]:
    """Give the addresses of a value: as a list, as a mailto URI, or a word alone."""
    text = decode_raw(field.value[:MAX_VALUE_BYTES]).lower().replace("mailto:", "")
    for word in text.replace("<", " ").replace(">", " ").replace(",", " ").split():
        yield word.partition("?")[0]


def _passed_on(signs: Signs, own: set[str]) -> Iterator[Reason]:
    """Find a hop at a host of one's own with hops at others above and below."""
    hosts = {one for one in own if "@" not in one}
    if not hosts:
        return
    above = between = None
    for field in signs.found.get("received", ()):
        by = (parse_received(field.raw).by or "").rstrip(".").lower()
        if by in hosts:
            if above is not None:
                between = field
        elif between is not None:
            yield reason("loop.host", decode_raw(between.value)[:100], between.offset)
            return
        else:
            above = field
