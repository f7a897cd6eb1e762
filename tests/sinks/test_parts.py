"""A part is whole under its name or not there at all: full disks, kills, writers of the same part at the same time."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mailkit.errors import MailkitError, OutputError
from mailkit.report import Report
from mailkit.rows import row_of
from mailkit.sinks import FORMATS, database, open_part, part_name, read_rows, remove_temporary
from tests.sinks.samples import numbered, write
from tests.strategies import ROOT

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'mailkit-bounce[parquet]'")
FILES = tuple(style for style in FORMATS if style != "sqlite")
MESSAGES = 40
"""Of a part that the writers below write."""


def names(folder: Path) -> set[str]:
    """Give what stands in a folder."""
    return {path.name for path in folder.iterdir()}


def parts_of(folder: Path) -> set[int]:
    """Give the parts that stand in a folder, each of which must be whole."""
    if not [name for name in names(folder) if name.startswith(("part-", "answers"))]:
        return set()
    found = [row.source or "" for row in read_rows(folder)]
    parts = dict.fromkeys(int(source.partition("/")[0]) for source in found)
    assert found == [f"{part}/{number}" for part in parts for number in range(MESSAGES)]
    return set(parts)


@pytest.mark.parametrize("style", FORMATS)
def test_nobody_sees_it_before_it_is_committed(style: str, tmp_path: Path) -> None:
    part = open_part(tmp_path, style, 3)
    for report in numbered(3, MESSAGES):
        part.write(report)
    assert part_name(style, 3) not in names(tmp_path)
    assert part.commit() > 1000
    assert names(tmp_path) == {part_name(style, 3)}
    assert list(read_rows(tmp_path)) == [row_of(report) for report in numbered(3, MESSAGES)]


@pytest.mark.parametrize("style", FILES)
def test_it_gives_its_bytes_and_has_the_mode_of_any_new_file(style: str, tmp_path: Path) -> None:
    size = write(tmp_path, style, numbered(0, 5))
    (tmp_path / "other").touch()
    path = tmp_path / part_name(style, 0)
    assert path.stat().st_size == size
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("style", FORMATS)
def test_what_is_discarded_leaves_nothing(style: str, tmp_path: Path) -> None:
    write(tmp_path, style, numbered(1, MESSAGES), 1)
    part = open_part(tmp_path, style, 2)
    for report in numbered(2, MESSAGES):
        part.write(report)
    part.discard()
    assert names(tmp_path) == {part_name(style, 1)}
    assert parts_of(tmp_path) == {1}


@pytest.mark.parametrize("style", FORMATS)
def test_the_second_takes_the_place_of_the_first(style: str, tmp_path: Path) -> None:
    write(tmp_path, style, numbered(0, 7), 0)
    write(tmp_path, style, numbered(0, MESSAGES), 0)
    assert parts_of(tmp_path) == {0}
    assert names(tmp_path) == {part_name(style, 0)}


@pytest.mark.parametrize("style", FORMATS)
def test_the_same_part_twice_at_the_same_time(style: str, tmp_path: Path) -> None:
    pair = [open_part(tmp_path, style, 0), open_part(tmp_path, style, 0)]
    for report in numbered(0, MESSAGES):
        for part in pair:
            part.write(report)
    for part in pair:
        part.commit()
        assert parts_of(tmp_path) == {0}
    assert names(tmp_path) == {part_name(style, 0)}


def test_parts_of_a_database_are_read_in_order(tmp_path: Path) -> None:
    for number in (2, 0, 10):
        write(tmp_path, "sqlite", numbered(number, MESSAGES), number)
    write(tmp_path, "sqlite", [], 5)
    assert parts_of(tmp_path) == {0, 2, 10}


def test_a_style_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give one of jsonl, csv"):
        open_part(tmp_path, "xml", 0)


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """Let no file of this process grow larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def many(count: int = 4_000) -> Iterator[Report]:
    """Give answers that do not pack well."""
    letters = random.Random(1)
    for number in range(count):
        yield Report(source=f"0/{number}", error=f"{letters.getrandbits(2048):x}")


