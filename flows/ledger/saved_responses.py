"""The answers that servers gave while a plan goes on, so that no start of it asks for the same again.

Owns their lines in the ledger's database; the bodies are the archive's. Must not ask, nor decide what a plan is.
"""

from __future__ import annotations

from sqlalchemy import Engine, delete, select

from extractors.archive.archive import Archive, DamagedCapture
from extractors.web.response import Response
from flows.ledger.database import upsert
from flows.ledger.tables import answers


class SavedResponses:
    """The answers to the requests of the plan `plan_id`; safe for threads, processes and machines."""

    def __init__(self, engine: Engine, archive: Archive, plan_id: str) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._archive = archive
        self._plan_id = plan_id

    def put(self, key: str, response: Response) -> None:
        """Keep what came of the request with this key, its body in the archive; where no server answered, nothing."""
        if response.status is None:
            return
        row = {
            "plan_id": self._plan_id,
            "key": key,
            "url": response.url,
            "final_url": response.final_url,
            "status": response.status,
            "outcome": response.outcome,
            "headers": response.headers,
            "sha256": self._archive.put(response.body)[0] if response.body else None,
            "fetched_at": response.fetched_at,
            "reason": response.reason,
        }
        with self._engine.begin() as connection:
            upsert(connection, answers, row)

    def get(self, key: str) -> Response | None:
        """What came of the request with this key; None where nothing did, or the archive has lost its body."""
        own = (answers.c.plan_id == self._plan_id) & (answers.c.key == key)
        with self._reads.begin() as connection:
            row = connection.execute(select(answers).where(own)).mappings().first()
        if row is None:
            return None
        try:
            body = self._archive.get(row["sha256"]) if row["sha256"] else b""
        except DamagedCapture:
            return None
        told = {
            name: row[name] for name in ("url", "final_url", "status", "outcome", "headers", "fetched_at", "reason")
        }
        return Response(**told, body=body)


def delete_responses(engine: Engine, plan_id: str) -> None:
    """Drop the answers of a plan that is finished: its next one asks anew."""
    with engine.begin() as connection:
        connection.execute(delete(answers).where(answers.c.plan_id == plan_id))
