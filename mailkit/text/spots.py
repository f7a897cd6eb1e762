"""Spots: the places of a text that hold what need not be readable, each with its class, in bytes and in lines.

A text is looked at in the charset that it is in: what stands in a cell of a two-byte set is told by the cell, what
stands in Unicode by the character. Whether a spot matters is for the policy to say.
"""

from __future__ import annotations

from typing import NamedTuple

from mailkit.charsets.cells import GETA, UNDEFINED, class_of
from mailkit.text.carriers import choose, of_cell
from mailkit.text.characters import character, replace_kana


class Spot(NamedTuple):
    """One place."""

    start: int
    """Byte offset, 0-based; `end` is behind the last byte."""
    end: int
    line: int
    """1 is the first."""
    column: int
    """In characters, 1 is the first."""
    class_: str
    text: str = ""
    cell: str | None = None
    suggestion: str | None = None
    safe: bool = False
    also: tuple[str, ...] = ()
    detail: str = ""


class Place(NamedTuple):
    """Where a spot stands."""

    start: int
    end: int
    line: int
    column: int


def kana_spot(place: Place, run: str) -> Spot:
    """Give the spot of a run of half-width kana."""
    return Spot(*place, "kana-halfwidth", run, None, replace_kana(run), safe=True)


def cell_spot(place: Place, row: int, cell: int, text: str, sender: str | None) -> Spot:
    """Give the spot of a cell of a two-byte set that JIS X 0208 does not have, rows 1 to 94."""
    class_, also = choose(of_cell(row, cell), sender, class_of(row, defined=text != UNDEFINED))
    if class_.startswith("emoji-"):
        return Spot(*place, class_, GETA, f"{row}-{cell}", None, also=also)
    return vendor_spot(place, class_, text, f"{row}-{cell}", also)


def vendor_spot(place: Place, class_: str, text: str, cell: str | None, also: tuple[str, ...] = ()) -> Spot:
    """Give the spot of a character with what to write instead; one that JIS X 0208 has elsewhere is its own."""
    if text == UNDEFINED:
        return Spot(*place, class_, "", cell, None, also=also)
    known = character(text)
    if known is None:
        return Spot(*place, class_, text, cell, text, safe=True, also=also)
    return Spot(*place, class_, text, cell, known.suggestion, known.safe, also)
