"""The command: from the answers of a batch in any format to a page, and what it says where that cannot be done."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from mailkit.cli.page import listing
from mailkit.page import gather
from mailkit.report import analyze
from mailkit.sinks import FORMATS, open_part, read_rows
from tests.cli.running import Run, assert_one_clear_line
from tests.page.reading import read
from tests.strategies import OWN

FILES = sorted(OWN.glob("*.eml"))[:60]


def fill(folder: Path, style: str) -> Path:
    """Write two parts of answers."""
    folder.mkdir()
    for number, files in enumerate((FILES[:25], FILES[25:])):
        part = open_part(folder, style, number)
        for path in files:
            part.write(analyze(path.read_bytes(), want=("bounce", "trace"), source=path.name))
        part.commit()
    return folder


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("page") / "it's out", "jsonl")


@pytest.mark.parametrize("style", FORMATS)
def test_a_page_of_every_format(style: str, tmp_path: Path, here: Run) -> None:
    if style == "parquet":
        pytest.importorskip("pyarrow")
    folder, page = fill(tmp_path / "out", style), tmp_path / "report.html"
    done = here("page", folder, "-o", page, "--title", "Bounces of May")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    tree = read(page.read_text("utf-8"))
    assert tree.all("h1")[0].text() == "Bounces of May"
    assert tree.all("pre")[0].text() == listing(folder)
    assert len(tree.find("reasons-table").all("tr")) > 8


@pytest.mark.parametrize("style", FORMATS)
def test_the_line_that_is_shown_lists_the_addresses_to_drop(style: str, tmp_path: Path) -> None:
    if style == "parquet":
        pytest.importorskip("pyarrow")
    folder = fill(tmp_path / "it's a `$HOME` out", style)
    line = listing(folder)
    summary = gather(read_rows(folder), top=1_000)
    assert sorted(run(line)) == sorted(one.address for one in summary.drops)
    assert len(summary.drops) > 10
    if style in {"jsonl", "csv"}:
        assert sorted(run(listing(folder / f"part-000000.{style}")))


def run(line: str) -> list[str]:
    """Run a line of the shell; SQL in this process, where there is no such program."""
    program = line.partition(" ")[0]
    if shutil.which(program):
        done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.splitlines()
    if program == "jq":
        pytest.skip("jq is not installed")
    done = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {line}"], capture_output=True, text=True, check=True, timeout=60
    )
    words = done.stdout.split("\0")[1:-1]
    if program == "sqlite3":
        return [address for (address,) in sqlite3.connect(words[0]).execute(words[-1])]
    duckdb = pytest.importorskip("duckdb")
    return [address for (address,) in duckdb.sql(words[-1]).fetchall()]


def test_languages_and_addresses(answers: Path, tmp_path: Path, here: Run) -> None:
    page = tmp_path / "report.html"
    assert here("page", answers, "-o", page, "--lang", "ja", "--addresses", "--top", "3").returncode == 0
    tree = read(page.read_text("utf-8"))
    assert tree.all("html")[0].attributes["lang"] == "ja"
    rows = [line for line in tree.find("drops-table").all("tbody")[0].all("tr") if not line.attributes.get("class")]
    assert len(rows) == 3
    assert all("@" in line.text() and "…" not in line.text() for line in rows)


def test_the_page_may_go_to_standard_output(answers: Path) -> None:
    words = [sys.executable, "-m", "mailkit", "page", str(answers), "-o", "/dev/stdout"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stdout.endswith("</html>\n")


def test_a_batch_that_found_nothing_has_a_page_that_says_so(tmp_path: Path, here: Run) -> None:
    folder, page = tmp_path / "out", tmp_path / "report.html"
    folder.mkdir()
    (folder / "manifest.jsonl").write_text('{"v": 1}\n')
    assert here("page", folder, "-o", page).returncode == 0
    assert "Nothing was read" in page.read_text()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda _: None, "cannot be read", id="no such folder"),
        pytest.param(Path.mkdir, "holds no answers", id="empty"),
        pytest.param(lambda path: path.write_text("hello"), "is no part of answers", id="a file of another kind"),
    ],
)
def test_answers_that_cannot_be_read(make: object, words: str, tmp_path: Path, here: Run) -> None:
    make(tmp_path / "out")  # type: ignore[operator] # one of the rows above
    done = here("page", tmp_path / "out", "-o", tmp_path / "report.html")
    assert_one_clear_line(done, 3, words)
    assert not (tmp_path / "report.html").exists()


def test_a_broken_part_is_named(tmp_path: Path, here: Run) -> None:
    folder = fill(tmp_path / "out", "jsonl")
    (folder / "part-000001.jsonl").write_bytes(b"{}\nhello\n")
    assert_one_clear_line(here("page", folder, "-o", tmp_path / "a.html"), 3, "part-000001.jsonl")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        pytest.param("no/such/report.html", "No such file or directory", id="no folder"),
        pytest.param(".", "is a folder", id="a folder"),
        pytest.param("/dev/full", "No space left", id="disk full"),
    ],
)
def test_a_page_that_cannot_be_written(target: str, words: str, answers: Path, tmp_path: Path, here: Run) -> None:
    assert_one_clear_line(here("page", answers, "-o", tmp_path / target), 3, words)


def test_what_stood_there_stays_where_a_page_cannot_be_made(answers: Path, tmp_path: Path, here: Run) -> None:
    page = tmp_path / "report.html"
    page.write_text("before")
    assert here("page", tmp_path / "nowhere", "-o", page).returncode == 3
    assert page.read_text() == "before"
    assert here("page", answers, "-o", page).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("package", ["jinja2", "altair", "vl_convert"])
def test_an_extra_that_lacks(
    package: str, answers: Path, tmp_path: Path, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    done = here("page", answers, "-o", tmp_path / "report.html")
    assert_one_clear_line(done, 2, "pip install mailkit-bounce[page]")


@pytest.mark.parametrize(
    "words",
    [["--top", "0"], ["--top", "x"], ["--top", "1001"], ["--lang", "de"], []],
    ids=["no rows", "no number", "too many", "language", "no target"],
)
def test_usage(words: list[str], answers: Path, tmp_path: Path, here: Run) -> None:
    target = ["-o", str(tmp_path / "a.html")] if words else []
    assert here("page", answers, *target, *words).returncode == 2


def test_other_verbs_load_nothing_of_it() -> None:
    code = "import sys, mailkit.cli as c; c._parser('classify'); print(*[m for m in sys.modules if 'jinja' in m or '.page' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "jinja2" not in done.stdout
    assert "mailkit.page" not in done.stdout
