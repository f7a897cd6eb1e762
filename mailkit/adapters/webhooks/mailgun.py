"""Mailgun's webhooks: ``event-data`` in JSON, and the forms of before 2018.

Sources: Mailgun documentation, "Webhooks" and "Event structure" (event, severity, reason, delivery-status, message,
tags, user-variables, mailing-list, reject). The forms (bounced, dropped, complained, delivered, with code, error,
notification, description) are knowledge, not seen; so are enhanced-code and that mailing-list has an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from mailkit.adapters.webhooks.told import Cause, Record, Told, answer, put_aside
from mailkit.adapters.webhooks.values import Object, address, addresses, instant, load, obj, pairs, text, words
from mailkit.bounce.extract import Case, Span
from mailkit.bounce.result import Action, Feedback, Original
from mailkit.limits import MIB
from mailkit.message import parse

_ACTIONS: dict[str, Action] = {
    "failed": "failed",
    "rejected": "failed",
    "delivered": "delivered",
    "bounced": "failed",
    "dropped": "failed",
}
FEEDBACK = {"complained": "abuse", "unsubscribed": "opt-out"}
"""Event -> type of feedback."""
_SUPPRESSED = {"suppress-complaint": "abuse", "suppress-unsubscribe": "opt-out"}
"""Reason of a failure -> what the address had told before."""
_LEGACY_REASONS = {"hardfail": "bounce"}
_KNOWN_FORM = frozenset(
    {
        *("event", "recipient", "domain", "code", "error", "notification", "reason", "description"),
        *("timestamp", "token"),
        *("signature", "message-headers", "Message-Id", "message-id", "tag", "campaign-id", "campaign-name"),
        *("mailing-list", "X-Mailgun-Sid", "attachment-count", "body-plain"),
    }
)
MAX_FIELDS = 1_000
"""Fields of a form."""
MAX_FORM_BYTES = 1 * MIB
"""Of a form as URL: what is escaped there takes eighty times its size while it is read. Reports stand in those of parts."""


def fits(value: Object) -> bool:
    """Say whether an object is Mailgun's."""
    if isinstance(value.get("event-data"), dict):
        return True
    return isinstance(value.get("event"), str) and isinstance(value.get("recipient"), str)


