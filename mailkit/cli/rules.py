"""``mailkit rules``: the wordings as data: what there is, whether a file of one's own is sound, what it changes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import mailkit.bounce.rules
from mailkit.bounce.classify import classify
from mailkit.bounce.lint import check_each, lint, sample_context
from mailkit.bounce.matcher import Match, Rule, RuleSet, read_rules, without_marks
from mailkit.bounce.reasons import Reason
from mailkit.bounce.result import Bounce
from mailkit.bounce.rows import read_rows
from mailkit.cli import EXIT_UNREAD, EXIT_USAGE, complain
from mailkit.cli.columns import write_columns
from mailkit.cli.inputs import add_max_bytes, format_of, limits_of
from mailkit.cli.output import write_lines
from mailkit.cli.table import clean
from mailkit.errors import MailkitError
from mailkit.sources.files import read_items

FORMATS = ("table", "jsonl")
SHIPPED = Path(mailkit.bounce.rules.__file__).parent
"""The folder of our own rules: those may be checked as well."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and what it can do."""
    parser = verbs.add_parser(
        "rules",
        help="list the wordings, check a file of your own, see what it changes",
        description="Rules say what a wording means (docs/rules.md). A file of your own is read before ours.",
    )
    parts = parser.add_subparsers(title="what to do", metavar="list|lint|test", required=True)
    listing = parts.add_parser("list", help="list the rules in order", description="List the rules, in order.")
    listing.add_argument("--reason", choices=get_args(Reason), metavar="R", help="only those of a reason")
    listing.add_argument("--lang", metavar="L", help="only those of a language: en, ja, de ...")
    listing.add_argument("--rules", action="append", default=[], metavar="FILE", help="a file of rules, listed first")
    listing.add_argument("--format", choices=FORMATS, help="default: table on a terminal, jsonl elsewhere")
    listing.set_defaults(run=_list)
    linting = parts.add_parser(
        "lint",
        help="check files of rules",
        description="Check files of rules, read in the order given: exit 2 where something is wrong.",
    )
    linting.add_argument("files", nargs="+", metavar="FILE", help="a TOML file of rules")
    linting.set_defaults(run=_lint)
    testing = parts.add_parser(
        "test",
        help="try a file of rules on its samples, and on messages",
        description="Say which rule answers each sample with the file before ours: exit 2 where it is another one. "
        "With --against, say which messages are answered otherwise because of the file.",
    )
    testing.add_argument("file", metavar="FILE", help="a TOML file of rules")
    testing.add_argument(
        "--against", nargs="+", default=[], metavar="MESSAGE", help="messages, mboxes or folders to try it on"
    )
    add_max_bytes(testing)
    testing.set_defaults(run=_test)


def _list(args: argparse.Namespace) -> int:
    """List the rules, in the order in which they are read."""
    rules = RuleSet.from_files(args.rules, before=RuleSet.default()).rules if args.rules else RuleSet.default().rules
    languages = sorted({rule.lang for rule in rules})
    if args.lang not in {None, *languages}:
        message = f"no rule is of the language {args.lang!r}: write one of {', '.join(languages)}"
        raise MailkitError(message)
    kept = [rule for rule in rules if args.reason in {None, rule.reason} and args.lang in {None, rule.lang}]
    if format_of(args, FORMATS[0]) == "jsonl":
        write_lines(kept)
        return 0
    rows = [(rule.id, rule.lang, rule.reason, rule.status[1], _scope(rule), rule.sample) for rule in kept]
    write_columns(("id", "lang", "reason", "status", "where", "sample"), rows)
    return 0


def _scope(rule: Rule) -> str:
    """Say where a rule holds; long lists are cut."""
    scope = rule.scope
    words = [*scope.remote, *(f"by {name}" for name in scope.reporter), *(f"in {name}" for name in scope.dialect)]
    words += [f"at {stage}" for stage in rule.stage]
    words += [f"with {reply}" for reply in rule.reply]
    words += [f"before {scope.before}"] if scope.before else []
    more = f" and {len(words) - 2} more" if len(words) > 2 else ""
    return (", ".join(words[:2]) + more) or ("provider" if rule.provider else "everywhere")


def _lint(args: argparse.Namespace) -> int:
    """Check files; every fault is a line."""
    rows: list[tuple[Rule, str]] = []
    faults = []
    for path in args.files:
        read, wrong = read_rows(path, Rule, "rule", "id")
        faults += wrong
        rows += [(without_marks(rule), path) for rule in read]
    shipped = any(Path(path).resolve().parent == SHIPPED for path in args.files)
    ours = frozenset() if shipped else {rule.id for rule in RuleSet.default().rules}
    faults += lint([rule for rule, _ in rows], [path for _, path in rows], taken=ours)
    for fault in faults:
        complain(str(fault))
    if faults:
        return EXIT_USAGE
    print(f"{len(rows)} rule{'s' * (len(rows) != 1)}, nothing wrong")
    return 0


def _test(args: argparse.Namespace) -> int:
    """Try a file's samples, then messages, with the file before ours."""
    ours = RuleSet.default()
    rules = read_rules(args.file)
    faults = check_each(rules, [args.file] * len(rules), {rule.id for rule in ours.rules})
    if faults:
        raise faults[0]
    both = RuleSet([*rules, *ours.rules], own=len(rules))
    failed = 0
    for rule in rules:
        own = both.match(rule.sample, sample_context(rule))
        before = ours.match(rule.sample, sample_context(rule))
        failed += own is None or own.rule.id != rule.id
        verdict = "ok" if own and own.rule.id == rule.id else "NOT ITS OWN"
        print(clean(f"{rule.id}: {verdict}, {_answer(own)}; without the file {_answer(before)}"))
    if args.against:
        unread = _against(args, ours, both)
        if unread:
            return EXIT_UNREAD
    return EXIT_USAGE if failed else 0


def _answer(match: Match | None) -> str:
    return f"{match.rule.id} answers: {match.rule.status[1]} {match.rule.reason}" if match else "nothing answers"


class _Change(NamedTuple):
    """One recipient whose answer is another with the file."""

    who: str
    before: str
    after: str
    rule: str


def _against(args: argparse.Namespace, ours: RuleSet, both: RuleSet) -> int:
    """Say which messages are answered otherwise; give the number of those that could not be read."""
    unread = total = changed = 0
    for item in read_items(args.against, limits_of(args)):
        if item.error is not None:
            unread += 1
            complain(str(item.error))
        elif item.message is not None:
            total += 1
            changes = list(_changes(classify(item.message, rules=ours), classify(item.message, rules=both)))
            changed += bool(changes)
            for one in changes:
                print(clean(f"{item.name}: {one.who}: {one.before} -> {one.after}{one.rule and f' ({one.rule})'}"))
    print(f"{changed} of {total} message{'s' * (total != 1)} answered otherwise")
    return unread


def _changes(before: Bounce, after: Bounce) -> Iterator[_Change]:
    if before.kind != after.kind:
        yield _Change("kind", before.kind, after.kind, "")
    for old, new in zip(before.recipients, after.recipients, strict=False):
        was, now = (f"{one.status} {one.reason} {one.advice}" for one in (old, new))
        if was != now:
            yield _Change(new.address or "?", was, now, new.rule or "")
        elif old.rule != new.rule:
            yield _Change(new.address or "?", f"{was} by {old.rule}", f"{now} by {new.rule}", "")
