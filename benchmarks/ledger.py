"""Write events into a ledger and derive the standings, and print events per second beside SQLite alone, in one run.

    python benchmarks/ledger.py [--events N] [--repeat N]

The events are failures of 20,000 members of a list with half a kilobyte of evidence each. The peer writes the same rows
with `sqlite3` into a table with the same indexes and the same settings, and neither looks at them nor names what was new.
Best of N rounds in seconds of the clock, for both wait for the disk.
"""

from __future__ import annotations

import argparse
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from mailkit.ledger import Event, Ledger, event_id

MEMBERS = 20_000
NOON = 1_772_366_400  # 2026-03-01 12:00
DAY = 86_400
TABLE = """
CREATE TABLE e (id TEXT PRIMARY KEY, list TEXT, address TEXT, at INTEGER, what TEXT, confidence TEXT, message TEXT,
status TEXT, reason TEXT, detail TEXT); CREATE INDEX a ON e (list, address, at); CREATE INDEX b ON e (address);
"""


def events(count: int) -> list[Event]:
    """Give the events."""
    evidence = '{"recipient":{"diagnostic":"550 5.1.1 no such user"},"pad":"' + "x" * 450 + '"}'
    return [
        Event(
            id=event_id(str(number)),
            list="news@lists.example",
            address=f"user{number % MEMBERS}@example.org",
            at=NOON + number // MEMBERS * DAY,
            what="hard",
            status="5.1.1",
            reason="bad-mailbox",
            message=f"<{number}@lists.example>",
            detail=evidence,
        )
        for number in range(count)
    ]


def timed(work: Callable[[Path], None], repeat: int) -> float:
    """Give the best seconds of some rounds, each in an empty folder."""
    best = float("inf")
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            work(Path(folder))
            best = min(best, time.perf_counter() - start)
    return best


def ours(rows: list[Event], batch: int) -> Callable[[Path], None]:
    """Write with the ledger."""

    def work(folder: Path) -> None:
        with Ledger(str(folder / "ledger.db")) as ledger:
            for start in range(0, len(rows), batch):
                ledger.record(rows[start : start + batch])

    return work


def peer(rows: list[Event], batch: int) -> Callable[[Path], None]:
    """Write with `sqlite3`."""

    def work(folder: Path) -> None:
        with sqlite3.connect(folder / "peer.db") as database:
            database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;" + TABLE)
            for start in range(0, len(rows), batch):
                tuples = [msgspec.structs.astuple(row) for row in rows[start : start + batch]]
                database.executemany("INSERT OR IGNORE INTO e VALUES (?,?,?,?,?,?,?,?,?,?)", tuples)
                database.commit()
        database.close()

    return work


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    rows = events(args.events)
    print(f"{args.events} events, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    for batch in (1, 50, 500, 5_000):
        some = rows[: min(args.events, 1_000 * batch)]
        mine, theirs = (timed(make(some, batch), args.repeat) for make in (ours, peer))
        print(
            f"batches of {batch:5}: {len(some) / mine:9,.0f} events/s, sqlite3 alone {len(some) / theirs:9,.0f}, "
            f"{mine / theirs:.1f} times its time"
        )
    with tempfile.TemporaryDirectory() as folder, Ledger(str(Path(folder) / "ledger.db")) as ledger:
        ledger.record(rows)
        start = time.perf_counter()
        suppressed = sum(one.state == "suppressed" for one in ledger.standings(today=date(2026, 3, 6)))
        seconds = time.perf_counter() - start
        print(f"standings: {args.events / seconds:,.0f} events/s read, {suppressed} of {MEMBERS} members suppressed")


if __name__ == "__main__":
    main()
