"""``mailkit page``: what a batch has answered, on one page for a postmaster."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

from mailkit.cli.files import write_file
from mailkit.errors import OutputError, SourceError

MOST_ROWS = 1_000
_SQL = (
    "SELECT DISTINCT lower(coalesce({0}original_address, {0}address)) FROM {1} "
    "WHERE {0}action = 'failed' AND {0}advice = 'hard' AND {0}confidence <> 'guessed' "
    "AND coalesce({0}original_address, {0}address) IS NOT NULL"
)
_JQ = (
    '.bounce.recipients[]? | select(.action == "failed" and .advice == "hard" and .confidence != "guessed")'
    " | .original_address // .address // empty | ascii_downcase"
)


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "page",
        help="make a page of what a batch has answered",
        description="Make one HTML file of the answers of a batch, for a postmaster: what to do first, failures by reason, "
        "domain, provider and time, what the servers said, delays. Without script; it loads nothing.",
    )
    parser.add_argument("answers", type=Path, metavar="OUT", help="the folder that `mailkit batch -o` has filled")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="the page, such as report.html"
    )
    parser.add_argument("--lang", choices=("en", "ja"), default="en", help="its language (default: %(default)s)")
    parser.add_argument("--addresses", action="store_true", help="show addresses in full: j…@example.org otherwise")
    parser.add_argument("--title", metavar="TEXT", help="its heading")
    parser.add_argument("--top", type=_rows, default=20, metavar="N", help="rows of long tables (default: %(default)s)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the page."""
    from mailkit.cli import EXIT_UNREAD, complain  # noqa: PLC0415
    from mailkit.page import check_installed, gather, render  # noqa: PLC0415 - no other verb needs them
    from mailkit.sinks import read_rows  # noqa: PLC0415

    check_installed()
    if args.output.is_dir():
        raise OutputError(str(args.output), "is a folder; name a file, such as report.html")
    try:
        summary = gather(read_rows(args.answers), top=args.top)
    except SourceError as error:
        complain(str(error))
        return EXIT_UNREAD
    command = listing(args.answers)
    page = render(summary, lang=args.lang, addresses=args.addresses, title=args.title, command=command)
    write_file(args.output, page.encode())
    return 0


def listing(answers: Path) -> str:
    """Give the line of the shell that lists the addresses to drop, one a line; empty where there are no parts.

    >>> listing(Path("out/part-000000.jsonl")).split("'")[::2]
    ['jq -r ', ' out/part-000000.jsonl | sort -u']
    """
    parts = [answers] if answers.suffix else sorted(answers.glob("*.*"))
    suffix = next((part.suffix for part in parts if part.stem == "answers" or part.stem.startswith("part-")), "")
    files = str(
        answers if answers.suffix else answers / ("answers.sqlite" if suffix == ".sqlite" else f"part-*{suffix}")
    )
    quoted = files.replace("'", "''")
    match suffix:
        case ".jsonl":
            shown = shlex.quote(files) if answers.suffix else f"{shlex.quote(str(answers))}/part-*.jsonl"
            return f"jq -r {shlex.quote(_JQ)} {shown} | sort -u"
        case ".sqlite":
            return f"sqlite3 {shlex.quote(files)} {_quoted(_SQL.format('', 'recipient'))}"
        case ".parquet":
            table = f"(SELECT unnest(recipients) AS r FROM '{quoted}')"  # noqa: S608 - it is shown, and quoted
            return _duckdb(_SQL.format("r.", table))
        case ".csv" | ".tsv":
            return _duckdb(_SQL.format("", f"read_csv('{quoted}', all_varchar = true)"))
    return ""


def _duckdb(query: str) -> str:
    return f"duckdb -noheader -list -c {_quoted(query)}"


def _quoted(query: str) -> str:
    """Quote a query for the shell so that it can be read: it is full of single quotes."""
    return '"' + re.sub(r'[\\$`"]', r"\\\g<0>", query) + '"'


def _rows(text: str) -> int:
    """Read how many rows a table has."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_ROWS:
        message = f"{text!r} is not a number of rows from 1 to {MOST_ROWS:,}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
