"""Reads a file as a whole and in units of every size: both must give the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from mailkit.limits import DEFAULT, Limits
from mailkit.sources.cut import CUTTERS
from mailkit.sources.files import read_raw
from mailkit.sources.items import Raw
from mailkit.sources.sniff import HEAD_BYTES, kind_of
from mailkit.sources.units import Kind, Size, Unit, read_unit

Answer = tuple[str, bytes | str, bytes | None]
SIZES = (
    Size(bytes=1),
    Size(messages=1),
    Size(messages=2),
    Size(bytes=97, messages=3),
    Size(bytes=2_000),
    Size(),
)


def answers(raws: Iterable[Raw]) -> list[Answer]:
    """Give what counts of what was read: names, bytes or errors, and marks; not what was passed over."""
    found: list[Answer] = []
    for raw in raws:
        if raw.data is not None:
            found.append((raw.name, bytes(raw.data), raw.mark))
        elif raw.error is not None and not raw.is_no_mail:
            found.append((raw.name, raw.error.what, raw.mark))
    return found


def whole(path: Path, limits: Limits = DEFAULT) -> list[Answer]:
    """Read a file as it is read where nobody splits."""
    return answers(read_raw([str(path)], limits))


def units(path: Path, size: Size, limits: Limits = DEFAULT, kind: Kind | None = None) -> list[Unit]:
    """Plan a file, and take the planning up again behind each unit."""
    with path.open("rb") as file:
        kind = kind or cast("Kind", kind_of(file.read(HEAD_BYTES)))
        found = list(CUTTERS[kind](Unit(kind=kind, name=str(path)), file, size, limits))
        for number, unit in enumerate(found, 1):
            assert list(CUTTERS[kind](unit, file, size, limits)) == found[number:]
    return found


def in_units(found: Iterable[Unit], limits: Limits = DEFAULT) -> list[Answer]:
    """Read units one after the other."""
    return answers(raw for unit in found for raw in read_unit(unit, limits))


def assert_any_split(path: Path, limits: Limits = DEFAULT, sizes: Iterable[Size] = SIZES) -> list[Answer]:
    """Assert that every split gives what the whole gives; give that."""
    expected = whole(path, limits)
    for size in sizes:
        found = units(path, size, limits)
        assert in_units(found, limits) == expected, size
        for unit in found:
            if unit.count is not None and unit.kind in {"mbox", "jsonl"}:
                assert unit.count <= size.messages
    return expected
