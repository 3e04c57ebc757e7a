"""What the pages of one running explorer share: its settings, the warehouse and the index, and what visitors may do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from flows.explorer.ask.askers import Askers
from flows.explorer.evidence.evidence import Evidence
from flows.explorer.index.index import Index
from flows.explorer.review.runner import Runner
from flows.settings import Settings
from flows.workers.pool import Readers
from warehouse.query.partition_scan import Progress
from warehouse.query.query import filled_tables
from warehouse.storage.store import ReleaseStore, open_store


@dataclass(frozen=True, slots=True)
class Explorer:
    """One explorer. `form_token` is part of every form of its pages, so that no other site can send one."""

    settings: Settings
    warehouse: ReleaseStore
    index: Index
    evidence: Evidence
    read_only: bool
    askers: Askers
    pages: frozenset[str] | None = None
    """The addresses within a language that there are besides the overview; None at a server, which has all."""
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    runner: Runner = field(default_factory=Runner)


@contextmanager
def open_explorer(settings: Settings, read_only: bool, progress: Progress | None = None) -> Iterator[Explorer]:
    """Open the warehouse and its index. Raise QueryError if there is no table."""
    warehouse = open_store(settings.warehouse)
    filled_tables(warehouse)
    index = Index(warehouse, settings.data_root, progress)
    try:
        with Readers(settings.limits) as readers, closing(Askers()) as askers:
            yield Explorer(settings, warehouse, index, Evidence(settings, readers), read_only, askers)
    finally:
        index.close()


def explorer_of(request: Request) -> Explorer:
    """Return the explorer that answers a request."""
    explorer: Explorer = request.app.state.explorer
    return explorer


Shared = Annotated[Explorer, Depends(explorer_of)]
"""A parameter of a page's function that is the explorer."""
