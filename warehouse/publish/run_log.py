"""What each run changed: `_runs/<run_id>.<number>.json` list every file it wrote, with its rows before and after.

Owns these files, and the intents in `_manifest/open/` from which they are made. An intent is written before files are
put in place; `manifest.compact_manifest` makes a file of a run of all intents that wait, with the number of the last
one: what a run wrote before is not read again.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from warehouse.paths import INTENTS_FOLDER, RUNS_FOLDER, Partition
from warehouse.storage.store import Store


@dataclass(frozen=True, slots=True)
class Run:
    """The run that publishes: its name, which must be usable as a file name, and the version of its parser."""

    run_id: str
    parser_version: str


UNATTRIBUTED = Run("no-run", "")
"""For writers that belong to no run of a flow."""


class TouchedFile(BaseModel):
    """One file that a run wrote."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    jurisdiction: str
    year: int
    rows_before: int
    rows_after: int

    @property
    def partition(self) -> Partition:
        """The partition of the file."""
        return Partition(self.jurisdiction, self.year)


class RunFile(BaseModel):
    """The files that a run wrote, from its first write to its last; an intent has the same form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: str
    parser_version: str
    began: AwareDatetime
    ended: AwareDatetime
    touched: tuple[TouchedFile, ...]


def intent_file(run: Run, touched: Sequence[TouchedFile]) -> tuple[str, bytes]:
    """Return path and bytes of the intent to write files, which is put in place before any of them."""
    now = datetime.now(UTC)
    intent = RunFile(run_id=run.run_id, parser_version=run.parser_version, began=now, ended=now, touched=tuple(touched))
    name = f"{touched[0].partition.lock}.{time.time_ns()}.json"
    return f"{INTENTS_FOLDER}/{name}", intent.model_dump_json().encode()


def intents(store: Store) -> dict[str, RunFile]:
    """Return path → each intent that is not yet in the file of its run, in the order in which they were written."""
    pending = {}
    complete = (path for path in store.names(INTENTS_FOLDER) if not _name(path).startswith("."))
    for path in sorted(complete, key=intent_number):
        if (data := store.read(path)) is not None:
            pending[path] = RunFile.model_validate_json(data)
    return pending


def intent_number(path: str) -> int:
    """Return the number of an intent: the nanoseconds since 1970 in its name.

    >>> intent_number("_manifest/open/CN-371003-2024.1700000000000000000.json")
    1700000000000000000
    """
    return int(path.split(".")[1])


def discard_incomplete_intents(store: Store, paths: Iterable[str]) -> None:
    """Remove intents that a crash left incomplete: no file had been written yet."""
    for path in paths:
        if _name(path).startswith("."):
            complete = _name(path)[1:].rpartition(".")[0]
            with store.lock(complete.partition(".")[0]):
                store.remove_partial(f"{INTENTS_FOLDER}/{complete}")


def record_runs(store: Store, pending: Mapping[str, RunFile]) -> None:
    """Add intents to the files of their runs; adding one again changes nothing. Only under the lock of the manifest."""
    own: defaultdict[str, list[RunFile]] = defaultdict(list)
    for intent in pending.values():
        own[intent.run_id].append(intent)
    last = {intent.run_id: intent_number(path) for path, intent in pending.items()}
    for run_id, written in sorted(own.items()):
        path = f"{RUNS_FOLDER}/{run_id}.{last[run_id]}.json"
        store.remove_partial(path)
        data = store.read(path)  # of a compaction that was killed, and removed some of these intents already
        before = [RunFile.model_validate_json(data)] if data is not None else []
        store.write(path, merge([*before, *written]).model_dump_json(indent=1).encode() + b"\n")


def merge(runs: Sequence[RunFile]) -> RunFile:
    """Merge what one run wrote: each file once, with its rows before the first write and after the last."""
    touched: dict[tuple[str, str, int], TouchedFile] = {}
    for file in (file for run in runs for file in run.touched):
        key = file.table, file.jurisdiction, file.year
        before = touched[key].rows_before if key in touched else file.rows_before
        touched[key] = file.model_copy(update={"rows_before": before})
    began, ended = min(run.began for run in runs), max(run.ended for run in runs)
    ordered = tuple(touched[key] for key in sorted(touched))
    return runs[-1].model_copy(update={"began": began, "ended": ended, "touched": ordered})


def _name(path: str) -> str:
    return path.rpartition("/")[2]
