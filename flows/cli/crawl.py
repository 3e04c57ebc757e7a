"""The command `nianbao crawl`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from flows.cli.options import AsJson, Quiet, Year, portals_of
from flows.cli.output.run_result import exit_if_failed, print_result
from flows.nightly.run import crawl_night, crawl_now, crawl_one
from flows.nightly.schedule import RECHECK_DAYS
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.steps.lifecycle import AT_ONCE
from flows.workers.server import start_server
from flows.workers.threads import in_threads


def crawl(
    portals: Annotated[list[str] | None, typer.Argument(help="Ids of portals; default: all known ones.")] = None,
    year: Year = None,
    due: Annotated[bool, typer.Option("--due", help="Only what is due, as every night; for cron.")] = False,
    recheck_days: Annotated[
        float | None,
        typer.Option(
            min=0,
            show_default=f"{RECHECK_DAYS:g}",
            help="With --due: days after which reports of past seasons are checked again.",
        ),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Crawl portals now, even if they are not due, and publish what is new or changed."""
    if due and year is not None:
        raise typer.BadParameter("--due chooses the years itself: give either --due or --year")
    if recheck_days is not None and not due:
        raise typer.BadParameter("--recheck-days only applies to --due: give both")
    settings = Settings()
    chosen = portals_of(settings, portals or ())
    start_server()
    with progress_display(quiet=quiet), in_threads(partial(crawl_one, settings), AT_ONCE) as begin:
        if due:
            days = RECHECK_DAYS if recheck_days is None else recheck_days
            result = crawl_night(settings, chosen, days, datetime.now(UTC), begin)
        else:
            result = crawl_now(settings, chosen, year, begin)
    print_result(result, as_json=as_json)
    exit_if_failed(result.failures)
