"""The responses of servers while a plan lasts, so that no start of it asks for the same again.

Owns their rows; the bodies are in the archive.
"""

from __future__ import annotations

from sqlalchemy import Engine, delete, select

from extractors.archive.archive import Archive, DamagedCapture
from extractors.web.response import Response
from flows.ledger.database import replace_rows
from flows.ledger.tables import saved_responses

_FIELDS = ("url", "final_url", "status", "outcome", "headers", "fetched_at", "reason")
"""What a response and its row have in common."""


class SavedResponses:
    """The responses to the requests of one plan; safe for threads, processes and machines."""

    def __init__(self, engine: Engine, archive: Archive, plan_id: str) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._archive = archive
        self._plan_id = plan_id

    def put(self, key: str, response: Response) -> None:
        """Save the response to the request with this key, its body in the archive, unless none came or only a part."""
        if response.status is None or response.received is not None:
            return
        sha256 = self._archive.put(response.body)[0] if response.body else None
        row = {name: getattr(response, name) for name in _FIELDS}
        with self._engine.begin() as connection:
            own = {"plan_id": self._plan_id, "key": key, "sha256": sha256}
            replace_rows(connection, saved_responses, [row | own])

    def get(self, key: str) -> Response | None:
        """Return the response to the request with this key; None if none is saved, or the archive lost its body."""
        own = (saved_responses.c.plan_id == self._plan_id) & (saved_responses.c.key == key)
        with self._reads.begin() as connection:
            row = connection.execute(select(saved_responses).where(own)).mappings().first()
        if row is None:
            return None
        try:
            body = self._archive.get(row["sha256"]) if row["sha256"] else b""
        except DamagedCapture:
            return None
        return Response(**{name: row[name] for name in _FIELDS}, body=body)


def delete_responses(engine: Engine, plan_id: str) -> None:
    """Delete the responses of a finished plan: the next plan asks again."""
    with engine.begin() as connection:
        connection.execute(delete(saved_responses).where(saved_responses.c.plan_id == plan_id))
