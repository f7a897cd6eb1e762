"""Whatever stops a run, in the middle of whatever it does: taken up again it answers every message once, as if nothing had been."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from mailkit.batch import runs
from mailkit.errors import MailkitError, OutputError, SourceError
from mailkit.rows import Row
from mailkit.sinks import FORMATS, Format
from mailkit.sources.units import Size
from tests.batch.boxes import MAKERS, answered, made, one_by_one, rows
from tests.strategies import ROOT

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("KILL_SEED", "9"))
"""Of the moments at which processes are killed."""


class Batch:
    """The command, in a process group of its own as a shell starts it."""

    def __init__(self, *words: str | Path, **more: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mailkit", "batch", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            start_new_session=True,
            **more,  # type: ignore[call-overload]
        )

    def workers(self) -> list[int]:
        """Give the numbers of the processes that it has started."""
        with suppress(OSError):
            return [*map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())]
        return []

    def wait(self, seconds: float = 120) -> tuple[int, str]:
        """Wait for its end; give its exit code and what it said."""
        _, said = self.process.communicate(timeout=seconds)
        return self.process.returncode, said


def until(found: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def gone(pids: list[int]) -> bool:
    """Say whether processes have ended."""
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def parts(folder: Path) -> int:
    """Give how many units are done."""
    path = folder / "manifest.jsonl"
    return path.read_bytes().count(b'{"done":') if path.exists() else 0


def check(folder: Path, style: Format, expected: list[Row]) -> None:
    """Check that a folder is whole, and has what it must."""
    assert answered(folder) == expected
    lines = [msgspec.json.decode(line) for line in (folder / "manifest.jsonl").read_bytes().splitlines()]
    units = [line["unit"] for line in lines if "unit" in line]
    done = [line["done"] for line in lines if "done" in line]
    assert sorted(units) == sorted(done) == list(range(len(units)))
    assert [*lines[-1]] == ["end"]
    assert lines[-1]["end"]["messages"] == len(expected)
    if style == "sqlite":
        with closing(sqlite3.connect(folder / "answers.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("SELECT count(*) FROM message").fetchone() == (len(expected),)
    else:
        assert len(list(folder.iterdir())) == len(units) + 1


CHOICES = ("--jobs", "2", "--progress", "never")


def _killed_often(words: list[str | Path], out: Path, times: int, between: Callable[[], None] = lambda: None) -> None:
    """Run a command, kill it at random moments so many times, and let it end."""
    moments = random.Random(SEED)
    for number in range(times):
        batch = Batch(*words, "-o", out, *CHOICES, *(["--resume"] if number else []))
        seconds = moments.uniform(0.1, 0.6) if number % 3 else moments.uniform(0.6, 2.5)
        with suppress(subprocess.TimeoutExpired):
            batch.process.wait(seconds)
        pids = batch.workers()
        batch.process.kill()
        batch.wait()
        until(lambda pids=pids: gone(pids))  # type: ignore[misc]
        between()
    batch = Batch(*words, "-o", out, *CHOICES, "--resume")
    code, said = batch.wait(300)
    assert (code, said) == (0, "")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make an mbox of some hundred messages."""
    return made(tmp_path_factory.mktemp("box"), "box.mbox", 400)


@pytest.fixture(scope="module")
def expected(box: str) -> list[Row]:
    """Give what it must give."""
    return rows(one_by_one([box]))


@pytest.mark.parametrize("style", ["jsonl", "sqlite", "parquet", "csv"])
def test_killed_at_twenty_moments(style: Format, tmp_path: Path) -> None:
    box = made(tmp_path, "box.mbox", 5_000)
    out = tmp_path / "out"
    _killed_often([box, "--format", style], out, 20)
    check(out, style, rows(one_by_one([box])))


@pytest.mark.parametrize("name", sorted({*MAKERS} - {"box.mbox", "maildir"}))
def test_every_source_killed(name: str, tmp_path: Path) -> None:
    source = made(tmp_path, name, 1_500)
    _killed_often([source], tmp_path / "out", 8)
    check(tmp_path / "out", "jsonl", rows(one_by_one([source])))


