"""The ledger where pages only read it: to look at a warehouse makes no ledger, and upgrades none.

Owns what is said of one that cannot be read as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from flows.ledger.database import in_one_line, open_database
from flows.ledger.ledger import Ledger
from flows.ledger.tables import HEAD
from flows.settings import Settings
from nianbao import NianbaoError

_REMEDY = "one of an earlier version: run `nianbao status`"


class UnreadableLedger(NianbaoError):
    """There is a ledger, but it cannot be read as it is; the message gives the reason and the remedy."""


@contextmanager
def known_ledger(settings: Settings) -> Iterator[Ledger | None]:
    """Open the ledger; None if there is none. Raise UnreadableLedger."""
    url = make_url(settings.database)
    if _is_file(url) and not (url.database and Path(url.database).is_file()):
        yield None
        return
    try:
        _refuse_another_version(url)
        with Ledger(settings.database) as ledger:
            yield ledger
    except DBAPIError as error:
        raise UnreadableLedger(f"the ledger cannot be read: {in_one_line(error)}; {_REMEDY}") from error


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _refuse_another_version(url: URL) -> None:
    """Refuse a ledger that opening it would upgrade."""
    engine = _reading(url) if _is_file(url) else open_database(url.render_as_string(hide_password=False))
    try:
        with engine.execution_options(reads=True).connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM ledger_revision"))
    finally:
        engine.dispose()
    if revision != HEAD:
        raise UnreadableLedger(f"the ledger cannot be read: it has the revision {revision}, not {HEAD}; {_REMEDY}")


def _reading(url: URL) -> Engine:
    """Return an engine that cannot write to the file."""
    file = f"{Path(url.database or '').resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(file, uri=True), poolclass=NullPool)
