"""Runs that read the archive again, with what each found batch by batch, so that a later start goes on with one.

Owns their tables in the ledger's database. Must not read documents: what a batch found is its reader's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, delete, func, insert, select, update

from flows.ledger.database import create_tables, insertion, open_database
from flows.ledger.run_lock import hold_run_lock
from flows.ledger.tables import metadata, reread_batches, rereadings

_CLAIM = "reprocess"


@dataclass(frozen=True, slots=True)
class ReprocessRun:
    """A run that was begun, and how many of its batches are done."""

    run_id: str
    began: datetime
    done: int


@dataclass(frozen=True, slots=True)
class SavedBatch:
    """The documents of a batch that has found something, under its key."""

    batch: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchNotes:
    """What a batch found, in JSON's types; `done` tells whether all that was to be done about it is."""

    found: dict[str, Any]
    done: bool


class ReprocessRuns:
    """A context manager over the runs in the database at `url`, whose tables are made where they are missing."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)
        self._reads = self._engine.execution_options(reads=True)
        create_tables(self._engine, metadata)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Let no other process read again while the block lasts. Raises Claimed where one does."""
        with hold_run_lock(self._engine, _CLAIM):
            yield

    def unfinished(self, asked: dict[str, Any]) -> ReprocessRun | None:
        """The run of this wish, in JSON's types, that was begun last and not finished."""
        own = select(rereadings).where(rereadings.c.finished.is_(None)).order_by(rereadings.c.began.desc())
        with self._reads.begin() as connection:
            row = next((row for row in connection.execute(own) if row.asked == asked), None)
            if row is None:
                return None
            done = (reread_batches.c.run_id == row.run_id) & reread_batches.c.done
            count = connection.scalar(select(func.count()).select_from(reread_batches).where(done))
        return ReprocessRun(row.run_id, row.began, count or 0)

    def begin(self, run_id: str, asked: dict[str, Any]) -> None:
        """Enter that a run begins; what finished ones found, and those of another `parser_version`, is dropped."""
        row = {"run_id": run_id, "asked": asked, "began": datetime.now(UTC)}
        parser = asked.get("parser_version")
        with self._engine.begin() as connection:
            known = connection.execute(select(rereadings)).all()
            past = [one.run_id for one in known if one.finished or one.asked.get("parser_version") != parser]
            _drop(connection, past)
            connection.execute(insert(rereadings), row)

    def finish(self, run_id: str) -> None:
        """Enter that a run is finished; after one that was asked to `publish`, what all others found is dropped."""
        own = rereadings.c.run_id == run_id
        with self._engine.begin() as connection:
            connection.execute(update(rereadings).where(own).values(finished=datetime.now(UTC)))
            asked = connection.scalar(select(rereadings.c.asked).where(own)) or {}
            if asked.get("publish"):
                _drop(connection, connection.scalars(select(rereadings.c.run_id).where(~own)).all())

    def save_batch(
        self, run_id: str, batch: str, portal: str, urls: Sequence[str], found: dict[str, Any], *, done: bool
    ) -> None:
        """Enter what a batch of documents of a portal found, in place of what it had."""
        row = {
            "run_id": run_id,
            "batch": batch,
            "portal": portal,
            "urls": [*urls],
            "noted": datetime.now(UTC),
            "done": done,
            "found": found,
        }
        with self._engine.begin() as connection:
            made = insertion(connection, reread_batches)
            said = {"done": made.excluded.done, "found": made.excluded.found}
            connection.execute(made.on_conflict_do_update(index_elements=["run_id", "batch"], set_=said), row)

    def batch(self, run_id: str, batch: str) -> BatchNotes | None:
        """What a batch found; None where it has not been read."""
        own = (reread_batches.c.run_id == run_id) & (reread_batches.c.batch == batch)
        with self._reads.begin() as connection:
            row = connection.execute(select(reread_batches.c.found, reread_batches.c.done).where(own)).first()
        return BatchNotes(row.found, row.done) if row else None

    def batches(self, run_id: str, portal: str) -> list[SavedBatch]:
        """The batches of a portal that found something in a run, in the order of their reading."""
        own = (reread_batches.c.run_id == run_id) & (reread_batches.c.portal == portal)
        query = select(reread_batches.c.batch, reread_batches.c.urls).where(own).order_by(reread_batches.c.noted)
        with self._reads.begin() as connection:
            return [SavedBatch(row.batch, tuple(row.urls)) for row in connection.execute(query)]

    def delete_batch(self, run_id: str, batch: str) -> None:
        """Drop what a batch found."""
        own = (reread_batches.c.run_id == run_id) & (reread_batches.c.batch == batch)
        with self._engine.begin() as connection:
            connection.execute(delete(reread_batches).where(own))

    def found(self, run_id: str) -> Iterator[dict[str, Any]]:
        """What each batch of a run found, in the order of their reading, one after the other."""
        own = select(reread_batches.c.batch).where(reread_batches.c.run_id == run_id)
        with self._reads.begin() as connection:
            batches = list(connection.scalars(own.order_by(reread_batches.c.noted)))
        for batch in batches:
            noted = self.batch(run_id, batch)
            if noted:
                yield noted.found


def _drop(connection: Connection, run_ids: Sequence[str]) -> None:
    """Drop runs with what they found; they are few."""
    for table in (reread_batches, rereadings):
        connection.execute(delete(table).where(table.c.run_id.in_(run_ids)))
