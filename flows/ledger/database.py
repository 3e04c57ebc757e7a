"""One database that many threads and processes write to in turn: the ledger, and the turns at hosts.

Owns how it is opened, whichever kind it is. Must not know what its tables mean.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateColumn

from nianbao import NianbaoError

BUSY_TIMEOUT_MS = 30_000
_FORMS = "give sqlite:///path/to/ledger.sqlite or postgresql+psycopg://user:password@host/database"


class NoDatabase(NianbaoError):
    """The database that NIANBAO_LEDGER_URL names is of no use; the message says why and what helps."""


def open_database(url: str) -> Engine:
    """The engine for the SQLite or PostgreSQL database at `url`, which answers; the folder of a file is made.

    Its connections with the execution option `reads` only read, and wait for no writer. Raises NoDatabase.
    """
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        engine.connect().close()
    except DBAPIError as error:
        raise NoDatabase(f"the ledger at {engine.url!r} does not answer: {error.orig}") from error
    return engine


def _engine(url: str) -> Engine:
    """An engine that has not connected yet; one that finds a connection broken makes another."""
    try:
        backend = make_url(url).get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise NoDatabase(f"the ledger cannot lie in {backend}: {_FORMS}")
        return create_engine(url, pool_pre_ping=backend == "postgresql")
    except ModuleNotFoundError as error:
        remedy = "pip install 'nianbao[postgres]', and begin its URL with postgresql+psycopg://"
        raise NoDatabase(f"PostgreSQL's driver {error.name} is missing: {remedy}") from error
    except ArgumentError as error:
        raise NoDatabase(f"NIANBAO_LEDGER_URL is no URL of a database ({error}): {_FORMS}") from error


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Make the tables and (nullable) columns that are missing, however many processes do so at once.

    What an earlier version has written stays: nobody could tell again when an address was first seen.
    """
    with engine.begin() as connection:
        serialise_on(connection, "tables")
        metadata.create_all(connection)
        there = inspect(connection)
        for table in metadata.sorted_tables:
            known = {column["name"] for column in there.get_columns(table.name)}
            for column in table.columns:
                if column.name not in known:
                    added = CreateColumn(column).compile(dialect=engine.dialect)
                    connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {added}"))


def serialise_on(connection: Connection, name: str) -> None:
    """Let a transaction go on when no other is left that was told the same name, for what it reads and then writes.

    SQLite's transactions come one by one anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def insertion(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that may be told what to do ON CONFLICT; both databases spell that alike, and decide it at once."""
    return _insertion(connection.dialect.name, table)


def upsert(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Insert a row, or replace the one with the same key; `values` holds every column."""
    connection.execute(_replacement(connection.dialect.name, table), values)


@cache  # to build a statement takes five times as long as to run it
def _replacement(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    row = _insertion(dialect, table)
    said = {column.name: row.excluded[column.name] for column in table.c}
    return row.on_conflict_do_update(index_elements=list(table.primary_key), set_=said)


def _insertion(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _prepare_sqlite(engine: Engine) -> None:
    """Make the folder of the file, and let many threads and processes write in turn.

    Transactions begin IMMEDIATE: one that reads first and writes later would otherwise fail at once, without
    waiting, when another wrote in between (https://sqlite.org/isolation.html).
    """

    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    def connected(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    def began(connection: Connection) -> None:
        if not connection.get_execution_options().get("reads"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)
