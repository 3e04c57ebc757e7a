"""The commands `nianbao release` and `nianbao maintain`.

Owns their arguments and what they print. The work is `warehouse.release.release`'s and `upkeep`'s.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli.output.results import outcome_object, to_json
from flows.maintain.run import Upkeep, release_now, run_maintenance, summarise_release
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.workspace import open_workspace

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on standard output.")]


def release(quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Write what the warehouse holds as one sorted file a table and year, with descriptions and checksums.

    It is there whole or not at all; a second one on the same day (UTC) has a name of its own.
    """
    with progress_display(quiet=quiet), open_workspace(Settings()) as workspace:
        written = release_now(workspace)
    if as_json:
        files = [asdict(file) for of_table in written.files.values() for file in of_table]
        told = {"name": written.name, "place": written.place, "rows": written.rows, "bytes": written.size}
        sys.stdout.write(to_json({**told, "files": files}) + "\n")
    else:
        sys.stdout.write(f"{written.place}\n{summarise_release(written)}\n")


def maintain(
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    with_release: Annotated[bool, typer.Option("--release", help="Write a release as well.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Remove leftovers, bring manifest and files up to date, hash the archive, clear the quarantine.

    At last the warehouse describes itself in `_catalog/`. Exit code 1 where something is damaged, a line each on
    standard error.
    """
    with progress_display(quiet=quiet):
        upkeep = run_maintenance(dry=dry, release=with_release)
    if as_json:
        sys.stdout.write(to_json(_object(upkeep)) + "\n")
    else:
        _print(upkeep)
    if upkeep.outcome.failures:
        raise typer.Exit(1)


def _object(upkeep: Upkeep) -> dict[str, object]:
    told = outcome_object(upkeep.outcome)
    return {**told, "counts": upkeep.numbers, "steps": {step.name: step.done for step in upkeep.steps}}


def _print(upkeep: Upkeep) -> None:
    for step in upkeep.steps:
        for line in step.done or ["nothing to do"]:
            sys.stdout.write(f"{step.name:11} {line}\n")
        for line in step.damaged:
            sys.stderr.write(f"nianbao: {line}\n")
