"""The commands `nianbao release` and `nianbao maintain`.

Owns their arguments and what they print. The work is `warehouse.release`'s and `maintain`'s.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from flows.maintain import maintain as look_after
from flows.progress import display, shown
from flows.settings import Settings
from flows.workspace import open_workspace
from warehouse.release import write_release

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def release(quiet: Quiet = False) -> None:
    """Write what the warehouse holds as one sorted file a table and year, with descriptions and checksums.

    It is there whole or not at all; a second one on the same day (UTC) has a name of its own.
    """
    with shown(quiet=quiet), open_workspace(Settings()) as workspace:
        written = write_release(workspace.warehouse, datetime.now(UTC), partial(display().show, "release"))
    files, rows = sum(map(len, written.files.values())), sum(written.rows.values())
    told = f"{written.rows['reports']} reports · {rows} rows · {files} Parquet files · {written.size} bytes"
    sys.stdout.write(f"{written.place}\n{told}\n")


def maintain(
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    quiet: Quiet = False,
) -> None:
    """Remove leftovers, bring manifest and files up to date, hash the archive, clear the quarantine.

    Exit code 1 where something is damaged, a line each on standard error.
    """
    with shown(quiet=quiet), open_workspace(Settings()) as workspace:
        steps = look_after(workspace, dry=dry)
    for step in steps:
        for line in step.done or ["nothing to do"]:
            sys.stdout.write(f"{step.name:11} {line}\n")
        for line in step.damaged:
            sys.stderr.write(f"nianbao: {line}\n")
    if any(step.damaged for step in steps):
        raise typer.Exit(1)
