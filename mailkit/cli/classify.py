"""``mailkit classify``: what each message says of a delivery."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mailkit.bounce.classify import classify
from mailkit.bounce.dialects import DIALECTS, load_dialects
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.origin import Ours
from mailkit.bounce.result import Bounce
from mailkit.bounce.vocabularies import VOCABULARIES, export_names
from mailkit.cli import EXIT_FOUND, EXIT_UNREAD, complain, table
from mailkit.cli.inputs import REPEATED, add_inputs, add_own, format_of, limits_of
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.resolving import TOTAL_SECONDS, add_resolver, resolver_of
from mailkit.errors import MailkitError
from mailkit.message import Message
from mailkit.sources.files import read_items

if TYPE_CHECKING:
    from mailkit.sinks.kept import Folder

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
        epilog=REPEATED,
    )
    add_inputs(parser, "a message, an mbox, a folder or Maildir", FORMATS)
    parser.add_argument(
        "--explain", action="store_true", help="show which words decided, where, and which evidence lost"
    )
    _add_own(parser)
    parser.add_argument(
        "--dns",
        action="store_true",
        help="add findings: does the DNS bear out today what a bounce says of a domain?",
    )
    add_resolver(parser, "dns-")
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


def _add_own(parser: argparse.ArgumentParser) -> None:
    """Declare what a user brings of his own, and what he wants besides the answers."""
    add_own(parser)
    parser.add_argument(
        "--names",
        action="append",
        default=[],
        choices=(*VOCABULARIES, "all"),
        metavar="WHOSE",
        help="in JSON, what others call each outcome: " + ", ".join((*VOCABULARIES, "all")),
    )
    parser.add_argument(
        "--unrecognised",
        metavar="FOLDER",
        help="copy there what lacks a dialect, an address or a reason; index.jsonl says why",
    )


def run(args: argparse.Namespace) -> int:
    """Classify all that was named."""
    style = format_of(args, "jsonl" if args.names else FORMATS[0])
    if args.names and style == "table":
        message = "--names are written in JSON: add --format jsonl or json"
        raise MailkitError(message)
    reader = _Reader(args)
    writers: dict[str, Callable[[Iterator[Bounce]], None]] = {
        "jsonl": write_lines,
        "json": write_array,
        "table": lambda bounces: table.write(bounces, explain=args.explain, color=args.color),
    }
    writers[style](_watched(reader, frozenset(args.fail_on)))
    if reader.folder is not None:
        kept = reader.folder.kept
        complain(f"{kept} message{'s' * (kept != 1)} kept in {args.unrecognised}")
    if reader.unread:
        return EXIT_UNREAD
    return EXIT_FOUND if reader.met else 0


def _folder(name: str, inputs: list[str]) -> Folder:
    """Open the folder of copies."""
    from mailkit.sinks.kept import Folder  # noqa: PLC0415 - few keep

    return Folder(Path(name), inputs)


class _Reader:
    """Gives the answers; says on stderr what could not be read, and counts it."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.names, self.limits, self.explain = args.files, limits_of(args), args.explain
        self.rules = RuleSet.from_files(args.rules, before=RuleSet.default()) if args.rules else None
        own = [row for path in args.dialects for row in load_dialects(path)]
        self.dialects = (*own, *DIALECTS)
        self.vocabularies = tuple(VOCABULARIES) if "all" in args.names else tuple(args.names)
        self.folder = _folder(args.unrecognised, args.files) if args.unrecognised else None
        self.ours = Ours(domains=tuple(args.ours), hosts=tuple(args.ours)) if args.ours else None
        self.check = _checker(args)
        self.unread = 0
        self.met = False

    def __iter__(self) -> Iterator[Bounce]:
        for item in read_items(self.names, self.limits):
            if item.error is not None:
                self.unread += 1
                complain(str(item.error))
                continue
            if item.note:
                complain(f"{item.name}: {item.note}")
            if item.message is not None:
                yield self._answer(item.name, item.message)

    def _answer(self, name: str, message: Message) -> Bounce:
        bounce = self.check(
            classify(
                message,
                rules=self.rules,
                dialects=self.dialects,
                source=name,
                explain=self.explain,
                ours=self.ours,
            )
        )
        if self.folder is not None:
            self.folder.keep_unrecognised(message, bounce)
        if not self.vocabularies:
            return bounce
        named = [replace(one, names=export_names(one, self.vocabularies)) for one in bounce.recipients]
        return replace(bounce, recipients=tuple(named))


def _checker(args: argparse.Namespace) -> Callable[[Bounce], Bounce]:
    """Give what adds the answers of the DNS, if they are wanted."""
    if not args.dns:
        if args.server or args.timeout != TOTAL_SECONDS:
            message = "--dns-server and --dns-timeout are for --dns: add it"
            raise MailkitError(message)
        return lambda bounce: bounce
    from mailkit.dns.confirm import confirm  # noqa: PLC0415 - dnspython is loaded only when DNS is asked

    resolver = resolver_of(args)
    return lambda bounce: replace(bounce, findings=bounce.findings + resolver.run(confirm(bounce, me=args.ours)))


def _watched(reader: _Reader, wanted: frozenset[str]) -> Iterator[Bounce]:
    for bounce in reader:
        if bounce.kind in wanted or any(recipient.advice in wanted for recipient in bounce.recipients):
            reader.met = True
        yield bounce
