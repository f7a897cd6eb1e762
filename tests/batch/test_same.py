"""A batch answers as if each message were read by itself: whatever the source, the format, the processes and the cuts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

import msgspec
import pytest

from mailkit.batch import analyze_many, runs
from mailkit.batch.frames import Choices
from mailkit.limits import DEFAULT
from mailkit.message import parse
from mailkit.report import Report, analyze
from mailkit.sinks import FORMATS, Format, read_reports
from mailkit.sources.items import EMPTY
from mailkit.sources.units import Size
from tests.batch.boxes import CHOICES, MAKERS, answered, made, one_by_one, rows
from tests.strategies import ROOT

SIZES = {
    "one": Size(messages=1),
    "three": Size(messages=3),
    "bytes": Size(bytes=30_000),
    "whole": Size(),
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make a source of every kind."""
    folder = tmp_path_factory.mktemp("sources")
    return {name: made(folder, name, 80) for name in MAKERS}


@pytest.fixture(scope="module")
def expected(sources: dict[str, str]) -> dict[str, list[Report]]:
    """Give what each must give."""
    found = {name: one_by_one([path]) for name, path in sources.items()}
    assert all(len(reports) >= 40 for reports in found.values())
    return found


@pytest.mark.parametrize("name", MAKERS)
def test_every_source(name: str, tmp_path: Path, sources: dict[str, str], expected: dict[str, list[Report]]) -> None:
    found = runs.run([sources[name]], tmp_path / "out", jobs=2, size=Size(bytes=100_000))
    assert list(read_reports(tmp_path / "out")) == expected[name]
    assert answered(tmp_path / "out") == rows(expected[name])
    assert found.tally.messages == found.answered == len(expected[name])


@pytest.mark.parametrize("name", MAKERS)
def test_every_source_is_given(name: str, sources: dict[str, str], expected: dict[str, list[Report]]) -> None:
    assert list(analyze_many([sources[name]], jobs=2, want=CHOICES.want)) == expected[name]


@pytest.mark.parametrize("style", FORMATS)
def test_every_format(
    style: Format, tmp_path: Path, sources: dict[str, str], expected: dict[str, list[Report]]
) -> None:
    names = list(sources)
    runs.run([sources[name] for name in names], tmp_path, style=style, jobs=2, size=Size(bytes=200_000))
    assert answered(tmp_path) == rows(report for name in names for report in expected[name])


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_cut(
    jobs: int, size: Size, tmp_path: Path, sources: dict[str, str], expected: dict[str, list[Report]]
) -> None:
    names = ["box.mbox", "mixed", "lines.jsonl"]
    found = runs.run([sources[name] for name in names], tmp_path, jobs=jobs, size=size)
    reports = [report for name in names for report in expected[name]]
    assert list(read_reports(tmp_path)) == reports
    assert found.parts == len(list(tmp_path.glob("part-*.jsonl")))
    assert found.tally.errors == sum(bool(report.error) for report in reports)
    assert sum(found.tally.kinds.values()) == sum(bool(report.bounce) for report in reports)


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("ordered", [True, False])
def test_given_in_order_or_not(
    *, jobs: int, ordered: bool, sources: dict[str, str], expected: dict[str, list[Report]]
) -> None:
    names = list(sources)
    found = list(analyze_many([sources[name] for name in names], jobs=jobs, want=CHOICES.want, ordered=ordered))
    reports = [report for name in names for report in expected[name]]
    key = attrgetter("source")
    assert found == reports if ordered else sorted(found, key=key) == sorted(reports, key=key)


def test_standard_input(tmp_path: Path, sources: dict[str, str]) -> None:
    with Path(sources["box.mbox"]).open("rb") as box:
        words = ["batch", "-", sources["files"], "-o", tmp_path / "out", "--jobs", "2"]
        done = subprocess.run(
            [sys.executable, "-m", "mailkit", *map(str, words)], stdin=box, capture_output=True, check=False, cwd=ROOT
        )
    assert done.returncode == 0, done.stderr
    as_dash = [
        msgspec.structs.replace(analyze(raw, want=CHOICES.want), source=f"-#{number}")
        for number, raw in enumerate(_messages_of(sources["box.mbox"]), 1)
    ]
    assert answered(tmp_path / "out") == rows([*as_dash, *one_by_one([sources["files"]])])


def _messages_of(path: str) -> list[bytes]:
    from mailkit.sources.files import read_raw  # noqa: PLC0415 - for this alone

    return [bytes(raw.data) for raw in read_raw([path]) if raw.data is not None]


def _odd(folder: Path) -> list[str]:
    """Make inputs that are odd or none."""
    message = b"Subject: hi\n\nhello\n"
    (folder / "empty.eml").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (folder / "line\nbreak.eml").write_bytes(message)
    Path(os.fsdecode(bytes(folder) + b"/latin-\xe9.eml")).write_bytes(message)
    (folder / "closed.eml").write_bytes(message)
    (folder / "box.mbox").write_bytes(b"From a@b Sat Jan  3 01:02:03 2026\n" + message)
    (folder / "damaged.gz").write_bytes(b"\x1f\x8b\x08\0")
    names = ["empty.eml", "picture.png", "line\nbreak.eml", "missing.eml", "box.mbox", "damaged.gz", "x" * 300]
    return [*(str(folder / name) for name in names), os.fsdecode(bytes(folder) + b"/latin-\xe9.eml"), "a\0b"]


