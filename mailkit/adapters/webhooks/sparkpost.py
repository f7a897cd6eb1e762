"""SparkPost's webhooks: an array of ``msys`` wrappers.

Sources: SparkPost documentation, "Webhooks", "Event reference" and "Bounce classification codes". Documented are all
fields named here; that ``raw_reason`` holds the server's words, where ``reason`` has them without what differs from
mail to mail, likewise.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.adapters.webhooks.told import Cause, Record, Told, answer, put_aside
from mailkit.adapters.webhooks.values import Object, address, instant, obj, pairs, text, words
from mailkit.bounce.extract import Case, Span
from mailkit.bounce.result import Action, Feedback, Kind, Original
from mailkit.bounce.vocabularies import VOCABULARIES

_ACTIONS: dict[str, Action] = {
    "bounce": "failed",
    "out_of_band": "failed",
    "policy_rejection": "failed",
    "generation_failure": "failed",
    "generation_rejection": "failed",
    "delay": "delayed",
    "delivery": "delivered",
}
FEEDBACK = {"spam_complaint": "abuse", "list_unsubscribe": "opt-out-list", "link_unsubscribe": "opt-out"}
"""Type -> type of feedback, where ``fbtype`` says no other."""
_KINDS: dict[str, Kind] = {"60": "auto-reply", "80": "other", "100": "challenge"}
"""Classes of a bounce that are none."""
_UNSUBSCRIBE = "90"
_SOFT = frozenset({"20", "21", "22", "23", "24", "70"})
"""Classes of the category soft."""
_NAMES = {name.partition("/")[0]: name for name in VOCABULARIES["sparkpost"].reasons}
_WRAPPERS = ("message_event", "unsubscribe_event", "gen_event", "track_event", "relay_event", "ab_test_event")


def fits(value: Object) -> bool:
    """Say whether an object is SparkPost's."""
    return isinstance(value.get("msys"), dict)


def read(value: Object) -> Iterator[Told]:
    """Read one wrapper: it holds one event, or none where SparkPost tries the URL."""
    wrapped = obj(value, "msys")
    name = next((one for one in _WRAPPERS if isinstance(wrapped.get(one), dict)), "")
    if not name:
        yield put_aside("sparkpost", "it holds no event")
        return
    data = obj(wrapped, name)
    kind, class_ = text(data, "type"), text(data, "bounce_class")
    complaint = FEEDBACK.get(kind) or ("opt-out" if kind in _ACTIONS and class_ == _UNSUBSCRIBE else None)
    action = _ACTIONS.get(kind)
    if not complaint and not action:
        yield put_aside("sparkpost", f"{kind[:80]}: no word about a delivery" if kind else "it has no type", kind)
        return
    record = Record(
        provider="sparkpost",
        event=kind,
        id=text(data, "event_id"),
        time=instant(data.get("timestamp")),
        original=Original(from_=text(data, "friendly_from", "msg_from") or None, subject=text(data, "subject") or None),
        message=text(data, "message_id"),
        tags=words(data.get("rcpt_tags")) or words(data.get("campaign_id")),
        metadata=pairs(data.get("rcpt_meta")),
    )
    if complaint or not action:
        yield answer(record, feedback=_feedback(data, complaint or ""))
        return
    cause = Cause(name=_NAMES.get(class_, class_), permanent=kind != "delay" and class_ not in _SOFT)
    yield answer(
        record, [_case(data, kind, action)], cause=cause, kind=_KINDS.get(class_) if action == "failed" else None
    )


def _who(data: Object) -> str | None:
    """Give the address as it was written; rcpt_to is in lower case."""
    return address(data.get("raw_rcpt_to")) or address(data.get("rcpt_to"))


def _case(data: Object, kind: str, action: Action) -> Case:
    case = Case(_who(data))
    case.action = action
    said, code = text(data, "raw_reason", "reason"), text(data, "error_code")
    if kind == "delivery":
        return case
    if len(code) == 3 and code[0] in "45" and not said.startswith(code):
        said = f"{code} {said}"
    if said:
        case.spans.append(Span("diagnostic", said, None, 0, len(said)))
    return case


def _feedback(data: Object, kind: str) -> Feedback:
    return Feedback(
        type=text(data, "fbtype") or kind,
        user_agent=text(data, "user_str") or None,
        reported_domain=text(data, "report_by") or None,
        original_recipient=_who(data),
    )
