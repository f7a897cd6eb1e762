"""docs/outputs.md: its tables are those of the code, and what it says of the formats holds."""

from __future__ import annotations

import csv
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from mailkit.rows import HopRow, RecipientRow, Row, row_of
from mailkit.sinks import FORMATS
from mailkit.sinks.columns import HOP, MESSAGE, RECIPIENT
from tests.sinks.page import PAGE, TABLES, docstrings, page
from tests.sinks.samples import bounce, numbered, of_corpora, write


def test_it_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.sinks.page"


def test_it_has_every_table_and_column_once() -> None:
    text = page()
    for name, (struct, columns) in TABLES.items():
        assert text.count(f"<!-- columns of a {name} -->") == 1
        assert {column.key for column in columns} <= docstrings(struct).keys()
    assert len(MESSAGE) == len(Row.__struct_fields__) - 1
    assert len(RECIPIENT) == len(RecipientRow.__struct_fields__)
    assert len(HOP) == len(HopRow.__struct_fields__)
    assert [style for style in FORMATS if f"`{style}`" not in text] == []


def test_no_name_of_a_table_is_that_of_another() -> None:
    names = [column.name for column in (*MESSAGE, *RECIPIENT)]
    assert len(set(names)) == len(names)


def test_the_tables_of_the_database_are_those_of_the_page(tmp_path: Path) -> None:
    write(tmp_path, "sqlite", [])
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as connection:
        made = {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert made == {
        "part": ["number", "messages"],
        "message": ["part", "number", *(column.name for column in MESSAGE if column.key != "hops")],
        "recipient": ["part", "message", "position", *(column.name for column in RECIPIENT)],
        "hop": ["part", "message", "position", *(column.name for column in HOP)],
    }


def test_its_queries_run(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'mailkit-bounce[parquet]'")
    of_parquet, of_sqlite = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (recipient,) = row_of(bounce()).recipients
    for style in ("parquet", "sqlite"):
        write(tmp_path, style, numbered(0, 3))
    with duckdb.connect() as connection:
        found = connection.execute(of_parquet.replace("OUT", str(tmp_path))).fetchall()
    assert found == [(recipient.domain, recipient.reason, 3)]
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as database:
        assert len(database.execute(of_sqlite).fetchall()) == 3 * (recipient.advice == "hard")
        assert len(database.execute(of_sqlite.replace("hard", recipient.advice)).fetchall()) == 3


def test_its_command_joins_the_parts(tmp_path: Path) -> None:
    """Every row is there once, below one line of names."""
    out = tmp_path / "OUT"
    out.mkdir()
    for number in range(12):
        write(out, "csv", of_corpora()[number::12], number)
    (command,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    subprocess.run(["/bin/sh", "-ec", command], check=True, cwd=tmp_path, timeout=60)
    names, *joined = _cells(tmp_path / "answers.csv")
    parts = [_cells(part) for part in sorted(out.iterdir())]
    assert [rows[0] for rows in parts] == [names] * 12
    assert joined == [row for rows in parts for row in rows[1:]]


def _cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
