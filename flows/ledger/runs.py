"""Every run of a flow: when it began and ended, its counts and alarms, and whether it is still alive.

Owns the queries of that table.
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
    """The runs, and the heartbeat of those that this process began."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._heartbeat = Heartbeat(engine)

    def stop(self) -> None:
        """Stop the heartbeat. Runs that were not ended crashed."""
        self._heartbeat.stop()

    def begin(self, flow: str) -> str:
        """Record that a run of `flow` begins, and keep its heartbeat until it ends. Return its id."""
        run_id, now = uuid.uuid4().hex, datetime.now(UTC)
        with self._engine.begin() as connection:
            connection.execute(insert(runs).values(run_id=run_id, flow=flow, started=now, last_seen=now))
        self._heartbeat.begin(run_id)
        return run_id

    def resume(self, run_id: str) -> None:
        """Record that an interrupted run resumes, and keep its heartbeat until it ends."""
        with self._engine.begin() as connection:
            own = update(runs).where(runs.c.run_id == run_id)
            connection.execute(own.values(finished=None, last_seen=datetime.now(UTC)))
        self._heartbeat.begin(run_id)

    def end(self, run_id: str, counts: Mapping[str, int], alarms: Iterable[Mapping[str, str]] = ()) -> None:
        """Record the end of a run, its counts and its alarms. Raise KeyError if it never began."""
        values = {"finished": datetime.now(UTC), "counts": dict(counts), "alarms": [dict(alarm) for alarm in alarms]}
        with self._engine.begin() as connection:
            if connection.execute(update(runs).where(runs.c.run_id == run_id).values(values)).rowcount == 0:
                raise KeyError(f"no run {run_id!r} has begun")
        self._heartbeat.end(run_id)

    def last(self, count: int) -> list[RunRecord]:
        """Return the last `count` runs, the latest first."""
        with self._reads.begin() as connection:
            rows = connection.execute(select(runs).order_by(runs.c.started.desc()).limit(count))
            return [_run(row) for row in rows.mappings()]

    def unfinished(self) -> list[RunRecord]:
        """Return the runs without an end, the latest first. They are running, or were killed."""
        with self._reads.begin() as connection:
            rows = connection.execute(select(runs).where(runs.c.finished.is_(None)).order_by(runs.c.started.desc()))
            return [_run(row) for row in rows.mappings()]

    def last_of_each_flow(self) -> list[RunRecord]:
        """Return the last run of each flow that ran to its end, the latest first."""
        ended = select(runs.c.flow, func.max(runs.c.started).label("latest")).where(runs.c.alarms.is_not(None))
        last = ended.group_by(runs.c.flow).subquery()
        same = (runs.c.flow == last.c.flow) & (runs.c.started == last.c.latest)
        with self._reads.begin() as connection:
            rows = connection.execute(select(runs).join(last, same).order_by(runs.c.started.desc()))
            return [_run(row) for row in rows.mappings()]


def _run(row: RowMapping) -> RunRecord:
    """Return a run. An earlier version recorded no heartbeat: the only sign of life is then the beginning."""
    return RunRecord(**{**row, "last_seen": row["last_seen"] or row["started"]})
