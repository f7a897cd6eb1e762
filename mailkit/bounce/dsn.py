"""Delivery status notifications (RFC 3464, RFC 6533): every field, every recipient, and how real MTAs write them.

Real reports lack blank lines between blocks or have too many, break Diagnostic-Code without
indenting what follows, put Action before Final-Recipient, or stand in a part of another type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailkit.bounce.notice import TextView
from mailkit.syntax.address import typed_address, unwrap_encapsulated, xtext

PER_MESSAGE = frozenset(
    {
        "reporting-mta",
        "dsn-gateway",
        "received-from-mta",
        "arrival-date",
        "original-envelope-id",
        "x-postfix-queue-id",
        "x-postfix-sender",
        "x-postfix-msgid",
        "reporting-ua",  # of disposition notifications (RFC 8098), in which Sieve refuses; so are the next two
        "original-message-id",
        "disposition",
    }
)
PER_RECIPIENT = frozenset(
    {
        "final-recipient",
        "original-recipient",
        "action",
        "status",
        "remote-mta",
        "diagnostic-code",
        "last-attempt-date",
        "will-retry-until",
        "final-log-id",
        "x-actual-recipient",
        "x-display-name",
        "x-supplementary-info",
        "localized-diagnostic-code",
        "x-smtp-server",
    }
)
_KNOWN = PER_MESSAGE | PER_RECIPIENT
_OPENING = frozenset({"final-recipient", "original-recipient", "action", "status"})
MAX_VALUE_CHARS = 8192
_COMMAND = re.compile(r"[\w\-]{1,40};\s{0,8}\"?[|/]", re.ASCII)
"""A program or a file, to which an alias delivers: an address may be among its words (sendmail 8)."""
# A field with its folded lines, a blank line, or a line that is neither.
_PIECE = re.compile(
    r"([A-Za-z][A-Za-z0-9\-]{1,60})[ \t]{0,8}:([^\n]*+(?:\n[ \t]++[^\s][^\n]*+)*+)\n?|([ \t\r]*\n|[ \t\r]+\Z)|[^\n]+\n?"
)
_FOLD = re.compile(r"(?<!\s)\s*\n\s*")
_HOST_END = re.compile(r"[\s(\[:]")
_PLAIN = re.compile(r"rfc822; ?((?!imcea)[a-z0-9_.+=\-]{1,64}@[a-z0-9.\-]{1,253}[a-z0-9])", re.IGNORECASE | re.ASCII)
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2}){2,}")
_OCTAL_BYTE = re.compile(r"\\([0-3][0-7]{2})")


class Value(NamedTuple):
    """A field's value, unfolded, and where its line stands in the view's text."""

    text: str
    start: int
    stop: int


class Block(dict[str, Value]):
    """The fields of one block by name in lower case; of two of a name the first."""

    def text(self, name: str) -> str:
        """Give a value; empty where the field is missing."""
        value = self.get(name)
        return value.text if value else ""

    def host(self, name: str) -> str | None:
        """Give the host that a field names."""
        value = self.get(name)
        return host_of(value.text) if value else None

    @property
    def is_recipient(self) -> bool:
        """Whether the block is about a recipient."""
        return not PER_RECIPIENT.isdisjoint(self)


class Report(NamedTuple):
    """One report: what it says of the message, then of each recipient."""

    view: TextView
    message: Block
    recipients: list[Block]


def read_report(view: TextView, limit: int) -> Report:
    """Read a report from a text that is one, or has one in it."""
    message = Block()
    recipients: list[Block] = []
    for block in _blocks(view.text[: view.end] if view.part.content_type.maintype == "text" else view.text):
        if not block.is_recipient:
            for name, value in block.items():
                message.setdefault(name, value)
            continue
        for name in PER_MESSAGE.intersection(block):  # no blank line between the two kinds of block
            message.setdefault(name, block.pop(name))
        last = recipients[-1] if recipients else None
        if last is not None and not _names_recipient(block) and (PER_RECIPIENT & block.keys()).isdisjoint(last):
            last.update({name: value for name, value in block.items() if name not in last})  # a stray blank line
        elif len(recipients) >= limit:
            break
        else:
            recipients.append(block)
    return Report(view, message, _join_orphans(recipients))


def _names_recipient(block: Block) -> bool:
    return "final-recipient" in block or "original-recipient" in block


def _join_orphans(blocks: list[Block]) -> list[Block]:
    """Give fields that stand in a block before the one that names the recipient to that one."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if (
            last is not None
            and not _names_recipient(last)
            and _names_recipient(block)
            and last.keys().isdisjoint(block)
        ):
            last.update(block)
        else:
            joined.append(block)
    return joined


