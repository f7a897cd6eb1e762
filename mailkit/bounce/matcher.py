"""All rules in one pass over the text.

A rule is a row of a TOML file. It names literals (`any`: one of them is enough; `near`: all of a row,
in order, at most `gap` characters between them), and may add a bounded expression, literals that
forbid it, and the scope in which it holds. One Aho-Corasick pass finds every literal of every rule;
only the rules that were hit are looked at, in order, and the first that holds is the answer.

Literals are written folded (see `mailkit.bounce.fold`): ``@`` for an address, ``~`` for a host, ``#``
for an IP address. A literal begins and ends at a word's border where its own first and last
characters are letters or digits of a script that writes blanks; a ``*`` at its end lifts that.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import ahocorasick
import msgspec

from mailkit.bounce.fold import Folded
from mailkit.bounce.reasons import Advice, Reason
from mailkit.errors import RuleError

_CONDITION = re.compile(r"\b(?:if|whether|unless|in case)\b[^.;:!?\n]{0,60}$")
_NEGATION = re.compile(r"\b(?:not|never|isn't|is not an?)\s$")


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule holds; each list that is given must have one that fits."""

    remote: tuple[str, ...] = ()
    """Domains of the server that refused, or of the recipient where no server is named; a parent fits."""
    reporter: tuple[str, ...] = ()
    """Domains of the MTA that wrote the report."""
    dialect: tuple[str, ...] = ()
    """Names of dialects."""


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


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One TOML file."""

    rule: tuple[Rule, ...]
    about: str = ""


class Context(msgspec.Struct, frozen=True):
    """What is known about a reply besides its text."""

    remote: str = ""
    domain: str = ""
    reporter: str = ""
    dialect: str = ""
    stage: str = ""
    reply: str = ""


_NOTHING = Context()
REMEMBERED = 4096
"""Texts whose reading is kept; at most 4 KB each."""


class Match(msgspec.Struct, frozen=True):
    """A rule that holds, with the span of the original text that it was found in."""

    rule: Rule
    start: int
    stop: int


_Owner = tuple[int, int, bool]
"""A rule's index, the `near` row that the literal wakes (-1: it is one of `any`), whether a word must end with it."""
_Place = tuple[int, int, int]
"""The row that was woken, and where its literal stands."""