def form(body: bytes, content_type: str = "") -> Object | None:
    """Read a form, as URL or of several parts (RFC 7578); None where the body is none.

    >>> form(b"event=complained&recipient=joe%40example.org")
    {'event': 'complained', 'recipient': 'joe@example.org'}
    """
    head = body[:200].lstrip()
    if head.startswith(b"--") and b"\n" in head + body[200:400]:
        boundary = head[2:].splitlines()[0].decode("latin-1").strip()
        declared = content_type or f'multipart/form-data; boundary="{boundary}"'
        return _of_parts(b"Content-Type: " + declared.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    if b"=" not in head or head[:1] in {b"{", b"[", b"<"} or len(body) > MAX_FORM_BYTES:
        return None
    try:
        found = parse_qsl(body.decode("ascii", "replace"), max_num_fields=MAX_FIELDS)
    except ValueError:  # more fields than that
        return None
    return dict(found)


def _of_parts(data: bytes) -> Object | None:
    found = {}
    for part in parse(data).walk():
        name = part.disposition.params.get("name", "") if part.disposition else ""
        if name and not part.parts:
            found[name] = part.content().decode("utf-8", "replace")
    return found or None


def read(value: Object) -> Iterator[Told]:
    """Read one event."""
    inner = value.get("event-data")
    if isinstance(inner, dict):
        yield from _event(inner)
    elif "event" in value:
        yield from _event(value) if isinstance(value.get("message"), dict) or "id" in value else _of_form(value)
    else:
        yield put_aside("mailgun", "it has no event-data")


def _event(data: Object) -> Iterator[Told]:
    event, severity, reason = text(data, "event"), text(data, "severity") or "permanent", text(data, "reason")
    complaint = FEEDBACK.get(event) or (_SUPPRESSED.get(reason) if event == "failed" else None)
    action = _ACTIONS.get(event)
    if not complaint and not action:
        yield put_aside("mailgun", f"{event[:80]}: no word about a delivery" if event else "it has no event", event)
        return
    headers = obj(data, "message", "headers")
    who = address(data.get("recipient")) or next(addresses(obj(data, "message").get("recipients")), None)
    record = Record(
        provider="mailgun",
        event=event,
        id=text(data, "id"),
        time=instant(data.get("timestamp")),
        original=Original(
            message_id=_bracketed(text(headers, "message-id")),
            from_=text(headers, "from") or None,
            subject=text(headers, "subject") or None,
        ),
        tags=words(data.get("tags")),
        metadata=pairs(data.get("user-variables")),
        list=text(obj(data, "mailing-list"), "address", "list-id") or text(data, "mailing-list"),
    )
    if complaint or not action:
        yield answer(record, feedback=Feedback(type=complaint or "", original_recipient=who))
    else:
        cause = Cause(reason="policy") if event == "rejected" else _cause(severity, reason)
        yield answer(record, [_case(data, event, severity, action, who)], cause=cause)


def _bracketed(message_id: str) -> str | None:
    """Give a Message-ID as the field has it; Mailgun takes the brackets off."""
    return (message_id if message_id.startswith("<") else f"<{message_id}>") if message_id else None


def _cause(severity: str, reason: str) -> Cause:
    return Cause(name=f"{severity}/{reason}" if reason else "", permanent=severity != "temporary")


def _case(data: Object, event: str, severity: str, action: Action, who: str | None) -> Case:
    case = Case(who)
    case.action = "delayed" if event == "failed" and severity == "temporary" else action
    status = obj(data, "delivery-status")
    case.remote_mta = text(status, "mx-host") or None
    case.reported = text(status, "enhanced-code")
    said = " ".join(dict.fromkeys(filter(None, (text(status, "message"), text(status, "description")))))
    if event == "rejected":
        said = text(obj(data, "reject"), "description", "reason") or said
    _say(case, text(status, "code"), said)
    return case


def _say(case: Case, code: str, said: str) -> None:
    """Add the words; Mailgun takes the reply code off, and has codes of its own above 599 and below 400."""
    if code.isascii() and code.isdigit() and 400 <= int(code) < 560 and not said.startswith(code):
        said = f"{code} {said}"
    if said:
        case.spans.append(Span("diagnostic", said, None, 0, len(said)))


def _of_form(data: Object) -> Iterator[Told]:
    event, reason = text(data, "event"), text(data, "reason").lower()
    action, complaint = _ACTIONS.get(event), FEEDBACK.get(event)
    if not complaint and not action:
        yield put_aside("mailgun", f"{event[:80]}: no word about a delivery" if event else "it has no event", event)
        return
    who = address(data.get("recipient"))
    case = Case(who)
    case.action = action
    if event != "delivered":
        _say(case, text(data, "code"), text(data, "error", "description", "notification"))
    headers = _headers(data)
    message = _bracketed(text(data, "Message-Id", "message-id") or headers.get("message-id", ""))
    record = Record(
        provider="mailgun",
        event=event,
        id="/".join([message, event, who or ""])
        if message
        else text(data, "token"),  # posted again it has another token
        time=instant(data.get("timestamp")),
        original=Original(
            message_id=message,
            from_=headers.get("from"),
            subject=headers.get("subject"),
            list_id=headers.get("list-id"),
        ),
        tags=words(data.get("tag")),
        metadata=pairs({key: one for key, one in data.items() if key not in _KNOWN_FORM}),
        list=text(data, "mailing-list"),
    )
    if complaint:
        yield answer(record, feedback=Feedback(type=complaint, original_recipient=who))
    else:
        yield answer(record, [case], cause=_cause("permanent", _LEGACY_REASONS.get(reason, reason)))


def _headers(data: Object) -> dict[str, str]:
    """Give the fields of the message: an array of pairs, in JSON."""
    raw = data.get("message-headers")
    found = load(raw.encode("utf-8", "replace")) if isinstance(raw, str) else raw
    rows = [row for row in found if isinstance(row, list) and len(row) == 2] if isinstance(found, list) else []
    return {row[0].lower(): row[1] for row in rows[:MAX_FIELDS] if isinstance(row[0], str) and isinstance(row[1], str)}
