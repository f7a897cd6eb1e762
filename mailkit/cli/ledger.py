"""``mailkit ledger``: how it stands with addresses, whom to drop and why, and suppression lists in and out."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from mailkit.bounce.reasons import REASONS
from mailkit.cli import complain
from mailkit.cli import ledger_words as words
from mailkit.cli.columns import write_columns
from mailkit.cli.files import write_file
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.table import clean
from mailkit.errors import MailkitError, SourceError
from mailkit.ledger.events import Event, act, delivery, list_of
from mailkit.ledger.exchange import FORMATS, Name, read, write
from mailkit.ledger.policy import Policy
from mailkit.ledger.scores import Standing, Step, course_of, day_of, moment_of

if TYPE_CHECKING:
    from mailkit.ledger.store import Ledger

_OURS = frozenset({"suppress", "release", "complaint", "probe", "warning"})
"""Events whose reason is in somebody's own words."""
_HEAD = ("list", "address", "state", "score", "since", "until", "cause", "due")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with an address of a list, and all that is known of it."""

    standing: Standing
    """What follows from the events."""
    course: tuple[Step, ...]
    """The days on which the points changed."""
    events: tuple[dict[str, object], ...]
    """The events, oldest first, each with its evidence."""


class _Part(NamedTuple):
    """A word after ``mailkit ledger``."""

    run: Callable[[argparse.Namespace], int]
    help: str
    declare: Callable[[argparse.ArgumentParser], None]


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its words."""
    parser = verbs.add_parser(
        "ledger",
        help="say whom to drop and why; suppression lists in and out",
        description="Ask a ledger of bounces that `mailkit ingest` fills.",
    )
    parts = parser.add_subparsers(title="words", metavar="WORD", required=True)
    for word, part in _PARTS.items():
        one = parts.add_parser(word, help=part.help, description=part.help[:1].upper() + part.help[1:] + ".")
        part.declare(one)
        words.add_ledger(one)
        one.set_defaults(run=part.run)


def open_ledger(url: str, policy: Policy | None = None, *, make: bool) -> Ledger:
    """Open a ledger; say what to install where that is what lacks."""
    try:
        from mailkit.ledger import Ledger  # noqa: PLC0415 - the help needs no database
    except ImportError as error:
        raise MailkitError(str(error)) from error
    return Ledger(url, policy, make=make)


def _standings(args: argparse.Namespace) -> Iterator[Standing]:
    """Give the standings that were asked for."""
    with open_ledger(args.ledger, args.policy, make=False) as ledger:
        addresses = getattr(args, "address", None)
        if not addresses:
            yield from ledger.standings(today=args.today, list=args.list)
            return
        for address in addresses:
            yield from (account.standing for account in _accounts(ledger, address, args))


def _accounts(ledger: Ledger, address: str, args: argparse.Namespace) -> Iterator[Account]:
    """Give what is known of an address, list by list."""
    events = ledger.events(address, list=args.list)
    for name in dict.fromkeys(event.list for event in events if day_of(event.at) <= args.today):
        ours = [event for event in events if event.list == name]
        rows = tuple({**msgspec.to_builtins(event), "detail": _evidence(event)} for event in ours)
        standing, course = course_of(ours, ledger.policy, args.today)
        yield Account(standing=standing, course=course, events=rows)


def _evidence(event: Event) -> object:
    """Give the evidence of an event as what it is."""
    try:
        return msgspec.json.decode(event.detail) if event.detail else None
    except msgspec.DecodeError:
        return event.detail


def _show(args: argparse.Namespace) -> int:
    found = (one for one in _standings(args) if not args.state or one.state in args.state)
    return _print(found, args)


def _drop(args: argparse.Namespace) -> int:
    found = [one for one in _standings(args) if (one.due == args.due if args.due else one.state == "suppressed")]
    if not found and args.list is not None:
        _say_unknown(args)
    return _print(found, args)


