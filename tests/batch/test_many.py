"""`analyze_many` as a library: in a script, in a thread, given up in the middle, and with whatever reads slowly."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.batch import analyze_many
from mailkit.batch.frames import Choices
from mailkit.errors import MailkitError
from mailkit.report import Report
from tests.batch.test_killed import gone, until
from tests.strategies import ROOT

pytestmark = pytest.mark.slow

HI = b"Subject: hi\n\nhello\n"


def workers() -> list[int]:
    """Give the processes that any thread of this one has started."""
    rows = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(word) for row in rows for word in row.read_text().split()]


def test_a_script_without_a_guard(tmp_path: Path) -> None:
    """Its processes do not load the script, which would begin all again."""
    script = tmp_path / "script.py"
    script.write_text(
        "from mailkit.batch import analyze_many\n"
        "print('begun')\n"
        "for report in analyze_many(['corpora/mta/exim-full.eml', 'corpora/mta/exim-delay.eml'], jobs=2):\n"
        "    print(report.source)\n"
    )
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "begun"
    assert len(done.stdout.splitlines()) == 3


def test_code_that_is_no_file() -> None:
    code = "from mailkit.batch import analyze_many; print(len(list(analyze_many([b'a: b'] * 3, jobs=2))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_threads_at_once() -> None:
    found: dict[int, list[Report]] = {}

    def work(number: int) -> None:
        found[number] = list(analyze_many([b"Subject: %d\n\n" % number] * 50, jobs=1))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {number: len(reports) for number, reports in found.items()} == {0: 50, 1: 50, 2: 50}
    assert not workers()


def test_given_up_in_the_middle() -> None:
    reports = analyze_many([HI] * 20_000, jobs=2)
    next(reports)
    pids = workers()
    assert pids
    reports.close()  # type: ignore[attr-defined] # it is a generator
    assert gone(pids)


def test_an_exception_of_who_reads() -> None:
    pids: list[int] = []

    def read() -> None:
        for report in analyze_many([HI] * 20_000, jobs=2):
            pids.extend(workers())
            assert report.size == 1, "none of ours"

    with pytest.raises(AssertionError, match="none of ours"):
        read()
    assert pids
    until(lambda: gone(pids), 5)


def test_an_exception_of_the_sources() -> None:
    def sources() -> Iterator[bytes]:
        yield from [HI] * 5_000
        message = "no more of it"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="no more of it"):
        list(analyze_many(sources(), jobs=2))
    assert not workers()


@pytest.mark.parametrize("ordered", [True, False])
def test_sources_are_taken_as_they_are_needed(*, ordered: bool) -> None:
    """However many there are: no more than some units are ahead of who reads."""
    taken = 0

    def sources() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield HI

    reports = analyze_many(sources(), jobs=2, ordered=ordered)
    for _ in range(3):
        next(reports)
    time.sleep(1)
    assert taken <= 2_000 * 12
    before = taken
    for _ in range(30_000):
        next(reports)
    assert before < taken <= 30_000 + 2_000 * 12
    reports.close()  # type: ignore[attr-defined] # it is a generator


@pytest.mark.parametrize("ordered", [True, False])
def test_who_reads_slowly_is_not_taken_for_a_worker_that_hangs(*, ordered: bool) -> None:
    count = 0
    for number, report in enumerate(analyze_many([HI] * 9_000, jobs=2, ordered=ordered, seconds=4)):
        if number in {10, 2_500}:
            time.sleep(5)
        assert not report.error
        count += 1
    assert count == 9_000


def test_sources_of_both_kinds(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.eml").write_bytes(HI)
    a, b, c = (tmp_path / f"{name}.eml" for name in "abc")
    found = [report.source for report in analyze_many([str(a), HI, HI, b, HI, str(tmp_path), c], jobs=2)]
    assert found == [str(a), None, None, str(b), None, str(a), str(b), str(c), str(c)]


@pytest.mark.parametrize("data", [b"", b"\0" * 1_000, b"\xff\xfe", b"no mail at all"])
def test_bytes_that_are_no_mail(data: bytes) -> None:
    (report,) = analyze_many([data], jobs=1)
    assert (report.source, report.size) == (None, len(data))


def test_choices_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"jobs=0: give a number from 1 on"):
        analyze_many([HI], jobs=0)
    with pytest.raises(ValueError, match=r"give a tuple of bounce"):
        analyze_many([HI], want=["colour"])  # type: ignore[list-item]
    with pytest.raises(MailkitError, match=r"no\.toml"):
        list(analyze_many([HI], jobs=1, choices=Choices(rules=("no.toml",))))
    assert not workers()


def test_one_source_that_is_in_no_list() -> None:
    with pytest.raises(TypeError, match=r"\['corpora/mta'\] for one"):
        analyze_many("corpora/mta")
