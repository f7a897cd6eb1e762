"""Plain columns for lists that are known as a whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from mailkit.cli.table import LEAST, ROOM, clean, cut
from mailkit.syntax.widths import width_of


def write_columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a head; the last cell is cut to what is left of the line, the others are whole."""
    cells = [head, *([clean(cell) for cell in row] for row in rows)]
    widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)][:-1]
    room = ROOM
    if sys.stdout.isatty():
        room = max(LEAST, shutil.get_terminal_size((80, 24)).columns - sum(widths) - 2 * len(widths))
    for row in cells:
        line = [cell + " " * (width - width_of(cell)) for cell, width in zip(row[:-1], widths, strict=True)]
        print("  ".join([*line, cut(row[-1], room)]).rstrip())
