"""``mailkit batch``: what it reads, what it says, and what it answers to a shell."""

from __future__ import annotations

import gzip
import io
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from mailkit.batch.frames import Tally
from mailkit.batch.runs import Progress
from mailkit.cli.progress import described, watch
from mailkit.report import Report
from mailkit.sinks import FORMATS, part_name, read_reports, read_rows
from tests.cli.running import Run, assert_one_clear_line, command, shell
from tests.strategies import ROOT

TEXT = "From a@b Sat Jan  3 01:02:03 2026\nSubject: {}\n\nhello\n\n"


def box(path: Path, count: int, text: str = TEXT) -> Path:
    """Make an mbox."""
    path.write_text("".join(text.format(number) for number in range(1, count + 1)))
    return path


def sources(folder: Path) -> list[str | None]:
    """Give the names of the messages that a folder has answers for."""
    return [report.source for report in read_reports(folder)]


def test_what_is_said_at_the_end(tmp_path: Path) -> None:
    done = command("batch", "corpora/mta", "-o", tmp_path / "out", "--jobs", "1")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    found = list(read_reports(tmp_path / "out"))
    assert lines[0].startswith(f"{len(found)} messages in ")
    assert lines[0].endswith(f" in {tmp_path}/out")
    assert " messages a second, " in lines[1]
    failures = sum(bool(report.bounce) and report.bounce.kind == "failure" for report in found)  # type: ignore[union-attr]
    assert f"  {failures:>12,}  failure" in lines
    assert {"kind of the messages:", "advice for the recipients that failed:", "reason of the failures:"} <= {*lines}
    again = command("batch", "corpora/mta", "-o", tmp_path / "out", "--jobs", "1")
    assert_one_clear_line(again, 2, "holds a run that is complete; name another folder, or remove it")
    again = command("batch", "corpora/mta", "-o", tmp_path / "out", "--jobs", "1", "--resume")
    assert again.returncode == 0
    assert "  of them 0 by this run" in again.stdout


def test_what_cannot_be_read_is_told_by_the_exit_code(tmp_path: Path) -> None:
    picture = tmp_path / "picture.eml"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    done = command("batch", picture, "corpora/mta/exim-full.eml", "-o", tmp_path / "out", "--jobs", "1")
    assert_one_clear_line(done, 3, "picture.eml: is no mail: ")
    assert "2 messages in" in done.stdout
    assert "  1 not read" in done.stdout


def test_a_mailbox_on_a_quiet_day_is_no_fault(tmp_path: Path) -> None:
    empty = tmp_path / "box"
    empty.touch()
    done = command("batch", empty, "corpora/mta/exim-full.eml", "-o", tmp_path / "out", "--jobs", "1")
    assert_one_clear_line(done, 0, f"{empty}: is empty")
    assert sources(tmp_path / "out") == ["corpora/mta/exim-full.eml"]


@pytest.mark.parametrize("name", ["box", "folder"])
@pytest.mark.parametrize("style", FORMATS)
def test_a_day_without_mail_has_tables_that_can_be_read(name: str, style: str, tmp_path: Path) -> None:
    (tmp_path / "box").touch()
    (tmp_path / "folder").mkdir()
    for words in ((), ("--resume",)):
        done = command("batch", tmp_path / name, "-o", tmp_path / "out", "--format", style, "--jobs", "1", *words)
        assert done.returncode == 0
        assert (tmp_path / "out" / part_name(style, 0)).exists()
        assert list(read_rows(tmp_path / "out")) == []


def test_a_name_that_stands_for_nothing_begins_no_run_that_is_taken_up(tmp_path: Path) -> None:
    done = command("batch", "misspelt", "-o", tmp_path / "out", "--resume")
    assert_one_clear_line(done, 2, "misspelt: no such file or folder; check the path. Nothing was begun")
    assert not (tmp_path / "out").exists()


