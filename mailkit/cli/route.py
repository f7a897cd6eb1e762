"""``mailkit route``: which way the mail for an address takes, and which step decides."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mailkit.cli import EXIT_FOUND
from mailkit.cli.columns import write_columns
from mailkit.cli.dns import FAIL_ON, FORMATS, add_own, some_of, words_of
from mailkit.cli.inputs import format_of, host_name
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.resolving import add_resolver, resolver_of
from mailkit.dns.route import Route, route
from mailkit.errors import SourceError
from mailkit.tables.mailertable import Routes, parse_mailertable


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "route",
        help="say which way the mail for an address takes: local, mailertable, smart host, MX",
        description="Route addresses as sendmail does: local names, mailertable, smart host, MX, the domain itself.",
        epilog="--local, --me, --fallback and --fail-on may be given several times.",
    )
    parser.add_argument("addresses", nargs="+", metavar="ADDRESS", help="an address; - reads them from stdin")
    parser.add_argument("--mailertable", metavar="FILE", help="the text of sendmail's mailertable")
    parser.add_argument(
        "--smart-host", metavar="HOST", type=_smart_host, help="where all else goes: host, [host] or mailer:host"
    )
    parser.add_argument(
        "--local", action="append", default=[], type=host_name, metavar="NAME", help="a name of the host itself"
    )
    parser.add_argument("--local-file", metavar="FILE", help="names of the host itself, one a line (local-host-names)")
    add_own(parser)
    add_resolver(parser)
    parser.add_argument("--format", choices=FORMATS, help=f"default: {FORMATS[0]} on a terminal, jsonl elsewhere")
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=FAIL_ON[:2],
        metavar="WHAT",
        help="exit 1 where there is no way (undeliverable), or nobody can say (temporary)",
    )
    parser.set_defaults(run=run)


def _smart_host(text: str) -> str:
    host = r"(?:\[[\w.:\-]{1,255}\]|[\w.\-]{1,255})"
    if not re.fullmatch(rf"(?:[A-Za-z0-9]+:)?{host}(?::{host})*", text):
        message = f"{text!r} is no smart host; give host, [host] or mailer:host, as in smtp:[192.0.2.1]"
        raise argparse.ArgumentTypeError(message)
    return text


def run(args: argparse.Namespace) -> int:
    """Route all that was named."""
    routes, resolver = _routes(args), resolver_of(args)
    failed = False

    def answers() -> Iterator[Route]:
        nonlocal failed
        for address in words_of(args.addresses):
            found = resolver.run(route(address, routes, me=args.me, fallback=args.fallback))
            if not found.deliverable:
                failed = failed or ("temporary" if found.temporary else "undeliverable") in args.fail_on
            yield found

    write: dict[str, Callable[[Iterator[Route]], None]] = {
        "table": _write_table,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_FOUND if failed else 0


def _routes(args: argparse.Namespace) -> Routes:
    """Read the tables that were named; a broken one raises an error that names its line."""
    local, table = {name.lower() for name in args.local}, None
    try:
        if args.local_file:
            lines = Path(args.local_file).read_text("utf-8", "replace").splitlines()
            local |= {name.lower() for line in lines if (name := line.partition("#")[0].strip())}
        if args.mailertable:
            text = Path(args.mailertable).read_text("utf-8", "backslashreplace")  # what is said of it can be written
            table = parse_mailertable(text, name=args.mailertable)
    except OSError as error:
        raise SourceError(str(error.filename), f"cannot be read ({error.strerror})") from error
    return Routes(local=frozenset(local), mailertable=table, smart_host=args.smart_host)


def _write_table(answers: Iterator[Route]) -> None:
    rows = [_row(found) for found in answers]
    write_columns(("address", "way", "status", "hosts", "by"), rows)


def _row(found: Route) -> tuple[str, ...]:
    names = [f"[{host.name}]" if found.way.no_mx and found.kind == "static" else host.name for host in found.hosts]
    by = f"{found.way.key} in line {found.way.line}" if found.way.key else found.way.step
    hosts = some_of(names) or found.text or ("" if found.status else found.way.mailer) or ""
    return found.address, found.kind, found.status or "", hosts, by
