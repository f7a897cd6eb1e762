"""What a bounce consists of: the words of the notice, its reports, and the message that came back.

Texts are kept as views, which know the way from a place in the decoded text back to the bytes of
the message: evidence is given with those offsets.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import ahocorasick

from mailkit.bounce.announcements import announcements, unquoted
from mailkit.bounce.fold import fold_literal
from mailkit.bounce.pages import looks_like_html, strip_html
from mailkit.bounce.wordings import DAEMON_NAMES, RETURNED_MARKERS
from mailkit.charsets import decode
from mailkit.content import IDENTITY, raw_offset
from mailkit.message import Message
from mailkit.part import Part
from mailkit.syntax.fields import Header
from mailkit.syntax.params import decode_raw
from mailkit.syntax.words import decode_words

T = TypeVar("T")

REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
FEEDBACK = frozenset({"message/feedback-report"})
RECEIPTS = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
HEADERS = frozenset({"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"})
MESSAGES = frozenset({"message/rfc822", "message/global"})

LOOKED_AT = 16_384
"""Characters of a notice in which clues are looked for."""
_REPORT_TEXT = re.compile(r"^(?:final|original)-recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
MAX_ATTACHED = 8_192
"""Bytes of an attachment in which a report is looked for."""
_REPORT_BYTES = re.compile(
    rb"^final-recipient[ \t]*:[^\n]{1,400}\n(?:[^\n]{0,400}\n){0,6}?(?:action|status)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_BYTES = re.compile(
    rb"(?:from |(?:received|return-path|from|to|date|subject|delivered-to|message-id|mime-version|content-type)[ \t]*:)",
    re.IGNORECASE,
)
_ACTION_TEXT = re.compile(r"^(?:action|status|reporting-mta|diagnostic-code)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_SUMMARY = re.compile(r"with the following header fields:\s{1,8}(?:[ \t]{1,8}[^\n]{0,998}\n){1,20}")
"""The fields by which Messaging Server says which message it is about, before it names the recipients."""
_RETURNED = re.compile(
    r"^(?:>?[ \t]{0,8})?(?:Received:[ \t]+(?:from|by|\()|Return-Path:[ \t]*<|DKIM-Signature:|X-Received:|ARC-Seal:|Message-ID:[ \t]*<(?![^\n]{0,998},\r?$))",
    re.MULTILINE | re.IGNORECASE,
)
_RETURNED_NAMES = ("received:", "return-path:", "dkim-signature:", "arc-seal:", "message-id:")
HEADER_LINE = re.compile(
    r"^(?:received|return-path|from|to|subject|date|message-id|mime-version|x-[a-z\-]{2,40}|dkim-signature|content-type)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_DENSE = re.compile(rb"[\x80-\xff]{6}")
"""No word of a Western language is written so in ISO-8859-1: the label is wrong."""


class lazy(Generic[T]):  # noqa: N801 - it is used like the decorator of functools that it stands for
    """A value that is made on first use: functools.cached_property without its lock, which costs more than most values."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> T:  # noqa: ANN401 - any owner
        value = instance.__dict__[self.name] = self.make(instance)
        return value


