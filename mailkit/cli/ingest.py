"""``mailkit ingest``: from a mail server into the ledger."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.cli.inputs import format_of, positive
from mailkit.errors import MailkitError, SourceError
from mailkit.limits import MIB

if TYPE_CHECKING:
    import threading

    from mailkit.adapters.result import Ingested
    from mailkit.bounce.member import Verp
    from mailkit.ledger.intake import Intake

FORMATS = ("text", "jsonl")
MAX_BYTES = 32 * MIB
PASSWORD = "MAILKIT_IMAP_PASSWORD"  # noqa: S105 - the name of a variable
LONGEST_WAIT = 300.0
"""Seconds between two tries while a server cannot be reached."""
_MOST_KEPT = 10_000
"""Faults that are remembered, so as to be told once."""
_PROVIDERS = ("ses", "sendgrid", "mailgun", "postmark", "sparkpost", "kumomta", "powermta")
_GOES_WITH = {
    "recipient": ("pipe",),
    "provider": ("webhook",),
    "interval": ("maildir", "imap"),
    "once": ("maildir", "imap"),
    **dict.fromkeys(("state", "expunge", "insecure", "password_file", "ca_file"), ("imap",)),
}
"""Options that mean nothing but with one of these."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "ingest",
        help="take bounces from a mail server into the ledger",
        description="Take bounces and complaints into a ledger: from a mail server that starts this for each message or "
        "speaks LMTP, from a Maildir, or from a mailbox on an IMAP server. A message is acknowledged when it is "
        "committed, and never before.",
        epilog="With --pipe the exit code is 0 or 75 and no other: with 75 the mail server keeps the message.",
        allow_abbrev=False,
    )
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument("--pipe", action="store_true", help="one message on standard input")
    ways.add_argument("--lmtp", metavar="PLACE", help="listen for LMTP at HOST:PORT or unix:PATH")
    ways.add_argument("--maildir", type=Path, metavar="DIR", help="what lies in new/, which then goes to cur/")
    ways.add_argument("--imap", metavar="URL", help="imaps://USER@HOST/FOLDER, or imap:// with STARTTLS")
    ways.add_argument("--files", nargs="+", metavar="FILE", help="messages, folders and mboxes that lie there already")
    ways.add_argument("--webhook", nargs="+", metavar="FILE", help="what a provider posted, or - for standard input")
    parser.add_argument("--ledger", required=True, metavar="URL", help="a file of SQLite, or postgresql+psycopg://...")
    parser.add_argument("--list", default="", metavar="NAME", help="of which list, where no return path says it")
    parser.add_argument("--quarantine", type=Path, metavar="DIR", help="keep there what is not counted, and why")
    parser.add_argument("--keys", metavar="FILE", help="TOML with the keys of signed return paths")
    parser.add_argument("--signed", action="store_true", help="count nothing but what comes to a signed return path")
    parser.add_argument(
        "--format", choices=FORMATS, help="default: text on a terminal, jsonl elsewhere, none with --pipe"
    )
    parser.add_argument(
        "--max-bytes", type=positive, default=MAX_BYTES, metavar="N", help="read so many of a message (%(default)s)"
    )
    parser.add_argument(
        "--provider", choices=_PROVIDERS, metavar="NAME", help="--webhook: whose it is (default: as its content says)"
    )
    parser.add_argument("--recipient", action="append", metavar="ADDRESS", help="--pipe: the address it came to")
    _declare_ways(parser)
    parser.set_defaults(run=run)


def _declare_ways(parser: argparse.ArgumentParser) -> None:
    """Declare what goes with one way alone."""
    parser.add_argument("--once", action="store_true", help="--maildir, --imap: take what is there, and end")
    parser.add_argument("--interval", type=_seconds, metavar="SECONDS", help="--maildir, --imap: how often (10)")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help=f"--imap: or {PASSWORD} in the environment")
    parser.add_argument("--ca-file", metavar="FILE", help="--imap: the certificates to trust, in place of the system's")
    parser.add_argument("--insecure", action="store_true", help="--imap: send the password without TLS")
    parser.add_argument("--expunge", action="store_true", help="--imap: delete what is safe from the server")
    parser.add_argument("--state", type=Path, metavar="FILE", help="--imap: keep the last UID, for want of keywords")


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 86_400:
        message = f"{text!r} is no number of seconds from above 0 to 86400"
        raise argparse.ArgumentTypeError(message)
    return found


