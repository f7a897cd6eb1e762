"""The ledger on SQLite and on PostgreSQL: once is once, whoever writes, in whatever order, whatever dies."""

from __future__ import annotations

import multiprocessing
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mailkit.errors import LedgerError
from mailkit.ledger import PRESETS, Event, Ledger, Policy, act, delivery, event_id
from tests.servers_sql import postgres_url

NOON = 1_772_366_400  # 2026-03-01 12:00
DAY = 86_400
TODAY = date(2026, 3, 20)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.db")
    else:
        with postgres_url() as found:
            yield found


def hard(number: int, day: int = 0, address: str = "joe@x.test", name: str = "news", detail: str = "") -> Event:
    """Give a failure for good."""
    key = event_id(str(number), address, name)
    return Event(id=key, list=name, address=address, at=NOON + day * DAY, what="hard", detail=detail)


def test_once_is_once(url: str) -> None:
    events = [hard(n, n) for n in range(5)]
    with Ledger(url) as ledger:
        assert ledger.record(events) == 5
        assert ledger.record(reversed(events)) == 0
        assert ledger.record([*events, hard(9, 5), hard(9, 6)]) == 1
        assert [event.at for event in ledger.events("JOE@x.test")] == [NOON + n * DAY for n in range(6)]
    with Ledger(url) as ledger:
        assert len(ledger.events("joe@x.test")) == 6


def test_every_field_comes_back(url: str) -> None:
    whole = Event(
        id="1",
        list="news.l.test",
        address="jörg@x.test",
        at=NOON,
        what="soft",
        confidence="inferred",
        message="<1@l.test>",
        status="4.2.2",
        reason="full",
        detail='{"diagnostic": "満杯 %s \' \\" \\u0001"}',
    )
    with Ledger(url) as ledger:
        ledger.record([whole])
        assert ledger.events("jörg@x.test") == [whole]


def test_what_no_database_keeps(url: str) -> None:
    """A NUL in a diagnostic is no reason to lose a bounce (PostgreSQL refuses it), nor is half a surrogate pair."""
    with Ledger(url) as ledger:
        odd = Event(id="1", address="a\0b\ud800@x.test", at=NOON, what="hard", reason="\0", detail="x\0\udfff")
        assert ledger.record([odd]) == 1
        assert [standing.state for standing in ledger.standings(today=TODAY)] == ["active"]


