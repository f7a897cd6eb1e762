"""The ledger itself: events go in once, and come out as the standing of an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from itertools import groupby, islice
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

import msgspec
from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Table,
    create_engine,
    delete,
    event,
    func,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from mailkit.errors import LedgerError
from mailkit.ledger.events import Event, key_of, list_of
from mailkit.ledger.policy import PRESETS, Policy
from mailkit.ledger.schema import EVENT, SETTING, STEPS, migrate, version_of
from mailkit.ledger.scores import Standing, day_of, derive

BATCH = 5_000
"""Events that are written in one transaction."""
LOCK_SECONDS = 30
"""How long another process that writes is waited for."""
_MOST_NAMED = 500
"""Ids in one statement; SQLite takes 32,766 since 3.32, and 999 before."""
_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
NOT_THERE = "there is no ledger; name another, or let `mailkit ingest` or `mailkit ledger import` make it"
STILL_READ = (
    "it is erased, but another process reads, and copies stay in the log beside it: do it again when that one ends"
)
_FIELDS = Event.__struct_fields__
_LIGHT = tuple(column for column in EVENT.c if column.name not in {"detail", "status"})
_COUNTED = ("hard", "soft", "complaint", "suppress", "release", "probe")


class Ledger:
    """Events of addresses, in a database.

    Several processes may use one at the same time; one object belongs to one thread at a time.

    >>> from mailkit.ledger import Event
    >>> with Ledger("sqlite://") as ledger:
    ...     ledger.record([Event(id="1", list="news", address="joe@example.org", at=0, what="hard")])
    ...     ledger.record([Event(id="1", list="news", address="joe@example.org", at=0, what="hard")])
    ...     [(s.address, s.state, s.score) for s in ledger.standings(today=date(1970, 1, 2))]
    1
    0
    [('joe@example.org', 'active', 1.0)]
    """

    def __init__(self, url: str = "ledger.db", policy: Policy | None = None, *, make: bool = True) -> None:
        """Open a ledger, and make its tables where there are none; or, with ``make=False``, refuse.

        `url` is a path of SQLite or a URL of SQLAlchemy (``postgresql+psycopg://user@host/name``). Without `policy` the
        one that `keep_policy` has put there counts, else the preset ``list``. Raises LedgerError, here and in every
        method, where the database cannot be used.
        """
        place = _place(url)
        self.where = place.render_as_string(hide_password=True)
        with self._named():
            wait: dict[str, Any] = {"timeout": LOCK_SECONDS} if place.get_backend_name() == "sqlite" else {}
            self._engine = create_engine(place, connect_args=wait, pool_pre_ping=True)  # a server may be started anew
            if place.get_backend_name() == "sqlite":
                if not make and not _is_there(place):
                    raise LedgerError(self.where, NOT_THERE)
                event.listen(self._engine, "connect", _prepare)
                event.listen(self._engine, "begin", _begin)
            with self._engine.connect() as connection:
                version = version_of(connection)
            if version == 0 and not make:
                raise LedgerError(self.where, NOT_THERE)
            if version != len(STEPS):
                with self._writing() as connection:
                    migrate(connection, self.where)
            self.policy = policy or self._kept_policy()

    def __enter__(self) -> Self:
        """Give the ledger itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def record(self, events: Iterable[Event]) -> int:
        """Write events and commit; give how many were new. What is there already stays as it is."""
        new, waiting = 0, iter(events)
        while batch := list(islice(waiting, BATCH)):
            rows = sorted(map(_row, batch), key=lambda row: str(row["id"]))  # one order: no deadlock
            with self._named(), self._writing() as connection:
                insert = _INSERT[connection.dialect.name](EVENT).on_conflict_do_nothing(index_elements=["id"])
                new += len(connection.execute(insert.returning(EVENT.c.id), rows).all())
        return new

    def events(self, address: str, *, list: str | None = None) -> list[Event]:  # noqa: A002 - the field's name
        """Give all events of an address, oldest first, with their evidence; in all lists, or in one and for all of them."""
        query = (
            select(EVENT)
            .where(EVENT.c.address == _kept(key_of(address)))
            .order_by(EVENT.c.list, EVENT.c.at, EVENT.c.id)
        )
        if list is not None:
            query = query.where(EVENT.c.list.in_((list_of(list), "")))
        with self._named(), self._engine.connect() as connection:
            return [_event(row) for row in connection.execute(query).mappings()]

    def standing(self, address: str, *, today: date, list: str = "") -> Standing | None:  # noqa: A002
        """Tell how it stands with an address in a list; None where the ledger has nothing of it up to that day.

        What is suppressed for all lists is so in each.
        """
        found: dict[str, Standing] = {}
        for name, group in groupby(self.events(address, list=list), key=lambda event: event.list):
            events = [*group]
            if _known(events, today):
                found[name] = derive(events, self.policy, today)
        everywhere = found.get("")
        return everywhere if everywhere and everywhere.state == "suppressed" else found.get(list_of(list))

    def standings(self, *, today: date, list: str | None = None) -> Iterator[Standing]:  # noqa: A002
        """Tell how it stands with every address that has more than deliveries and blocks, by list and address.

        Of one list: with those, too, for which something holds in all lists (`Event.list` is empty).
        """
        for events in self._groups(list):
            if any(event.what in _COUNTED for event in events) and _known(events, today):
                yield derive(events, self.policy, today)

    def lists(self) -> list[str]:
        """Name the lists that the ledger knows, in alphabetical order; the empty name stands for all."""
        with self._named(), self._engine.connect() as connection:
            return [name for (name,) in connection.execute(select(EVENT.c.list).distinct().order_by(EVENT.c.list))]

    def keep_policy(self, policy: Policy) -> None:
        """Make a policy that of all who ask this ledger from now on."""
        row = {"name": "policy", "value": msgspec.json.encode(policy).decode()}
        with self._named(), self._writing() as connection:
            insert = _INSERT[connection.dialect.name](SETTING)
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": row["value"]}), row)
        self.policy = policy

    def _kept_policy(self) -> Policy:
        """Give the policy of the ledger."""
        with self._engine.connect() as connection:
            value = connection.execute(select(SETTING.c.value).where(SETTING.c.name == "policy")).scalar()
        try:
            return msgspec.json.decode(value, type=Policy) if value else PRESETS["list"]
        except msgspec.ValidationError as error:
            raise LedgerError(
                self.where, f"its policy cannot be used ({error}); set it with `mailkit ledger policy`"
            ) from None

    def forget(self, address: str) -> int:
        """Erase all that is known of an address, in all lists; give how many events went.

        Evidence of other addresses that names it, too, is emptied: mail of theirs may have been forwarded to it.
        """
        key = _kept(key_of(address))
        named = [*self._naming(key)]
        with self._named(), self._writing() as connection:
            gone = connection.execute(delete(EVENT).where(EVENT.c.address == key))
            count = gone.rowcount if isinstance(gone, CursorResult) else 0
            for start in range(0, len(named), _MOST_NAMED):
                some = EVENT.c.id.in_(named[start : start + _MOST_NAMED])
                connection.execute(update(EVENT).where(some).values(detail="", message="", reason=""))
        if self._engine.dialect.name == "sqlite":
            self._empty_log()
        return count

    def _naming(self, key: str) -> Iterator[str]:
        """Give the ids of events of others that name an address, as it is written or in a return path."""
        user, _, host = key.rpartition("@")
        if not (user and host):
            return  # else half an address would be found in everybody's evidence
        names_it = re.compile(
            "|".join(map(_written, (f"{user}{at}{host}" for at in ("@", "=", "==a==", "**")))), re.IGNORECASE
        )
        texts = (EVENT.c.detail, EVENT.c.message, EVENT.c.reason)
        query = select(EVENT.c.id, *texts).where(EVENT.c.address != key)
        if host.isascii():
            query = query.where(or_(*(func.lower(text).contains(host, autoescape=True) for text in texts)))
        with self._named(), self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                if any(names_it.search(text) for text in row[1:]):
                    yield row[0]

    def _empty_log(self) -> None:
        """Let nothing that was erased stay in the write-ahead log of SQLite."""
        end = monotonic() + LOCK_SECONDS
        while True:
            with self._named(), self._engine.connect() as connection:
                is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
            if not is_busy:
                return
            if monotonic() > end:
                raise LedgerError(self.where, STILL_READ)
            sleep(0.1)

    def prune(self, *, before: date, today: date) -> int:
        """Erase what is older than a day and decides nothing any more; give how many events went.

        Where a suppression, a probe or points rest on old events, those of that address stay: a decision keeps its
        reasons.
        """
        limit = int(datetime.combine(before, time(), UTC).timestamp())
        gone: set[str] = set()
        for events in self._groups(None):
            old = [event.id for event in events if event.at < limit]
            kept = [event for event in events if event.at >= limit]
            if old and self._decided(events, today) == self._decided(kept, today):
                gone.update(old)
        waiting = iter(sorted(gone))
        while batch := [*islice(waiting, _MOST_NAMED)]:
            with self._named(), self._writing() as connection:
                connection.execute(delete(EVENT).where(EVENT.c.id.in_(batch)))
        return len(gone)

    def _decided(self, events: Sequence[Event], today: date) -> tuple[object, ...]:
        """Give of a standing what a driver acts on."""
        if not _known(events, today):
            return ("active", 0.0, None, None, None)
        found = derive(events, self.policy, today)
        state = "active" if found.state == "released" else found.state
        since = None if state == "active" else found.since
        return state, found.score, since, found.until, found.due

    def _groups(self, name: str | None) -> Iterator[list[Event]]:
        """Give the events of each address of each list, without their evidence."""
        query = select(*_LIGHT).order_by(EVENT.c.list, EVENT.c.address, EVENT.c.at)
        if name is not None:
            query = query.where(EVENT.c.list.in_((list_of(name), "")))
        with self._named(), self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=BATCH).execute(query).mappings()
            for _, group in groupby(map(_event, rows), key=lambda event: (event.list, event.address)):
                yield [*group]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that writes; commit where nothing goes wrong."""
        with self._engine.connect().execution_options(mailkit_writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say of every fault of the database which one it is."""
        try:
            yield
        except ImportError as error:
            raise LedgerError(self.where, f"{error}: pip install 'mailkit-bounce[ledger]'") from error
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise LedgerError(self.where, reason) from error


