"""All rules in one pass over the text.

A rule is a row of a TOML file. It names literals (`any`: one of them is enough; `near`: all of a row,
in order, at most `gap` characters between them), and may add a bounded expression, literals that
forbid it, and the scope in which it holds. One Aho-Corasick pass finds every literal of every rule;
only the rules that were hit are looked at, in order, and the first that holds is the answer. Words
that are negated or stand in a condition are none (see `mailkit.bounce.doubts`).

Literals are written folded (see `mailkit.bounce.fold`): ``@`` for an address, ``~`` for a host, ``#``
for an IP address. A literal begins and ends at a word's border where its own first and last
characters are letters or digits of a script that writes blanks; a ``*`` at its end lifts that.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import ahocorasick
import msgspec

from mailkit.bounce.doubts import doubtful, negated
from mailkit.bounce.fold import Folded, unmarked
from mailkit.bounce.reasons import Advice, Reason


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule holds; each list that is given must have one that fits, and the date."""

    remote: tuple[str, ...] = ()
    """Domains of the server that refused, or of the recipient where no server is named; a parent fits."""
    reporter: tuple[str, ...] = ()
    """Domains of the MTA that wrote the report."""
    dialect: tuple[str, ...] = ()
    """Names of dialects."""
    before: date | None = None
    """The day on which the words changed their meaning; the rule holds for reports of earlier days, and of none."""


_SENTENCE_ENDS = (". ", "! ", "? ", "。", "said:", ": 4", ": 5")
"""What ends a sentence, or begins what a server said: words before and behind say different things."""
_EVERYWHERE = Scope()


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One wording and what it means."""

    id: str
    status: tuple[str, str]
    """The transient and the permanent form, 4.Y.Z and 5.Y.Z (RFC 3463 section 2)."""
    reason: Reason
    source: str
    """Where the wording is documented or was seen."""
    sample: str
    """A reply that the rule answers; it is the rule's test."""
    any: tuple[str, ...] = ()
    near: tuple[tuple[str, ...], ...] = ()
    """Rows of literals, all of a row in order; ``|`` stands between alternatives."""
    gap: int = 40
    """Characters allowed between two literals of a `near` row."""
    regex: str = ""
    """A bounded expression that must be found as well; tried only after a literal."""
    unless: tuple[str, ...] = ()
    """Literals that forbid the rule."""
    scope: Scope = _EVERYWHERE
    provider: bool = False
    """Whether the words are a provider's own, so that they say what its codes mean."""
    stage: tuple[str, ...] = ()
    """SMTP stages at which it holds: connect, helo, mail, rcpt, data."""
    reply: tuple[str, ...] = ()
    """Beginnings of reply codes with which it holds, for example 55 or 450."""
    lang: str = "en"
    advice: Advice | None = None
    """Where it differs from the reason's own."""
    conditional: bool = False
    """Whether the literals may stand in a condition ("if the mailbox is full")."""
    generic: bool = False
    """Whether the wording commits to so little that any code which names a cause says more."""


class Context(msgspec.Struct, frozen=True):
    """What is known about a reply besides its text."""

    remote: str = ""
    domain: str = ""
    reporter: str = ""
    dialect: str = ""
    stage: str = ""
    reply: str = ""
    date: date | None = None
    """The day on which the server spoke, as far as the report tells."""


_NOTHING = Context()
ATTEMPTS = 24
"""Places of its first literal at which a row of `near` is tried."""
REMEMBERED = 4096
"""Texts whose reading is kept; at most 4 KB each."""


class Match(msgspec.Struct, frozen=True):
    """A rule that holds, with the span of the original text that it was found in."""

    rule: Rule
    start: int
    stop: int


_Owner = tuple[int, int, bool]
"""A rule's index, the `near` row that the literal wakes (-1: it is one of `any`), whether a word must end with it."""
Word = tuple[str, bool, tuple[_Owner, ...]]
"""A literal without its mark, whether a word must begin with it, and the rules that it wakes."""
_Place = tuple[int, int, int]
"""The row that was woken, and where its literal stands."""