def _say_unknown(args: argparse.Namespace) -> None:
    """Say of a list that the ledger does not know which ones it does: a mistyped name looks like a list without faults."""
    with open_ledger(args.ledger, make=False) as ledger:
        known = ledger.lists()
    if list_of(args.list) not in known:
        complain(f"the ledger knows no list {args.list}; it knows {', '.join(filter(None, known[:20])) or 'none'}")


def _lists(args: argparse.Namespace) -> int:
    with open_ledger(args.ledger, make=False) as ledger:
        for name in ledger.lists():
            print(clean(name or "(all lists)"))
    return 0


def _print(standings: Iterable[Standing], args: argparse.Namespace) -> int:
    form = args.format or ("table" if sys.stdout.isatty() else "jsonl")
    if form == "addresses":
        for address in dict.fromkeys(one.address for one in standings):  # of several lists, once
            print(clean(address))
    elif form == "table":
        write_columns(_HEAD, [_cells(one) for one in standings])
    else:
        (write_lines if form == "jsonl" else write_array)(standings)
    return 0


def _cells(one: Standing) -> tuple[str, ...]:
    due = f"{one.due} {one.warnings + 1}" if one.due == "warn" else one.due or ""
    return (
        one.list,
        one.address,
        one.state,
        f"{one.score:g}",
        str(one.since or ""),
        str(one.until or ""),
        one.cause or "",
        due,
    )


def _why(args: argparse.Namespace) -> int:
    with open_ledger(args.ledger, args.policy, make=False) as ledger:
        accounts = [*_accounts(ledger, args.address, args)]
    if not accounts:
        raise SourceError(
            args.ledger, f"nothing is known of {args.address}" + (f" in {args.list}" if args.list else "")
        )
    form = args.format or ("table" if sys.stdout.isatty() else "jsonl")
    if form != "table":
        (write_lines if form == "jsonl" else write_array)(accounts)
        return 0
    for account in accounts:
        write_columns(_HEAD, [_cells(account.standing)])
        print()
        for event in account.events:
            _write_event(event)
        print()
        for step in account.course:
            print(f"{step.day}  {step.change:+g} = {step.score:g}  {step.state}")
    return 0


def _write_event(event: dict[str, object]) -> None:
    """Say of an event when and what, and below it in whose words."""
    at = moment_of(int(str(event["at"]))).strftime("%Y-%m-%d %H:%M")
    print(clean("  ".join(filter(None, (at, *(str(event[key]) for key in ("what", "status", "confidence")))))))
    words = " ".join(_words_of(event).split())
    for line in textwrap.wrap(clean(words), shutil.get_terminal_size((80, 24)).columns - 4):
        print(f"    {line}")


def _words_of(event: dict[str, object]) -> str:
    """Give the words of the server, else what the reason means; of what a person did, the reason as it was given."""
    detail, reason = event["detail"], str(event["reason"])
    recipient = detail.get("recipient") if isinstance(detail, dict) else None
    if isinstance(recipient, dict) and recipient.get("diagnostic"):
        return str(recipient["diagnostic"])
    if event["what"] in _OURS:
        return reason
    return next((facts.title for name, facts in REASONS.items() if name == reason), reason)


def _act(args: argparse.Namespace) -> int:
    """Note what was done; without a list, what suppresses holds for all, and the rest for those that know the address."""
    now = int(datetime.now(UTC).timestamp())
    with open_ledger(args.ledger, make=args.what == "suppress") as ledger:
        for address in args.address:
            lists: list[str] = [args.list or ""]
            if args.list is None and args.what not in {"suppress", "complaint"}:
                lists = [*dict.fromkeys(event.list for event in ledger.events(address))]
            if not lists:
                raise SourceError(args.ledger, f"nothing is known of {address}: nothing was noted")
            ledger.record([act(args.what, address, at=now, list=name, why=args.why) for name in lists])
            print(clean(f"{address}: {args.what} in {', '.join(name or 'all lists' for name in lists)}"))
    return 0


