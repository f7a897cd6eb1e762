"""Answers read back from a folder: the parts that its manifest names, each message once, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mailkit.errors import SourceError
from mailkit.report import Report
from mailkit.rows import Row, row_of
from mailkit.sinks.database import DATABASE, parts_of, read_database
from mailkit.sinks.delimited import CSV, TSV, read_delimited
from mailkit.sinks.lines import read_lines
from mailkit.sinks.parquet import read_parquet

MANIFEST = "manifest.jsonl"
"""What was done, a line a part: ``{"done": 3, "part": "part-000003.jsonl"}``. Other lines and keys are its writer's."""
_PART = re.compile(r"part-([0-9]{6,18})\.(jsonl|csv|tsv|parquet)")

_READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": lambda path: map(row_of, read_lines(path)),
    ".csv": lambda path: read_delimited(path, CSV),
    ".tsv": lambda path: read_delimited(path, TSV),
    ".parquet": read_parquet,
}


def read_rows(folder: Path) -> Iterator[Row]:
    """Give the rows of a folder that a batch has filled, or of one part, each message once and in order.

    A batch that is not at its end yet, or was killed, gives what is done. Raises SourceError, with the place and the cure.
    """
    for path, parts in _parts(folder):
        try:
            yield from read_database(path, parts) if path.suffix == ".sqlite" else _READERS[path.suffix](path)
        except OSError as error:
            raise _unreadable(path, error) from error


def read_reports(folder: Path) -> Iterator[Report]:
    """Give the answers themselves, of a folder or a part of JSON lines; the other formats hold rows alone."""
    for path, _ in _parts(folder):
        if path.suffix != ".jsonl":
            raise SourceError(str(path), "holds rows and no whole answers; run the batch with --format jsonl")
        try:
            yield from read_lines(path)
        except OSError as error:
            raise _unreadable(path, error) from error


def lacking(folder: Path, done: Mapping[int, tuple[str, int]]) -> set[int]:
    """Give the numbers of those parts, of which name and bytes are given, that are not there any more, or not whole."""
    there = parts_of(folder / DATABASE) if any(name == DATABASE for name, _ in done.values()) else set()
    return {
        number
        for number, (name, size) in done.items()
        if (number not in there if name == DATABASE else _size(folder / name) != size)
    }


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _parts(folder: Path) -> list[tuple[Path, list[int] | None]]:
    """Give the files to be read in order; of a database, which parts of it."""
    if folder.is_file():
        if folder.name == MANIFEST or folder.suffix not in {*_READERS, ".sqlite"}:
            raise SourceError(str(folder), "is no part of answers; give the folder that `mailkit batch -o` has filled")
        return [(folder, None)]
    done = _done(folder)
    if done is None:
        return [(path, None) for path in _without_manifest(folder)]
    names = [done[number] for number in sorted(done)]
    if DATABASE in names:
        return [(folder / DATABASE, sorted(number for number, name in done.items() if name == DATABASE))]
    return [(folder / name, None) for name in names]


def _done(folder: Path) -> dict[int, str] | None:
    """Give the parts that are done by their numbers; None where there is no manifest."""
    path = folder / MANIFEST
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    done = {}
    for number, line in enumerate(lines[:-1], 1):  # behind the last line end is what a killed writer began
        place = f"{path}:{number}"
        try:
            found = json.loads(line)
            if "done" in found and found["part"] is not None:
                done[int(found["done"])] = _checked(found["part"])
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(place, f"is no line of a manifest ({error}); run the batch again") from error
    return done


def _checked(name: str) -> str:
    """Refuse what is not the name of a part, and may lie elsewhere. Raises ValueError."""
    if name != DATABASE and not _PART.fullmatch(name):
        message = f"{name!r} is not the name of a part"
        raise ValueError(message)
    return name


def _without_manifest(folder: Path) -> list[Path]:
    """Give the parts of a folder by their numbers: all, where they are of one format."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError as error:
        raise _unreadable(folder, error) from error
    found = {name: int(part[1]) for name in names if (part := _PART.fullmatch(name))}
    found |= {DATABASE: 0} if DATABASE in names else {}
    formats = sorted({Path(name).suffix for name in found})
    if not formats:
        raise SourceError(str(folder), "holds no answers; give the folder that `mailkit batch -o` has filled")
    if len(formats) > 1:
        what = (
            f"holds parts of several formats ({', '.join(formats)}) and no {MANIFEST}; take away those of all but one"
        )
        raise SourceError(str(folder), what)
    return [folder / name for name in sorted(found, key=lambda name: found[name])]


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        str(path), f"cannot be read ({error.strerror or error}); check that it is there and its permissions"
    )