def test_standings(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.record([hard(n, n) for n in range(5)])
        ledger.record([hard(n, 15, f"u{n}@x.test", "chat") for n in range(3)])
        ledger.record([delivery("fine@x.test", at=NOON), Event(id="b", address="b@x.test", at=NOON, what="block")])
        found = [(s.list, s.address, s.state, s.score) for s in ledger.standings(today=TODAY)]
        assert found == [
            ("chat", "u0@x.test", "active", 1.0),
            ("chat", "u1@x.test", "active", 1.0),
            ("chat", "u2@x.test", "active", 1.0),
            ("news", "joe@x.test", "suppressed", 5.0),
        ]
        assert [s.address for s in ledger.standings(today=TODAY, list="news")] == ["joe@x.test"]
        one = ledger.standing("Joe@X.test", today=TODAY, list="news")
        assert one is not None
        assert one.state == "suppressed"
        assert ledger.standing("joe@x.test", today=TODAY, list="chat") is None
        assert ledger.standing("joe@x.test", today=date(2026, 2, 1), list="news") is None


def test_another_policy_gives_another_answer(url: str) -> None:
    with Ledger(url, PRESETS["esp"]) as ledger:
        ledger.record([hard(1)])
        assert next(ledger.standings(today=TODAY)).state == "suppressed"
    with Ledger(url, Policy(threshold=2.0)) as ledger:
        assert next(ledger.standings(today=TODAY)).state == "active"


def test_a_policy_stays_with_the_ledger(url: str) -> None:
    with Ledger(url) as ledger:
        assert ledger.policy == PRESETS["list"]
        ledger.keep_policy(Policy(threshold=2.0))
        ledger.keep_policy(Policy(threshold=3.0))
    with Ledger(url) as ledger:
        assert ledger.policy.threshold == 3.0
    with Ledger(url, PRESETS["esp"]) as ledger:
        assert ledger.policy == PRESETS["esp"]


def test_a_list_by_its_address_and_by_its_list_id_is_one(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.record(hard(n, n, name="News@L.test" if n % 2 else "news.l.test") for n in range(5))
        (one,) = ledger.standings(today=TODAY, list="news@l.test")
        assert (one.list, one.state) == ("news.l.test", "suppressed")


def test_what_holds_for_all_lists_holds_in_each(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.record([act("complaint", "joe@x.test", at=NOON), hard(1, 10, "joe@x.test"), hard(2, 10, "sue@x.test")])
        assert [(s.address, s.state) for s in ledger.standings(today=TODAY, list="news")] == [
            ("joe@x.test", "suppressed"),
            ("joe@x.test", "active"),
            ("sue@x.test", "active"),
        ]
        one = ledger.standing("joe@x.test", today=TODAY, list="news")
        assert one is not None
        assert (one.list, one.state) == ("", "suppressed")


def test_acts(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.record([hard(n, n) for n in range(5)])
        release = act("release", "joe@x.test", at=NOON + 6 * DAY, list="news", why="asked by telephone")
        assert ledger.record([release, release]) == 1
        assert next(ledger.standings(today=TODAY)).state == "released"
        ledger.record([act("complaint", "joe@x.test", at=NOON + 7 * DAY, list="news")])
        assert next(ledger.standings(today=TODAY)).cause == "complaint"


def test_forget(url: str, tmp_path: Path) -> None:
    with Ledger(url) as ledger:
        forwarded = hard(7, 0, "sue@x.test", detail='{"address":"Joe@X.test"}')
        other = hard(8, 0, "mojoe@x.test", detail='{"address":"mojoe@x.test"}')
        path = hard(9, 0, "bob@x.test", detail='{"path":"news-bounces+joe=x.test@l.test"}')
        ledger.record([hard(1), hard(1, name="chat"), hard(2, 0, "ann@x.test", detail="{}"), forwarded, other, path])
        assert ledger.forget("JOE@x.test") == 2
        assert [event.detail for event in ledger.events("bob@x.test")] == [""]
        assert ledger.events("mojoe@x.test") == [other]
        assert ledger.events("joe@x.test") == []
        assert [event.detail for event in ledger.events("ann@x.test")] == ["{}"]
        assert [event.detail for event in ledger.events("sue@x.test")] == [""]
    for file in tmp_path.glob("ledger.db*"):
        data = file.read_bytes().lower().replace(b"mojoe@", b"")
        assert b"joe@x.test" not in data
        assert b"joe=x.test" not in data


@pytest.mark.parametrize("half", ["", "@", "joe", "@x.test", "joe@"])
def test_half_an_address_empties_nobodys_evidence(half: str) -> None:
    with Ledger("sqlite://") as ledger:
        ledger.record([hard(1, detail='{"path":"news-bounces+joe=x.test@l.test"}')])
        assert ledger.forget(half) == 0
        assert ledger.events("joe@x.test")[0].detail


def test_prune_keeps_what_decides(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.record([hard(n, n) for n in range(5)])  # suppressed, and five old events are why
        ledger.record([hard(n, n, "once@x.test") for n in range(2)])  # stale
        ledger.record([delivery("fine@x.test", at=NOON), hard(3, 18, "new@x.test")])
        ledger.record([act("release", "free@x.test", at=NOON, list="news"), hard(4, -1, "free@x.test")])
        before = [s for s in ledger.standings(today=TODAY) if s.score or s.state == "suppressed"]
        assert ledger.prune(before=date(2026, 3, 15), today=TODAY) == 5
        assert [*ledger.standings(today=TODAY)] == before
        assert ledger.prune(before=date(2026, 3, 15), today=TODAY) == 0


def _write(url: str, count: int, *, backwards: bool) -> None:
    events = [hard(n, n % 7, f"u{n % 500}@x.test") for n in range(count)]
    with Ledger(url) as ledger:
        order = events[::-1] if backwards else events
        for start in range(0, count, 250):
            ledger.record(order[start : start + 250])


def test_four_processes_in_opposite_orders(url: str) -> None:
    """All write the same 20,000 events: there are exactly so many, and the scores are those of one writer."""
    count, context = 20_000, multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(url, count), kwargs={"backwards": bool(n % 2)}) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(180)
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]
    with Ledger(url) as ledger, Ledger("sqlite://") as alone:
        alone.record(hard(n, n % 7, f"u{n % 500}@x.test") for n in range(count))
        assert sum(len(ledger.events(f"u{n}@x.test")) for n in range(500)) == count
        assert [*ledger.standings(today=TODAY)] == [*alone.standings(today=TODAY)]


WRITER = """
import os, signal, sys
from mailkit.ledger import Ledger
from tests.ledger.test_store import hard
from sqlalchemy import event
url, moment = sys.argv[1:]
ledger = Ledger(url)
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if moment == "before":
    event.listen(ledger._engine, "begin", die)
if moment == "during":
    event.listen(ledger._engine, "after_cursor_execute", lambda c, cur, sql, *_: die() if "INSERT" in sql else None)
ledger.record([hard(n, 0, f"u{n}@x.test") for n in range(100)])
die()
"""


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("during", 0), ("after", 100)])
def test_killed(url: str, moment: str, kept: int) -> None:
    """A batch is there whole or not at all, and the next process goes on as if nothing had been."""
    Ledger(url).close()
    root = Path(__file__).parents[2]
    died = subprocess.run([sys.executable, "-c", WRITER, url, moment], cwd=root, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    with Ledger(url) as ledger:
        assert sum(1 for _ in ledger.standings(today=TODAY)) == kept
        assert ledger.record([hard(n, 0, f"u{n}@x.test") for n in range(100)]) == 100 - kept


def test_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.ledger.store.LOCK_SECONDS", 0.2)
    path = tmp_path / "ledger.db"
    Ledger(str(path)).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Ledger(str(path)) as ledger:
        with pytest.raises(LedgerError, match="database is locked"):
            ledger.record([hard(1)])
        assert [*ledger.standings(today=TODAY)] == []
        other.execute("ROLLBACK")
        assert ledger.record([hard(1)]) == 1
    other.close()


def test_nothing_erased_stays_where_another_process_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.ledger.store.LOCK_SECONDS", 0.3)
    path = tmp_path / "ledger.db"
    with Ledger(str(path)) as ledger:
        ledger.record([hard(1)])
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT * FROM mailkit_event").fetchall()
        with pytest.raises(LedgerError, match="do it again when that one ends"):
            ledger.forget("joe@x.test")
        other.close()
        assert ledger.forget("joe@x.test") == 0
    assert all(b"joe@x.test" not in file.read_bytes() for file in tmp_path.glob("ledger.db*"))


def test_newer_tables_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger(str(path)).close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE mailkit_schema SET version = 99")
    other.close()
    with pytest.raises(LedgerError, match=r"of version 99, newer than this mailkit: upgrade mailkit"):
        Ledger(str(path))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://joe:secret@h/x", "give SQLite or PostgreSQL|it is no URL"),
        ("postgres://joe:secret@127.0.0.1:1/x", r"joe:\*\*\*@127.0.0.1"),
        ("postgresql://joe:secret@h:port/x", "it is no URL"),
        ("nonsense://x", "it is no URL of a database"),
        ("/no/such/folder/ledger.db", "unable to open database file"),
        ("postgresql+psycopg://joe:secret@127.0.0.1:1/x", r"joe:\*\*\*@127.0.0.1"),
    ],
)
def test_what_is_no_ledger(url: str, says: str) -> None:
    with pytest.raises(LedgerError, match=says) as caught:
        Ledger(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear sirs, " * 1_000)
    with pytest.raises(LedgerError, match="file is not a database"):
        Ledger(str(path))
    assert path.read_text().startswith("Dear sirs")


def test_read_only(tmp_path: Path) -> None:
    """Who may only read may ask."""
    path = tmp_path / "ledger.db"
    with Ledger(str(path)) as ledger:
        ledger.record([hard(1)])
    with Ledger(f"sqlite:///file:{path}?mode=ro&uri=true") as ledger:
        assert len(ledger.events("joe@x.test")) == 1
        with pytest.raises(LedgerError, match="readonly"):
            ledger.record([hard(2)])