@pytest.mark.parametrize("style", FORMATS)
def test_a_file_that_may_not_grow(style: str, tmp_path: Path) -> None:
    write(tmp_path, style, numbered(1, MESSAGES), 1)
    with small_files(200_000), pytest.raises(OutputError, match=r"--resume") as caught:
        write(tmp_path, style, many(), 0)
    assert str(tmp_path / part_name(style, 0)) in str(caught.value)
    assert names(tmp_path) == {part_name(style, 1)}
    assert parts_of(tmp_path) == {1}
    write(tmp_path, style, numbered(0, MESSAGES), 0)
    assert parts_of(tmp_path) == {0, 1}


@pytest.mark.parametrize("style", FORMATS)
def test_an_end_that_finds_no_room(style: str, tmp_path: Path) -> None:
    part = open_part(tmp_path, style, 0)
    for report in numbered(0, MESSAGES):
        part.write(report)
    with small_files(100), pytest.raises(OutputError, match=r"--resume"):
        part.commit()
    part.discard()
    assert {name for name in names(tmp_path) if (tmp_path / name).stat().st_size} == set()
    assert [name for name in names(tmp_path) if name.startswith((".", "part"))] == []


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of a few pages."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=256k", "none", folder], capture_output=True, check=False, timeout=10
    )
    if done.returncode:
        pytest.skip(f"mount is not allowed here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run([umount, "-l", folder], check=True, timeout=10)


@pytest.mark.parametrize("style", FORMATS)
def test_a_full_disk(style: str, tiny: Path) -> None:
    write(tiny, style, numbered(1, MESSAGES), 1)
    with pytest.raises(OutputError, match=r"(No space left|disk is full).*--resume"):
        write(tiny, style, many(), 0)
    assert names(tiny) == {part_name(style, 1)}
    assert parts_of(tiny) == {1}


@pytest.mark.parametrize("style", FILES)
def test_a_name_that_is_a_folder(style: str, tmp_path: Path) -> None:
    (tmp_path / part_name(style, 0)).mkdir()
    with pytest.raises(OutputError, match="directory"):
        write(tmp_path, style, numbered(0, 3))
    assert names(tmp_path) == {part_name(style, 0)}


@pytest.mark.parametrize("style", FORMATS)
def test_a_folder_that_is_not_there(style: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"(No such file|unable to open)"):
        write(tmp_path / "none", style, numbered(0, 3))


@pytest.mark.skipif(not os.getuid(), reason="root may write everywhere")
@pytest.mark.parametrize("style", FORMATS)
def test_a_folder_in_which_nothing_may_be_written(style: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="permissions"):
        write(tmp_path, style, numbered(0, 3))


@pytest.mark.parametrize("place", ["fsync", "replace"])
@pytest.mark.parametrize("style", FILES)
def test_a_commit_that_fails(style: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os if place == "fsync" else Path, place, broken)
        with pytest.raises(OutputError, match="Input/output error"):
            write(tmp_path, style, numbered(0, 3))
    assert names(tmp_path) == set()


def test_a_package_that_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MailkitError, match=r"pip install 'mailkit-bounce\[parquet\]'"):
        open_part(tmp_path, "parquet", 0)
    assert names(tmp_path) == set()


