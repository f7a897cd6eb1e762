"""Evidence weighed in order: the first that says enough decides the status.

1. an enhanced code in the server's own reply; 2. the report's Status, unless it says nothing;
3. what a provider means by its codes and texts; 4. wording; 5. the trace of the returned message;
6. the reply code and the stage; 7. the class alone. A wording beats a code that is broad (X.0.0,
X.1.0, X.5.0, X.7.1); the reason is the wording's where there is one.
"""

from __future__ import annotations

import msgspec

from mailkit.bounce.evidence import Heard, Stated, Worded
from mailkit.bounce.extract import Span
from mailkit.bounce.reasons import REASONS, Advice, Reason, canonical, reason_of
from mailkit.bounce.result import Basis, Confidence, Stage
from mailkit.status import Status

REPLY_REASONS: dict[str, dict[Stage | None, Reason]] = {
    "421": {None: "network", "connect": "blocked"},
    "450": {None: "system", "rcpt": "greylisted"},
    "451": {None: "system"},
    "452": {None: "system", "rcpt": "full"},
    "454": {None: "system"},
    "471": {None: "content"},
    "500": {None: "protocol"},
    "501": {None: "protocol", "rcpt": "bad-syntax", "mail": "bad-sender", "helo": "policy"},
    "502": {None: "protocol"},
    "503": {None: "protocol"},
    "504": {None: "protocol", "helo": "policy"},
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

_EXPIRED = (4, 7)
_UNREACHED = frozenset({(4, 1), (4, 2)})
_NOWHERE = (0, 0)


class Ground(msgspec.Struct, frozen=True):
    """A status, and what speaks for it."""

    status: Status
    reason: Reason
    basis: Basis
    confidence: Confidence
    span: Span | None
    place: tuple[int, int]
    why: str


def weigh(heard: Heard) -> Ground:
    """Decide the status."""
    ground = _by_class(heard) if heard.borrowed else _decide(heard)
    if heard.given_up and ground.basis not in {"diagnostic", "reply"} and ground.status.class_ == 4:
        why = "calls itself delayed, and its format tells that the queue has given up"
        basis = ground.basis if ground.confidence == "inferred" else "dialect"
        return msgspec.structs.replace(ground, status=ground.status._replace(class_=5), basis=basis, why=why)
    return ground


def _decide(heard: Heard) -> Ground:
    stated, worded = heard.stated, heard.worded
    best, weakness = _strongest(stated)
    if worded is not None:
        return _against_words(heard, best, weakness, worded)
    if best is not None and weakness == 0:
        return _by_code(best)
    if heard.way.circle:
        return _by_trace(heard)
    if best is not None and weakness == 1 and best.status.subject:
        return _by_code(best)
    return _by_reply(heard) or _by_silence(heard) or (_by_code(best) if best else _by_class(heard))


def _strongest(stated: tuple[Stated, ...]) -> tuple[Stated | None, int]:
    """Give the code that says most, the server's before the report's, and how little it says."""
    best, least = None, 3
    for one in stated:
        weakness = _weakness(one, stated)
        if weakness < least:
            best, least = one, weakness
    return best, least


def _against_words(heard: Heard, best: Stated | None, weakness: int, worded: Worded) -> Ground:
    """Decide between a code that is stated and a wording."""
    by_words = _by_words(worded, heard.class_)
    if best is None:
        return by_words
    reason = reason_of(best.status)
    if by_words.basis == "provider" and best.status.registered and reason != worded.rule.reason:
        return by_words  # the provider means something else by the code than the registry does
    if weakness == 0:
        return _by_code(best)
    own = heard.stated[0]
    if (
        own.basis == "diagnostic"
        and _weakness(own, heard.stated) == 1
        and _fits(own, by_words)
        and not worded.rule.generic
    ):
        return _by_code(own)  # a broad code of the server's own, and words that name the cause
    if by_words.status[1:] == best.status[1:]:
        return _by_code(best)
    narrower = by_words.status.weakness < weakness or by_words.status.subject != best.status.subject
    return by_words if narrower else _by_code(best)


def _fits(one: Stated, by_words: Ground) -> bool:
    return one.status.subject == by_words.status.subject and one.status[1:] not in _UNREACHED


def _weakness(one: Stated, stated: tuple[Stated, ...]) -> int:
    """Say how little a code tells: 0 names a cause.

    That the queue gave up (X.4.7) is no cause where the server's own code is known; it is the outcome
    where that code only says that nobody answered.
    """
    if len(stated) == 2 and stated[1].status[1:] == _EXPIRED != stated[0].status[1:]:
        unreached = stated[0].status[1:] in _UNREACHED
        if one is stated[1]:
            return int(not unreached)
        if unreached:
            return 1
    return one.status.weakness


def grounds(heard: Heard) -> list[Ground]:
    """Give everything that speaks for some status, in the order of evidence."""
    rows = [_by_code(one) for one in heard.stated]
    if heard.worded:
        rows.append(_by_words(heard.worded, heard.class_))
    if heard.way.circle:
        rows.append(_by_trace(heard))
    rows.extend(row for row in (_by_reply(heard), _by_silence(heard)) if row is not None)
    rows.append(_by_class(heard))
    return rows


def _by_code(one: Stated) -> Ground:
    why = "names a cause" if one.status.weakness == 0 else "is broad, and nothing says more"
    return Ground(one.status, reason_of(one.status), one.basis, "stated", one.span, one.place, why)


def _by_words(worded: Worded, class_: int) -> Ground:
    rule = worded.rule
    status = Status.parse(rule.status[0 if class_ == 4 else 1])
    assert status is not None
    basis: Basis = "provider" if rule.provider or rule.scope.remote else "dialect" if rule.scope.dialect else "phrase"
    place = (worded.match.start, worded.match.stop)
    return Ground(status, rule.reason, basis, "inferred", worded.span, place, f"rule {rule.id}")


def _by_trace(heard: Heard) -> Ground:
    return Ground(canonical("loop", heard.class_), "loop", "trace", "inferred", None, _NOWHERE, heard.way.circle)


def _by_reply(heard: Heard) -> Ground | None:
    by_stage = REPLY_REASONS.get(heard.reply)
    if by_stage is None:
        return None
    reason = by_stage.get(heard.stage) or by_stage.get(None) or "undefined"
    said = heard.said[0]
    place = (said.reply.start, said.reply.stop)
    return Ground(canonical(reason, heard.class_), reason, "reply", "guessed", said.span, place, "the reply code alone")


def _by_silence(heard: Heard) -> Ground | None:
    if heard.silence is None:
        return None
    status = canonical(heard.silence, heard.class_)
    return Ground(
        status, heard.silence, "dialect", "guessed", None, _NOWHERE, "the format quotes every reply, and quotes none"
    )


def _by_class(heard: Heard) -> Ground:
    class_ = 4 if heard.action == "delayed" else heard.class_
    return Ground(Status(class_, 0, 0), "undefined", "action", "guessed", None, _NOWHERE, "the class alone")


def reason_and_advice(heard: Heard, ground: Ground) -> tuple[Reason, Advice]:
    """Give the wording's reason where there is one that says more than the code, else the code's; and what to do."""
    reason, advice = ground.reason, REASONS[ground.reason].advice
    worded = None if heard.borrowed else heard.worded
    if worded is not None and _explains(worded, ground):
        reason, advice = worded.rule.reason, worded.rule.advice or REASONS[worded.rule.reason].advice
    if advice != "hard" or ground.status.class_ == 5:
        return reason, advice
    # A transient no may heal, unless the words name the address and the queue gave up over it.
    final = (
        heard.action == "failed" and reason == "bad-mailbox" and worded is not None and ground.status[1:] != _EXPIRED
    )
    return reason, "hard" if final else "soft"


def _explains(worded: Worded, ground: Ground) -> bool:
    """Say whether a wording gives the reason though it may not have decided the status."""
    rule = worded.rule
    if ground.basis == "dsn" and ground.reason == "expired" and rule.reason == "network":
        return False
    names_cause = ground.confidence == "stated" and not ground.status.weakness
    if names_cause and (rule.generic or worded.span.kind == "notice") and ground.basis in {"diagnostic", "dsn"}:
        return not rule.generic and ground.basis != "diagnostic"
    return True


def reported(heard: Heard, ground: Ground) -> str | None:
    """Give what the mail states: the other of its two codes where one decided, else the one that says more."""
    codes = {one.basis: str(one.status) for one in heard.stated}
    if ground.basis == "diagnostic":
        return codes.get("dsn") or codes["diagnostic"]
    if ground.basis == "dsn":
        return codes.get("diagnostic") or codes["dsn"]
    told = min(heard.stated, key=lambda one: (_weakness(one, heard.stated), one.status.subject == 0), default=None)
    return str(told.status) if told else None


def outcome(row: Ground, ground: Ground) -> str:
    """Say what became of a piece of evidence."""
    if row == ground:
        return f"decided: {row.why}"
    if row.status == ground.status:
        return "agrees"
    if row.confidence == "stated" and row.status.weakness:
        return f"lost: {row.status} names no cause, {ground.basis} does"
    if row.confidence == "stated":
        return f"lost: {ground.basis} comes first"
    if row.confidence == "guessed":
        return f"not needed: {ground.basis} says more"
    return (
        "gives the reason; the code is stated" if ground.confidence == "stated" else f"lost: {ground.basis} comes first"
    )
