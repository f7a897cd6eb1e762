"""One recipient's status: evidence weighed in order, the first that says enough decides.

1. an enhanced code in the server's own reply; 2. the report's Status, unless it says nothing;
3. what a provider means by its codes and texts; 4. wording; 5. the trace of the returned message;
6. the reply code and the stage; 7. the class alone. A wording beats a code that is broad (X.0.0,
X.1.0, X.5.0, X.7.1); the reason is always the wording's where there is one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailkit.bounce.extract import Case, Span, remote_of
from mailkit.bounce.fold import Folded
from mailkit.bounce.matcher import Context, Match, Rule, RuleSet
from mailkit.bounce.reasons import REASONS, Advice, Reason, canonical, reason_of
from mailkit.bounce.replies import Reply, best_reply, stage_of
from mailkit.bounce.result import Action, Basis, Confidence, Evidence, Recipient, Stage, Verdict, Weighed
from mailkit.status import Status
from mailkit.syntax.address import domain_of

MAX_DIAGNOSTIC_CHARS = 1_000
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")

REPLY_REASONS: dict[str, dict[Stage | None, Reason]] = {
    "421": {None: "network"},
    "450": {None: "system", "rcpt": "greylisted"},
    "451": {None: "system"},
    "452": {None: "system", "rcpt": "full"},
    "454": {None: "system"},
    "471": {None: "content"},
    "500": {None: "protocol"},
    "501": {None: "protocol", "rcpt": "bad-syntax", "mail": "bad-sender", "helo": "blocked"},
    "502": {None: "protocol"},
    "503": {None: "protocol"},
    "504": {None: "protocol", "helo": "blocked"},
    "510": {None: "bad-mailbox"},
    "511": {None: "bad-mailbox"},
    "512": {None: "bad-domain"},
    "521": {None: "bad-domain", "connect": "blocked"},
    "530": {None: "not-authorised"},
    "534": {None: "not-authorised"},
    "535": {None: "not-authorised"},
    "541": {None: "spam"},
    "550": {None: "bad-mailbox", "connect": "blocked", "helo": "blocked", "mail": "bad-sender", "data": "policy"},
    "551": {None: "moved", "mail": "bad-sender", "connect": "blocked"},
    "552": {None: "full", "data": "too-large", "mail": "too-large"},
    "553": {None: "bad-mailbox", "mail": "bad-sender", "connect": "blocked"},
    "554": {None: "policy", "connect": "blocked", "helo": "blocked", "mail": "blocked", "data": "content"},
    "555": {None: "protocol"},
    "556": {None: "bad-domain"},
    "571": {None: "blocked"},
}
"""What a bare reply code most probably means at a stage (RFC 5321 section 4.2.3 and what servers do)."""


class Facts(NamedTuple):
    """What is known of the report as a whole."""

    reporter: str
    dialect: str
    action: Action | None
    hops: int
    """Received fields of the returned message."""
    silence: Reason | None = None
    """What it means where nothing is said of the cause."""


class Chosen(NamedTuple):
    """A status with its ground."""

    status: Status
    reason: Reason
    basis: Basis
    confidence: Confidence
    span: Span | None
    place: tuple[int, int]
    why: str


class _Match(NamedTuple):
    match: Match
    span: Span
    order: int


def decide(case: Case, facts: Facts, rules: RuleSet, *, explain: bool) -> Recipient:
    """Weigh the evidence for one recipient."""
    action: Action = case.action or facts.action or "failed"
    if action in {"delivered", "relayed", "expanded"}:
        return _success(case, action)
    said = _said(case)
    reply = said[0] if said else None
    stage = _stage(case)
    context = Context(
        remote=remote_of(case),
        domain=domain_of(case.address),
        reporter=facts.reporter,
        dialect=facts.dialect,
        stage=stage or "",
        reply=reply.code if reply else "",
    )
    found = _wording(case, rules, context)
    stated = _stated(case, said)
    class_ = _class(stated, reply, action, stage)
    chosen = _strong(stated, found)
    candidates = []
    if case.cut_off:
        facts = facts._replace(silence="network")
    if chosen is None or explain:
        candidates = _candidates(stated, found, reply, stage, facts, class_, action)
        chosen = _choose(candidates)
    reason, advice = _reason(chosen, found)
    return Recipient(
        address=case.address,
        original_address=case.original_address,
        action=action,
        status=str(chosen.status),
        reported_status=_reported(stated, chosen),
        basis=chosen.basis,
        reason=reason,
        advice=_tempered(advice, chosen, action, found),
        confidence=chosen.confidence,
        reply=reply.code or None if reply else None,
        stage=stage,
        diagnostic=_diagnostic(case, said),
        remote_mta=case.remote_mta,
        retry_until=case.retry_until,
        rule=found.match.rule.id if found else None,
        evidence=_evidence(chosen, found),
        **({"weighed": _weighed(candidates, chosen)} if explain else {}),
    )


def weigh_text(text: str, host: str, rules: RuleSet) -> Verdict:
    """Weigh one reply that stands by itself."""
    case = Case(None)
    case.remote_mta = host or None
    case.spans.append(Span("diagnostic", text, None, 0, len(text)))
    said = _said(case)
    reply = said[0] if said else None
    stage = _stage(case)
    found = _wording(
        case,
        rules,
        Context(remote=host.lower(), domain=host.lower(), stage=stage or "", reply=reply.code if reply else ""),
    )
    stated = _stated(case, said)
    facts = Facts("", "", None, 0)
    chosen = _choose(_candidates(stated, found, reply, stage, facts, _class(stated, reply, "failed", stage), "failed"))
    reason, advice = _reason(chosen, found)
    return Verdict(
        status=str(chosen.status),
        reported_status=_reported(stated, chosen),
        basis=chosen.basis,
        reason=reason,
        advice=_tempered(advice, chosen, "delayed", found),
        confidence=chosen.confidence,
        reply=reply.code or None if reply else None,
        rule=found.match.rule.id if found else None,
        matched=text[found.match.start : found.match.stop] if found else None,
    )


def _success(case: Case, action: Action) -> Recipient:
    status = Status.parse((_STATUS.search(case.reported) or [""])[0]) or Status(2, 0, 0)
    if status.class_ != 2:
        status = Status(2, 0, 0)
    span = case.status_span
    evidence = (place_of(span, (0, len(span.text))),) if span else ()
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
        evidence=evidence,
    )


class _Said(NamedTuple):
    """A reply and the words it stands in."""

    reply: Reply
    span: Span

    @property
    def code(self) -> str:
        return self.reply.code


def _said(case: Case) -> list[_Said]:
    """Give the replies that were quoted: the report's own field first, completed by the notice's words."""
    found: list[_Said] = []
    for span in case.spans:
        if span.kind == "notice" and found:
            break
        reply = best_reply(span.text)
        if reply:
            found.append(_Said(reply, span))
            if reply.code and _vagueness(reply) == 0:
                break
    if len(found) > 1 and found[0].span.kind == "diagnostic" and found[0].code:
        first = found[0]
        same = [one for one in found if one.code in {first.code, ""}]
        if _vagueness(first.reply) > 1:
            same.sort(key=lambda one: _vagueness(one.reply))
        return same
    found.sort(key=lambda one: _vagueness(one.reply))
    return found


def _vagueness(reply: Reply) -> int:
    status = reply.status
    return status.weakness if status else 3


def _stage(case: Case) -> Stage | None:
    """Give the stage that the words about the recipient name; the notice counts where there are no others."""
    own = [span for span in case.spans if span.kind == "block"] or case.spans
    for span in (*own, *(span for span in case.spans if span.kind == "diagnostic")):
        stage = stage_of(span.text)
        if stage or span.kind == "notice":
            return stage
    return None


def _wording(case: Case, rules: RuleSet, context: Context) -> _Match | None:
    """Find the rule: the earliest among what is said of the recipient alone, else in the notice."""
    best: _Match | None = None
    for span in case.spans:
        if span.kind == "notice" and best is not None:
            break
        match = rules.match(Folded(span.text), context)
        if match is not None:
            order = rules.order(match.rule)
            if best is None or order < best.order:
                best = _Match(match, span, order)
            if not match.rule.generic:
                break
    return best


class _Stated(NamedTuple):
    """A status that the mail itself states."""

    basis: Basis
    status: Status
    span: Span | None
    place: tuple[int, int]


def _stated(case: Case, said: list[_Said]) -> list[_Stated]:
    """Give the codes that the mail states: the reply's first, then the report's."""
    found: list[_Stated] = []
    for one in said:
        status = one.reply.status
        if status and status.class_ != 2:
            found.append(_Stated("diagnostic", status, one.span, (one.reply.start, one.reply.stop)))
            break
    match = _STATUS.search(case.reported)
    status = Status.parse(match[0]) if match else None
    if status and status.class_ != 2:
        found.append(_Stated("dsn", status, case.status_span, (0, len(case.reported))))
    return found


def _class(stated: list[_Stated], reply: _Said | None, action: Action, stage: Stage | None) -> int:
    if stage == "connect" and stated:  # a greeting of 554 sends Postfix on to the next host, and is transient
        return stated[-1].status.class_
    if reply and reply.code:
        return int(reply.code[0])
    if stated:
        return stated[0].status.class_
    return 4 if action == "delayed" else 5


_EXPIRED = (4, 7)
_UNREACHED = frozenset({(4, 1), (4, 2)})


def _strong(stated: list[_Stated], found: _Match | None) -> Chosen | None:
    """Give the first code that names a cause, where no provider means something else by it: the common case.

    A broad code of the server's own is enough where its words, of the same subject, name the cause.
    """
    if found is not None and found.match.rule.scope.remote:
        return None
    for one in stated:
        weakness = _weakness(one, stated)
        if weakness == 0:
            return _by_code(one)
        if weakness == 1 and one.basis == "diagnostic" and one.status[1:] not in _UNREACHED and found is not None and _same_subject(one, found):
            return _by_code(one)
    return None


def _weakness(one: _Stated, stated: list[_Stated]) -> int:
    """Say how little a code tells.

    That the queue gave up (X.4.7) is no cause where the server's own code is known; it is the outcome
    where that code only says that nobody answered.
    """
    if len(stated) > 1 and one.basis == "dsn" and one.status[1:] == _EXPIRED:
        return 0 if stated[0].status[1:] in _UNREACHED else 1
    if len(stated) > 1 and one.basis == "diagnostic" and one.status[1:] in _UNREACHED and stated[-1].status[1:] == _EXPIRED:
        return 1
    return one.status.weakness


def _same_subject(one: _Stated, found: _Match) -> bool:
    status = Status.parse(found.match.rule.status[1])
    return not found.match.rule.generic and status is not None and status.subject == one.status.subject


def _by_code(one: _Stated) -> Chosen:
    return Chosen(
        one.status, reason_of(one.status), one.basis, "stated", one.span, one.place, "a code that names a cause"
    )


def _candidates(  # noqa: PLR0913
    stated: list[_Stated],
    found: _Match | None,
    reply: _Said | None,
    stage: Stage | None,
    facts: Facts,
    class_: int,
    action: Action,
) -> list[Chosen]:
    """Give everything that speaks for some status, in the order of evidence."""
    rows: list[Chosen] = [_by_code(one) for one in stated]
    if found:
        rows.append(_worded(found, class_))
    if facts.silence:
        status = canonical(facts.silence, class_)
        rows.append(Chosen(status, facts.silence, "dialect", "guessed", None, (0, 0), "what the format means by saying nothing"))
    if facts.hops >= 25:
        status = canonical("loop", class_)
        rows.append(
            Chosen(status, "loop", "trace", "inferred", None, (0, 0), f"{facts.hops} hops in the returned message")
        )
    if reply and reply.code:
        by_stage = REPLY_REASONS.get(reply.code, {})
        reason = by_stage.get(stage) or by_stage.get(None) or "undefined"
        place = (reply.reply.start, reply.reply.stop)
        rows.append(
            Chosen(canonical(reason, class_), reason, "reply", "guessed", reply.span, place, "the reply code alone")
        )
    rows.append(
        Chosen(
            Status(4 if action == "delayed" else class_, 0, 0),
            "undefined",
            "action",
            "guessed",
            None,
            (0, 0),
            "the class alone",
        )
    )
    return rows


def _worded(found: _Match, class_: int) -> Chosen:
    rule = found.match.rule
    status = Status.parse(rule.status[0 if class_ == 4 else 1])
    assert status is not None
    basis: Basis = "provider" if rule.scope.remote else "dialect" if rule.scope.dialect else "phrase"
    place = (found.match.start, found.match.stop)
    return Chosen(status, rule.reason, basis, "inferred", found.span, place, f"rule {rule.id}")


def _choose(candidates: list[Chosen]) -> Chosen:
    """Take the first code that names a cause; a broad one only where nothing narrower is known."""
    stated = [row for row in candidates if row.confidence == "stated"]
    worded = next((row for row in candidates if row.confidence == "inferred" and row.basis != "trace"), None)
    best = min(stated, key=lambda row: row.status.weakness, default=None)
    if best is not None and best.status.weakness == 0:
        if worded is None or worded.basis != "provider" or not _belies(worded, best):
            return best
        return worded
    if worded is not None:
        if best is not None and worded.status[1:] == best.status[1:]:
            return best
        if best is None or _narrower(worded, best):
            return worded
        return best
    trace = next((row for row in candidates if row.basis == "trace"), None)
    if trace is not None:
        return trace
    reply = next((row for row in candidates if row.basis == "reply" and row.reason != "undefined"), None)
    if best is not None and best.status.weakness == 1 and best.status.subject:
        return best
    silent = next((row for row in candidates if row.basis == "dialect"), None)
    return reply or silent or best or candidates[-1]


def _belies(worded: Chosen, stated: Chosen) -> bool:
    """Say whether a provider means something else by a registered code than the registry does."""
    return stated.status.registered and stated.reason != worded.reason


def _narrower(worded: Chosen, stated: Chosen) -> bool:
    """Say whether a wording tells more than a broad code."""
    return worded.status.weakness < stated.status.weakness or worded.status.subject != stated.status.subject


def _reason(chosen: Chosen, found: _Match | None) -> tuple[Reason, Advice]:
    """Give reason and advice: the wording's where there is one that says more than nothing."""
    if found is not None:
        rule: Rule = found.match.rule
        if chosen.basis == "dsn" and chosen.reason == "expired" and rule.reason == "network":
            return chosen.reason, REASONS[chosen.reason].advice
        if rule.generic and chosen.confidence == "stated" and not chosen.status.weakness:
            return chosen.reason, REASONS[chosen.reason].advice
        if found.span.kind != "notice" or chosen.status.weakness or chosen.basis != "diagnostic":
            return rule.reason, rule.advice or REASONS[rule.reason].advice
    return chosen.reason, REASONS[chosen.reason].advice


