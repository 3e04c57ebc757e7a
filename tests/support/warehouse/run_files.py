"""The files in which a warehouse records what each run wrote."""

from __future__ import annotations

from warehouse.paths import RUNS_FOLDER
from warehouse.publish.run_log import RunFile
from warehouse.storage.store import Store


def read_run(store: Store, run_id: str) -> RunFile | None:
    """Return what a run wrote, as far as it is recorded; None if nothing is."""
    data = store.read(f"{RUNS_FOLDER}/{run_id}.json")
    return None if data is None else RunFile.model_validate_json(data)
