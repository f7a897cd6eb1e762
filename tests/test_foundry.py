"""The foundry's tables of cases can be read, and what it made can be told from what was written by hand."""

from __future__ import annotations

import email
import json
import re
import runpy
from pathlib import Path

import pytest

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
FOUNDRY = CORPORA / "foundry"
FOLDERS = ("unix", "services", "lists")
TABLES = sorted(FOUNDRY.glob("conf/*/cases.toml"))
README = (CORPORA / "README.md").read_text("utf-8")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.parent.name)
def test_every_table_names_recipients(table: Path) -> None:
    cases = runpy.run_path(str(FOUNDRY / "cases.py"))["read_cases"](table)
    assert cases
    for name, case in cases.items():
        assert re.fullmatch(r"[a-z0-9-]+", name)
        assert case.recipients, name
        assert all(address.endswith(".test") for address in case.recipients), name


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_of_a_manifest_is_a_message_with_its_subject(folder: str) -> None:
    rows = json.loads((CORPORA / folder / "manifest.json").read_text("utf-8"))
    assert rows
    for key, row in rows.items():
        raw = (CORPORA / folder / "-".join(key.split("/")[1:])).read_bytes()
        assert key.split("/")[1] == row["mta"], key
        assert str(email.message_from_bytes(raw)["subject"]) == row["subject"], key


@pytest.mark.parametrize("folder", FOLDERS)
def test_readme_counts_the_folder(folder: str) -> None:
    genuine = len(json.loads((CORPORA / folder / "manifest.json").read_text("utf-8")))
    every = len(list((CORPORA / folder).glob("*.eml")))
    assert re.findall(rf"^\| `{folder}/` \| (\d+) \| (\d+) made ", README, re.MULTILINE) == [(str(every), str(genuine))]
