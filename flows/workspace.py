"""The stores of one data root: archive, ledger, warehouse and quarantine.

Owns where they lie. Must not decide what goes into them; `pipeline` does that.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from extractors.archive.archive import Archive
from extractors.portals.portal import Portal, PortalError, load_portals
from flows.ledger.ledger import Ledger
from flows.ledger.rate_limit import SharedRateLimiter
from flows.ledger.records import Address, ListEntry, Verdict
from flows.settings import Settings
from flows.workers.pool import Readers
from warehouse.quarantine import Quarantine
from warehouse.storage.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Workspace:
    """The opened stores; `warehouse` is what `warehouse.publish.write` and `warehouse.query.query` take."""

    settings: Settings
    archive: Archive
    ledger: Ledger
    turns: SharedRateLimiter
    warehouse: Store
    quarantine: Quarantine
    readers: Readers


class LedgerView(Protocol):
    """What reading and publishing ask of the ledger, and what they enter in it."""

    def address(self, url: str) -> Address | None:
        """What is known of `url`."""

    def assigned_jurisdiction(self, url: str) -> str | None:
        """The division that people gave for the document at `url`."""

    def entry(self, url: str) -> ListEntry | None:
        """The annual report that a list names at `url`."""

    def upsert_entry(self, listed: ListEntry) -> None:
        """Enter what came of a list's entry."""

    def verdicts_on(self, url: str) -> list[Verdict]:
        """What became of the reports in the document at `url`."""

    def editions(self, report_id: str) -> list[Verdict]:
        """The documents at every URL that held a report."""

    def record_verdict(self, settled: Verdict) -> None:
        """Enter what became of a report."""

    def supersede(self, settled: Verdict, by: str) -> None:
        """Enter that the document at `by` has taken the place of an edition."""


class Stores(Protocol):
    """What documents are read on and published from: a workspace, or a rehearsal on one."""

    @property
    def archive(self) -> Archive:
        """The evidence."""

    @property
    def ledger(self) -> LedgerView:
        """What is known of each document."""

    @property
    def warehouse(self) -> Store:
        """The tables."""

    @property
    def quarantine(self) -> Quarantine:
        """What nobody could read."""

    @property
    def readers(self) -> Readers:
        """The processes that read."""


# The tasks of a flow that run in threads of its process share its stores; a task on another machine opens its own.
# As an argument they could not: Prefect sends the arguments of a task to wherever it runs.
_opened: ContextVar[Workspace | None] = ContextVar("workspace", default=None)


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Opens the stores under `settings.data_root`, which is made where it is missing.

    Within a block that has opened them, as in the tasks of a flow that run in threads of its process, these are given.
    """
    outer = _opened.get()
    if outer is not None and outer.settings == settings:
        yield outer
        return
    with _open_anew(settings) as workspace:
        token = _opened.set(workspace)
        try:
            yield workspace
        finally:
            _opened.reset(token)


@contextmanager
def _open_anew(settings: Settings) -> Iterator[Workspace]:
    prepare_data_root(settings)
    archive, quarantine = Archive(settings.archive), Quarantine(open_store(settings.quarantine))
    with (
        Ledger(settings.database) as ledger,
        SharedRateLimiter(settings.database) as turns,
        Readers(settings.limits) as readers,
    ):
        yield Workspace(settings, archive, ledger, turns, open_store(settings.warehouse), quarantine, readers)


def prepare_data_root(settings: Settings) -> None:
    """Create the data root if it is missing.

    Raises OSError, naming the setting, if it cannot be created, or holds a store and cannot be written.
    """
    root = settings.data_root
    elsewhere = (settings.archive_url, settings.ledger_url, settings.quarantine_url, settings.warehouse_url)
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not all(elsewhere) and not os.access(root, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        remedy = "set NIANBAO_DATA_ROOT to a folder that you may write to"
        raise OSError(f"the data root {root} cannot be written ({error.strerror}): {remedy}") from error


def known_portals(settings: Settings) -> dict[str, Portal]:
    """The shipped portals and those under `<data_root>/portals/`, by id."""
    return load_portals(settings.data_root / "portals")


def choose_portals(settings: Settings, wanted: list[str] | None) -> list[str]:
    """Ids of the portals to crawl, each once, all known ones by default. Raises PortalError for an unknown id."""
    known = known_portals(settings)
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise PortalError(f"unknown portal {', '.join(unknown)}: `nianbao portal list` prints the known ones")
    return list(dict.fromkeys(wanted or sorted(known)))
