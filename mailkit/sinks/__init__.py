r"""Where the answers of a batch go: numbered parts, each whole or not there at all.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as name:
...     part = open_part(Path(name), "csv", 0)
...     part.write(Report(source="a.eml", error="is no mail: empty"))
...     _ = part.commit()
...     [(row.source, row.error) for row in read_rows(Path(name))]
[('a.eml', 'is no mail: empty')]
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol, get_args

from mailkit.report import Report
from mailkit.sinks.database import DATABASE, DatabasePart, undo
from mailkit.sinks.delimited import CSV, TSV, Delimited
from mailkit.sinks.files import FilePart, remove_abandoned, sync_folder
from mailkit.sinks.lines import Lines
from mailkit.sinks.parquet import RowGroups
from mailkit.sinks.reading import MANIFEST, lacking, read_reports, read_rows

__all__ = [
    "FORMATS",
    "MANIFEST",
    "Format",
    "Part",
    "lacking",
    "open_part",
    "part_name",
    "read_reports",
    "read_rows",
    "remove_temporary",
    "sync_folder",
]

Format = Literal["jsonl", "csv", "tsv", "sqlite", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""How answers can be written."""


class Part(Protocol):
    """Some answers on their way to a folder: nobody sees them before `commit`. All failures are an OutputError."""

    def write(self, report: Report) -> None:
        """Add an answer."""

    def commit(self) -> int:
        """Put the part where it belongs, in the place of one of the same number; it outlasts a power cut. Give its bytes."""

    def discard(self) -> None:
        """Take away what was written; also after a failure, and more than once."""


def part_name(style: str, number: int) -> str:
    """Give the name of the file in which a part stands; with SQLite all stand in one.

    >>> part_name("jsonl", 3), part_name("sqlite", 3)
    ('part-000003.jsonl', 'answers.sqlite')
    """
    return DATABASE if style == "sqlite" else f"part-{number:06d}.{style}"


def open_part(folder: Path, style: str, number: int) -> Part:
    """Begin a part of a folder that is there. Raises ValueError where the style is none of `FORMATS`.

    Several processes may write parts of one folder at the same time, the same part too: the last one stands.
    """
    target = folder / part_name(style, number)
    match style:
        case "jsonl":
            return FilePart(target, Lines)
        case "csv":
            return FilePart(target, lambda file: Delimited(file, number, CSV))
        case "tsv":
            return FilePart(target, lambda file: Delimited(file, number, TSV))
        case "parquet":
            return FilePart(target, RowGroups)
        case "sqlite":
            return DatabasePart(target, number)
    message = f"style={style!r}: give one of {', '.join(FORMATS)}"
    raise ValueError(message)


def remove_temporary(folder: Path) -> int:
    """Take away the files that killed processes left in a folder, and give their number; those of living ones stay.

    Raises OutputError where the folder cannot be read or one cannot be taken away.
    """
    undo(folder / DATABASE)
    return remove_abandoned(folder)
