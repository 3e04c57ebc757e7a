"""The steps that keep a data root in order, as one run with alarms for what is damaged.

Owns their order, and what is done about quarantined documents that have been read since. `flow` runs these functions
under Prefect, the command line without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

from extractors.archive.quarantine import QuarantineError, QuarantineRecord
from flows.maintain.portal_files import rename_portal_keys
from flows.maintain.verify_archive import verify
from flows.runs.alarms import send_alarms
from flows.runs.progress import display
from flows.runs.result import Alarm, RunResult
from flows.settings import Settings
from flows.steps.retry_quarantine import is_outdated, was_read
from flows.workspace import Workspace, open_workspace
from transforms.parser_version import parser_version
from warehouse.describe.catalog import write_catalog
from warehouse.maintain import MaintenanceStep, remove_leftovers, rewrite_outdated_files, update_manifest
from warehouse.publish.read import DamagedFile
from warehouse.publish.run_log import UNATTRIBUTED, Run
from warehouse.release.release import NothingToRelease, Release, write_release

STAGE = "steps"
"""The stage of the run as a whole."""
_ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class MaintenanceResult:
    """What was done, step by step, and what is damaged."""

    steps: list[MaintenanceStep]

    @property
    def numbers(self) -> dict[str, int]:
        """How many things each step did, and how many things are damaged."""
        counts = {step.name: len(step.done) for step in self.steps if step.name != _ARCHIVE}
        return counts | {"damaged": sum(len(step.damaged) for step in self.steps)}

    @property
    def result(self) -> RunResult:
        """The damage as failures, with one alarm per step: a failing disk damages a million captures."""
        result = RunResult()
        for step in self.steps:
            for line in step.damaged:
                result.fail(step.name, line)
            if step.damaged:
                others = f" (and {len(step.damaged) - 1} more)" if len(step.damaged) > 1 else ""
                result.alarms.append(Alarm("", "damaged", f"{step.name}: {step.damaged[0]}{others}"))
        return result


def run_maintenance(settings: Settings, *, dry: bool = False, release: bool = False) -> MaintenanceResult:
    """Carry out all steps, with `release` also a release; damage is reported and left as it is.

    With `dry` only report what would be done; that is not recorded as a run.
    """
    with open_workspace(settings) as workspace:
        if dry:
            return MaintenanceResult([*_steps(workspace, UNATTRIBUTED, dry=True, release=release)])
        run_id = workspace.ledger.runs.begin("maintain")
        maintenance = MaintenanceResult([*_steps(workspace, Run(run_id, parser_version()), dry=False, release=release)])
        result = maintenance.result
        workspace.ledger.runs.end(run_id, maintenance.numbers, [asdict(alarm) for alarm in result.alarms])
        send_alarms("maintain", run_id, result, settings.alarm_urls)
    return maintenance


def _steps(workspace: Workspace, run: Run, *, dry: bool, release: bool) -> Iterator[MaintenanceStep]:
    """Yield the result of each step. The catalogue comes last: it names the releases."""
    store = workspace.warehouse
    steps: list[Callable[[], MaintenanceStep]] = [
        partial(rename_portal_keys, workspace.settings.data_root / "portals", dry=dry),
        partial(remove_leftovers, store, dry=dry),
        partial(update_manifest, store, dry=dry),
        partial(rewrite_outdated_files, store, partial(display().show, "files"), dry=dry),
        partial(_verify_archive, workspace),
        partial(clear_quarantine, workspace, dry=dry),
        partial(_check_panels, workspace, run, dry=dry),
        *([partial(_write_release, workspace, dry=dry)] if release else []),
        partial(_write_catalog, workspace, dry=dry),
    ]
    for done, step in enumerate(steps):
        display().show(STAGE, done, len(steps))
        yield step()
    display().show(STAGE, len(steps), len(steps))


def _verify_archive(workspace: Workspace) -> MaintenanceStep:
    step = MaintenanceStep(_ARCHIVE)
    torn: list[str] = []
    count, faults = verify(workspace.archive, workspace.ledger, torn.append)
    step.done += [f"{place}: an incomplete line" for place in torn]
    step.done.append(f"{count - len(faults)} captures are intact")
    step.damaged += faults
    return step


def clear_quarantine(workspace: Workspace, *, dry: bool) -> MaintenanceStep:
    """Remove documents that have been read since or that others have replaced, and bytes without a record."""
    step = MaintenanceStep("quarantine")
    quarantine = workspace.quarantine
    for sha256 in quarantine.orphans():
        step.done.append(f"{quarantine.uri(sha256)}: no record, its writer was killed")
        if not dry:
            quarantine.remove_orphan(sha256)
    for record in quarantine.entries():
        if why := _obsolete(record, workspace):
            step.done.append(f"{record.sha256}: {record.origin.source} {why}")
            if not dry:
                quarantine.remove(record)
            continue
        try:
            quarantine.original(record.sha256)
        except QuarantineError as error:
            step.damaged.append(str(error))
    return step


def _obsolete(record: QuarantineRecord, workspace: Workspace) -> str:
    """Return why a record serves no purpose any more; empty if it does."""
    if was_read(record, workspace):
        return "was read since"
    return "has other bytes now" if is_outdated(record, workspace) else ""


def _check_panels(workspace: Workspace, run: Run, *, dry: bool) -> MaintenanceStep:
    from flows.maintain.panels import maintain_panels  # with pandas: a second that other commands do without

    return maintain_panels(workspace.warehouse, run, dry=dry)


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
    """Write what the warehouse holds as a release. Raises what `write_release` raises."""
    return write_release(workspace.warehouse, datetime.now(UTC), partial(display().show, "release"))


def summarise_release(written: Release) -> str:
    """Return a release in one line."""
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
