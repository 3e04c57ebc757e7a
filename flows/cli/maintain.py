"""The commands `nianbao release` and `nianbao maintain`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli.options import AsJson, Quiet
from flows.cli.output.results import print_json
from flows.cli.output.run_result import exit_if_failed, print_errors, result_object
from flows.maintain.run import MaintenanceResult, release_now, run_maintenance, summarise_release
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.workspace import open_workspace


def release(quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Write a release of the warehouse: one sorted file per table and year, with descriptions and checksums.

    It is written completely or not at all. A second one on the same day (UTC) gets a name of its own.
    """
    with progress_display(quiet=quiet), open_workspace(Settings()) as workspace:
        written = release_now(workspace)
    if as_json:
        files = [asdict(file) for of_table in written.files.values() for file in of_table]
        summary = {"name": written.name, "place": written.place, "rows": written.rows, "bytes": written.size}
        print_json({**summary, "files": files})
    else:
        sys.stdout.write(f"{written.place}\n{summarise_release(written)}\n")


def maintain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be done.")] = False,
    with_release: Annotated[bool, typer.Option("--release", help="Write a release as well.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Rename outdated keys of portal files, remove leftovers, update files, verify the archive, clear the quarantine.

    Then make the panel checks, and write the warehouse's self-description to `_catalog/`. The exit code is 1 if
    something is damaged; each damage is a line on standard error.
    """
    with progress_display(quiet=quiet):
        maintenance = run_maintenance(Settings(), dry=dry_run, release=with_release)
    if as_json:
        steps = {step.name: step.done for step in maintenance.steps}
        print_json({**result_object(maintenance.result), "counts": maintenance.numbers, "steps": steps})
    else:
        _print(maintenance)
    exit_if_failed(maintenance.result.failures)


def _print(maintenance: MaintenanceResult) -> None:
    for step in maintenance.steps:
        for line in step.done or ["nothing to do"]:
            sys.stdout.write(f"{step.name:11} {line}\n")
        print_errors(step.damaged)
