"""The words that every verb on messages takes, and what they mean."""

from __future__ import annotations

import argparse
import sys

import msgspec

from mailkit.limits import DEFAULT, Limits


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


def positive(text: str) -> int:
    """Read a number of bytes from the command line."""
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a number of bytes above 0"
        raise argparse.ArgumentTypeError(message)
    return int(text)
