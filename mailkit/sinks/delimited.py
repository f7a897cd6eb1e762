r"""CSV and TSV: a header line, then one row a recipient; a message without recipients has one row, empty on that side.

CSV is as RFC 4180 has it, in UTF-8. In TSV there are no quotes: tabs and whatever may be taken for the end of a line are
blanks. Lists are JSON. None and an empty list are an empty cell. An apostrophe stands in front of a text that is empty, that
begins with one, or that a spreadsheet would take for a formula (mail is written by strangers); `read_delimited` takes it away.
In the second row of a message and those behind it, cells of the message that are longer than `REPEATED_LETTERS` are empty:
else a report with thousands of recipients and a long subject would grow with the product of the two.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from mailkit.report import Report
from mailkit.rows import Row, row_of
from mailkit.sinks.columns import MESSAGE, RECIPIENT
from mailkit.sinks.files import damaged, encoded

HEAD = ("part", "message", *(column.name for column in (*MESSAGE, *RECIPIENT)))
"""The columns. `part` is the number of the part, `message` that of the message in it, from 1."""
REPEATED_LETTERS = 200
_FORMULA = " =+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""With what a formula begins: OWASP, "CSV injection", the wide forms among them; a blank, for some readers pass over it."""
_BREAKS = re.compile("[\t-\r\x1c-\x1e\x85\u2028\u2029]")
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(?=,|\Z)')


class Style(NamedTuple):
    """CSV or TSV."""

    guarded: frozenset[str]
    """Before what a text has an apostrophe."""
    quotes: bool


CSV = Style(frozenset("'" + _FORMULA), quotes=True)
TSV = Style(frozenset("'\"" + _FORMULA), quotes=False)


class Delimited:
    """Answers as a table of recipients."""

    def __init__(self, file: BinaryIO, part: int, style: Style) -> None:
        self._file = file
        self._style = style
        self._part = str(part)
        self._count = 0
        self._row: Callable[[list[str]], object] = csv.writer(self).writerow if style.quotes else self._tabs
        self._row([*HEAD])

    def add(self, report: Report) -> None:
        """Write the rows of an answer."""
        row = msgspec.json.decode(encoded(row_of(report)))
        self._count += 1
        head = [self._part, str(self._count), *(self._cell(row[column.key]) for column in MESSAGE)]
        for number, one in enumerate(row["recipients"] or [{}]):
            if number == 1:
                head = [cell if len(cell) <= REPEATED_LETTERS else "" for cell in head]
            self._row(head + [self._cell(one.get(column.key)) for column in RECIPIENT])

    def write(self, text: str) -> None:
        """Write a line, as `csv` gives it."""
        self._file.write(text.encode())

    def finish(self) -> None:
        """Write nothing: a line is whole."""

    drop = finish

    def _tabs(self, cells: list[str]) -> None:
        self.write("\t".join(cells) + "\n")

    def _cell(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, list):
            text = msgspec.json.encode(value).decode() if value else ""
            return text if self._style.quotes else _BREAKS.sub(_escape, text)
        if not isinstance(value, str):
            return str(value).lower()
        if not self._style.quotes:
            value = _BREAKS.sub(" ", value)
        return f"'{value}" if not value or value[0] in self._style.guarded else value


def _escape(found: re.Match[str]) -> str:
    """Write a letter of a JSON text with others."""
    return f"\\u{ord(found[0]):04x}"


def read_delimited(path: Path, style: Style) -> Iterator[Row]:
    """Give the rows of a part. Raises SourceError, with the line, where it is damaged."""
    number = 1
    try:
        for _, lines in groupby(_records(path, style), key=lambda line: (line[1].get("part"), line[1]["message"])):
            every = [*lines]
            number = every[0][0]
            yield _row([cells for _, cells in every])
    except (ValueError, KeyError, msgspec.MsgspecError) as error:
        raise damaged(path, number, error) from error


def _row(lines: Sequence[Mapping[str, str]]) -> Row:
    """Make a row of the lines of its recipients, or of the one line that it has without."""
    first = lines[0]
    people = [cells for cells in lines if cells.get("action")]
    recipients = [{column.key: _value(one.get(column.name), column.kind) for column in RECIPIENT} for one in people]
    plain = {column.key: _value(first.get(column.name), column.kind) for column in MESSAGE}
    return msgspec.convert(
        {key: value for key, value in plain.items() if value is not None} | {"recipients": recipients}, Row
    )


def _value(cell: str | None, kind: type) -> object:
    """Read a cell; None where it is empty, or its column is not there."""
    if not cell:
        return None
    if kind is str:
        return cell.removeprefix("'")
    if kind is tuple:
        return msgspec.json.decode(cell)
    if kind is bool:
        return {"true": True, "false": False}[cell.lower()]
    return datetime.fromisoformat(cell) if kind is datetime else kind(cell)


def _records(path: Path, style: Style) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the cells of each record by their columns, with the number of its last line."""
    names: list[str] = []
    for number, text in _texts(path, quotes=style.quotes):
        cells = _unquoted(text) if style.quotes else text.split("\t")
        if names:
            yield number, dict(zip(names, cells, strict=True))
        else:
            names = cells


def _texts(path: Path, *, quotes: bool) -> Iterator[tuple[int, str]]:
    """Give the records of a file without the ends of their lines; one in which a quote is open goes on in the next line."""
    with path.open("rb") as file:
        held: list[bytes] = []
        opened = 0
        for number, line in enumerate(file, 1):
            held.append(line)
            opened += line.count(b'"') if quotes else 0
            if opened % 2 == 0:
                text = b"".join(held).decode("utf-8-sig" if number == 1 else "utf-8")
                yield number, text.removesuffix("\n").removesuffix("\r")
                held, opened = [], 0
        if held:
            message = "a quote is not closed"
            raise ValueError(message)


def _unquoted(text: str) -> list[str]:
    """Give the cells of a record (RFC 4180 section 2); `csv.reader` has a limit that is one for the whole process."""
    cells, place = [], 0
    while place <= len(text):
        found = _CELL.match(text, place)
        if found is None:
            message = f"a comma belongs at letter {place}"
            raise ValueError(message)
        quoted, plain = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        place = found.end() + 1
    return cells
