"""Spark gives the answers that one process gives: of mailboxes in any split, of folders, of streams; nothing lost or twice."""

from __future__ import annotations

import gzip
import os
import pickle
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from mailkit.arrow import row_schema, rows_of
from mailkit.bounce.origin import Ours
from mailkit.bounce.result import Bounce
from mailkit.errors import MailkitError, SourceError
from mailkit.limits import Limits
from mailkit.report import ANSWERS, Report, analyze
from mailkit.rows import Row, row_of
from mailkit.sources.cut import CUTTERS, cut_mbox
from mailkit.sources.units import Size, Unit
from mailkit.spark import _read, _stretches, classify, read_eml, read_mbox
from tests.engines.blocks import blocks
from tests.engines.boxes import box, varied
from tests.engines.sessions import environment, peaks
from tests.strategies import OWN, ROOT

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning")]
SMALL = Size(bytes=100_000, messages=10_000)
REPORT = (OWN / "postfix-multi.eml").read_bytes()


def rows(df: DataFrame) -> list[Row]:
    """Give a DataFrame of answers as rows, in the order of their sources."""
    table = df.toArrow()
    found = [row for batch in table.to_batches() for row in rows_of(batch)]
    return sorted(found, key=lambda row: str(row.source))


def classified(*paths: Path) -> list[Row]:
    """Give the rows that `mailkit classify` makes of paths; nothing is wrong with any, though some may be no mail."""
    command = [sys.executable, "-m", "mailkit", "classify", "--format", "jsonl", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    assert not done.stderr or b" passed over, no mail: " in done.stderr
    bounces = [msgspec.json.decode(line, type=Bounce) for line in done.stdout.splitlines()]
    found = [row_of(Report(source=bounce.source, bounce=bounce)) for bounce in bounces]
    return sorted(found, key=lambda row: str(row.source))


def without_size(found: list[Row]) -> list[Row]:
    """Take away what `mailkit classify` does not say."""
    assert all(row.size for row in found)
    return [msgspec.structs.replace(row, size=None, date=None) for row in found]


def test_a_box_that_is_cut_gives_the_answers_of_one_process(spark: SparkSession, tmp_path: Path) -> None:
    path = box(tmp_path / "box.mbox", list(varied(1_500)))
    read = read_mbox(spark, path, size=SMALL)
    assert read.columns == ["source", "raw", "error"]
    assert len({row[0] for row in read.selectExpr("spark_partition_id()").collect()}) > 10
    found = without_size(rows(classify(read, keep=("source",))))
    assert [row.source for row in found] == sorted(f"{path}#{number}" for number in range(1, 1_501))
    assert found == classified(path)


def test_boxes_of_every_kind_are_named_as_by_classify(spark: SparkSession, tmp_path: Path) -> None:
    """One message has no number; packed boxes, empty files and those that are no mail do not touch the others."""
    some = list(varied(40))
    folder = tmp_path / "böxes"
    folder.mkdir()
    box(folder / "many.mbox", some)
    box(folder / "one.mbox", some[:1])
    (folder / "many.mbox.gz").write_bytes(gzip.compress((folder / "many.mbox").read_bytes()))
    (folder / "single.eml").write_bytes(REPORT)
    found = without_size(rows(classify(read_mbox(spark, folder, size=SMALL), keep=("source",))))
    assert found == classified(folder)
    assert len(found) == 40 + 1 + 40 + 1
    (folder / "index.db").write_bytes(b"\0" * 100)
    assert read_mbox(spark, [folder]).count() == len(found)
    boxes = read_mbox(spark, str(folder / "*.mbox")).select("source").distinct()
    assert boxes.count() == 41


def test_a_box_that_changes_while_it_is_read_ends_the_task(tmp_path: Path) -> None:
    """What has come behind its end is not read; what was taken out of it is missed."""
    path = box(tmp_path / "box.mbox", list(varied(40)))
    with path.open("rb") as file:
        units = list(cut_mbox(Unit(kind="mbox", name=str(path), count=0), file, Size(bytes=20_000), Limits()))
    batches = [pa.record_batch({"unit": [pickle.dumps(unit) for unit in units]})]
    whole = path.read_bytes()
    path.write_bytes(whole + whole)
    assert sum(batch.num_rows for batch in _read(batches, limits=Limits())) == 40
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="read it again when it is whole"):
        list(_read(batches, limits=Limits()))


def test_a_folder_of_files_gives_the_answers_of_one_process(spark: SparkSession) -> None:
    found = without_size(rows(classify(read_eml(spark, OWN, size=SMALL), keep=("source",))))
    assert found == classified(OWN)


