"""A Maildir: taken from new/, committed, moved to cur/; whatever is no message is named and left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.adapters.maildir import take_new
from mailkit.errors import LedgerError, SourceError
from mailkit.ledger import Ledger
from mailkit.ledger.intake import Intake
from mailkit.lists import verp
from tests.adapters.bounces import bounces, expected, ids_in
from tests.adapters.servers import dead, waits_for
from tests.strategies import ROOT

MOST = 1_000_000


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Give a Maildir."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """Give an intake with a ledger and a quarantine."""
    with Ledger(str(tmp_path / "db")) as ledger:
        yield Intake(ledger, verp=verp.decode, list="news@lists.test", quarantine=tmp_path / "aside")


def put(box: Path, count: int) -> None:
    for number, (data, _) in enumerate(bounces(count)):
        (box / "new" / f"{1_764_150_000 + number}.M1.mx").write_bytes(data)


def test_all_is_taken_and_moved(box: Path, intake: Intake, tmp_path: Path) -> None:
    put(box, 10)
    answers = [*take_new(intake, box, most=MOST)]
    assert [one.outcome for one in answers] == ["counted"] * 10
    assert answers[3].at == "2025-11-26T09:40:03+00:00"
    assert [*(box / "new").iterdir()] == []
    assert {path.name[-4:] for path in (box / "cur").iterdir()} == {":2,S"}
    assert ids_in(tmp_path / "db") == expected(10)


def test_killed_between_commit_and_move(box: Path, intake: Intake, tmp_path: Path) -> None:
    put(box, 3)
    with pytest.MonkeyPatch.context() as patch:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            list(take_new(intake, box, most=MOST))
    assert len([*(box / "new").iterdir()]) == 3
    assert [one.outcome for one in take_new(intake, box, most=MOST)] == ["known", "counted", "counted"]
    assert ids_in(tmp_path / "db") == expected(3)


def test_nothing_is_moved_while_the_ledger_fails(box: Path, intake: Intake) -> None:
    put(box, 2)
    with pytest.MonkeyPatch.context() as patch:

        def full(*_: object) -> int:
            where = "db"
            raise LedgerError(where, "database or disk is full")

        patch.setattr(Ledger, "record", full)
        with pytest.raises(LedgerError, match="disk is full"):
            list(take_new(intake, box, most=MOST))
    assert len([*(box / "new").iterdir()]) == 2
    assert [one.outcome for one in take_new(intake, box, most=MOST)] == ["counted"] * 2


def test_what_is_no_file_is_named_and_left(box: Path, intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of somebody else")
    (box / "new" / "a.link").symlink_to(tmp_path / "secret")
    os.mkfifo(box / "new" / "b.pipe")
    (box / "new" / "c.folder").mkdir()
    (box / "new" / ".hidden").write_text("x")
    put(box, 1)
    answers = {Path(one.source).name: one for one in take_new(intake, box, most=MOST)}
    assert {name[:1]: one.outcome for name, one in answers.items()} == {
        "1": "counted",
        "a": "failed",
        "b": "failed",
        "c": "failed",
    }
    assert all(one.why.startswith("it cannot be read (") for one in answers.values() if one.outcome == "failed")
    assert len([*(box / "new").iterdir()]) == 4
    assert not (tmp_path / "aside").exists()


def test_no_bounce_goes_aside_and_is_moved(box: Path, intake: Intake, tmp_path: Path) -> None:
    (box / "new" / "1.a").write_bytes(b"From: ann@example.org\nSubject: hi\n\nhello\n")
    (one,) = take_new(intake, box, most=MOST)
    assert (one.outcome, one.why) == ("aside", "no bounce")
    assert len([*(tmp_path / "aside").glob("*.eml")]) == 1
    assert len([*(box / "cur").iterdir()]) == 1


def test_a_large_one_is_cut_and_kept_whole(box: Path, intake: Intake, tmp_path: Path) -> None:
    (data, ids), *_ = bounces(1)
    whole = data + b"y" * 100_000
    (box / "new" / "1.a").write_bytes(whole)
    (one,) = take_new(intake, box, most=len(data) + 10)
    assert one.outcome == "counted"
    assert "read are the first" in one.why
    assert (box / "cur" / "1.a:2,S").read_bytes() == whole
    assert ids_in(tmp_path / "db") == ids


def test_nothing_in_cur_is_written_over(box: Path, intake: Intake) -> None:
    put(box, 1)
    (name,) = (path.name for path in (box / "new").iterdir())
    (box / "cur" / f"{name}:2,S").write_text("another")
    list(take_new(intake, box, most=MOST))
    assert sorted(path.name for path in (box / "cur").iterdir()) == [f"{name}:2,S", f"{name}_1:2,S"]
    assert (box / "cur" / f"{name}:2,S").read_text() == "another"


def test_what_is_no_maildir(intake: Intake, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no folders new and cur"):
        list(take_new(intake, tmp_path, most=MOST))


def test_the_command_polls_until_it_is_ended(box: Path, tmp_path: Path) -> None:
    words = ["ingest", "--maildir", str(box), "--ledger", str(tmp_path / "db"), "--list", "news@lists.test"]
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "mailkit", *words, "--interval", "0.1"], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        put(box, 2)
        waits_for("two", lambda: log.read_bytes().count(b'"counted"') == 2, 20)
        put(box, 4)
        waits_for("four", lambda: log.read_bytes().count(b"outcome") == 6, 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        dead(process)
    *answers, last = log.read_text().splitlines()
    assert last == "mailkit: 6 messages: 4 counted, 2 known; 4 new events"
    assert [json.loads(line)["new"] for line in answers] == [1, 1, 0, 0, 1, 1]
