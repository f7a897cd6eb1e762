"""The answers as a person reads them: a table, and under it what was weighed."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence

from mailkit.bounce.result import Bounce, Recipient
from mailkit.syntax.widths import width_of

COLORS = {"hard": "31", "block": "33", "soft": "36", "none": "32"}
ROOM = 100
"""Columns for the last cell where no terminal says how many there are."""
LEAST = 20
"""Columns under which the last cell is left out on a terminal."""
NARROW = 30
"""Columns for file and recipient under which each row is written on lines of its own."""
FIRST_ROWS, FIRST_SECONDS = 40, 0.5
"""Rows, and time, that are waited for to see how wide the columns must be; later rows are printed as they come."""
HEAD = ("file", "kind", "recipient", "status", "reason", "advice", "what the server said")
_LONG = (0, 2)
"""Columns that may take several lines: a file and an address are wanted whole."""
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "�") | {9: " ", 10: " ", 13: " "}


def write(bounces: Iterator[Bounce], *, explain: bool, color: str) -> None:
    """Print the table; a message of several recipients takes a row for each."""
    coloured = is_coloured(color)
    if explain:
        for bounce in bounces:
            _explain(bounce, coloured=coloured)
        return
    rows = Rows(HEAD, coloured=coloured)
    for bounce in bounces:
        for row in _rows(bounce):
            rows.add(row)
    rows.end()


class Rows:
    """Rows as they come; the first ones say how wide the columns are. Their columns mean what those of `HEAD` do."""

    def __init__(self, head: Sequence[str], *, coloured: bool) -> None:
        self.room = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None
        self.head, self.coloured = tuple(head), coloured
        self.waiting: list[tuple[str, ...]] = []
        self.began = time.monotonic()
        self.widths = [width_of(name) for name in head]
        self.printing = False

    def add(self, row: tuple[str, ...]) -> None:
        """Take a row; print it where the widths are known."""
        if self.printing:
            self._print(row)
            return
        self.waiting.append(row)
        if len(self.waiting) >= FIRST_ROWS or time.monotonic() - self.began > FIRST_SECONDS:
            self.end()

    def end(self) -> None:
        """Print what waits, under the head."""
        if self.waiting and not self.printing:
            self.printing = True
            for row in self.waiting:
                self.widths = [max(width, width_of(cell)) for width, cell in zip(self.widths, row, strict=True)]
            self._print(self.head)
            for row in self.waiting:
                self._print(row)

    def _print(self, row: tuple[str, ...]) -> None:
        for column, cell in enumerate(row[:-1]):
            if column not in _LONG:  # these are few words, and never cut
                self.widths[column] = max(self.widths[column], width_of(cell))
        if self.room is None:
            lines = _in_columns([[cell] for cell in row[:-1]], self.widths[:-1], cut(row[-1], ROOM))
        else:
            lines = _fitted(row, self.widths, self.room)
        color = COLORS.get(row[5], "") if self.coloured else ""
        for line in lines:
            print(f"\x1b[{color}m{line}\x1b[0m" if color else line)
        if self.printing:
            sys.stdout.flush()


def _in_columns(cells: Sequence[Sequence[str]], widths: Sequence[int], said: str) -> Iterator[str]:
    """Write a row of which a cell may have several lines."""
    for number in range(max(map(len, cells))):
        line = [lines[number] if number < len(lines) else "" for lines in cells]
        padded = [cell + " " * (width - width_of(cell)) for cell, width in zip(line, widths, strict=True)]
        yield "  ".join([*padded, "" if number else said]).rstrip()


def _fitted(row: Sequence[str], widths: Sequence[int], columns: int) -> Iterator[str]:
    """Write a row so that it fits a terminal."""
    short = sum(width for column, width in enumerate(widths[:-1]) if column not in _LONG)
    left = columns - short - 2 * (len(HEAD) - 2)
    file, recipient = (widths[column] for column in _LONG)
    if left < NARROW:
        yield from _stacked(row, columns)
        return
    said = left - file - recipient - 2
    if said < LEAST:
        said = 0
        recipient = min(recipient, max(left - file, left * 3 // 5))
        file = min(file, left - recipient)
    fitting = [file, widths[1], recipient, *widths[3:-1]]
    cells = [fold(cell, width) for cell, width in zip(row[:-1], fitting, strict=True)]
    yield from _in_columns(cells, fitting, cut(row[-1], said) if said else "")


def _stacked(row: Sequence[str], columns: int) -> Iterator[str]:
    """Write a row on lines of its own where the terminal is too narrow for columns."""
    yield from fold(row[0], columns)
    for column, words in enumerate((row[2], " ".join(filter(None, (row[1], *row[3:6]))))):
        if words:
            yield from (f"  {line}" for line in fold(words, columns - 2 if column == 0 else ROOM))


def is_coloured(color: str) -> bool:
    if color != "auto":
        return color == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _rows(bounce: Bounce) -> Iterator[tuple[str, ...]]:
    name = bounce.source or "-"
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


def _explain(bounce: Bounce, *, coloured: bool) -> None:
    """Print one message's answer with its grounds."""
    bold = ("\x1b[1m", "\x1b[0m") if coloured else ("", "")
    dialect = f", written by {bounce.dialect}" if bounce.dialect else ""
    print(f"{bold[0]}{clean(bounce.source or '-')}{bold[1]}: {bounce.kind}{dialect}")
    if isinstance(bounce.why, str):
        print(f"  because {clean(bounce.why)}")
    if bounce.feedback:
        print(clean(f"  {bounce.feedback.type} reported by {bounce.feedback.user_agent or 'an unknown agent'}"))
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


def cut(text: str, room: int) -> str:
    """Cut a text to a number of columns, with a sign that it is cut."""
    if width_of(text) <= room:
        return text
    used = 0
    for index, character in enumerate(text):
        used += width_of(character)
        if used > room - 1:
            return text[:index] + "…"
    return text


def fold(text: str, room: int) -> list[str]:
    """Break a text into lines of so many columns, behind a slash or before an @ where there is one.

    >>> fold("bounces/2026.mbox#7", 12), fold("joe@example.org", 40)
    (['bounces/', '2026.mbox#7'], ['joe@example.org'])
    """
    lines = []
    room = max(room, 2)
    while width_of(text) > room:
        end = used = 0
        while end < len(text) and (used := used + width_of(text[end])) <= room:
            end += 1
        near = max(text.rfind("/", 0, end) + 1, text.rfind("@", 1, end))
        end = near if near * 2 >= end else end
        lines.append(text[:end])
        text = text[end:]
    return [*lines, text]