def test_a_database_that_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "sqlite", numbered(0, MESSAGES), 0)
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match=r"answers\.sqlite: is locked by another program; close that"):
            write(tmp_path, "sqlite", numbered(1, MESSAGES), 1)
    assert parts_of(tmp_path) == {0}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(lambda path: path.write_bytes(b"no database" * 500), "not a database", id="no database"),
        pytest.param(
            lambda path: alter(path, "PRAGMA user_version = 9"), "another version of mailkit, 9", id="version"
        ),
        pytest.param(lambda path: alter(path, "CREATE TABLE message (x)"), "cannot be written", id="other tables"),
    ],
)
def test_a_database_of_others(spoil: Callable[[Path], None], why: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    spoil(path)
    with pytest.raises(OutputError, match=why):
        write(tmp_path, "sqlite", numbered(0, 3))
    assert names(tmp_path) == {path.name}


def alter(path: Path, statement: str) -> None:
    """Run one statement."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


def test_only_what_nobody_writes_any_more_is_taken_away(tmp_path: Path) -> None:
    living = open_part(tmp_path, "jsonl", 1)
    living.write(Report(source="1/0"))
    (alive,) = names(tmp_path)
    dead = {f".part-000002.{style}.{os.getpid()}-0.tmp" for style in FILES} | {".part-1234567.csv.99-12.tmp"}
    others = {"part-000000.jsonl", ".part-000001.jsonl", "manifest.jsonl", ".part-000001.jsonl.tmp", "x.tmp"}
    for name in dead | others:
        (tmp_path / name).touch()
    assert remove_temporary(tmp_path) == len(dead)
    assert names(tmp_path) == others | {alive}
    living.commit()
    assert names(tmp_path) == others | {part_name("jsonl", 1)}
    assert remove_temporary(tmp_path) == 0
    with pytest.raises(OutputError, match="none: cannot be tidied"):
        remove_temporary(tmp_path / "none")


@pytest.mark.parametrize("left", [b"", b"\0" * 600], ids=["empty", "not begun"])
def test_a_journal_with_nothing_in_it_is_taken_away(left: bytes, tmp_path: Path) -> None:
    write(tmp_path, "sqlite", numbered(0, MESSAGES))
    (tmp_path / "answers.sqlite-journal").write_bytes(left)
    assert parts_of(tmp_path) == {0}
    assert remove_temporary(tmp_path) == 0
    assert names(tmp_path) == {"answers.sqlite"}
    assert parts_of(tmp_path) == {0}


def test_a_name_that_a_killed_process_left_is_not_taken_again(tmp_path: Path) -> None:
    (tmp_path / f".part-000000.jsonl.{os.getpid()}-0.tmp").write_bytes(b"old")
    write(tmp_path, "jsonl", numbered(0, MESSAGES))
    assert parts_of(tmp_path) == {0}
    assert remove_temporary(tmp_path) == 1


WRITER = """
import sys
from pathlib import Path
from tests.sinks.samples import numbered, write
folder, style, parts, messages = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
write(folder / "warm", style, numbered(0, 1))
print("ready", flush=True)
sys.stdin.readline()
for number in range(parts):
    write(folder, style, numbered(number, messages), number)
    print(number, flush=True)
"""


@contextmanager
def writers(folder: Path, style: str, count: int, parts: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start writers that all write the same parts, and let them go; none is left behind."""
    warm = folder / "warm"
    warm.mkdir()
    words = [sys.executable, "-c", WRITER, str(folder), style, str(parts), str(MESSAGES)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) for _ in range(count)]
    try:
        for one in started:
            assert one.stdout is not None
            assert one.stdin is not None
            assert one.stdout.readline() == "ready\n"
        for path in warm.iterdir():
            path.unlink()
        warm.rmdir()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate(timeout=20)


def killed(folder: Path, style: str, seed: int) -> None:
    """Kill one of two writers at some moment; what it has told is there, all that is there is whole."""
    with writers(folder, style, 2, 30) as (first, second):
        time.sleep(random.Random(seed).random() * 0.25)
        first.kill()
        told = {int(line) for line in first.communicate(timeout=20)[0].split()}
        assert told <= parts_of(folder)
        assert second.wait(timeout=60) == 0
    assert parts_of(folder) == set(range(30))
    remove_temporary(folder)
    assert names(folder) == {part_name(style, number) for number in range(30)}


@pytest.mark.parametrize("style", FORMATS)
def test_a_writer_is_killed(style: str, tmp_path: Path) -> None:
    killed(tmp_path, style, seed=len(style))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("style", FORMATS)
def test_a_writer_is_killed_at_any_moment(style: str, seed: int, tmp_path: Path) -> None:
    killed(tmp_path, style, seed)


@pytest.mark.parametrize("style", FORMATS)
def test_two_writers_of_the_same_parts(style: str, tmp_path: Path) -> None:
    with writers(tmp_path, style, 2, 15) as pair:
        while any(one.poll() is None for one in pair):
            seen = parts_of(tmp_path)
            assert seen == set(range(len(seen)))
        assert [one.returncode for one in pair] == [0, 0]
    assert parts_of(tmp_path) == set(range(15))
    assert names(tmp_path) == {part_name(style, number) for number in range(15)}