class RuleSet:
    """Rules in order, compiled; ``RuleSet.default()`` is the shipped set."""

    def __init__(self, rules: Sequence[Rule], own: int = 0, words: Sequence[Word] | None = None) -> None:
        self.rules = tuple(rules)
        words = words_of(self.rules) if words is None else words
        self._automaton = ahocorasick.Automaton()
        for word, bordered, owners in words:
            self._automaton.add_word(word, (len(word), bordered, owners))
        if words:
            self._automaton.make_automaton()
        self._empty = not words
        self._memory: dict[str, tuple[tuple[Rule, int, int], ...]] = {}
        self._own = own
        self._order = {rule.id: index for index, rule in enumerate(self.rules)}

    @staticmethod
    @functools.cache
    def default() -> RuleSet:
        """Give the rules that mailkit ships."""
        folder = importlib.resources.files("mailkit.bounce.rules")
        rules = msgspec.json.decode(folder.joinpath("rules.json").read_bytes(), type=tuple[Rule, ...])
        words = msgspec.json.decode(folder.joinpath("words.json").read_bytes(), type=tuple[Word, ...])
        return RuleSet(rules, words=words)

    @classmethod
    def from_files(cls, paths: Iterable[Path | str], *, before: RuleSet | None = None) -> RuleSet:
        """Read TOML files, earlier ones first; the rules of `before` come after them.

        Raises `RuleError`, which names the file, the key and the cure.
        """
        from mailkit.bounce.lint import lint  # noqa: PLC0415 - only a user's own files need it at run time

        if isinstance(paths, str | Path):
            message = f"from_files() takes several paths, not one: [{str(paths)!r}]"
            raise TypeError(message)
        rows = [(rule, str(path)) for path in paths for rule in read_rules(path)]
        rules = [rule for rule, _ in rows]
        after = before.rules if before else ()
        faults = lint(rules, [path for _, path in rows], taken={rule.id for rule in after})
        if faults:
            raise faults[0]
        return cls([*rules, *after], own=len(rules))

    def is_own(self, rule: Rule) -> bool:
        """Say whether a rule is of a user's file: nothing that is shipped is weighed against it."""
        return self._order[rule.id] < self._own

    def order(self, rule: Rule) -> int:
        """Give a rule's place: lower ones win."""
        return self._order[rule.id]

    def match(self, text: str | Folded, context: Context | None = None) -> Match | None:
        """Find the first rule that holds for a text, or None.

        What a text's wording amounts to is remembered: servers say the same words again and again, and
        folded they are the same.
        """
        if self._empty:
            return None
        folded = text if isinstance(text, Folded) else Folded(text)
        known = self._memory.get(folded.text)
        if known is None:
            known = self.readings(folded.text)
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[folded.text] = known
        context = context or _NOTHING
        for rule, start, stop in known:
            if _in_scope(rule, context):
                return Match(rule, *folded.origin(start, stop))
        return None

    def match_of(self, reason: Reason, text: Folded, context: Context) -> Match | None:
        """Find the first rule of a reason that holds for a text and is not generic, or None."""
        hits = self._hits(text.text)
        for index in sorted(hits):
            rule = self.rules[index]
            if rule.reason == reason and not rule.generic and _in_scope(rule, context):
                span = _holds(rule, text.text, hits[index])
                if span is not None:
                    return Match(rule, *text.origin(*span))
        return None

    def forget(self) -> None:
        """Forget the texts that were met; a benchmark does before each round."""
        self._memory.clear()

    def readings(self, text: str) -> tuple[tuple[Rule, int, int], ...]:
        """Give the rules whose words a folded text has, in order, up to the first that holds everywhere."""
        if self._empty:
            return ()
        hits = self._hits(text)
        found: list[tuple[Rule, int, int]] = []
        for index in sorted(hits):
            rule = self.rules[index]
            span = _holds(rule, text, hits[index])
            if span is not None:
                found.append((rule, *span))
                if holds_everywhere(rule):
                    break
        return tuple(found)

    def _hits(self, text: str) -> dict[int, list[_Place]]:
        """Find every literal at borders of words: rule -> what woke it."""
        hits: dict[int, list[_Place]] = {}
        size = len(text)
        hosts = _end_of_words(text)
        for last, (length, bordered, rows) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if (bordered and start and _spaced(text[start - 1])) or (start > hosts and text[start] != "~"):
                continue
            cut = end < size and _spaced(text[end])
            for index, row, closed in rows:
                if not (closed and cut):
                    if index in hits:
                        hits[index].append((row, start, end))
                    else:
                        hits[index] = [(row, start, end)]
        return hits


def read_rules(path: Path | str) -> tuple[Rule, ...]:
    """Read one TOML file of rules; raises `RuleError`, which names the rule, the key and the cure."""
    from mailkit.bounce.rows import read_rows  # noqa: PLC0415 - the shipped rules are packed

    rules, faults = read_rows(path, Rule, "rule", "id")
    if faults:
        raise faults[0]
    return tuple(map(without_marks, rules))


def without_marks(rule: Rule) -> Rule:
    """Take the diacritics off a rule's literals, as texts are folded; files may write them."""
    rows = {name: tuple(map(unmarked, getattr(rule, name))) for name in ("any", "unless")}
    return msgspec.structs.replace(rule, near=tuple(tuple(map(unmarked, row)) for row in rule.near), **rows)


def words_of(rules: Sequence[Rule]) -> list[Word]:
    """Give all literals with the rules that they wake, as they are looked for in one pass."""
    owners: dict[str, list[_Owner]] = {}
    for index, rule in enumerate(rules):
        for literal, row in triggers(rule):
            word = bare(literal)
            owners.setdefault(word, []).append((index, row, _spaced(word[-1]) and word == literal))
    return [(word, _spaced(word[0]), tuple(rows)) for word, rows in owners.items()]


