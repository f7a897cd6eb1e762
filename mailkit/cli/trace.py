"""``mailkit trace``: the way of each message, hop by hop: who, when, how, and from where on it can be believed."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from mailkit.cli.inputs import REPEATED, add_inputs, format_of, messages
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.resolving import add_lists, add_resolver, lists_of, resolver_of
from mailkit.cli.table import clean
from mailkit.findings import CODES, SEVERITIES
from mailkit.trace import Trace, trace
from mailkit.trace.origin import trusts
from mailkit.trace.picture import draw
from mailkit.trace.svg import draw_svg

FORMATS = ("text", "json", "jsonl", "svg")
FAILURES = (*SEVERITIES[1:], *(code for code in CODES if code.startswith("trace.")))


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "trace",
        help="show the way of a message: hosts, delays, TLS, loops, and where it came in from outside",
        description="Read Received chains: a picture on a terminal, JSON lines in a pipe, SVG for a page. Oldest hop first; "
        "what stands above the line is the claim of strangers.",
        epilog=REPEATED,
    )
    add_inputs(parser, "a message, a folder or mbox", FORMATS)
    parser.add_argument(
        "--trusted",
        action="append",
        default=[],
        type=_trusted,
        metavar="WHOSE",
        help="a network, address or host that passes mail on for you",
    )
    parser.add_argument("--dns", action="store_true", help="look up the name and the lists of the host it came from")
    add_lists(parser)
    add_resolver(parser, "dns-")
    parser.add_argument(
        "--fail-on",
        action="append",
        choices=FAILURES,
        default=[],
        metavar="WHAT",
        help="exit 1 where a finding is as severe (notice, warning, error), or of this code",
    )
    parser.set_defaults(run=run)


def _trusted(text: str) -> str:
    """Read whom the reader trusts from the command line."""
    try:
        trusts((text,))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def run(args: argparse.Namespace) -> int:
    """Trace all that was named."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD, EXIT_USAGE, complain  # noqa: PLC0415

    if args.list and not args.dns:
        complain("--list is asked with --dns only; add it")
        return EXIT_USAGE
    check = _checker(args)
    unread: list[str] = []
    failed = False

    def answers() -> Iterator[Trace]:
        nonlocal failed
        for name, message in messages(args, unread):
            found = check(trace(message, trusted=args.trusted, now=datetime.now(UTC)))
            failed = failed or _fails(found, args.fail_on)
            yield msgspec.structs.replace(found, source=name)

    write: dict[str, Callable[[Iterator[Trace]], None]] = {
        "text": _write_text,
        "json": write_array,
        "jsonl": write_lines,
        "svg": _write_svg,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_UNREAD if unread else EXIT_FOUND if failed else 0


def _checker(args: argparse.Namespace) -> Callable[[Trace], Trace]:
    """Give what adds the answers of the DNS, if they are wanted."""
    if not args.dns:
        return lambda found: found
    from mailkit.dns.hops import check_origin  # noqa: PLC0415 - dnspython is loaded only when DNS is asked

    resolver, lists = resolver_of(args), lists_of(args)
    return lambda found: msgspec.structs.replace(
        found, findings=found.findings + resolver.run(check_origin(found, lists))
    )


def _fails(found: Trace, wanted: list[str]) -> bool:
    """Say whether a finding is of a code that was named, or as severe as one that was named."""
    least = min((SEVERITIES.index(word) for word in wanted if word in SEVERITIES), default=len(SEVERITIES))
    return any(one.code in wanted or SEVERITIES.index(one.severity) >= least for one in found.findings)


def _write_text(answers: Iterator[Trace]) -> None:
    """Draw each chain: whole in a file, in the width of a terminal on one."""
    columns = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None
    for number, found in enumerate(answers):
        if number:
            print()
        print(clean(found.source or ""))
        print(draw(found, columns))


def _write_svg(answers: Iterator[Trace]) -> None:
    """Write the picture of one message; a document holds one."""
    from mailkit.cli import complain  # noqa: PLC0415

    first = next(answers, None)
    if first is not None:
        sys.stdout.write(draw_svg(first))
    if next(answers, None) is not None:
        complain("an SVG holds one message; of several the first is drawn")
