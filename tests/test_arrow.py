"""Record batches in, record batches out: row for row, whatever stands in the rows and however Arrow holds it."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings

from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.origin import Ours
from mailkit.errors import MailkitError
from mailkit.limits import Limits
from mailkit.report import ANSWERS, Report, analyze
from mailkit.rows import HopRow, RecipientRow, Row, row_of
from tests.strategies import OWN, ROOT, mail, mails

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'mailkit-bounce[parquet]'")
import pyarrow.compute  # noqa: E402, F401 - run_end_encode; where pyarrow lacks, all is skipped

from mailkit import arrow  # noqa: E402 - likewise

PLAIN = b"Subject: hi\n\nhello\n"
MESSAGES = [path.read_bytes() for path in mails(OWN)]
HOSTILE = (
    b"",
    b"\0" * 70_000,
    b"\xff\xfe\xed\xa0\x80",
    b"Subject: \xed\xa0\x80\n\n\xf8",
    b"A" * 1_000_000,
    b"\r\r\n\n\r",
)


def answers(column: object, **choices: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - those of `analyze`
    """Classify one column."""
    return [
        row for out in arrow.classify_batches([pa.record_batch({"raw": column})], **choices) for row in out.to_pylist()
    ]


def batch_of(*messages: bytes | None) -> Any:  # noqa: ANN401 - pyarrow ships no types
    return pa.record_batch({"id": pa.array(range(len(messages)), pa.int64()), "raw": pa.array(messages, pa.binary())})


@pytest.mark.parametrize("want", [("bounce",), ("trace", "envelope"), ANSWERS], ids=["bounce", "two", "all"])
def test_the_answers_are_those_of_analyze(want: tuple[Any, ...]) -> None:
    (out,) = arrow.classify_batches([batch_of(*MESSAGES)], want=want)
    expected = [row_of(analyze(one, want=want)) for one in MESSAGES]
    assert list(arrow.rows_of(out)) == expected
    assert any(row.recipients for row in expected) == ("bounce" in want)


def test_the_order_stays_and_what_is_kept_comes_first() -> None:
    batches = [batch_of(*MESSAGES[:5]), batch_of(*MESSAGES[5:6]), batch_of(), batch_of(*MESSAGES[6:])]
    outs = list(arrow.classify_batches(batches, keep=("id",)))
    assert [out.num_rows for out in outs] == [5, 1, 0, len(MESSAGES) - 6]
    assert all(out.schema.equals(arrow.answer_schema(batches[0].schema, ("id",))) for out in outs)
    assert outs[0].schema.names == ["id", *(name for name in arrow.row_schema().names if name != "id")]
    assert [value for out in outs for value in out["id"].to_pylist()] == [
        value for one in batches for value in one["id"].to_pylist()
    ]


FORMS: dict[str, Callable[[Any], Any]] = {
    "binary": lambda column: column,
    "large_binary": lambda column: column.cast(pa.large_binary()),
    "binary_view": lambda column: column.cast(pa.binary_view()),
    "string": lambda column: column.cast(pa.string()),
    "large_string": lambda column: column.cast(pa.large_string()),
    "string_view": lambda column: column.cast(pa.string_view()),
    "dictionary": lambda column: column.dictionary_encode(),
    "runs": pa.compute.run_end_encode,
    "slice": lambda column: pa.concat_arrays([pa.array([b"not this"], pa.binary()), column])[1:],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_column_says_the_same(form: str) -> None:
    report = MESSAGES[0]
    rows = answers(FORMS[form](pa.array([report, None, PLAIN, PLAIN, b""], pa.binary())))
    assert [(row["kind"], row["error"], row["size"]) for row in rows] == [
        ("failure", None, len(report)),
        (None, "is null", None),
        ("other", None, len(PLAIN)),
        ("other", None, len(PLAIN)),
        ("other", None, 0),
    ]


def test_a_string_that_is_no_text_is_read_as_its_bytes() -> None:
    latin = b"Subject: \xe9t\xe9\n\n"
    binary = pa.array([latin], pa.binary())
    string = pa.Array.from_buffers(pa.string(), 1, binary.buffers())
    assert answers(string) == answers(binary)


class Stored(pa.ExtensionType):  # type: ignore[misc,name-defined] # it ships no types
    """A type of somebody's own."""

    def __init__(self) -> None:
        super().__init__(pa.binary(), "tests.stored")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""