class TextView:
    """The text of a part, or of a stretch of one, with the way back to the bytes of the message."""

    def __init__(self, part: Part, limit: int) -> None:
        self.part = part
        self._content = part.content(limit)
        self.cut = part.body_end - part.body_start > limit * 3 or len(self._content) >= limit
        self.text, self.codec, _ = decode(self._content, part.content_type.params.get("charset", ""))
        if self.codec == "cp1252" and _DENSE.search(self._content):
            self.text, self.codec = _relabelled(self._content, self.text)
        self._mark = 0  # bytes of a byte order mark, which is no part of the first line
        if self.text.startswith("\ufeff"):
            self._mark = len("\ufeff".encode(self.codec, "replace"))
            self.text = self.text[1:]
        if "\r" in self.text and "\n" not in self.text:
            self.text = self.text.replace("\r", "\n")  # bare CRs end lines here; places stay
        self.is_html = part.content_type.subtype in {"html", "xhtml"} or looks_like_html(self.text)
        if self.is_html:
            self.text = strip_html(self.text)

    def locate(self, start: int, stop: int) -> tuple[int, int]:
        """Give offset and length, in bytes of the message, of a span of the text."""
        part = self.part
        if self.is_html:  # the way back leads through the mark-up: the part as a whole is the place
            return part.body_start, part.body_end - part.body_start
        first, last = self._byte(start), self._byte(stop, end=True)
        encoding = part.encoding
        if encoding in IDENTITY:
            return part.body_start + first, last - first
        body = part.body
        begin = raw_offset(body, encoding, first)
        if encoding == "base64":  # whole quanta of four characters
            begin, last = raw_offset(body, encoding, first // 3 * 3), (last + 2) // 3 * 3
        end = max(begin, raw_offset(body, encoding, last))
        return part.body_start + begin, end - begin

    def _byte(self, index: int, *, end: bool = False) -> int:
        """Give the place in the content of a character of the text."""
        if self.codec.startswith(("iso2022", "utf-7", "hz")):
            return self._by_lines(index, end=end)
        if self.codec == "ascii" or (self.text.isascii() and not self._mark and not self.codec.startswith("utf-16")):
            return index
        return self._mark + len(self.text[:index].encode(self.codec, "replace"))

    def _by_lines(self, index: int, *, end: bool) -> int:
        """Give the line's place in a charset with shifts, where characters have no width of their own."""
        position = 0
        for _ in range(self.text.count("\n", 0, index)):
            position = self._content.find(b"\n", position) + 1
        if end:
            stop = self._content.find(b"\n", position)
            return len(self._content) if stop < 0 else stop
        return position

    @lazy
    def lower(self) -> str:
        """The notice in lower case."""
        return self._lower[: self.end]

    @lazy
    def _lower(self) -> str:
        lower = self.text.lower()
        if len(lower) == len(self.text):
            return lower
        return "".join([c.lower() if len(c.lower()) == 1 else c for c in self.text])  # places must not shift

    @lazy
    def end(self) -> int:
        """Where the notice ends and the returned message begins."""
        lower = self._lower
        for last, length in _markers().iter(lower):
            start = last + 1 - length
            line = lower.rfind("\n", 0, start) + 1
            if line and not lower[line:start].strip(" \t>"):
                return line
        if any(name in lower for name in _RETURNED_NAMES):  # cheaper than the expression
            about = _SUMMARY.search(lower, 0, LOOKED_AT)
            match = _RETURNED.search(self.text, about.end() if about else 0)
            if match and match.start() > 0:
                return match.start()
        return len(self.text)

    @property
    def notice(self) -> str:
        """The words of the notice, without the returned message."""
        return self.text[: self.end]


class Notice:
    """A message seen as a bounce."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.header = message.header
        self.limits = message.limits
        self.reports: list[Part] = []
        self.feedback: list[Part] = []
        self.receipts: list[Part] = []
        self.returned: list[Part] = []
        self.mislabelled: list[TextView] = []
        texts: list[Part] = []
        self._sort(message.root, texts)
        self._texts = texts

    def _sort(self, root: Part, texts: list[Part]) -> None:
        """Put every leaf outside the returned message where it belongs."""
        stack = [root]
        while stack:
            part = stack.pop()
            kind = part.type
            if kind in REPORTS or (part.content_type.maintype == "message" and "delivery-status" in kind):
                self.reports.append(part)
            elif kind in FEEDBACK:
                self.feedback.append(part)
            elif kind in RECEIPTS:
                self.receipts.append(part)
            elif kind in HEADERS or (kind in MESSAGES and part is not root):
                self.returned.append(part)
            elif part.parts:
                stack.extend(reversed(part.parts))
            elif part.content_type.maintype in {"text", "multipart"} or part is root:
                texts.append(part)
            elif part.type == "application/octet-stream" and _is_report(part.content(MAX_ATTACHED)):
                self.reports.append(part)  # sent as details.txt

    @lazy
    def views(self) -> tuple[TextView, ...]:
        """The texts of the notice: plain ones, and HTML where no plain one stands before it.

        A plain text behind a page is not its other form but what a list or a filter has added to it.
        """
        plain: list[TextView] = []
        pages: list[TextView] = []
        for part in self._texts[:20]:
            if part.content_type.maintype not in {"text", "multipart", "message"} or part.body_end == part.body_start:
                continue
            is_page = part.content_type.subtype in {"html", "xhtml"}
            if is_page and plain:
                continue
            view = TextView(part, self.limits.notice_bytes)
            (pages if is_page else plain).append(view)
            attached = not is_page and part is not self.message.root and not self.reports
            if attached and _REPORT_TEXT.search(view.text) and len(_ACTION_TEXT.findall(view.text)) > 1:
                self.mislabelled.append(view)
        kept = [view for view in plain if view.text.strip()]
        return (*pages, *kept)

    @lazy
    def words(self) -> str:
        """The notice's words in lower case, as far as clues are looked for in them."""
        views = self.views
        if len(views) == 1:
            return unquoted(views[0].lower[:LOOKED_AT])
        return unquoted("\n".join([view.lower[:LOOKED_AT] for view in views]))

    @lazy
    def announced(self) -> frozenset[tuple[str, str]]:
        """What the Subject and the words announce (see `mailkit.bounce.announcements`)."""
        return announcements(self.subject, self.folded)

    @lazy
    def folded(self) -> str:
        """The notice's words folded, as announcements are looked for in them."""
        return fold_literal(self.words[:8192].strip())

    @lazy
    def sender(self) -> str:
        """The From field, decoded, in lower case."""
        return (decode_words(self.header.get("from")) or "").lower()

    @lazy
    def subject(self) -> str:
        """The Subject, decoded."""
        return decode_words(self.header.get("subject")) or ""

    def value(self, name: str) -> str:
        """Give a field of the top header as text; empty where there is none."""
        raw = self.header.get(name)
        return decode_raw(raw) if raw else ""

    @lazy
    def submitted(self) -> str:
        """The Auto-Submitted field (RFC 3834 section 5) in lower case; empty where there is none."""
        return self.value("auto-submitted").strip().lower()

    @lazy
    def is_report(self) -> bool:
        """Whether the message calls itself a delivery report."""
        kind = self.message.root.content_type
        return kind.type == "multipart/report" and kind.params.get("report-type", "delivery-status").lower() in {
            "delivery-status",
            "global-delivery-status",
        }

    @lazy
    def null_sender(self) -> bool:
        """Whether the envelope's sender was empty, as far as the header tells."""
        line = self.message.envelope_line
        if line and b"mailer-daemon" in line[:40].lower():
            return True
        paths = self.header.all("return-path") or self.header.all(
            "x-mailfrom"
        )  # Mailman 3 and aiosmtpd write the latter
        return bool(paths) and paths[0].replace(b" ", b"") in (b"<>", b"<MAILER-DAEMON>", b"MAILER-DAEMON", b"")

    @lazy
    def from_daemon(self) -> bool:
        """Whether the sender is a mail system and no person, by its name or by the empty envelope."""
        return self.null_sender or self.daemon_name

    @lazy
    def daemon_name(self) -> bool:
        """Whether the From field names a mail system, or nobody."""
        sender = f" {self.sender.strip()}"
        return any(name in sender for name in DAEMON_NAMES) or ("from" in self.header and sender in {" ", " <>"})

    @lazy
    def original_header(self) -> Header | None:
        """The header of the message that came back."""
        for part in self.returned:
            if part.parts:
                return part.parts[0].header
            header = Header(part.content(self.limits.header_block_bytes).lstrip(), part.body_start)
            if len(header):
                return header
        for view in self.views:
            found = returned_header(view.text[view.end :])
            if found is not None:
                return found
        return None


@functools.cache
def _markers() -> ahocorasick.Automaton:
    """Give the words that stand at the beginning of a line before a returned message, with their lengths."""
    automaton = ahocorasick.Automaton()
    for marker in RETURNED_MARKERS:
        automaton.add_word(marker, len(marker))
    automaton.make_automaton()
    return automaton


def returned_header(text: str) -> Header | None:
    """Find a header block in the text behind a notice, quoted or indented or not."""
    match = HEADER_LINE.search(text)
    if not match:
        return None
    return Header(
        text[match.start() : match.start() + 65536].encode("utf-8", "replace").split(b"\n\n")[0].split(b"\r\n\r\n")[0]
        + b"\n",
        0,
    )


def _relabelled(data: bytes, text: str) -> tuple[str, str]:
    """Decode a text again as if it had no label, where it is no Western one; else keep it."""
    other, codec, _ = decode(data)
    return (text, "cp1252") if codec.startswith(("cp125", "iso8859")) and codec != "cp1251" else (other, codec)


def _is_report(content: bytes) -> bool:
    """Say whether an attachment is a delivery report, and not a message, saved as a file, that has one in it."""
    return bool(_REPORT_BYTES.search(content)) and not _MESSAGE_BYTES.match(content.lstrip())
