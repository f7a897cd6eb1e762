"""Parquet with a message in each row, in a column named as in `mailkit.sources.lines.COLUMNS`, as binary or as text.

Only that column is read, and that with the ids, page by page; pyarrow does it, and is imported only here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from mailkit.limits import MIB, Limits
from mailkit.sources.cut import following
from mailkit.sources.items import NO_MAIL, Raw, failed, too_large
from mailkit.sources.lines import COLUMNS, ID_BYTES, LONG_ID, message_of, row_bytes, unarmoured, without
from mailkit.sources.units import Size, Unit

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_BATCH_BYTES = 1 * MIB
"""Bytes of a column that are turned into rows at once, if its rows are of one size."""
_BATCH_ROWS = 256
_REPEATED_BYTES = 64 * MIB
"""Bytes of rows that are turned into messages at once, if each is as large as a dictionary."""
_READ_BYTES = 1 * MIB
_NUMBER = rb"\x15([\x80-\xff]{0,4}[\0-\x7f])"
_DICTIONARY = re.compile(rb"\x15\x04%b%b(?:%b\x3c|\x4c)%b" % (_NUMBER, _NUMBER, _NUMBER, _NUMBER))
"""How a dictionary page begins: its type, 2; its bytes, unpacked and packed; perhaps a checksum; the number of its values. It
is a PageHeader of the Apache Parquet format, in the compact protocol of Apache Thrift."""
_HEADER_BYTES = 32
_MOST = 1 << 40
"""Rows or bytes of a row group; more is damage."""
_TYPES = frozenset({"binary", "string", "large_binary", "large_string", "binary_view", "string_view"})
_LACKS = "is Parquet, which needs pyarrow: pip install 'mailkit-bounce[parquet]'"


def raw_parquet(  # noqa: PLR0913, PLR0917 - a stretch of a file has its place in it
    name: str, file: BinaryIO, limits: Limits, start: int = 0, end: int = 0, first: int = 1, ids: str | None = None
) -> Iterator[Raw]:
    """Give the message of each row as ``name#1``, ``name#2`` and so on: of the row groups from `start` to `end`, or of all.

    `first` is the number of the first row, `ids` the column with the ids. A row that holds no message is an error of its own.
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
    fault = _fault(table, column, ids)
    if column is None or fault:
        if not start:  # the first stretch says it for all
            yield failed(name, fault)
        return
    for group in range(start, end or table.num_row_groups):
        number = first
        try:
            first += _rows(table, group)
            names = [column] if ids is None else [column, ids]
            repeated = [_dictionary(table, group, file, one) for one in names]
            size = _too_large(table, group, names, repeated, limits)
            if size:
                yield _unread(f"{name}#{number}", first - number, size, limits)
                continue
            for data, own in _cells(table, group, names, repeated):
                yield _raw(f"{name}#{number}", column, data, own, limits)
                number += 1
        except broken as error:
            yield failed(f"{name}#{number}", f"{_damaged(error)}, nor can the rest of its row group")


def _fault(table: ParquetFile, column: str | None, ids: str | None) -> str:
    """Say which column lacks; empty where none does."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    names = table.schema_arrow.names
    there = f"; there is {', '.join(names)}"[:200]
    if column is None:
        return f"{NO_MAIL}: Parquet without a column {COLUMNS[0]} of binary or text{there}"
    if ids is not None and ids not in names:
        return f"has no ids: no column {ids}{there}"
    kind = None if ids is None else _type(table, ids)
    return f"has no ids: its column {ids} holds {str(kind)[:100]}" if kind and pa.types.is_nested(kind) else ""


def _type(table: ParquetFile, column: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    return table.schema_arrow.types[table.schema_arrow.names.index(column)]


def why_no_ids(file: BinaryIO, ids: str) -> str:
    """Say why the messages of a file can have no ids; empty where they can, or where it has none."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415 - likewise
    except ImportError:
        return ""
    try:
        table = _opened(file)
        column = _column_of(table)
        return _fault(table, column, ids) if column else ""
    except (pa.ArrowException, OSError, ValueError):
        return ""


def _too_large(
    table: ParquetFile, group: int, names: Sequence[str], repeated: Sequence[tuple[int, int]], limits: Limits
) -> int:
    """Give the bytes of a column of a row group, or of its dictionary, that are more than all its values may have; else 0.

    Then one of them is too large, and pyarrow would hold it as a whole; one among many small ones is not seen before.
    """
    rows = _rows(table, group)
    sizes = [(_sizes(table, group, name)[1], rows) for name in names]
    return max((size for size, count in (*sizes, *repeated) if size > count * row_bytes(limits) > 0), default=0)