def _written(form: str) -> str:
    """Give the pattern of an address, or of one in a return path, as a text or JSON has it, and of no longer one."""
    before = r"[\w.+\-]" if "@" in form else r"[\w.]"
    quoted = msgspec.json.encode(form).decode()[1:-1]
    return rf"(?<!{before})(?:{re.escape(form)}|{re.escape(quoted)})(?![\w\-]|\.\w)"


def _place(url: str) -> URL:
    """Read a URL; what has no scheme is a path of SQLite."""
    text = re.sub(r"\Apostgres(?:ql)?://", "postgresql+psycopg://", url) if "://" in url else f"sqlite:///{url}"
    shown = re.sub(r"(//[^/@:]*):[^@]*(?=@)", r"\1:***", url)
    try:
        place = make_url(text)
        place.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        raise LedgerError(
            shown, "it is no URL of a database; give a path, or postgresql+psycopg://USER@HOST/NAME"
        ) from None
    if place.get_backend_name() not in _INSERT:
        raise LedgerError(shown, f"{place.get_backend_name()} is not supported; give SQLite or PostgreSQL")
    return place


def _is_there(place: URL) -> bool:
    """Say whether a path of SQLite is there; what is no plain path is left to SQLite."""
    name = place.database or ""
    return not name or name.startswith((":", "file:")) or Path(name).exists()


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - of the driver
    """Set up a connection to SQLite: readers beside one writer, nothing committed is lost, nothing erased stays."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes takes the lock at once, for it could not be had later without a fault."""
    writes = connection.get_execution_options().get("mailkit_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _row(event: Event) -> dict[str, str | int]:
    """Give the row of an event: address and list in lower case."""
    event = msgspec.structs.replace(event, address=key_of(event.address), list=list_of(event.list))
    return {
        name: _kept(value) if isinstance(value, str) else value for name, value in msgspec.structs.asdict(event).items()
    }


def _kept(text: str) -> str:
    """Replace what no database keeps: NUL, and halves of surrogate pairs."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _event(row: Any) -> Event:  # noqa: ANN401 - of SQLAlchemy
    return Event(**{name: row[name] for name in _FIELDS if name in row})


def _known(events: Sequence[Event], today: date) -> bool:
    return any(day_of(event.at) <= today for event in events)
