"""Amazon SES notifications that SNS sends by mail: JSON in the text (Amazon SES developer guide, SNS contents)."""

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
            return _answer(match[1], data, view, match.start()) if data else None
        wrapped = _WRAPPED.search(view.text, 0, 65536)
        if wrapped and not _quoted(view, wrapped.start()):
            # SNS puts the notification as text into an object of its own
            message = str(_decoded(view.text[wrapped.start() :]).get("Message", ""))
            match = _MARK.search(message)
            data = _decoded(message[match.start() :]) if match else {}
            if match and data:
                return _answer(match[1], data, view, wrapped.start())
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


def _answer(kind: str, data: dict[str, Any], view: TextView, start: int) -> Told:
    body = data.get(kind[:1].lower() + kind[1:])
    body = body if isinstance(body, dict) else {}
    if kind == "Complaint":
        complained = _rows(body.get("complainedRecipients"))
        feedback = Feedback(
            type=str(body.get("complaintFeedbackType") or "abuse"),
            user_agent=str(body["userAgent"]) if "userAgent" in body else None,
            original_recipient=next((str(row["emailAddress"]) for row in complained if "emailAddress" in row), None),
            arrival_date=parse_date(str(body.get("arrivalDate") or body.get("timestamp") or "")),
        )
        return Told("feedback", [], feedback)
    if kind == "Bounce":
        words = _CAPITAL.sub(" ", f"{body.get('bounceType') or ''} {body.get('bounceSubType') or ''}")
        cases = [_case(row, view, start, words) for row in _rows(body.get("bouncedRecipients"))]
        return Told("failure", cases)
    if kind == "DeliveryDelay":
        cases = [_case(row, view, start) for row in _rows(body.get("delayedRecipients"))]
        for case in cases:
            case.action = "delayed"
        return Told("delay", cases)
    recipients = body.get("recipients")
    cases = [Case(str(address)) for address in recipients] if isinstance(recipients, list) else []
    for case in cases:
        case.action = "delivered"
    return Told("success" if kind == "Delivery" else "other", cases)


def _case(row: dict[str, Any], view: TextView, start: int, words: str = "") -> Case:
    address = row.get("emailAddress")
    case = Case(str(address) if address else None)
    case.action = ACTIONS.get(str(row.get("action") or "failed").lower(), "failed")
    case.reported = str(row.get("status") or "")
    diagnostic = str(row.get("diagnosticCode") or "")
    if diagnostic:
        text = diagnostic.partition(";")[2].strip() if diagnostic.lower().startswith(("smtp;", "x-")) else diagnostic
        case.spans.append(Span("diagnostic", text, view, start, len(view.text)))
    elif words.strip():  # Transient MailboxFull
        case.spans.append(Span("block", words, view, start, len(view.text)))
    return case


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
