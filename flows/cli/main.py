"""The `nianbao` command.

Owns arguments, exit codes (0 success, 1 work failed, 2 bad usage) and the one line of an error. The work is done
by the modules that it calls.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from flows.cli.archive import archive_app
from flows.cli.backfill import backfill_command
from flows.cli.deploy import deploy
from flows.cli.extract import read_file
from flows.cli.maintain import maintain, release
from flows.cli.output.results import (
    Format,
    figures_csv,
    outcome_object,
    print_outcome,
    print_report,
    report_object,
    result_text,
    standard_output,
    to_json,
)
from flows.cli.portal import portal_app
from flows.cli.quarantine import quarantine_app
from flows.cli.query import query
from flows.cli.reprocess import reprocess_command
from flows.cli.schema import schema
from flows.cli.status import print_jurisdictions, status
from flows.nightly.schedule import RECHECK_DAYS
from flows.runs.progress import progress_display
from flows.runs.result import RunResult
from flows.settings import Settings, explain
from flows.workers.threads import in_threads
from flows.workspace import choose_portals, open_workspace
from nianbao import NianbaoError
from warehouse.query.query import connect, run
from warehouse.storage.store import open_store

app = typer.Typer(
    help="China's annual reports on open government information as a clean, queryable Parquet warehouse.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.add_typer(portal_app, name="portal")
app.add_typer(archive_app, name="archive")
app.add_typer(quarantine_app, name="quarantine")
app.command(epilog='Example: nianbao query "SELECT year, count(*) FROM reports GROUP BY year"')(query)
app.command(epilog="Example: nianbao schema --engine duckdb")(schema)
app.command(name="backfill", epilog="Example: nianbao backfill --from 2008 --to 2023 --province 山东 --dry-run")(
    backfill_command
)
app.command(epilog="Example: nianbao deploy")(deploy)
app.command(name="reprocess", epilog="Example: nianbao reprocess --older --diff")(reprocess_command)
app.command(epilog="Example: nianbao status --province 山东")(status)
app.command(epilog="Example: nianbao release")(release)
app.command(epilog="Example: nianbao maintain --dry-run")(maintain)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on standard output.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print.")]


@app.command(epilog="Example: nianbao demo")
def demo(
    port: Annotated[int | None, typer.Option(help="Port of the sample portal; default: as last time.")] = None,
    quiet: Quiet = False,
) -> None:
    """Serve the sample portal on this machine, crawl it, and ask one question in SQL."""
    from flows.cli.demo import QUESTION, demo_root, run_demo

    console = standard_output()
    root = demo_root(Settings()).absolute()
    with progress_display(quiet=quiet):
        outcome = run_demo(root, port)
    print_outcome(outcome, console)
    print_jurisdictions(Settings(data_root=root))
    console.print(f"\n{QUESTION}\n", style="cyan", highlight=False, soft_wrap=True)
    with connect(open_store(Settings(data_root=root).warehouse)) as connection:
        result_text(run(connection, QUESTION), "table", console)
    console.print(f'\nAsk your own: NIANBAO_DATA_ROOT={os.path.relpath(root)} nianbao query "FROM reports"')
    _finish(outcome)


@app.command(epilog="Example: nianbao crawl weihai --year 2023")
def crawl(
    portals: Annotated[list[str] | None, typer.Argument(help="Ids of portals; default: all known ones.")] = None,
    year: Annotated[int | None, typer.Option(help="Only reports for this year.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only what is due, as every night; for cron.")] = False,
    recheck_days: Annotated[
        float, typer.Option(min=0, help="With --due: days after which reports of past seasons are asked for again.")
    ] = RECHECK_DAYS,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Crawl portals now, whether or not they are due, and publish what is new or changed."""
    from flows.nightly.run import crawl_night, crawl_now, crawl_one
    from flows.steps.lifecycle import AT_ONCE

    if due and year is not None:
        raise typer.BadParameter("what is due is not chosen by year: give one of --due and --year")
    chosen = choose_portals(Settings(), portals)
    with progress_display(quiet=quiet), in_threads(crawl_one, AT_ONCE) as crawl_each:
        if due:
            outcome = crawl_night(chosen, recheck_days, datetime.now(UTC), crawl_each)
        else:
            outcome = crawl_now(chosen, year, crawl_each)
    _tell(outcome, as_json=as_json)
    _finish(outcome)


@app.command(epilog="Example: nianbao ingest reports/ --jurisdiction CN-370683")
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with files in them.")],
    jurisdiction: Annotated[
        str | None,
        typer.Option(help="Division of reports whose agency's name does not settle it, such as CN-370683."),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Put reports that are on disk already through the same way as crawled ones."""
    from flows.steps.pipeline import ingest_files

    with progress_display(quiet=quiet), open_workspace(Settings()) as workspace:
        outcome = ingest_files(paths, workspace, jurisdiction)
    _tell(outcome, as_json=as_json)
    _finish(outcome)


@app.command(epilog="Example: nianbao extract report.pdf --format json")
def extract(
    file: Annotated[Path, typer.Argument(help="A report as web page, PDF or plain text.")],
    form: FormatOption = "table",
    show_evidence: Annotated[
        Path | None,
        typer.Option(help="Folder for page pictures: cells green where sums hold, red where a finding points."),
    ] = None,
) -> None:
    """Read one document, print what it says, and store nothing."""
    reports = read_file(file, Settings().limits)
    if show_evidence:
        from flows.cli.output.evidence_pictures import draw_evidence

        folders = [show_evidence / f"report-{number}" for number in range(1, len(reports) + 1)]
        for rows, folder in zip(reports, folders if len(reports) > 1 else [show_evidence], strict=True):
            paths = draw_evidence(file.read_bytes(), rows, folder)
            sys.stderr.write(f"{len(paths)} page pictures in {folder}\n")
    if form == "json":
        objects = [report_object(rows) for rows in reports]
        sys.stdout.write(to_json(objects if len(objects) > 1 else objects[0]) + "\n")
    elif form == "csv":
        sys.stdout.write("\n\n".join(figures_csv(rows) for rows in reports) + "\n")
    else:
        for rows in reports:
            print_report(rows, standard_output())


def _tell(outcome: RunResult, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(to_json(outcome_object(outcome)) + "\n")
    else:
        print_outcome(outcome, standard_output())


def _finish(outcome: RunResult) -> None:
    if outcome.failures:
        raise typer.Exit(1)


def main() -> None:
    """Runs the command; a foreseen error is one line on standard error and exit code 1."""
    try:
        app()
    except (NianbaoError, OSError) as error:
        _give_up(str(error))
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        _give_up(explain(error))


def _give_up(reason: str) -> NoReturn:
    Console(stderr=True).print(
        f"nianbao: {' '.join(reason.split())}", style="red", highlight=False, markup=False, soft_wrap=True
    )
    sys.exit(1)