def _unread(name: str, rows: int, size: int, limits: Limits) -> Raw:
    """Say that a row group is not read."""
    if rows == 1:
        return too_large(name, size, limits)
    what = f"is too large, or one of the {rows:,} rows of its row group is, which are not read: {size:,} bytes together"
    return failed(name, f"{what}, the limit of a message is {limits.message_bytes:,}; raise it with --max-bytes")


def _raw(name: str, column: str, data: bytes | None, own: str | None, limits: Limits) -> Raw:
    """Give the message of a row."""
    if data is None:
        raw = without(name, (column,))
    else:
        data = unarmoured(data)
        raw = message_of(name, data, len(data), limits)
    if own is None:
        return raw
    return raw._replace(id=own) if len(own.encode()) <= ID_BYTES else raw._replace(note=LONG_ID)


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


def _cells(
    table: ParquetFile, group: int, names: Sequence[str], repeated: Sequence[tuple[int, int]]
) -> Iterator[tuple[bytes | None, str | None]]:
    """Give the messages in a row group, with their ids; few are held at once where they are large, or may be."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    unpacked = _sizes(table, group, names[0])[1]
    most = min(_BATCH_ROWS, _BATCH_BYTES * _rows(table, group) // max(1, unpacked))
    for name, (size, _) in zip(names, repeated, strict=True):
        if not pa.types.is_dictionary(_type(table, name)):  # whose values are taken one by one
            most = min(most, _REPEATED_BYTES // max(1, size))
    for batch in table.iter_batches(max(1, most), row_groups=[group], columns=[*names], use_threads=False):
        cells, *own = (batch.column(batch.schema.get_all_field_indices(name)[0]) for name in names)
        texts = _texts(own[0]) if own else [None] * batch.num_rows
        yield from zip(_values(cells), texts, strict=True)


def _values(cells: Any) -> Iterator[bytes | None]:  # noqa: ANN401 - pyarrow ships no types
    """Give messages; those of a dictionary one by one, for they may be the same large one."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    if pa.types.is_dictionary(cells.type):
        for place in cells.indices.to_pylist():
            yield None if place is None else cells.dictionary[place].as_buffer().to_pybytes()
        return
    yield from cells.cast(pa.large_binary()).to_pylist()


def _texts(cells: Any) -> list[str | None]:  # noqa: ANN401 - pyarrow ships no types
    """Give ids as text, as JSON has them; what is binary as UTF-8 where it is, else in hexadecimal."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    kind = cells.type
    if pa.types.is_dictionary(kind):
        places = cells.indices.to_pylist()
        known = {place: _texts(cells.dictionary.slice(place, 1))[0] for place in {*places} - {None}}
        return [known.get(place) for place in places]
    if isinstance(kind, pa.BaseExtensionType):  # a UUID, or some other's
        return [None if one is None else str(one) for one in cells.to_pylist()]
    if "binary" in str(kind):
        return [None if one is None else _text(one) for one in cells.to_pylist()]
    if "string" in str(kind):
        binary = cells.cast(pa.large_binary()).to_pylist()
        return [None if one is None else one.decode("utf-8", "replace") for one in binary]
    mark = ""
    if pa.types.is_timestamp(kind) and kind.tz:  # its zone may not be known here
        cells, mark = cells.cast(pa.timestamp(kind.unit)), "Z"
    texts = cells.cast(pa.string()).to_pylist()
    if pa.types.is_floating(kind):
        return [None if one == "nan" else one for one in texts]
    return [one.replace(" ", "T") + mark if one and pa.types.is_timestamp(kind) else one for one in texts]


def _text(data: bytes) -> str:
    """Give binary as text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data.hex()
    return text if text.isprintable() else data.hex()


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


def _dictionary(table: ParquetFile, group: int, file: BinaryIO, column: str) -> tuple[int, int]:
    """Give the bytes of a column's dictionary when it is unpacked, as large may be every row, and its values; 0 for none."""
    found = table.metadata.row_group(group)
    for chunk in (found.column(number) for number in range(found.num_columns)):
        if chunk.path_in_schema == column:
            places = (chunk.data_page_offset, chunk.dictionary_page_offset or 0)
            file.seek(min((place for place in places if place > 0), default=0))
            head = _DICTIONARY.match(file.read(_HEADER_BYTES))
            return (_number(head[1]), _number(head[4])) if head else (0, 0)
    return 0, 0


def _number(data: bytes) -> int:
    """Give a number above 0 of the compact protocol: seven bits a byte, the lowest first, and twice as large."""
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(data)) >> 1


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
