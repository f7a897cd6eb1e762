"""Bounces of the corpora that are to be delivered, and what the ledger must have of them."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from mailkit import parse
from mailkit.ledger import Ledger
from mailkit.ledger.intake import Intake
from mailkit.lists import verp
from tests.strategies import ROOT

FOLDERS = ("mta", "unix", "groupware", "gateways", "services", "providers", "asian")


def _candidates() -> Iterator[bytes]:
    for folder in FOLDERS:
        paths = sorted((ROOT / "corpora" / folder).rglob("*.eml"))
        assert paths, folder
        for path in paths:
            yield path.read_bytes().replace(b"\r\n", b"\n")


@functools.cache
def bounces(count: int) -> tuple[tuple[bytes, frozenset[str]], ...]:
    """Give bounces of which each has events of its own, with the ids of those."""
    found, known = [], set[str]()
    with Ledger("sqlite://") as ledger:
        intake = Intake(ledger, verp=verp.decode, list="news@lists.test")
        for data in _candidates():
            header = parse(data).header
            if not header.get("message-id") or data[:1].isspace() or data.startswith(b"From ") or b"\0" in data:
                continue  # Postfix would change it
            taken = intake.take(data, at=0)
            ids = frozenset(event.id for event in taken.events)
            if ids and not ids & known:
                found.append((data, ids))
                known |= ids
            if len(found) == count:
                return tuple(found)
    raise AssertionError(len(found))


def expected(count: int) -> set[str]:
    """Give the ids of all events of so many bounces."""
    return {one for _, ids in bounces(count) for one in ids}


def ids_in(path: Path) -> set[str]:
    """Give the ids of all events in a ledger on SQLite."""
    with sqlite3.connect(path) as connection:
        found = [row[0] for row in connection.execute("SELECT id FROM mailkit_event")]
    connection.close()
    assert len(found) == len(set(found))
    return set(found)


def ids_at(url: str) -> set[str]:
    """Give the ids of all events in a ledger."""
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - for who has a server

    engine = create_engine(url)
    with engine.connect() as connection:
        found = [row[0] for row in connection.execute(text("SELECT id FROM mailkit_event"))]
    engine.dispose()
    return set(found)
