"""``mailkit text``: characters that must not stand in Japanese mail, and faults of the encoding: where, and what instead."""

from __future__ import annotations

import argparse
import difflib
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from mailkit.charsets import codec_of
from mailkit.cli.columns import write_columns
from mailkit.cli.files import write_file
from mailkit.cli.inputs import REPEATED, add_inputs, format_of, messages
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.table import clean
from mailkit.findings import CODES, SEVERITIES
from mailkit.message import Message
from mailkit.text import Fixed, TextFinding, TextPart, TextReport, check_text, fix_text
from mailkit.text.policies import POLICIES

FORMATS = ("text", "json", "jsonl")
CLASSES = tuple(code.removeprefix("text.") for code in CODES if code.startswith("text."))


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "text",
        help="find machine-dependent characters, half-width kana and broken ISO-2022-JP, with what to write instead",
        description="Check the text of messages, headers and bodies: each finding with part, line, column, character, "
        "row and cell, and what to write instead. `mailkit explain text.CLASS` tells what a class means.",
        epilog=REPEATED,
    )
    add_inputs(parser, "a message, a folder or mbox", FORMATS)
    parser.add_argument(
        "--policy",
        choices=POLICIES,
        default=POLICIES[0],
        help="modern: UTF-8 is right, and ISO-2022-JP as RFC 1468 has it (default); strict-jp-2001: that alone",
    )
    parser.add_argument(
        "--fix", action="store_true", help="write the message again with the safe replacements, nothing else changed"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where --fix writes to (default: standard output)")
    parser.add_argument(
        "--fail-on",
        action="append",
        type=_wanted,
        default=[],
        metavar="WHAT",
        help="exit 1 where a finding is as severe (info, warning, error), or of this class; with --fix, one that is left",
    )
    parser.set_defaults(run=run)


def _wanted(text: str) -> str:
    """Read a severity or a class from the command line."""
    word = text.lower().removeprefix("text.")
    if word not in (*SEVERITIES, *CLASSES):
        near = difflib.get_close_matches(word, (*SEVERITIES, *CLASSES), 1)
        hint = f"did you mean {near[0]}?" if near else f"give info, warning, error, or one of {', '.join(CLASSES)}"
        message = f"{text!r} is neither a severity nor a class; {hint}"
        raise argparse.ArgumentTypeError(message)
    return word


def run(args: argparse.Namespace) -> int:
    """Check all that was named."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD, EXIT_USAGE, complain  # noqa: PLC0415

    if (args.output and not args.fix) or (args.format and args.fix):
        wrong, cure = (
            ("-o", "add --fix, or redirect the output") if args.output else ("--format", "leave it out, or --fix")
        )
        complain(f"{wrong} does not go with {'--fix' if args.fix else 'a report'}; {cure}")
        return EXIT_USAGE
    unread: list[str] = []
    failed = False

    def answers() -> Iterator[TextReport]:
        nonlocal failed
        for name, message in messages(args, unread):
            found = check_text(message, policy=args.policy)
            failed = failed or _fails(found, args.fail_on)
            yield msgspec.structs.replace(found, source=name)

    if args.fix:
        code = _fix(messages(args, unread), args)
        return EXIT_UNREAD if unread else code
    write: dict[str, Callable[[Iterator[TextReport]], None]] = {
        "text": _write_text,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_UNREAD if unread else EXIT_FOUND if failed else 0


def _fails(found: TextReport, wanted: list[str]) -> bool:
    """Say whether something is of a class that was named, or as severe as one that was named."""
    severe = found.worst is not None and SEVERITIES.index(found.worst) >= _least(wanted)
    also = {class_ for one in found.findings for class_ in one.also}
    return severe or any(word in found.counts or word in also for word in wanted)


def _least(wanted: list[str]) -> int:
    """Give the place of the least severity that was named; behind the last where none was."""
    return min((number for number, word in enumerate(SEVERITIES) if word in wanted), default=len(SEVERITIES))


def _write_text(answers: Iterator[TextReport]) -> None:
    """Print a table of findings for each message, under the parts that were read."""
    for number, found in enumerate(answers):
        if number:
            print()
        print(clean(found.source or ""))
        for part in found.parts:
            print(f"{part.part or 'body'}: {clean(part.type)}, {clean(_charset(part))}, {part.bytes} bytes")
        rows = [_row(one) for one in found.findings]
        if rows:
            write_columns(("place", "severity", "class", "text", "cell", "remark"), rows)
        print(_summary(found))


def _charset(part: TextPart) -> str:
    """Say which charset it is, and what was declared."""
    said = f"declared {part.declared}" if part.declared else "none declared"
    if part.basis != "declared":
        return f"{part.charset} ({part.basis}; {said})"
    agrees = part.declared is not None and codec_of(part.declared) == codec_of(part.charset)
    return f"{part.charset} as declared" if agrees else f"{part.charset} ({said})"


def _row(one: TextFinding) -> tuple[str, ...]:
    """Give the cells of one finding."""
    where = ":".join(filter(None, (one.part, one.field))) or "body"
    remark = one.detail
    if one.suggestion is not None:
        write = f"write {one.suggestion}" if one.suggestion else "leave it out"
        remark = write if one.safe else f"perhaps {write}"
    class_ = "/".join((one.class_, *one.also))
    return f"{where}:{one.line}:{one.column}", one.severity, class_, _shown(one.text), one.cell or "", remark


def _shown(text: str) -> str:
    """Give characters as they are, or by their codes where nobody sees them."""
    visible = all(unicodedata.category(character) not in {"Cf", "Co", "Cn", "Cc", "Mn"} for character in text)
    return text if visible else " ".join(f"U+{ord(character):04X}" for character in text)


def _summary(found: TextReport) -> str:
    """Say in one line what was found."""
    if not found.counts and found.complete:
        return f"nothing that {found.policy} minds"
    said = ", ".join(f"{count} {class_}" for class_, count in found.counts.items())
    return (
        said
        if found.complete
        else f"{said}; not all was read or is shown: {', '.join(one.code for one in found.limits)}"
    )


def _fix(messages: Iterator[tuple[str, Message]], args: argparse.Namespace) -> int:
    """Write one message again."""
    from mailkit.cli import EXIT_FOUND, EXIT_USAGE, complain  # noqa: PLC0415

    first = next(messages, None)
    if first is None:
        return 0
    if next(messages, None) is not None:
        complain("--fix writes one message; name one, and run it for each")
        return EXIT_USAGE
    name, message = first
    fixed = fix_text(message, policy=args.policy)
    if args.output and args.output != "-":
        write_file(Path(args.output), fixed.data)
    else:
        sys.stdout.buffer.write(fixed.data)
    complain(f"{name}: {_said(fixed)}")
    return EXIT_FOUND if _is_left(fixed, args.fail_on) else 0


def _said(fixed: Fixed) -> str:
    """Say what was replaced, what is left and why, and what no longer holds."""
    reasons = Counter(one.reason for one in fixed.left)
    left = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
    said = [f"{sum(fixed.counts.values())} replaced", f"left as they are: {left}" if left else ""]
    if fixed.breaks:
        said.append(f"no longer true: {', '.join(fixed.breaks)}")
    return "; ".join(filter(None, said))


def _is_left(fixed: Fixed, wanted: list[str]) -> bool:
    """Say whether something is left that --fail-on names."""
    least = _least(wanted)
    found = [one.finding for one in fixed.left]
    return any(SEVERITIES.index(one.severity) >= least or {one.class_, *one.also} & set(wanted) for one in found)
