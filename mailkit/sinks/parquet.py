"""Parquet: rows of `mailkit.arrow.row_schema`, in groups of bounded size, packed with Zstandard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from mailkit.arrow import record_batch, row_schema, rows_of
from mailkit.report import Report
from mailkit.rows import Row, row_of
from mailkit.sinks.files import damaged, encoded

GROUP_ROWS = 500
GROUP_BYTES = 4 << 20
"""Rows that are held, and their bytes as JSON, before a group of them is written."""
WINDOW = 100
"""Rows that are read at once: as Python has them they are large."""


class RowGroups:
    """Answers as Parquet."""

    def __init__(self, file: BinaryIO) -> None:
        schema = row_schema()  # says which extra lacks
        from pyarrow import parquet  # noqa: PLC0415 - an extra

        said = {"mailkit.v": str(Report().v), "mailkit.version": _version()}
        self._rows: list[Row] = []
        self._bytes = 0
        self._writer = parquet.ParquetWriter(file, schema.with_metadata(said), compression="zstd")

    def add(self, report: Report) -> None:
        """Hold an answer; write those that are held where they are many."""
        row, size = sound(row_of(report))
        self._rows.append(row)
        self._bytes += size
        if len(self._rows) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._flush()

    def finish(self) -> None:
        """Write those that are held, and the index at the end of the file."""
        self._flush()
        self._writer.close()

    def drop(self) -> None:
        """Let go of the file."""
        self._rows.clear()
        with suppress(Exception):  # it writes its end, for which there may be no room
            self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            batch = record_batch(self._rows)
            self._writer.write_batch(batch.replace_schema_metadata(self._writer.schema.metadata), GROUP_ROWS)
        self._rows, self._bytes = [], 0


def sound(row: Row) -> tuple[Row, int]:
    """Give a row that UTF-8 can hold, and its bytes as JSON."""
    data = encoded(row)
    return (msgspec.json.decode(data, type=Row) if b"\xef\xbf\xbd" in data else row), len(data)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - it loads much

    try:
        return version("mailkit-bounce")
    except PackageNotFoundError:
        return "unknown"


def read_parquet(path: Path) -> Iterator[Row]:
    """Give the rows of a part. Raises SourceError where it is damaged, MailkitError where pyarrow lacks."""
    row_schema()  # says which extra lacks
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415 - likewise

    try:
        with parquet.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                for batch in file.read_row_group(group, use_threads=False).to_batches(WINDOW):
                    yield from rows_of(batch)
    except (pa.ArrowException, msgspec.ValidationError) as error:
        raise damaged(path, 0, error) from error
