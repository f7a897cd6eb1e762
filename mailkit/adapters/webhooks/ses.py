"""Amazon SES, as SNS posts it: in SNS's envelope or raw, in both key styles; as Lambda and EventBridge hand it on.

Sources: Amazon SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS" (eventType) and
"Amazon SNS notification contents for Amazon SES" (notificationType); Amazon SNS developer guide, "HTTP/HTTPS
notification JSON format"; AWS Lambda developer guide, "Using AWS Lambda with Amazon SNS"; Amazon EventBridge user guide,
"Event structure". Documented are all fields named here.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailkit.adapters.webhooks.told import Cause, Record, Told, answer, put_aside
from mailkit.adapters.webhooks.values import (
    Object,
    address,
    addresses,
    instant,
    load,
    obj,
    pairs,
    rows,
    text,
    words,
)
from mailkit.bounce import ses
from mailkit.bounce.extract import Case
from mailkit.bounce.reasons import Reason
from mailkit.bounce.result import Feedback, Original

_NOTIFICATION = "Notification"
_QUESTIONS = {
    "SubscriptionConfirmation": "SNS asks whether it may send: ask the URL once, if the topic is yours",
    "UnsubscribeConfirmation": "SNS was told to send no more: ask the URL to take that back",
}
"""Types of SNS's envelope that hold no notification, and what they want."""
BODIES = {
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Delivery": "delivery",
    "DeliveryDelay": "deliveryDelay",
    "Reject": "reject",
    "Subscription": "subscription",
}
"""Kind -> the key under which the facts of it stand. Send, Open, Click and Rendering Failure tell of no delivery."""
_DELAYS: dict[str, Reason] = {
    "MailboxFull": "full",
    "SpamDetected": "spam",
    "RecipientServerError": "system",
    "IPFailure": "blocked",
    "TransientCommunicationFailure": "network",
    "BYOIPHostNameLookupUnavailable": "rdns",
    "InternalFailure": "system",
    "SendingDeferral": "rate-limited",
    "General": "undefined",
    "Undetermined": "undefined",
}
"""delayType -> reason."""
_UNSUBSCRIBED = "UnsubscribedRecipient"
_MOST = 1_000
"""Recipients of one record; SES takes 50."""


def fits(value: Object) -> bool:
    """Say whether an object is SES's."""
    return any(map(_fits, _opened(value)))


def _opened(value: Object) -> list[Object]:
    """Give what stands in the event of a function (Records, Sns) or of EventBridge (detail); else the post itself."""
    records = [obj(row, "Sns") for row in rows(value.get("Records"))[:_MOST] if isinstance(row.get("Sns"), dict)]
    if records:
        return records
    detail = obj(value, "detail")
    return [detail] if "detail-type" in value and detail else [value]


def _fits(value: Object) -> bool:
    return text(value, "Type") in {_NOTIFICATION, *_QUESTIONS} or bool(_kind(value))


def _kind(value: Object) -> str:
    return text(value, "eventType", "notificationType")


def read(value: Object) -> Iterator[Told]:
    """Read one post, or the events of a function that has been given some."""
    for one in _opened(value):
        yield from _read(one)


def _read(value: Object) -> Iterator[Told]:
    envelope = text(value, "Type")
    if envelope in _QUESTIONS:
        told = put_aside("ses", _QUESTIONS[envelope], envelope)
        id_, time, url = text(value, "MessageId"), instant(value.get("Timestamp")), text(value, "SubscribeURL")
        yield msgspec.structs.replace(told, id=id_, time=time, confirm=url)
        return
    inner = value
    if envelope == _NOTIFICATION:
        message = value.get("Message")
        found = load(message.encode("utf-8", "replace")) if isinstance(message, str) else None
        if not isinstance(found, dict):
            yield put_aside("ses", "SNS's Message is no object", envelope)
            return
        inner = found
    kind = _kind(inner)
    if kind in BODIES:
        yield from _event(kind, inner, obj(inner, BODIES[kind]))
    else:
        yield put_aside("ses", f"{kind[:80]}: no word about a delivery" if kind else "it has no eventType", kind)


