"""What changes while a run goes on: its inputs, its folder, and whether the machine gives it time at all."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.batch import analyze_many, manifest, pool
from mailkit.batch.frames import Again, Choices, Done, Setup, Task
from mailkit.batch.pool import Pool
from mailkit.batch.runs import Progress, run
from mailkit.errors import MailkitError, OutputError, SourceError
from mailkit.limits import DEFAULT
from mailkit.sinks import read_reports
from mailkit.sources.items import Raw
from mailkit.sources.plan import Plan, Planned
from mailkit.sources.units import Size, Unit

MESSAGE = b"From a@b Sat Jan  3 01:02:03 2026\nSubject: %06d\n\n" + b"hello\n" * 5_000 + b"\n"
BEGUN = b"".join(MESSAGE % number for number in range(30))
ROWS = b"".join(b'{"raw": "Subject: %06d\\n\\n' % number + b"hello\\n" * 4_000 + b'"}\n' for number in range(30))


def _put(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


CHANGED: dict[str, tuple[bytes, Callable[[Path], object], int]] = {
    "a box that is cut short": (BEGUN, lambda path: os.truncate(path, 400_000), 2),
    "a box without its first messages": (BEGUN, _put(BEGUN[len(MESSAGE % 0) * 3 :]), 1),
    "a box with other messages": (BEGUN, _put(BEGUN.replace(b"hello\n", b"hello, hello\n")), 2),
    "a box that is moved by some bytes": (BEGUN, _put(BEGUN[20:]), 1),
    "rows that are cut short": (ROWS, lambda path: os.truncate(path, 350_000), 1),
    "a box that grows": (BEGUN, _put(BEGUN + MESSAGE % 0), 0),
}


@pytest.mark.parametrize(("data", "harm", "least"), CHANGED.values(), ids=CHANGED)
def test_a_file_that_changes_while_it_is_read(
    data: bytes, harm: Callable[[Path], object], least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The places at which it was cut hold no longer: what is lost is said; what is only added changes nothing."""
    path = tmp_path / "box"
    path.write_bytes(data)
    start = Pool._start

    def late(self: Pool, task: Task) -> None:
        if task.number == 1:
            harm(path)
        start(self, task)

    monkeypatch.setattr(Pool, "_start", late)
    choices = Choices(want=("envelope",))
    tally = run([str(path)], tmp_path / "out", jobs=1, size=Size(messages=10), choices=choices).tally
    errors = [str(report.error) for report in read_reports(tmp_path / "out") if report.error]
    assert sum("has changed since it was cut" in error for error in errors) >= least
    assert tally.errors == len(errors)
    assert least or (tally.messages, tally.errors) == (30, 0)


def _anothers(out: Path) -> None:
    shutil.rmtree(out)
    run([], out)


