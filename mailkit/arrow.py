"""Record batches in, record batches out: for Spark, Ray, Dask, Polars, DuckDB and whatever else speaks Apache Arrow.

`classify_batches` is the whole of it: it knows no engine, keeps nothing between two batches, and gives one row for each row.
Needs pyarrow (`pip install 'mailkit-bounce[parquet]'`), which is loaded when one of these functions is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import accumulate, repeat
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec

from mailkit.bounce.dialects import Dialect
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.origin import Ours
from mailkit.errors import MailkitError
from mailkit.limits import DEFAULT, Limits
from mailkit.report import BOUNCE, Answer, Report, analyze, check_wanted
from mailkit.rows import Row, row_of

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 10_000
"""Of a table in memory, what is answered at once."""
_NEEDS = "pyarrow is not installed; pip install 'mailkit-bounce[parquet]'"


def row_schema() -> pa.Schema:
    """Give the Arrow schema of `Row`: the columns of every batch, part and table, in their order; all may be null."""
    arrow = _pyarrow()
    return arrow.schema(_fields(Row))


def answer_schema(schema: pa.Schema, keep: Sequence[str] = ()) -> pa.Schema:
    """Give the schema of the answers to batches of a schema: the columns to keep, as they are there, then those of `Row`.

    Raises ValueError where one of them is not there.

    >>> import pyarrow as pa
    >>> answer_schema(pa.schema([("id", pa.int64()), ("raw", pa.binary())]), keep=("id",)).names[:4]
    ['id', 'source', 'error', 'size']
    """
    _check_columns(schema, keep)
    kept = {name: schema.field(name) for name in keep}
    return _pyarrow().schema([*kept.values(), *(one for one in row_schema() if one.name not in kept)])


def record_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Give rows as a record batch of `row_schema`."""
    schema = row_schema()
    return _pyarrow().RecordBatch.from_arrays(_arrays(Row, rows, schema), schema=schema)


def rows_of(batch: pa.RecordBatch) -> Iterator[Row]:
    """Give the rows of a record batch; columns that are none of a row's are passed over.

    Whoever wrote it may have changed the types: a time without a zone is in UTC, a string may be a large one. An id that was
    kept, and is no text, is passed over where it cannot be made one.
    """
    arrow = _pyarrow()
    names = {name for name in batch.schema.names if name != "id" or _is_castable(batch.column(name))}
    schema = arrow.schema([field for field in row_schema() if field.name in names])
    for plain in batch.select(schema.names).cast(schema, safe=False).to_pylist():
        yield msgspec.convert({key: value for key, value in plain.items() if value is not None}, Row)


def classify_batches(  # noqa: PLR0913 - each is a choice of the caller
    batches: Iterable[pa.RecordBatch],
    *,
    raw: str = "raw",
    keep: Sequence[str] = (),
    want: Collection[Answer] = BOUNCE,
    limits: Limits = DEFAULT,
    rules: RuleSet | None = None,
    dialects: Sequence[Dialect] | None = None,
    ours: Ours | None = None,
) -> Iterator[pa.RecordBatch]:
    r"""Give for each batch one batch of answers of `answer_schema`, row for row; one batch at a time is held.

    `raw` names the column with the messages: binary, or a string for its UTF-8, in whatever form Arrow has for them. A row
    that is null or no message has its reason in the column ``error``, and never touches the others; for one that is null, the
    reason is that of the batch's own column ``error``, where a reader such as `mailkit.spark.read_mbox` has left one. A column
    to keep that bears the name of an answer takes its place (``source``, so that rows bear the names of the caller). Raises
    ValueError where a column is not there.

    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"id": [7, 8], "raw": [b"Subject: hi\n\nhello\n", None]})
    >>> [row for out in classify_batches([batch], keep=("id",)) for row in out.select(["id", "kind", "error"]).to_pylist()]
    [{'id': 7, 'kind': 'other', 'error': None}, {'id': 8, 'kind': None, 'error': 'is null'}]
    """
    arrow = _pyarrow()
    check_wanted(want)
    for batch in batches:
        _check_columns(batch.schema, (raw,))
        schema = answer_schema(batch.schema, keep)
        rows = [
            row_of(_answer(data, why, want=want, limits=limits, rules=rules, dialects=dialects, ours=ours))
            for data, why in zip(batch.column(raw), _reasons(batch), strict=True)
        ]
        answers = record_batch(rows)
        columns = [batch.column(name) if name in keep else answers.column(name) for name in schema.names]
        yield arrow.RecordBatch.from_arrays(columns, schema=schema)


