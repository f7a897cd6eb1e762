"""The questions of docs/duckdb.md: each is asked, and what the page shows is what comes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.page import gather
from mailkit.sinks import read_rows
from tests.engines.asked import PAGE, asked, written_again
from tests.engines.blocks import blocks
from tests.engines.weeks import write_weeks

pytest.importorskip("duckdb", reason="duckdb is not installed: pip install duckdb")
pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the three weeks."""
    made = tmp_path_factory.mktemp("weeks")
    write_weeks(made)
    return made


def test_the_page_shows_what_comes(folder: Path) -> None:
    """Where it does not: python tests/engines/asked.py writes it again."""
    page = PAGE.read_text("utf-8")
    for sql, shown, came in asked(page, folder):
        assert shown == came, sql
    assert written_again(page, folder) == page


def test_ten_questions_have_an_answer(folder: Path) -> None:
    page = PAGE.read_text("utf-8")
    assert re.findall(r"^## (\d+)\.", page, re.MULTILINE) == [str(number) for number in range(1, 11)]
    tables = [came for sql, _, came in asked(page, folder) if not sql.startswith("SET")]
    assert len(tables) == 11
    assert all(came.count("\n") >= 2 for came in tables)


def test_duckdb_for_python_takes_the_page_as_it_stands(folder: Path) -> None:
    """Its lines of Python, and then each block of SQL."""
    (program,) = blocks(PAGE, "python")[""]
    sql = [block for below in blocks(PAGE, "sql").values() for block in below]
    code = f"{program}\nfor block in {sql!r}:\n    answer = duckdb.sql(block)\nanswer.show()"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=folder, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, last = done.stdout.split("└", 1)
    assert re.findall(r"(\S+) +│ +(\d+) │", first)[0] == ("failure", "113")
    assert "shop.q9" in last


def test_the_addresses_to_drop_are_those_of_the_page_for_a_postmaster(folder: Path) -> None:
    """The weeks have addresses that were forwarded, in several cases, delays that are hard, and reports that name nobody."""
    page = re.sub(r"^LIMIT 8", "LIMIT 1000", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    (came,) = (came for sql, _, came in asked(page, folder) if "written_to AS address" in sql and "'hard'" in sql)
    found = [line.split(" | ")[:2] for line in came.removeprefix("| ").replace("\n| ", "\n").splitlines()[2:]]
    drops = gather(read_rows(folder / "OUT"), top=1_000).drops
    assert {address: int(times) for address, times in found} == {one.address: one.count for one in drops}
    assert {"kim@firm.example", "xena@old-isp.example"} <= dict(found).keys()
    assert {"kim@gmail.com", "hans@old-isp.example", ""}.isdisjoint(dict(found))


def test_no_answer_begins_with_nothing(folder: Path) -> None:
    """What no report tells does not come first: no row has an empty first cell."""
    for sql, _, came in asked(PAGE.read_text("utf-8"), folder):
        assert "\n|  |" not in came, sql
