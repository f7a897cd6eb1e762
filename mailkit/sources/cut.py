"""Where a file may be cut into units: exactly between two messages, found in one pass and in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from mailkit.limits import MIB, Limits
from mailkit.sources.files import peek_at
from mailkit.sources.units import Size, Unit
from mailkit.stream.filters import Separator
from mailkit.stream.mbox import MboxSplitter

_SEARCHED_BYTES = 1 * MIB


def cut_mbox(after: Unit, file: BinaryIO, size: Size, limits: Limits) -> Iterator[Unit]:
    """Give the units of an mbox that follow one, of the file as long as it is now.

    A splitter forgets everything at a separator, so whoever begins at one sees the same messages; only what is first in the
    box and has no From line (or too long a one) is a message like others if a second follows, so those two stay together.
    """
    total = os.fstat(file.fileno()).st_size
    began, count, number, was_bare = after.end, 0, following(after), False
    for place, is_bare in _separators(file, began, total, limits):
        if count and not was_bare and (place - began >= size.bytes or count >= size.messages):
            yield _unit(after, (began, place), number, count)
            began, number, count = place, number + count, 0
        count, was_bare = count + 1, is_bare
    if count:
        yield _unit(after, (began, total), number, count, is_whole=began == 0)


def _separators(file: BinaryIO, start: int, end: int, limits: Limits) -> Iterator[tuple[int, bool]]:
    """Give the offset of every separator of an mbox, and whether a message begins there without one."""
    splitter = MboxSplitter(limits, peek=partial(peek_at, file, start))
    at = start
    file.seek(start)
    while at < end and (chunk := file.read(min(_SEARCHED_BYTES, end - at))):
        at += len(chunk)
        for event in splitter.feed(chunk):
            if isinstance(event, Separator):
                yield start + event.offset, not event.raw
    for event in splitter.close():
        if isinstance(event, Separator):
            yield start + event.offset, not event.raw


def cut_lines(after: Unit, file: BinaryIO, size: Size, _limits: Limits) -> Iterator[Unit]:
    """Give the units of JSON lines that follow one."""
    total = os.fstat(file.fileno()).st_size
    began, count, number = after.end, 0, following(after)
    at = began
    file.seek(at)
    while at < total and (chunk := file.read(min(_SEARCHED_BYTES, total - at))):
        place = 0
        while (place := chunk.find(b"\n", place) + 1) > 0:
            count += 1
            if at + place - began >= size.bytes or count >= size.messages:
                yield _unit(after, (began, at + place), number, count)
                began, number, count = at + place, number + count, 0
        at += len(chunk)
    if began < total:
        yield _unit(after, (began, total), number, count + 1)


def following(after: Unit) -> int:
    """Give the number of the first message behind a unit."""
    return after.first + (after.count or 0)


def _unit(after: Unit, place: tuple[int, int], first: int, count: int, *, is_whole: bool = False) -> Unit:
    """Make the unit of a stretch of the same source."""
    start, end = place
    return Unit(
        kind=after.kind,
        name=after.name,
        start=start,
        end=end,
        first=first,
        count=count,
        size=end - start,
        is_whole=is_whole,
    )


def _cut_zip(after: Unit, file: BinaryIO, size: Size, limits: Limits) -> Iterator[Unit]:
    from mailkit.sources.zips import cut_zip  # noqa: PLC0415 - most mail is in no archive

    return cut_zip(after, file, size, limits)


def _cut_tar(after: Unit, file: BinaryIO, size: Size, limits: Limits) -> Iterator[Unit]:
    from mailkit.sources.tars import cut_tar  # noqa: PLC0415 - likewise

    return cut_tar(after, file, size, limits)


def _cut_parquet(after: Unit, file: BinaryIO, size: Size, limits: Limits) -> Iterator[Unit]:
    from mailkit.sources.parquet import cut_parquet  # noqa: PLC0415 - likewise

    return cut_parquet(after, file, size, limits)


CUTTERS: dict[str, Callable[[Unit, BinaryIO, Size, Limits], Iterator[Unit]]] = {
    "mbox": cut_mbox,
    "jsonl": cut_lines,
    "zip": _cut_zip,
    "tar": _cut_tar,
    "parquet": _cut_parquet,
}
"""Each goes on behind a unit; behind one of no size and no count it begins."""
