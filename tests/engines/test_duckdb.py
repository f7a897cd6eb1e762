"""The questions of docs/duckdb.md: each is asked, and what the page shows is what comes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engines.asked import PAGE, asked, written_again
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
