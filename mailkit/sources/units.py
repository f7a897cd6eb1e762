"""Units: what is read at once by one process, so that several read one source together.

A unit says where its messages stand: files, or a stretch of a file between two messages, found beforehand. Read one after
the other, the units of a source give exactly what `mailkit.sources.files.read_raw` gives, under the same names, wherever
the cuts are. What can only be read from its beginning (a pipe, a packed file) is read by whoever plans, and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from mailkit.limits import MIB, Limits
from mailkit.sources.files import CHUNK_BYTES, peek_at, raw_file
from mailkit.sources.items import Raw, failed, unreadable

Kind = Literal["files", "mbox", "zip", "tar", "jsonl", "parquet", "sent"]
_BY_BYTES = frozenset({"mbox", "jsonl", "tar"})
"""Kinds whose `start` and `end` are offsets in the file."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much one unit may be."""

    bytes: int = 4 * MIB
    """Bytes of the source; one message may be more."""
    messages: int = 2_000
    """Messages, or files."""


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of the input.

    >>> Unit(kind="mbox", name="box", start=0, end=4_096, first=1, count=3, size=4_096).count
    3
    """

    kind: Kind
    """How it is read; sent: the messages come with it."""
    name: str
    """The file, or the folder below which the files are."""
    files: tuple[str, ...] = ()
    """The files, where the kind is files."""
    start: int = 0
    """Offset in the file, in bytes; of zip, that of an entry in the directory; of Parquet, the first row group."""
    end: int = 0
    """Offset behind it."""
    first: int = 1
    """Number of the first message in the source, or of the first line or row."""
    count: int | None = None
    """How many messages, lines or rows, where that is known."""
    size: int = 0
    """Bytes of the source that it stands for; of a packed one, of what is unpacked."""
    is_folder: bool = False
    """Whether files that are no mail are passed over, as in a folder; so it is in a stretch of an archive."""
    is_whole: bool = False
    """Whether it is all of its source: the only message of an mbox bears the name of the box."""
    within: Kind | None = None
    """What the source is of which a member is sent; `start` and `end` are the member's."""
    stamp: str = ""
    """Size and time of change of the file when it was cut: the places hold for no other."""


def read_unit(unit: Unit, limits: Limits, ids: str | None = None) -> Iterator[Raw]:
    """Give the messages of a unit; `ids` is the column with the ids, where there are columns. Never raises for an input."""
    if unit.kind == "files":
        for name in unit.files:
            yield from raw_file(name, limits, ids)
        return
    try:
        with Path(unit.name).open("rb") as file:
            yield from _READERS[unit.kind](unit, file, limits, ids)
    except OSError as error:
        yield unreadable(unit.name, error)


def lost(unit: Unit, count: int) -> Raw | None:
    """Say that a file is not what it was when it was cut, by the messages that a unit gave; None where it has only grown."""
    if unit.kind not in _BY_BYTES:
        return None
    try:
        is_short = Path(unit.name).stat().st_size < unit.end
    except OSError:  # it was open before, or whoever opened it has said so
        return None
    if not is_short and (unit.kind != "mbox" or count == unit.count):
        return None
    what = f"has changed since it was cut: from byte {unit.start} on it gives {count} of {unit.count} messages"
    return failed(unit.name, f"{what}; read it again when nobody writes into it")


def _read_mbox(unit: Unit, file: BinaryIO, limits: Limits, _ids: str | None) -> Iterator[Raw]:
    """Read a stretch of an mbox; what a Content-Length leads to is looked for in the whole box, as when it was cut."""
    from mailkit.sources.mbox import raw_mbox  # noqa: PLC0415 - most mail is in no mbox

    peek = partial(peek_at, file, unit.start)
    chunks = _stretch(file, unit.start, unit.end)
    return raw_mbox(unit.name, chunks, limits, peek, first=unit.first, at=unit.start, alone=unit.is_whole)


def _read_lines(unit: Unit, file: BinaryIO, limits: Limits, ids: str | None) -> Iterator[Raw]:
    from mailkit.sources.items import as_file  # noqa: PLC0415
    from mailkit.sources.lines import raw_lines  # noqa: PLC0415

    return raw_lines(unit.name, as_file(_stretch(file, unit.start, unit.end)), limits, unit.first, ids)


def _read_zip(unit: Unit, file: BinaryIO, limits: Limits, ids: str | None) -> Iterator[Raw]:
    from mailkit.sources.zips import raw_zip  # noqa: PLC0415

    return raw_zip(unit.name, file, limits, unit.start, unit.end, ids=ids)


def _read_tar(unit: Unit, file: BinaryIO, limits: Limits, ids: str | None) -> Iterator[Raw]:
    from mailkit.sources.items import as_file  # noqa: PLC0415
    from mailkit.sources.tars import raw_tar  # noqa: PLC0415

    chunks = _stretch(file, unit.start, unit.end)
    return raw_tar(unit.name, as_file(chunks), limits, at=unit.start, alone=unit.is_whole, ids=ids)


def _read_parquet(unit: Unit, file: BinaryIO, limits: Limits, ids: str | None) -> Iterator[Raw]:
    from mailkit.sources.parquet import raw_parquet  # noqa: PLC0415

    return raw_parquet(unit.name, file, limits, unit.start, unit.end, unit.first, ids)


_READERS: dict[Kind, Callable[[Unit, BinaryIO, Limits, str | None], Iterator[Raw]]] = {
    "mbox": _read_mbox,
    "jsonl": _read_lines,
    "zip": _read_zip,
    "tar": _read_tar,
    "parquet": _read_parquet,
}


def _stretch(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Give the bytes between two offsets."""
    file.seek(start)
    left = end - start
    while left > 0 and (chunk := file.read(min(left, CHUNK_BYTES))):
        left -= len(chunk)
        yield chunk
