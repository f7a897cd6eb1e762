"""The tables of a ledger, and the steps from each version of them to the next.

A sequence of steps of our own and no alembic: there are few tables, a user has no models to compare it with, and a
program that a mail server starts for each message must know in one query whether the tables are as it needs them.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table, Text, inspect, select, text

from mailkit.errors import LedgerError

METADATA = MetaData()
EVENT = Table(
    "mailkit_event",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("list", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("mailkit_event_member", "list", "address", "at"),  # in this order standings are derived
    Index("mailkit_event_address", "address"),
    sqlite_with_rowid=True,
)
SETTING = Table(
    "mailkit_setting", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)
"""One row: the policy of the site, as JSON."""
VERSIONS = Table("mailkit_schema", METADATA, Column("version", Integer, primary_key=True))
_LOCK = 0x6D61_696C_6B69_74
"""PostgreSQL: the advisory lock under which tables are made, once for all who start at the same time."""


def _first(connection: Connection) -> None:
    """Make the tables of version 1."""
    EVENT.create(connection, checkfirst=True)
    SETTING.create(connection, checkfirst=True)


STEPS: tuple[Callable[[Connection], None], ...] = (_first,)
"""The step from version 0 to 1, from 1 to 2, and so on; a step that was published is never changed."""


def version_of(connection: Connection) -> int:
    """Give the version of the tables; 0 where there are none."""
    if not inspect(connection).has_table(VERSIONS.name):
        return 0
    return connection.execute(select(VERSIONS.c.version)).scalar() or 0


def migrate(connection: Connection, where: str) -> None:
    """Bring the tables to the newest version, inside the transaction of the caller.

    Raises LedgerError for tables of a version that this program does not know.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    version = version_of(connection)
    if version > len(STEPS):
        raise LedgerError(where, f"its tables are of version {version}, newer than this mailkit: upgrade mailkit")
    if version == len(STEPS):
        return
    VERSIONS.create(connection, checkfirst=True)
    for step in STEPS[version:]:
        step(connection)
    connection.execute(VERSIONS.delete())
    connection.execute(VERSIONS.insert(), {"version": len(STEPS)})