def _blocks(text: str) -> Iterator[Block]:
    """Cut a report into blocks: at blank lines, and where a recipient's field begins again."""
    block = Block()
    name = ""
    for piece in _PIECE.finditer(text):
        word, rest, blank = piece.groups()
        if blank is not None:
            if block:
                yield block
                block = Block()
            name = ""
            continue
        field = word.lower() if word else ""
        if field in _KNOWN or field.startswith("x-"):
            name = field
            if name in block:
                if not _begins_again(name, block):
                    name = ""
                    continue
                yield block
                block = Block()
            value = rest.strip()
            if "\n" in value:
                value = _FOLD.sub("\n", value[:MAX_VALUE_CHARS])
            block[name] = Value(value, piece.start(), piece.end())
        elif name and len(block[name].text) < MAX_VALUE_CHARS:  # a value that was broken without indentation
            before = block[name]
            block[name] = Value(f"{before.text}\n{piece[0].strip()}".strip(), before.start, piece.end())
    if block:
        yield block


def _begins_again(name: str, block: Block) -> bool:
    """Say whether a field opens the next recipient where no blank line does."""
    return name in _OPENING and _names_recipient(block)


def addresses(block: Block) -> tuple[str | None, str | None]:
    """Give the recipient's final and original address (RFC 3464 sections 2.3.1 and 2.3.2)."""
    final = _address(block.text("final-recipient"))
    actual = _address(block.text("x-actual-recipient")) if "x-actual-recipient" in block else None
    if actual and _COMMAND.match(block.text("x-actual-recipient")):
        actual = None
    original = _address(xtext(block.text("original-recipient"))) if "original-recipient" in block else None
    if actual and final and actual.lower() != final.lower() and "@" in actual and original in (None, final):
        return actual, original or final
    final = final or actual or original
    return final, original if original and original.lower() != (final or "").lower() else None


def _address(value: str) -> str | None:
    plain = _PLAIN.fullmatch(value)
    if plain:  # the common case
        return plain[1]
    if not value.strip(" ;<>"):
        return None
    kind, address = typed_address(value)
    if not address or address.lower() in {"rfc822", "unknown", "none"}:
        return None
    return unwrap_encapsulated(address) if kind in {"rfc822", "smtp", "utf-8"} or "@" in address else address


def diagnostic(block: Block) -> tuple[str, str]:
    """Give type and text of Diagnostic-Code (RFC 3464 section 2.3.6), octal escapes of UTF-8 undone."""
    text = block.text("diagnostic-code")
    kind, semicolon, rest = text.partition(";")
    if not semicolon or len(kind) > 40 or " " in kind.strip() or "\n" in kind:
        kind, rest = "", text
    return kind.strip().lower(), unescape_octal(rest.strip())


def unescape_octal(text: str) -> str:
    r"""Undo octal escapes where they spell UTF-8, as Exim prints what is not ASCII.

    >>> unescape_octal(r"\320\237\321\200")
    'Пр'
    """
    return _OCTAL.sub(_spell, text) if "\\" in text else text


def _spell(match: re.Match[str]) -> str:
    data = bytes(int(digits, 8) for digits in _OCTAL_BYTE.findall(match[0]))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def host_of(value: str) -> str | None:
    """Give the name behind ``dns;``, without address and port."""
    if not value:
        return None
    name = value.rpartition(";")[2].strip().strip("[]()<>")
    if name.count(":") < 2:  # no IPv6 address
        match = _HOST_END.search(name)
        name = name[: match.start()] if match else name
    return name.rstrip(".") or None
