"""What a message is made of: every part with its place, and all that is odd about it.

`inspect` does what nothing else here does on its own: it decodes everything, fields and bodies, in
bounded memory, and gathers what the decoders found.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

import msgspec

from mailkit.charsets import decode
from mailkit.content import decoder
from mailkit.findings import Finding, finding
from mailkit.message import Message
from mailkit.part import Part
from mailkit.syntax.dates import parse_date
from mailkit.syntax.fields import Fault, Field
from mailkit.syntax.mailboxes import Mailbox, parse_addresses
from mailkit.syntax.params import parse_disposition
from mailkit.syntax.words import decode_words
from mailkit.views import View

WINDOW_BYTES = 65_536
LINE_BYTES = 998
"""The longest line of a message, without its end (RFC 5322 section 2.1.1)."""
_ADDRESS_FIELDS = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to", "resent-cc"})
_WORD_FIELDS = frozenset({"subject", "comments", "content-description", "thread-topic"})
_BARE_CR = re.compile(rb"\r(?!\n)")


class PartReport(msgspec.Struct, frozen=True, kw_only=True):
    """One part: what it says it is, and what it holds."""

    path: str
    type: str
    encoding: str
    charset: str | None
    """As the part names it."""
    read_as: str | None
    """The codec that its text was read with; None for what is no text."""
    disposition: str | None
    filename: str | None
    offset: int
    body_offset: int
    end: int
    encoded_depth: int
    content_bytes: int
    """Size of the content, its transfer encoding undone; 0 for what has parts."""
    sha256: str | None
    """Of the content; None for what has parts."""


class ViewReport(msgspec.Struct, frozen=True, kw_only=True):
    """A message in another reading."""

    causes: tuple[str, ...]
    """The findings that another reader settles otherwise."""
    parts: tuple[PartReport, ...]


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """A message taken apart."""

    v: int = 1
    source: str | None
    bytes: int
    subject: str | None
    from_: tuple[Mailbox, ...] = msgspec.field(name="from", default=())
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    date: datetime | None = None
    message_id: str | None = None
    parts: tuple[PartReport, ...] = ()
    views: tuple[ViewReport, ...] = ()
    """The message in every other reading that makes a difference, where they were asked for."""
    findings: tuple[Finding, ...] = ()
    complete: bool = True


def inspect(message: Message, *, source: str | None = None, views: bool = False) -> Inspection:
    r"""Decode everything that a message holds, and say what is odd about it.

    >>> from mailkit import parse
    >>> seen = inspect(parse(b"Subject: =?x?\nDate: 1 Jan 70 00:00 EST\n\nhi\r!\n"))
    >>> seen.parts[0].content_bytes, [found.code for found in seen.findings][-1]
    (5, 'body.bare-cr')
    """
    gathered = _Gathered(message)
    parts = gathered.all()
    root = message.root
    boxes = {name: found.mailboxes for name in ("from", "to", "cc") if (found := root.addresses(name))}
    return Inspection(
        source=source,
        bytes=len(message),
        subject=root.subject,
        from_=boxes.get("from", ()),
        to=boxes.get("to", ()),
        cc=boxes.get("cc", ()),
        date=root.date,
        message_id=decode_words(root.header.get("message-id")),
        parts=parts,
        views=tuple(_view(view) for view in message.views()) if views else (),
        findings=tuple(gathered.findings),
        complete=message.complete and gathered.complete,
    )


def _view(view: View) -> ViewReport:
    causes = tuple(dict.fromkeys(found.code for found in view.causes))
    return ViewReport(causes=causes, parts=_Gathered(view.message).all())


class _Gathered:
    """Findings as they come, at most as many as the limits allow."""

    def __init__(self, message: Message) -> None:
        self.root = message.root
        self.limits = message.limits
        self.findings: list[Finding] = list(message.findings)
        self.complete = True
        self.origin: int | None = None
        """Where the leaf begins in which the part stands in a transfer encoding; None for what stands as it is."""

    def all(self) -> tuple[PartReport, ...]:
        """Read every part."""
        reports = []
        for part, origin in self.root.places():
            self.origin = origin
            reports.append(self.part(part))
        return tuple(reports)

    def note(self, code: str, offset: int, detail: str = "") -> None:
        if code.startswith("limit."):
            self.complete = False
        if self.origin is not None:
            detail = f"at byte {offset} of the decoded message {detail}".strip()
            offset = self.origin
        if len(self.findings) < self.limits.finding_count:
            self.findings.append(finding(code, offset, detail))
        elif len(self.findings) == self.limits.finding_count:
            self.complete = False
            self.findings.append(finding("limit.finding_count", offset, str(self.limits.finding_count)))

    def part(self, part: Part) -> PartReport:
        """Read all that one part has."""
        for field in part.header:
            self._field(field)
        size, digest, codec = 0, None, None
        if not part.parts:
            size, digest = self._content(part)
            if part.content_type.maintype == "text":
                codec = decode(part.content(self.limits.notice_bytes), part.charset or "")[1]
        disposition = part.disposition
        return PartReport(
            path=part.path,
            type=part.type,
            encoding=part.encoding,
            charset=part.charset,
            read_as=codec,
            disposition=disposition.type if disposition else None,
            filename=part.filename,
            offset=part.start,
            body_offset=part.body_start,
            end=part.body_end,
            encoded_depth=part.encoded_depth,
            content_bytes=size,
            sha256=digest,
        )

    def _field(self, field: Field) -> None:
        """Read one field by its kind."""
        raw = field.raw
        if len(raw) > self.limits.field_bytes:
            self.note("limit.field_bytes", field.offset, str(len(raw)))
            raw = raw[: self.limits.field_bytes]
        name = field.name.lower().decode("latin-1")
        faults: list[Fault] = []
        if name in _ADDRESS_FIELDS:
            faults.extend(parse_addresses(raw).faults)
        elif name in _WORD_FIELDS:
            decode_words(raw, faults)
        elif name == "date" or name.endswith("-date"):
            parse_date(raw.decode("latin-1"), faults)
        elif name == "content-disposition":
            disposition = parse_disposition(raw)
            faults.extend(disposition.faults if disposition else ())
        for code, offset in faults[:50]:
            self.note(code, field.value_offset + offset, field.name.decode("latin-1"))

    def _content(self, part: Part) -> tuple[int, str]:
        """Decode a leaf in windows; give the size and the digest of its content."""
        undo = decoder(part.encoding, stop_at_padding=part.reading.padding == "stop")
        digest = hashlib.sha256()
        size = 0
        lines = Lines()
        for window in part.windows(WINDOW_BYTES):
            lines.look(window)
            content = undo.feed(window)
            size += len(content)
            digest.update(content)
        lines.end()
        content = undo.close()
        digest.update(content)
        for code, (count, offset) in undo.faults.items():
            self.note(code, part.body_start + offset, f"{count} times" if count > 1 else "")
        for code, offset in lines.found.items():
            self.note(code, part.body_start + offset)
        return size + len(content), digest.hexdigest()


class Lines:
    """The first place in a body where a line is too long, a CR stands alone, or a NUL stands."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self._base = 0
        self._line = 0  # where the line that goes on began
        self._cr = False  # whether the last byte was a CR

    def look(self, window: bytes) -> None:
        """Take the next stretch of the body."""
        base = self._base
        if self._cr and not window.startswith(b"\n"):
            self.found.setdefault("body.bare-cr", base - 1)
        if b"\0" in window and "body.null-byte" not in self.found:
            self.found["body.null-byte"] = base + window.index(b"\0")
        if b"\r" in window and "body.bare-cr" not in self.found:
            bare = _BARE_CR.search(window)
            if bare and bare.end() < len(window):  # the last byte's LF may follow
                self.found["body.bare-cr"] = base + bare.start()
        self._cr = window.endswith(b"\r")
        if "body.line.too-long" not in self.found:
            self._measure(window, base)
        self._base += len(window)

    def end(self) -> None:
        """Say that the body ends here."""
        if self._cr:
            self.found.setdefault("body.bare-cr", self._base - 1)

    def _measure(self, window: bytes, base: int) -> None:
        """Jump from line end to line end, as far as a line may be long at once."""
        position = 0
        allowed = self._line + LINE_BYTES + 2 - base  # behind the CR LF of the longest line
        while allowed <= len(window) or window.find(b"\n", position) >= 0:
            end = window.rfind(b"\n", position, allowed)
            if end < 0:
                self.found["body.line.too-long"] = self._line
                return
            position = end + 1
            self._line = base + position
            allowed = position + LINE_BYTES + 2
