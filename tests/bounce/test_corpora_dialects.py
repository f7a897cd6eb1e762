"""Messages of our own, one folder a kind of sender: each is known by its row and answered as expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailkit import classify
from mailkit.bounce.dialects import DIALECTS
from mailkit.bounce.reasons import REASONS
from tests.strategies import OWN
from tests.test_corpora import faults, pair

Row = dict[str, Any]
CORPORA = OWN.parent
APART = {OWN, CORPORA / "attachments"}
"""Of other tests."""
FOLDERS = sorted(path.parent for path in CORPORA.glob("*/expected.json") if path.parent not in APART)
EXPECTED: dict[Path, Row] = {
    folder / name: row
    for folder in FOLDERS
    for name, row in json.loads((folder / "expected.json").read_text("utf-8")).items()
    if name.endswith(".eml")
}


def test_the_folders_are_not_empty() -> None:
    assert EXPECTED, f"{CORPORA} has no folder with an expected.json besides {OWN.name}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_message_has_an_expected_answer_and_the_other_way_round(folder: Path) -> None:
    assert sorted(path for path in EXPECTED if path.parent == folder) == sorted(folder.glob("*.eml"))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_answer(path: Path) -> None:
    want = EXPECTED[path]
    got = classify(path.read_bytes())
    assert got.kind in (want["kind"] if isinstance(want["kind"], list) else [want["kind"]])
    if "dialect" in want:
        assert got.dialect == want["dialect"]
    if "recipients" in want:
        assert len(got.recipients) == len(want["recipients"]), [recipient.address for recipient in got.recipients]
        for row, recipient in pair(want["recipients"], got.recipients):
            assert set(row.get("reasons", ())) <= set(REASONS)
            assert faults(row, recipient) == {}, recipient


def test_every_row_has_a_message() -> None:
    shown = {row.get("dialect") for row in EXPECTED.values()} | {path.name.split("-")[0] for path in OWN.glob("*.eml")}
    assert [row.name for row in DIALECTS if row.name not in shown] == []
