"""The sign of life of runs: a moment in the ledger, entered again and again while the process that began them lives.

Owns the thread that enters it. So any machine can tell a run that goes on from one that was killed.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError

from flows.ledger.tables import runs

EVERY = timedelta(seconds=20)
"""How often a sign is given."""
SILENCE = timedelta(minutes=2)
"""How long after its last sign a run is held to be dead: clocks of machines may differ by a minute."""
_log = logging.getLogger(__name__)


class Heartbeat:
    """Signs of life of the runs that this process has begun and not ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._alive: set[str] = set()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, run_id: str) -> None:
        """Give signs of a run from now on."""
        self._alive.add(run_id)
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)
            self._thread.start()

    def end(self, run_id: str) -> None:
        """Give no more signs of a run."""
        self._alive.discard(run_id)

    def stop(self) -> None:
        """Give no more signs; runs that were not ended broke off, and that is entered as their end."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._enter(finished=datetime.now(UTC))

    def _beat(self) -> None:
        while not self._stopped.wait(EVERY.total_seconds()):
            self._enter(last_seen=datetime.now(UTC))

    def _enter(self, **values: datetime) -> None:
        """A database that is away may be back for the next sign."""
        if not self._alive:
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(update(runs).where(runs.c.run_id.in_([*self._alive])).values(**values))
        except SQLAlchemyError as error:
            _log.warning("the sign of life of a run could not be entered: %s", error)
