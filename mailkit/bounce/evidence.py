"""What is said about one recipient: replies, codes, wording, stage. Nothing is weighed here."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import msgspec

from mailkit.bounce.extract import Case, Span, remote_of
from mailkit.bounce.fold import Folded
from mailkit.bounce.hops import Way
from mailkit.bounce.matcher import Context, Match, Rule, RuleSet
from mailkit.bounce.reasons import Reason, reason_of
from mailkit.bounce.replies import Reply, best_reply, stage_of
from mailkit.bounce.result import Action, Basis, Stage
from mailkit.status import Status
from mailkit.syntax.address import domain_of

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])", re.ASCII)

OF_THE_RECIPIENT = frozenset(
    {"bad-mailbox", "bad-domain", "bad-syntax", "disabled", "moved", "full", "too-large", "loop"}
)
"""Causes that a code names as surely as words do."""


class Facts(NamedTuple):
    """What is known of the report as a whole."""

    reporter: str = ""
    dialect: str = ""
    action: Action | None = None
    way: Way = Way(None)
    """The trace of the returned message."""
    silence: Reason | None = None
    """What it means where nothing is said of the cause."""
    day: date | None = None
    """When it was written."""


class Said(msgspec.Struct, frozen=True):
    """A reply and the words it stands in."""

    reply: Reply
    span: Span


class Stated(msgspec.Struct, frozen=True):
    """A status that the mail itself states."""

    basis: Basis
    status: Status
    span: Span | None
    place: tuple[int, int]


class Worded(msgspec.Struct, frozen=True):
    """A rule whose words were found, and where."""

    match: Match
    span: Span

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.match.rule


class Heard(msgspec.Struct, frozen=True):
    """All that is said about one recipient."""

    action: Action
    said: tuple[Said, ...]
    """The replies that were quoted, the one that says most first."""
    stage: Stage | None
    stated: tuple[Stated, ...]
    """The codes that the mail states: the reply's first, then the report's."""
    worded: Worded | None
    class_: int
    way: Way
    silence: Reason | None
    borrowed: bool = False
    """Whether the reply names another recipient of the report: then nothing is known of this one's cause."""
    given_up: bool = False
    """Whether the report calls it delayed, and its format tells that it is final."""

    @property
    def reply(self) -> str:
        """The reply code; empty where none was quoted."""
        return self.said[0].reply.code if self.said else ""


def hear(case: Case, facts: Facts, rules: RuleSet) -> Heard:
    """Collect what is said about a recipient."""
    action: Action = case.action or facts.action or "failed"
    said = _said(case)
    stage = _stage(case)
    context = Context(
        remote=remote_of(case),
        domain=domain_of(case.address),
        reporter=facts.reporter,
        dialect=facts.dialect,
        stage=stage or "",
        reply=said[0].reply.code if said else "",
        date=facts.day,
    )
    stated = _stated(case, said)
    return Heard(
        action,
        tuple(said),
        stage,
        stated,
        _spelt_out(case, stated, rules, context) or _wording(case, stated, rules, context),
        _class(stated, said, action, stage),
        facts.way,
        "network" if case.cut_off else facts.silence,
        case.borrowed,
        case.given_up,
    )


def _said(case: Case) -> list[Said]:
    """Give the replies that were quoted: the report's own field first, completed by the notice's words."""
    found: list[Said] = []
    for span in case.spans:
        if span.kind == "notice" and found:
            break
        reply = best_reply(span.text)
        if reply:
            found.append(Said(reply, span))
            if reply.code and _vagueness(reply) == 0:
                break
    if len(found) < 2:
        return found
    first = found[0]
    if first.span.kind == "diagnostic" and first.reply.code:
        if first.reply.enhanced or not any(_is_quoted(one) for one in found[1:]):
            found = [one for one in found if one.reply.code in {first.reply.code, ""}]
        if _vagueness(first.reply) <= 1:
            return found
    return sorted(found, key=lambda one: _vagueness(one.reply))


def _is_quoted(one: Said) -> bool:
    """Say whether a transcript quotes a server with an enhanced code; sendmail makes its own lines of the reply code."""
    start = one.reply.start
    return bool(one.reply.enhanced) and _vagueness(one.reply) < 2 and one.span.text[max(0, start - 4) : start] == "<<< "


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


def _wording(case: Case, stated: tuple[Stated, ...], rules: RuleSet, context: Context) -> Worded | None:
    """Find the rule: the earliest among what is said of the recipient alone, else in the notice."""
    best: Worded | None = None
    for span in case.spans:
        if span.kind == "notice" and best is not None:
            break
        text = Folded(span.text)
        match = rules.match(text, context)
        if match is None:
            continue
        if stated and span is stated[0].span:
            match = _agreeing(match, stated[0], text, rules, context)
        if best is None or rules.order(match.rule) < rules.order(best.rule):
            best = Worded(match, span)
        if not match.rule.generic:
            break
    return best


def _agreeing(match: Match, stated: Stated, text: Folded, rules: RuleSet, context: Context) -> Match:
    """Give the words that say what the server's own code says, where a text has words of two causes.

    "550 5.1.1 no such user; see our anti-spam policy" speaks of a mailbox.
    """
    status, rule, reason = stated.status, match.rule, reason_of(stated.status)
    if status.weakness or rule.provider or rules.is_own(rule):
        return match
    if stated.basis != "diagnostic" or reason not in OF_THE_RECIPIENT:
        return match
    return match if rule.reason == reason else rules.match_of(reason, text, context) or match


def _spelt_out(case: Case, stated: tuple[Stated, ...], rules: RuleSet, context: Context) -> Worded | None:
    """Find the words that the report sets behind its Status, where they and every code that is stated mean the same.

    PowerMTA writes "5.2.1 (mailbox disabled, not accepting messages)" beside a server's "550 5.2.1 User unknown".
    """
    codes = {one.status for one in stated}
    span = next((span for span in case.spans if span.kind == "comment"), None)
    if span is None or len(codes) != 1 or len(stated) < 2 or stated[0].status.weakness:
        return None
    match = rules.match(Folded(span.text), context)
    if match is None or match.rule.generic or match.rule.reason != reason_of(stated[0].status):
        return None
    return Worded(match, span)


def _stated(case: Case, said: list[Said]) -> tuple[Stated, ...]:
    found: list[Stated] = []
    for one in said:
        status = one.reply.status
        if status and status.class_ != 2:
            found.append(Stated("diagnostic", status, one.span, (one.reply.start, one.reply.stop)))
            break
    match = STATUS.search(case.reported)
    status = Status.parse(match[0]) if match else None
    if status and status.class_ != 2:
        found.append(Stated("dsn", status, case.status_span, (0, len(case.reported))))
    return tuple(found)


def _class(stated: tuple[Stated, ...], said: list[Said], action: Action, stage: Stage | None) -> int:
    """Give the class, 4 or 5, for a status that the mail does not state itself."""
    if stage == "connect" and stated:  # a greeting of 554 sends Postfix on to the next host, and is transient
        return stated[-1].status.class_
    if said and said[0].reply.code:
        return int(said[0].reply.code[0])
    if stated:
        return stated[0].status.class_
    return 4 if action == "delayed" else 5
