"""The corpus of attachments: made again byte by byte, and answered as expected."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpora.attachments import make
from mailkit.attachments import AttachmentReport, check_attachments

FOLDER = Path(make.__file__).parent
ROWS: list[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
HOSTILE = [row for row in ROWS if row["expected"] != "clean"]
BENIGN = [row for row in ROWS if row["expected"] == "clean"]
SHORT: dict[str, str] = {}
"""Not answered as it should be so far: a row that is has to leave."""


def answer(row: dict[str, Any]) -> AttachmentReport:
    folder = "benign" if row["expected"] == "clean" else "hostile"
    return check_attachments((FOLDER / folder / row["file"]).read_bytes())


def ids(row: dict[str, Any]) -> str:
    return str(row["file"])


def test_the_files_are_what_the_script_makes() -> None:
    made = make.files()
    found = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in FOLDER.glob("*/*.eml")}
    found["expected.json"] = (FOLDER / "expected.json").read_bytes()
    assert set(found) == set(made)
    assert [name for name, data in made.items() if found[name] != data] == []


def test_the_files_are_small() -> None:
    sizes = [len(data) for name, data in make.files().items() if name.endswith(".eml")]
    assert max(sizes) < 64 << 10
    assert sum(sizes) < 4 << 20


def test_there_are_enough() -> None:
    assert len(HOSTILE) >= 200
    assert len(BENIGN) >= 100
    assert len({row["language"] for row in BENIGN}) >= 10
    assert {row["group"] for row in HOSTILE} == set("ABCDEFGHIJ")
    assert set(SHORT) <= {row["file"] for row in HOSTILE}


@pytest.mark.parametrize("row", BENIGN, ids=ids)
def test_everyday_mail_is_called_nothing(row: dict[str, Any]) -> None:
    found = answer(row)
    assert (found.verdict, found.complete) == ("clean", True)
    assert [finding for finding in found.findings if finding.severity != "info"] == []


@pytest.mark.parametrize("row", HOSTILE, ids=ids)
def test_what_is_hostile_is_caught(row: dict[str, Any]) -> None:
    found = answer(row)
    right = found.verdict in row["accept"] or (row["unscannable"] and found.verdict == "unscannable")
    assert right == (row["file"] not in SHORT)
    assert not (row["unscannable"] and found.verdict == "clean" and found.complete)
    assert not any("its reader failed" in (gap.detail or "") for gap in found.unscanned)


def test_most_codes_are_found() -> None:
    wanted: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for row in HOSTILE:
        codes = {finding["code"] for finding in row["findings"]}
        wanted.update(codes)
        missed.update(codes - {finding.code for finding in answer(row).findings})
    assert missed.total() <= 0.03 * wanted.total(), missed
