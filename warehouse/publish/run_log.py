"""What each run changed: `_runs/<run_id>.json` names every file touched, with its rows before and after.

Owns these files, and the intents `_manifest/open/` from which they come: one is written before files are put in
place, and `manifest.fold` enters it in its run's file afterwards. Must not know what the rows mean.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from pydantic import AwareDatetime, BaseModel, ConfigDict

from warehouse.paths import INTENTS_FOLDER, RUNS_FOLDER, Partition
from warehouse.storage.store import Store


@dataclass(frozen=True, slots=True)
class Run:
    """Whoever publishes: the name of the run, fit to be a file's name, and the version of its parser."""

    run_id: str
    parser_version: str


UNATTRIBUTED = Run("no-run", "")
"""Stands for writers that belong to no run of a flow."""


class Touched(BaseModel):
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
    """What a run touched from its first to its last writing; also the form of an intent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: str
    parser_version: str
    began: AwareDatetime
    ended: AwareDatetime
    touched: tuple[Touched, ...]


def announce(store: Store, run: Run, touched: Sequence[Touched]) -> None:
    """Write the intent to touch files, durably, before any of them is. Only under the locks of their partitions."""
    now = datetime.now(UTC)
    intent = RunFile(run_id=run.run_id, parser_version=run.parser_version, began=now, ended=now, touched=tuple(touched))
    name = f"{touched[0].partition.lock}.{time.time_ns()}.json"
    store.write(f"{INTENTS_FOLDER}/{name}", intent.model_dump_json().encode())


def intents(store: Store) -> dict[str, RunFile]:
    """Path → each intent that is not entered in the file of its run yet, in the order in which they were written."""
    found = {}
    for path in sorted(store.names(INTENTS_FOLDER), key=lambda path: path.split(".")[1:2]):
        if not _name(path).startswith(".") and (data := store.read(path)) is not None:
            found[path] = RunFile.model_validate_json(data)
    return found


def discard_half_intents(store: Store, paths: Iterable[str]) -> None:
    """Remove what a crash left of intents that were not whole yet; nothing had been touched."""
    for path in paths:
        if _name(path).startswith("."):
            whole = _name(path)[1:].rpartition(".")[0]
            with store.lock(whole.partition(".")[0]):
                store.remove_partial(f"{INTENTS_FOLDER}/{whole}")


def record(store: Store, announced: Iterable[RunFile]) -> None:
    """Enter intents in the files of their runs; entering one again changes nothing. Only for the one who folds."""
    for run_id, own in groupby(sorted(announced, key=lambda intent: intent.run_id), key=lambda intent: intent.run_id):
        path = f"{RUNS_FOLDER}/{run_id}.json"
        store.remove_partial(path)
        data = store.read(path)
        former = [RunFile.model_validate_json(data)] if data is not None else []
        store.write(path, _together([*former, *own]).model_dump_json(indent=1).encode() + b"\n")


def read_run(store: Store, run_id: str) -> RunFile | None:
    """What a run touched, as far as it is entered; None where nothing is."""
    data = store.read(f"{RUNS_FOLDER}/{run_id}.json")
    return None if data is None else RunFile.model_validate_json(data)


def _together(files: Sequence[RunFile]) -> RunFile:
    """Each file touched once: its rows before the first writing and after the last."""
    touched: dict[tuple[str, str, int], Touched] = {}
    for one in (one for file in files for one in file.touched):
        key = one.table, one.jurisdiction, one.year
        before = touched[key].rows_before if key in touched else one.rows_before
        touched[key] = one.model_copy(update={"rows_before": before})
    began, ended = min(file.began for file in files), max(file.ended for file in files)
    ordered = tuple(touched[key] for key in sorted(touched))
    return files[-1].model_copy(update={"began": began, "ended": ended, "touched": ordered})


def _name(path: str) -> str:
    return path.rpartition("/")[2]
