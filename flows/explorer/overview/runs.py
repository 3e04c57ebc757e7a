"""The latest runs and their alarms, read from the ledger without making or upgrading one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from flows.ledger.database import in_one_line, open_database
from flows.ledger.records import RunRecord
from flows.ledger.runs import Runs
from flows.settings import Settings
from nianbao import NianbaoError


class UnreadableLedger(NianbaoError):
    """There is a ledger, but it cannot be read as it is; the message gives the reason and the remedy."""


def last_runs(settings: Settings, count: int) -> list[RunRecord]:
    """Return the last runs, the latest first; none where there is no ledger. Raise UnreadableLedger."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        engine = open_database(settings.database)
    elif url.database and Path(url.database).exists():
        file = f"{Path(url.database).resolve().as_uri()}?mode=ro"
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(file, uri=True), poolclass=NullPool)
    else:
        return []
    try:
        return Runs(engine).last(count)
    except DBAPIError as error:
        raise UnreadableLedger(
            f"the ledger cannot be read: {in_one_line(error)}; one of an earlier version: run `nianbao status`"
        ) from error
    finally:
        engine.dispose()
