"""The files in which a warehouse records what each run wrote."""

from __future__ import annotations

import re

from warehouse.paths import RUNS_FOLDER
from warehouse.publish.run_log import RunFile, merge
from warehouse.storage.store import Store


def read_run(store: Store, run_id: str) -> RunFile | None:
    """Return what a run wrote, as far as it is recorded; None if nothing is."""
    found = [path for path in store.names(RUNS_FOLDER) if path.startswith(f"{RUNS_FOLDER}/{run_id}.")]
    written = [data for path in found if (data := store.read(path)) is not None]
    return merge([RunFile.model_validate_json(data) for data in written]) if written else None


def all_paths(store: Store) -> list[str]:
    """Return the paths of all files, in order; those of one run as one path, without their numbers."""
    return sorted({re.sub(rf"^({RUNS_FOLDER}/.+)\.\d+\.json$", r"\1.json", path) for path in store.names("")})