def test_a_link_of_a_maildir_that_leads_nowhere(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    (tmp_path / "box/cur/1.x:2,S").symlink_to(tmp_path / "gone")
    (tmp_path / "box/new/2.x").write_text("Subject: hi\n\nhello\n")
    done = command("batch", tmp_path / "box", "-o", tmp_path / "out", "--jobs", "1")
    assert done.returncode in {0, 3}
    assert "Traceback" not in done.stderr
    assert f"{tmp_path}/box/new/2.x" in sources(tmp_path / "out")


def test_a_name_that_stands_for_nothing_ends_it_before_it_begins(tmp_path: Path) -> None:
    done = command("batch", "corpora/mta", "misspelt", "-o", tmp_path / "out")
    assert_one_clear_line(done, 2, "misspelt: no such file or folder; check the path. Nothing was begun")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", ["-o $OUT", "-o $OUT --limit 3"])
@pytest.mark.parametrize(
    "line",
    [
        pytest.param("cat $BOX | {} /dev/stdin {}", id="standard input by its other name"),
        pytest.param("{} /dev/stdin {} < $BOX", id="a file as standard input"),
        pytest.param("cat $BOX | {} /dev/fd/7 {} 7<&0", id="an open file, as of <(...)"),
        pytest.param("mkfifo $OUT.pipe; cat $BOX > $OUT.pipe & {} $OUT.pipe {}", id="a pipe"),
    ],
)
def test_what_only_this_process_can_open(line: str, words: str, tmp_path: Path) -> None:
    """A worker has other things under those names: its own standard input is the pipe on which it is told what to do."""
    line = line.format('"$@" batch', f"{words} --jobs 1 --progress never")
    line = f"BOX={box(tmp_path / 'box', 4)}; OUT={tmp_path / 'out'}; {line}"
    assert shell(line).returncode == 0
    assert len(sources(tmp_path / "out")) == (3 if "limit" in words else 4)


@pytest.mark.parametrize(
    "line", ["cat $ROWS | {} /dev/stdin", "mkfifo $OUT.pipe; cat $ROWS > $OUT.pipe & {} $OUT.pipe"]
)
def test_what_can_be_read_but_once_is_not_looked_at_before(line: str, tmp_path: Path) -> None:
    """Of a pipe nothing is left for who answers what is in it."""
    (tmp_path / "rows").write_bytes(b'{"own": 1, "raw": "Subject: hi\\n\\nhello\\n"}\n' * 3)
    line = line.format('"$@" batch --id own -o $OUT --time-limit 2 --jobs 1')
    done = shell(f"OUT={tmp_path}/out; ROWS={tmp_path}/rows; {line}")
    assert (done.returncode, done.stderr) == (0, "")
    assert [report.id for report in read_reports(tmp_path / "out")] == ["1"] * 3


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "2>/dev/full"])
def test_nobody_wants_to_hear_what_goes_wrong(closed: str, tmp_path: Path) -> None:
    """Where standard error is closed, or has no room, nothing of it goes elsewhere, and all is answered."""
    (tmp_path / "a.eml").write_bytes(b"Subject: hi\n\nhello\n")
    (tmp_path / "b.eml").write_bytes(b"hello\n")
    done = shell(f'"$@" -o {tmp_path}/out {closed}', "batch", tmp_path / "a.eml", tmp_path / "b.eml", "--jobs", "1")
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("2 messages in 1 part ")
    assert len(sources(tmp_path / "out")) == 2


def test_more_processes_than_can_be_started(tmp_path: Path) -> None:
    data = box(tmp_path / "box", 10, TEXT + "x" * 70_000 + "\n\n").read_bytes() * 8  # units of 1 MiB
    (tmp_path / "box").write_bytes(data)
    done = shell(f'ulimit -n 18; "$@" -o {tmp_path}/out', "batch", tmp_path / "box", "--jobs", "9")
    assert_one_clear_line(done, 2, "processes cannot be started (Too many open files); give fewer with --jobs")


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    """A disk may not be mounted; or a Maildir has been emptied, which is no failure."""
    done = command("batch", tmp_path, "-o", tmp_path.with_name("empty-out"), "--jobs", "1")
    assert_one_clear_line(done, 0, "nothing was answered: there is no mail in what was named")


def test_a_choice_that_was_wrong_leaves_no_run_behind(tmp_path: Path) -> None:
    words = ("batch", "corpora/mta/exim-full.eml", "-o", tmp_path / "out")
    assert_one_clear_line(command(*words, "--rules", "misspelt.toml"), 2, "misspelt.toml")
    assert not (tmp_path / "out").exists()
    assert command(*words).returncode == 0


