"""The order of steps that keep a data root in order, as one run with alarms for what is damaged.

Owns that order, and what is done about quarantined documents that have been read since. Must not import Prefect:
`maintain` runs these functions as a flow, the command line as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

from extractors.archive.quarantine import QuarantineError, QuarantineRecord
from flows.maintain.verify_archive import verify
from flows.runs.progress import display
from flows.runs.result import Alarm, RunResult
from flows.runs.webhook import send_alarms
from flows.settings import Settings
from flows.steps.retry_quarantine import is_outdated, was_read
from flows.workspace import Workspace, open_workspace
from warehouse.describe.catalog import write_catalog
from warehouse.maintain import MaintenanceStep, remove_leftovers, rewrite_outdated_files, update_manifest
from warehouse.publish.read import DamagedFile
from warehouse.release.release import NothingToRelease, Release, write_release

STAGE = "steps"
"""The stage of the upkeep as a whole."""
_ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done, step by step, and what is damaged."""

    steps: list[MaintenanceStep]

    @property
    def numbers(self) -> dict[str, int]:
        """How many lines each step that mends tells of what it did, and how many things are damaged."""
        told = {step.name: len(step.done) for step in self.steps if step.name != _ARCHIVE}
        return told | {"damaged": sum(len(step.damaged) for step in self.steps)}

    @property
    def outcome(self) -> RunResult:
        """What is damaged as failures, with one alarm a step: a disk that fails damages a million captures."""
        outcome = RunResult()
        for step in self.steps:
            for line in step.damaged:
                outcome.fail(step.name, line)
            if step.damaged:
                others = f" (and {len(step.damaged) - 1} more)" if len(step.damaged) > 1 else ""
                outcome.alarms.append(Alarm("", "damaged", f"{step.name}: {step.damaged[0]}{others}"))
        return outcome


def run_maintenance(*, dry: bool = False, release: bool = False) -> Upkeep:
    """Does all steps, with a release among them where asked for; what is damaged is told and left as it is.

    With `dry` it only tells what would be done, and is no run.
    """
    settings = Settings()
    with open_workspace(settings) as workspace:
        if dry:
            return Upkeep([*_steps(workspace, dry=True, release=release)])
        run_id = workspace.ledger.runs.begin("maintain")
        upkeep = Upkeep([*_steps(workspace, dry=False, release=release)])
        outcome = upkeep.outcome
        workspace.ledger.runs.end(run_id, upkeep.numbers, [asdict(alarm) for alarm in outcome.alarms])
        send_alarms("maintain", run_id, outcome, settings)
    return upkeep


def _steps(workspace: Workspace, *, dry: bool, release: bool) -> Iterator[MaintenanceStep]:
    """The steps as they are done. The catalogue comes last: it names the releases."""
    store = workspace.warehouse
    steps: list[Callable[[], MaintenanceStep]] = [
        partial(remove_leftovers, store, dry=dry),
        partial(update_manifest, store, dry=dry),
        partial(rewrite_outdated_files, store, partial(display().show, "files"), dry=dry),
        partial(_verify_archive, workspace),
        partial(clear_quarantine, workspace, dry=dry),
        *([partial(_write_release, workspace, dry=dry)] if release else []),
        partial(_write_catalog, workspace, dry=dry),
    ]
    for done, step in enumerate(steps):
        display().show(STAGE, done, len(steps))
        yield step()
    display().show(STAGE, len(steps), len(steps))


def _verify_archive(workspace: Workspace) -> MaintenanceStep:
    step = MaintenanceStep(_ARCHIVE)
    count, faults = verify(workspace.archive, workspace.ledger, lambda place: step.done.append(f"{place}: half a line"))
    step.done.append(f"{count - len(faults)} captures are whole")
    step.damaged += faults
    return step


def clear_quarantine(workspace: Workspace, *, dry: bool) -> MaintenanceStep:
    """Takes out documents that have been read since, or in whose place others have come, and bytes without a reason."""
    step = MaintenanceStep("quarantine")
    quarantine = workspace.quarantine
    for sha256 in quarantine.orphans():
        step.done.append(f"{quarantine.uri(sha256)}: without a reason, its writer died")
        if not dry:
            quarantine.remove_orphan(sha256)
    for entry in quarantine.entries():
        if why := _settled(entry, workspace):
            step.done.append(f"{entry.sha256}: {entry.origin.source} {why}")
            if not dry:
                quarantine.remove(entry)
            continue
        try:
            quarantine.original(entry.sha256)
        except QuarantineError as error:
            step.damaged.append(str(error))
    return step


def _settled(entry: QuarantineRecord, workspace: Workspace) -> str:
    """Why an entry has no purpose any more; empty where it has one."""
    if was_read(entry, workspace):
        return "was read since"
    return "has other bytes since" if is_outdated(entry, workspace) else ""


def _write_release(workspace: Workspace, *, dry: bool) -> MaintenanceStep:
    step = MaintenanceStep("release")
    if dry:
        step.done.append("would be written")
        return step
    try:
        written = release_now(workspace)
        step.done.append(f"{written.place}: {summarise_release(written)}")
    except NothingToRelease as error:
        step.done.append(str(error))
    except DamagedFile as error:
        step.damaged.append(f"none was written: {error}")
    return step


def release_now(workspace: Workspace) -> Release:
    """Writes what the warehouse holds as a release. Raises as `write_release` does."""
    return write_release(workspace.warehouse, datetime.now(UTC), partial(display().show, "release"))


def summarise_release(written: Release) -> str:
    """A release in one line."""
    files, rows = sum(map(len, written.files.values())), sum(written.rows.values())
    return f"{written.rows['reports']} reports · {rows} rows · {files} Parquet files · {written.size} bytes"


def _write_catalog(workspace: Workspace, *, dry: bool) -> MaintenanceStep:
    step = MaintenanceStep("catalog")
    try:
        written = write_catalog(workspace.warehouse, dry=dry)
    except DamagedFile as error:
        step.damaged.append(str(error))
        return step
    if written:
        step.done.append(f"{len(written)} descriptions written")
    return step
