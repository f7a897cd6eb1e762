"""One recipient's answer: what was heard, weighed, with its words and their places."""

from __future__ import annotations

from datetime import date

import msgspec

from mailkit.bounce.details import details_of
from mailkit.bounce.evidence import STATUS, Facts, Heard, hear
from mailkit.bounce.extract import Case, Span
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.reasons import Reason
from mailkit.bounce.replies import Reply, find_accepted
from mailkit.bounce.result import Action, Evidence, Recipient, Verdict, Weighed
from mailkit.bounce.weigh import Ground, grounds, outcome, reason_and_advice, reported, weigh
from mailkit.status import Status

MAX_DIAGNOSTIC_CHARS = 1_000
MAX_TOLD_CHARS = 2_000
"""Characters of a reply in which figures and names are looked for."""


def decide(case: Case, facts: Facts, rules: RuleSet, *, explain: bool) -> Recipient:
    """Answer for one recipient."""
    action: Action = case.action or facts.action or "failed"
    if action in {"delivered", "relayed", "expanded"}:
        return _success(case, action)
    heard = hear(case, facts, rules)
    ground = weigh(heard)
    reason, advice = reason_and_advice(heard, ground)
    return Recipient(
        address=case.address,
        original_address=case.original_address,
        action=action,
        status=str(ground.status),
        reported_status=reported(heard, ground),
        basis=ground.basis,
        reason=reason,
        advice=advice,
        confidence=ground.confidence,
        reply=heard.reply or None,
        stage=heard.stage,
        diagnostic=_diagnostic(case, heard),
        remote_mta=case.remote_mta,
        retry_until=case.retry_until,
        details=details_of(_told(case, heard)),
        rule=heard.worded.rule.id if heard.worded else None,
        evidence=_evidence(heard, ground),
        weighed=_weighed(heard, ground) if explain else msgspec.UNSET,
    )


def weigh_text(  # noqa: PLR0913 - what a log tells beside the words
    text: str,
    host: str,
    rules: RuleSet,
    *,
    address: str | None = None,
    stated: str = "",
    action: Action = "failed",
    silence: Reason | None = None,
    day: date | None = None,
    explain: bool = False,
) -> Verdict:
    """Answer for one reply that stands by itself; `stated` and `silence` are what a log tells beside it."""
    case = Case(address)
    case.remote_mta = host or None
    case.action, case.reported = action, stated
    case.spans.append(Span("diagnostic", text, None, 0, len(text)))
    heard = hear(case, Facts(silence=silence, day=day), rules)
    accepted = find_accepted(text)
    if accepted and (heard.worded is None or not text[: accepted.start].strip()):
        return _yes(accepted)
    ground = weigh(heard)
    reason, advice = reason_and_advice(heard, ground)
    match = heard.worded.match if heard.worded else None
    return Verdict(
        status=str(ground.status),
        reported_status=reported(heard, ground),
        basis=ground.basis,
        reason=reason,
        advice=advice,
        confidence=ground.confidence,
        reply=heard.reply or None,
        rule=match.rule.id if match else None,
        matched=text[match.start : match.stop] if match else None,
        details=details_of([text]),
        weighed=_weighed(heard, ground) if explain else msgspec.UNSET,
    )


def _yes(reply: Reply) -> Verdict:
    """Answer for a reply that is no refusal."""
    return Verdict(
        status=reply.enhanced or "2.0.0",
        reported_status=reply.enhanced or None,
        basis="diagnostic" if reply.enhanced else "reply",
        reason="undefined",
        advice="none",
        confidence="stated",
        reply=reply.code or None,
        rule=None,
        matched=None,
    )


def _success(case: Case, action: Action) -> Recipient:
    """Answer for a recipient who got the message."""
    match = STATUS.search(case.reported)
    status = Status.parse(match[0]) if match else None
    if status is None or status.class_ != 2:
        status = Status(2, 0, 0)
    span = case.status_span
    return Recipient(
        address=case.address,
        original_address=case.original_address,
        action=action,
        status=str(status),
        reported_status=case.reported.split("(")[0].strip() or None,
        basis="dsn" if case.reported else "action",
        reason="undefined",
        advice="none",
        confidence="stated" if case.reported else "inferred",
        remote_mta=case.remote_mta,
        evidence=(place_of(span, (0, len(span.text))),) if span else (),
    )


def _told(case: Case, heard: Heard) -> list[str]:
    """Give the server's own words, in which figures and names are looked for: no host before them is what they name."""
    if heard.said:
        first = heard.said[0]
        return [first.span.text[first.reply.start : first.reply.start + MAX_TOLD_CHARS]]
    own = [span.text for span in case.spans if span.kind != "notice"] or [span.text for span in case.spans]
    return [text[:MAX_TOLD_CHARS] for text in own[:3]]


def _diagnostic(case: Case, heard: Heard) -> str | None:
    """Give the words of the server: the report's field, else what the notice says of the recipient."""
    own = [span for span in case.spans if span.kind != "notice"]
    span = next((span for span in own if span.kind == "diagnostic"), own[0] if own else None)
    if span is not None:
        return " ".join(span.text[: 2 * MAX_DIAGNOSTIC_CHARS].split())[:MAX_DIAGNOSTIC_CHARS] or None
    if heard.said:
        text, begin, end = heard.said[0].span.text, heard.said[0].reply.start, heard.said[0].reply.stop + 400
    elif heard.worded:
        text, begin, end = heard.worded.span.text, heard.worded.match.start, heard.worded.match.stop
        end = text.find("\n", end) if "\n" in text[end:] else len(text)
    else:
        return None
    start = max(0, text.rfind("\n", 0, begin))
    return " ".join(text[start:end].split())[:MAX_DIAGNOSTIC_CHARS] or None


def _evidence(heard: Heard, ground: Ground) -> tuple[Evidence, ...]:
    """Give the words that decided, with their place in the message; then those that gave the reason."""
    rows = []
    if ground.span is not None:
        rows.append(place_of(ground.span, ground.place))
    worded = heard.worded
    if worded is not None and (ground.span is not worded.span or ground.basis in {"diagnostic", "dsn"}):
        row = place_of(worded.span, (worded.match.start, worded.match.stop))
        if row not in rows:
            rows.append(row)
    return tuple(rows)


def place_of(span: Span, place: tuple[int, int]) -> Evidence:
    """Give the words of a span at a place, and where they stand in the message."""
    what = span.text[place[0] : place[1]]
    if span.view is None:  # a text that stands by itself
        return Evidence(" ".join(what.split()), _size(span.text[: place[0]]), _size(what))
    inside = span.view.text.find(what, span.start, span.stop) if what else -1
    if inside < 0 and what and span.kind == "block":  # a transcript's answers stand below the list of recipients
        inside = span.view.text.find(what, span.start, span.view.end)
    if inside >= 0:
        offset, length = span.view.locate(inside, inside + len(what))
    else:  # the words were joined from folded lines: the whole of them is the place
        offset, length = span.view.locate(span.start, span.stop)
    return Evidence(" ".join(what.split()), offset, length)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _weighed(heard: Heard, ground: Ground) -> tuple[Weighed, ...]:
    rows = []
    for row in grounds(heard):
        rule = row.why.removeprefix("rule ") if row.why.startswith("rule ") else None
        evidence = place_of(row.span, row.place) if row.span else None
        rows.append(Weighed(row.basis, str(row.status), row.reason, rule, outcome(row, ground), evidence))
    return tuple(rows)
