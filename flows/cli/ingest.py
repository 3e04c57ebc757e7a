"""The command `nianbao ingest`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Agency, AsJson, Jurisdiction, Quiet, YearOfReport
from flows.cli.output.run_result import exit_if_failed, print_result
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.workers.server import start_server


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with files in them.")],
    jurisdiction: Jurisdiction = None,
    agency: Agency = None,
    year: YearOfReport = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Read and publish reports that are already on disk, in the same way as crawled ones."""
    start_server()
    from flows.ledger.records import Assigned  # what stores: it is imported while the server imports what reads
    from flows.steps.ingest import ingest_files
    from flows.workspace import open_workspace

    with progress_display(quiet=quiet), open_workspace(Settings()) as workspace:
        result = ingest_files(paths, workspace, Assigned(jurisdiction, agency, year))
    print_result(result, as_json=as_json)
    exit_if_failed(result.failures)
