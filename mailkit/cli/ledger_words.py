"""What may stand behind the words of ``mailkit ledger``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from mailkit.cli.inputs import positive
from mailkit.errors import MailkitError
from mailkit.ledger.exchange import FORMATS
from mailkit.ledger.policy import PRESETS, Policy, parse_policy
from mailkit.ledger.scores import Due, State

DEFAULT_LEDGER = "ledger.db"
SHOWN = ("table", "json", "jsonl", "addresses")


def add_ledger(parser: argparse.ArgumentParser) -> None:
    """Declare which ledger."""
    parser.add_argument(
        "--ledger",
        default=DEFAULT_LEDGER,
        metavar="URL",
        help="a file of SQLite, or postgresql+psycopg://USER@HOST/NAME (default: %(default)s)",
    )


def _policy(text: str) -> Policy:
    """Read a policy from a file, or take a preset by its name."""
    if text in PRESETS:
        return PRESETS[text]
    try:
        return parse_policy(Path(text).read_text(encoding="utf-8"), text)
    except OSError as error:
        message = f"{text!r} is no preset ({', '.join(PRESETS)}) and no file ({error.strerror or error})"
        raise argparse.ArgumentTypeError(message) from None
    except MailkitError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no day; write it as 2026-11-24"
        raise argparse.ArgumentTypeError(message) from None


def is_address(text: str) -> bool:
    """Say whether a text is an address, and nothing besides."""
    return re.fullmatch(r"[^\s<>]+@[^\s<>@]+", text) is not None


def _address(text: str) -> str:
    if not is_address(text):
        message = f"{text!r} is no address; give one like joe@example.org"
        raise argparse.ArgumentTypeError(message)
    return text


def declare_nothing(_parser: argparse.ArgumentParser) -> None:
    """Declare no words."""


def _today() -> date:
    return datetime.now(UTC).date()


def _asking(parser: argparse.ArgumentParser) -> None:
    """Declare what decides an answer."""
    parser.add_argument("--list", metavar="NAME", help="of this list, and what holds for all lists")
    parser.add_argument(
        "--policy", type=_policy, metavar="NAME", help="list, esp, or a file of TOML (default: that of the ledger)"
    )
    parser.add_argument(
        "--today", type=_day, default=_today(), metavar="DAY", help="as of this day (default: today, UTC)"
    )


def _showing(parser: argparse.ArgumentParser) -> None:
    _asking(parser)
    parser.add_argument("--format", choices=SHOWN, help="default: table on a terminal, jsonl elsewhere")


def declare_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", nargs="*", type=_address, metavar="ADDRESS", help="of these alone")
    parser.add_argument(
        "--state",
        action="append",
        choices=get_args(State),
        metavar="STATE",
        help="in this state: " + ", ".join(get_args(State)),
    )
    _showing(parser)


def declare_drop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--due", choices=get_args(Due), metavar="WHAT", help="where this is due today: " + ", ".join(get_args(Due))
    )
    _showing(parser)


def declare_why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", type=_address, metavar="ADDRESS", help="the member")
    _asking(parser)
    parser.add_argument("--format", choices=SHOWN[:3], help="default: table on a terminal, jsonl elsewhere")


def declare_act(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", nargs="+", type=_address, metavar="ADDRESS", help="the members")
    parser.add_argument(
        "--list",
        metavar="NAME",
        help="in this list (default: suppress and complaint in all, the rest where it is known)",
    )
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason, for whoever asks later")


def declare_delivered(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an address a line, or - for standard input")
    parser.add_argument("--list", default="", metavar="NAME", help="of this list")


def declare_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("as_", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="into files of this folder (default: standard output)"
    )
    _asking(parser)


def declare_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="+", metavar="FILE", help="CSV or JSON of a provider, or - for standard input")
    parser.add_argument("--list", default="", metavar="NAME", help="for rows that name no list")


def declare_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policy", nargs="?", type=_policy, metavar="NAME", help="list, esp, or a file of TOML: from now on"
    )


def declare_forget(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "address", nargs="+", type=_address, metavar="ADDRESS", help="whose data is erased, in all lists"
    )


def declare_prune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--days", type=positive, default=365, metavar="N", help="keep what is younger (default: %(default)s)"
    )
    _asking(parser)


def acting(what: str) -> Callable[[argparse.ArgumentParser], None]:
    """Declare an act, which is told by its word."""

    def declare(parser: argparse.ArgumentParser) -> None:
        declare_act(parser)
        parser.set_defaults(what=what)

    return declare