def triggers(rule: Rule) -> tuple[tuple[str, int], ...]:
    """Give the literals that wake a rule: every one of `any`, and of each row of `near`, with its number, the longest."""
    woken = [(literal, -1) for literal in rule.any]
    for number, row in enumerate(rule.near):
        longest = max(map(alternatives, row), key=lambda ways: min(map(len, ways)), default=())
        woken.extend((literal, number) for literal in longest)
    return tuple(woken)


def alternatives(literal: str) -> tuple[str, ...]:
    """Give the literals of which one is enough, in a row of `near`."""
    return tuple(literal.split("|"))


def bare(literal: str) -> str:
    return literal.removesuffix("*")


def _holds(rule: Rule, text: str, places: list[_Place]) -> tuple[int, int] | None:
    """Say where a rule's words are found in a folded text, or None where they are not."""
    span = None
    tried: set[int] = set()
    for row, start, end in places[:32]:
        if row in tried:
            continue
        if row >= 0:
            tried.add(row)
        found = _find_rows(text, rule.near[row], rule.gap, rule.lang) if row >= 0 else [(start, end)]
        span = next((one for one in found if rule.conditional or not doubtful(text, *one, rule.lang)), None)
        if span:
            break
    if span is None:
        return None
    if rule.regex and not _compiled(rule.regex).search(
        text, 0, len(text) if "~" in rule.regex else _end_of_words(text)
    ):
        return None
    for literal in rule.unless:
        if bare(literal) in text and _find(text, literal, 0, len(text)) is not None:
            return None
    return span


def _find(text: str, literal: str, start: int, stop: int) -> tuple[int, int] | None:
    """Find a literal at borders of words between two places of a text."""
    word = bare(literal)
    at = text.find(word, start, stop)
    if at < 0:  # as it is mostly
        return None
    if word[0] != "~":
        stop = min(stop, _end_of_words(text))
    open_ended = len(word) < len(literal)
    while 0 <= at <= stop - len(word):
        end = at + len(word)
        if (at == 0 or not (_spaced(text[at - 1]) and _spaced(text[at]))) and (
            open_ended or end >= len(text) or not (_spaced(text[end]) and _spaced(text[end - 1]))
        ):
            return at, end
        at = text.find(word, at + 1, stop)
    return None


def _end_of_words(text: str) -> int:
    """Give the place in a folded text behind which only host names stand: there a wording says nothing."""
    place = text.find("\n~")
    return place if place >= 0 else len(text)


def _find_rows(text: str, row: Sequence[str], gap: int, lang: str) -> Iterator[tuple[int, int]]:
    """Find literals in order, at most `gap` characters between two of them, wherever they stand so."""
    begin = 0
    for _ in range(ATTEMPTS):
        first = _find_one(text, row[0], begin, len(text))
        if first is None:
            return
        at: tuple[int, int] | None = first
        for literal in row[1:]:
            assert at is not None
            place = _find_one(text, literal, at[1], gap)
            if place is None or _parted(text[at[1] : place[0]], lang):
                at = None
                break
            at = place
        if at is not None:
            yield first[0], at[1]
        begin = first[1]


def _parted(gap: str, lang: str) -> bool:
    """Say whether the second of two literals is negated, or in another sentence: nouns and verbs of a language are common."""
    return negated(gap, lang) or (lang != "en" and any(end in gap for end in _SENTENCE_ENDS))


def _find_one(text: str, literal: str, start: int, room: int) -> tuple[int, int] | None:
    """Find the first of a literal's alternatives that begins at most so many characters from a place."""
    places = [_find(text, way, start, start + room + len(way)) for way in alternatives(literal)]
    return min((place for place in places if place), key=lambda place: (place[0], -place[1]), default=None)


def _spaced(character: str) -> bool:
    """Say whether a character is a letter or digit of a script that puts blanks between words."""
    return character.isalnum() and not ("\u0e00" <= character <= "\u0eff" or "\u2e80" <= character <= "\u9fff")


def holds_everywhere(rule: Rule) -> bool:
    """Say whether a rule asks for no scope, stage or reply code."""
    return rule.scope is _EVERYWHERE and not rule.stage and not rule.reply


def _in_scope(rule: Rule, context: Context) -> bool:
    if holds_everywhere(rule):
        return True
    scope = rule.scope
    if (rule.reply and not context.reply.startswith(rule.reply)) or (rule.stage and context.stage not in rule.stage):
        return False
    if scope.remote and not any(_within(name, scope.remote) for name in (context.remote, context.domain)):
        return False
    if scope.reporter and not _within(context.reporter, scope.reporter):
        return False
    if scope.before and context.date and context.date >= scope.before:
        return False
    return not scope.dialect or context.dialect in scope.dialect


def _within(name: str, domains: tuple[str, ...]) -> bool:
    name = name.rstrip(".").lower()
    return any(name == domain or name.endswith("." + domain) for domain in domains)


@functools.cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)
