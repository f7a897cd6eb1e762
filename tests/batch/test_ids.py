"""Ids of an owner's own in the answers: through every format, in any cut, and when a run is taken up again."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from benchmarks.bigbox import mbox, messages
from mailkit.batch import analyze_many, runs
from mailkit.batch.frames import Choices
from mailkit.batch.manifest import NAME
from mailkit.errors import MailkitError
from mailkit.report import Report, analyze
from mailkit.rows import Row, row_of
from mailkit.sinks import FORMATS, Format, open_part, read_reports, read_rows
from mailkit.sources import plan
from mailkit.sources.units import Size
from tests.batch.boxes import CHOICES, answered, rows
from tests.strategies import ROOT

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
COUNT = 30
OWN = Choices(id="own")
ODD = ["=1+1", "a,b", "", '"', "ö\t\n"]
"""Ids that are trouble for tables."""


@pytest.fixture(autouse=True)
def _cut_small_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SMALL_BYTES", 1_000)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Make inputs with ids and without."""
    folder = tmp_path_factory.mktemp("inputs")
    texts = [data.decode("latin-1") for data in messages(COUNT)]
    ids: list[object] = [None, *ODD, *range(6, COUNT)]
    lines = [json.dumps({"own": own, "raw": text}) for own, text in zip(ids, texts, strict=True)]
    (folder / "rows.jsonl").write_text("\n".join([*lines, '{"own": "none"}', "[]", '{"raw": "Subject: last\\n\\n"}']))
    columns = {"raw": list(messages(COUNT)), "own": pa.array([*range(1_000, 999 + COUNT), None]), "other": texts}
    pq.write_table(pa.table(columns), folder / "rows.parquet", row_group_size=7)
    (folder / "box.mbox").write_bytes(b"".join(mbox(20)))
    with tarfile.open(folder / "rows.tar", "w") as tape:
        tape.add(folder / "rows.jsonl", "rows.jsonl")
    return [str(folder / name) for name in ("rows.jsonl", "box.mbox", "rows.parquet", "rows.tar")]


@pytest.fixture(scope="module")
def expected(names: list[str]) -> list[Report]:
    """Give what they must give, each message by itself."""
    rows_of_lines = [None, *ODD, *map(str, range(6, COUNT)), "none", None, None]
    ids = [*rows_of_lines, *[None] * 20, *map(str, range(1_000, 999 + COUNT)), None, *rows_of_lines]
    plain = analyze_many(names, jobs=1, want=CHOICES.want)
    return [
        report if own is None else msgspec.structs.replace(report, id=own)
        for own, report in zip(ids, plain, strict=True)
    ]


def shown(row: Row, style: Format) -> Row:
    """Give a row as a format gives it back: TSV has blanks for tabs and line ends."""
    return msgspec.structs.replace(row, id=row.id.translate({9: " ", 10: " "})) if row.id and style == "tsv" else row


@pytest.mark.parametrize("style", FORMATS)
def test_every_format(style: Format, names: list[str], expected: list[Report], tmp_path: Path) -> None:
    found = runs.run(names, tmp_path, style=style, jobs=2, choices=OWN, size=Size(messages=9))
    assert answered(tmp_path) == [shown(row, style) for row in rows(expected)]
    assert found.tally.messages == len(expected)
    assert found.parts > 10


@pytest.mark.parametrize(
    ("jobs", "size"), [(1, Size(messages=1)), (3, Size(bytes=20_000)), (2, Size())], ids=["one", "bytes", "whole"]
)
def test_every_cut(jobs: int, size: Size, names: list[str], expected: list[Report], tmp_path: Path) -> None:
    runs.run(names, tmp_path, jobs=jobs, choices=OWN, size=size)
    assert list(read_reports(tmp_path)) == expected


def test_given_one_by_one(names: list[str], expected: list[Report]) -> None:
    assert list(analyze_many(names, jobs=2, want=CHOICES.want, choices=OWN)) == expected


def test_the_first_ones(names: list[str], expected: list[Report], tmp_path: Path) -> None:
    runs.run(names, tmp_path, jobs=2, choices=OWN, most=40, size=Size(messages=9))
    assert list(read_reports(tmp_path)) == expected[:40]


