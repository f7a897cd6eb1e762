"""Mail on Spark: mailboxes and folders as DataFrames, and answers for whatever DataFrame or stream has messages in a column.

    from mailkit.spark import classify, read_mbox

    answers = classify(read_mbox(spark, "/archive/2026/*.mbox"), keep=("source",))
    answers.write.parquet("/archive/answers")

All work is done by Spark's Python workers over Arrow batches (`mailkit.arrow`): mailkit must be installed where they run. Needs
pyspark with what its own Arrow functions need (`pip install 'mailkit-bounce[spark]'`). `docs/spark.md` says how to set it up.
"""

from __future__ import annotations

import functools
import os
import pickle
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mailkit.arrow import classify_batches, row_schema
from mailkit.bounce.dialects import DIALECTS, Dialect, load_dialects
from mailkit.bounce.matcher import Rule, RuleSet
from mailkit.bounce.origin import Ours
from mailkit.errors import MailkitError, SourceError
from mailkit.limits import DEFAULT, MIB, Limits
from mailkit.report import BOUNCE, Answer, check_wanted
from mailkit.sources.cut import CUTTERS
from mailkit.sources.files import CHUNK_BYTES, expanded, raw_stream, walk
from mailkit.sources.items import Raw, printable
from mailkit.sources.sniff import HEAD_BYTES, kind_of
from mailkit.sources.units import Size, Unit, read_unit

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType, StructType

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
Batches = Iterable["pa.RecordBatch"]

TASK = Size(bytes=16 * MIB, messages=10_000)
"""What one task reads: some seconds of work."""
_BATCH = Size(bytes=4 * MIB, messages=1_000)
"""What a task hands over at once."""
_CUTTING = 256
"""Tasks that look for the places at which boxes are cut, at most."""
_UNITS = "unit binary"
_READ = "source string, raw binary, error string"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_NEEDS = "pip install 'mailkit-bounce[spark]'"


def classify(  # noqa: PLR0913 - each is a choice of the caller
    df: DataFrame,
    raw: str = "raw",
    keep: Sequence[str] = (),
    *,
    want: Collection[Answer] = BOUNCE,
    limits: Limits = DEFAULT,
    rules: Sequence[Path | str] = (),
    dialects: Sequence[Path | str] = (),
    ours: Ours | None = None,
) -> DataFrame:
    """Give for each row of a DataFrame or stream one row: first the columns to keep, then those of `mailkit.rows.Row`.

    It is `mailkit.arrow.classify_batches` in Spark's workers: a row that is null or no message has its reason in the column
    ``error``, and none is lost or costs another. `rules` and `dialects` are TOML files as `mailkit classify` takes them; they
    are read here, and what they say goes to the workers. Raises ValueError where a column is not there or of another type.
    """
    check_wanted(want)
    schema = _answer_schema(df.schema, raw, keep)
    work = functools.partial(
        _classify,
        raw=raw,
        keep=tuple(keep),
        want=tuple(want),
        limits=limits,
        rules=_own_rules(rules),
        dialects=tuple(row for path in dialects for row in load_dialects(path)),
        ours=ours,
    )
    names = dict.fromkeys((raw, *keep, *(["error"] if "error" in df.columns else [])))
    return _map(df.select(*map(_quoted, names)), work, schema)


def read_mbox(spark: SparkSession, path: Paths, *, limits: Limits = DEFAULT, size: Size = TASK) -> DataFrame:
    """Give the messages of mailboxes: files, folders and patterns. A large box is cut, and read by several tasks.

    The columns are ``source``, named as `mailkit classify` names it (``box.mbox#3``), ``raw``, the message with its From line,
    and ``error``, the reason where there is none. Tar and zip archives, JSON lines and Parquet are cut and read likewise; a
    packed file is one task. Paths are those of file systems that the driver and the workers share; of a URL (``s3a://...``)
    each file is one task, which holds it in memory. Raises SourceError where a folder cannot be read.
    """
    if _is_url(path):
        return _read_urls(spark, path, limits)
    files = list(_files(path))
    boxes = [Unit(kind="files", name=folder, files=(name,), is_folder=bool(folder)) for name, folder, _ in files]
    units = _map(
        _frame(spark, boxes, min(len(boxes), _CUTTING)), functools.partial(_cut, limits=limits, size=size), _UNITS
    )
    tasks = 1 + sum(weight for _, _, weight in files) // size.bytes
    return _map(units.repartition(tasks), functools.partial(_read, limits=limits), _READ)


