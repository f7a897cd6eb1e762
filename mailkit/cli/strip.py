"""``mailkit strip``: the dangerous parts of a message make way for notices; every other byte is as it was."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mailkit.attachments import Stripped, strip_attachments
from mailkit.attachments.notices import LANGUAGES
from mailkit.cli.attachments import add_policy, policy_of
from mailkit.cli.files import write_file
from mailkit.cli.inputs import add_max_bytes, limits_of
from mailkit.sources.files import read_items

REASONS = {
    "ambiguous": "readers see different files in this message; hold or reject it",
    "structure": "it is no part that stands by itself; hold or reject the message",
    "remains": "it would be found again; hold or reject the message",
}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "strip",
        help="take dangerous attachments out of a message, and leave every other byte as it is",
        description="Write a message with its dangerous parts replaced by a notice. What stands in multipart/signed, in a "
        "part that is encoded as a whole, or in an archive goes with all of that. Where nothing is dangerous, the message "
        "is written as it is. Where a part cannot be taken out for certain, nothing is written and the exit code is 1.",
    )
    parser.add_argument("file", metavar="FILE", help="a message, or - for standard input")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write to (default: standard output)")
    parser.add_argument(
        "--least",
        choices=("suspicious", "dangerous"),
        default="dangerous",
        help="how grave a part must be to go (default: %(default)s)",
    )
    parser.add_argument("--unscannable", action="store_true", help="take out what could not be looked at, too")
    parser.add_argument(
        "--language",
        action="append",
        choices=LANGUAGES,
        metavar="LANGUAGE",
        help=f"of the notice; may be given several times: {', '.join(LANGUAGES)} (default: en)",
    )
    add_policy(parser)
    add_max_bytes(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Strip one message."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD, EXIT_USAGE, complain  # noqa: PLC0415

    policy, limits = policy_of(args), limits_of(args)
    items = read_items([args.file], limits)
    item = next(items, None)
    if item is None or item.message is None:
        complain(str(item.error) if item else f"{args.file}: there is no message in it")
        return EXIT_UNREAD
    if next(items, None) is not None:
        complain(f"{args.file}: it holds several messages; strip writes one: give each by itself")
        return EXIT_USAGE
    found = strip_attachments(
        item.message,
        least=args.least,
        unscannable=args.unscannable,
        languages=tuple(dict.fromkeys(args.language or ["en"])),
        limits=limits,
        policy=policy,
    )
    for line in _said(found):
        complain(f"{item.name}: {line}")
    if found.refused:
        return EXIT_FOUND
    if args.output and args.output != "-":
        write_file(Path(args.output).resolve(), found.data)
    else:
        sys.stdout.buffer.write(found.data)
    return 0


def _said(found: Stripped) -> list[str]:
    """Say what went, what could not go, and what no longer holds."""
    lines = [f"part {one.path} is not taken out: {REASONS[one.reason]}" for one in found.refused]
    for one in found.removed:
        name = f" ({one.name})" if one.name else ""
        lines.append(f"part {one.path}{name} is taken out, {one.length} bytes: {', '.join(one.codes)}")
    if found.report.verdict != "clean":
        lines.append(f"what is left is {found.report.verdict}")
    if found.breaks:
        lines.append(f"no longer true: {', '.join(found.breaks)}")
    return lines