def test_a_type_of_its_own_is_read_as_what_it_holds() -> None:
    column = pa.ExtensionArray.from_storage(Stored(), pa.array([PLAIN, None], pa.binary()))
    assert [(row["kind"], row["error"]) for row in answers(column)] == [("other", None), (None, "is null")]


@pytest.mark.parametrize(
    ("column", "error"),
    [
        pytest.param([1, None], "is no message but int64", id="numbers"),
        pytest.param(pa.array([[1], None], pa.list_(pa.uint8())), "is no message but list<item: uint8>", id="lists"),
        pytest.param([{"a": b"x"}, None], "is no message but struct<a: binary>", id="structs"),
    ],
)
def test_what_is_no_message_has_its_reason(column: object, error: str) -> None:
    assert [row["error"] for row in answers(column)] == [error, "is null"]


def test_a_null_has_the_reason_of_its_reader() -> None:
    columns = {"raw": pa.array([None, None, PLAIN], pa.binary()), "error": ["is gone", None, "is not asked"]}
    (out,) = arrow.classify_batches([pa.record_batch(columns)])
    assert out["error"].to_pylist() == ["is gone", "is null", None]
    (out,) = arrow.classify_batches([pa.record_batch(columns | {"error": [1, 2, 3]})])
    assert out["error"].to_pylist() == ["is null", "is null", None]


def test_a_column_to_keep_takes_the_place_of_an_answer() -> None:
    metadata = {b"whose": b"ours"}
    schema = pa.schema([pa.field("source", pa.int32(), nullable=False, metadata=metadata), ("raw", pa.binary())])
    batch = pa.record_batch([pa.array([7], pa.int32()), pa.array([PLAIN], pa.binary())], schema=schema)
    (out,) = arrow.classify_batches([batch], keep=("source", "raw"))
    assert out.schema.names == ["source", "raw", *arrow.row_schema().names[1:]]
    assert (out["source"].to_pylist(), out["raw"].to_pylist()) == ([7], [PLAIN])
    assert out.schema.field("source").equals(schema.field("source"), check_metadata=True)


@pytest.mark.parametrize(
    ("names", "choices", "message"),
    [
        pytest.param(("id", "mail"), {}, "no column 'raw' in the batch: it has id, mail", id="no raw"),
        pytest.param(("raw",), {"keep": ("id",)}, "no column 'id' in the batch: it has raw", id="none to keep"),
        pytest.param(("raw", "raw"), {}, "2 columns 'raw' in the batch", id="two of a name"),
        pytest.param(("raw",), {"keep": "raw"}, "keep='raw': give a tuple of names", id="a name for several"),
        pytest.param(("raw",), {"want": ("all",)}, "give a tuple of bounce", id="no answer"),
    ],
)
def test_a_callers_mistake_is_told(names: tuple[str, ...], choices: dict[str, Any], message: str) -> None:
    batch = pa.record_batch([pa.array([PLAIN], pa.binary()) for _ in names], names=list(names))
    with pytest.raises(ValueError, match=message):
        list(arrow.classify_batches([batch], **choices))


def test_the_choices_of_analyze_are_passed_on() -> None:
    report = (OWN / "postfix-multi.eml").read_bytes()
    (few,) = answers([report], limits=Limits(recipient_count=1))
    assert (len(few["recipients"]), few["findings"]) == (1, ["limit.recipient_count"])
    (bare,) = answers([report], rules=RuleSet(()), dialects=())
    assert (bare["dialect"], {one["rule"] for one in bare["recipients"]}) == (None, {None})
    (ours,) = answers([report], ours=Ours(domains=("local.test",)))
    assert any(code.startswith("bounce.origin.") for code in ours["findings"])


