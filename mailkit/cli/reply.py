"""``mailkit reply``: what SMTP replies mean, and what delivery logs tell of each attempt."""

from __future__ import annotations

import argparse
import os
import re
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, tzinfo

from mailkit.bounce.logs import ACTIONS, Attempt, LogReader, Outcome, is_log_line
from mailkit.bounce.logs.forms import BY_NAME
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.reply import classify_reply
from mailkit.cli import table
from mailkit.cli.inputs import REPEATED, format_of
from mailkit.cli.lines import read_lines
from mailkit.cli.output import write_array, write_lines
from mailkit.errors import SourceError
from mailkit.sources.items import printable

FORMATS = ("table", "json", "jsonl")
SHOWN: frozenset[Outcome] = frozenset({"deferred", "bounced", "expired", "undeliverable"})
"""What is answered without --all: attempts of this server that did not deliver."""
FAIL_ON = ("hard", "soft", "block", "deferred", "bounced", "expired", "rejected", "undeliverable", "complained")
HEAD = ("where", "outcome", "recipient", "status", "reason", "advice", "what the server said")
MAX_JOINED = 100
"""Lines of one reply (RFC 5321 section 4.2.1 sets no limit; real ones have under 20)."""
_CONTINUED = re.compile(r"\s{0,8}(\d{3})-")
_WRITTEN_OUT = re.compile(r"\\r?\\n(?=\d{3}[ \-])|\\n(?=\d{3}[ \-])")
_OUTCOMES: dict[str, Outcome] = {"2": "sent", "4": "deferred", "5": "bounced"}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "reply",
        help="say what an SMTP reply means, or every attempt of a delivery log",
        description="Classify SMTP replies and the lines of delivery logs: a table on a terminal, JSON lines in a pipe.",
        epilog=REPEATED,
    )
    parser.add_argument(
        "replies", nargs="*", metavar="REPLY", help="a reply or a line of a log, or - for standard input"
    )
    parser.add_argument("--host", help="the server that gave the replies")
    _add_logs(parser)
    parser.add_argument("--explain", action="store_true", help="show which words decided, and which evidence lost")
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, jsonl elsewhere")
    parser.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="a TOML file of rules, read before ours"
    )
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=FAIL_ON,
        metavar="WHAT",
        help="exit 1 where an advice or outcome is met: " + ", ".join(FAIL_ON),
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour in the table; NO_COLOR is honoured"
    )
    parser.set_defaults(run=run, usage_error=parser.error)


def _add_logs(parser: argparse.ArgumentParser) -> None:
    """Declare what is about logs."""
    parser.add_argument(
        "--log",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="logs, older ones first; .gz too, - is stdin",
    )
    parser.add_argument("--log-form", choices=tuple(BY_NAME), help="whose logs they are (default: each line tells it)")
    parser.add_argument("--year", type=_year, help="year of the first line, for logs that do not name it")
    parser.add_argument(
        "--zone", type=_zone, default=UTC, metavar="NAME", help="time zone of lines that name none (default: UTC)"
    )
    parser.add_argument("--all", action="store_true", help="deliveries, probes and what this server rejected, too")


def run(args: argparse.Namespace) -> int:
    """Answer for all that was named."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD  # noqa: PLC0415

    if not args.replies and not args.log:
        args.usage_error('give a reply, or --log FILE: mailkit reply "550 5.1.1 User unknown"')
    answers = _Answers(args)
    coloured = table.is_coloured(args.color)
    writers: dict[str, Callable[[Iterator[Attempt]], None]] = {
        "jsonl": write_lines,
        "json": write_array,
        "table": lambda rows: (_explain if args.explain else _write_table)(rows, coloured=coloured),
    }
    writers[format_of(args, FORMATS[0])](iter(answers))
    if answers.unread:
        return EXIT_UNREAD
    return EXIT_FOUND if answers.met else 0


class _Answers:
    """Gives the answers; says on stderr what could not be read, and counts it."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.rules = RuleSet.from_files(args.rules, before=RuleSet.default()) if args.rules else None
        self.reader = LogReader(
            form=args.log_form, rules=self.rules, year=args.year, zone=args.zone, explain=args.explain
        )
        self.wanted = frozenset(args.fail_on)
        self.unread = 0
        self.met = False

    def __iter__(self) -> Iterator[Attempt]:
        for attempt in self._all():
            if attempt.outcome in self.wanted or (attempt.verdict and attempt.verdict.advice in self.wanted):
                self.met = True
            yield attempt

    def _all(self) -> Iterator[Attempt]:
        given = [text for text in self.args.replies if text != "-"]
        yield from self._replies(self._texts(given), None)
        if len(given) < len(self.args.replies):
            yield from self._guarded("-", self._replies(read_lines("-"), "-"), lambda _: True, "holds no reply")
        for name in self.args.log:
            attempts = self.reader.read(read_lines(name), printable(name))
            yield from self._guarded(printable(name), attempts, self._is_shown, "tells of no attempt")

    def _texts(self, given: Sequence[str]) -> Iterator[str]:
        """Give the arguments, but for what cannot be meant as a reply; their places are kept."""
        for number, text in enumerate(given, start=1):
            why = ""
            if not text.strip():
                why = f'reply {number} is empty; give its words: mailkit reply "550 5.1.1 User unknown"'
            elif _is_file(text):
                name = printable(text)
                why = (
                    f"{name}: is a file; `mailkit reply --log {name}` reads a log, `mailkit classify {name}` a message"
                )
            if why:
                self._complain(why)
            yield "" if why else printable(text)

    def _is_shown(self, attempt: Attempt) -> bool:
        return bool(self.args.all) or attempt.outcome in SHOWN

    def _guarded(
        self, name: str, answers: Iterator[Attempt], wanted: Callable[[Attempt], bool], nothing: str
    ) -> Iterator[Attempt]:
        """Give the answers of a file that are wanted, as far as it can be read."""
        found = shown = False
        try:
            for attempt in answers:
                found = True
                if wanted(attempt):
                    shown = True
                    yield attempt
        except SourceError as error:
            self._complain(str(error))
        else:
            if not shown:
                from mailkit.cli import complain  # noqa: PLC0415

                complain(f"{name}: {nothing}{' that did not deliver; --all shows the others' * found}")

    def _complain(self, text: str) -> None:
        from mailkit.cli import complain  # noqa: PLC0415

        self.unread += 1
        complain(text)

    def _replies(self, lines: Iterable[str], source: str | None) -> Iterator[Attempt]:
        for number, text in joined(lines):
            if not is_log_line(text):
                yield self._reply(text, number, source)
                continue
            attempts = list(self.reader.read([text], source))
            if not attempts and source is None:
                self._complain(f"reply {number}: a line of a log that tells of no delivery attempt")
            for attempt in attempts:
                yield _at(attempt, number)

    def _reply(self, text: str, number: int, source: str | None) -> Attempt:
        """Answer for one reply: an attempt of which nothing else is known."""
        verdict = classify_reply(text, host=self.args.host, rules=self.rules, explain=self.args.explain)
        outcome = _OUTCOMES[verdict.status[0]]
        return Attempt(
            source=source,
            line=number,
            form="reply",
            outcome=outcome,
            action=ACTIONS[outcome],
            relay=self.args.host,
            reply=text,
            verdict=verdict,
        )


def joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    r"""Give each reply with the number of its first line; lines of one reply (``550-``) are joined.

    >>> list(joined(["550-5.1.1 No such", "550 5.1.1 user", r"451-one\n451 two"]))
    [(1, '550-5.1.1 No such\n550 5.1.1 user'), (3, '451-one\n451 two')]
    """
    waiting: list[str] = []
    begun = 0
    for number, line in enumerate(lines, start=1):
        text = _WRITTEN_OUT.sub("\n", line.rstrip("\r\n"))
        if not text.strip():
            continue
        last = _CONTINUED.match(waiting[-1].rpartition("\n")[2]) if waiting else None
        if last and text.lstrip().startswith(last[1]) and len(waiting) < MAX_JOINED:
            waiting.append(text)
            continue
        if waiting:
            yield begun, "\n".join(waiting)
        waiting, begun = [text], number
    if waiting:
        yield begun, "\n".join(waiting)


def _is_file(text: str) -> bool:
    """Say whether an argument is the name of a file."""
    try:
        return os.path.isfile(text)  # noqa: PTH113 - a name is kept as it was given
    except ValueError:  # a NUL
        return False


def _at(attempt: Attempt, number: int) -> Attempt:
    from msgspec.structs import replace  # noqa: PLC0415 - lines of logs among replies are few

    return replace(attempt, line=number)


def _write_table(attempts: Iterable[Attempt], *, coloured: bool) -> None:
    rows = table.Rows(HEAD, coloured=coloured)
    for one in attempts:
        verdict = one.verdict
        told = (verdict.status, verdict.reason, verdict.advice) if verdict else (one.dsn or "", "", "")
        who = one.recipient or ("" if one.form == "reply" else "?")
        rows.add(tuple(map(table.clean, (_where(one), one.outcome, who, *told, one.reply or ""))))
    rows.end()


def _where(one: Attempt) -> str:
    return f"{one.source}:{one.line}" if one.source else f"{'reply' if one.form == 'reply' else one.form} {one.line}"


def _explain(attempts: Iterable[Attempt], *, coloured: bool) -> None:
    """Print each answer with its grounds."""
    bold = ("\x1b[1m", "\x1b[0m") if coloured else ("", "")
    for one in attempts:
        form = "" if one.form == "reply" else f" ({one.form})"
        print(f"{bold[0]}{table.clean(_where(one))}{bold[1]}{form}: {one.outcome}")
        for line in _lines(one):
            print(f"  {table.clean(line)}")


def _lines(one: Attempt) -> Iterator[str]:
    when = one.time.isoformat() if one.time else one.stamp
    if one.recipient is not None:
        first = f", first to {one.original_recipient}" if one.original_recipient else ""
        yield f"{one.recipient}{first}{f', from <{one.sender}>' if one.sender is not None else ''}"
    if one.relay or one.relay_ip or when:
        yield " ".join(filter(None, ("at", one.relay, f"[{one.relay_ip}]" if one.relay_ip else "", when)))
    if one.reply:
        yield one.reply
    verdict = one.verdict
    if verdict is None:
        return
    stated = f", stated {verdict.reported_status}" if verdict.reported_status not in {None, verdict.status} else ""
    yield f"{verdict.status} {verdict.reason}, advice {verdict.advice}"
    yield f"  decided by {verdict.basis} ({verdict.confidence}){stated}"
    if verdict.rule:
        yield f"  rule {verdict.rule}, words {verdict.matched!r}"
    for row in verdict.weighed or ():
        yield f"    {row.basis:10} {row.status:8} {row.reason:14} {row.outcome}"


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1970 <= int(text[:6]) <= 9998):
        message = f"{text!r} is not a year"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _zone(text: str) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{text!r} is no time zone that is known here; give a name like Europe/Berlin"
        raise argparse.ArgumentTypeError(message) from error
