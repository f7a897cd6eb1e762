"""What a rule must be before it is read: bounded, folded, sourced, in reach, and the one that answers its own sample."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from mailkit.bounce import bounded
from mailkit.bounce.fold import fold_literal, unmarked
from mailkit.bounce.matcher import Context, Rule, RuleSet, alternatives, bare, holds_everywhere, triggers
from mailkit.bounce.reasons import REASONS
from mailkit.errors import RuleError
from mailkit.status import Status

MAX_GAP = 400
"""Characters between two literals of a `near` row; more would join what two sentences say."""


def lint(
    rules: Sequence[Rule],
    where: str | Sequence[str] = "rules",
    *,
    taken: Container[str] = frozenset(),
) -> list[RuleError]:
    """Check rules: ids, patterns, codes, and that each one answers its own sample when all are read in order.

    `where` is the file of all rules, or of each; `taken` are ids of rules that are read after them.
    """
    files = [where] * len(rules) if isinstance(where, str) else where
    faults = check_each(rules, files, taken)
    if faults:
        return faults
    order = _Order(rules)
    named = zip(rules, files, strict=True)
    return [RuleError(file, rule.id, what) for rule, file in named for what in order.faults(rule)]


def check_each(rules: Sequence[Rule], files: Sequence[str], taken: Container[str] = frozenset()) -> list[RuleError]:
    """Check each rule by itself, and that no id stands twice."""
    faults: list[RuleError] = []
    seen: dict[str, str] = {}
    for rule, file in zip(rules, files, strict=True):
        faults.extend(RuleError(file, rule.id, what) for what in _faults(rule))
        if rule.id in seen:
            faults.append(RuleError(file, rule.id, f"the id stands twice, first in {seen[rule.id]}: give another"))
        elif rule.id in taken:
            faults.append(RuleError(file, rule.id, "the id is that of a rule of ours: give another"))
        seen.setdefault(rule.id, file)
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


def _faults(rule: Rule) -> Iterator[str]:
    """Say what is wrong with a rule by itself."""
    if not rule.id.strip():
        yield "the id is empty: give one, for example acme.full"
    if not triggers(rule):
        yield "has no literal: give `any` or `near`"
    if not 0 <= rule.gap <= MAX_GAP:
        yield f"gap {rule.gap} is not within 0 and {MAX_GAP}"
    yield from _literal_faults(rule)
    if rule.regex:
        yield from bounded.faults(rule.regex)
    for class_, code in zip("45", rule.status, strict=True):
        if not code.startswith(class_) or Status.parse(code) is None:
            yield f"status {code!r} is no {class_}.Y.Z: write the transient and the permanent form, 4.Y.Z and 5.Y.Z"
    if rule.reason not in REASONS:
        yield f"reason {rule.reason!r} is unknown"
    for key in ("source", "sample"):
        if not getattr(rule, key).strip():
            yield f"the {key} is empty: a rule needs a source and a sample"


def _literal_faults(rule: Rule) -> Iterator[str]:
    for literal in (*rule.any, *rule.unless, *(word for row in rule.near for one in row for word in alternatives(one))):
        if fold_literal(literal) != unmarked(literal):
            yield f"{literal!r} is not folded: write {fold_literal(literal)!r}"
        if len(bare(literal).strip()) < 2:
            yield f"{literal!r} is too short to mean anything; write at least two characters"


class _Order:
    """Rules in their order, to see which of them, and which of their words, an earlier one leaves nothing to do."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = RuleSet(rules)
        plain = [rule for rule in rules if holds_everywhere(rule) and not rule.regex and not rule.unless]
        self.plain = RuleSet(plain)  # these win wherever their words stand

    def faults(self, rule: Rule) -> Iterator[str]:
        winner = self.rules.match(rule.sample, sample_context(rule))
        if winner is None:
            yield f"does not answer its own sample {rule.sample!r}: one of its literals must stand in it"
        elif winner.rule.id != rule.id:
            yield f"its sample is answered by {winner.rule.id}, which stands before it: move one of them, or scope it"
        for literal in (*rule.any, *(word for row in rule.near for one in row for word in alternatives(one))):
            earlier = self._winner(rule, literal)
            if earlier is not None:
                yield (
                    f"{literal!r} can never win: {earlier.id}, which stands before it, has a part of it and holds "
                    "everywhere; take the literal out or move the rule"
                )

    def _winner(self, rule: Rule, literal: str) -> Rule | None:
        """Give the earlier rule that holds wherever a literal of this one stands."""
        word = unmarked(bare(literal))
        texts = [word] if bare(literal) == literal else [word, f"{word}x"]  # with a star the word may go on
        found = [next((row[0] for row in self.plain.readings(text)), rule) for text in texts]
        if any(self.rules.order(winner) >= self.rules.order(rule) for winner in found):
            return None
        first = found[0]
        if first.lang != rule.lang and (first.reason, first.status, first.advice) == (
            rule.reason,
            rule.status,
            rule.advice,
        ):
            return None  # a word that languages share
        # A rule that may stand in a condition holds where the earlier one does not.
        return first if first.conditional or not rule.conditional else None
