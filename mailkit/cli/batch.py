"""``mailkit batch``: many messages into a folder of answers, on all processors."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import msgspec

from mailkit.batch import SECONDS, WANT
from mailkit.cli import EXIT_STOPPED, EXIT_UNREAD, complain
from mailkit.cli.inputs import REPEATED, add_max_bytes, add_own, limits_of, positive
from mailkit.errors import MailkitError, SourceError
from mailkit.report import ANSWERS, Answer
from mailkit.sinks import FORMATS, MANIFEST

if TYPE_CHECKING:
    from mailkit.batch.frames import Choices
    from mailkit.batch.runs import Summary
    from mailkit.limits import Limits

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1)}
_MOST_SHOWN = 12
_EXIT_TERMINATED = 143


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "batch",
        help="answer many messages into a folder, on all processors",
        description="Answer every message of files, folders, mailboxes and archives: once, into numbered parts of a folder, "
        "on all processors. What was stopped or killed is taken up again with --resume.",
        epilog=f"{REPEATED} Exit codes: 0 done, 3 some input could not be read, 130 stopped (take it up with --resume).",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="IN",
        help="messages, folders, patterns, mboxes, Maildirs, MH folders, .gz .bz2 .xz .zip .tar, JSON lines or Parquet "
        "with a column raw; - is standard input",
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="the folder of the answers; - writes JSON lines to standard output"
    )
    parser.add_argument("--format", choices=FORMATS, default="jsonl", help="of the parts (default: %(default)s)")
    parser.add_argument("--jobs", type=positive, metavar="N", help="processes (default: one for each processor)")
    parser.add_argument(
        "--resume", action="store_true", help="take up a run that was stopped; give the same inputs and choices"
    )
    parser.add_argument(
        "--ordered", action="store_true", help="with -o -: in the order of the inputs; parts always are"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be read, and write nothing")
    parser.add_argument(
        "--progress", choices=("auto", "never"), default="auto", help="a bar on a terminal, else a line a minute"
    )
    _add_choices(parser)
    parser.set_defaults(run=run)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    """Declare what is done with each message."""
    parser.add_argument(
        "--want",
        type=_wanted,
        default=WANT,
        metavar="WHAT,...",
        help=f"the answers: {', '.join(ANSWERS)} or all (default: {','.join(WANT)})",
    )
    parser.add_argument(
        "--id",
        type=_column,
        metavar="COLUMN",
        help="the column of JSON lines and Parquet that has your own ids: they stand in the answers as id",
    )
    parser.add_argument(
        "--since",
        type=_since,
        metavar="WHEN",
        help="only what came since: 2026-11-01, an ISO time, or 7d or 12h before the run began",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="no more than so many messages, the first ones")
    parser.add_argument(
        "--time-limit", type=_seconds, default=SECONDS, metavar="SECONDS", help="for one message (default: %(default)g)"
    )
    parser.add_argument("--quarantine", metavar="FOLDER", help="copy there what took too long or made mailkit fail")
    parser.add_argument(
        "--unrecognised", metavar="FOLDER", help="copy there what lacks a dialect, an address or a reason"
    )
    add_own(parser)
    add_max_bytes(parser)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    if not args.output and not args.dry_run:
        message = "where do the answers go? give -o FOLDER, or -o - for standard output"
        raise MailkitError(message)
    if args.id is not None and not args.resume:
        _check_ids(args)
    if args.dry_run:
        return _dry_run(args)
    signal.signal(signal.SIGTERM, _terminated)
    if args.output == "-":
        return _to_stdout(args)
    return _to_folder(args)


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(_EXIT_TERMINATED)


def _choices(args: argparse.Namespace) -> Choices:
    from mailkit.batch.frames import Choices  # noqa: PLC0415 - help needs none of it

    return Choices(
        want=args.want,
        limits=_limits(args),
        rules=tuple(args.rules),
        dialects=tuple(args.dialects),
        ours=tuple(args.ours),
        since=_moment(args),
        id=args.id,
    )


def _moment(args: argparse.Namespace) -> datetime | None:
    """Give the moment that --since means; a run that is taken up keeps that of its beginning."""
    from mailkit.batch.manifest import begun  # noqa: PLC0415 - likewise

    since: datetime | timedelta | None = args.since
    if not isinstance(since, timedelta):
        return since
    asked = begun(Path(args.output)) if args.resume else None
    kept = asked["choices"].get("since") if asked else None
    return datetime.fromisoformat(kept) if kept else datetime.now(UTC) - since


def _limits(args: argparse.Namespace) -> Limits:
    """Give the bounds of reading: here --limit counts messages, and is none of them."""
    return limits_of(argparse.Namespace(max_bytes=args.max_bytes))


def _check_there(names: list[str]) -> None:
    """Refuse a name that stands for nothing, before hours are spent on the others."""
    from mailkit.sources.files import expanded  # noqa: PLC0415 - likewise

    gone = [name for name in expanded(names) if name != "-" and not os.path.lexists(name)]
    if gone:
        raise SourceError(gone[0], "no such file or folder; check the path. Nothing was begun")


def _check_ids(args: argparse.Namespace) -> None:
    """Refuse inputs without the column of the ids, and say where none has columns."""
    from mailkit.sources.ids import check_ids  # noqa: PLC0415 - likewise

    if not check_ids(args.files, args.id, _limits(args)):
        complain(f"no input has a column {args.id}: only JSON lines and Parquet have columns; the answers have no ids")


def _to_folder(args: argparse.Namespace) -> int:
    from mailkit.batch import runs  # noqa: PLC0415 - likewise
    from mailkit.cli.progress import watch  # noqa: PLC0415 - likewise

    if not (args.resume and Path(args.output, MANIFEST).exists()):
        _check_there(args.files)
    try:
        with watch(args.progress) as told:
            summary = runs.run(
                args.files,
                Path(args.output),
                style=args.format,
                jobs=args.jobs,
                resume=args.resume,
                choices=_choices(args),
                most=args.limit,
                seconds=args.time_limit,
                quarantine=Path(args.quarantine) if args.quarantine else None,
                unrecognised=Path(args.unrecognised) if args.unrecognised else None,
                told=told,
            )
    except (KeyboardInterrupt, SystemExit) as error:
        complain(f"stopped; what is answered stands in {args.output}: the same command with --resume goes on")
        return EXIT_STOPPED if isinstance(error, KeyboardInterrupt) else _EXIT_TERMINATED
    sys.stdout.write(_summary(summary))
    tally = summary.tally
    if not tally.messages + tally.older:
        complain("nothing was answered: there is no mail in what was named")
        return EXIT_UNREAD if tally.passed else 0
    return EXIT_UNREAD if tally.errors else 0


def _to_stdout(args: argparse.Namespace) -> int:
    from mailkit.batch.many import jobs_of, reports  # noqa: PLC0415 - likewise

    given = [name for name in ("resume", "quarantine", "unrecognised") if getattr(args, name)]
    if given or args.format != "jsonl":
        message = f"--{given[0] if given else 'format'} needs a folder: give -o FOLDER"
        raise MailkitError(message)
    encode = msgspec.json.Encoder().encode
    errors = 0
    found = reports(
        args.files, _choices(args), jobs_of(args.jobs), args.time_limit, ordered=args.ordered, most=args.limit
    )
    for report in found:
        sys.stdout.buffer.write(encode(report) + b"\n")
        if report.error:
            errors += 1
            if errors <= _MOST_SHOWN:
                complain(f"{report.source}: {report.error}")
    if errors > _MOST_SHOWN:
        complain(f"{errors:,} were not read; each has an answer with an error")
    return EXIT_UNREAD if errors else 0


def _dry_run(args: argparse.Namespace) -> int:
    """Say what would be read, by how it would be."""
    from mailkit.sources.plan import Plan  # noqa: PLC0415 - likewise
    from mailkit.sources.units import Size  # noqa: PLC0415 - likewise

    _check_there(args.files)
    units: dict[str, list[int]] = {}
    for planned in Plan(args.files, _limits(args), Size(), most=args.limit):
        row = units.setdefault(planned.unit.kind, [0, 0, 0])
        for place, more in enumerate((1, planned.unit.count or 0, planned.unit.size)):
            row[place] += more
    for kind, (count, messages, size) in units.items():
        what = "files" if kind == "files" else "messages"
        sys.stdout.write(f"{_KINDS[kind]}: {messages:,} {what}, {size:,} bytes, in {count:,} units\n")
    if not units:
        sys.stdout.write("nothing to read\n")
    elif args.since:
        sys.stdout.write("of them those that --since leaves, which only reading tells\n")
    return 0


_KINDS = {
    "files": "files",
    "mbox": "mbox",
    "zip": "zip",
    "tar": "tar",
    "jsonl": "JSON lines",
    "parquet": "Parquet",
    "sent": "packed or piped",
}


def _summary(found: Summary) -> str:
    """Write what came of a run."""
    tally = found.tally
    seconds = max(found.seconds, 0.001)
    parts = f"{found.parts:,} part{'s' * (found.parts != 1)}"
    lines = [f"{tally.messages:,} message{'s' * (tally.messages != 1)} in {parts} in {found.folder}"]
    if found.answered != tally.messages:
        lines.append(f"  of them {found.answered:,} by this run")
    lines.append(f"  {found.answered / seconds:,.0f} messages a second, {found.seconds:,.1f} s")
    counts = (
        ("not read", tally.errors),
        ("older", tally.older),
        ("kept", tally.kept),
        ("no mail, passed over", tally.passed),  # the last: behind it stand some names
    )
    lines += [f"  {count:,} {what}" for what, count in counts if count]
    if found.passed:
        lines.append(f"    {', '.join(found.passed)}{' and more' if tally.passed > len(found.passed) else ''}")
    titles = ("kind of the messages", "advice for the recipients that failed", "reason of the failures")
    for title, table in zip(titles, (tally.kinds, tally.advices, tally.reasons), strict=True):
        rows = sorted(table.items(), key=lambda row: (-row[1], row[0]))
        lines.append(f"{title}:" if rows else f"{title}: none")
        lines += [f"  {count:>12,}  {name}" for name, count in rows[:_MOST_SHOWN]]
        rest = sum(count for _, count in rows[_MOST_SHOWN:])
        lines += [f"  {rest:>12,}  others"] if rest else []
    return "\n".join(lines) + "\n"


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        message = f"{text!r} is no number of seconds above 0"
        raise argparse.ArgumentTypeError(message)
    return value


def _column(text: str) -> str:
    """Read the name of a column."""
    from mailkit.batch.frames import Choices  # noqa: PLC0415 - likewise

    try:
        Choices(id=text)
    except ValueError:
        message = f"{text!r} is no name of a column: without quotes, backslashes and control characters"
        raise argparse.ArgumentTypeError(message) from None
    return text


def _wanted(text: str) -> tuple[Answer, ...]:
    """Read which answers are wanted."""
    names = ANSWERS if text == "all" else tuple(name.strip() for name in text.split(","))
    wrong = [name for name in names if name not in ANSWERS]
    if wrong:
        message = f"{wrong[0]!r} is no answer; give some of {', '.join(ANSWERS)}, or all"
        raise argparse.ArgumentTypeError(message)
    return tuple(name for name in ANSWERS if name in names)


def _since(text: str) -> datetime | timedelta:
    """Read a time: a day or a time in ISO 8601, in UTC where it names no zone, or how long ago."""
    unit = _UNITS.get(text[-1:])
    if unit and text[:-1].isdecimal() and len(text) < 7:
        return unit * int(text[:-1])
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no time; give 2026-11-01, 2026-11-01T12:00+09:00, 7d or 12h"
        raise argparse.ArgumentTypeError(message) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