def _tempered(advice: Advice, chosen: Chosen, action: Action, found: _Match | None) -> Advice:
    """Make a transient no into soft, unless the words name the address and the queue gave up over it."""
    if advice != "hard" or chosen.status.class_ == 5:
        return advice
    final = action == "failed" and found is not None and found.match.rule.reason == "bad-mailbox"
    return "hard" if final and chosen.status[1:] != (4, 7) else "soft"


def _reported(stated: list[_Stated], chosen: Chosen) -> str | None:
    """Give what the mail states: the report's Status where the reply's code decided, else the code that says more."""
    codes = {one.basis: str(one.status) for one in stated}
    other = {"diagnostic": "dsn", "dsn": "diagnostic"}.get(chosen.basis)
    if other:
        return codes.get(other) or codes.get(chosen.basis)  # type: ignore[call-overload,no-any-return]
    told = min(stated, key=lambda one: (_weakness(one, stated), one.status.subject == 0), default=None)
    return str(told.status) if told else None


def _diagnostic(case: Case, said: list[_Said]) -> str | None:
    """Give the words of the server: the report's field, else what the notice says of the recipient."""
    own = [span for span in case.spans if span.kind != "notice"]
    for span in own:
        if span.kind == "diagnostic":
            return " ".join(span.text.split())[:MAX_DIAGNOSTIC_CHARS]
    if own:
        return " ".join(own[0].text.split())[:MAX_DIAGNOSTIC_CHARS]
    if said:
        span = said[0].span
        start = max(0, span.text.rfind("\n", 0, said[0].reply.start))
        return " ".join(span.text[start : said[0].reply.stop + 400].split())[:MAX_DIAGNOSTIC_CHARS]
    return None