def _event(kind: str, value: Object, body: Object) -> Iterator[Told]:
    mail = obj(value, "mail")
    record = _record(kind, body, mail)
    if kind in {"Complaint", "Subscription"}:
        people, feedback = list(_complaining(kind, body, mail)), _feedback(kind, value, body)
        for who in people or (None,):
            told = msgspec.structs.replace(feedback, original_recipient=who)
            yield answer(record, feedback=told, guessed=len(people) > 1)
    elif kind == "Bounce" and text(body, "bounceSubType") == _UNSUBSCRIBED:
        for row in rows(body.get("bouncedRecipients"))[:_MOST] or [{}]:
            yield answer(record, feedback=Feedback(type="opt-out", original_recipient=address(row.get("emailAddress"))))
    else:
        yield answer(record, _cases(kind, value, body, mail), cause=_cause(kind, body))


def _record(kind: str, body: Object, mail: Object) -> Record:
    """Give what a post tells of itself and of the message that was sent."""
    common, tags = obj(mail, "commonHeaders"), pairs(mail.get("tags"))
    fields = {text(row, "name").lower(): text(row, "value") for row in rows(mail.get("headers"))[:_MOST]}
    message = text(mail, "messageId")
    facts = [message, kind, text(body, "timestamp")]  # deliveries and delays have no name of their own
    return Record(
        provider="ses",
        event=kind,
        id=text(body, "feedbackId") or ("/".join(facts) if message else ""),
        time=instant(body.get("timestamp")) or instant(mail.get("timestamp")),
        original=Original(
            message_id=text(common, "messageId") or fields.get("message-id") or None,
            from_=next(iter(words(common.get("from"))), None) or fields.get("from") or None,
            subject=text(common, "subject") or fields.get("subject") or None,
            list_id=fields.get("list-id") or None,
        ),
        message=message,
        tags=tuple(key for key in tags if not key.startswith("ses:")),
        metadata=tags,
        cut=_MOST if any(isinstance(one, list) and len(one) > _MOST for one in body.values()) else 0,
    )


def _cases(kind: str, value: Object, body: Object, mail: Object) -> list[Case]:
    told = ses.answer(kind, dict(value)).cases[:_MOST]
    if kind == "Reject":
        told = [Case(one) for one in addresses(mail.get("destination"))]
    for case in told:
        case.address = address(case.address)
        case.remote_mta = text(body, "remoteMtaIp") or None
        case.retry_until = instant(body.get("expirationTime"))
    return told


def _cause(kind: str, body: Object) -> Cause:
    if kind == "DeliveryDelay":
        return Cause(permanent=False, reason=_DELAYS.get(text(body, "delayType")))
    if kind == "Reject":  # "Bad content": a virus was found, and nothing was sent
        return Cause(reason="virus")
    name, sub = text(body, "bounceType"), text(body, "bounceSubType")
    return Cause(name=f"{name}/{sub}" if name else "", permanent=name != "Transient")


def _complaining(kind: str, body: Object, mail: Object) -> Iterator[str]:
    """Give who complains; SES names all who may, where the complaint names nobody."""
    if kind == "Complaint":
        found = (address(row.get("emailAddress")) for row in rows(body.get("complainedRecipients"))[:_MOST])
        yield from filter(None, found)
    elif obj(body, "newTopicPreferences").get("unsubscribeAll") is True:
        yield from addresses(mail.get("destination"), _MOST)


def _feedback(kind: str, value: Object, body: Object) -> Feedback:
    found = ses.answer(kind, dict(value)).feedback
    if found is None:
        return Feedback(type="opt-out")
    return msgspec.structs.replace(found, arrival_date=instant(body.get("arrivalDate")))