@given(data=mail)
@settings(max_examples=200)
def test_whatever_it_is_there_is_one_row(data: bytes) -> None:
    (row,) = arrow.rows_of(next(arrow.classify_batches([batch_of(data)], want=ANSWERS)))
    assert row == row_of(analyze(data))


def test_hostile_rows_do_not_touch_the_others() -> None:
    rows = answers(pa.array([MESSAGES[0], *HOSTILE, MESSAGES[0]], pa.binary()), want=ANSWERS)
    assert rows[0] == rows[-1]
    assert [row["size"] for row in rows[1:-1]] == list(map(len, HOSTILE))


def test_a_fault_of_ours_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes, **_: object) -> Report:
        return Report(size=len(data) // (data == PLAIN))

    monkeypatch.setattr(arrow, "analyze", fails)
    (out,) = arrow.classify_batches([batch_of(PLAIN, b"Subject: no\n\n", PLAIN)])
    assert out["error"].to_pylist() == [
        None,
        "mailkit failed: ZeroDivisionError: integer division or modulo by zero",
        None,
    ]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    """Of the batches one is held at a time, and only when its answers are asked for."""
    read: list[int] = []

    def batches() -> Iterator[Any]:
        for number in range(3):
            read.append(number)
            yield batch_of(PLAIN)

    outs = arrow.classify_batches(batches())
    assert read == []
    for number, _ in enumerate(outs):
        assert read == list(range(number + 1))
    assert len(read) == 3


def test_memory_is_that_of_one_message() -> None:
    """The messages of a batch are looked at one by one: 40 of 2 MB are never copied together."""
    (warm,) = arrow.classify_batches([batch_of(PLAIN)])
    batch = batch_of(*(PLAIN + b"x" * 2_000_000 for _ in range(40)))
    tracemalloc.start()
    (out,) = arrow.classify_batches([batch], keep=("id",))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (warm.num_rows, out.num_rows) == (1, 40)
    assert peak < 10_000_000


def test_rows_come_back_as_they_were() -> None:
    late = datetime(2026, 1, 1, 9, 30, 0, 123_456, tzinfo=UTC)
    recipient = RecipientRow(
        address="jörg@exämple", action="failed", status="5.1.1", basis="dsn", reason="bad-mailbox", advice="hard",
        confidence="stated", retry_until=late,
    )  # fmt: skip
    rows = [
        Row(
            source="a", size=0, date=datetime.min.replace(tzinfo=UTC), recipients=(recipient, recipient), complete=False
        ),
        Row(source="b", error="is null"),
        Row(
            date=late, hops=(HopRow(from_="x", delay_seconds=-0.5),), findings=("a.b", "c.d"), feedback_incidents=2**40
        ),
        Row(total_seconds=1e300, envelope_sender="", envelope_recipients=("",)),
    ]
    assert list(arrow.rows_of(arrow.record_batch(rows))) == rows
    assert arrow.record_batch([]).num_rows == 0
    assert arrow.record_batch([]).schema.equals(arrow.row_schema())


CHANGED: dict[str, Callable[[Any], Any]] = {
    "large": lambda kind: pa.large_string() if pa.types.is_string(kind) else kind,
    "views": lambda kind: pa.string_view() if pa.types.is_string(kind) else kind,
    "no zone": lambda kind: pa.timestamp("ns") if pa.types.is_timestamp(kind) else kind,
    "other zone": lambda kind: pa.timestamp("us", "Asia/Tokyo") if pa.types.is_timestamp(kind) else kind,
}


@pytest.mark.parametrize("change", CHANGED)
def test_rows_come_back_from_what_others_have_written(change: str) -> None:
    """Polars makes strings large, Spark and many others write times without a zone, DuckDB in one of their own."""
    rows = [row_of(analyze(MESSAGES[0])), Row(source="b", error="is null")]
    batch = arrow.record_batch(rows)
    fields = [pa.field(one.name, CHANGED[change](one.type)) for one in batch.schema]
    changed = batch.cast(pa.schema([*fields])).append_column("own", pa.array([1, 2]))
    assert not changed.schema.equals(batch.schema)
    assert list(arrow.rows_of(changed)) == rows
    assert [row.source for row in arrow.rows_of(changed.select(["source"]))] == [None, "b"]


KEPT = {
    "numbers": (pa.array([7, None]), ["7", None]),
    "large texts": (pa.array(["a", "b"], pa.large_string()), ["a", "b"]),
    "binary that is text": (pa.array([b"a", None]), ["a", None]),
    "binary that is none": (pa.array([b"\xff", b"a"]), [None, None]),
    "lists": (pa.array([[1], None]), [None, None]),
}


@pytest.mark.parametrize(("ids", "found"), KEPT.values(), ids=KEPT)
def test_rows_come_back_with_ids_of_any_type(ids: object, found: list[str | None]) -> None:
    """A column that is kept may be named as the id of a row; what is no text is passed over."""
    batch = pa.record_batch({"id": ids, "raw": [MESSAGES[0], None]})
    (out,) = arrow.classify_batches([batch], keep=("id",))
    assert out.column("id").equals(ids)
    rows = list(arrow.rows_of(out))
    assert [row.id for row in rows] == found
    assert [bool(row.kind) for row in rows] == [True, False]


def test_the_schema_has_the_fields_of_a_row() -> None:
    def names(struct: type) -> list[str]:
        return [field.encode_name for field in msgspec.structs.fields(struct)]

    schema = arrow.row_schema()
    assert schema.names == names(Row)
    lists = {"recipients": RecipientRow, "hops": HopRow}
    assert {name: [one.name for one in schema.field(name).type.value_type] for name in lists} == {
        name: names(struct) for name, struct in lists.items()
    }
    times = [name for name, hint in get_type_hints(Row).items() if datetime in get_args(hint)]
    assert {str(schema.field(name).type) for name in times} == {"timestamp[us, tz=UTC]"}
    assert all(field.nullable for field in schema)


def test_the_schema_of_a_report_is_published() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mailkit", "schema", "batch"], capture_output=True, check=True, cwd=ROOT
    )
    schema = json.loads(done.stdout)
    keys = set(schema["$defs"]["Report"]["properties"])
    assert keys == {"v", "source", "id", "size", "date", "error", *ANSWERS}
    assert set(msgspec.to_builtins(analyze(MESSAGES[0], source="a.eml"))) <= keys


def test_without_pyarrow_the_cure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MailkitError, match=r"pip install 'mailkit-bounce\[parquet\]'"):
        arrow.row_schema()


def test_importing_it_loads_no_pyarrow(tmp_path: Path) -> None:
    code = "import sys, mailkit.arrow; sys.exit('pyarrow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={"HOME": str(tmp_path)})


def lines_of(fields: Any, deep: str = "") -> Iterator[str]:  # noqa: ANN401 - pyarrow ships no types
    """Give fields as docs/engines.md shows them."""
    for one in fields:
        if pa.types.is_list(one.type) and pa.types.is_struct(one.type.value_type):
            yield f"{deep}{one.name}: list of struct"
            yield from lines_of(one.type.value_type, deep + "    ")
        else:
            yield f"{deep}{one.name}: {one.type}"


def test_the_schema_stands_in_the_documentation() -> None:
    page = (ROOT / "docs" / "engines.md").read_text("utf-8")
    assert "```text\n" + "\n".join(lines_of(arrow.row_schema())) + "\n```\n" in page
