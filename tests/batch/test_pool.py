"""Workers that are killed, that hang and that cannot begin: what it costs, and who is blamed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import venv
from pathlib import Path

import msgspec
import pytest

from mailkit.batch.frames import Again, Answers, Choices, Done, Setup
from mailkit.batch.pool import Pool
from mailkit.limits import DEFAULT
from mailkit.sinks import read_reports
from mailkit.sources.plan import Plan
from mailkit.sources.units import Size
from tests.cli.running import assert_one_clear_line, command, shell
from tests.strategies import ROOT

HI = b"Subject: hi\n\nhello\n"


def slow() -> bytes:
    """Make a message whose attachments take a second or more."""
    parameters = b"".join(b";\n p%d*%d=x" % (number, place) for number in range(20) for place in range(10))
    return (
        b"Content-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\nA: b\nContent-Disposition: a%s\n\nx\n" % parameters * 80
    )


def _inputs(folder: Path, slow_ones: set[int]) -> list[str]:
    for number in range(8):
        (folder / f"{number}.eml").write_bytes(slow() if number in slow_ones else HI)
    return [str(folder / f"{number}.eml") for number in range(8)]


KILLED = {
    "an innocent one": (1, set(), 1),
    "one that kills": (99, {"3.eml"}, 2),
    "two innocent ones": (1, set(), 1),
}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("times", "unread", "deaths"), KILLED.values(), ids=KILLED)
def test_a_message_at_which_workers_are_killed(  # noqa: PLR0913, PLR0917 - each is a fixture or a case
    times: int, unread: set[str], deaths: int, jobs: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It is read once more while no other is, and passed over where that kills again; all others are answered."""
    slow_ones = {3, 6} if "two" in request.node.callspec.id else {3}
    names, out = _inputs(tmp_path, slow_ones), tmp_path / "out"
    out.mkdir()
    setup = Setup(Choices(want=("attachments",)), 0, 0, str(out))
    suspects = {f"{number}.eml" for number in slow_ones}
    killed = dict.fromkeys(suspects, 0)
    alone: list[bool] = []
    begun_again: list[str] = []
    with Pool(setup, jobs, 60) as pool:
        for event in pool.run(iter(Plan(names, DEFAULT, Size(messages=2)))):
            if isinstance(event, Again):
                begun_again.append(f"{Path(event.name).name}: {event.why}")
            for slot, worker in list(pool._workers.items()):
                place = pool._beacon.get(slot)
                name = Path(place.name).name
                if name in suspects and place.ordinal >= 0 and killed[name] < times and worker.process.poll() is None:
                    alone.append(len(pool._busy()) == 1)
                    killed[name] += 1
                    worker.process.kill()
                    worker.process.wait()
    assert killed == dict.fromkeys(suspects, deaths)
    assert all(alone[1:]) or len(suspects) > 1
    why = "3.eml: the process that read it was killed (signal 9): was there no memory left?; "
    assert [line for line in begun_again if line.startswith("3.")] == [
        f"{why}{what}" for what in ("it is tried again", "the others go on without it")[:deaths]
    ]
    reports = list(read_reports(out))
    assert [report.source for report in reports] == names
    assert {Path(str(report.source)).name for report in reports if report.error} == unread


def test_a_worker_that_is_not_at_work_is_killed(tmp_path: Path) -> None:
    names = _inputs(tmp_path, set())
    done: list[int] = []
    with Pool(Setup(Choices(), 0, 0), 1, 60) as pool:
        for event in pool.run(iter(Plan(names, DEFAULT, Size(messages=1)))):
            assert not isinstance(event, Again) or event.why.endswith("it is tried again")
            if isinstance(event, Done):
                done.append(event.number)
                for worker in pool._workers.values():
                    os.kill(worker.process.pid, signal.SIGKILL)
                    worker.process.wait()
    assert done == [*range(8)]


def test_a_file_that_takes_too_long_once(tmp_path: Path) -> None:
    """A disk slept, or a server was away: nothing of the file is lost."""
    path = tmp_path / "a.eml"
    os.mkfifo(path)
    done: list[Done] = []
    with Pool(Setup(Choices(want=("envelope",)), 0, 0), 1, 0.5) as pool:
        for event in pool.run(iter(Plan([str(path)], DEFAULT, Size()))):
            if isinstance(event, Again):
                assert event.why == "the process that read it took more than 0.5 seconds; it is tried again"
                threading.Thread(target=path.write_bytes, args=(HI,)).start()
            elif isinstance(event, Done):
                done.append(event)
    assert [(one.tally.messages, one.tally.errors) for one in done] == [(1, 0)]


def test_what_was_said_before_counts_once(tmp_path: Path) -> None:
    """The answers of a unit that is begun again come again, behind a word that says so."""
    names = _inputs(tmp_path, {3})
    killed = False
    seen: dict[int, int] = {}
    with Pool(Setup(Choices(want=("attachments",)), 0, 0), 1, 60) as pool:
        for event in pool.run(iter(Plan(names, DEFAULT, Size()))):
            if isinstance(event, Answers):
                seen[event.number] = seen.get(event.number, 0) + len(event.reports)
            elif isinstance(event, Again):
                seen.pop(event.number, None)
            elif not killed and pool._beacon.get(0).name.endswith("3.eml") and pool._beacon.get(0).ordinal >= 0:
                pool._workers[0].process.kill()
                killed = True
    assert killed
    assert seen == {0: 8}


def test_workers_that_cannot_begin(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'mailkit.batch.worker' in sys.orig_argv: os._exit(7)\n"
    )
    done = command("batch", "corpora/mta/exim-full.eml", "-o", tmp_path / "out", PYTHONPATH=str(tmp_path))
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(lines) == 3
    assert all("ended with exit code 7; it is tried again" in line for line in lines[:2])
    assert "ended with exit code 7, also twice before; leave this input out" in lines[2]


def test_a_package_that_bears_the_name_of_a_module_of_python(tmp_path: Path) -> None:
    """Many an environment has the typing or pathlib of Python 2 beside mailkit; Python's own stands before it, for workers too."""
    venv.create(tmp_path / "env")
    (site,) = tmp_path.glob("env/lib/python*/site-packages")
    (site / "mailkit").symlink_to(ROOT / "mailkit")
    (site / "others.pth").write_text(str(Path(msgspec.__file__).parent.parent))
    (site / "pathlib.py").write_text("raise SystemError")
    (tmp_path / "a.eml").write_bytes(HI)
    words = ("-m", "mailkit", "batch", "a.eml", "-o", "out", "--jobs", "1")
    done = subprocess.run(
        [tmp_path / "env/bin/python", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("closed", ["<&-", "<&- 2>&-"])
def test_numbers_of_files_that_are_free(closed: str, tmp_path: Path) -> None:
    """Where a program was started without standard streams, what we open first has their numbers."""
    (tmp_path / "a.eml").write_bytes(HI)
    done = shell(f'"$@" {closed}', "batch", tmp_path / "a.eml", "-o", "-", "--jobs", "1")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)


def test_what_is_printed_where_python_begins(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('hello')\n")
    done = command("batch", "corpora/mta/exim-full.eml", "-o", "-", "--jobs", "1", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 2)


def test_rules_that_are_broken(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[[rule")
    words = ("batch", "corpora/mta", "-o", tmp_path / "out", "--rules", tmp_path / "broken.toml")
    assert_one_clear_line(command(*words), 2, "broken.toml")
