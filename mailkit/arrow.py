"""Record batches in, record batches out: for Spark, Ray, Dask, Polars, DuckDB and whatever else speaks Apache Arrow.

`classify_batches` is the whole of it: it knows no engine, keeps nothing between two batches, and gives one row for each row.
Needs pyarrow (`pip install mailkit-bounce[parquet]`), which is loaded when one of these functions is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
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

_NEEDS = "pyarrow is not installed; pip install mailkit-bounce[parquet]"


def row_schema() -> pa.Schema:
    """Give the Arrow schema of `Row`: the columns of every batch, part and table, in their order; all may be null."""
    arrow = _pyarrow()
    return arrow.schema(_fields(Row))


def record_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Give rows as a record batch of `row_schema`."""
    arrow = _pyarrow()
    plain = [msgspec.to_builtins(row, builtin_types=(datetime,)) for row in rows]
    return arrow.RecordBatch.from_pylist(plain, schema=row_schema())


def rows_of(batch: pa.RecordBatch) -> Iterator[Row]:
    """Give the rows of a record batch; columns that are none of a row's are passed over."""
    for plain in batch.to_pylist():
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
    r"""Give for each batch one batch of answers, row for row: first the columns to keep, then those of `row_schema`.

    `raw` names the column with the messages, as binary or, in UTF-8, string. A row that is null or cannot be read has its
    reason in the column ``error``, and never touches the others. A column to keep that bears the name of an answer takes its
    place (``source``, so that rows bear the names of the caller). Raises ValueError where a column is not there.

    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"id": [7, 8], "raw": [b"Subject: hi\n\nhello\n", None]})
    >>> [row for out in classify_batches([batch], keep=("id",)) for row in out.select(["id", "kind", "error"]).to_pylist()]
    [{'id': 7, 'kind': 'other', 'error': None}, {'id': 8, 'kind': None, 'error': 'is null'}]
    """
    arrow = _pyarrow()
    check_wanted(want)
    for batch in batches:
        missing = [name for name in (raw, *keep) if name not in batch.schema.names]
        if missing:
            message = f"no column {missing[0]!r} in the batch: it has {', '.join(batch.schema.names)}"
            raise ValueError(message)
        rows = [
            row_of(_answer(data, want=want, limits=limits, rules=rules, dialects=dialects, ours=ours))
            for data in batch.column(raw).to_pylist()
        ]
        answers = record_batch(rows)
        columns = {name: batch.column(name) for name in keep}
        columns |= {name: answers.column(name) for name in answers.schema.names if name not in columns}
        yield arrow.record_batch(columns)


def _answer(data: object, **choices: Any) -> Report:  # noqa: ANN401 - those of `analyze`
    """Analyze what stands in a row."""
    if data is None:
        return Report(error="is null")
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    if not isinstance(data, bytes):
        return Report(error=f"is no message but {type(data).__name__}")
    try:
        return analyze(data, **choices)
    except Exception as error:  # noqa: BLE001 - one row must not cost the others; the tests hold that this never happens
        return Report(size=len(data), error=f"mailkit failed: {type(error).__name__}: {error}")


def _fields(struct: type[msgspec.Struct]) -> list[pa.Field]:
    """Give a struct's fields as Arrow has them."""
    arrow, hints = _pyarrow(), get_type_hints(struct)
    return [arrow.field(one.encode_name, _type(hints[one.name])) for one in msgspec.structs.fields(struct)]


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