def test_what_cannot_be_read_says_why(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "bad.eml").write_bytes(b"%PDF-1.4")
    (tmp_path / "large.eml").write_bytes(b"Subject: hi\n\n" + b"x" * 5_000)
    names = [tmp_path / "bad.eml", tmp_path / "large.eml", tmp_path / "none.eml", OWN / "postfix-multi.eml"]
    for read in (read_eml, read_mbox):
        answers = classify(read(spark, names, limits=Limits(message_bytes=4_000)), keep=("source",))
        assert {row.source: row.error for row in rows(answers)} == {
            str(names[0]): "is no mail: a PDF document",
            str(names[1]): "is too large: 5,013 bytes, the limit is 4,000; raise it with --max-bytes",
            str(names[2]): "no such file or folder; check the path",
            str(names[3]): None,
        }
    assert rows(read_eml(spark, tmp_path).select("source")) == [Row(source=str(tmp_path / "large.eml"))]


def test_a_box_that_cannot_be_cut_to_its_end_is_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the disk in the midst of it ends the task; where nothing was cut, whoever reads it says what is wrong."""
    path = box(tmp_path / "box.mbox", list(varied(40)))
    fresh = Unit(kind="files", name="", files=(str(path),))

    def fails(after: Unit, *_: object) -> Iterator[Unit]:
        if cuts:
            yield after
        raise OSError(5, "Input/output error")

    monkeypatch.setitem(CUTTERS, "mbox", fails)
    cuts = False
    assert list(_stretches(fresh, Size(), Limits())) == [fresh]
    cuts = True
    with pytest.raises(OSError, match="Input/output error"):
        list(_stretches(fresh, Size(), Limits()))


def test_an_empty_folder_is_an_empty_frame(spark: SparkSession, tmp_path: Path) -> None:
    assert classify(read_eml(spark, tmp_path)).count() == 0
    assert classify(read_mbox(spark, tmp_path)).count() == 0


def test_files_behind_a_url_are_read_by_spark(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = box(tmp_path / "sub" / "box.mbox", list(varied(30)))
    (tmp_path / "one.eml").write_bytes(REPORT)
    found = rows(classify(read_mbox(spark, path.as_uri()), keep=("source",)))
    assert {str(row.source).removeprefix("file:").replace("///", "/") for row in found} == {
        f"{path}#{n}" for n in range(1, 31)
    }
    assert {row.kind for row in found} >= {"failure"}
    assert read_eml(spark, tmp_path.as_uri()).count() == 31
    with pytest.raises(SourceError, match="standard input cannot be read by several"):
        read_mbox(spark, "-")
    with pytest.raises(ValueError, match="paths and URLs together"):
        read_eml(spark, [tmp_path.as_uri(), str(tmp_path)])


def test_rows_that_are_bad_cost_no_other_and_what_is_kept_stays(spark: SparkSession) -> None:
    hostile = [
        None,
        b"",
        b"\0" * 70_000,
        b"\xff\xfe\xed\xa0\x80",
        b"A" * 300_000,
        b"Subject: \xed\xa0\x80\n\n\xf8",
        REPORT,
    ]
    when = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    df = spark.createDataFrame(
        [(number, {"a": number}, when, raw, "unused") for number, raw in enumerate(hostile)],
        "id int, `a b` map<string,int>, at timestamp, mail binary, other string",
    )
    answers = classify(df, "mail", keep=("at", "id", "a b"), want=ANSWERS)
    assert answers.columns == ["at", "id", "a b", *(name for name in row_schema().names if name != "id")]
    found = answers.toArrow().sort_by("id").to_pylist()
    assert [(row["id"], dict(row["a b"]), row["at"]) for row in found] == [
        (number, {"a": number}, when) for number in range(len(hostile))
    ]
    assert [row["error"] for row in found] == ["is null", *[None] * 6]
    assert [row["size"] for row in found] == [None if raw is None else len(raw) for raw in hostile]
    expected = row_of(analyze(REPORT))
    (last,) = rows(answers.filter("id = 6").drop("at", "id", "a b"))
    assert last == expected


def test_strings_are_read_as_utf8(spark: SparkSession) -> None:
    df = spark.createDataFrame([("Subject: été\n\nhello\n",), (None,)], "raw string")
    assert Counter(row.error for row in rows(classify(df))) == {None: 1, "is null": 1}


def test_times_do_not_shift_with_the_zone_of_the_session(spark: SparkSession, tmp_path: Path) -> None:
    assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    expected = row_of(analyze(REPORT, want=ANSWERS))
    answers = classify(spark.createDataFrame([(REPORT,)], "raw binary"), want=ANSWERS)
    assert rows(answers) == [expected]
    assert expected.date is not None
    assert expected.arrival_date is not None
    micros = answers.selectExpr("unix_micros(date)", "unix_micros(arrival_date)").collect()[0]
    assert list(micros) == [int(one.timestamp() * 1_000_000) for one in (expected.date, expected.arrival_date)]
    answers.write.parquet(str(tmp_path / "out"))
    table = pq.read_table(tmp_path / "out")
    assert [row for batch in table.to_batches() for row in rows_of(batch)] == [expected]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        pytest.param({"raw": "mail"}, "no column 'mail', or several: there are id, raw, n, a.b", id="no such column"),
        pytest.param({"raw": "n"}, "column 'n' is int; messages are binary, or string", id="numbers"),
        pytest.param({"keep": ("x",)}, "no column 'x'", id="none to keep"),
        pytest.param({"keep": ("a.b",)}, "'a.b': Spark takes a dot", id="a name with a dot"),
        pytest.param({"keep": "id"}, "keep='id': give a tuple of names", id="a name for several"),
        pytest.param({"want": ("all",)}, "give a tuple of bounce", id="no answer"),
    ],
)
def test_a_callers_mistake_is_told_at_once(spark: SparkSession, choices: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classify(spark.createDataFrame([("a", b"", 1, 2)], "id string, raw binary, n int, `a.b` int"), **choices)


RULES = """
[[rule]]
id = "own.gone"
status = ["4.1.6", "5.1.6"]
reason = "moved"
source = "our own servers"
sample = "550 the parrot has flown"
any = ["the parrot has flown"]
"""


def test_rules_of_a_user_go_to_the_workers(spark: SparkSession, tmp_path: Path) -> None:
    """The file is gone when they work: its rows were sent."""
    path = tmp_path / "own.toml"
    path.write_text(RULES)
    raw = REPORT.replace(b"User unknown", b"The parrot has flown").replace(b"user unknown", b"the parrot has flown")
    df = spark.createDataFrame([(raw,)], "raw binary").repartition(1)
    answers = classify(df, rules=(path,), limits=Limits(recipient_count=5), ours=Ours(domains=("local.test",)))
    path.unlink()
    (row,) = rows(answers)
    assert "own.gone" in {one.rule for one in row.recipients}
    assert any(code.startswith("bounce.origin.") for code in row.findings)
    with pytest.raises(MailkitError, match=r"own\.toml"):
        classify(df, rules=(path,))


def test_limits_and_checks_of_a_user_go_to_the_workers(spark: SparkSession) -> None:
    df = spark.createDataFrame([(REPORT,)], "raw binary")
    (row,) = rows(classify(df, limits=Limits(recipient_count=1), ours=Ours(verp=lambda address: "@" in address)))
    assert len(row.recipients) == 1
    assert {"limit.recipient_count", "bounce.origin.genuine"} <= set(row.findings)


def test_without_pandas_the_cure_is_said(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    df = spark.createDataFrame([(b"",)], "raw binary")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MailkitError, match=r"pip install 'mailkit-bounce\[spark\]'"):
        classify(df)


def test_workers_take_little_memory(spark: SparkSession, tmp_path: Path) -> None:
    """Batches are of some megabytes, whatever the size of the box and of its messages."""
    large = REPORT + b"x" * 3_000_000
    path = box(tmp_path / "box.mbox", [*varied(5_000), *[large] * 60])
    assert path.stat().st_size > 180_000_000
    classify(read_mbox(spark, path)).write.format("noop").mode("overwrite").save()
    found = peaks()
    assert len(found) >= 2
    assert max(found) < 320 << 20  # 240 to 270 MB of it pandas, pyarrow and the rules; the box alone has 180


def test_the_documentation_runs_as_it_stands(spark: SparkSession, tmp_path: Path) -> None:
    """In a process of its own, where Spark says nothing that frightens."""
    (tmp_path / "archive").mkdir()
    box(tmp_path / "archive" / "box.mbox", list(varied(50)))
    (code,) = blocks(ROOT / "docs" / "spark.md", "python")["In a few lines"]
    (tmp_path / "few.py").write_text(code)
    command = [sys.executable, "-W", "ignore", "few.py"]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=tmp_path, env=os.environ | environment(), timeout=240
    )
    assert re.search(r"\|failure\| +\d+\|", done.stdout)
    assert not re.search(r" ERROR |Traceback|Exception", done.stderr)
    table = pq.read_table(tmp_path / "answers")
    assert (table.num_rows, str(table.schema.field("date").type)) == (50, "timestamp[us, tz=UTC]")
    assert spark.read.parquet(str(tmp_path / "answers")).count() == 50
