"""``mailkit dialects``: the formats that are known, and what a row, ours or one's own, makes of a message."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import msgspec

from mailkit.bounce.classify import classify
from mailkit.bounce.dialects import DIALECTS, Dialect, load_dialects
from mailkit.bounce.dialects.trial import Tried, try_dialects
from mailkit.cli import EXIT_UNREAD, EXIT_USAGE, complain
from mailkit.cli.columns import write_columns
from mailkit.cli.inputs import add_max_bytes, format_of, limits_of
from mailkit.cli.output import write_lines
from mailkit.cli.table import clean, cut
from mailkit.errors import RuleError
from mailkit.sources.files import read_items
from mailkit.sources.items import Item
from mailkit.sources.sniff import HEAD_BYTES, is_packed, why_no_mail

FORMATS = ("table", "jsonl")
MAX_LINES = 6
"""Lines that are shown of what a recipient gets."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and what it can do."""
    parser = verbs.add_parser(
        "dialects",
        help="list the bounce formats, try a row of your own on messages",
        description="Dialects are bounce formats as rows of a table (docs/dialects.md). A file of your own is read "
        "before ours. With --try, say of each message whose clues are there, who wins and what each recipient gets.",
    )
    parser.add_argument(
        "--try",
        dest="tried",
        nargs="+",
        metavar=("FILE", "MESSAGE"),
        help="a TOML file of dialects and messages to try it on; messages alone are tried on ours",
    )
    add_max_bytes(parser)
    parser.set_defaults(run=_run, parser=parser)
    parts = parser.add_subparsers(title="what to do", metavar="list|show")
    listing = parts.add_parser("list", help="list the dialects in order", description="List the dialects, in order.")
    listing.add_argument("--format", choices=FORMATS, help="default: table on a terminal, jsonl elsewhere")
    listing.set_defaults(run=_list)
    showing = parts.add_parser("show", help="show a row as TOML", description="Show one row, as TOML to start from.")
    showing.add_argument("name", metavar="NAME")
    showing.set_defaults(run=_show)


def _run(args: argparse.Namespace) -> int:
    """Try a file; without anything to do say what can be done."""
    if not args.tried:
        args.parser.error("say what to do: list, show NAME or --try FILE MESSAGE")
    first, *messages = args.tried
    if _is_message(first):
        return _try(DIALECTS, 0, args.tried, args)
    rows = load_dialects(first)
    if not messages:
        print(f"{len(rows)} dialect{'s' * (len(rows) != 1)}, nothing wrong; name messages to try them on")
        return 0
    return _try((*rows, *DIALECTS), len(rows), messages, args)


def _is_message(name: str) -> bool:
    """Say whether a file is no TOML: a folder, standard input, a packed file, or what begins with header fields."""
    if name == "-" or Path(name).is_dir():
        return True
    try:
        with Path(name).open("rb") as file:
            head = file.read(HEAD_BYTES)
            return is_packed(head) or not why_no_mail(head)
    except OSError as error:
        raise RuleError(name, "", f"cannot be read ({error.strerror}); check the path") from error


def _list(args: argparse.Namespace) -> int:
    if format_of(args, FORMATS[0]) == "jsonl":
        write_lines(DIALECTS)
        return 0
    rows = [(row.name, str(len(row.clues)), str(row.need), row.reader or "lines", row.source) for row in DIALECTS]
    write_columns(("name", "clues", "need", "reader", "source"), rows)
    return 0


def _show(args: argparse.Namespace) -> int:
    """Print a row as its owner would write it."""
    row = next((row for row in DIALECTS if row.name == args.name), None)
    if row is None:
        import difflib  # noqa: PLC0415 - only for a mistyped name

        near = difflib.get_close_matches(args.name, [row.name for row in DIALECTS], 3)
        hint = f"did you mean {', '.join(near)}?" if near else "`mailkit dialects list` names them all"
        complain(f"no dialect is called {args.name!r}; {hint}")
        return EXIT_USAGE
    print("\n".join(as_toml(row)))
    return 0


def as_toml(row: Dialect) -> list[str]:
    """Write a row as TOML; what is as by default is left out."""
    lines = ["[[dialect]]"]
    for key, value in msgspec.to_builtins(row).items():
        if isinstance(value, list | tuple):
            lines += [f"{key} = [", *(f"    {_toml(one)}," for one in value), "]"]
        else:
            lines.append(f"{key} = {_toml(value)}")
    return lines


def _toml(value: object) -> str:
    """Write a value: words between single quotes, which leave backslashes alone, where they can be."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str) and "'" not in value and value.isprintable():
        return f"'{value}'"
    return msgspec.json.encode(value).decode()  # whose escapes are those of TOML


def _try(dialects: Sequence[Dialect], own: int, names: Sequence[str], args: argparse.Namespace) -> int:
    """Try dialects on messages, the first `own` of which are the user's."""
    unread = 0
    for item in read_items(names, limits_of(args)):
        if item.error is not None:
            unread += 1
            complain(str(item.error))
        elif item.message is not None:
            _tell(item, dialects, own)
        if item.note:
            complain(f"{item.name}: {item.note}")
    return EXIT_UNREAD if unread else 0


def _tell(item: Item, dialects: Sequence[Dialect], own: int) -> None:
    """Print what came of one message."""
    assert item.message is not None
    trial = try_dialects(item.message, dialects)
    mine = {row.name for row in dialects[:own]}
    winner = trial.winner
    print(clean(f"{item.name}: {winner.name + _owner(winner, mine) if winner else 'no dialect'} wins"))
    for row in trial.rows:
        _tell_row(row, _owner(row.dialect, mine))
    if trial.region:
        print(f"  recipients are looked for from byte {trial.region[0]} to {trial.region[1]}")
    for said in trial.recipients:
        print(clean(f"  {said.address or 'no address'} at byte {said.offset} gets"))
        lines = [line for line in said.text.splitlines() if line.strip()]
        for line in lines[:MAX_LINES]:
            print(f"    | {cut(clean(line.strip()), 100)}")
        if len(lines) > MAX_LINES:
            print(f"    | and {len(lines) - MAX_LINES} lines more")
    bounce = classify(item.message, dialects=dialects)
    print(f"  answer: {bounce.kind}, {len(bounce.recipients)} recipients")
    for one in bounce.recipients:
        print(clean(f"    {one.address or '?'}: {one.status} {one.reason}, advice {one.advice} ({one.confidence})"))


def _owner(row: Dialect, mine: set[str]) -> str:
    return " (yours)" if row.name in mine else ""


def _tell_row(row: Tried, owner: str) -> None:
    """Print the clues of a row, those that are missing too."""
    verdict = "enough" if row.enough else "not enough"
    print(
        f"  {row.dialect.name}{owner}: {len(row.hits)} of {len(row.dialect.clues)} clues, needs {row.dialect.need}: {verdict}"
    )
    for hit in row.hits:
        place = "" if hit.offset is None else f" at byte {hit.offset}"
        print(clean(f"    {hit.clue.where} has {hit.clue.text!r}{place}"))
    if not row.enough:
        for clue in row.missing:
            print(clean(f"    {clue.where} lacks {clue.text!r}"))