def test_what_was_passed_over_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "picture.png").write_bytes(b"\x89PNG...")
    done = command("batch", folder, "-o", tmp_path / "out")
    assert_one_clear_line(done, 3, "nothing was answered: there is no mail in what was named")
    assert f"1 no mail, passed over\n    {folder}/picture.png\n" in done.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_standard_output(jobs: str, tmp_path: Path) -> None:
    done = command("batch", "corpora/mta", box(tmp_path / "a.mbox", 300), "-o", "-", "--ordered", "--jobs", jobs)
    assert (done.returncode, done.stderr) == (0, "")
    found = [msgspec.json.decode(line, type=Report).source for line in done.stdout.splitlines()]
    command("batch", "corpora/mta", tmp_path / "a.mbox", "-o", tmp_path / "out", "--jobs", jobs)
    assert found == sources(tmp_path / "out")
    unordered = command("batch", "corpora/mta", tmp_path / "a.mbox", "-o", "-", "--jobs", jobs)
    assert sorted(unordered.stdout.splitlines()) == sorted(done.stdout.splitlines())


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    box(tmp_path / "a.mbox", 20_000)
    done = shell('"$@" | head -n 1 >/dev/null; echo "${PIPESTATUS:-}"', "batch", tmp_path / "a.mbox", "-o", "-")
    assert done.stderr == ""
    done = shell('{ "$@"; echo $? >&2; } | head -n 1 >/dev/null', "batch", tmp_path / "a.mbox", "-o", "-")
    assert done.stderr == "141\n"


USAGE = {
    "no jobs": (("--jobs", "0"), "'0' is not a whole number above 0"),
    "jobs that are none": (("--jobs", "two"), "'two' is not a whole number above 0"),
    "no messages": (("--limit", "0"), "'0' is not a whole number above 0"),
    "no time": (("--time-limit", "0"), "'0' is no number of seconds above 0"),
    "no number": (("--time-limit", "nan"), "'nan' is no number of seconds above 0"),
    "no format": (("--format", "xml"), "invalid choice: 'xml'"),
    "no answer": (("--want", "bounce,colour"), "'colour' is no answer; give some of bounce, envelope"),
    "no day": (("--since", "yesterday"), "'yesterday' is no time; give 2026-11-01"),
    "no days": (("--since", "d"), "'d' is no time"),
    "no such day": (("--since", "2026-02-30"), "'2026-02-30' is no time"),
    "no size": (("--max-bytes", "0"), "'0' is not a whole number above 0"),
    "no host": (("--ours", "*"), "'*' is no domain or host"),
}


@pytest.mark.parametrize(("words", "said"), USAGE.values(), ids=USAGE)
def test_usage(words: tuple[str, ...], said: str, tmp_path: Path, here: Run) -> None:
    done = here("batch", "corpora/mta", "-o", tmp_path / "out", *words)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert not (tmp_path / "out").exists()