HARMS: dict[str, Callable[[Path], object]] = {
    "removed": shutil.rmtree,
    "moved": lambda out: out.rename(out.with_name("elsewhere")),
    "another's": _anothers,
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_folder_that_is_taken_away_is_no_success(harm: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: hi\n\nhello\n")
    out = tmp_path / "out"
    gone: list[object] = []

    def told(progress: Progress) -> None:
        if progress.tally.messages and not gone:
            gone.append(harm(out))

    with pytest.raises(OutputError, match=f"{manifest.NAME}: is not there any more, or is another's; begin again"):
        run([str(tmp_path / "a.eml")], out, jobs=1, told=told)


def test_a_machine_that_stands_still_is_no_messages_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-Z stops all processes together: who waits has waited longer than he asked for."""
    sent = (Raw("", b"Subject: hi\n\nhello\n", None),) * 1_000
    events: list[object] = []
    stopped: list[int] = []
    with Pool(Setup(Choices(want=("envelope",)), 0, 0), 1, 0.5) as workers:
        select = workers._selector.select

        def late(seconds: float) -> object:
            process = workers._workers[0].process.pid
            if not stopped and workers._beacon.get(0).number == 0:
                stopped.append(process)
                os.kill(process, signal.SIGSTOP)
                time.sleep(seconds + 0.7)
                os.kill(process, signal.SIGCONT)
                return []
            return select(min(seconds, 0.01))

        monkeypatch.setattr(workers._selector, "select", late)
        monkeypatch.setattr(pool, "STILL_SECONDS", 0.5)
        events += workers.run(iter((Planned(0, Unit(kind="sent", name=""), sent),)))
    assert stopped
    assert not [event for event in events if isinstance(event, Again)]
    assert [event.tally.messages for event in events if isinstance(event, Done)] == [1_000]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Half a character, as only a program can give it."""
    (report,) = analyze_many([f"{tmp_path}/\ud800"], jobs=1)
    assert "is no name of a file" in str(report.error)


def test_a_file_of_rules_that_is_changed_between_two_runs(tmp_path: Path) -> None:
    """One run must not answer by the old ones here and by the new ones there."""
    rule = """
        [[rule]]
        id = "acme.closed"
        any = ["mailbox closed by its owner"]
        status = ["4.2.1", "5.2.1"]
        reason = "disabled"
        source = "Acme Mail manual"
        sample = "550 Sorry, mailbox closed by its owner"
    """
    rules, out = tmp_path / "own.toml", tmp_path / "out"
    rules.write_text(rule)
    choices = Choices(rules=(str(rules),))
    (tmp_path / "a.eml").write_bytes(b"Subject: hi\n\nhello\n")
    run([str(tmp_path / "a.eml")], out, jobs=1, choices=choices)
    assert run([str(tmp_path / "a.eml")], out, jobs=1, choices=choices, resume=True).tally.messages == 1
    rules.write_text(rule + "\n")
    with pytest.raises(MailkitError, match=r"the run was begun with .*own.toml '[0-9a-f]{16}', not '[0-9a-f]{16}'"):
        run([str(tmp_path / "a.eml")], out, jobs=1, choices=choices, resume=True)


OTHER: dict[str, tuple[bytes, set[int], list[int]]] = {
    "nothing": (b"", {0}, []),
    "less": (BEGUN[: 25 * len(MESSAGE % 0)], {0}, [1]),
    "one less": (BEGUN[: 29 * len(MESSAGE % 0)], {0, 1}, []),
}


@pytest.mark.parametrize(("data", "done", "whole"), OTHER.values(), ids=OTHER)
def test_less_is_piped_than_before(
    data: bytes, done: set[int], whole: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is taken up without what it was given must not end as if all had been read."""

    def plan(data: bytes, **more: object) -> Plan:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return Plan(["-"], DEFAULT, Size(messages=10), **more)  # type: ignore[arg-type] # those of a plan

    recorded = {planned.number: planned.unit for planned in plan(BEGUN)}
    assert [unit.count for unit in recorded.values()] == [10, 10, 10]
    assert [planned.number for planned in plan(BEGUN, recorded=recorded, done=done)] == sorted({0, 1, 2} - done)
    came: list[int] = []
    with pytest.raises(SourceError, match=r"^-: has changed since the run began"):
        came.extend(planned.number for planned in plan(data, recorded=recorded, done=done))
    assert came == whole
    assert not [*plan(data, recorded=recorded, done=recorded)]


def test_a_counted_box_is_gone(tmp_path: Path) -> None:
    """With --limit it was read by who plans; nobody else would miss it."""
    path = tmp_path / "box"
    path.write_bytes(BEGUN[: 10 * len(MESSAGE % 0)])
    recorded = {planned.number: planned.unit for planned in Plan([str(tmp_path)], DEFAULT, Size(), most=20)}
    path.unlink()
    with pytest.raises(SourceError, match="box: has changed since the run began"):
        list(Plan([str(tmp_path)], DEFAULT, Size(), most=20, recorded=recorded))
    assert not [*Plan([str(tmp_path)], DEFAULT, Size(), most=20, recorded=recorded, done=recorded)]
