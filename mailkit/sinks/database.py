"""SQLite: one file with the tables message, recipient, hop and part; each part is one transaction.

The journal is the old one, not WAL: the file is whole by itself, lies on any file system, and what a killed process left is
undone by who opens it next. Writers wait for each other.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from mailkit.errors import OutputError, SourceError
from mailkit.report import Report
from mailkit.rows import Row, row_of
from mailkit.sinks.columns import HOP, MESSAGE, RECIPIENT, Column
from mailkit.sinks.files import CURE, closed, damaged, encoded, failure, sync_folder

DATABASE = "answers.sqlite"
WAIT_SECONDS = 120
"""How long a writer waits for the others."""
HELD_BYTES = 8 << 20
"""Rows of a part that are held in memory; more are held in a file without a name."""
WINDOW = 200
"""Messages that are read at once: between them the file is free for writers."""
VERSION = 1
_TYPES = {int: "INTEGER", bool: "INTEGER", float: "REAL"}
_MESSAGE = tuple(column for column in MESSAGE if column.key != "hops")
_CHILDREN = {"recipient": RECIPIENT, "hop": HOP}


def _table(name: str, key: str, columns: Sequence[Column]) -> str:
    """Give the statement that makes a table, whose rows lie in the order of their key."""
    names = key.replace(" INTEGER", "")
    every = ", ".join(f'"{one.name}" {_TYPES.get(one.kind, "TEXT")}' for one in columns)
    return f"CREATE TABLE IF NOT EXISTS {name} ({key}, {every}, PRIMARY KEY ({names})) WITHOUT ROWID"


SCHEMA = (
    "CREATE TABLE IF NOT EXISTS part (number INTEGER PRIMARY KEY, messages INTEGER)",
    _table("message", "part INTEGER, number INTEGER", _MESSAGE),
    *(_table(name, "part INTEGER, message INTEGER, position INTEGER", every) for name, every in _CHILDREN.items()),
    "CREATE INDEX IF NOT EXISTS message_kind ON message (kind)",
    "CREATE INDEX IF NOT EXISTS recipient_address ON recipient (address)",
    "CREATE INDEX IF NOT EXISTS recipient_domain ON recipient (domain)",
    f"PRAGMA user_version = {VERSION}",
)
"""The tables. Numbers of messages and positions count from 1; `message` is the number of the message in its part."""


class DatabasePart:
    """A part that is some rows of a database; they are held until it is committed."""

    def __init__(self, target: Path, number: int) -> None:
        self._target = target
        self._number = number
        self._count = self._bytes = 0
        self._held = tempfile.SpooledTemporaryFile(HELD_BYTES, dir=str(target.parent))  # noqa: SIM115 - until commit or discard

    def write(self, report: Report) -> None:
        """Add an answer."""
        if self._held.closed:
            raise closed(self._target)
        line = encoded(row_of(report)) + b"\n"
        try:
            self._held.write(line)
        except OSError as error:
            self.discard()
            raise failure(self._target, error) from error
        self._count += 1
        self._bytes += len(line)

    def commit(self) -> int:
        """Write the rows in one transaction, in the place of those of the same part; give their bytes as JSON."""
        if self._held.closed:
            raise closed(self._target)
        try:
            with closing(_connect(self._target, "rwc")) as connection:
                connection.execute("BEGIN IMMEDIATE")
                self._fill(connection)
                connection.execute("COMMIT")
            sync_folder(self._target.parent)
        except sqlite3.Error as error:
            undo(self._target)
            raise _failure(self._target, error) from error
        except OSError as error:
            raise failure(self._target, error) from error
        finally:
            self.discard()
        return self._bytes

    def discard(self) -> None:
        """Let go of the rows."""
        with suppress(OSError):
            self._held.close()

    def _fill(self, connection: sqlite3.Connection) -> None:
        _is_made(connection)
        for statement in SCHEMA:
            connection.execute(statement)
        for column in set(_MESSAGE).difference(_there(connection)):
            connection.execute(f'ALTER TABLE message ADD COLUMN "{column.name}" {_TYPES.get(column.kind, "TEXT")}')
        names = f"message (part, number, {', '.join(_quoted(_MESSAGE))})"
        connection.execute("DELETE FROM part WHERE number = ?", (self._number,))
        for table in ("message", *_CHILDREN):
            connection.execute(f"DELETE FROM {table} WHERE part = ?", (self._number,))  # noqa: S608 - our own names
        self._held.seek(0)
        for number, line in enumerate(self._held, 1):
            row = msgspec.json.decode(line)
            _insert(connection, names, [(self._number, number, *_values(row, _MESSAGE))])
            for table, columns in _CHILDREN.items():
                every = enumerate(row[f"{table}s"], 1)
                _insert(
                    connection, table, [(self._number, number, place, *_values(one, columns)) for place, one in every]
                )
        connection.execute("INSERT INTO part VALUES (?, ?)", (self._number, self._count))


def _values(plain: dict[str, object], columns: Sequence[Column]) -> Iterator[object]:
    """Give the values of columns; a list is JSON."""
    for column in columns:
        value = plain[column.key]
        yield msgspec.json.encode(value).decode() if column.kind is tuple else value


def _insert(connection: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own names


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the database; `mode` is rwc where it may be made, else rw: what a killed process left half done is then undone."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", WAIT_SECONDS, isolation_level=None, uri=True
    )
    try:
        connection.execute("PRAGMA synchronous = EXTRA")  # the folder too is synced behind a commit
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_made(connection: sqlite3.Connection) -> bool:
    """Say whether the tables are there. Raises DatabaseError where they are those of another version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in {0, VERSION}:
        message = f"it has the tables of another version of mailkit, {version}"
        raise sqlite3.DatabaseError(message)
    return bool(version)


