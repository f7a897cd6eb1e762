"""KumoMTA's log records and PowerMTA's accounting rows, as their hooks post them: lines, read as `mailkit.bounce.logs` does.

Sources: KumoMTA's documentation, "Log Record Format" (type, id, event_time, num_attempts, bounce_classification, meta,
headers, tenant, campaign, feedback_report); PowerMTA User's Guide, "The Accounting File" (jobId, envId, vmta, bounceCat,
``header_`` columns). The names of ``f`` rows (feedbackType, userAgent, reportedDomain, sourceIp) and supplemental_trace
are knowledge, not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailkit.adapters.webhooks.told import Cause, Record, Told, answer, put_aside
from mailkit.adapters.webhooks.values import Object, address, addresses, instant, load, obj, pairs, text, words
from mailkit.bounce.extract import Case, Span
from mailkit.bounce.logs import attempt, columns, kumomta
from mailkit.bounce.logs.head import LINE_CHARS, Head
from mailkit.bounce.logs.memory import Memory
from mailkit.bounce.reasons import Reason
from mailkit.bounce.result import Feedback, Kind, Original

_KINDS: dict[str, Kind] = {"AutoReply": "auto-reply", "ChallengeResponse": "challenge", "Subscribe": "other"}
"""Classes of KumoMTA that are no failure."""
_UNSUBSCRIBE = "Unsubscribe"
_COLUMNS = frozenset(columns.POWERMTA_COLUMNS)
_HEADER = "header_"


def fits_kumomta(value: Object) -> bool:
    """Say whether an object is KumoMTA's: one of those that its log writes, Reception and Delayed included."""
    return (
        isinstance(value.get("type"), str)
        and "recipient" in value
        and ("queue" in value or "nodeid" in value or "sender" in value)
    )


def read_kumomta(line: bytes, memory: Memory) -> Iterator[Told]:
    """Read a record."""
    value = load(line) if line.lstrip()[:1] == b"{" else None
    if isinstance(value, dict):
        yield from _record(value, memory)
    else:
        yield put_aside("kumomta", "it is no object in JSON, or longer than a line may be")


def _record(value: dict[str, object], memory: Memory) -> Iterator[Told]:
    event = text(value, "type")
    told = kumomta.read(Head("", value=value), memory)
    if not told or (attempt.ACTIONS[told[0].outcome] is None and event != "Feedback"):
        yield put_aside("kumomta", f"{event[:80]}: no word about a delivery" if event else "it has no type", event)
        return
    class_ = value.get("bounce_classification")
    class_ = class_ if isinstance(class_, str) else next(iter(pairs(class_).values()), "")
    record = _kumomta_record(event, value)
    if event == "Feedback":
        for who in list(_complaining(value)) or ("",):
            yield answer(record, feedback=_feedback(value, who))
    elif class_ == _UNSUBSCRIBE:
        yield answer(record, feedback=Feedback(type="opt-out", original_recipient=address(told[0].recipient)))
    else:
        cause = _cause(told[0], class_, own=event == "AdminBounce")
        yield answer(record, [case_of(one) for one in told], cause=cause, kind=_KINDS.get(class_))


def _kumomta_record(event: str, value: Object) -> Record:
    """Give what a record tells of itself: an attempt is named by its message, its number and its time."""
    message, recipients = text(value, "id"), value.get("recipient")
    many = isinstance(recipients, list) and len(recipients) > kumomta.MAX_RECIPIENTS
    headers = {key.lower(): one for key, one in pairs(value.get("headers")).items()}
    named = [message, event, text(value, "event_time") or text(value, "timestamp"), text(value, "num_attempts")]
    return Record(
        provider="kumomta",
        event=event,
        id="/".join(named) if message else "",
        time=instant(value.get("event_time")) or instant(value.get("timestamp")),
        original=_original(headers),
        message=message,
        tags=(*words(value.get("tenant")), *words(value.get("campaign"))),
        metadata=pairs(value.get("meta")),
        cut=kumomta.MAX_RECIPIENTS if many else 0,
    )


