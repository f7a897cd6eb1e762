"""docs/bounces.md is written from the tables, and is fresh."""

from __future__ import annotations

import re

from mailkit.bounce.dialects import DIALECTS
from mailkit.bounce.matcher import RuleSet
from mailkit.bounce.page import PAGE, page
from mailkit.bounce.reasons import REASONS


def test_it_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m mailkit.bounce.page"


def test_it_is_the_same_twice() -> None:
    assert page() == page()


def test_it_has_everything() -> None:
    text = page()
    assert [row.name for row in DIALECTS if f"\n### {row.name}\n" not in text] == []
    assert [reason for reason in REASONS if f"\n| `{reason}` | " not in text] == []
    assert [lang for lang in {rule.lang for rule in RuleSet.default().rules} if f"\n| `{lang}` | " not in text] == []


def test_tables_are_whole() -> None:
    text = re.sub(r"^```text\n.*?^```$", "", page(), flags=re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(blocks) == 4
    for block in blocks:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block.splitlines()[0]


def test_nothing_in_it_runs_as_an_example_or_reaches_a_terminal() -> None:
    text = page()
    assert not re.search(r"^\s*>>>", text, re.MULTILINE)
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