class RuleSet:
    """Rules in order, compiled; ``RuleSet.default()`` is the shipped set."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        owners: dict[str, list[_Owner]] = {}
        for index, rule in enumerate(self.rules):
            for literal, row in triggers(rule):
                word = bare(literal)
                owners.setdefault(word, []).append((index, row, _spaced(word[-1]) and word == literal))
        self._automaton = ahocorasick.Automaton()
        for literal, rows in owners.items():
            self._automaton.add_word(literal, (len(literal), _spaced(literal[0]), tuple(rows)))
        if owners:
            self._automaton.make_automaton()
        self._empty = not owners
        self._memory: dict[str, tuple[tuple[Rule, int, int], ...]] = {}
        self._order = {rule.id: index for index, rule in enumerate(self.rules)}

    @staticmethod
    @functools.cache
    def default() -> RuleSet:
        """Give the rules that mailkit ships."""
        packed = importlib.resources.files("mailkit.bounce.rules").joinpath("rules.json").read_bytes()
        return RuleSet(msgspec.json.decode(packed, type=tuple[Rule, ...]))

    @classmethod
    def from_files(cls, paths: Iterable[Path | str], *, before: RuleSet | None = None) -> RuleSet:
        """Read TOML files, earlier ones first; the rules of `before` come after them.

        Raises `RuleError`, which names the file, the key and the cure.
        """
        from mailkit.bounce.lint import lint  # noqa: PLC0415 - only a user's own files need it at run time

        rules: list[Rule] = []
        for path in paths:
            read = read_rules(Path(path))
            faults = lint(read, str(path))
            if faults:
                raise faults[0]
            rules.extend(read)
        return cls(rules + list(before.rules if before else ()))

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
            known = self._readings(folded.text)
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[folded.text] = known
        context = context or _NOTHING
        for rule, start, stop in known:
            if _in_scope(rule, context):
                return Match(rule, *folded.origin(start, stop))
        return None

    def forget(self) -> None:
        """Forget the texts that were met; a benchmark does before each round."""
        self._memory.clear()

    def _readings(self, text: str) -> tuple[tuple[Rule, int, int], ...]:
        """Give the rules whose words a folded text has, in order, up to the first that holds everywhere."""
        hits = self._hits(text)
        found: list[tuple[Rule, int, int]] = []
        for index in sorted(hits):
            rule = self.rules[index]
            span = _holds(rule, text, hits[index])
            if span is not None:
                found.append((rule, *span))
                if _everywhere(rule):
                    break
        return tuple(found)

    def _hits(self, text: str) -> dict[int, list[_Place]]:
        """Find every literal at borders of words: rule -> what woke it."""
        hits: dict[int, list[_Place]] = {}
        size = len(text)
        for last, (length, bordered, rows) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if bordered and start and _spaced(text[start - 1]):
                continue
            cut = end < size and _spaced(text[end])
            for index, row, closed in rows:
                if not (closed and cut):
                    if index in hits:
                        hits[index].append((row, start, end))
                    else:
                        hits[index] = [(row, start, end)]
        return hits


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Read one TOML file of rules; raises `RuleError`."""
    import tomllib  # noqa: PLC0415 - the shipped rules are packed; only files of one's own are TOML

    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), RuleFile).rule
    except OSError as error:
        raise RuleError(str(path), "", f"cannot be read ({error.strerror}); check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(str(path), "", f"is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise RuleError(str(path), "", f"{error}; see docs/rules.md for the keys of a rule") from error


def triggers(rule: Rule) -> tuple[tuple[str, int], ...]:
    """Give the literals that wake a rule: every one of `any`, the longest of each row of `near`, with its number."""
    longest = [(max(row, key=len), number) for number, row in enumerate(rule.near) if row]
    return (*((literal, -1) for literal in rule.any), *longest)


def bare(literal: str) -> str:
    return literal.removesuffix("*")


def _holds(rule: Rule, text: str, places: list[_Place]) -> tuple[int, int] | None:
    """Say where a rule's words are found in a folded text, or None where they are not."""
    span = None
    tried: set[int] = set()
    for row, start, end in places[:32]:
        if row < 0:
            found: tuple[int, int] | None = (start, end)
        elif row in tried:
            continue
        else:
            tried.add(row)
            found = _find_row(text, rule.near[row], rule.gap)
        if found and (rule.conditional or not _doubtful(text, found[0])):
            span = found
            break
    if span is None or (rule.regex and not _compiled(rule.regex).search(text)):
        return None
    for literal in rule.unless:
        if bare(literal) in text and _find(text, literal, 0, len(text)) is not None:
            return None
    return span


def _doubtful(text: str, start: int) -> bool:
    before = text[max(0, start - 80) : start]
    return bool(_NEGATION.search(before) or _CONDITION.search(before))


def _find(text: str, literal: str, start: int, stop: int) -> tuple[int, int] | None:
    """Find a literal at borders of words between two places of a text."""
    word = bare(literal)
    open_ended = word is not literal and len(word) < len(literal)
    at = text.find(word, start, stop)
    while at >= 0:
        end = at + len(word)
        if (at == 0 or not (_spaced(text[at - 1]) and _spaced(text[at]))) and (
            open_ended or end >= len(text) or not (_spaced(text[end]) and _spaced(text[end - 1]))
        ):
            return at, end
        at = text.find(word, at + 1, stop)
    return None


def _find_row(text: str, row: Sequence[str], gap: int) -> tuple[int, int] | None:
    """Find literals in order, at most `gap` characters between two of them."""
    begin = 0
    for _ in range(8):
        first = _find(text, row[0], begin, len(text))
        if first is None:
            return None
        at: tuple[int, int] | None = first
        for literal in row[1:]:
            assert at is not None
            place = _find(text, literal, at[1], at[1] + gap + len(literal))
            if place is None or _NEGATION.search(text[at[1] : place[0]]):
                at = None
                break
            at = place
        if at is not None:
            return first[0], at[1]
        begin = first[1]
    return None


def _spaced(character: str) -> bool:
    """Say whether a character is a letter or digit of a script that puts blanks between words."""
    return character.isalnum() and not ("\u0e00" <= character <= "\u0eff" or "\u2e80" <= character <= "\u9fff")


def _everywhere(rule: Rule) -> bool:
    return rule.scope is _EVERYWHERE and not rule.stage and not rule.reply


def _in_scope(rule: Rule, context: Context) -> bool:
    if _everywhere(rule):
        return True
    scope = rule.scope
    if rule.reply and not context.reply.startswith(rule.reply):
        return False
    if rule.stage and context.stage not in rule.stage:
        return False
    if scope.remote and not any(_within(name, scope.remote) for name in (context.remote, context.domain)):
        return False
    if scope.reporter and not _within(context.reporter, scope.reporter):
        return False
    return not scope.dialect or context.dialect in scope.dialect


def _within(name: str, domains: tuple[str, ...]) -> bool:
    name = name.rstrip(".").lower()
    return any(name == domain or name.endswith("." + domain) for domain in domains)


@functools.cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)
