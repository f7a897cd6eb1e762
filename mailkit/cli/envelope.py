"""``mailkit envelope``: who each message was really from and for, and on what evidence."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from mailkit.cli.inputs import add_inputs, format_of, limits_of
from mailkit.cli.output import write_array, write_lines
from mailkit.cli.table import clean
from mailkit.envelope import Candidate, Envelope, envelope
from mailkit.limits import Limits
from mailkit.message import parse

if TYPE_CHECKING:
    from mailkit.sources.queues import Entry

FORMATS = ("table", "json", "jsonl")
MAX_SHOWN = 20
"""Addresses and places that are shown of one message; the JSON has them all."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "envelope",
        help="say who a message was really from and for",
        description="Recover envelopes: from headers, from queue files of MTAs, from SMTP dialogues.",
    )
    add_inputs(parser, "a message, a queue file, a folder or mbox", FORMATS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Recover the envelope of all that was named."""
    from mailkit.cli import EXIT_UNREAD, complain  # noqa: PLC0415
    from mailkit.sources.queues import read_entries  # noqa: PLC0415 - no other verb needs the readers of queues

    limits = limits_of(args)
    unread = 0

    def answers() -> Iterator[Envelope]:
        nonlocal unread
        for entry in read_entries(args.files, limits):
            item = entry.item
            if item is not None and item.error is not None:
                unread += 1
                complain(str(item.error))
            found = _envelope(entry, limits)
            if found is not None:
                yield found
            if item is not None and item.note:
                complain(f"{item.name}: {item.note}")

    write: dict[str, Callable[[Iterator[Envelope]], None]] = {
        "table": _write_table,
        "json": write_array,
        "jsonl": write_lines,
    }
    write[format_of(args, FORMATS[0])](answers())
    return EXIT_UNREAD if unread else 0


def _envelope(entry: Entry, limits: Limits) -> Envelope | None:
    """Recover one envelope; what a queue says comes first, and the message is read beside it."""
    queued, item = entry.queued, entry.item
    if queued is None:
        message = item.message if item else None
        return None if message is None else msgspec.structs.replace(envelope(message), source=entry.name)
    found = (
        queued.envelope if queued.data is None else envelope(parse(queued.data, limits=limits), given=queued.envelope)
    )
    return msgspec.structs.replace(found, source=entry.name, form=queued.format, notes=queued.notes)


def _write_table(answers: Iterator[Envelope]) -> None:
    for found in answers:
        for line in _lines(found):
            print(clean(line))


def _lines(found: Envelope) -> Iterator[str]:
    """Write one answer for a person."""
    yield f"{found.source}{f' ({found.form})' if found.form else ''}"
    yield f"  from {_address(found.sender)}{_grounds(found.decided.sender, found.confidence.sender)}"
    yield f"  for  {_addresses(found.recipients) or 'unknown'}{_grounds(found.decided.recipients, found.confidence.recipients)}"
    for reading in found.readings:
        yield f"  the sender holds {reading.address or 'an address'} ({reading.scheme})"
    if found.date:
        yield f"  at   {found.date.isoformat()}"
    for path in found.paths[:MAX_SHOWN]:
        words = " ".join(keyword if value is None else f"{keyword}={value}" for keyword, value in path.parameters)
        if path.original or words or path.state != "accepted":
            before = f", first to {path.original}" if path.original else ""
            yield f"       {_address(path.address)}: {path.state}{before}{words and ', ' + words}"
    yield from _places(found)
    for one in found.differences:
        whom = f": {_addresses(one.addresses)}" if one.addresses else ""
        yield f"  {one.kind} ({one.confidence}): {one.detail}{whom}"
    for note in found.notes:
        yield f"  note: {note}"
    for one_finding in found.findings:
        detail = f": {one_finding.detail}" if one_finding.detail else ""
        yield f"  {one_finding.severity} {one_finding.code} at byte {one_finding.offset}{detail}"


def _places(found: Envelope) -> Iterator[str]:
    """Write each place with its trust, in columns."""
    shown = found.candidates[:MAX_SHOWN]
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*map(_cells, shown), strict=True)]
    for one in shown:
        cells = "  ".join(cell.ljust(width) for cell, width in zip(_cells(one), widths, strict=True))
        where = f"  at byte {one.offset}" if one.offset is not None else ""
        yield f"    {cells}  {_addresses(one.addresses) or one.text}{where}"
    if len(found.candidates) > MAX_SHOWN:
        yield f"    and {len(found.candidates) - MAX_SHOWN} more places"


def _cells(one: Candidate) -> tuple[str, ...]:
    return one.place, one.role, f"trust {one.trust}"


def _address(address: str | None) -> str:
    return "unknown" if address is None else f"<{address}>"


def _addresses(addresses: tuple[str, ...]) -> str:
    rest = f" and {len(addresses) - MAX_SHOWN} more" if len(addresses) > MAX_SHOWN else ""
    return ", ".join(map(_address, addresses[:MAX_SHOWN])) + rest


def _grounds(place: str | None, confidence: str | None) -> str:
    return f" ({place}, {confidence})" if place else ""
