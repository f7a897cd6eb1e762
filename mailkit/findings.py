"""One thing noticed in a message, with where and by which rule."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["info", "notice", "warning", "error"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing noticed in a message.

    >>> Finding(code="mime.boundary.missing", severity="warning", offset=120).code
    'mime.boundary.missing'
    """

    code: str
    """Stable dotted name: area, thing, fault; never reworded."""
    severity: Severity
    offset: int
    """Byte offset into the original message, 0-based."""
    detail: str = ""
    source: str = ""
    """The document that is departed from, with its section."""
    also: int | None = None
    """The other place, where two contradict each other: byte offset into the original message."""


class Facts(msgspec.Struct, frozen=True):
    """What a finding code means."""

    severity: Severity
    title: str
    source: str


CODES: dict[str, Facts] = {
    "stream.bom": Facts("info", "The message begins with a byte order mark", "RFC 5322 section 2.1"),
    "stream.blank-lines": Facts("info", "Blank lines stand before the header", "RFC 5322 section 3.5"),
    "stream.mbox-line": Facts("info", "An mbox From line stands before the header", "RFC 4155"),
    "stream.bare-cr": Facts("warning", "A CR stands alone: some readers end a line there", "RFC 5322 section 2.3"),
    "stream.cr-cr-lf": Facts("notice", "Lines end in CR CR LF", "RFC 5322 section 2.3"),
    "stream.null-byte": Facts("notice", "A NUL byte stands in a header", "RFC 5322 section 4"),
    "header.line.junk": Facts("warning", "A line of the header is no field", "RFC 5322 section 2.2"),
    "header.line.mbox": Facts("notice", "An mbox From line stands inside the header", "RFC 4155"),
    "header.end.missing": Facts("warning", "No blank line ends the header", "RFC 5322 section 2.1"),
    "header.field.duplicate": Facts("warning", "A field stands twice that may stand once", "RFC 5322 section 3.6"),
    "mime.boundary.missing": Facts("warning", "A multipart has no boundary", "RFC 2046 section 5.1.1"),
    "mime.boundary.unused": Facts("warning", "The boundary of a multipart never occurs", "RFC 2046 section 5.1.1"),
    "mime.boundary.reused": Facts("warning", "Two multiparts inside one another have one boundary", "RFC 2046 section 5.1.2"),
    "mime.preamble.part": Facts("warning", "A preamble looks like a part", "RFC 2046 section 5.1.1"),
    "mime.delimiter.junk": Facts("notice", "Text follows the boundary on a delimiter line", "RFC 2046 section 5.1.1"),
    "mime.close.missing": Facts("warning", "A multipart ends without its close delimiter", "RFC 2046 section 5.1.1"),
    "mime.part.after-close": Facts("warning", "A part stands behind the close delimiter", "RFC 2046 section 5.1.1"),
    "mime.encoding.composite": Facts("warning", "A multipart or message claims a transfer encoding", "RFC 2045 section 6.4"),
    "mime.type.invalid": Facts("notice", "A Content-Type is malformed", "RFC 2045 section 5.2"),
    "limit.message_bytes": Facts("warning", "The message is larger than allowed", "mailkit.limits"),
    "limit.depth": Facts("warning", "Parts are nested deeper than allowed", "mailkit.limits"),
    "limit.message_depth": Facts("warning", "Messages are nested deeper than allowed", "mailkit.limits"),
    "limit.encoded_depth": Facts("warning", "Encoded messages are nested deeper than allowed", "mailkit.limits"),
    "limit.part_count": Facts("warning", "There are more parts than allowed", "mailkit.limits"),
    "limit.header_block_bytes": Facts("warning", "A header block is larger than allowed", "mailkit.limits"),
    "limit.header_total_bytes": Facts("warning", "The header blocks are larger than allowed", "mailkit.limits"),
    "limit.field_count": Facts("warning", "A header has more fields than allowed", "mailkit.limits"),
    "limit.finding_count": Facts("warning", "There is more to find fault with than is kept", "mailkit.limits"),
    "limit.notice_bytes": Facts("notice", "The notice is longer than what is searched", "mailkit.limits"),
    "limit.report_bytes": Facts("warning", "A report is longer than what is read", "mailkit.limits"),
    "limit.recipient_count": Facts("warning", "There are more recipients than are answered", "mailkit.limits"),
    "bounce.report.part-missing": Facts("warning", "A multipart/report lacks its report part", "RFC 6522 section 3"),
    "bounce.report.mislabelled": Facts("notice", "A delivery report has another type", "RFC 3464 section 2"),
    "bounce.status.invalid": Facts("notice", "A Status field holds no status code", "RFC 3464 section 2.3.4"),
    "bounce.status.contradiction": Facts("notice", "Status and Diagnostic-Code disagree", "RFC 3464 section 2.3.6"),
    "bounce.status.class": Facts("notice", "The class of Status does not fit Action", "RFC 3464 section 2.3.4"),
    "bounce.recipient.guessed": Facts("notice", "The recipient is taken from the returned message", "bounce evidence"),
    "bounce.loop.trace": Facts("notice", "The returned message went through too many hops", "RFC 5321 section 6.3"),
    "bounce.internal": Facts("error", "mailkit failed on a part of the message; please report it", "mailkit"),
}
"""Every code that mailkit reports: severity, meaning, source."""


def finding(code: str, offset: int, detail: str = "", also: int | None = None) -> Finding:
    """Make a finding of a known code."""
    facts = CODES[code]
    return Finding(code=code, severity=facts.severity, offset=offset, detail=detail, source=facts.source, also=also)