def _original(headers: Mapping[str, str], envelope_id: str = "") -> Original:
    """Give the message that was sent, by the fields that the log was told to keep."""
    return Original(
        message_id=headers.get("message-id") or None,
        from_=headers.get("from") or None,
        subject=headers.get("subject") or None,
        list_id=headers.get("list-id") or None,
        envelope_id=envelope_id or None,
    )


def case_of(told: attempt.Told) -> Case:
    """Give a case for what a log tells of one recipient."""
    case = Case(address(told.recipient))
    case.original_address = address(told.original)
    action = attempt.ACTIONS[told.outcome]
    case.action = "delivered" if action == "relayed" and told.final else action
    case.remote_mta, case.reported = told.relay or told.relay_ip, told.dsn or ""
    if told.text and action in {"failed", "delayed"}:
        case.spans.append(Span("diagnostic", told.text, None, 0, len(told.text)))
    return case


def _cause(told: attempt.Told, name: str, *, own: bool = False) -> Cause:
    """Give what the log makes of a failure itself; `own` is one of the operator's will."""
    reason: Reason | None = "expired" if told.outcome == "expired" else "policy" if own else None
    return Cause(name=name, permanent=told.outcome != "deferred", reason=reason)


def _complaining(value: Object) -> Iterator[str]:
    """Give who complains. The record's own recipient is the address to which reports are sent."""
    report = obj(value, "feedback_report")
    found = list(addresses(report.get("original_rcpt_to")))
    yield from found or addresses(obj(report, "supplemental_trace").get("recipient"))


def _feedback(value: Object, who: str) -> Feedback:
    report = obj(value, "feedback_report")
    return Feedback(
        type=text(report, "feedback_type").lower() or "abuse",
        user_agent=text(report, "user_agent") or None,
        source_ip=text(report, "source_ip") or None,
        reported_domain=next(iter(words(report.get("reported_domain"))), None),
        original_recipient=who or None,
        arrival_date=instant(report.get("arrival_date")),
    )


def read_powermta(line: bytes, memory: Memory) -> Iterator[Told]:
    """Read a row, by the columns of the last header, which the memory keeps."""
    told = line[:LINE_CHARS].decode("utf-8-sig", "replace").strip()
    if not columns.fits_powermta(told):
        yield put_aside("powermta", "it is no row of PowerMTA's")
    elif row := columns.powermta_row(told, memory):
        yield _row(told, row, memory)


def _row(line: str, row: columns.Row, memory: Memory) -> Told:
    event = text(row, "type")
    told = columns.read_powermta(Head(line), memory)
    if not told:
        known = event in {"r", "s", "rs", "rr", "tq"}
        return put_aside(
            "powermta", f"{event}: no word about a delivery" if known else "it is no row of PowerMTA's", event
        )
    headers = {key.removeprefix(_HEADER).lower(): one for key, one in row.items() if key.startswith(_HEADER)}
    own = {key: one for key, one in row.items() if one and key not in _COLUMNS and not key.startswith(_HEADER)}
    record = Record(
        provider="powermta",
        event=event,
        time=instant(row.get("timeLogged")),
        original=_original(headers, row.get("envId", "")),
        message="/".join(filter(None, (row.get("jobId"), row.get("envId")))),
        tags=words(row.get("jobId")),
        metadata=pairs(own),
    )
    if event == "f":
        return answer(record, feedback=_fed_back(row))
    return answer(record, [case_of(told[0])], cause=_cause(told[0], row.get("bounceCat", "")))


def _fed_back(row: columns.Row) -> Feedback:
    return Feedback(
        type=text(row, "feedbackType").lower() or "abuse",
        user_agent=text(row, "userAgent") or None,
        source_ip=text(row, "sourceIp") or None,
        reported_domain=text(row, "reportedDomain") or None,
        original_recipient=address(row.get("rcpt")),
    )
