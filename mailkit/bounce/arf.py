"""Feedback reports: complaints in ARF (RFC 5965, RFC 6591, RFC 6650), and what providers sent before it."""

from __future__ import annotations

import re

from mailkit.bounce.notice import Notice
from mailkit.bounce.result import Feedback
from mailkit.syntax.address import clean
from mailkit.syntax.dates import parse_date
from mailkit.syntax.fields import Header
from mailkit.syntax.params import decode_raw

BEFORE_ARF = (
    *("x-hmxmroriginalrecipient", "x-loop-complaint", "x-complaint-type"),
    "x-spamcop-sourceip",  # SpamCop reports
    *("x-xarf", "x-arf"),  # X-ARF 0.1 and 0.2
)
"""Fields of complaints in other forms than ARF."""
_MISLABELLED = re.compile(r"^feedback-type[ \t]*:[ \t]*[a-z\-]{2,20}[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def read_feedback(notice: Notice) -> Feedback | None:
    """Read the feedback report of a message, or a complaint in an older form; None where there is none."""
    for part in notice.feedback:
        return _report(Header(part.content(65536).lstrip(), part.body_start))
    if notice.reports:
        return None
    for view in notice.views if notice.returned else ():
        match = _MISLABELLED.search(view.text, 0, min(view.end, 16384))
        if match:  # the report was sent as plain text
            return _report(Header(view.text[match.start() : match.start() + 4096].encode("utf-8", "replace"), 0))
    root = notice.message.root.content_type
    if root.type == "multipart/report" and root.params.get("report-type", "").lower() == "feedback-report":
        return Feedback(type="abuse")
    return _before_arf(notice)


def _report(header: Header) -> Feedback:
    incidents = _text(header, "incidents") or ""
    return Feedback(
        type=(_text(header, "feedback-type") or "abuse").lower(),
        user_agent=_text(header, "user-agent"),
        source_ip=(_text(header, "source-ip") or "").strip("[]") or None,
        reported_domain=_text(header, "reported-domain"),
        original_recipient=clean(_text(header, "original-rcpt-to") or ""),
        arrival_date=parse_date(_text(header, "arrival-date") or _text(header, "received-date")),
        incidents=int(incidents) if incidents.isdecimal() and len(incidents) < 10 else None,
    )


def _before_arf(notice: Notice) -> Feedback | None:
    """Know a complaint by its subject and first words, as Hotmail, Yahoo, Comcast and AOL had them."""
    marked = any(name in notice.header for name in BEFORE_ARF)
    worded = ("feedback", "subject") in notice.announced and (
        bool(notice.returned) or ("feedback", "text") in notice.announced
    )
    if not (marked or worded):
        return _opt_out(notice)
    original = notice.original_header
    recipient = notice.value("x-hmxmroriginalrecipient")
    if not recipient and original is not None:
        recipient = _text(original, "x-hmxmroriginalrecipient") or _text(original, "to") or ""
    source = notice.value("x-spamcop-sourceip").strip("[] ") or None
    return Feedback(type="abuse", original_recipient=clean(recipient), source_ip=source)


def _opt_out(notice: Notice) -> Feedback | None:
    """Know the mail that a reader's program writes to leave a list (RFC 2369 section 3.2)."""
    if "unsubscribe" not in notice.subject.casefold():
        return None
    if notice.value("x-apple-unsubscribe").strip().lower() == "true":
        return Feedback(type="opt-out", original_recipient=clean(notice.sender))
    if "auto-submitted" in notice.header and any(
        "sent this email to unsubscribe" in view.notice[:1024].casefold() for view in notice.views
    ):
        return Feedback(type="opt-out", original_recipient=clean(notice.sender))
    return None


def _text(header: Header, name: str) -> str | None:
    value = header.get(name)
    return decode_raw(value).strip() or None if value is not None else None
