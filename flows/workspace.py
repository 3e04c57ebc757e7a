"""The stores of one data root: archive, ledger, warehouse and quarantine; and the portals that it knows.

Owns where the stores lie and that a process opens them once.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from extractors.archive.archive import Archive
from extractors.archive.quarantine import Quarantine
from extractors.portals.portal import Portal, PortalError, load_portal, load_portals
from flows.decisions.decisions import RootDecisions, read_decisions
from flows.ledger.ledger import Ledger
from flows.settings import Settings
from flows.workers.pool import Readers
from warehouse.storage.store import ReleaseStore, open_store


@dataclass(frozen=True, slots=True)
class Workspace:
    """The opened stores; `warehouse` is what `warehouse.publish.write` and `warehouse.query.query` take."""

    settings: Settings
    archive: Archive
    ledger: Ledger
    warehouse: ReleaseStore
    quarantine: Quarantine
    quarantine_store: ReleaseStore
    readers: Readers
    decisions: RootDecisions


# The tasks of a flow that run in threads of its process share its stores; a task on another machine opens its own.
# As an argument they could not: Prefect sends the arguments of a task to wherever it runs.
_opened: ContextVar[Workspace | None] = ContextVar("workspace", default=None)


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Open the stores under `settings.data_root`, which is made if it is missing.

    Within a block that has opened them, as in a flow's tasks that run in threads of its process, yield the same ones.
    """
    outer = _opened.get()
    if outer is not None and outer.settings == settings:
        yield outer
        return
    with _open_stores(settings) as workspace:
        token = _opened.set(workspace)
        try:
            yield workspace
        finally:
            _opened.reset(token)


@contextmanager
def _open_stores(settings: Settings) -> Iterator[Workspace]:
    prepare_data_root(settings)
    decisions = read_decisions(settings.data_root)
    archive, quarantined = Archive(open_store(settings.archive)), open_store(settings.quarantine)
    quarantine, warehouse = Quarantine(quarantined), open_store(settings.warehouse)
    with Ledger(settings.database, archive.log) as ledger, Readers(settings.limits) as readers:
        yield Workspace(settings, archive, ledger, warehouse, quarantine, quarantined, readers, decisions)


def prepare_data_root(settings: Settings) -> None:
    """Create the data root if it is missing.

    Raises OSError, naming the setting, if it cannot be created, or if something must be created in it and cannot be.
    """
    root = settings.data_root
    try:
        root.mkdir(parents=True, exist_ok=True)
        if _must_be_writable(settings) and not os.access(root, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        remedy = "set NIANBAO_DATA_ROOT to a folder that you may write to"
        raise OSError(f"the data root {root} cannot be written ({error.strerror}): {remedy}") from error


def _must_be_writable(settings: Settings) -> bool:
    """Return whether the data root gets files or folders of its own: the ledger, or a store that has no folder yet."""
    stores = {
        settings.archive: settings.archive_url,
        settings.quarantine: settings.quarantine_url,
        settings.warehouse: settings.warehouse_url,
    }
    return settings.ledger_url is None or any(url is None and not Path(place).is_dir() for place, url in stores.items())


def known_portals(settings: Settings) -> dict[str, Portal]:
    """Return the shipped portals and those under `<data_root>/portals/`, by id."""
    return load_portals(settings.data_root / "portals")


def known_portal(settings: Settings, portal: str) -> Portal:
    """Return the portal that `known_portals` has under an id, without reading the files of all others.

    Raise KeyError if there is none.
    """
    own = settings.data_root / "portals" / f"{portal}.yml"
    return load_portal(own) if own.exists() else known_portals(settings)[portal]


def choose_portals(settings: Settings, wanted: list[str] | None) -> list[str]:
    """Return the ids of the portals to crawl, each once; by default all. Raise PortalError for unknown ids."""
    known = known_portals(settings)
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise PortalError(f"unknown portal {', '.join(unknown)}: `nianbao portal list` prints the known ones")
    return list(dict.fromkeys(wanted or sorted(known)))
