"""``mailkit attachments``: which files a message holds, and which of them are dangerous, however they are hidden."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from mailkit.attachments import AttachmentReport, Policy, check_attachments, parse_policy
from mailkit.attachments.codes import CODES, DANGERS
from mailkit.attachments.policy import STANDARD
from mailkit.cli.columns import write_columns
from mailkit.cli.inputs import REPEATED, add_inputs, add_limits, format_of, limits_of, messages
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.table import clean
from mailkit.errors import RuleError

FORMATS = ("text", "json", "jsonl")
VERDICTS = ("suspicious", "dangerous", "unscannable")
"""What --fail-on may name besides codes; suspicious means that or worse."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "attachments",
        help="find dangerous attachments, however they are hidden: names, types, archives, documents",
        description="Look at every attachment of messages, in every reading that some mail program takes, and at what "
        "stands inside archives and documents. The verdict is dangerous, suspicious, clean, or unscannable where "
        "something could not be looked at. `mailkit explain CODE` tells what a code means.",
        epilog=REPEATED,
    )
    add_inputs(parser, "a message, a folder or mbox", FORMATS)
    add_policy(parser)
    add_limits(parser)
    parser.add_argument(
        "--fail-on",
        action="append",
        type=_wanted,
        default=[],
        metavar="WHAT",
        help="exit 1 where a verdict is as bad (suspicious, dangerous), or unscannable, or a finding has this code",
    )
    parser.set_defaults(run=run)


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Declare the file of what a site allows."""
    parser.add_argument(
        "--policy",
        metavar="FILE",
        help="a TOML file of what this site allows and what it does not (docs/attachments.md)",
    )


def policy_of(args: argparse.Namespace) -> Policy:
    """Read the policy that was named. Raises RuleError for a file that is none, or cannot be read."""
    if args.policy is None:
        return STANDARD
    try:
        text = Path(args.policy).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise RuleError(args.policy, "", f"cannot be read: {what}") from None
    return parse_policy(text, args.policy)


def _wanted(text: str) -> str:
    """Read a verdict or a code from the command line."""
    if text.lower() in VERDICTS:
        return text.lower()
    if text.upper() in CODES:
        return text.upper()
    near = difflib.get_close_matches(text.upper(), CODES, 1) or difflib.get_close_matches(text.lower(), VERDICTS, 1)
    hint = f"did you mean {near[0]}?" if near else f"give {', '.join(VERDICTS)} or a code that `mailkit explain` knows"
    message = f"{text!r} is neither a verdict nor a code; {hint}"
    raise argparse.ArgumentTypeError(message)


def run(args: argparse.Namespace) -> int:
    """Check all that was named."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD  # noqa: PLC0415

    policy, limits = policy_of(args), limits_of(args)
    unread: list[str] = []
    failed = False

    def answers() -> Iterator[AttachmentReport]:
        nonlocal failed
        for name, message in messages(args, unread):
            found = check_attachments(message, limits=limits, policy=policy)
            failed = failed or fails(found, args.fail_on, policy)
            yield msgspec.structs.replace(found, source=name)

    write: dict[str, Callable[[Iterator[AttachmentReport]], None]] = {
        "text": _write_text,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_UNREAD if unread else EXIT_FOUND if failed else 0


def fails(found: AttachmentReport, wanted: list[str], policy: Policy = STANDARD) -> bool:
    """Say whether an answer is one of those that were named; what the site lets stay unscanned is not."""
    words = {found.verdict, *(one.code for one in found.findings)}
    if found.verdict == DANGERS[-1]:
        words.add("suspicious")
    if any(gap.reason not in policy.accept for gap in found.unscanned):
        words.add("unscannable")
    return not words.isdisjoint(wanted)


def _write_text(answers: Iterator[AttachmentReport]) -> None:
    """Print the files of each message, what was found in them, and what was not looked at."""
    for number, found in enumerate(answers):
        if number:
            print()
        said = "" if found.complete else ", not all of it could be looked at"
        print(f"{clean(found.source or '')}: {found.verdict}{said}")
        for one in found.attachments:
            size = "not unpacked" if one.bytes is None else f"{one.bytes} bytes"
            kinds = ", ".join(filter(None, (one.type, f"is {'+'.join(one.kinds)}" if one.kinds else "", size)))
            print(f"  {one.path}  {clean(one.name or '(no name)')}  {clean(kinds)}")
        rows: list[tuple[str, ...]] = [
            (one.severity, one.code, one.path, one.detail or CODES[one.code].title) for one in found.findings
        ]
        rows += [("unscanned", gap.reason, gap.path, gap.detail) for gap in found.unscanned]
        if rows:
            write_columns(("severity", "code", "where", "what"), rows)
