"""The order of steps that keep a data root in order: leftovers, manifest, files, archive, quarantine.

Owns that order, and what is done about quarantined documents that have been read since. Must not import Prefect.
"""

from __future__ import annotations

from functools import partial

from flows.progress import display
from flows.retry import is_outdated, was_read
from flows.verify import verify
from flows.workspace import Workspace
from warehouse.maintain import Step, bring_up_to_date, fold_manifest, remove_leftovers
from warehouse.quarantine import Entry, QuarantineError


def maintain(workspace: Workspace, *, dry: bool) -> list[Step]:
    """Does all steps, or with `dry` tells what they would do; what is damaged is told and left as it is."""
    store = workspace.warehouse
    return [
        remove_leftovers(store, dry=dry),
        fold_manifest(store, dry=dry),
        bring_up_to_date(store, partial(display().show, "files"), dry=dry),
        _verify_archive(workspace),
        clear_quarantine(workspace, dry=dry),
    ]


def _verify_archive(workspace: Workspace) -> Step:
    step = Step("archive")
    count, faults = verify(workspace.archive, workspace.ledger, lambda place: step.done.append(f"{place}: half a line"))
    step.done.append(f"{count - len(faults)} captures are whole")
    step.damaged += faults
    return step


def clear_quarantine(workspace: Workspace, *, dry: bool) -> Step:
    """Takes out documents that have been read since, or in whose place others have come, and bytes without a reason."""
    step = Step("quarantine")
    quarantine = workspace.quarantine
    for sha256 in quarantine.orphans():
        step.done.append(f"{quarantine.place(sha256)}: without a reason, its writer died")
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


def _settled(entry: Entry, workspace: Workspace) -> str:
    """Why an entry has no purpose any more; empty where it has one."""
    if was_read(entry, workspace):
        return "was read since"
    return "has other bytes since" if is_outdated(entry, workspace) else ""