def read_eml(spark: SparkSession, path: Paths, *, limits: Limits = DEFAULT, size: Size = TASK) -> DataFrame:
    """Give the messages of many small files: folders, also those of Maildir and MH, patterns and files; a task reads many.

    The columns, and what a path may be, are those of `read_mbox`. In a folder, files that are no mail are passed over.
    """
    if _is_url(path):
        return _read_urls(spark, path, limits)
    units = list(_packed(_files(path), size))
    return _map(_frame(spark, units, len(units)), functools.partial(_read, limits=limits), _READ)


# -- on the driver


def _answer_schema(schema: StructType, raw: str, keep: Sequence[str]) -> StructType:
    """Give the schema of the answers as Spark has it."""
    from pyspark.sql.types import BinaryType, StringType, StructType  # noqa: PLC0415 - an extra

    if isinstance(keep, str):
        message = f"keep={keep!r}: give a tuple of names"
        raise ValueError(message)  # noqa: TRY004 - as the others
    for name in (raw, *keep):
        if schema.names.count(name) != 1:
            message = f"no column {name!r}, or several: there are {', '.join(schema.names)}"
            raise ValueError(message)
        if "." in name:
            message = f"column {name!r}: Spark takes a dot for a field of a struct; rename the column first"
            raise ValueError(message)
    if not isinstance(schema[raw].dataType, BinaryType | StringType):
        message = f"column {raw!r} is {schema[raw].dataType.simpleString()}; messages are binary, or string"
        raise ValueError(message)  # noqa: TRY004 - likewise
    kept = {name: schema[name] for name in keep}
    return StructType([*kept.values(), *(one for one in _spark_type(row_schema()).fields if one.name not in kept)])


