"""Twilio SendGrid's Event Webhook: an array of events.

Source: Twilio SendGrid documentation, "Event Webhook Reference" (events, reasons of dropped, type, bounce_classification,
smtp-id, sg_event_id, category, asm_group_id). That unique arguments stand beside them as keys of their own is documented
there, too; that `response` holds the reply of a deferral and `reason` that of others, likewise.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.adapters.webhooks.told import Cause, Record, Told, answer, put_aside
from mailkit.adapters.webhooks.values import Object, address, instant, pairs, text, words
from mailkit.bounce.extract import Case, Span
from mailkit.bounce.reasons import Reason
from mailkit.bounce.result import Action, Feedback, Original

_ACTIONS: dict[str, Action] = {
    "bounce": "failed",
    "blocked": "failed",  # what the activity feed calls a bounce of type blocked
    "dropped": "failed",
    "deferred": "delayed",
    "delivered": "delivered",
}
FEEDBACK = {"spamreport": "abuse", "unsubscribe": "opt-out", "group_unsubscribe": "opt-out-list"}
"""Event -> type of feedback."""
_DROPPED_FEEDBACK = {"spam reporting address": "abuse", "unsubscribed address": "opt-out"}
"""Reason of a drop -> what the address had told before."""
_DROPPED: dict[str, Reason] = {
    "bounced address": "bad-mailbox",
    "invalid": "bad-syntax",
    "invalid smtpapi header": "content",
    "spam content": "spam",
    "recipient list over package quota": "policy",
}
"""Reason of a drop, by its beginning -> ours."""
_KNOWN = frozenset(
    {
        *("email", "timestamp", "event", "smtp-id", "sg_event_id", "sg_message_id", "category", "reason", "status"),
        *("response", "attempt", "type", "bounce_classification", "asm_group_id", "ip", "tls", "cert_err", "useragent"),
        *("url", "url_offset", "pool", "sg_content_type", "sg_machine_open"),
    }
)
"""Keys of SendGrid's own; the others are arguments that the sender gave."""


def fits(value: Object) -> bool:
    """Say whether an object is SendGrid's."""
    return isinstance(value.get("event"), str) and isinstance(value.get("email"), str)


def read(value: Object) -> Iterator[Told]:
    """Read one event."""
    event, reason = text(value, "event"), text(value, "reason")
    dropped = _DROPPED_FEEDBACK.get(reason.lower()) if event == "dropped" else None
    complaint = FEEDBACK.get(event) or dropped
    action = _ACTIONS.get(event)
    if not complaint and not action:
        yield put_aside("sendgrid", f"{event[:80]}: no word about a delivery" if event else "it has no event", event)
        return
    who = address(value.get("email"))
    record = Record(
        provider="sendgrid",
        event=event,
        id=text(value, "sg_event_id"),
        time=instant(value.get("timestamp")),
        original=Original(message_id=text(value, "smtp-id") or None),
        message=text(value, "sg_message_id"),
        tags=words(value.get("category")),
        metadata=pairs({key: one for key, one in value.items() if key not in _KNOWN}),
    )
    if complaint or not action:
        yield answer(record, feedback=Feedback(type=complaint or "", original_recipient=who))
    else:
        yield answer(record, [_case(value, event, action, who)], cause=_cause(value, event, reason))


def _case(value: Object, event: str, action: Action, who: str | None) -> Case:
    case = Case(who)
    case.action, case.reported = action, text(value, "status")
    said = text(value, "response", "reason") if event == "deferred" else text(value, "reason")
    if said and event != "dropped":  # SendGrid's own words there, and nobody's reply
        case.spans.append(Span("diagnostic", said, None, 0, len(said)))
    return case


def _cause(value: Object, event: str, reason: str) -> Cause:
    if event == "dropped":
        low = reason.lower()
        return Cause(reason=next((one for words_, one in _DROPPED.items() if low.startswith(words_)), None))
    kind, class_ = text(value, "type") or "bounce", text(value, "bounce_classification")
    blocked = kind == "blocked" or event in {"blocked", "deferred"}
    return Cause(name=f"{class_}/{kind}" if class_ else "", permanent=not blocked)
