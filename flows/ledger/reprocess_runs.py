"""Runs that read the archive again, with the result of each batch, so that a later start resumes one.

Owns their tables. What a result holds is for its reader to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from flows.ledger.database import insertion
from flows.ledger.tables import reprocess_batches, reprocess_runs


@dataclass(frozen=True, slots=True)
class ReprocessRun:
    """A run that was begun, and how many of its batches are done."""

    run_id: str
    began: datetime
    done: int


@dataclass(frozen=True, slots=True)
class SavedBatch:
    """The documents of a batch that has a result, with its key."""

    batch: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SavedResult:
    """The result of a batch, in JSON's types. `done`: everything that follows from it was done."""

    result: dict[str, Any]
    done: bool


class ReprocessRuns:
    """The runs and their batches."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def unfinished(self, selection: dict[str, Any]) -> ReprocessRun | None:
        """Return the latest unfinished run of this selection, in JSON's types; None if there is none."""
        unfinished = select(reprocess_runs).where(reprocess_runs.c.finished.is_(None))
        with self._reads.begin() as connection:
            rows = connection.execute(unfinished.order_by(reprocess_runs.c.began.desc()))
            run = next((row for row in rows if row.selection == selection), None)
            if run is None:
                return None
            done = (reprocess_batches.c.run_id == run.run_id) & reprocess_batches.c.done
            count = connection.scalar(select(func.count()).select_from(reprocess_batches).where(done))
        return ReprocessRun(run.run_id, run.began, count or 0)

    def begin(self, run_id: str, selection: dict[str, Any]) -> None:
        """Record that a run begins. Delete finished runs, and those of another `parser_version`.

        A run of single documents leaves unfinished runs alone.
        """
        row = {"run_id": run_id, "selection": selection, "began": datetime.now(UTC)}
        parser = selection.get("parser_version")
        with self._engine.begin() as connection:
            runs = connection.execute(select(reprocess_runs)).all()
            past = [
                run.run_id
                for run in runs
                if run.finished or (not selection.get("documents") and run.selection.get("parser_version") != parser)
            ]
            _delete(connection, past)
            connection.execute(insert(reprocess_runs), row)

    def finish(self, run_id: str) -> None:
        """Record that a run is finished. If its selection says `publish`, delete all other runs: they are outdated.

        One of single documents outdates none of them: what they have done is still done.
        """
        own = reprocess_runs.c.run_id == run_id
        with self._engine.begin() as connection:
            connection.execute(update(reprocess_runs).where(own).values(finished=datetime.now(UTC)))
            selection = connection.scalar(select(reprocess_runs.c.selection).where(own)) or {}
            if selection.get("publish") and not selection.get("documents"):
                _delete(connection, connection.scalars(select(reprocess_runs.c.run_id).where(~own)).all())

    def save_batch(
        self, run_id: str, batch: str, portal: str, urls: Sequence[str], result: dict[str, Any], *, done: bool
    ) -> None:
        """Save the result of a batch of a portal's documents, in place of an earlier one."""
        row = {
            "run_id": run_id,
            "batch": batch,
            "portal": portal,
            "urls": [*urls],
            "saved": datetime.now(UTC),
            "done": done,
            "result": result,
        }
        with self._engine.begin() as connection:
            made = insertion(connection, reprocess_batches)
            values = {"done": made.excluded.done, "result": made.excluded.result}
            connection.execute(made.on_conflict_do_update(index_elements=["run_id", "batch"], set_=values), row)

    def batch(self, run_id: str, batch: str) -> SavedResult | None:
        """Return the result of a batch; None if it was not read."""
        own = (reprocess_batches.c.run_id == run_id) & (reprocess_batches.c.batch == batch)
        query = select(reprocess_batches.c.result, reprocess_batches.c.done).where(own)
        with self._reads.begin() as connection:
            row = connection.execute(query).first()
        return SavedResult(row.result, row.done) if row else None

    def batches(self, run_id: str, portal: str) -> list[SavedBatch]:
        """Return the batches of a portal that have a result in a run, in the order in which they were read."""
        own = (reprocess_batches.c.run_id == run_id) & (reprocess_batches.c.portal == portal)
        query = select(reprocess_batches.c.batch, reprocess_batches.c.urls).where(own)
        with self._reads.begin() as connection:
            rows = connection.execute(query.order_by(reprocess_batches.c.saved))
            return [SavedBatch(row.batch, tuple(row.urls)) for row in rows]

    def delete_batch(self, run_id: str, batch: str) -> None:
        """Delete the result of a batch."""
        own = (reprocess_batches.c.run_id == run_id) & (reprocess_batches.c.batch == batch)
        with self._engine.begin() as connection:
            connection.execute(delete(reprocess_batches).where(own))

    def results(self, run_id: str) -> Iterator[dict[str, Any]]:
        """Yield the result of each batch of a run, in the order in which they were read, holding one at a time."""
        own = select(reprocess_batches.c.batch).where(reprocess_batches.c.run_id == run_id)
        with self._reads.begin() as connection:
            batches = list(connection.scalars(own.order_by(reprocess_batches.c.saved)))
        for batch in batches:
            saved = self.batch(run_id, batch)
            if saved:
                yield saved.result


def _delete(connection: Connection, run_ids: Sequence[str]) -> None:
    """Delete runs with their batches; they are few."""
    for table in (reprocess_batches, reprocess_runs):
        connection.execute(delete(table).where(table.c.run_id.in_(run_ids)))