def _spark_type(kind: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Give Spark's type for that of Arrow."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyspark.sql import types as spark  # noqa: PLC0415 - an extra

    if isinstance(kind, pa.Schema) or pa.types.is_struct(kind):
        return spark.StructType([spark.StructField(one.name, _spark_type(one.type)) for one in kind])
    if pa.types.is_list(kind):
        return spark.ArrayType(_spark_type(kind.value_type))
    if pa.types.is_timestamp(kind):
        return spark.TimestampType()
    plain: dict[str, type[DataType]] = {
        "string": spark.StringType,
        "int64": spark.LongType,
        "double": spark.DoubleType,
        "bool": spark.BooleanType,
    }
    return plain[str(kind)]()


def _own_rules(paths: Sequence[Path | str]) -> tuple[Rule, ...]:
    """Read a user's rules, which must not bear the names of ours."""
    ours = RuleSet.default()
    return RuleSet.from_files(paths, before=ours).rules[: -len(ours.rules)] if paths else ()


def _map(df: DataFrame, work: Callable[..., Any], schema: StructType | str) -> DataFrame:
    """Have a DataFrame's batches worked on. Raises MailkitError where Spark lacks what it needs for that."""
    try:
        return df.mapInArrow(work, schema)
    except ImportError as error:
        message = f"Spark lacks a package: {error}; {_NEEDS}"
        raise MailkitError(message) from error


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _frame(spark: SparkSession, units: Sequence[Unit], tasks: int) -> DataFrame:
    """Give units to so many tasks; pickled, for names of files may be no UTF-8."""
    rows = [(pickle.dumps(unit),) for unit in units]
    return spark.createDataFrame(rows, _UNITS).repartition(max(1, tasks))


def _files(path: Paths) -> Iterator[tuple[str, str, int]]:
    """Give the files that paths stand for, in order: name, folder in which it was found, bytes."""
    for name in expanded(_names(path)):
        if name == "-":
            raise SourceError(name, "standard input cannot be read by several; name a file")
        if not os.path.isdir(name):  # noqa: PTH112 - a name is kept as it was given
            yield name, "", _weight(name)
            continue
        for file, error in walk(Path(name)):
            if error is not None:
                raise SourceError(printable(str(file)), f"cannot be read ({error.strerror}); check its permissions")
            yield str(file), name, _weight(str(file))


def _names(path: Paths) -> list[str]:
    several = [path] if isinstance(path, str | os.PathLike) else path
    return [os.fspath(one) for one in several]


def _weight(name: str) -> int:
    try:
        return os.stat(name).st_size  # noqa: PTH116 - a name is kept as it was given
    except (OSError, ValueError):  # whoever reads it says what is wrong
        return 0


def _packed(files: Iterable[tuple[str, str, int]], size: Size) -> Iterator[Unit]:
    """Give small files together, those of one folder, and a large one alone."""
    waiting: list[str] = []
    weight, within = 0, ""
    for name, folder, more in chain(files, (("", "", 0),)):
        full = weight + more > size.bytes or len(waiting) >= size.messages
        if waiting and (full or folder != within or not name):
            yield Unit(kind="files", name=within, files=tuple(waiting), is_folder=bool(within))
            waiting, weight = [], 0
        within = folder
        waiting.append(name)
        weight += more


def _is_url(path: Paths) -> bool:
    """Say whether paths are URLs. Raises ValueError where some are and some are not."""
    urls = {_URL.match(name) is not None for name in _names(path)}
    if len(urls) > 1:
        message = "paths and URLs together; read them apart and give union() of both"
        raise ValueError(message)
    return urls == {True}


def _read_urls(spark: SparkSession, path: Paths, limits: Limits) -> DataFrame:
    """Read what only Spark can open: whole files, one at a time."""
    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(_names(path))
    return _map(files.select("path", "content"), functools.partial(_open, limits=limits), _READ)


# -- in the workers


def _classify(
    batches: Batches,
    *,
    rules: tuple[Rule, ...],
    dialects: tuple[Dialect, ...],
    **choices: Any,  # noqa: ANN401 - those of `classify_batches`
) -> Iterator[pa.RecordBatch]:
    return classify_batches(
        batches,
        rules=_rule_set(rules) if rules else None,
        dialects=(*dialects, *DIALECTS) if dialects else None,
        **choices,
    )


@functools.lru_cache(maxsize=4)
def _rule_set(own: tuple[Rule, ...]) -> RuleSet:
    """Give a user's rules with ours behind them; made once in each worker."""
    return RuleSet([*own, *RuleSet.default().rules], own=len(own))


def _cut(batches: Batches, *, limits: Limits, size: Size) -> Iterator[pa.RecordBatch]:
    """Cut files into what several tasks may read; what cannot be cut, or opened, stays whole."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    for box in _units(batches):
        for unit in _stretches(box, size, limits):
            yield pa.record_batch({"unit": [pickle.dumps(unit)]})


def _stretches(box: Unit, size: Size, limits: Limits) -> Iterator[Unit]:
    begun = False
    try:
        with open(box.files[0], "rb") as file:  # noqa: PTH123 - a name is kept as it was given
            kind = kind_of(file.read(HEAD_BYTES))
            fresh = msgspec.structs.replace(box, kind=kind, name=box.files[0], files=(), count=0)
            for unit in CUTTERS[kind](fresh, file, size, limits) if kind in CUTTERS else (box,):
                begun = True
                yield msgspec.structs.replace(unit, is_folder=box.is_folder)
    except (OSError, ValueError):
        if begun:
            raise
        yield box  # whoever reads it says what is wrong


def _read(batches: Batches, *, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Give the messages of units."""
    return _batched(raw for unit in _units(batches) for raw in _of_unit(unit, limits))


def _of_unit(unit: Unit, limits: Limits) -> Iterator[Raw]:
    """Give the messages of a unit. Raises SourceError where a box is not what it was when it was cut: the task fails."""
    count = 0
    for raw in read_unit(unit, limits):
        count += 1
        if not (unit.is_folder and raw.is_no_mail):
            yield raw
    if unit.kind == "mbox" and count != unit.count:
        what = f"gives {count} messages from byte {unit.start} on where it had {unit.count}; read it again when it is whole"
        raise SourceError(printable(unit.name), what)


def _open(batches: Batches, *, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Give the messages of files that are in memory."""
    return _batched(
        raw
        for batch in batches
        for path, content in zip(batch.column("path"), batch.column("content"), strict=True)
        for raw in _in_memory(path.as_py(), memoryview(content.as_buffer()), limits)
    )


def _in_memory(name: str, content: memoryview, limits: Limits) -> Iterator[Raw]:
    chunks = (bytes(content[start : start + CHUNK_BYTES]) for start in range(0, len(content), CHUNK_BYTES))
    return raw_stream(name, bytes(content[:HEAD_BYTES]), chunks, limits)


def _units(batches: Batches) -> Iterator[Unit]:
    for batch in batches:
        for cell in batch.column("unit"):
            yield pickle.loads(cell.as_py())  # noqa: S301 - it is ours


def _batched(raws: Iterable[Raw]) -> Iterator[pa.RecordBatch]:
    """Give messages as batches, each of so much that memory stays bounded."""
    waiting: list[Raw] = []
    weight = 0
    for raw in raws:
        if raw.data is None and raw.error is None:  # a mere note
            continue
        more = len(raw.data or b"")
        if waiting and (weight + more > _BATCH.bytes or len(waiting) >= _BATCH.messages):
            yield _batch(waiting)
            waiting, weight = [], 0
        waiting.append(raw)
        weight += more
    if waiting:
        yield _batch(waiting)


def _batch(raws: Sequence[Raw]) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    return pa.record_batch(
        {
            "source": pa.array([raw.name for raw in raws], pa.string()),
            "raw": pa.array([None if raw.data is None else bytes(raw.data) for raw in raws], pa.binary()),
            "error": pa.array([printable(raw.error.what) if raw.error else None for raw in raws], pa.string()),
        }
    )
