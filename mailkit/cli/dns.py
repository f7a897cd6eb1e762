"""``mailkit dns``: which hosts take the mail of a domain, in which order, and what is wrong with them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

from mailkit.cli import EXIT_FOUND
from mailkit.cli.columns import write_columns
from mailkit.cli.inputs import format_of, host_name
from mailkit.cli.lines import read_lines
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.resolving import add_resolver, resolver_of
from mailkit.dns.mx import Host, MailHosts, exchangers
from mailkit.sources.items import printable
from mailkit.syntax.address import domain_of

FORMATS = ("table", "json", "jsonl")
FAIL_ON = ("undeliverable", "temporary", "problem")
MAX_SHOWN = 5
"""Names or addresses in a cell; the JSON has them all."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "dns",
        help="show which hosts take the mail of a domain, and what is wrong with them",
        description="Look up mail exchangers as RFC 5321 section 5.1 has it: implicit and null MX, aliases, ghosts, "
        "addresses in place of names, loopback and private hosts, wildcards.",
        epilog="--me, --fallback and --fail-on may be given several times.",
    )
    parser.add_argument("domains", nargs="+", metavar="DOMAIN", help="a domain or an address; - reads them from stdin")
    add_own(parser)
    parser.add_argument("--wildcard", action="store_true", help="also ask whether the MX are those of a wildcard")
    add_resolver(parser)
    parser.add_argument("--format", choices=FORMATS, help=f"default: {FORMATS[0]} on a terminal, jsonl elsewhere")
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=FAIL_ON,
        metavar="WHAT",
        help="exit 1 where a domain takes no mail (undeliverable), nobody can say (temporary), or something is wrong (problem)",
    )
    parser.set_defaults(run=run)


def add_own(parser: argparse.ArgumentParser) -> None:
    """Declare who asks, and what comes last."""
    parser.add_argument(
        "--me", action="append", default=[], type=host_name, metavar="HOST", help="a name or address of the asking host"
    )
    parser.add_argument(
        "--fallback",
        action="append",
        default=[],
        type=host_name,
        metavar="HOST",
        help="a host that comes last, as sendmail's FallbackMX",
    )


def words_of(words: Sequence[str]) -> Iterator[str]:
    """Give what was named, and for ``-`` the lines of standard input, as they come."""
    for word in words:
        if word == "-":
            yield from (line.strip() for line in read_lines(word) if line.strip())
        else:
            yield printable(word)


def run(args: argparse.Namespace) -> int:
    """Look up all that was named."""
    resolver = resolver_of(args)
    failed = False

    def answers() -> Iterator[MailHosts]:
        nonlocal failed
        for word in words_of(args.domains):
            domain = (domain_of(word) if "@" in word else word) or word
            asking = exchangers(domain, me=args.me, fallback=args.fallback, wildcard=args.wildcard)
            found = resolver.run(asking)
            failed = failed or bool(set(args.fail_on) & set(faults_of(found)))
            yield found

    write: dict[str, Callable[[Iterator[MailHosts]], None]] = {
        "table": _write_table,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_FOUND if failed else 0


def faults_of(found: MailHosts) -> Iterator[str]:
    """Say which words of --fail-on fit."""
    if not found.deliverable:
        yield "temporary" if found.temporary else "undeliverable"
    if found.problems or any(host.problems for host in (*found.hosts, *found.refused)):
        yield "problem"


def _write_table(answers: Iterator[MailHosts]) -> None:
    rows = [row for found in answers for row in rows_of(found)]
    write_columns(("domain", "kind", "status", "pref", "host", "addresses", "problems"), rows)


def rows_of(found: MailHosts) -> Iterator[tuple[str, ...]]:
    """Give a row for each host, or one for the domain where there is none."""
    about = [*found.problems, *([found.why] if found.why else [])]
    about += [f"alias of {found.aliases[-1]}"] if found.aliases else []
    hosts = [*((host, "") for host in found.hosts), *((host, "refused") for host in found.refused)]
    if not hosts:
        yield found.domain, found.kind, found.status or "", "", "", "", ", ".join(about)
    for number, (host, mark) in enumerate(hosts):
        said = [*([mark] if mark else []), *host.problems, *(about if number == 0 else [])]
        first = (found.domain, found.kind, found.status or "") if number == 0 else ("", "", "")
        yield (*first, *_cells(host), ", ".join(said))


def _cells(host: Host) -> tuple[str, str, str]:
    preference = "fallback" if host.preference is None else str(host.preference)
    return preference, host.name, some_of(host.addresses)


def some_of(names: Sequence[str]) -> str:
    """Write names or addresses in one cell: the first few."""
    more = [f"and {len(names) - MAX_SHOWN} more"] if len(names) > MAX_SHOWN else []
    return " ".join([*names[:MAX_SHOWN], *more])