def run(args: argparse.Namespace) -> int:
    """Take what comes."""
    if args.pipe:
        return _pipe(args)
    from mailkit.cli import EXIT_UNREAD  # noqa: PLC0415

    told = _Telling(format_of(args, FORMATS[0]))
    ways = {"lmtp": _lmtp, "maildir": _maildir, "imap": _imap, "files": _files, "webhook": _webhook}
    way = next(way for name, way in ways.items() if getattr(args, name))
    try:
        way(args, told)
    except MailkitError:
        if told.counts:
            told.end()
        raise
    told.end()
    return EXIT_UNREAD if told.counts["failed"] and not args.lmtp else 0


def _pipe(args: argparse.Namespace) -> int:
    """Take the message on standard input: 0 where it is safe, 75 for whatever else."""
    from mailkit._guard import EXIT_AGAIN, safe  # noqa: PLC0415
    from mailkit.cli import complain  # noqa: PLC0415

    try:
        from mailkit.adapters.pipe import take_pipe  # noqa: PLC0415 - all that may be missing is loaded in here

        with _intake(args) as intake:
            if sys.stdin is None:
                closed = "standard input is closed"
                raise MailkitError(closed)  # noqa: TRY301 - as all that goes wrong
            answer = take_pipe(intake, sys.stdin.buffer, most=args.max_bytes, envelope_to=args.recipient or ())
            if answer.outcome != "failed":
                safe()
    except MailkitError as error:
        complain(f"{error}; the message stays with the mail server")
        return EXIT_AGAIN
    except BaseException as error:  # noqa: BLE001 - whatever it is, the message must not be lost
        complain(f"{type(error).__name__}: {error}; the message stays with the mail server")
        return EXIT_AGAIN
    if answer.outcome == "failed":
        complain(f"not taken: {answer.why}; the message stays with the mail server")
        return EXIT_AGAIN
    if args.format:
        with suppress(OSError):
            _show(answer, args.format)
    return 0


def _lmtp(args: argparse.Namespace, told: _Telling) -> None:
    from mailkit.adapters import lmtp  # noqa: PLC0415 - for this way alone
    from mailkit.cli import complain  # noqa: PLC0415

    try:
        place = lmtp.place_of(args.lmtp)
    except ValueError as error:
        raise MailkitError(str(error)) from None
    with _intake(args) as intake:
        lmtp.serve(intake, place, most=args.max_bytes, tell=told, ready=lambda at: complain(f"listening at {at}"))


def _maildir(args: argparse.Namespace, told: _Telling) -> None:
    from mailkit.adapters import maildir  # noqa: PLC0415 - for this way alone

    with _intake(args) as intake:
        _poll(args, told, lambda stop: maildir.take_new(intake, args.maildir, most=args.max_bytes, stopped=stop.is_set))


def _imap(args: argparse.Namespace, told: _Telling) -> None:
    from mailkit.adapters import imap  # noqa: PLC0415 - for this way alone

    try:
        place = imap.place_of(args.imap)
    except ValueError as error:
        message = f"--imap: {error}"
        raise MailkitError(message) from None
    access = imap.Access(_password(args.password_file), args.ca_file, args.insecure, args.expunge, args.state)
    with _intake(args) as intake:
        _poll(args, told, lambda stop: imap.take_new(intake, place, access, most=args.max_bytes, stopped=stop.is_set))


def _files(args: argparse.Namespace, told: _Telling) -> None:
    """Take messages that lie somewhere, each as of the time when it came; nothing of them is moved or changed."""
    from mailkit.adapters.result import arrived, failed, now, take  # noqa: PLC0415 - for this way alone
    from mailkit.cli import complain  # noqa: PLC0415
    from mailkit.cli.inputs import limits_of  # noqa: PLC0415
    from mailkit.sources.files import read_items  # noqa: PLC0415

    with _intake(args) as intake:
        for item in read_items(args.files, limits_of(args)):
            if item.error is not None:
                told(failed(item.name, item.error.what, at=now()))
            if item.message is not None:
                at, data = arrived(item.message, now()), bytes(item.message.source)
                told(take(intake, data, at=at, source=item.name))
            if item.note:
                complain(f"{item.name}: {item.note}")


def _webhook(args: argparse.Namespace, told: _Telling) -> None:
    """Take what a provider posted, kept in files by whatever answers its requests."""
    from mailkit.adapters.result import now, take_told  # noqa: PLC0415 - for this way alone
    from mailkit.adapters.webhooks import convert  # noqa: PLC0415

    with _intake(args) as intake:
        for name in args.webhook:
            try:
                with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
                    for one in convert(args.provider, file):
                        told(take_told(intake, one, at=now(), source=f"{name}#{one.place}"))
            except OSError as error:
                raise SourceError(name, f"it cannot be read ({error.strerror or error})") from error


