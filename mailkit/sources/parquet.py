"""Parquet with a message in each row, in a column named as in `mailkit.sources.lines.COLUMNS`, as binary or as text.

Only that column is read, page by page; pyarrow does it, and is imported only here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from mailkit.limits import MIB, Limits
from mailkit.sources.cut import following
from mailkit.sources.items import NO_MAIL, Raw, failed
from mailkit.sources.lines import COLUMNS, raw_row
from mailkit.sources.units import Size, Unit

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_BATCH_BYTES = 1 * MIB
"""Bytes of a column that are turned into rows at once, if its rows are of one size."""
_BATCH_ROWS = 256
_READ_BYTES = 1 * MIB
_MOST = 1 << 40
"""Rows or bytes of a row group; more is damage."""
_TYPES = frozenset({"binary", "string", "large_binary", "large_string", "binary_view", "string_view"})
_LACKS = "is Parquet, which needs pyarrow: pip install 'mailkit-bounce[parquet]'"


def raw_parquet(  # noqa: PLR0913, PLR0917 - a stretch of a file has its place in it
    name: str, file: BinaryIO, limits: Limits, start: int = 0, end: int = 0, first: int = 1
) -> Iterator[Raw]:
    """Give the message of each row as ``name#1``, ``name#2`` and so on: of the row groups from `start` to `end`, or of all.

    `first` is the number of the first row. A row that holds none is an error of its own.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415 - likewise
    except ImportError:
        yield failed(name, _LACKS)
        return
    broken = (pa.ArrowException, OSError, ValueError)
    try:
        table = _opened(file)
        column = _column_of(table)
    except broken as error:
        yield failed(name, _damaged(error))
        return
    if column is None:
        there = ", ".join(table.schema_arrow.names)[:200]
        yield failed(name, f"{NO_MAIL}: Parquet without a column {COLUMNS[0]} of binary or text; there is {there}")
        return
    for group in range(start, end or table.num_row_groups):
        number = first
        try:
            first += _rows(table, group)
            for value in _values(table, group, column):
                yield raw_row(f"{name}#{number}", {column: value}, limits)
                number += 1
        except broken as error:
            yield failed(f"{name}#{number}", f"{_damaged(error)}, nor can the rest of its row group")


def _damaged(error: Exception) -> str:
    return f"cannot be read (it is damaged: {' '.join(str(error).split())[:200]})"


def _opened(file: BinaryIO) -> ParquetFile:
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - an extra

    file.seek(0)
    return ParquetFile(file, buffer_size=_READ_BYTES, pre_buffer=False)  # a chunk of a column is never held as a whole


def _column_of(table: ParquetFile) -> str | None:
    """Give the column that has the messages."""
    types: dict[str, Any] = {field.name: field.type for field in table.schema_arrow}
    return next(
        (name for name in COLUMNS if str(getattr(types.get(name), "value_type", types.get(name))) in _TYPES), None
    )


def _values(table: ParquetFile, group: int, column: str) -> Iterator[bytes | None]:
    """Give the values of a column in a row group; few are held at once where they are large."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    most = min(_BATCH_ROWS, max(1, _BATCH_BYTES * _rows(table, group) // max(1, _sizes(table, group, column)[1])))
    for batch in table.iter_batches(most, row_groups=[group], columns=[column], use_threads=False):
        yield from batch.column(0).cast(pa.large_binary()).to_pylist()


def _rows(table: ParquetFile, group: int) -> int:
    """Give how many rows a row group has. Raises ValueError for a number that cannot be true."""
    rows: int = table.metadata.row_group(group).num_rows
    if not 0 <= rows < _MOST:
        message = f"a row group of {rows} rows"
        raise ValueError(message)
    return rows


def _sizes(table: ParquetFile, group: int, column: str | None) -> tuple[int, int]:
    """Give the bytes of a row group in the file, and those of one column in it when it is unpacked."""
    found = table.metadata.row_group(group)
    chunks = [found.column(number) for number in range(found.num_columns)]
    unpacked = sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema == column)
    return min(max(0, sum(chunk.total_compressed_size for chunk in chunks)), _MOST), min(max(0, unpacked), _MOST)


def cut_parquet(after: Unit, file: BinaryIO, size: Size, _limits: Limits) -> Iterator[Unit]:
    """Give the units of a file that follow one: some row groups each. What cannot be read is one unit, which says so."""
    if after.is_whole:
        return
    whole = msgspec.structs.replace(after, count=0, size=max(1, os.fstat(file.fileno()).st_size), is_whole=True)
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415 - likewise
    except ImportError:
        yield whole
        return
    try:
        units = [*_units(after, _opened(file), size)]
    except (pa.ArrowException, OSError, ValueError):
        units = []
    yield from units if units or after.end else (whole,)


def _units(after: Unit, table: ParquetFile, size: Size) -> Iterator[Unit]:
    column = _column_of(table)
    if column is None:
        return
    start, first, count, content, weight = after.end, following(after), 0, 0, 0
    for group in range(start, table.num_row_groups):
        if count and (content >= size.bytes or count >= size.messages):
            yield msgspec.structs.replace(after, start=start, end=group, first=first, count=count, size=weight)
            start, first, count, content, weight = group, first + count, 0, 0, 0
        packed, unpacked = _sizes(table, group, column)
        count += _rows(table, group)
        content, weight = content + unpacked, weight + packed
    if start < table.num_row_groups:
        yield msgspec.structs.replace(
            after, start=start, end=table.num_row_groups, first=first, count=count, size=weight
        )