def classify_table(table: pa.Table, keep: Sequence[str] = (), **choices: Any) -> pa.Table:  # noqa: ANN401 - pass through
    r"""Give the answers to a table that is in memory; the choices are those of `classify_batches`.

    >>> import pyarrow as pa
    >>> table = pa.table({"id": [7], "raw": [b"Subject: hi\n\nhello\n"]})
    >>> classify_table(table, keep=("id",)).select(["id", "kind"]).to_pylist()
    [{'id': 7, 'kind': 'other'}]
    """
    batches = classify_batches(table.to_batches(max_chunksize=_ROWS), keep=keep, **choices)
    return _pyarrow().Table.from_batches(batches, schema=answer_schema(table.schema, keep))


def _is_castable(column: pa.Array) -> bool:
    """Say whether a column can be made text."""
    arrow = _pyarrow()
    try:
        return column.cast(arrow.string()) is not None
    except arrow.ArrowException:
        return False


def _check_columns(schema: pa.Schema, names: Sequence[str]) -> None:
    """Refuse a name that no column bears, or several. Raises ValueError."""
    if isinstance(names, str):
        message = f"keep={names!r}: give a tuple of names"
        raise ValueError(message)  # noqa: TRY004 - as the others
    for name in names:
        places = len(schema.get_all_field_indices(name))
        if places != 1:
            what = f"{places} columns" if places else "no column"
            message = f"{what} {name!r} in the batch: it has {', '.join(schema.names)}"
            raise ValueError(message)


def _reasons(batch: pa.RecordBatch) -> Iterator[str | None]:
    """Give for each row why it holds no message, as far as the batch itself says."""
    places = batch.schema.get_all_field_indices("error")
    if len(places) != 1 or not _pyarrow().types.is_string(batch.schema.field(places[0]).type):
        return repeat(None, batch.num_rows)
    return (one.as_py() for one in batch.column(places[0]))


def _answer(cell: pa.Scalar, why: str | None, **choices: Any) -> Report:  # noqa: ANN401 - those of `analyze`
    """Analyze what stands in a row."""
    while hasattr(cell, "value"):  # of a dictionary, of a run, of an extension type
        cell = cell.value
    if cell is None or not cell.is_valid:
        return Report(error=why or "is null")
    if not hasattr(cell, "as_buffer"):
        return Report(error=f"is no message but {cell.type}")
    data = cell.as_buffer().to_pybytes()
    try:
        return analyze(data, **choices)
    except Exception as error:  # noqa: BLE001 - one row must not cost the others; the tests hold that this never happens
        return Report(size=len(data), error=f"mailkit failed: {type(error).__name__}: {error}")


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[pa.Field, ...]:
    """Give a struct's fields as Arrow has them."""
    arrow, hints = _pyarrow(), get_type_hints(struct)
    return tuple(arrow.field(one.encode_name, _type(hints[one.name])) for one in msgspec.structs.fields(struct))


def _arrays(
    struct: type[msgspec.Struct], values: Sequence[msgspec.Struct], fields: Iterable[pa.Field]
) -> list[pa.Array]:
    """Give the fields of structs as columns: a sixth of what a dictionary a row costs."""
    names = struct.__struct_fields__
    return [
        _array([getattr(one, name) for one in values], field.type) for name, field in zip(names, fields, strict=True)
    ]


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Give values as a column; lists are never null."""
    arrow = _pyarrow()
    if not arrow.types.is_list(kind):
        return arrow.array(values, kind)
    offsets = arrow.array([0, *accumulate(map(len, values))], arrow.int32())
    flat, inner = [one for many in values for one in many], kind.value_type
    if flat and arrow.types.is_struct(inner):
        held = arrow.StructArray.from_arrays(_arrays(type(flat[0]), flat, inner), fields=[*inner])
    else:
        held = arrow.array(flat, inner)
    return arrow.ListArray.from_arrays(offsets, held, type=kind)


def _type(hint: Any) -> pa.DataType:  # noqa: ANN401 - an annotation
    """Give an annotation's type."""
    arrow = _pyarrow()
    if get_origin(hint) is tuple:
        return arrow.list_(_type(get_args(hint)[0]))
    if isinstance(hint, UnionType):
        return _type(next(one for one in get_args(hint) if one is not type(None)))
    if issubclass(hint, msgspec.Struct):
        return arrow.struct(_fields(hint))
    plain = {str: arrow.string, int: arrow.int64, float: arrow.float64, bool: arrow.bool_}
    return arrow.timestamp("us", "UTC") if hint is datetime else plain[hint]()


def _pyarrow() -> Any:  # noqa: ANN401 - it ships no types
    """Load pyarrow. Raises MailkitError where it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
    except ImportError:
        raise MailkitError(_NEEDS) from None
    return pa