def _poll(args: argparse.Namespace, told: _Telling, rounds: Callable[[threading.Event], Iterator[Ingested]]) -> None:
    """Take what is there, again and again; where a server or the ledger fails, wait longer and longer, and go on."""
    from mailkit.cli import complain  # noqa: PLC0415

    interval = args.interval or 10.0
    with _stopping() as stop:
        wait = interval
        while not stop.is_set():
            try:
                for answer in rounds(stop):
                    told(answer)
                wait = interval
            except MailkitError as error:
                if args.once or (isinstance(error, SourceError) and args.maildir):
                    raise
                wait = min(max(wait * 2, 1.0), max(LONGEST_WAIT, interval))
                complain(f"{error}; again in {wait:.0f} seconds")
            if args.once:
                return
            stop.wait(wait)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Let SIGTERM and SIGINT end the work behind the message that is taken just now; a second one ends it at once."""
    import signal  # noqa: PLC0415 - for who runs long
    import threading  # noqa: PLC0415 - likewise

    stop = threading.Event()

    def ends(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ends) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _intake(args: argparse.Namespace) -> Iterator[Intake]:
    """Open the ledger, and what decides how a message is taken."""
    for name, ways in _GOES_WITH.items():
        if getattr(args, name) and not any(getattr(args, way) for way in ways):
            message = f"--{name.replace('_', '-')} goes with {' or '.join(f'--{way}' for way in ways)} alone"
            raise MailkitError(message)
    if args.signed and not args.keys:
        message = "--signed needs --keys FILE: without a key no return path is genuine"
        raise MailkitError(message)
    from mailkit.cli.ledger import open_ledger  # noqa: PLC0415 - the help needs no database
    from mailkit.ledger.intake import Intake  # noqa: PLC0415 - likewise

    verp = _verp(args.keys)
    with open_ledger(args.ledger, make=True) as ledger:
        yield Intake(ledger, verp=verp, signed=args.signed, list=args.list, quarantine=args.quarantine)


def _verp(keys: str | None) -> Verp:
    """Give the reader of return paths: ours first, where there are keys, then those of the list managers."""
    from mailkit.lists import verp  # noqa: PLC0415 - likewise

    if keys is None:
        return verp.decode
    from mailkit.cli import complain  # noqa: PLC0415
    from mailkit.lists.keys import parse_keys  # noqa: PLC0415
    from mailkit.lists.tokens import reader  # noqa: PLC0415

    path = Path(keys)
    try:
        text = path.read_text("utf-8")
        if path.stat().st_mode & 0o007:
            complain(f"{keys}: every user may read or change the keys; chmod o= takes that away")
    except (OSError, ValueError) as error:
        raise SourceError(keys, f"it cannot be read ({getattr(error, 'strerror', None) or error})") from error
    return reader(parse_keys(text, keys).decode, verp.decode)


def _password(path: Path | None) -> str:
    if path is None:
        found = os.environ.get(PASSWORD, "")
        if not found:
            message = f"--imap needs a password: --password-file FILE, or {PASSWORD} in the environment"
            raise MailkitError(message)
        return found
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise SourceError(str(path), f"it cannot be read ({getattr(error, 'strerror', None) or error})") from error


class _Telling:
    """Tells of each message, and at the end of all."""

    def __init__(self, style: str) -> None:
        self.style, self.new = style, 0
        self.counts: Counter[str] = Counter()
        self.faults: set[tuple[str, str]] = set()

    def __call__(self, answer: Ingested) -> None:
        if answer.outcome == "failed":
            fault = (answer.source, answer.why)
            if fault in self.faults:  # said in an earlier round
                return
            if len(self.faults) < _MOST_KEPT:
                self.faults.add(fault)
        self.counts[answer.outcome] += 1
        self.new += answer.new
        _show(answer, self.style)

    def end(self) -> None:
        """Say how many there were."""
        from mailkit.cli import complain  # noqa: PLC0415

        said = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.counts.items()))
        total = sum(self.counts.values())
        complain(f"{total:,} message{'' if total == 1 else 's'}{': ' + said if said else ''}; {self.new:,} new events")


def _show(answer: Ingested, style: str) -> None:
    """Write what became of a message."""
    from mailkit.cli.output import write_lines  # noqa: PLC0415
    from mailkit.cli.table import clean  # noqa: PLC0415

    if style == "jsonl":
        write_lines([answer])
        return
    for fact in answer.events:
        whose = f" ({fact.list})" if fact.list else ""
        words = " ".join(filter(None, (fact.what, fact.address + whose, fact.status, fact.reason)))
        print(clean(f"{answer.source}: {answer.outcome}: {words}"))
    if not answer.events or answer.why:
        print(clean(f"{answer.source}: {answer.outcome}: {answer.why or answer.kind}"))
    sys.stdout.flush()
