"""``mailkit classify``: what each message says of a delivery."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from mailkit.bounce.classify import classify
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.origin import Ours
from mailkit.bounce.result import Bounce
from mailkit.cli import table
from mailkit.cli.inputs import add_inputs, format_of, limits_of
from mailkit.cli.output import write_array, write_lines
from mailkit.limits import Limits
from mailkit.sources.files import read_items

FORMATS = ("table", "json", "jsonl")
FAIL_ON = (
    "failure",
    "delay",
    "success",
    "feedback",
    "auto-reply",
    "challenge",
    "receipt",
    "other",
    "hard",
    "soft",
    "block",
)


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "classify",
        help="say for whom delivery failed, with which status and why",
        description="Classify bounces: a table on a terminal, JSON lines in a pipe.",
    )
    add_inputs(parser, "a message, an mbox, a folder or Maildir", FORMATS)
    parser.add_argument(
        "--explain", action="store_true", help="show which words decided, where, and which evidence lost"
    )
    parser.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="a TOML file of rules, read before ours"
    )
    parser.add_argument(
        "--ours",
        action="append",
        default=[],
        metavar="NAME",
        help="a domain or host of ours: a finding tells whether a bounce is about our mail or backscatter",
    )
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=FAIL_ON,
        metavar="WHAT",
        help="exit 1 where a kind or advice is met: " + ", ".join(FAIL_ON),
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour in the table; NO_COLOR is honoured"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Classify all that was named."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD  # noqa: PLC0415

    rules = RuleSet.from_files(map(Path, args.rules), before=RuleSet.default()) if args.rules else None
    reader = _Reader(args.files, rules, limits_of(args), args.ours, explain=args.explain)
    writers: dict[str, Callable[[Iterator[Bounce]], None]] = {
        "jsonl": write_lines,
        "json": write_array,
        "table": lambda bounces: table.write(bounces, explain=args.explain, color=args.color),
    }
    writers[format_of(args, FORMATS[0])](_watched(reader, frozenset(args.fail_on)))
    if reader.unread:
        return EXIT_UNREAD
    return EXIT_FOUND if reader.met else 0


class _Reader:
    """Gives the answers; says on stderr what could not be read, and counts it."""

    def __init__(
        self, names: list[str], rules: RuleSet | None, limits: Limits, ours: list[str], *, explain: bool
    ) -> None:
        self.names, self.rules, self.limits, self.explain = names, rules, limits, explain
        self.ours = Ours(domains=tuple(ours), hosts=tuple(ours)) if ours else None
        self.unread = 0
        self.met = False

    def __iter__(self) -> Iterator[Bounce]:
        from mailkit.cli import complain  # noqa: PLC0415

        for item in read_items(self.names, self.limits):
            if item.error is not None:
                self.unread += 1
                complain(str(item.error))
                continue
            if item.note:
                complain(f"{item.name}: {item.note}")
            if item.message is not None:
                yield classify(item.message, rules=self.rules, source=item.name, explain=self.explain, ours=self.ours)


def _watched(reader: _Reader, wanted: frozenset[str]) -> Iterator[Bounce]:
    for bounce in reader:
        if bounce.kind in wanted or any(recipient.advice in wanted for recipient in bounce.recipients):
            reader.met = True
        yield bounce