@pytest.mark.parametrize("style", FORMATS)
def test_what_cannot_be_read_is_answered(style: Format, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    names = _odd(tmp_path / "in")
    found = runs.run(names, tmp_path / "out", style=style, jobs=2, size=Size(messages=2))
    expected = one_by_one(names)
    kept = [report for report in expected if report.error != EMPTY]  # as a mailbox on a quiet day
    shown = [str(report.source).replace("\n", " " if style == "tsv" else "\n") for report in kept]
    assert answered(tmp_path / "out") == [
        msgspec.structs.replace(row, source=source) for row, source in zip(rows(kept), shown, strict=True)
    ]
    assert found.tally.errors == sum(bool(report.error) for report in kept) == 5
    assert all(any(str(report.source) in note for note in found.notes) for report in expected if report.error)
    assert list(analyze_many(names, jobs=2, want=CHOICES.want)) == expected


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_too_large_ones_are_answered(size: Size, tmp_path: Path, sources: dict[str, str]) -> None:
    limits = msgspec.structs.replace(DEFAULT, message_bytes=4_000)
    names = [sources["box.mbox"], sources["mixed"]]
    expected = one_by_one(names, limits)
    assert 10 < sum(bool(report.error) for report in expected) < len(expected) - 10
    runs.run(names, tmp_path, jobs=2, choices=Choices(limits=limits), size=size)
    assert list(read_reports(tmp_path)) == expected


NOTHING: dict[str, Sequence[str]] = {"no inputs": [], "an empty folder": ["empty"], "no mail": ["pictures"]}


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("names", NOTHING.values(), ids=NOTHING)
def test_nothing_is_a_run_too(style: Format, names: Sequence[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    paths = [str(tmp_path / name) for name in names]
    found = runs.run(paths, tmp_path / "out", style=style, jobs=2)
    assert (found.tally.messages, found.tally.errors, found.tally.passed) == (0, 0, names == ["pictures"])
    assert answered(tmp_path / "out") == []
    assert list(analyze_many(paths, jobs=2)) == []


def test_a_file_that_is_named_twice(tmp_path: Path, sources: dict[str, str]) -> None:
    names = [sources["box.mbox"], sources["files"], sources["box.mbox"], f"{sources['files']}/00001.eml"]
    runs.run(names, tmp_path, jobs=2, size=Size(messages=40))
    assert list(read_reports(tmp_path)) == one_by_one(names)


TWICE: dict[str, tuple[list[str], str]] = {
    "a file": (["a.eml", "b/a.eml", "./a.eml"], "./a.eml"),
    "a folder": (["b", "b/"], "b/"),
    "a file in its folder": (["b", "a.eml", "b/a.eml", "bb"], "b/a.eml"),
    "several": (["b/*", ".", "a.eml", "bb", "b"], "b/a.eml, a.eml, bb and more"),
    "none": (["a.eml", "b", "bb", "-", "-"], ""),
}


@pytest.mark.parametrize(("names", "said"), TWICE.values(), ids=TWICE)
def test_what_is_named_twice_is_said(
    names: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is answered twice, and so counted twice, which nobody may want."""
    monkeypatch.chdir(tmp_path)
    for folder in ("b", "bb"):
        Path(folder).mkdir()
        Path(folder, "a.eml").write_bytes(b"Subject: hi\n\n")
    Path("a.eml").write_bytes(b"Subject: hi\n\n")
    assert runs.named_twice(names).partition(": named twice")[0] == said


def test_many_tiny_ones_and_a_huge_one(tmp_path: Path) -> None:
    tiny = b"".join(b"From a@b Sat Jan  3 01:02:03 2026\nSubject: %d\n\n\n" % number for number in range(10_000))
    huge = b"From a@b Sat Jan  3 01:02:03 2026\nSubject: huge\n\n" + b"x" * 76 * 1024 + b"\n"
    huge += (b"y" * 75 + b"\n") * (30_000_000 // 76) + b"\n"
    box = tmp_path / "box.mbox"
    box.write_bytes(tiny + huge + tiny)
    found = runs.run([str(box)], tmp_path / "out", jobs=2)
    assert found.tally.messages == 20_001
    reports = list(read_reports(tmp_path / "out"))
    assert [report.source for report in reports] == [f"{box}#{number}" for number in range(1, 20_002)]
    assert {number for number, report in enumerate(reports) if (report.size or 0) > 1_000} == {10_000}
    assert reports[10_000].size == len(huge) - 1


def test_messages_in_memory() -> None:
    texts = [b"Subject: %d\n\nhello\n" % number for number in range(5_000)]
    found = list(analyze_many(iter(texts), jobs=2, want=CHOICES.want))
    assert [report.source for report in found] == [None] * 5_000
    assert found == [analyze(parse(text), want=CHOICES.want) for text in texts]
