"""Amazon SES notifications that SNS sends by mail: JSON in the text (Amazon SES developer guide, SNS contents).

`answer` reads one that came another way, too.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from mailkit.bounce.extract import ACTIONS, Case, Span
from mailkit.bounce.notice import Notice, TextView
from mailkit.bounce.result import Feedback, Kind
from mailkit.syntax.dates import parse_date

_MARK = re.compile(r'\{\s{0,20}"(?:notificationType|eventType)"\s{0,20}:\s{0,20}"(\w{1,20})"')
_HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_WRAPPED = re.compile(r'\{\s{0,20}"Type"\s{0,20}:\s{0,20}"Notification"')
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WRAP = re.compile(r"\r?\n ?")


class Told(NamedTuple):
    """What a notification tells."""

    kind: Kind
    cases: list[Case]
    feedback: Feedback | None = None


def read_ses(notice: Notice) -> Told | None:
    """Read a notification; None where the message holds none."""
    for view in notice.views:
        match = _MARK.search(view.text, 0, 65536)
        if match and not _quoted(view, match.start()):
            data = _decoded(view.text[match.start() :])
            return answer(match[1], data, view, match.start()) if data else None
        wrapped = _WRAPPED.search(view.text, 0, 65536)
        if wrapped and not _quoted(view, wrapped.start()):
            # SNS puts the notification as text into an object of its own
            message = _word(_decoded(view.text[wrapped.start() :]), "Message")
            match = _MARK.search(message)
            data = _decoded(message[match.start() :]) if match else {}
            if match and data:
                return answer(match[1], data, view, wrapped.start())
    return None


def _quoted(view: TextView, start: int) -> bool:
    """Say whether words stand before an object, as where a person passes it on: SNS puts it first."""
    return bool(view.text[:start].strip())


def _decoded(text: str) -> dict[str, Any]:
    """Read the JSON object at the beginning of a text, lines joined that the mail had wrapped."""
    # A half character that is spelt as an escape would not survive being written again.
    text = _HALF.sub("\\\\ufffd", _WRAP.sub("", text))
    try:
        data, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def answer(kind: str, data: dict[str, Any], view: TextView | None = None, start: int = 0) -> Told:
    """Give what a notification of a kind tells; its words stand in a view of a mail, or by themselves."""
    body = data.get(kind[:1].lower() + kind[1:])
    body = body if isinstance(body, dict) else {}
    if kind == "Complaint":
        complained = [_word(row, "emailAddress") for row in _rows(body.get("complainedRecipients"))]
        feedback = Feedback(
            type=_word(body, "complaintFeedbackType") or "abuse",
            user_agent=_word(body, "userAgent") or None,
            original_recipient=next(filter(None, complained), None),
            arrival_date=parse_date(_word(body, "arrivalDate") or _word(body, "timestamp")),
        )
        return Told("feedback", [], feedback)
    if kind == "Bounce":
        words = _CAPITAL.sub(" ", f"{_word(body, 'bounceType')} {_word(body, 'bounceSubType')}")
        cases = [_case(row, view, start, words) for row in _rows(body.get("bouncedRecipients"))]
        return Told("failure", cases)
    if kind == "DeliveryDelay":
        cases = [_case(row, view, start) for row in _rows(body.get("delayedRecipients"))]
        for case in cases:
            case.action = "delayed"
        return Told("delay", cases)
    recipients = body.get("recipients")
    cases = [Case(one) for one in recipients if isinstance(one, str)] if isinstance(recipients, list) else []
    for case in cases:
        case.action = "delivered"
    return Told("success" if kind == "Delivery" else "other", cases)


def _case(row: dict[str, Any], view: TextView | None, start: int, words: str = "") -> Case:
    stop = len(view.text) if view else 0
    case = Case(_word(row, "emailAddress") or None)
    case.action = ACTIONS.get((_word(row, "action") or "failed").lower(), "failed")
    case.reported = _word(row, "status")
    diagnostic = _word(row, "diagnosticCode")
    if diagnostic:
        text = diagnostic.partition(";")[2].strip() if diagnostic.lower().startswith(("smtp;", "x-")) else diagnostic
        case.spans.append(Span("diagnostic", text, view, start, stop))
    elif words.strip() and view:  # Transient MailboxFull
        case.spans.append(Span("block", words, view, start, stop))
    return case


def _word(row: dict[str, Any], key: str) -> str:
    """Give the text of a key; empty where something else stands there."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