@pytest.mark.parametrize("style", FORMATS)
def test_taken_up_again(style: Format, names: list[str], expected: list[Report], tmp_path: Path) -> None:
    runs.run(names, tmp_path, style=style, jobs=2, choices=OWN, size=Size(messages=9))
    path = tmp_path / NAME
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:9]))  # as if it had been killed
    for other in (None, "other"):
        with pytest.raises(MailkitError, match=f"the run was begun with id 'own', not {other!r}; give the same"):
            runs.run(names, tmp_path, style=style, resume=True, choices=Choices(id=other))
    found = runs.run(names, tmp_path, style=style, jobs=2, resume=True, choices=OWN)
    assert 0 < found.answered < len(expected)
    assert answered(tmp_path) == [shown(row, style) for row in rows(expected)]


def without_ids(folder: Path, style: Format, reports: list[Report]) -> None:
    """Write parts as they were before there was an id."""
    part = open_part(folder, style, 0)
    for report in reports:
        part.write(report)
    part.commit()
    path = folder / ("answers.sqlite" if style == "sqlite" else f"part-000000.{style}")
    if style == "parquet":
        pq.write_table(pq.read_table(path).drop_columns("id"), path)
    elif style == "sqlite":
        with closing(sqlite3.connect(path)) as database:
            database.execute("ALTER TABLE message DROP COLUMN id")
            database.commit()
    elif style == "csv":
        with path.open(newline="", encoding="utf-8") as file:
            lines = [*csv.reader(file)]
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(_without_fourth(lines))
    elif style == "tsv":
        lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        path.write_text("".join("\t".join(line) + "\n" for line in _without_fourth(lines)), "utf-8")
    assert style != "jsonl" or "id" not in json.loads(path.read_bytes().splitlines()[0])


def _without_fourth(lines: list[list[str]]) -> list[list[str]]:
    assert lines[0][:5] == ["part", "message", "source", "id", "error"]
    return [line[:3] + line[4:] for line in lines]


@pytest.mark.parametrize("style", FORMATS)
def test_folders_from_before_there_were_ids(style: Format, tmp_path: Path) -> None:
    """They are read, and written on; the ids of the old messages are not known."""
    old = [analyze(data, want=("bounce", "trace"), source=f"{n}") for n, data in enumerate(messages(4))]
    without_ids(tmp_path, style, old)
    assert list(read_rows(tmp_path)) == rows(old)
    new = [msgspec.structs.replace(report, id=f"own {report.source}") for report in old]
    part = open_part(tmp_path, style, 1)
    for report in new:
        part.write(report)
    part.commit()
    assert list(read_rows(tmp_path)) == rows([*old, *new])
    page = [sys.executable, "-m", "mailkit", "page", str(tmp_path), "-o", str(tmp_path / "page.html")]
    subprocess.run(page, check=True, capture_output=True, cwd=ROOT, timeout=60)


def test_a_run_from_before_there_were_ids_is_taken_up(names: list[str], tmp_path: Path) -> None:
    """Its manifest says nothing of ids, as one without them."""
    runs.run(names[:1], tmp_path, jobs=1, size=Size(messages=9))
    path = tmp_path / NAME
    lines = path.read_bytes().replace(b',"id":null', b"").splitlines(keepends=True)
    assert b'"id"' not in lines[0]
    path.write_bytes(b"".join(lines[:4]))
    runs.run(names[:1], tmp_path, jobs=1, resume=True)
    assert len(answered(tmp_path)) == COUNT + 3
    with pytest.raises(MailkitError, match="begun with id None, not 'own'"):
        runs.run(names[:1], tmp_path, resume=True, choices=OWN)


def test_an_answer_without_an_id_says_nothing_of_it() -> None:
    report = analyze(b"Subject: hi\n\n", want=())
    assert b'"id"' not in msgspec.json.encode(report)
    assert row_of(report).id is None
    assert list(msgspec.to_builtins(row_of(report)))[:3] == ["source", "id", "error"]
    own = msgspec.structs.replace(report, id="")
    assert msgspec.json.decode(msgspec.json.encode(own), type=Report) == own
    assert row_of(own).id == ""


@pytest.mark.parametrize("name", ["", 'a"', "a\\b", "a\nb", "\udcff"])
def test_what_is_no_name_of_a_column(name: str) -> None:
    with pytest.raises(ValueError, match="give the name of a column"):
        Choices(id=name)
