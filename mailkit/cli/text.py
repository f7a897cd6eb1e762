"""``mailkit text``: characters that must not stand in Japanese mail, and faults of the encoding: where, and what instead."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from mailkit.charsets import codec_of
from mailkit.cli.columns import write_columns
from mailkit.cli.inputs import REPEATED, add_inputs, format_of, limits_of
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.table import clean
from mailkit.errors import OutputError
from mailkit.findings import CODES
from mailkit.message import Message
from mailkit.sources.files import read_items
from mailkit.text import TextFinding, TextPart, TextReport, check_text, fix_text
from mailkit.text.policies import POLICIES

FORMATS = ("text", "json", "jsonl")
SEVERITIES = ("info", "notice", "warning", "error")
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
        choices=(*SEVERITIES, *CLASSES),
        default=[],
        metavar="WHAT",
        help="exit 1 where a finding is as severe (info, notice, warning, error), or of this class",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check all that was named."""
    from mailkit.cli import EXIT_FOUND, EXIT_UNREAD, EXIT_USAGE, complain  # noqa: PLC0415

    if args.output and not args.fix:
        complain("-o says where --fix writes to; add --fix, or redirect the output")
        return EXIT_USAGE
    unread, failed = 0, False

    def messages() -> Iterator[tuple[str, Message]]:
        nonlocal unread
        for item in read_items(args.files, limits_of(args)):
            if item.error is not None:
                unread += 1
                complain(str(item.error))
            elif item.message is not None:
                yield item.name, item.message
            if item.note:
                complain(f"{item.name}: {item.note}")

    def answers() -> Iterator[TextReport]:
        nonlocal failed
        for name, message in messages():
            found = check_text(message, policy=args.policy)
            failed = failed or _fails(found, args.fail_on)
            yield msgspec.structs.replace(found, source=name)

    if args.fix:
        return _fix(messages(), args) or (EXIT_UNREAD if unread else 0)
    write: dict[str, Callable[[Iterator[TextReport]], None]] = {
        "text": _write_text,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_UNREAD if unread else EXIT_FOUND if failed else 0


def _fails(found: TextReport, wanted: list[str]) -> bool:
    """Say whether something is of a class that was named, or as severe as one that was named."""
    least = min((SEVERITIES.index(word) for word in wanted if word in SEVERITIES), default=len(SEVERITIES))
    severe = found.worst is not None and SEVERITIES.index(found.worst) >= least
    return severe or any(word in found.counts for word in wanted)


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
            write_columns(("place", "severity", "class", "text", "cell", "instead"), rows)
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
    instead = one.detail
    if one.suggestion is not None:
        instead = f"{one.suggestion or '(nothing)'}{'' if one.safe else ' (not unasked)'}"
    class_ = "/".join((one.class_, *one.also))
    return f"{where}:{one.line}:{one.column}", one.severity, class_, one.text, one.cell or "", instead


def _summary(found: TextReport) -> str:
    """Say in one line what was found."""
    if not found.counts:
        return f"nothing that {found.policy} minds"
    more = "" if found.complete else f"; the first {len(found.findings)} are shown"
    return ", ".join(f"{count} {class_}" for class_, count in found.counts.items()) + more


def _fix(messages: Iterator[tuple[str, Message]], args: argparse.Namespace) -> int:
    """Write one message again."""
    from mailkit.cli import EXIT_USAGE, complain  # noqa: PLC0415

    first = next(messages, None)
    if first is None:
        return 0
    if next(messages, None) is not None:
        complain("--fix writes one message; name one, and run it for each")
        return EXIT_USAGE
    name, message = first
    fixed = fix_text(message, policy=args.policy)
    if args.output:
        _write_file(Path(args.output), fixed.data)
    else:
        sys.stdout.buffer.write(fixed.data)
    left = f", {len(fixed.left)} left as they are" if fixed.left else ""
    broken = f"; {', '.join(fixed.breaks)} no longer holds" if fixed.breaks else ""
    complain(f"{name}: {len(fixed.replaced)} replaced{left}{broken}")
    return 0


def _write_file(target: Path, data: bytes) -> None:
    """Write a file whole or not at all: what stood there before stays until the new one is complete."""
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(str(target), error.strerror or str(error)) from None
