"""``mailkit inspect``: what each message is made of, and what is odd about it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mailkit.cli.inputs import add_inputs, format_of, limits_of
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.table import clean
from mailkit.sources.files import read_items

if TYPE_CHECKING:
    from mailkit.inspection import Inspection, PartReport
    from mailkit.syntax.mailboxes import Mailbox

FORMATS = ("tree", "json", "jsonl")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "inspect",
        help="show what a message is made of, where each part stands, and what is odd",
        description="Take messages apart: a tree on a terminal, JSON lines in a pipe. Of each part the tree gives path, "
        "type, encoding, charset, file name, [offset:end] of header and body in bytes, and the size of its content.",
    )
    add_inputs(parser, "a message, a folder or mbox", FORMATS)
    parser.add_argument("--views", action="store_true", help="also the parts in every other reading that differs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Inspect all that was named."""
    from mailkit.cli import EXIT_UNREAD, complain  # noqa: PLC0415
    from mailkit.inspection import inspect  # noqa: PLC0415 - other verbs do without

    unread = 0

    def answers() -> Iterator[Inspection]:
        nonlocal unread
        for item in read_items(args.files, limits_of(args)):
            if item.error is not None:
                unread += 1
                complain(str(item.error))
            elif item.message is not None:
                yield inspect(item.message, source=item.name, views=args.views)
            if item.note:
                complain(f"{item.name}: {item.note}")

    write: dict[str, Callable[[Iterator[Inspection]], None]] = {
        "tree": _draw_all,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_UNREAD if unread else 0


def _draw_all(answers: Iterator[Inspection]) -> None:
    for seen in answers:
        _draw(seen)


def _draw(seen: Inspection) -> None:
    """Print the parts as a tree, and the findings under it."""
    print(clean(f"{seen.source}: {seen.bytes:,} bytes{'' if seen.complete else ', not complete'}"))
    for label, value in (
        ("Subject", seen.subject),
        ("From", ", ".join(map(_mailbox, seen.from_))),
        ("To", ", ".join(map(_mailbox, seen.to))),
        ("Date", seen.date.isoformat() if seen.date else None),
    ):
        if value:
            print(clean(f"  {label}: {value}"))
    _draw_parts(seen.parts)
    for view in seen.views:
        print(f"  in another reading, because of {', '.join(view.causes)}:")
        _draw_parts(view.parts)
    for found in seen.findings:
        also = "" if found.also is None else f" and {found.also}"
        print(
            clean(f"  {found.severity} {found.code} at byte {found.offset}{also}{found.detail and ': ' + found.detail}")
        )


def _mailbox(box: Mailbox) -> str:
    return f"{box.name} <{box.address}>" if box.name else box.address


def _draw_parts(parts: tuple[PartReport, ...]) -> None:
    for part in parts:
        depth = part.path.count(".") + bool(part.path)
        words = [part.path or "message", part.type]
        words += [word for word in (part.encoding, part.charset, part.filename and repr(part.filename)) if word]
        size = f"{part.content_bytes:,} bytes" if part.sha256 else "parts"
        print(clean(f"  {'  ' * depth}{' '.join(words)}  [{part.offset}:{part.end}] {size}"))