def test_a_maildir_whose_messages_are_read_meanwhile(tmp_path: Path) -> None:
    source = Path(made(tmp_path, "maildir", 2_000))
    before = {row.size for row in rows(one_by_one([str(source)]))}
    moments = random.Random(SEED)

    def read() -> None:
        unread = sorted((source / "new").iterdir())
        for path in moments.sample(unread, min(len(unread), 200)):
            path.rename(source / "cur" / f"{path.name}:2,S")

    _killed_often([source], tmp_path / "out", 10, read)
    found = answered(tmp_path / "out")
    names = [Path(str(row.source)).name.partition(":")[0] for row in found]
    assert len(names) == len(set(names)) == 2_000
    assert {row.size for row in found if not row.error} == before


def test_killed_once(tmp_path: Path, box: str, expected: list[Row]) -> None:
    out = tmp_path / "out"
    batch = Batch(box, "-o", out, *CHOICES)
    until(batch.workers)
    pids = batch.workers()
    until(lambda: parts(out) >= 1)
    batch.process.kill()
    batch.wait()
    until(lambda: gone(pids), 5)
    assert Batch(box, "-o", out, *CHOICES, "--resume").wait() == (0, "")
    check(out, "jsonl", expected)


STOPS = {"terminal": (signal.SIGINT, 130), "term": (signal.SIGTERM, 143)}


@pytest.mark.parametrize(("number", "code"), STOPS.values(), ids=STOPS)
@pytest.mark.parametrize("at", ["at once", "a worker has begun", "a part is done"])
def test_stopped(  # noqa: PLR0913, PLR0917 - each is a fixture or a case
    number: int, code: int, at: str, tmp_path: Path, box: str, expected: list[Row]
) -> None:
    out = tmp_path / "out"
    batch = Batch(box, "-o", out, *CHOICES)
    if at == "at once":
        until((out / "manifest.jsonl").exists)
    until(lambda: batch.workers() if at != "a part is done" else parts(out))
    pids = batch.workers()
    (os.killpg if number == signal.SIGINT else os.kill)(batch.process.pid, number)
    found, said = batch.wait(10)
    assert found == code
    assert said == f"mailkit: stopped; what is answered stands in {out}: the same command with --resume goes on\n"
    until(lambda: gone(pids), 5)
    assert Batch(box, "-o", out, *CHOICES, "--resume").wait() == (0, "")
    check(out, "jsonl", expected)


def test_a_worker_is_killed_from_outside(tmp_path: Path, box: str, expected: list[Row]) -> None:
    out = tmp_path / "out"
    batch = Batch(box, "-o", out, *CHOICES)
    until(lambda: parts(out))
    os.kill(batch.workers()[0], signal.SIGKILL)
    code, said = batch.wait()
    assert code == 0, said
    assert len(said.splitlines()) <= 1  # none where the worker had nothing to do just then
    if said:
        assert said.startswith(f"mailkit: {box}#")
        assert "the process that read it was killed (signal 9): was there no memory left?; it is tried again" in said
    check(out, "jsonl", expected)


def _message(text: str) -> bytes:
    """Make a message of a box; nine are too much for a file that is read as a whole."""
    text = f"From a@b Sat Jan  3 01:02:03 2026\nSubject: {text}\n\n"
    return text.encode() + (b"x" * 76 + b"\n") * 1_000 + b"\n"


def test_refused_without_resume_and_with_other_choices(tmp_path: Path) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(_message("a") * 3)
    names, out = [str(box)], tmp_path / "out"
    runs.run(names, out, jobs=1)
    with pytest.raises(MailkitError, match=r"holds a run that is complete; name another folder"):
        runs.run(names, out, jobs=1)
    (out / "manifest.jsonl").write_bytes((out / "manifest.jsonl").read_bytes().partition(b'{"end"')[0])
    with pytest.raises(MailkitError, match=r"can be taken up with --resume"):
        runs.run(names, out, jobs=1)
    with pytest.raises(MailkitError, match=r"was begun with format 'jsonl', not 'csv'"):
        runs.run(names, out, jobs=1, resume=True, style="csv")
    with pytest.raises(MailkitError, match=r"was begun with inputs \['.*box.mbox'\], not \['other.mbox'\]"):
        runs.run(["other.mbox"], out, jobs=1, resume=True)
    with pytest.raises(MailkitError, match=r"was begun with limit None, not 5"):
        runs.run(names, out, jobs=1, resume=True, most=5)
    found = runs.run(names, out, jobs=1, resume=True)
    assert (found.tally.messages, found.answered) == (3, 0)
    found = runs.run(names, out, jobs=1, resume=True)  # one that is complete too
    assert (found.tally.messages, found.answered) == (3, 0)


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow.eml")
    out = tmp_path / "out"
    batch = Batch(tmp_path / "slow.eml", "-o", out, *CHOICES)
    try:
        until(lambda: (out / "manifest.jsonl").exists() and (out / "manifest.jsonl").stat().st_size)
        for resume in (True, False):
            with pytest.raises(MailkitError, match="another run is writing into it; wait for it"):
                runs.run([str(tmp_path / "slow.eml")], out, jobs=1, resume=resume)
        pids = batch.workers()
    finally:
        batch.process.kill()
        batch.wait()
    until(lambda: gone(pids), 5)  # though it waits for a message that never comes


