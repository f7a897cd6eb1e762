"""The answers as a person reads them: a table, and under it what was weighed."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

from mailkit.bounce.result import Bounce, Recipient

COLORS = {"hard": "31", "block": "33", "soft": "36", "none": "32"}
STYLES = {"hard": "red", "block": "yellow", "soft": "cyan", "none": "green"}
ROOM = 100
"""Columns for the last cell where no terminal says how many there are."""
LEAST = 20
"""Columns under which the last cell is left out on a terminal."""
HEAD = ("file", "kind", "recipient", "status", "reason", "advice", "what the server said")
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "�") | {9: " ", 10: " ", 13: " "}


def write(bounces: Iterator[Bounce], *, explain: bool, color: str) -> None:
    """Print the table; a message of several recipients takes a line for each."""
    coloured = _coloured(color)
    if explain:
        for bounce in bounces:
            _explain(bounce, coloured=coloured)
        return
    rows = [row for bounce in bounces for row in _rows(bounce)]
    if not rows:
        return
    if sys.stdout.isatty():
        _on_terminal(rows, coloured=coloured)
        return
    widths = [max(_width(row[column]) for row in [HEAD, *rows]) for column in range(len(HEAD) - 1)]
    for row in (HEAD, *rows):
        print(_line(row, widths, COLORS.get(row[5], "") if coloured else ""))


def _on_terminal(rows: list[tuple[str, ...]], *, coloured: bool) -> None:
    """Let rich fit the table into the window."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - rich costs more than the classification; a pipe needs none of it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(force_terminal=coloured, highlight=False)
    widths = [max(_width(row[column]) for row in [HEAD, *rows]) for column in range(len(HEAD) - 1)]
    left = console.width - sum(widths) - 2 * len(HEAD)
    shown = len(HEAD) if left >= LEAST else len(HEAD) - 1
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column, name in enumerate(HEAD[:shown]):
        # An address is wanted whole and may take two lines; what the server said is whole in the JSON.
        spare = (
            max(16, widths[column] + min(0, console.width - sum(widths) - 2 * shown - 1))
            if name == "recipient"
            else None
        )
        table.add_column(name, overflow="fold", no_wrap=spare is None, width=spare)
    for row in rows:
        cells = [*row[: len(HEAD) - 1], _cut(row[-1], left)][:shown]
        table.add_row(*map(Text, cells), style=STYLES.get(row[5], ""))
    console.print(table)


def _coloured(color: str) -> bool:
    if color != "auto":
        return color == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _rows(bounce: Bounce) -> Iterator[tuple[str, ...]]:
    name = PurePath(bounce.source or "-").name
    if not bounce.recipients:
        about = (
            f"{bounce.feedback.type} from {bounce.feedback.user_agent or 'unknown'}"
            if bounce.feedback
            else bounce.original.subject or ""
        )
        who = (bounce.feedback.original_recipient if bounce.feedback else None) or ""
        yield tuple(map(clean, (name, bounce.kind, who, "", "", "", about)))
    for one in bounce.recipients:
        kind = bounce.kind if one.action in {"failed", "delayed"} or bounce.kind == "success" else one.action
        yield tuple(
            map(clean, (name, kind, one.address or "?", one.status, one.reason, one.advice, one.diagnostic or ""))
        )


def _line(row: tuple[str, ...], widths: list[int], color: str) -> str:
    cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
    text = "  ".join([*cells, _cut(row[-1], ROOM)]).rstrip()
    return f"\x1b[{color}m{text}\x1b[0m" if color else text


def _explain(bounce: Bounce, *, coloured: bool) -> None:
    """Print one message's answer with its grounds."""
    bold = ("\x1b[1m", "\x1b[0m") if coloured else ("", "")
    dialect = f", written by {bounce.dialect}" if bounce.dialect else ""
    print(f"{bold[0]}{clean(bounce.source or '-')}{bold[1]}: {bounce.kind}{dialect}")
    if bounce.feedback:
        print(f"  {bounce.feedback.type} reported by {bounce.feedback.user_agent or 'an unknown agent'}")
    for one in bounce.recipients:
        _explain_recipient(one)
    for found in bounce.findings:
        print(f"  finding {found.code} at byte {found.offset}{': ' + clean(found.detail) if found.detail else ''}")


def _explain_recipient(one: Recipient) -> None:
    print(
        f"  {clean(one.address or 'unknown recipient')}: {one.action}, {one.status} {one.reason}, advice {one.advice}"
    )
    stated = f", the mail states {one.reported_status}" if one.reported_status not in {None, one.status} else ""
    print(f"    decided by {one.basis} ({one.confidence}){stated}")
    if one.original_address:
        print(f"    written to {clean(one.original_address)}")
    if one.rule:
        print(f"    rule {one.rule}")
    for found in one.evidence:
        print(f"    words {clean(found.what)!r} at byte {found.offset}, {found.length} long")
    if isinstance(one.weighed, tuple):
        for row in one.weighed:
            place = f" at byte {row.evidence.offset}" if row.evidence else ""
            print(f"      {row.basis:10} {row.status:8} {row.reason:14} {row.outcome}{place}")


def clean(text: str) -> str:
    """Take out what would reach the terminal as a command: control characters, line ends, directions."""
    text = text.translate(_CONTROL)
    return "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cs"}) if not text.isascii() else text


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, room: int) -> str:
    if _width(text) <= room:
        return text
    used = 0
    for index, character in enumerate(text):
        used += _width(character)
        if used > room - 1:
            return text[:index] + "…"
    return text
