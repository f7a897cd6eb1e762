"""``mailkit strip``: the dangerous parts of a message make way for notices; every other byte is as it was."""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import msgspec

from mailkit.attachments import StripReport, strip_attachments
from mailkit.attachments.notice_words import LANGUAGES
from mailkit.attachments.notices import known_languages
from mailkit.cli.attachments import add_policy, policy_of
from mailkit.cli.files import write_file
from mailkit.cli.inputs import add_limits, add_max_bytes, limits_of
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.words import WORDS
from mailkit.sources.files import CHUNK_BYTES, read_items

FORMATS = {"json": write_array, "jsonl": write_lines}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "strip",
        help="take dangerous attachments out of a message, and leave every other byte as it is",
        description="Write a message with its dangerous parts replaced by a notice. What stands in multipart/signed, in a "
        "part that is encoded as a whole, or in an archive goes with all of that. Where nothing is dangerous, the message "
        "is written as it is. Of an mbox all messages are written, as an mbox. Where a part cannot be taken out for certain, "
        "nothing is written and the exit code is 1.",
    )
    parser.add_argument("file", metavar="FILE", help="a message or an mbox, or - for standard input")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write to (default: standard output)")
    parser.add_argument(
        "--format", choices=FORMATS, help="print what was taken out of each message as JSON; the messages go to -o"
    )
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
        type=_languages,
        metavar="LANGUAGE",
        help=f"of the notice, as de, de-AT or de,en; may be given several times: {', '.join(LANGUAGES)} (default: en)",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but what was refused or went wrong")
    add_policy(parser)
    add_limits(parser)
    add_max_bytes(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Strip all messages that the file holds, one after the other; nothing is written before the last one is done."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD, EXIT_USAGE, complain  # noqa: PLC0415

    if args.format and args.output in {None, "-"}:
        complain("--format prints on standard output; name a file for the message with -o")
        return EXIT_USAGE
    policy, limits = policy_of(args), limits_of(args)
    languages = tuple(dict.fromkeys(chain.from_iterable(args.language or [("en",)])))
    number, notes = 0, []
    answers: list[StripReport] = []
    with tempfile.TemporaryFile() as kept:
        for number, item in enumerate(read_items([args.file], limits), 1):
            if item.message is None:
                complain(str(item.error))
                return EXIT_UNREAD
            if number > 1 and item.mark is None:
                complain(f"{args.file}: it holds several messages and is no mbox; give each by itself")
                return EXIT_USAGE
            found = strip_attachments(
                item.message,
                least=args.least,
                unscannable=args.unscannable,
                languages=languages,
                limits=limits,
                policy=policy,
            )
            notes += [f"{item.name}: {item.note}"] if item.note else []
            answer = msgspec.convert(found, StripReport, from_attributes=True)  # without the message itself
            answers.append(msgspec.structs.replace(answer, source=item.name))
            kept.write(found.data + (item.mark or b""))
        if not number:
            complain(f"{args.file}: there is no message in it")
            return EXIT_UNREAD
        refused = any(answer.refused for answer in answers)
        if not refused:
            _write(kept, args.output)
    _tell(args, answers, notes)
    return EXIT_FOUND if refused else 0


def _tell(args: argparse.Namespace, answers: list[StripReport], notes: list[str]) -> None:
    """Say what became of the messages: as JSON where that is wanted, else in lines for a person."""
    from mailkit.cli import complain  # noqa: PLC0415

    if args.format:
        FORMATS[args.format](answers)
    else:
        notes = [f"{answer.source}: {line}" for answer in answers for line in _said(answer)] + notes
    refused = any(answer.refused for answer in answers)
    for line in notes if refused or not args.quiet else ():
        complain(line)
    if refused:
        complain(f"{args.file}: nothing was written")


def _write(kept: BinaryIO, output: str | None) -> None:
    """Write what was kept, from its beginning."""
    kept.seek(0)
    pieces = iter(partial(kept.read, CHUNK_BYTES), b"")
    if output and output != "-":
        write_file(Path(output), pieces)
    else:
        sys.stdout.buffer.writelines(pieces)


def _languages(text: str) -> tuple[str, ...]:
    """Read languages from the command line."""
    try:
        return known_languages(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _said(found: StripReport) -> list[str]:
    """Say what went, what could not go, and what no longer holds."""
    why = WORDS["attachments: why a part was not taken out"]
    lines = [
        f"part {one.path} is not taken out: {why[one.reason]}; hold or reject the message" for one in found.refused
    ]
    for one in found.removed:
        name = f" ({one.name})" if one.name else ""
        lines.append(f"part {one.path}{name} is taken out, {one.length} bytes: {', '.join(one.codes)}")
    if found.report.verdict != "clean":
        lines.append(f"what is left is {found.report.verdict}")
    if found.breaks:
        lines.append(f"no longer true: {', '.join(found.breaks)}")
    return lines
