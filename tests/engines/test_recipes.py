"""The recipes of docs/engines.md, run as they stand there, each in a process of its own, over real messages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from mailkit.report import BOUNCE, analyze
from mailkit.rows import Row, row_of
from tests.engines.blocks import blocks
from tests.engines.boxes import varied
from tests.strategies import ROOT

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
from mailkit.arrow import rows_of  # noqa: E402 - where pyarrow lacks, all is skipped

RECIPES = blocks(ROOT / "docs" / "engines.md", "python")
MAIL: list[bytes | None] = [*varied(60), None, b"\xff\0" * 5_000]
READ = {
    "DuckDB": "import duckdb; duckdb.sql(\"ATTACH 'answers.duckdb' AS d; COPY d.answers TO 'answers.parquet'\")",
}
"""What makes a Parquet file of the answers, where a recipe does not."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Ray", marks=pytest.mark.slow),
        pytest.param("Dask", marks=pytest.mark.slow),
        "Polars",
        "DuckDB",
        "Arrow alone",
    ],
)
def test_a_recipe_gives_the_answers_of_one_process(name: str, tmp_path: Path) -> None:
    """Nothing is said on stderr but by Ray, which tells what it does."""
    pytest.importorskip(name.lower() if name != "Arrow alone" else "pyarrow", reason=f"{name} is not installed")
    ids = list(range(len(MAIL)))
    pq.write_table(pa.table({"id": ids, "raw": pa.array(MAIL, pa.binary())}), tmp_path / "mail.parquet")
    (tmp_path / "recipe.py").write_text("\n".join((*RECIPES[name], READ.get(name, ""))))
    done = subprocess.run(
        [sys.executable, "recipe.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0", "PYTHONWARNINGS": "ignore"},
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert name == "Ray" or done.stderr == ""
    (found,) = [path for path in (tmp_path / "answers.parquet", tmp_path / "answers") if path.exists()]
    table = pq.read_table(found).sort_by("id")
    assert table["id"].to_pylist() == ids
    expected = [Row(error="is null") if raw is None else row_of(analyze(raw, want=BOUNCE)) for raw in MAIL]
    assert [row for batch in table.to_batches() for row in rows_of(batch)] == [
        msgspec.structs.replace(row, id=str(own)) for own, row in zip(ids, expected, strict=True)
    ]


def test_every_recipe_is_run() -> None:
    assert set(RECIPES) == {"Ray", "Dask", "Polars", "DuckDB", "Arrow alone"}
