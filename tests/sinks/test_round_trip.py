"""What is written is read back, in every format: the corpora's messages, and whatever strangers may have written."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.report import Report, analyze
from mailkit.rows import Row, row_of
from mailkit.sinks import FORMATS, open_part, read_reports, read_rows
from mailkit.sinks import parquet as parquet_room
from tests.sinks.samples import changed, of_corpora, reports, write
from tests.strategies import SHARED

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'mailkit-bounce[parquet]'")

NAMES = "".join(map(chr, [*range(9, 14), *range(28, 31), 0x85, 0x2028, 0x2029]))
"""Tab, and all at which str.splitlines begins a line."""


def expected(report: Report, style: str) -> Row:
    """Give the row that is read back: in TSV what would end a cell or a line is a blank."""
    row = row_of(report)
    return changed(row, lambda text: text.translate(dict.fromkeys(map(ord, NAMES), " "))) if style == "tsv" else row


@pytest.mark.parametrize("style", FORMATS)
def test_messages_of_the_corpora(style: str, tmp_path: Path) -> None:
    every = of_corpora()
    for number in range(3):
        write(tmp_path, style, every[number::3], number)
    assert list(read_rows(tmp_path)) == [expected(one, style) for number in range(3) for one in every[number::3]]


def test_whole_answers_of_the_corpora(tmp_path: Path) -> None:
    write(tmp_path, "jsonl", of_corpora())
    assert list(read_reports(tmp_path)) == list(of_corpora())


@pytest.mark.slow
@pytest.mark.parametrize("style", FORMATS)
def test_messages_of_the_shared_corpora(style: str, tmp_path: Path) -> None:
    paths = sorted(SHARED.glob("*/*.eml"))
    if not paths:
        pytest.skip("the shared corpora are not beside the project")
    every = [analyze(path.read_bytes(), source=path.name) for path in paths]
    write(tmp_path, style, every)
    assert list(read_rows(tmp_path)) == [expected(one, style) for one in every]


@pytest.mark.parametrize("style", FORMATS)
@settings(max_examples=100)
@given(st.lists(reports, max_size=4))
def test_hostile_values(style: str, every: list[Report]) -> None:
    with TemporaryDirectory() as name:
        write(Path(name), style, every)
        assert list(read_rows(Path(name))) == [expected(one, style) for one in every]


@given(st.lists(reports, min_size=1, max_size=2))
@settings(max_examples=100)
def test_a_row_of_tsv_is_a_line_for_whoever_splits_lines(every: list[Report]) -> None:
    with TemporaryDirectory() as name:
        write(Path(name), "tsv", every)
        lines = (Path(name) / "part-000000.tsv").read_bytes().decode().splitlines()
    assert len(lines) == 1 + sum(max(1, len(row_of(one).recipients)) for one in every)
    assert len({line.count("\t") for line in lines}) == 1


@given(st.lists(reports, min_size=1, max_size=2), st.sampled_from(["csv", "tsv"]))
@settings(max_examples=100)
def test_no_cell_is_a_formula(every: list[Report], style: str) -> None:
    with TemporaryDirectory() as name:
        write(Path(name), style, every)
        with (Path(name) / f"part-000000.{style}").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter="," if style == "csv" else "\t")
            cells = [cell for row in reader for cell in row]
    numbers = [cell for cell in cells if cell[:1] in {*" =+-@\t\r\n＝＋－＠"} and cell]
    assert [cell for cell in numbers if not re.fullmatch(r"-[0-9.e+-]+", cell)] == []  # seconds, where clocks differ


@pytest.mark.parametrize("style", FORMATS)
def test_a_lone_surrogate_is_replaced(style: str, tmp_path: Path) -> None:
    whole = of_corpora()[0]
    every = [whole, msgspec.structs.replace(whole, source="a\udcffb"), Report(error="\ud800"), whole]
    write(tmp_path, style, every)
    assert [row.source for row in read_rows(tmp_path)] == [whole.source, "a\ufffdb", None, whole.source]
    assert [row.error for row in read_rows(tmp_path)][2] == "\ufffd"


@pytest.mark.parametrize("style", FORMATS)
def test_a_part_without_messages(style: str, tmp_path: Path) -> None:
    write(tmp_path, style, [])
    assert list(read_rows(tmp_path)) == []


@pytest.mark.parametrize("style", FORMATS)
def test_a_very_large_answer(style: str, tmp_path: Path) -> None:
    whole = next(one for one in of_corpora() if one.bounce and one.bounce.recipients)
    assert whole.bounce
    many = msgspec.structs.replace(whole.bounce, recipients=whole.bounce.recipients[:1] * 20_000, dialect="x" * 400_000)
    every = [whole, msgspec.structs.replace(whole, bounce=many), whole]
    assert write(tmp_path, style, every) < 40_000_000  # not 20,000 times 400,000
    assert list(read_rows(tmp_path)) == [expected(one, style) for one in every]


@pytest.mark.parametrize("style", ["csv", "tsv"])
def test_a_cell_beyond_the_limit_of_the_csv_module(style: str, tmp_path: Path) -> None:
    every = [Report(source="x,\t" * 100_000, error="y" * 200_000)]
    write(tmp_path, style, every)
    assert list(read_rows(tmp_path)) == [expected(every[0], style)]


def test_groups_of_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    write(tmp_path, "parquet", [Report(source="x" * 3_000_000)] * 7, 0)
    monkeypatch.setattr(parquet_room, "GROUP_ROWS", 100)
    write(tmp_path, "parquet", [Report(source="x")] * 250, 1)
    found = []
    for number in range(2):
        with parquet.ParquetFile(tmp_path / f"part-00000{number}.parquet") as file:
            meta = file.metadata
            found.append([meta.row_group(group).num_rows for group in range(meta.num_row_groups)])
    assert found == [[2, 2, 2, 1], [100, 100, 50]]


@pytest.mark.parametrize("style", FORMATS)
def test_a_part_that_is_closed(style: str, tmp_path: Path) -> None:
    part = open_part(tmp_path, style, 0)
    part.discard()
    part.discard()
    with pytest.raises(Exception, match="committed or discarded before"):
        part.write(Report())
    with pytest.raises(Exception, match="committed or discarded before"):
        part.commit()
