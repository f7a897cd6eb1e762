"""What a rule must be before it is read: bounded, folded, sourced, and the one that answers its own sample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mailkit.bounce.fold import fold_literal
from mailkit.bounce.matcher import Context, Rule, RuleSet, bare, triggers
from mailkit.bounce.reasons import REASONS
from mailkit.errors import RuleError
from mailkit.status import Status

_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\})")


def lint(rules: Sequence[Rule], where: str = "rules") -> list[RuleError]:
    """Check rules: ids, patterns, codes, and that each one answers its own sample when all are read in order."""
    faults: list[RuleError] = []
    seen: set[str] = set()
    for rule in rules:
        faults.extend(RuleError(where, rule.id, what) for what in _faults(rule, seen))
        seen.add(rule.id)
    if faults:
        return faults
    ruleset = RuleSet(rules)
    for rule in rules:
        winner = ruleset.match(rule.sample, sample_context(rule))
        if winner is None:
            faults.append(RuleError(where, rule.id, f"does not answer its own sample {rule.sample!r}"))
        elif winner.rule.id != rule.id:
            faults.append(RuleError(where, rule.id, f"its sample is answered by {winner.rule.id}: move one of them"))
    return faults


def sample_context(rule: Rule) -> Context:
    """Give the context in which a rule's sample is tried: its own scope."""
    first = [(row[0] if row else "") for row in (rule.scope.remote, rule.scope.reporter, rule.scope.dialect)]
    return Context(
        remote=first[0],
        reporter=first[1],
        dialect=first[2],
        stage=rule.stage[0] if rule.stage else "",
        reply=rule.reply[0] if rule.reply else "",
    )


def _faults(rule: Rule, seen: set[str]) -> Iterable[str]:
    if rule.id in seen:
        yield "the id stands twice"
    if not triggers(rule):
        yield "has no literal: give `any` or `near`"
    yield from _literal_faults(rule)
    if rule.regex:
        yield from _regex_faults(rule.regex)
    for class_, code in zip("45", rule.status, strict=True):
        if not code.startswith(class_) or Status.parse(code) is None:
            yield f"status {code!r} is no {class_}.Y.Z"
    if rule.reason not in REASONS:
        yield f"reason {rule.reason!r} is unknown"
    if not (rule.source and rule.sample):
        yield "needs a source and a sample"


def _literal_faults(rule: Rule) -> Iterable[str]:
    for literal in (*rule.any, *rule.unless, *(word for row in rule.near for word in row)):
        if fold_literal(literal) != literal:
            yield f"{literal!r} is not folded: write {fold_literal(literal)!r}"
        if len(bare(literal).strip()) < 2:
            yield f"{literal!r} is too short to mean anything; write at least two characters"


def _regex_faults(regex: str) -> Iterable[str]:
    if _UNBOUNDED.search(re.sub(r"\[[^\]]*\]", "x", regex)):
        yield f"{regex!r} is unbounded: write {{0,40}} for * and {{1,40}} for +"
    try:
        re.compile(regex)
    except re.error as error:
        yield f"{regex!r} is no expression: {error}"
