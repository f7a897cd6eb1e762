"""Feedback reports: complaints in ARF (RFC 5965, RFC 6591, RFC 6650), and what providers sent before it."""

from __future__ import annotations

from mailkit.bounce.notice import Notice
from mailkit.bounce.result import Feedback
from mailkit.syntax.address import clean
from mailkit.syntax.dates import parse_date
from mailkit.syntax.fields import Header
from mailkit.syntax.params import decode_raw

_BEFORE_ARF = ("x-hmxmroriginalrecipient", "x-loop-complaint", "x-complaint-type")


def read_feedback(notice: Notice) -> Feedback | None:
    """Read the feedback report of a message, or a complaint in an older form; None where there is none."""
    for part in notice.feedback:
        return _report(Header(part.content(65536).lstrip(), part.body_start))
    if notice.reports:
        return None
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
    marked = any(name in notice.header for name in _BEFORE_ARF)
    worded = ("feedback", "subject") in notice.announced and (
        bool(notice.returned) or ("feedback", "text") in notice.announced
    )
    if not (marked or worded):
        return _opt_out(notice)
    original = notice.original_header
    recipient = notice.value("x-hmxmroriginalrecipient")
    if not recipient and original is not None:
        recipient = _text(original, "x-hmxmroriginalrecipient") or _text(original, "to") or ""
    return Feedback(type="abuse", original_recipient=clean(recipient))


def _opt_out(notice: Notice) -> Feedback | None:
    """Know the mail that a reader's program writes to leave a list (RFC 2369 section 3.2)."""
    if "unsubscribe" not in notice.subject.casefold() or "auto-submitted" not in notice.header:
        return None
    if any("sent this email to unsubscribe" in view.notice[:1024].casefold() for view in notice.views):
        return Feedback(type="opt-out", original_recipient=clean(notice.sender))
    return None


def _text(header: Header, name: str) -> str | None:
    value = header.get(name)
    return decode_raw(value).strip() or None if value is not None else None
