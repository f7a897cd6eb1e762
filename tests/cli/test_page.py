"""The command: from the answers of a batch in any format to a page, and what it says where that cannot be done."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from mailkit.arrow import classify_table
from mailkit.page import gather
from mailkit.page.result import Number
from mailkit.report import analyze
from mailkit.sinks import FORMATS, open_part, read_rows
from tests.cli.running import Run, assert_one_clear_line, command, shell
from tests.page.reading import read
from tests.strategies import OWN, ROOT

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
    (line,) = (one.text() for one in tree.find("drop").all("pre"))
    assert line == f"mailkit page {shlex.quote(str(folder))} --drop > drop.txt"
    assert len(tree.find("reasons-table").all("tr")) > 8


def test_a_page_of_the_answers_of_another_engine(tmp_path: Path, here: Run) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    mail = arrow.table({"tenant": ["a"] * 9, "raw": [path.read_bytes() for path in FILES[:8]] + [None]})
    answers = tmp_path / "part-00000-5ac474ac-c000.snappy.parquet"
    parquet.write_table(classify_table(mail, keep=("tenant",)), answers)
    assert here("page", answers, "-o", tmp_path / "report.html").returncode == 0
    tree = read((tmp_path / "report.html").read_text("utf-8"))
    assert "is null" in tree.find("unread-table").text()
    assert len(tree.find("reasons-table").all("tr")) > 2


@pytest.mark.parametrize("style", FORMATS)
def test_the_list_has_as_many_lines_as_the_page_says(style: str, tmp_path: Path, here: Run) -> None:
    if style == "parquet":
        pytest.importorskip("pyarrow")
    folder = fill(tmp_path / "it's a `$HOME` out", style)
    summary = gather(read_rows(folder), top=1_000)
    done = here("page", folder, "--drop")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert sorted(lines) == sorted(one.address for one in summary.drops)
    assert Number(len(lines)) == summary.drops_all
    assert len(lines) > 10
    assert here("page", folder, "--drop", "-o", tmp_path / "drop.txt").stdout == ""
    assert (tmp_path / "drop.txt").read_text() == done.stdout


def test_the_line_that_the_page_shows_makes_the_list(answers: Path, tmp_path: Path) -> None:
    made = command("page", answers, "-o", tmp_path / "report.html")
    assert made.returncode == 0
    line = read((tmp_path / "report.html").read_text("utf-8")).find("drop").all("pre")[0].text()
    assert line.startswith("mailkit ")
    done = shell(f"cd {shlex.quote(str(tmp_path))} && " + line.replace("mailkit", '"$@"', 1))
    assert (done.returncode, done.stderr) == (0, "")
    listed = (tmp_path / "drop.txt").read_text()
    assert listed == command("page", answers, "--drop").stdout
    assert listed


def test_a_list_needs_no_extra(answers: Path, here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("jinja2", "altair", "vl_convert"):
        monkeypatch.setitem(sys.modules, package, None)
    assert here("page", answers, "--drop").returncode == 0


def test_a_list_of_answers_that_are_broken_is_not_begun(tmp_path: Path, here: Run) -> None:
    folder = fill(tmp_path / "out", "jsonl")
    (folder / "part-000001.jsonl").write_bytes(b"{}\nhello\n")
    assert_one_clear_line(here("page", folder, "--drop"), 3, "part-000001.jsonl")


@pytest.mark.parametrize(
    ("last", "finished"),
    [
        pytest.param("", False, id="killed"),
        pytest.param('{"end":{"messages"', False, id="cut off"),
        pytest.param('{"unit":2,"source":"a","start":0,"end":9}\n', False, id="a unit has an end"),
        pytest.param('{"end":{"messages":60}}\n', True, id="at its end"),
    ],
)
def test_a_run_that_is_not_finished_is_said_to_be(last: str, *, finished: bool, tmp_path: Path, here: Run) -> None:
    folder, page = fill(tmp_path / "my out", "jsonl"), tmp_path / "report.html"
    lines = '{"run":{"v":1}}\n{"done":0,"part":"part-000000.jsonl"}\n{"done":1,"part":"part-000001.jsonl"}\n'
    (folder / "manifest.jsonl").write_text(lines + last)
    for lang, words in (("en", "This run is not finished"), ("ja", "この処理は完了していません")):
        assert here("page", folder, "-o", page, "--lang", lang).returncode == 0
        head = read(page.read_text("utf-8")).all("header")[0].text()
        assert (words in head) != finished
        assert (f"mailkit batch … -o '{folder}' --resume" in head) != finished
    assert ("is not finished" in here("page", folder, "--drop").stderr) != finished


def test_languages_and_addresses(answers: Path, tmp_path: Path, here: Run) -> None:
    page = tmp_path / "report.html"
    assert here("page", answers, "-o", page, "--lang", "ja", "--addresses", "--top", "3").returncode == 0
    tree = read(page.read_text("utf-8"))
    assert tree.all("html")[0].attributes["lang"] == "ja"
    rows = [line for line in tree.find("drops-table").all("tbody")[0].all("tr") if not line.attributes.get("class")]
    assert len(rows) == 3
    assert all("@" in line.text() and "…" not in line.text() for line in rows)


@pytest.mark.parametrize("target", ["/dev/stdout", "-"])
def test_the_page_may_go_to_standard_output(answers: Path, target: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "mailkit", "page", str(answers), "-o", target]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60, cwd=tmp_path)
    assert [*tmp_path.iterdir()] == []
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
    assert_one_clear_line(done, 2, "pip install 'mailkit-bounce[page]'")


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


NIGHTLY = re.findall(r"```sh\n(#!/bin/sh\n.*?)```", (ROOT / "docs" / "batch.md").read_text("utf-8"), re.DOTALL)


def test_the_script_for_every_night_is_quiet_and_may_be_called_again(tmp_path: Path) -> None:
    (script,) = NIGHTLY
    mail, out, tools = tmp_path / "the mail", tmp_path / "the answers", tmp_path / "bin"
    for folder in (mail / "cur", mail / "new", mail / "tmp", tools):
        folder.mkdir(parents=True)
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
    for number in range(3):
        (mail / "new" / f"17{number}.M1.mx").write_bytes(b"Date: %b\nSubject: hi\n\nhello\n" % now)
    (tools / "mailkit").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m mailkit "$@"\n')
    (tools / "mailkit").chmod(0o755)
    script = script.replace("/var/mail/bounces", shlex.quote(str(mail))).replace("/srv/bounces", shlex.quote(str(out)))
    search = shlex.quote(f"{tools}{os.pathsep}{os.environ['PATH']}")
    for _ in range(2):
        done = shell(f"PATH={search}\n{script}")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (page,), (manifest,), (log,) = out.glob("*.html"), out.glob("*/manifest.jsonl"), out.glob("*.log")
    assert "This run is not finished" not in page.read_text("utf-8")
    assert log.read_text("utf-8").startswith("3 messages")
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:-2]))  # as a crash would leave it
    assert shell(f"PATH={search}\n{script}").stdout == ""
    assert manifest.read_bytes().splitlines()[-1].startswith(b'{"end"')
    shutil.rmtree(manifest.parent)
    (mail / "new" / "178.M1.mx").write_bytes(b"PK\x03\x04 and no more")
    assert "178.M1.mx: cannot be read" in shell(f"PATH={search}\n{script}").stdout
