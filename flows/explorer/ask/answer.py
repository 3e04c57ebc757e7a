"""One question and its answer, as a process for questions has them.

Owns what a question may cost. Nothing of one question is there for the next: each has a connection of its own, which
reaches no file, network or setting (`warehouse.query.query.connect`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from warehouse.query.query import QueryError, arrow_batches, connect
from warehouse.storage.store import ReleaseStore, open_store

SECONDS = 20.0
"""After which a question is given up."""
MEGABYTES = 512
"""Memory of one question in DuckDB. It has no files to move data to: what needs more is refused."""
THREADS = 2
_LIMITS: dict[str, str | int] = {
    "memory_limit": f"{MEGABYTES}MB",
    "threads": THREADS,
    "temp_directory": "",
    "max_temp_directory_size": "0MB",
    # Their defaults tell the name of the user.
    "secret_directory": "none",
    "extension_directory": "none",
}
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """SQL about a warehouse, and how much of the answer is wanted.

    With `whole`, an answer of more is refused: a download that is cut short would pass for all there is.
    """

    warehouse: str
    sql: str
    rows: int
    megabytes: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer, or the first of them; `more`: there are others."""

    rows: pa.Table
    more: bool


def answer(question: Question) -> Answer:
    """Answer a question. Raise QueryError if the SQL is wrong, or its answer too large."""
    with connect(_store(question.warehouse), settings=_LIMITS) as connection:
        schema, batches = arrow_batches(connection, question.sql)
        return _collect(schema, batches, question)


@cache
def _store(place: str) -> ReleaseStore:
    return open_store(place)


def _collect(schema: pa.Schema, batches: Iterator[pa.RecordBatch], question: Question) -> Answer:
    """Return as many rows as the question wants, and no batch more than that is computed."""
    kept: list[pa.RecordBatch] = []
    rows, room, more = 0, question.megabytes * _MILLION, False
    for batch in batches:
        wanted = batch.slice(0, question.rows - rows)
        fitting = wanted.slice(0, _fitting(wanted, room))
        kept.append(fitting)
        rows, room = rows + len(fitting), room - fitting.nbytes
        if more := len(fitting) < len(batch):
            break
    if more and (question.whole or not rows):
        raise QueryError(
            f"the answer is larger than {question.rows:,} rows or {question.megabytes} MB: ask for less, "
            "or save it with `nianbao query --output`"
        )
    return Answer(pa.Table.from_batches(kept, schema), more)


def _fitting(batch: pa.RecordBatch, room: int) -> int:
    """Return how many rows of a batch, from its beginning, take no more room than there is."""
    if batch.nbytes <= room:
        return len(batch)
    fitting, beyond = 0, len(batch)
    while beyond - fitting > 1:
        middle = (fitting + beyond) // 2
        fitting, beyond = (middle, beyond) if batch.slice(0, middle).nbytes <= room else (fitting, middle)
    return fitting
