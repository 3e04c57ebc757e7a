"""The stores of one data root: archive, ledger, warehouse and quarantine.

Owns where they lie. Must not decide what goes into them; `pipeline` does that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from extractors.archive import Archive
from extractors.ledger import Ledger
from extractors.portal import Portal, PortalError, load_portals
from flows.isolation import Readers
from flows.settings import Settings
from warehouse.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class Workspace:
    """The opened stores; `warehouse` is the folder that `warehouse.write` and `warehouse.query` take."""

    settings: Settings
    archive: Archive
    ledger: Ledger
    warehouse: Path
    quarantine: Quarantine
    readers: Readers


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Opens the stores under `settings.data_root`, which is made where it is missing."""
    root = settings.data_root
    root.mkdir(parents=True, exist_ok=True)
    archive, quarantine = Archive(root / "archive"), Quarantine(root / "quarantine")
    with Ledger(settings.database) as ledger, Readers(settings.limits) as readers:
        yield Workspace(settings, archive, ledger, root / "warehouse", quarantine, readers)


def known_portals(settings: Settings) -> dict[str, Portal]:
    """The shipped portals and those under `<data_root>/portals/`, by id."""
    return load_portals(settings.data_root / "portals")


def choose_portals(settings: Settings, wanted: list[str] | None) -> list[str]:
    """Ids of the portals to crawl. Raises PortalError for an unknown id, and where no portal is known at all."""
    known = known_portals(settings)
    if not known:
        raise PortalError(f"no portal is known: put a portal file under {settings.data_root / 'portals'}")
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise PortalError(f"unknown portal {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return wanted or sorted(known)