def _delivered(args: argparse.Namespace) -> int:
    now = int(datetime.now(UTC).timestamp())
    lines = [line.strip() for line in _bytes(args.file).decode("utf-8", "replace").splitlines() if line.strip()]
    wrong = next((line for line in lines if not words.is_address(line)), None)
    if wrong is not None:
        raise SourceError(args.file, f"{wrong[:80]!r} is no address; nothing was noted")
    with open_ledger(args.ledger, make=True) as ledger:
        new = ledger.record(delivery(line, at=now, list=args.list) for line in lines)
    print(f"{len(lines)} addresses, {new} of them new today")
    return 0


def _export(args: argparse.Namespace) -> int:
    name: Name = args.as_
    ending = "jsonl" if FORMATS[name].json else "csv"
    with open_ledger(args.ledger, args.policy, make=False) as ledger:
        files = write(ledger.standings(today=args.today, list=args.list), name)
        if args.output is None:
            return _to_stdout([*islice(files, 2)], name)
        args.output.mkdir(parents=True, exist_ok=True)
        before = {*args.output.glob(f"{name}-*.{ending}")}
        for number, data in enumerate(files, 1):
            target = args.output / f"{name}-{number}.{ending}"
            write_file(target, data)
            print(target)
            before.discard(target)
        for old in before:  # of an earlier export that was longer
            old.unlink()
    return 0


def _to_stdout(files: list[bytes], name: Name) -> int:
    """Print the one file that there is."""
    if len(files) > 1:
        message = f"{name} takes {FORMATS[name].most} addresses a file, and there are more: give -o FOLDER"
        raise MailkitError(message)
    sys.stdout.buffer.write(b"".join(files))
    return 0


def _import(args: argparse.Namespace) -> int:
    now = int(datetime.now(UTC).timestamp())
    events = [one for file in args.file for one in read(_bytes(file), at=now, list=args.list, name=file)]
    with open_ledger(args.ledger, make=True) as ledger:
        new = ledger.record(events)
    print(f"{len(events)} addresses, {new} of them new")
    return 0


def _set_policy(args: argparse.Namespace) -> int:
    with open_ledger(args.ledger, make=args.policy is not None) as ledger:
        if args.policy is not None:
            ledger.keep_policy(args.policy)
        write_array([ledger.policy])
    return 0


def _forget(args: argparse.Namespace) -> int:
    with open_ledger(args.ledger, make=False) as ledger:
        for address in args.address:
            print(f"{address}: {ledger.forget(address)} events erased")
    return 0


def _prune(args: argparse.Namespace) -> int:
    with open_ledger(args.ledger, args.policy, make=False) as ledger:
        before = date.fromordinal(max(1, args.today.toordinal() - args.days))
        print(f"{ledger.prune(before=before, today=args.today)} events erased")
    return 0


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise SourceError(name, error.strerror or str(error)) from None


_PARTS: dict[str, _Part] = {
    "show": _Part(_show, "say how it stands with addresses", words.declare_show),
    "drop": _Part(
        _drop, "name the addresses that are suppressed, or those for which something is due", words.declare_drop
    ),
    "why": _Part(_why, "tell all that led to how it stands with an address", words.declare_why),
    "lists": _Part(_lists, "name the lists that are known", words.declare_nothing),
    "release": _Part(_act, "let addresses receive mail again", words.acting("release")),
    "suppress": _Part(_act, "suppress addresses by hand, until they are released", words.acting("suppress")),
    "complaint": _Part(_act, "note that members complained", words.acting("complaint")),
    "probe": _Part(_act, "note that a probe was sent", words.acting("probe")),
    "warned": _Part(_act, "note that members were told that their mail fails", words.acting("warning")),
    "delivered": _Part(_delivered, "note that mail was taken for addresses", words.declare_delivered),
    "export": _Part(_export, "write the suppressed addresses as a provider takes them", words.declare_export),
    "import": _Part(_import, "take the suppression list of a provider", words.declare_import),
    "policy": _Part(_set_policy, "show the policy by which all is decided, or set it", words.declare_policy),
    "forget": _Part(_forget, "erase all that is known of addresses", words.declare_forget),
    "prune": _Part(_prune, "erase old events on which no decision rests", words.declare_prune),
}
