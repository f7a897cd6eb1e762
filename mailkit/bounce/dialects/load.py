"""Dialects of one's own: the rows of the table as a TOML file, checked before they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from mailkit.bounce import bounded
from mailkit.bounce.dialects.engine import Dialect
from mailkit.bounce.rows import read_rows
from mailkit.errors import RuleError
from mailkit.syntax.address import ADDRESS

_SHORTEST = 3
"""Characters of a clue; shorter ones are in half of all mail."""


def load_dialects(path: Path | str) -> tuple[Dialect, ...]:
    """Read a TOML file of dialects, in order; put them before `DIALECTS`, for the first that fits wins.

    Raises `RuleError`, which names the file, the row, the key and the cure.
    """
    rows, faults = read_rows(path, Dialect, "dialect", "name")
    faults += lint_dialects(rows, str(path))
    if faults:
        raise faults[0]
    return tuple(rows)


def lint_dialects(rows: Sequence[Dialect], where: str = "dialects") -> list[RuleError]:
    """Check dialects: what they are known by, how their lines are found, and that it costs little on every text."""
    faults = []
    seen: set[str] = set()
    for row in rows:
        faults += [RuleError(where, row.name, what, "dialect") for what in _faults(row)]
        if row.name in seen:
            faults.append(RuleError(where, row.name, "the name stands twice: give another", "dialect"))
        seen.add(row.name)
    return faults


def _faults(row: Dialect) -> Iterator[str]:
    for key in ("name", "source"):
        if not getattr(row, key).strip():
            yield f"the {key} is empty: write one"
    if not row.clues:
        yield 'has no clues: give one, for example clues = [["from", "mailer-daemon@acme.example"]]'
    elif not 1 <= row.need <= len(row.clues):
        yield f"need = {row.need}, but there are {len(row.clues)} clues: write a number from 1 to that"
    yield from _word_faults(row)
    for regex in row.recipient:
        yield from _recipient_faults(regex)


def _word_faults(row: Dialect) -> Iterator[str]:
    for clue in row.clues:
        if clue.text != clue.text.lower():
            yield f"the clue {clue.text!r} is not in lower case: write {clue.text.lower()!r}"
        if len(clue.text.strip()) < _SHORTEST:
            yield f"the clue {clue.text!r} is too short to know a format by; write at least {_SHORTEST} characters"
    for key in ("begin", "end", "delayed", "final"):
        for word in getattr(row, key):
            if word != word.lower() or not word.strip():
                yield f"{key}: {word!r} is empty or not in lower case: write {word.lower()!r}"


def _recipient_faults(regex: str) -> Iterator[str]:
    """Say what is wrong with the form of a line that names a recipient."""
    whole = regex.replace("{address}", f"(?P<addr>{ADDRESS})")
    yield from (fault.replace(repr(whole), f"recipient: {regex!r}") for fault in bounded.faults(whole))
    try:
        groups = re.compile(whole).groupindex
    except re.error:
        return
    if list(groups) != ["addr"]:
        yield f"recipient: {regex!r} must have one named group, the address: write {{address}} where it stands"
