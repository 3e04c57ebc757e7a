"""What the ledger knows of each run: when it began and ended, what it counted, its alarms, and whether it goes on.

Owns the queries of that table. Must not know what a run does.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, RowMapping, func, insert, select, update

from flows.ledger.heartbeat import Heartbeat
from flows.ledger.records import RunRecord
from flows.ledger.tables import runs


class Runs:
    """The runs in the database behind `engine`; `reads` is the same engine for what only reads."""

    def __init__(self, engine: Engine, reads: Engine) -> None:
        self._engine = engine
        self._reads = reads
        self._pulse = Heartbeat(engine)

    def stop(self) -> None:
        """Give no more signs of life; runs that were not ended broke off."""
        self._pulse.stop()

    def begin(self, flow: str) -> str:
        """Enter that a run of `flow` begins; its id. Until it ends, this process enters signs of its life."""
        run_id, now = uuid.uuid4().hex, datetime.now(UTC)
        with self._engine.begin() as connection:
            connection.execute(insert(runs).values(run_id=run_id, flow=flow, started=now, last_seen=now))
        self._pulse.begin(run_id)
        return run_id

    def resume(self, run_id: str) -> None:
        """Enter that a run which was cut off goes on: until it ends, this process enters signs of its life."""
        with self._engine.begin() as connection:
            own = update(runs).where(runs.c.run_id == run_id)
            connection.execute(own.values(finished=None, last_seen=datetime.now(UTC)))
        self._pulse.begin(run_id)

    def end(self, run_id: str, counts: Mapping[str, int], alarms: Iterable[Mapping[str, str]] = ()) -> None:
        """Enter that a run ended, what it counted and its alarms; raises KeyError for a run that never began."""
        values = {"finished": datetime.now(UTC), "counts": dict(counts), "alarms": [dict(alarm) for alarm in alarms]}
        with self._engine.begin() as connection:
            if connection.execute(update(runs).where(runs.c.run_id == run_id).values(values)).rowcount == 0:
                raise KeyError(f"no run {run_id!r} has begun")
        self._pulse.end(run_id)

    def last(self, count: int) -> list[RunRecord]:
        """The last `count` runs, the latest first."""
        with self._reads.begin() as connection:
            found = connection.execute(select(runs).order_by(runs.c.started.desc()).limit(count))
            return [_run(row) for row in found.mappings()]

    def unfinished(self) -> list[RunRecord]:
        """The runs without an end, the latest first: they go on, or were killed."""
        with self._reads.begin() as connection:
            found = connection.execute(select(runs).where(runs.c.finished.is_(None)).order_by(runs.c.started.desc()))
            return [_run(row) for row in found.mappings()]

    def last_of_each_flow(self) -> list[RunRecord]:
        """The last run of each flow that came to its end, the latest first."""
        ended = select(runs.c.flow, func.max(runs.c.started).label("latest")).where(runs.c.alarms.is_not(None))
        last = ended.group_by(runs.c.flow).subquery()
        same = (runs.c.flow == last.c.flow) & (runs.c.started == last.c.latest)
        with self._reads.begin() as connection:
            found = connection.execute(select(runs).join(last, same).order_by(runs.c.started.desc()))
            return [_run(row) for row in found.mappings()]


def _run(row: RowMapping) -> RunRecord:
    """A run; of one that an earlier version has entered, no sign of life is known but its beginning."""
    return RunRecord(**{**row, "last_seen": row["last_seen"] or row["started"]})
