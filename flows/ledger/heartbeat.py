"""The heartbeat of runs: a moment in the ledger that is renewed while the process that began them lives.

Owns the thread that renews it. By the heartbeat any machine can tell a run that is alive from one that was killed.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError

from flows.ledger.tables import runs

EVERY = timedelta(seconds=20)
"""How often the heartbeat is renewed."""
SILENCE = timedelta(minutes=2)
"""How long after its last heartbeat a run counts as dead: the clocks of machines may differ by a minute."""
_log = logging.getLogger(__name__)


class Heartbeat:
    """The heartbeat of the runs that this process began and did not end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._alive: set[str] = set()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, run_id: str) -> None:
        """Renew the heartbeat of a run from now on."""
        self._alive.add(run_id)
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
            self._thread.start()

    def end(self, run_id: str) -> None:
        """Renew the heartbeat of a run no longer."""
        self._alive.discard(run_id)

    def stop(self) -> None:
        """Stop, and record the end of runs that were not ended: they crashed."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._write(finished=datetime.now(UTC))

    def _beat(self) -> None:
        while not self._stopped.wait(EVERY.total_seconds()):
            self._write(last_seen=datetime.now(UTC))

    def _write(self, **values: datetime) -> None:
        """Write to all runs that are alive. A database that is down may be up for the next heartbeat."""
        if not self._alive:
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(update(runs).where(runs.c.run_id.in_([*self._alive])).values(**values))
        except SQLAlchemyError as error:
            _log.warning("the heartbeat of a run could not be written: %s", error)