def _evidence(chosen: Chosen, found: _Match | None) -> tuple[Evidence, ...]:
    """Give the words that decided, with their place in the message; then those that gave the reason."""
    rows = []
    if chosen.span is not None:
        rows.append(place_of(chosen.span, chosen.place))
    if found is not None and (chosen.span is not found.span or chosen.basis in {"diagnostic", "dsn", "reply"}):
        row = place_of(found.span, (found.match.start, found.match.stop))
        if row not in rows:
            rows.append(row)
    return tuple(rows)


def place_of(span: Span, place: tuple[int, int]) -> Evidence:
    """Give the words of a span at a place, and where they stand in the message."""
    what = span.text[place[0] : place[1]]
    assert span.view is not None
    inside = span.view.text.find(what, span.start, span.stop) if what else -1
    if inside >= 0:
        offset, length = span.view.locate(inside, inside + len(what))
    else:  # the words were joined from folded lines: the whole of them is the place
        offset, length = span.view.locate(span.start, span.stop)
    return Evidence(" ".join(what.split()), offset, length)


def _weighed(candidates: list[Chosen], chosen: Chosen) -> tuple[Weighed, ...]:
    rows = []
    for row in candidates:
        rule = row.why.removeprefix("rule ") if row.why.startswith("rule ") else None
        evidence = place_of(row.span, row.place) if row.span else None
        rows.append(Weighed(row.basis, str(row.status), row.reason, rule, _outcome(row, chosen), evidence))
    return tuple(rows)


def _outcome(row: Chosen, chosen: Chosen) -> str:
    if row is chosen:
        return f"decided: {row.why}"
    if row.status == chosen.status:
        return "agrees"
    if row.confidence == "stated" and row.status.weakness:
        return f"lost: {row.status} names no cause, {chosen.basis} does"
    if row.confidence == "stated":
        return f"lost: {chosen.basis} comes first"
    if row.basis in {"reply", "action", "trace"}:
        return f"not needed: {chosen.basis} says more"
    return (
        "gives the reason; the code was stated"
        if chosen.confidence == "stated"
        else f"lost: {chosen.basis} comes first"
    )
