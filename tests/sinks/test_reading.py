"""Which parts of a folder are read, and what is said of one that cannot be."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mailkit.errors import SourceError
from mailkit.sinks import FORMATS, MANIFEST, Format, part_name, read_reports, read_rows
from tests.sinks.samples import numbered, write

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'mailkit-bounce[parquet]'")
LINES = tuple(style for style in FORMATS if style != "sqlite")


def manifest(folder: Path, style: Format, *done: int, tail: str = "") -> None:
    """Write a manifest as a run does, with lines that say something else."""
    rows = [{"run": {"v": 1, "format": style}}, *({"unit": one, "name": "\udcff"} for one in range(9))]
    rows += [{"done": one, "part": part_name(style, one), "size": 1, "messages": 2} for one in done]
    (folder / MANIFEST).write_text("".join(json.dumps(row) + "\n" for row in rows) + tail, "ascii")


def sources(folder: Path) -> list[str | None]:
    """Give which messages are read."""
    return [row.source for row in read_rows(folder)]


@pytest.fixture(params=FORMATS)
def style(request: pytest.FixtureRequest, tmp_path: Path) -> Format:
    """Give a format of which a folder has four parts, written in another order."""
    style: Format = request.param
    for number in (3, 0, 1, 2):
        write(tmp_path, style, numbered(number, 2), number)
    return style


def test_without_a_manifest_all_parts_count(style: Format, tmp_path: Path) -> None:
    (tmp_path / f".part-000009.{style}.1-0.tmp").write_bytes(b"half")
    assert sources(tmp_path) == [f"{part}/{number}" for part in range(4) for number in range(2)]


def test_of_a_manifest_those_that_are_done_count_each_once(style: Format, tmp_path: Path) -> None:
    manifest(tmp_path, style, 3, 0, 1, 3, tail=f'{{"done":2,"part":"{part_name(style, 2)}"')
    assert sources(tmp_path) == [f"{part}/{number}" for part in (0, 1, 3) for number in range(2)]


def test_a_run_that_has_done_nothing_yet(style: Format, tmp_path: Path) -> None:
    manifest(tmp_path, style)
    assert sources(tmp_path) == []


def test_a_part_that_is_done_and_not_there(style: Format, tmp_path: Path) -> None:
    manifest(tmp_path, style, 0, 7)
    with pytest.raises(SourceError, match=r"(part-000007|lacks part 7)"):
        sources(tmp_path)


def test_one_part_alone(style: Format, tmp_path: Path) -> None:
    manifest(tmp_path, style, 0)
    found = sources(tmp_path / part_name(style, 2))
    assert found == (["2/0", "2/1"] if style != "sqlite" else [f"{part}/{n}" for part in range(4) for n in range(2)])


def test_a_unit_without_a_part(style: Format, tmp_path: Path) -> None:
    manifest(tmp_path, style, 1, tail='{"done":0,"part":null}\n{"end":1}\n')
    assert sources(tmp_path) == ["1/0", "1/1"]


def test_reports_are_those_of_json_lines(style: Format, tmp_path: Path) -> None:
    if style == "jsonl":
        assert [one.source for one in read_reports(tmp_path)] == sources(tmp_path)
        return
    with pytest.raises(SourceError, match="holds rows and no whole answers; run the batch with --format jsonl"):
        next(read_reports(tmp_path))


def test_more_than_a_million_parts(tmp_path: Path) -> None:
    for number in (1_000_000, 999_999, 5):
        write(tmp_path, "jsonl", numbered(number, 1), number)
    assert sources(tmp_path) == ["5/0", "999999/0", "1000000/0"]


def cut(path: Path) -> None:
    """Take away the end of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def packed(path: Path) -> None:
    """Pack a file, as an owner who wants room may."""
    path.write_bytes(gzip.compress(path.read_bytes()))


@pytest.mark.parametrize(
    "spoil", [cut, packed, lambda path: path.write_bytes(b"\xff\n" * 9)], ids=["cut", "gz", "bytes"]
)
@pytest.mark.parametrize("form", FORMATS)
def test_a_part_that_is_damaged(form: Format, spoil: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path, form, numbered(0, 500))
    path = tmp_path / part_name(form, 0)
    spoil(path)
    with pytest.raises(SourceError, match=rf"{path.name}.*(run the batch again|check that it is there)"):
        sources(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(lambda _: None, "holds no answers; give the folder", id="empty"),
        pytest.param(lambda folder: (folder / "x.csv").touch(), "holds no answers; give the folder", id="other files"),
        pytest.param(
            lambda folder: [(folder / f"part-000000.{style}").touch() for style in ("csv", "tsv")],
            r"several formats \(\.csv, \.tsv\) and no manifest\.jsonl; take away",
            id="two formats",
        ),
        pytest.param(
            lambda folder: (folder / MANIFEST).write_text('{"run":{}}\n{no\n{"done":0}\n'),
            r"manifest\.jsonl:2: is no line of a manifest",
            id="a line that is none",
        ),
        pytest.param(
            lambda folder: (folder / MANIFEST).write_text('{"done":0,"part":"../part-000000.csv"}\n'),
            r"manifest\.jsonl:1: .*is not the name of a part",
            id="a part elsewhere",
        ),
        pytest.param(lambda folder: (folder / MANIFEST).mkdir(), "cannot be read", id="a manifest that is a folder"),
        pytest.param(lambda folder: folder.rmdir(), "cannot be read .*check that it is there", id="not there"),
    ],
)
def test_a_folder_that_is_none(spoil: Callable[[Path], object], why: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    spoil(folder)
    with pytest.raises(SourceError, match=why):
        sources(folder)


@pytest.mark.parametrize("name", [MANIFEST, "letter.eml"])
def test_a_file_that_is_no_part(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("{}\n")
    with pytest.raises(SourceError, match="is no part of answers; give the folder"):
        sources(tmp_path / name)


def test_a_database_without_tables_yet(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").touch()
    assert sources(tmp_path) == []


def test_a_database_of_a_later_version(tmp_path: Path) -> None:
    write(tmp_path, "sqlite", numbered(0, 1))
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(SourceError, match="another version of mailkit, 2"):
        sources(tmp_path)


def test_who_reads_slowly_keeps_no_writer_waiting(tmp_path: Path) -> None:
    write(tmp_path, "sqlite", numbered(0, 500))
    rows = read_rows(tmp_path)
    first = [next(rows) for _ in range(3)]
    write(tmp_path, "sqlite", numbered(1, 1), 1)
    assert [row.source for row in (*first, *rows)] == [f"0/{number}" for number in range(500)]


def test_a_table_that_went_through_other_hands(tmp_path: Path) -> None:
    write(tmp_path, "csv", numbered(0, 2))
    path = tmp_path / "part-000000.csv"
    lines = path.read_bytes().decode().split("\r\n")
    lines = [",".join([*line.split(",")[:4], "x"]) for line in lines if line]  # of fewer columns, and one of one's own
    path.write_text("\ufeff" + "\n".join(lines), "utf-8")
    assert [(row.source, row.kind) for row in read_rows(tmp_path)] == [("0/0", None), ("0/1", None)]


@pytest.mark.parametrize("form", LINES)
def test_a_folder_is_read_as_it_grows(form: Format, tmp_path: Path) -> None:
    write(tmp_path, form, numbered(0, 2), 0)
    manifest(tmp_path, form, 0)
    rows = read_rows(tmp_path)
    assert next(rows).source == "0/0"
    write(tmp_path, form, numbered(0, 2), 0)
    assert next(rows).source == "0/1"
