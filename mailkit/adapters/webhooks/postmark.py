"""Postmark's webhooks: one object a post.

Source: Postmark developer documentation, "Bounce webhook", "Spam complaint webhook", "Delivery webhook", "Subscription
change webhook", and "Bounce API" for the types. Documented are all fields named here. What Postmark calls MessageID is
its own name of the message and not the field.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.adapters.webhooks.told import Cause, Record, Told, answer, put_aside
from mailkit.adapters.webhooks.values import Object, address, instant, pairs, text, words
from mailkit.bounce.extract import Case, Span
from mailkit.bounce.result import Feedback, Kind, Original

_RECORDS = frozenset({"Bounce", "SpamComplaint", "Delivery", "SubscriptionChange", "Open", "Click", "Inbound"})
_FEEDBACK = {"SpamComplaint": "abuse", "Unsubscribe": "opt-out"}
"""Type of a bounce -> type of feedback."""
_KINDS: dict[str, Kind] = {
    "AutoResponder": "auto-reply",
    "ChallengeVerification": "challenge",
    "Subscribe": "other",
    "OpenRelayTest": "other",
    "Unconfirmed": "other",
    "InboundError": "other",
    "TemplateRenderingFailed": "other",
}
"""Types of a bounce that are no failure of a delivery."""
_TRANSIENT = frozenset({"Transient", "DnsError", "SoftBounce"})
_WAITING = frozenset({"Transient"})
"""Types of which Postmark says that it goes on trying."""


def fits(value: Object) -> bool:
    """Say whether an object is Postmark's."""
    return text(value, "RecordType") in _RECORDS


def read(value: Object) -> Iterator[Told]:
    """Read one post."""
    record = text(value, "RecordType")
    if record == "Delivery":
        case = Case(address(value.get("Recipient")))
        case.action = "delivered"
        yield answer(_record(value, "DeliveredAt"), [case])
    elif record == "SpamComplaint":
        yield answer(_record(value, "BouncedAt"), feedback=_complaint("abuse", value.get("Email")))
    elif record == "Bounce":
        yield _bounce(value)
    elif record == "SubscriptionChange":
        yield _change(value)
    else:
        yield put_aside(
            "postmark", f"{record[:80]}: no word about a delivery" if record else "it has no RecordType", record
        )


def _complaint(kind: str, who: object) -> Feedback:
    return Feedback(type=kind, original_recipient=address(who))


def _bounce(value: Object) -> Told:
    kind = text(value, "Type")
    if kind in _FEEDBACK:
        return answer(_record(value, "BouncedAt"), feedback=_complaint(_FEEDBACK[kind], value.get("Email")))
    case = Case(address(value.get("Email")))
    case.action = "delayed" if kind in _WAITING else "failed"
    said = text(value, "Details")  # Description explains the type, and is nobody's reply
    said = said.partition(";")[2].strip() if said.lower().startswith("smtp;") else said
    if said:
        case.spans.append(Span("diagnostic", said, None, 0, len(said)))
    cause = Cause(name=f"{text(value, 'TypeCode')}/{kind}", permanent=kind not in _TRANSIENT)
    return answer(_record(value, "BouncedAt"), [case], cause=cause, kind=_KINDS.get(kind))


def _change(value: Object) -> Told:
    """Read that an address is, or is no longer, one to which Postmark does not send."""
    why = text(value, "SuppressionReason")
    if value.get("SuppressSending") is not True:
        return put_aside("postmark", "Postmark sends to the address again", "SubscriptionChange")
    if why == "HardBounce":
        case = Case(address(value.get("Recipient")))
        case.action = "failed"
        return answer(_record(value, "ChangedAt"), [case], cause=Cause(name="1/HardBounce"))
    kind = "abuse" if why == "SpamComplaint" else "opt-out"
    return answer(_record(value, "ChangedAt"), feedback=_complaint(kind, value.get("Recipient")))


def _record(value: Object, time: str) -> Record:
    """Give what a post tells of itself; `time` is the key of its time."""
    record, own, stream = text(value, "RecordType"), text(value, "ID"), text(value, "MessageStream")
    facts = [own] if own else [text(value, key) for key in ("MessageID", "Recipient", time)]
    return Record(
        provider="postmark",
        event=record if record != "Bounce" else f"Bounce/{text(value, 'Type')}",
        id="/".join([record, *facts]) if any(facts) else "",
        time=instant(value.get(time)),
        original=Original(from_=text(value, "From") or None, subject=text(value, "Subject") or None),
        message=text(value, "MessageID"),
        tags=words(value.get("Tag")),
        metadata={**({"MessageStream": stream} if stream else {}), **pairs(value.get("Metadata"))},
    )
