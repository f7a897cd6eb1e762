"""``mailkit batch --id``: what is said before it begins, and what stands in the answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Run, assert_one_clear_line

ROW = {"own": 7, "raw": "Subject: hi\n\nhello\n"}


def rows(path: Path) -> Path:
    """Make JSON lines."""
    path.write_text("".join(json.dumps({**ROW, "own": number}) + "\n" for number in range(3)))
    return path


@pytest.mark.parametrize("words", [("-o", "-"), ("-o", "OUT"), ("--dry-run",)], ids=" ".join)
def test_an_input_without_the_column_ends_it_before_it_begins(
    words: tuple[str, ...], tmp_path: Path, here: Run
) -> None:
    path, out = rows(tmp_path / "it.jsonl"), tmp_path / "out"
    done = here("batch", path, *(word.replace("OUT", str(out)) for word in words), "--id", "name")
    said = f"{path}: has no ids: no column name in its first rows; there is own, raw. Nothing was begun"
    assert_one_clear_line(done, 2, said)
    assert not out.exists()


def test_ids_on_standard_output(tmp_path: Path, here: Run) -> None:
    (tmp_path / "a.eml").write_text(str(ROW["raw"]))
    done = here("batch", rows(tmp_path / "it.jsonl"), tmp_path / "a.eml", "-o", "-", "--ordered", "--id", "own")
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line).get("id") for line in done.stdout.splitlines()] == ["0", "1", "2", None]


def test_inputs_that_can_have_no_ids_are_read_all_the_same(tmp_path: Path, here: Run) -> None:
    (tmp_path / "a.eml").write_text(str(ROW["raw"]))
    done = here("batch", tmp_path / "a.eml", "-o", "-", "--id", "own")
    said = "mailkit: no input has a column own: only JSON lines and Parquet have columns; the answers have no ids\n"
    assert (done.returncode, done.stderr) == (0, said)
    assert "id" not in json.loads(done.stdout)


@pytest.mark.parametrize("name", ["", 'a"', "a\\b"])
def test_what_is_no_name_of_a_column(name: str, here: Run) -> None:
    done = here("batch", "x", "-o", "-", "--id", name)
    assert done.returncode == 2
    assert "is no name of a column" in done.stderr
