"""Other programs read what is written: sqlite3, the csv module, DuckDB, pyarrow."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mailkit import __version__
from mailkit.report import Report
from mailkit.rows import Row, row_of
from mailkit.sinks import read_rows
from tests.sinks.samples import TOKENS, of_corpora, write


def rows() -> list[Row]:
    """Give the rows of the corpora."""
    return [row_of(one) for one in of_corpora()]


def test_sqlite3_joins_the_tables(tmp_path: Path) -> None:
    for number in range(2):
        write(tmp_path, "sqlite", of_corpora()[number::2], number)
    query = """
        SELECT recipient.domain, count(DISTINCT message.part || '/' || message.number), count(*)
        FROM message JOIN recipient ON recipient.part = message.part AND recipient.message = message.number
        WHERE message.kind = 'failure' AND recipient.reason = 'full' AND message.date >= '2000-01-01'
        GROUP BY recipient.domain
    """
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as connection:
        found = {domain: counts for domain, *counts in connection.execute(query)}
        delays = connection.execute("SELECT count(*), sum(delay_seconds > 3600) FROM hop").fetchone()
        parts = connection.execute("SELECT number, messages FROM part").fetchall()
        plan = " ".join(
            str(row) for row in connection.execute("EXPLAIN QUERY PLAN SELECT * FROM recipient WHERE address = 'a'")
        )
        codes = connection.execute("SELECT count(*) FROM message, json_each(message.findings)").fetchone()
        check = connection.execute("PRAGMA integrity_check").fetchone()
    expected: dict[str | None, list[int]] = {}
    for row in rows():
        full = [one for one in row.recipients if one.reason == "full"]
        if row.kind == "failure" and row.date and row.date.year >= 2000:
            for domain, count in Counter(one.domain for one in full).items():
                counts = expected.setdefault(domain, [0, 0])
                counts[0] += 1
                counts[1] += count
    assert len(found) > 5
    assert found == expected
    hops = [hop for row in rows() for hop in row.hops]
    assert delays == (len(hops), sum((hop.delay_seconds or 0) > 3600 for hop in hops))
    assert parts == [(number, len(of_corpora()[number::2])) for number in range(2)]
    assert "recipient_address" in plan
    assert codes == (sum(len(row.findings) for row in rows()),)
    assert check == ("ok",)


def test_the_csv_module_reads_csv(tmp_path: Path) -> None:
    write(tmp_path, "csv", of_corpora(), 7)
    with (tmp_path / "part-000007.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert {row["part"] for row in found} == {"7"}
    assert len({row["message"] for row in found}) == len(of_corpora())
    asked = [(row["address"], row["status"]) for row in found if row["action"]]
    assert asked == [(one.address or "", one.status) for row in rows() for one in row.recipients]
    first = {row["message"]: row for row in reversed(found)}
    hops = [json.loads(first[str(number)]["hops"] or "[]") for number in range(1, len(first) + 1)]
    assert [[hop["from"] for hop in many] for many in hops] == [[hop.from_ for hop in row.hops] for row in rows()]


@pytest.mark.parametrize("style", ["csv", "tsv"])
def test_duckdb_reads_tables(style: str, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    for number in range(2):
        write(tmp_path, style, of_corpora()[number::2], number)
    call = f"read_csv('{tmp_path}/part-*.{style}')"
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT reason, count(*), count(DISTINCT (part, message)) FROM {call} WHERE action = 'failed' GROUP BY reason"  # noqa: S608
        ).fetchall()
        (days,) = connection.execute(f"SELECT count(DISTINCT date::DATE) FROM {call}").fetchone()  # noqa: S608
    expected: dict[str, list[int]] = {}
    for row in rows():
        for reason, count in Counter(one.reason for one in row.recipients if one.action == "failed").items():
            counts = expected.setdefault(reason, [0, 0])
            counts[0] += count
            counts[1] += 1
    assert {reason: list(counts) for reason, *counts in found} == expected
    assert days == len({row.date.date() for row in rows() if row.date})


@pytest.mark.parametrize("style", ["csv", "tsv"])
def test_duckdb_reads_hostile_cells(style: str, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    pairs = [first + second for first in TOKENS for second in TOKENS]
    write(tmp_path, style, [Report(source=str(number), error=text) for number, text in enumerate(pairs)])
    with duckdb.connect() as connection:
        query = f"SELECT source::VARCHAR, error FROM read_csv('{tmp_path}/part-000000.{style}')"  # noqa: S608
        found = dict(connection.execute(query).fetchall())
    expected = {str(row.source): row.error for row in read_rows(tmp_path)}
    assert found.keys() == expected.keys()
    assert [error for source, error in expected.items() if found[source] not in {error, f"'{error}"}] == []


def test_duckdb_reads_parquet(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'mailkit-bounce[parquet]'")
    for number in range(2):
        write(tmp_path, "parquet", of_corpora()[number::2], number)
    query = f"SELECT one.domain, count(*) FROM (SELECT unnest(recipients) AS one FROM '{tmp_path}/part-*.parquet') GROUP BY 1"  # noqa: S608
    with duckdb.connect() as connection:
        found = dict(connection.execute(query).fetchall())
    assert found == Counter(one.domain for row in rows() for one in row.recipients)


def test_parquet_says_what_it_is(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    from mailkit.arrow import row_schema  # noqa: PLC0415 - an extra

    write(tmp_path, "parquet", of_corpora())
    with parquet.ParquetFile(tmp_path / "part-000000.parquet") as file:
        schema = file.schema_arrow
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert schema.equals(row_schema())
    assert schema.metadata[b"mailkit.v"] == b"1"
    assert schema.metadata[b"mailkit.version"].decode() == __version__


def test_the_null_sender_and_none_stay_apart(tmp_path: Path) -> None:
    from mailkit.envelope import Envelope  # noqa: PLC0415 - for this alone

    write(tmp_path, "csv", [Report(envelope=Envelope(sender="")), Report(envelope=Envelope(sender=None))])
    assert [row.envelope_sender for row in read_rows(tmp_path)] == ["", None]
    with (tmp_path / "part-000000.csv").open(encoding="utf-8", newline="") as file:
        assert [row["envelope_sender"] for row in csv.DictReader(file)] == ["'", ""]
