"""A lock whose connection is lost while the work continues."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine

from flows.ledger.run_lock import AlreadyRunning, hold_run_lock


def test_the_work_stands_if_the_connection_that_held_its_lock_is_lost(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    holders = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"
    engine = create_engine(postgres_url, pool_pre_ping=True)
    with (
        hold_run_lock(engine, "work"),
        psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection,
    ):
        assert connection.execute(holders).fetchall() == [(True,)]
        done = "everything"
    assert done == "everything"
    assert "the lock of work was lost" in caplog.text
    caplog.clear()
    with hold_run_lock(engine, "work"), pytest.raises(AlreadyRunning), hold_run_lock(engine, "work"):
        pass
    with hold_run_lock(engine, "work"):
        pass
    assert caplog.text == ""
    engine.dispose()