def _there(connection: sqlite3.Connection) -> tuple[Column, ...]:
    """Give the columns of a message that its table has: one that was made before there was an `id` lacks it."""
    names = {name for _, name, *_ in connection.execute("PRAGMA table_info(message)")}
    return tuple(column for column in _MESSAGE if column.name in names)


def undo(path: Path) -> None:
    """Take away what a writer left that was killed, or found no room.

    SQLite undoes it before it reads; a journal with nothing to undo in it goes with the next one, whatever that writes.
    """
    if path.with_name(f"{path.name}-journal").exists():
        with suppress(sqlite3.Error), closing(_connect(path, "rw")) as connection:  # it is tried again by the next
            connection.execute("BEGIN IMMEDIATE")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("COMMIT")


def _failure(target: Path, error: sqlite3.Error) -> OutputError:
    if "locked" in str(error):
        return OutputError(
            str(target), f"is locked by another program; close that, and run it again with --resume ({error})"
        )
    if isinstance(error, sqlite3.OperationalError):
        return OutputError(str(target), f"cannot be written ({error}); {CURE}")
    return OutputError(str(target), f"is no database of these answers ({error}); name another folder")


def parts_of(path: Path) -> set[int]:
    """Give the numbers of the parts that there are; none where it cannot be read."""
    try:
        with closing(_connect(path, "rw")) as connection:
            return {number for (number,) in connection.execute("SELECT number FROM part")}
    except sqlite3.Error:
        return set()


def read_database(path: Path, parts: Sequence[int] | None = None) -> Iterator[Row]:
    """Give the rows of all parts, or of those that are named, in their order. Raises SourceError where that cannot be."""
    path.stat()  # says it better than SQLite where it is not there
    try:
        with closing(_connect(path, "rw")) as connection:
            of_parts = "SELECT number, messages FROM part ORDER BY number"
            there = dict(connection.execute(of_parts).fetchall() if _is_made(connection) else ())
            columns = _there(connection)
            for part in there if parts is None else parts:
                if part not in there:
                    raise SourceError(
                        str(path), f"lacks part {part}, which the manifest names; run it again with --resume"
                    )
                for first in range(1, there[part] + 1, WINDOW):
                    yield from _window(connection, columns, part, first)
    except (sqlite3.Error, msgspec.MsgspecError) as error:
        raise damaged(path, 0, error) from error


def _window(connection: sqlite3.Connection, message: Sequence[Column], part: int, first: int) -> list[Row]:
    """Give some messages of a part, from one on."""
    where = (part, first, first + WINDOW - 1)
    connection.execute("BEGIN")
    found: dict[str, dict[int, list[dict[str, object]]]] = {}
    for table, columns in _CHILDREN.items():
        rows = connection.execute(_select(table, "message", columns), where)
        groups = groupby(rows, itemgetter(0))
        found[f"{table}s"] = {number: [_plain(row, columns) for row in group] for number, group in groups}
    messages = connection.execute(_select("message", "number", message), where).fetchall()
    connection.execute("COMMIT")
    return [
        msgspec.convert(_plain(row, message) | {key: rows.get(row[0], []) for key, rows in found.items()}, Row)
        for row in messages
    ]


def _select(table: str, number: str, columns: Sequence[Column]) -> str:
    names = ", ".join(_quoted(columns))
    order = number if table == "message" else f"{number}, position"
    return f"SELECT {number}, {names} FROM {table} WHERE part = ? AND {number} BETWEEN ? AND ? ORDER BY {order}"  # noqa: S608


def _quoted(columns: Sequence[Column]) -> list[str]:
    return [f'"{column.name}"' for column in columns]


def _plain(row: tuple[object, ...], columns: Sequence[Column]) -> dict[str, object]:
    """Give a row of a table as the JSON has it."""
    plain = {}
    for column, value in zip(columns, row[1:], strict=True):
        if column.kind is tuple:
            plain[column.key] = msgspec.json.decode(str(value))
        elif column.kind is bool and value is not None:
            plain[column.key] = bool(value)
        else:
            plain[column.key] = value
    return plain
