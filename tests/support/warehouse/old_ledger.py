"""A ledger that commit 014a183 made, in databases of either kind, and every row of a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, NullPool, create_engine, select

from flows.ledger.migrations.versions.r0001_baseline import BASELINE
from tests.support.paths import REPOSITORY

FIXTURE = (REPOSITORY / "tests" / "flows" / "ledger" / "ledger_014a183.sql").read_text("utf-8")
Rows = dict[str, list[dict[str, Any]]]


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def rows_of(url: str, tables: MetaData) -> Rows:
    """Every row of a database, in an order that both databases agree on."""
    with opened(url) as connection:
        return {
            table.name: sorted((utc({**row}) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in tables.sorted_tables
        }


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Return the rows of the fixture."""
    path = tmp_path_factory.mktemp("014a183") / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIXTURE)
    return rows_of(f"sqlite:///{path}", BASELINE)


@pytest.fixture
def old_url(database_url: str, before: Rows) -> str:
    """Return the URL of a database of either kind as 014a183 left it."""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(FIXTURE)
        return database_url
    with opened(database_url) as connection:
        BASELINE.create_all(connection)
        for table in BASELINE.sorted_tables:
            connection.execute(table.insert(), before[table.name])
    return database_url


def utc(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose moments have a zone, and whose columns are in order."""
    moments = {
        name: value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        for name, value in row.items()
        if isinstance(value, datetime)
    }
    return dict(sorted((row | moments).items()))
