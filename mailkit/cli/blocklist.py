"""``mailkit blocklist``: what the lists that a user names say of addresses and domains, and whether those lists work."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import get_args

from mailkit.cli import EXIT_FOUND, EXIT_USAGE, complain
from mailkit.cli.columns import write_columns
from mailkit.cli.dns import words_of
from mailkit.cli.inputs import format_of
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.resolving import add_lists, add_resolver, lists_of, resolver_of
from mailkit.cli.words import WORDS
from mailkit.dns.blocklist import Health, HealthState, Kind, Listing, ListingState, check_all, kind_of

FORMATS = ("table", "json", "jsonl")
FAIL_ON = tuple(dict.fromkeys((*get_args(ListingState), *get_args(HealthState))))
NO_DEFAULT = (
    "no list was named: add --list ZONE. None is built in: which faults a list counts is its owner's policy, and lists "
    "are closed, sold, refuse those who ask too much, or begin to list everybody"
)
Answers = Iterator[Listing] | Iterator[Health]


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "blocklist",
        help="ask blocklists about addresses or domains, and whether those lists work",
        description="Ask the blocklists that you name (RFC 5782). A list that does not answer, refuses, is dead or lists "
        "everybody never says listed; private and reserved addresses are not asked.",
        epilog="--list and --fail-on may be given several times.",
    )
    parser.add_argument(
        "about", nargs="*", metavar="ADDRESS", help="an address of IPv4 or IPv6, or a domain; - reads them from stdin"
    )
    add_lists(parser)
    parser.add_argument(
        "--health",
        action="store_true",
        help="say of each list whether it works, and ask about nothing else: for the kinds of what is named, or for all",
    )
    add_resolver(parser)
    parser.add_argument("--format", choices=FORMATS, help=f"default: {FORMATS[0]} on a terminal, jsonl elsewhere")
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=FAIL_ON,
        metavar="STATE",
        help="exit 1 where a list says so: " + ", ".join(FAIL_ON),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask all lists about all that was named."""
    if not args.list:
        complain(NO_DEFAULT)
        return EXIT_USAGE
    if not args.about and not args.health:
        complain("nothing was named: give an address or a domain, or --health")
        return EXIT_USAGE
    failed = False

    def watched() -> Answers:
        nonlocal failed
        for one in _health(args) if args.health else _listings(args):
            failed = failed or one.state in args.fail_on or one.why in args.fail_on
            yield one

    write: dict[str, Callable[[Answers], None]] = {
        "table": _write_table,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](watched())
    return EXIT_FOUND if failed else 0


def _listings(args: argparse.Namespace) -> Iterator[Listing]:
    resolver, lists = resolver_of(args), lists_of(args)
    for about in words_of(args.about):
        yield from resolver.run(check_all(lists, about))


def _health(args: argparse.Namespace) -> Iterator[Health]:
    resolver = resolver_of(args)
    kinds: Sequence[Kind] = tuple(dict.fromkeys(map(kind_of, words_of(args.about)))) or get_args(Kind)
    for one in lists_of(args):
        for kind in kinds:
            yield resolver.run(one.health(kind))


def _write_table(answers: Answers) -> None:
    rows = [_row(one) for one in answers]
    write_columns(("about", "list", "state", "codes", "words"), rows)


def _row(one: Listing | Health) -> tuple[str, ...]:
    if isinstance(one, Health):
        words = one.why or WORDS["blocklist: whether it works"][one.state]
        return one.kind, one.zone, one.state, " ".join(one.codes), words
    words = "; ".join(one.texts) or WORDS["blocklist: whether it works"].get(one.why) or one.why
    if one.state == "unasked":
        words = f"not asked: {one.why}"
    return one.about, one.zone, one.state, " ".join(one.codes), words
