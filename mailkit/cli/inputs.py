"""The words that every verb on messages takes, and what they mean."""

from __future__ import annotations

import argparse
import re
import sys

import msgspec

from mailkit.limits import DEFAULT, Limits

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


def format_of(args: argparse.Namespace, on_terminal: str) -> str:
    """Give the format that was asked for, or the one that fits where the answers go."""
    return str(args.format or (on_terminal if sys.stdout.isatty() else "jsonl"))


def limits_of(args: argparse.Namespace) -> Limits:
    """Give the limits that were asked for."""
    return msgspec.structs.replace(DEFAULT, message_bytes=args.max_bytes)


def host_name(text: str) -> str:
    """Read the name of a host or a domain, or an address, from the command line."""
    if not re.fullmatch(r"\[?[\w.:\-]{1,255}\]?", text) or not text.strip("."):
        message = f"{text!r} is no domain or host; give a name like lists.example, without @ or *"
        raise argparse.ArgumentTypeError(message)
    return text.strip("[]").strip(".")


def positive(text: str) -> int:
    """Read a number of bytes from the command line."""
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a number of bytes above 0"
        raise argparse.ArgumentTypeError(message)
    return int(text)
