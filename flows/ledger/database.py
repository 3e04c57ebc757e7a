"""One database, SQLite or PostgreSQL, that many threads and processes write to in turn.

Owns how it is opened and what the two kinds do differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, Connection, Engine, Row, Select, Table, bindparam, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from nianbao import NianbaoError

BUSY_TIMEOUT_MS = 30_000
WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)
"""Stands in a query for the values that `in_chunks` asks for."""
_AT_ONCE = 500
_FORMS = "use sqlite:///path/to/ledger.sqlite or postgresql+psycopg://user:password@host/database"


class UnusableDatabase(NianbaoError):
    """The database that NIANBAO_LEDGER_URL names cannot be used. The message gives the reason and the remedy."""


def open_database(url: str) -> Engine:
    """Return the engine for the database at `url`. Make the folder of an SQLite file.

    Connections with the execution option `reads` must only read: they wait for no writer. Raise UnusableDatabase if the
    URL is wrong, the driver is missing, or the database does not answer.
    """
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        engine.connect().close()
    except DBAPIError as error:
        raise UnusableDatabase(f"the ledger at {engine.url!r} does not answer: {in_one_line(error)}") from error
    return engine


def _engine(url: str) -> Engine:
    """Return an engine that has not connected yet, and that replaces a broken connection."""
    try:
        backend = make_url(url).get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise UnusableDatabase(f"the ledger cannot be kept in {backend}: {_FORMS}")
        return create_engine(url, pool_pre_ping=backend == "postgresql")
    except ModuleNotFoundError as error:
        remedy = "pip install 'nianbao[postgres]', and start the URL with postgresql+psycopg://"
        raise UnusableDatabase(f"PostgreSQL's driver {error.name} is missing: {remedy}") from error
    except ArgumentError as error:
        raise UnusableDatabase(f"NIANBAO_LEDGER_URL is not the URL of a database ({error}): {_FORMS}") from error


def in_one_line(error: DBAPIError) -> str:
    """Return what the database or its driver reports."""
    return " ".join(str(error.orig).split())


def serialise_on(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds the lock `name`, and hold it until this transaction ends.

    Needed before reading what is then written. SQLite runs writing transactions one at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def insertion(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that takes ON CONFLICT clauses, which both databases spell alike and run atomically."""
    return _insertion(connection.dialect.name, table)


def replace_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of different keys, or replace those with the same keys; each holds every column."""
    if rows:
        connection.execute(_replacement(connection.dialect.name, table), rows)


@cache  # building the statement takes five times as long as running it
def _replacement(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    row = _insertion(dialect, table)
    values = {column.name: row.excluded[column.name] for column in table.c}
    return row.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)


def in_chunks(connection: Connection, query: Select[Any], wanted: Sequence[str]) -> Iterator[Row[Any]]:
    """Yield the rows of a query for any number of values, in place of `WANTED`: databases take so many at once."""
    for start in range(0, len(wanted), _AT_ONCE):
        yield from connection.execute(query, {"wanted": wanted[start : start + _AT_ONCE]})


def _insertion(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _prepare_sqlite(engine: Engine) -> None:
    """Make the folder of the file, and let many threads and processes write in turn.

    Transactions begin IMMEDIATE. One that reads first and writes later would otherwise fail without waiting if another
    wrote in between (https://sqlite.org/isolation.html).
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
