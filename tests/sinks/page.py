"""The tables of docs/outputs.md, made of the docstrings of `mailkit.rows`: ``python -m tests.sinks.page`` writes them."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mailkit import rows
from mailkit.sinks.columns import HOP, MESSAGE, RECIPIENT, Column
from tests.strategies import ROOT

PAGE = ROOT / "docs" / "outputs.md"
KINDS = {"str": "text", "int": "number", "float": "number", "bool": "yes or no", "datetime": "time", "tuple": "list"}
TABLES = {"message": ("Row", MESSAGE), "recipient": ("RecipientRow", RECIPIENT), "hop": ("HopRow", HOP)}
TABLE = re.compile(r"(?<=<!-- columns of a )(\w+)( -->\n)(?:\|.*\n)*")


def docstrings(struct: str) -> dict[str, str]:
    """Give what is said of each field of a struct, by its name in the JSON."""
    tree = ast.parse(inspect.getsource(rows))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == struct)
    found = {}
    for field, said in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(said, ast.Expr), field.target.id
            assert isinstance(said.value, ast.Constant), field.target.id
            found[field.target.id.rstrip("_")] = " ".join(str(said.value.value).split())
    return found


def table(name: str) -> Iterator[str]:
    """Give the lines of a table."""
    struct, columns = TABLES[name]
    said = docstrings(struct)
    every: Sequence[Column] = columns
    yield "| column | holds | meaning |"
    yield "|---|---|---|"
    for column in every:
        yield f"| `{column.name}` | {KINDS[column.kind.__name__]} | {said[column.key]} |"


def page() -> str:
    """Give the page with its tables as they should be."""

    def fresh(found: re.Match[str]) -> str:
        return found[1] + found[2] + "".join(f"{line}\n" for line in table(found[1]))

    return TABLE.sub(fresh, PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
