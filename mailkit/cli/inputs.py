"""The words that every verb on messages takes, and what they mean."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterator

import msgspec

from mailkit.attachments.bounds import NAMES, value_of
from mailkit.limits import DEFAULT, Limits
from mailkit.message import Message
from mailkit.sources.files import read_items

REPEATED = "Options that name a FILE, a NAME, WHOSE or WHAT may be given several times."
"""Said at the end of a verb's help."""


def add_inputs(parser: argparse.ArgumentParser, what: str, formats: tuple[str, ...]) -> None:
    """Declare the inputs, their largest size, and the formats of the answers; the first is that of a terminal."""
    parser.add_argument("files", nargs="+", metavar="FILE", help=f"{what}, or - for standard input")
    parser.add_argument("--format", choices=formats, help=f"default: {formats[0]} on a terminal, jsonl elsewhere")
    add_max_bytes(parser)


def add_max_bytes(parser: argparse.ArgumentParser) -> None:
    """Declare the largest size of an input."""
    parser.add_argument(
        "--max-bytes",
        type=positive,
        default=DEFAULT.message_bytes,
        metavar="N",
        help="largest message that is read (default: %(default)s)",
    )


def add_own(parser: argparse.ArgumentParser) -> None:
    """Declare what a user brings of his own: rules, dialects, and which domains are his."""
    parser.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="a TOML file of rules, read before ours"
    )
    parser.add_argument(
        "--dialects", action="append", default=[], metavar="FILE", help="a TOML file of dialects, tried before ours"
    )
    parser.add_argument(
        "--ours",
        action="append",
        type=host_name,
        default=[],
        metavar="NAME",
        help="a domain or host of ours: a finding tells whether a bounce is about our mail or backscatter",
    )


def format_of(args: argparse.Namespace, on_terminal: str) -> str:
    """Give the format that was asked for, or the one that fits where the answers go."""
    return str(args.format or (on_terminal if sys.stdout.isatty() else "jsonl"))


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Declare the limits of the walk through attachments."""
    parser.add_argument(
        "--limit",
        action="append",
        type=_limit,
        default=[],
        metavar="NAME=VALUE",
        help=f"raise or lower a limit, as member_bytes=64MiB; may be given several times: {', '.join(NAMES)}",
    )


def _limit(text: str) -> tuple[str, float]:
    """Read a limit of the walk from the command line."""
    name, _, value = text.partition("=")
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"give one of {', '.join(NAMES)}"
        message = f"{name!r} is no limit of attachments; {hint}"
        raise argparse.ArgumentTypeError(message)
    try:
        return name, value_of(name, value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def limits_of(args: argparse.Namespace) -> Limits:
    """Give the limits that were asked for."""
    return msgspec.structs.replace(DEFAULT, message_bytes=args.max_bytes, **dict(getattr(args, "limit", ())))


def messages(args: argparse.Namespace, unread: list[str]) -> Iterator[tuple[str, Message]]:
    """Give all messages that were named, each with its name; of what could not be read say why, and add it to `unread`."""
    from mailkit.cli import complain  # noqa: PLC0415

    for item in read_items(args.files, limits_of(args)):
        if item.error is not None:
            unread.append(item.name)
            complain(str(item.error))
        elif item.message is not None:
            yield item.name, item.message
        if item.note:
            complain(f"{item.name}: {item.note}")


def host_name(text: str) -> str:
    """Read the name of a host or a domain, or an address, from the command line."""
    if not re.fullmatch(r"\[?[\w.:\-]{1,255}\]?", text) or not text.strip("."):
        message = f"{text!r} is no domain or host; give a name like lists.example, without @ or *"
        raise argparse.ArgumentTypeError(message)
    return text.strip("[]").strip(".")


def positive(text: str) -> int:
    """Read a whole number above 0 from the command line."""
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a whole number above 0"
        raise argparse.ArgumentTypeError(message)
    return int(text)
