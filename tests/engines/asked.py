"""The SQL of docs/duckdb.md and what comes: asked, and written into the page again.

python tests/engines/asked.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.engines.weeks import write_weeks
from tests.strategies import ROOT

PAGE = ROOT / "docs" / "duckdb.md"
_BLOCK = re.compile(r"```sql\n(?P<sql>.*?)```\n(?P<table>\n(?:\|[^\n]*\n)+)?", re.DOTALL)


def asked(page: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Give for each block its SQL, the table that stands below it, and the one that comes."""
    import duckdb  # noqa: PLC0415 - an engine

    with duckdb.connect() as database:
        for block in _BLOCK.finditer(page):
            sql = block["sql"].replace("'OUT/", f"'{folder}/OUT/").replace("'BEFORE/", f"'{folder}/BEFORE/")
            answer = database.execute(sql.replace("'sent.csv'", f"'{folder}/sent.csv'"))
            yield block["sql"], (block["table"] or "").strip(), table(answer)


def table(answer: Any) -> str:  # noqa: ANN401 - of DuckDB
    """Give rows as a table of Markdown; none where a statement gives none."""
    names = [column[0] for column in answer.description or ()]
    if names in ([], ["Count"], ["Success"]):
        return ""
    rows = [names, ["---"] * len(names), *answer.fetchall()]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text.replace("|", "\\|").replace("<", "&lt;")


def written_again(page: str, folder: Path) -> str:
    """Give the page with what comes below each block."""
    found = iter(list(asked(page, folder)))

    def block(match: re.Match[str]) -> str:
        came = next(found)[2]
        return f"```sql\n{match['sql']}```\n" + (f"\n{came}\n" if came else "")

    return _BLOCK.sub(block, page)


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        write_weeks(Path(name))
        PAGE.write_text(written_again(PAGE.read_text("utf-8"), Path(name)), "utf-8")
