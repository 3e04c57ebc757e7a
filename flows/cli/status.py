"""The command `nianbao status`: the last runs, alarms, and how much of the country is published."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import duckdb
import typer

from flows.cli.options import AsJson, FormatOption, Quiet
from flows.cli.output.results import Format, print_json, standard_output
from flows.cli.output.status_tables import (
    print_alarms,
    print_coverage,
    print_gaps,
    print_runs,
    print_shares,
    standing,
    took,
)
from flows.cli.without_pandas import leave_pandas_out
from flows.data_root import prepare_data_root
from flows.ledger.records import RunRecord
from flows.ledger.runs import Runs
from flows.ledger.upgrade import open_upgraded
from flows.runs.progress import progress_display
from flows.settings import Settings
from warehouse.query.coverage import Share, cells, gaps, shares
from warehouse.query.files import has_tables
from warehouse.query.query import connect, run
from warehouse.storage.store import Store, open_store

_LAST = 10
"""Runs that are shown, in addition to those that are still running."""


def status(
    province: Annotated[
        str | None, typer.Option(help="Show the jurisdictions of one province, year by year: 山东 or CN-37.")
    ] = None,
    all_jurisdictions: Annotated[
        bool, typer.Option("--jurisdictions", help="Show all jurisdictions, year by year; opens every partition.")
    ] = False,
    list_gaps: Annotated[
        bool,
        typer.Option(
            "--gaps",
            help="List every report that is not in the warehouse, and every list that was not read to its end, with "
            "the reason, in the format of --format.",
        ),
    ] = False,
    form: FormatOption = "table",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show the last runs, what is running, alarms, and the share of expected reports that is published."""
    settings = Settings()
    within = _prefix(province, settings) if province else ""
    leave_pandas_out()
    quiet = quiet or not sys.stderr.isatty()
    if list_gaps:
        with _connected(open_store(settings.warehouse), quiet=quiet) as connection:
            _print_gaps(connection, within, form, as_json=as_json)
    elif province or all_jurisdictions:
        print_jurisdictions(settings, within, quiet=quiet, as_json=as_json)
    else:
        _show(settings, quiet=quiet, as_json=as_json)


def _prefix(province: str, settings: Settings) -> str:
    """Return how the codes of a province begin; one that no portal has is bad usage."""
    from extractors.portals.portal import PortalError
    from flows.backfill.plan import province_prefix
    from flows.workspace import known_portals

    try:
        return province_prefix(province, known_portals(settings).values())
    except PortalError as error:
        raise typer.BadParameter(str(error)) from error


@contextmanager
def _connected(warehouse: Store, *, quiet: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to the tables, and show how many files are read. Raises QueryError, naming the remedy, if none is."""
    with (
        progress_display(quiet=quiet) as bars,
        connect(warehouse, lambda table, done, total: bars.show(f"files of {table}", done, total)) as connection,
    ):
        yield connection


def _show(settings: Settings, *, quiet: bool, as_json: bool) -> None:
    """Print runs and alarms at once, then the shares of all provinces, which take longer to count.

    Raises QueryError, naming the remedy, if nothing was ever done.
    """
    now, console = datetime.now(UTC), standard_output()
    latest, ended = _latest(settings, now)
    if latest and not as_json:
        print_runs(latest, now, console)
        print_alarms(ended, console)
        console.print()
    counted: list[Share] = []
    warehouse = open_store(settings.warehouse)
    if not latest or has_tables(warehouse):
        with _connected(warehouse, quiet=quiet) as connection:
            counted = shares(connection)
    if as_json:
        print_json({"runs": _runs(latest, now), "alarms": _alarms(ended), "coverage": _coverage(counted)})
    elif counted:
        print_shares(counted, console)


def _latest(settings: Settings, now: datetime) -> tuple[list[RunRecord], list[RunRecord]]:
    """Return the last runs, the latest first, then older ones that are still running; and the last of each flow."""
    prepare_data_root(settings)
    engine = open_upgraded(settings.database)
    try:
        known = Runs(engine)
        unfinished = [run for run in known.unfinished() if standing(run, now) == "running"]
        runs = {run.run_id: run for run in [*known.last(_LAST), *unfinished]}
        return [*runs.values()], known.last_of_each_flow()
    finally:
        engine.dispose()


def _runs(runs: Iterable[RunRecord], now: datetime) -> list[dict[str, object]]:
    return [asdict(run) | {"state": standing(run, now), "seconds": took(run, now).total_seconds()} for run in runs]


def _alarms(runs: Iterable[RunRecord]) -> list[dict[str, str]]:
    return [{"flow": run.flow, "run_id": run.run_id, **alarm} for run in runs for alarm in run.alarms or ()]


def _coverage(counted: Iterable[Share]) -> list[dict[str, object]]:
    return [asdict(share) | {"published": share.published, "expected": share.expected} for share in counted]


def print_jurisdictions(settings: Settings, within: str = "", *, quiet: bool = True, as_json: bool = False) -> None:
    """Print what is published and what is not, for divisions whose codes begin with `within`.

    Raises QueryError, naming the remedy, if the warehouse is empty.
    """
    with _connected(open_store(settings.warehouse), quiet=quiet) as connection:
        names = run(connection, "SELECT jurisdiction, name FROM jurisdictions").rows
        published, lacking = cells(connection, within), gaps(connection, within)
    if as_json:
        print_json({"published": [asdict(cell) for cell in published], "gaps": [asdict(gap) for gap in lacking]})
    else:
        print_coverage(published, lacking, {str(code): str(name) for code, name in names}, standard_output())


def _print_gaps(connection: duckdb.DuckDBPyConnection, within: str, form: Format, *, as_json: bool) -> None:
    lacking = gaps(connection, within)
    if as_json:
        print_json({"gaps": [asdict(gap) for gap in lacking]})
    else:
        print_gaps(lacking, form, standard_output())
