"""``mailkit page``: what a batch has answered, on one page for a postmaster, and the addresses that are dead."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from mailkit.cli.files import write_file
from mailkit.errors import MailkitError, OutputError, SourceError

MOST_ROWS = 1_000
_STANDARD = Path("-")
_NO_TARGET = "page: name the page with -o, such as -o report.html; or list the addresses to drop with --drop"


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
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="the page, such as report.html; with --drop the list; - is standard output",
    )
    parser.add_argument(
        "--drop", action="store_true", help="list the addresses to drop, one a line, in place of the page"
    )
    parser.add_argument("--lang", choices=("en", "ja"), default="en", help="its language (default: %(default)s)")
    parser.add_argument("--addresses", action="store_true", help="show addresses in full: j…@example.org otherwise")
    parser.add_argument("--title", metavar="TEXT", help="its heading")
    parser.add_argument("--top", type=_rows, default=20, metavar="N", help="rows of long tables (default: %(default)s)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the page, or the list."""
    from mailkit.cli import EXIT_UNREAD, complain  # noqa: PLC0415
    from mailkit.page import check_installed  # noqa: PLC0415 - no other verb needs it

    if args.output is None and not args.drop:
        raise MailkitError(_NO_TARGET)
    if args.output is not None and args.output.is_dir():
        raise OutputError(str(args.output), "is a folder; name a file, such as report.html")
    if not args.drop:
        check_installed()
    try:
        data = _list(args.answers) if args.drop else _page(args)
    except SourceError as error:
        complain(str(error))
        return EXIT_UNREAD
    if args.output in {None, _STANDARD}:
        sys.stdout.buffer.write(data)
    else:
        write_file(args.output, data)
    if args.drop and not is_finished(args.answers):
        complain(f"{args.answers}: the run is not finished; these are the addresses of what is done so far")
    return 0


def _page(args: argparse.Namespace) -> bytes:
    """Give the page."""
    from mailkit.page import gather, render  # noqa: PLC0415 - as above
    from mailkit.sinks import read_rows  # noqa: PLC0415

    finished = is_finished(args.answers)  # before the rows: a run that ends meanwhile is read in part
    summary = gather(read_rows(args.answers), top=args.top)
    folder = shlex.quote(str(args.answers))
    return render(
        summary,
        lang=args.lang,
        addresses=args.addresses,
        title=args.title,
        command=f"mailkit page {folder} --drop > drop.txt",
        resume="" if finished else f"mailkit batch … -o {folder} --resume",
    ).encode()


def _list(answers: Path) -> bytes:
    """Give the addresses to drop, one a line."""
    from mailkit.page import dead_addresses  # noqa: PLC0415 - as above
    from mailkit.sinks import read_rows  # noqa: PLC0415

    return "".join(f"{address}\n" for address in dead_addresses(read_rows(answers))).encode()


def is_finished(answers: Path) -> bool:
    """Say whether a run has come to its end; of what has no manifest nothing else is known.

    >>> is_finished(Path("a/part-000000.jsonl"))
    True
    """
    from mailkit.sinks import MANIFEST  # noqa: PLC0415 - as above

    try:
        with (answers / MANIFEST).open("rb") as file:
            return any(_is_end(line) for line in file)
    except OSError:  # there is none; or whoever reads the answers says what is wrong
        return True


def _is_end(line: bytes) -> bool:
    """Say whether a line of a manifest is its last: units have an ``end`` too."""
    if not line.startswith(b'{"end"') or not line.endswith(b"\n"):
        return False
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _rows(text: str) -> int:
    """Read how many rows a table has."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_ROWS:
        message = f"{text!r} is not a number of rows from 1 to {MOST_ROWS:,}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