@pytest.mark.parametrize("out", ["in", "in/out", "in/deep/out", "in/../in/out"])
def test_a_folder_inside_of_an_input(out: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.eml").write_bytes(b"Subject: hi\n\n")
    with pytest.raises(MailkitError, match="which is read: name a folder outside of it"):
        runs.run([str(tmp_path / "in")], tmp_path / out, jobs=1)
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["a.eml"]


def _small(limit: int) -> Callable[[], None]:
    """Let no file grow beyond some bytes: what a full disk says, without one."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


@pytest.mark.parametrize("style", FORMATS)
def test_no_room(style: Format, tmp_path: Path, box: str, expected: list[Row]) -> None:
    out = tmp_path / "out"
    words: list[str | Path] = [box, "-o", out, "--format", style, *CHOICES]
    batch = Batch(*words, preexec_fn=_small(9_000))
    code, said = batch.wait()
    assert code == 3
    assert len(said.splitlines()) == 1, said
    assert "cannot be written" in said
    assert "--resume" in said
    assert not list(out.glob(".*"))
    assert Batch(*words, "--resume").wait() == (0, "")
    check(out, style, expected)


def test_no_room_for_the_manifest(tmp_path: Path, box: str, expected: list[Row]) -> None:
    out = tmp_path / "out"
    batch = Batch(box, "-o", out, *CHOICES, preexec_fn=_small(60))
    code, said = batch.wait()
    assert (code, len(said.splitlines())) == (3, 1), said
    assert f"{out}/manifest.jsonl: cannot be written" in said
    assert Batch(box, "-o", out, *CHOICES, "--resume").wait() == (0, "")
    check(out, "jsonl", expected)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own that has little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=192k", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here ({done.stderr.strip()})")
    yield folder
    subprocess.run(["/bin/umount", folder], check=True)


@pytest.mark.parametrize("style", ["jsonl", "sqlite"])
def test_a_full_disk(style: Format, full: Path, box: str, expected: list[Row]) -> None:
    out = full / "out"
    words: list[str | Path] = [box, "-o", out, "--format", style, *CHOICES]
    (full / "ballast").write_bytes(bytes(140_000))
    code, said = Batch(*words).wait()
    assert (code, len(said.splitlines())) == (3, 1), said
    assert "No space left on device" in said or "disk is full" in said
    subprocess.run(["/bin/mount", "-o", "remount,size=64m", full], check=True)
    assert Batch(*words, "--resume").wait() == (0, "")
    check(out, style, expected)


def _begun(tmp_path: Path, box: Path, style: Format = "jsonl") -> Path:
    """Give the folder of a run of which the last unit is not done."""
    out = tmp_path / "out"
    runs.run([str(box)], out, jobs=1, style=style, size=Size(messages=2))
    path = out / "manifest.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith(b'{"done"'))
    path.write_bytes(b"".join(lines[:last]))
    return out


def _box(tmp_path: Path) -> Path:
    box = tmp_path / "box.mbox"
    box.write_bytes(b"".join(_message(f"number {number}") for number in range(9)))
    return box


def test_an_input_that_has_changed(tmp_path: Path) -> None:
    box = _box(tmp_path)
    out = _begun(tmp_path, box)
    with box.open("ab") as file:
        file.write(_message("late"))
    with pytest.raises(SourceError, match=r"box.mbox: has changed since the run began"):
        runs.run([str(box)], out, jobs=1, resume=True)


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_manifest_that_was_cut_off(cut: int, tmp_path: Path) -> None:
    box = _box(tmp_path)
    out = _begun(tmp_path, box)
    path = out / "manifest.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    found = runs.run([str(box)], out, jobs=1, resume=True)
    assert 1 <= found.answered <= 3
    check(out, "jsonl", rows(one_by_one([str(box)])))


FOREIGN = {
    "binary": b"\x00\xff\x00",
    "text": b"my list of ships",
    "lines": b"one\ntwo\n",
    "json": b'{"name": "a ship"}\n',
    "a list": b"[1]\n",
    "a run in a list": b'[{"run":1}]\n',
    "a unit that is none": b'{"run":{"v":1}}\n{"unit":0,"kind":"nothing"}\n',
    "a part of a number": b'{"run":{"v":1}}\n7\n',
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("resume", [True, False])
def test_a_manifest_that_is_none(text: bytes, tmp_path: Path, *, resume: bool) -> None:
    (tmp_path / "manifest.jsonl").write_bytes(text)
    with pytest.raises(MailkitError, match=r"manifest.jsonl: is no manifest of a run \(.*\); name another folder"):
        runs.run([], tmp_path, jobs=1, resume=resume)
    assert (tmp_path / "manifest.jsonl").read_bytes() == text


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("text", [b"", b'{"ru', b'{"run":{"v":1,"inp'])
def test_a_manifest_that_was_hardly_begun(text: bytes, tmp_path: Path, *, resume: bool) -> None:
    box = _box(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.jsonl").write_bytes(text)
    assert runs.run([str(box)], tmp_path / "out", jobs=1, resume=resume).answered == 9
    check(tmp_path / "out", "jsonl", rows(one_by_one([str(box)])))


def test_parts_without_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "part-000000.jsonl").write_bytes(b"{}\n")
    with pytest.raises(MailkitError, match=r"has part-000000\.jsonl, but no manifest; name another folder"):
        runs.run([], tmp_path, jobs=1)
    assert [path.name for path in tmp_path.iterdir()] == ["part-000000.jsonl"]


@pytest.mark.parametrize("place", ["a file", "below a file"])
def test_a_folder_that_cannot_be_made(place: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(OutputError, match=r"cannot be a folder of answers \(.+\); name another one"):
        runs.run([], tmp_path / ("a" if place == "a file" else "a/b"), jobs=1)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(OutputError, match=r"cannot be a folder of answers \(Permission denied\)"):
        runs.run([], tmp_path, jobs=1)


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("harm", ["removed", "cut off"])
def test_parts_that_were_taken_away(harm: str, style: Format, tmp_path: Path) -> None:
    """They are made again, also where the run was complete."""
    box, out = _box(tmp_path), tmp_path / "out"
    runs.run([str(box)], out, jobs=1, style=style, size=Size(messages=2))
    path = out / "answers.sqlite" if style == "sqlite" else sorted(out.glob("part-*"))[2]
    count = 9 if style == "sqlite" else 2
    if harm == "removed":
        path.unlink()
    elif style == "sqlite":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM part WHERE number = 2")
        count = 2
    else:
        path.write_bytes(path.read_bytes()[:-1])
    found = runs.run([str(box)], out, jobs=1, style=style, resume=True)
    assert (found.answered, found.tally.messages) == (count, 9)
    assert answered(out) == rows(one_by_one([str(box)]))


def test_a_run_that_moved(tmp_path: Path) -> None:
    """A folder may be taken elsewhere between two runs."""
    box = _box(tmp_path)
    out = _begun(tmp_path, box)
    shutil.move(out, tmp_path / "elsewhere")
    assert runs.run([str(box)], tmp_path / "elsewhere", jobs=1, resume=True).answered == 1
    assert answered(tmp_path / "elsewhere") == rows(one_by_one([str(box)]))


@pytest.mark.parametrize("kept", range(1, 8))
def test_a_file_that_is_named_twice_and_a_run_that_is_taken_up(kept: int, tmp_path: Path) -> None:
    box, out = _box(tmp_path), tmp_path / "out"
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.eml").write_bytes(b"Subject: %d\n\n" % number)
    names = [str(box), str(tmp_path / "in"), str(box), str(tmp_path / "in" / "1.eml")]
    runs.run(names, out, jobs=1, size=Size(messages=6))
    path = out / "manifest.jsonl"
    lines = [line for line in path.read_bytes().splitlines(keepends=True) if line.startswith((b'{"run"', b'{"unit"'))]
    path.write_bytes(b"".join(lines[:kept]))
    for part in out.glob("part-*"):
        part.unlink()
    runs.run(names, out, jobs=1, resume=True)
    assert answered(out) == rows(one_by_one(names))