REFUSED = {
    "no output": ((), "where do the answers go? give -o FOLDER, or -o - for standard output"),
    "an empty name, as of a variable": (
        ("-o", ""),
        "where do the answers go? give -o FOLDER, or -o - for standard output",
    ),
    "rules that are not there": (("-o", "{}/out", "--rules", "{}/no.toml"), "no.toml"),
    "resume standard output": (("-o", "-", "--resume"), "--resume needs a folder: give -o FOLDER"),
    "quarantine and standard output": (("-o", "-", "--quarantine", "{}/q"), "--quarantine needs a folder"),
    "unrecognised and standard output": (("-o", "-", "--unrecognised", "{}/u"), "--unrecognised needs a folder"),
    "a table on standard output": (("-o", "-", "--format", "csv"), "--format needs a folder"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = command("batch", "corpora/mta", "--jobs", "1", *(word.format(tmp_path) for word in words))
    assert_one_clear_line(done, 2, said)


def test_other_choices_are_refused_by_name(tmp_path: Path) -> None:
    path = box(tmp_path / "a.mbox", 3)
    words = ("batch", path, "-o", tmp_path / "out", "--jobs", "1")
    assert command(*words).returncode == 0
    done = command(*words, "--resume", "--want", "trace")
    assert_one_clear_line(done, 2, "the run was begun with want ['bounce', 'trace'], not ['trace']; give the same")
    done = command(*words, "--resume", "--max-bytes", "1000")
    assert_one_clear_line(done, 2, "the run was begun with message_bytes 157286400, not 1000; give the same")
    done = command(*words, "--resume", "--since", "2026-01-01")
    assert_one_clear_line(done, 2, "the run was begun with since None, not '2026-01-01T00:00:00Z'; give the same")


def _dated(folder: Path) -> Path:
    """Make messages with all kinds of dates."""
    folder.mkdir()
    received = "Received: from a by b; {}\nDate: {}\n\nhello\n"
    late, early = "Thu, 01 Jan 2026 00:00:00 +0000", "Wed, 31 Dec 2025 23:59:59 +0000"
    rows = {
        "received-late": received.format(late, "Mon, 01 Dec 2025 00:00:00 +0000"),
        "received-early": received.format(early, "Thu, 01 Jan 2026 12:00:00 +0000"),
        "date-late": f"Date: {late}\n\nhello\n",
        "date-early": f"Date: {early}\n\nhello\n",
        "zone-late": "Date: Thu, 01 Jan 2026 08:59:59 +0859\n\nhello\n",
        "zone-early": "Date: Thu, 01 Jan 2026 08:59:59 +0900\n\nhello\n",
        "no-date": "Subject: hi\n\nhello\n",
        "broken-date": "Date: on Thursday\n\nhello\n",
    }
    for name, text in rows.items():
        (folder / name).write_text(text)
    return folder


SINCE = {
    "a day": ("2026-01-01", {"received-late", "date-late", "zone-late"}),
    "a time with a zone": ("2026-01-01T09:00:00+09:00", {"received-late", "date-late", "zone-late"}),
    "a second before": (
        "2025-12-31T23:59:59Z",
        {"received-late", "date-late", "zone-late", "received-early", "date-early", "zone-early"},
    ),
    "a minute behind": ("2026-01-01 00:01:00", set()),
    "days ago": ("1d", set()),
    "hours ago": ("99999h", {"received-late", "date-late", "zone-late", "received-early", "date-early", "zone-early"}),
}


@pytest.mark.parametrize(("when", "expected"), SINCE.values(), ids=SINCE)
def test_since(when: str, expected: set[str], tmp_path: Path, here: Run) -> None:
    done = here("batch", _dated(tmp_path / "in"), "-o", tmp_path / "out", "--since", when, "--jobs", "1")
    assert done.returncode == 0
    assert {Path(str(name)).name for name in sources(tmp_path / "out")} == {*expected, "no-date", "broken-date"}
    assert ("older" in done.stdout) == (len(expected) < 6)
    done = here("batch", tmp_path / "in", "-o", "-", "--since", when, "--jobs", "1")
    assert len(done.stdout.splitlines()) == len(expected) + 2


def test_days_ago_are_those_before_the_run_began(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for hours in (47, 49):
        moment = datetime.now(UTC) - timedelta(hours=hours)
        (tmp_path / "in" / str(hours)).write_text(f"Date: {moment:%a, %d %b %Y %H:%M:%S +0000}\n\nhello\n")
    words = ("batch", tmp_path / "in", "-o", tmp_path / "out", "--since", "2d", "--jobs", "1")
    assert command(*words).returncode == 0
    assert [Path(str(name)).name for name in sources(tmp_path / "out")] == ["47"]
    assert command(*words, "--resume").returncode == 0


def test_the_first_ones_are_counted_before_those_that_are_older(tmp_path: Path, here: Run) -> None:
    for name, day in (("1.eml", 1), ("2.eml", 9), ("3.eml", 9)):
        (tmp_path / name).write_text(f"Date: {day} Oct 2026 00:00:00 +0000\n\nhello\n")
    words = ("batch", *sorted(tmp_path.glob("*.eml")), "--jobs", "1", "--limit", "2", "--since", "2026-10-05", "-o")
    assert here(*words, tmp_path / "out").returncode == 0
    found = [msgspec.json.decode(line)["source"] for line in here(*words, "-").stdout.splitlines()]
    assert found == sources(tmp_path / "out") == [str(tmp_path / "2.eml")]


def _many(folder: Path) -> list[str]:
    """Make inputs of all kinds, ten messages each."""
    folder.mkdir()
    (folder / "files").mkdir()
    box(folder / "files" / "1.mbox", 4)
    (folder / "files" / "2.eml").write_text("Subject: hi\n\nhello\n")
    (folder / "files" / "3.mbox.gz").write_bytes(gzip.compress(box(folder / "b", 4).read_bytes()))
    (folder / "files" / "4.eml").write_text("Subject: hi\n\nhello\n")
    (folder / "files" / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    box(folder / "large.mbox", 10, TEXT + "x" * 70_000 + "\n\n")
    (folder / "packed.mbox.gz").write_bytes(gzip.compress(box(folder / "b", 10).read_bytes()))
    return [str(folder / name) for name in ("files", "large.mbox", "packed.mbox.gz")]


@pytest.mark.parametrize(("most", "jobs"), [(1, "3"), (4, "1"), (5, "2"), (9, "3"), (20, "2"), (29, "3"), (31, "1")])
def test_no_more_than_so_many(most: int, jobs: str, tmp_path: Path, here: Run) -> None:
    names = _many(tmp_path / "in")
    assert here("batch", *names, "-o", tmp_path / "all", "--jobs", "2").returncode == 0
    every = sources(tmp_path / "all")
    assert len(every) == 30
    words = ("batch", *names, "-o", tmp_path / "out", "--jobs", jobs, "--limit", str(most))
    assert here(*words).returncode == 0
    assert sources(tmp_path / "out") == every[:most]
    path = tmp_path / "out" / "manifest.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))  # as if it had been killed
    assert here(*words, "--resume").returncode == 0
    assert sources(tmp_path / "out") == every[:most]
    done = here("batch", *names, "-o", "-", "--jobs", jobs, "--limit", str(most))
    assert {msgspec.json.decode(line)["source"] for line in done.stdout.splitlines()} == {*every[:most]}
    assert len(done.stdout.splitlines()) == min(most, 30)


def test_a_dry_run_of_what_is_not_there(tmp_path: Path, here: Run) -> None:
    assert_one_clear_line(here("batch", tmp_path / "gone", "--dry-run"), 2, "no such file or folder")


def test_dry_run(tmp_path: Path, here: Run) -> None:
    names = _many(tmp_path / "in")
    before = sorted(path for path in tmp_path.rglob("*"))
    done = here("batch", *names, "--dry-run", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    size = (tmp_path / "in" / "large.mbox").stat().st_size
    rest = sum(path.stat().st_size for path in (tmp_path / "in" / "files").iterdir())
    rest += (tmp_path / "in" / "packed.mbox.gz").stat().st_size
    assert done.stdout == f"files: 6 files, {rest:,} bytes, in 2 units\nmbox: 10 messages, {size:,} bytes, in 1 units\n"
    assert sorted(path for path in tmp_path.rglob("*")) == before
    (tmp_path / "empty").mkdir()
    assert here("batch", tmp_path / "empty", "--dry-run").stdout == "nothing to read\n"


WANT = {
    "bounce": {"bounce"},
    "trace,bounce": {"bounce", "trace"},
    "all": {"bounce", "envelope", "trace", "text", "attachments"},
    "text, attachments": {"text", "attachments"},
}


@pytest.mark.parametrize(("words", "keys"), WANT.items(), ids=WANT)
def test_want(words: str, keys: set[str], tmp_path: Path, here: Run) -> None:
    here("batch", "corpora/mta/exim-full.eml", "-o", tmp_path, "--want", words, "--jobs", "1")
    (line,) = (tmp_path / "part-000000.jsonl").read_bytes().splitlines()
    assert {*msgspec.json.decode(line)} == {"v", "source", "size", "date", *keys}
    done = here("batch", "corpora/mta/exim-full.eml", "-o", "-", "--want", words, "--jobs", "1")
    assert done.stdout.encode() == line + b"\n"


def test_a_slow_input_is_named_and_kept_apart(tmp_path: Path) -> None:
    """What says nothing is answered as what takes too long, and the others are answered."""
    (tmp_path / "in").mkdir()
    for number in (1, 3, 5):
        (tmp_path / "in" / f"{number}.eml").write_text(f"Subject: {number}\n\nhello\n")
    os.mkfifo(tmp_path / "2.eml")
    names = [str(tmp_path / place) for place in ("in/1.eml", "2.eml", "in/3.eml", "in/5.eml")]
    done = command("batch", *names, "-o", tmp_path / "out", "--time-limit", "1", "--jobs", "2")
    why = f"mailkit: {tmp_path}/2.eml: the process that read it took more than 1 seconds; "
    assert done.stderr.splitlines() == [f"{why}it is tried again", f"{why}the others go on without it"]
    assert done.returncode == 3
    found = list(read_reports(tmp_path / "out"))
    assert [report.source for report in found] == names
    assert [report.error for report in found if report.error] == ["the process that read it took more than 1 seconds"]


def _slow() -> bytes:
    """Make a message of many parts with many parameters, of which the attachments take long."""
    parameters = "".join(f";\n p{number}*{place}=x" for number in range(20) for place in range(10))
    part = f"--x\nContent-Disposition: attachment{parameters}\n\nx\n"
    return f"Content-Type: multipart/mixed; boundary=x\n\n{part * 300}--x--\n".encode()


def test_a_slow_message_is_named_and_kept(tmp_path: Path) -> None:
    slow = _slow()
    text = TEXT.format(1).encode()
    (tmp_path / "a.mbox").write_bytes(text + b"From a@b Sat Jan  3 01:02:03 2026\n" + slow + b"\n" + text)
    words = ("batch", tmp_path / "a.mbox", "--want", "attachments", "--time-limit", "1", "--jobs", "1")
    done = command(*words, "-o", tmp_path / "out", "--quarantine", tmp_path / "kept")
    name = f"{tmp_path}/a.mbox#2"
    assert_one_clear_line(
        done, 3, f"{name}: the process that read it took more than 1 seconds; the others go on without it"
    )
    found = list(read_reports(tmp_path / "out"))
    assert [bool(report.error) for report in found] == [False, True, False]
    assert any(slow.rstrip() in path.read_bytes() for path in (tmp_path / "kept").iterdir())
    done = command(*words, "-o", "-", "--ordered")
    assert done.returncode == 3
    assert [bool(msgspec.json.decode(line).get("error")) for line in done.stdout.splitlines()] == [False, True, False]


# How far it is


def _far(read: int, total: int | None, seconds: float = 10.0, before: int = 0, **counts: int) -> Progress:
    return Progress(read, total, before, seconds, Tally(**counts))  # type: ignore[arg-type]


DESCRIBED = {
    "half": (
        _far(50_000_000, 100_000_000, messages=12_345),
        "50.0 MB of 100.0 MB (50%), 5.0 MB/s, 10 s left; 12,345 messages",
    ),
    "nothing": (_far(0, 100, 0.0), "0 B of 100 B (0%), 0 B/s; 0 messages"),
    "no total": (_far(2_500, None, messages=1), "2.5 kB, 250 B/s; 1 messages"),
    "errors": (_far(100, 100, messages=2, errors=1), "100 B of 100 B (100%), 10 B/s, 0 s left; 2 messages, 1 not read"),
    "taken up": (_far(60, 100, before=50), "60 B of 100 B (60%), 1 B/s, 40 s left; 0 messages"),
    "more than there was": (_far(200, 100), "200 B of 100 B (100%), 20 B/s, 0 s left; 0 messages"),
    "hours": (_far(1_000_000, 5_000_000_000), "1.0 MB of 5.0 GB (0%), 100.0 kB/s, 13 h 53 min left; 0 messages"),
}


@pytest.mark.parametrize(("far", "words"), DESCRIBED.values(), ids=DESCRIBED)
def test_how_far(far: Progress, words: str) -> None:
    assert described(far) == words


def test_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with watch("auto", 0.05) as told:
        for number in range(20):
            told(_far(number, 100))
            time.sleep(0.01)
    lines = capsys.readouterr().err.splitlines()
    assert 2 <= len(lines) <= 6
    assert all(line.startswith("mailkit: ") and " of 100 B" in line for line in lines)


@pytest.mark.parametrize("style", ["auto", "never"])
def test_notes_are_told_at_once_and_not_for_ever(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    with watch(style) as told:
        for number in range(30):
            told(_far(0, 100)._replace(note=f"a\x1b.eml#{number}: is empty"))
            told(_far(0, 100))
    lines = capsys.readouterr().err.splitlines()
    assert lines[:20] == [f"mailkit: a\\x1b.eml#{number}: is empty" for number in range(20)]
    assert lines[20:] == [
        "mailkit: and more, which is told no further: the answers say for each message why it was not read"
    ]


def on_a_terminal(*words: str | Path, columns: int = 100, without_rich: Path | None = None) -> tuple[int, str]:
    """Run the command with a terminal for its standard error; give its exit code and what it wrote there."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, columns))
    settings = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS", "PYTHONPATH"}}
    settings |= {"TERM": "xterm"}
    if without_rich:
        (without_rich / "rich").mkdir()
        (without_rich / "rich" / "__init__.py").write_text("raise ImportError('rich')")
        settings["PYTHONPATH"] = str(without_rich)
    process = subprocess.Popen(
        [sys.executable, "-m", "mailkit", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        cwd=ROOT,
        env=settings,
    )
    os.close(follower)
    written = io.BytesIO()
    with closing(os.fdopen(leader, "rb", buffering=0)) as terminal:
        end = time.monotonic() + 60
        while time.monotonic() < end and select.select([terminal], [], [], 60)[0]:
            try:
                written.write(terminal.read(65536) or b"")
            except OSError:  # the other end is closed
                break
        return process.wait(10), written.getvalue().decode()


def shown(text: str, columns: int) -> list[str]:
    """Give what a terminal shows in the end, by lines: as far as it takes for what is written here."""
    rows, row, column = [[" "] * columns], 0, 0
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\x1b":
            end = next(place for place in range(at + 2, len(text)) if text[place].isalpha())
            code, number = text[end], text[at + 2 : end]
            if code == "K":
                start = 0 if number == "2" else column
                rows[row][start:] = [" "] * (columns - start)
            elif code == "A":
                row = max(row - int(number or 1), 0)
            at = end
        elif letter == "\r":
            column = 0
        elif letter == "\n":
            row, column = row + 1, 0
        else:
            if column == columns:
                row, column = row + 1, 0
            while len(rows) <= row:
                rows.append([" "] * columns)
            rows[row][column] = letter
            column += 1
        while len(rows) <= row:
            rows.append([" "] * columns)
        at += 1
    return [line for line in ("".join(letters).rstrip() for letters in rows) if line]


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("rich", [True, False], ids=["rich", "plain"])
def test_a_terminal(columns: int, tmp_path: Path, *, rich: bool) -> None:
    path = box(tmp_path / "a.mbox", 3_000, TEXT + "x" * 2_000 + "\n\n")
    (tmp_path / "odd\x1b.eml").write_bytes(b"\0\1")
    code, text = on_a_terminal(
        "batch", path, tmp_path / "odd\x1b.eml", "-o", tmp_path / "out", "--jobs", "1",
        columns=columns, without_rich=None if rich else tmp_path,
    )  # fmt: skip
    assert code == 3
    assert " of 6.2 MB (" in text
    assert "odd\\x1b.eml: is no mail: binary data" in text.replace("\r\n", "")
    said = "".join(shown(text, columns)).replace(" ", "")  # where a line is wrapped, a blank at its end is not seen
    assert said == f"mailkit:{tmp_path}/odd\\x1b.eml:isnomail:binarydata"
    assert ("\u2501" in text) == rich


def test_nothing_of_the_progress(tmp_path: Path) -> None:
    path = box(tmp_path / "a.mbox", 300)
    assert on_a_terminal("batch", path, "-o", tmp_path / "out", "--progress", "never") == (0, "")


def test_stopped_on_a_terminal_without_rich(tmp_path: Path) -> None:
    """The line that says how far it was is gone."""
    os.mkfifo(tmp_path / "slow.eml")
    watched = (
        "import os, signal, sys, threading\n"
        "threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "sys.argv = ['mailkit', *sys.argv[1:]]\n"
        "from mailkit.cli import main\n"
        "sys.exit(main())\n"
    )
    (tmp_path / "stopping.py").write_text(watched)
    (tmp_path / "rich").mkdir()
    (tmp_path / "rich" / "__init__.py").write_text("raise ImportError('rich')")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, tmp_path / "stopping.py", "batch", tmp_path / "slow.eml", "-o", tmp_path / "out"],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "TERM": "xterm"},
    )
    os.close(follower)
    with closing(os.fdopen(leader, "rb", buffering=0)) as terminal:
        code = process.wait(30)
        text = terminal.read(65536).decode()
    assert code == 128 + signal.SIGINT
    line = f"mailkit: stopped; what is answered stands in {tmp_path}/out: the same command with --resume goes on"
    assert "".join(shown(text, 80)) == line
