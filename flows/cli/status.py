"""The command `nianbao status`: the last runs, alarms, and how much of the country is published."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from extractors.portals.portal import PortalError
from flows.backfill.plan import province_prefix
from flows.cli.options import AsJson, FormatOption, Quiet
from flows.cli.output.results import Format, print_json, standard_output
from flows.cli.output.status_tables import (
    print_alarms,
    print_coverage,
    print_holes,
    print_runs,
    print_shares,
    standing,
    took,
)
from flows.clock import today
from flows.ledger.ledger import Ledger
from flows.ledger.records import RunRecord
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.status.provinces import Share, count_states, name_of, shares
from flows.status.states import THERE, Covered, cover
from flows.workspace import Workspace, known_portals, open_workspace
from transforms.jurisdictions.divisions import jurisdictions
from warehouse.publish.manifest import known_files
from warehouse.query.coverage import CoverageCell, coverage
from warehouse.query.query import connect, run
from warehouse.storage.store import open_store

_LAST = 10
"""Runs that are shown, in addition to those that are still running."""


def status(
    province: Annotated[
        str | None, typer.Option(help="Show the jurisdictions of one province, year by year: 山东 or CN-37.")
    ] = None,
    all_jurisdictions: Annotated[
        bool, typer.Option("--jurisdictions", help="Show all jurisdictions, year by year; opens every partition.")
    ] = False,
    gaps: Annotated[
        bool,
        typer.Option(
            "--gaps", help="List every report that is not in the warehouse, with the reason, in the format of --format."
        ),
    ] = False,
    form: FormatOption = "table",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show the last runs, what is running, alarms, and the share of expected reports that is published."""
    settings = Settings()
    try:
        within = province_prefix(province, known_portals(settings).values()) if province else ""
    except PortalError as error:
        raise typer.BadParameter(str(error)) from error
    if gaps:
        _print_gaps(_holes(settings, within), form, as_json=as_json)
    elif province or all_jurisdictions:
        print_jurisdictions(settings, within, as_json=as_json)
    else:
        with open_workspace(settings) as workspace:
            _show(workspace, quiet=quiet or not sys.stderr.isatty(), as_json=as_json)


def _show(workspace: Workspace, *, quiet: bool, as_json: bool) -> None:
    """Print runs and alarms at once, then the shares of all provinces, which take longer to count.

    Raises QueryError, naming the remedy, if nothing was ever done.
    """
    now, console = datetime.now(UTC), standard_output()
    latest, ended = _latest(workspace.ledger, now), workspace.ledger.runs.last_of_each_flow()
    if latest and not as_json:
        print_runs(latest, now, console)
        print_alarms(ended, console)
        console.print()
    with progress_display(quiet=quiet):
        counted = shares(count_states(known_portals(workspace.settings), workspace.ledger, today()))
    if as_json:
        print_json({"runs": _runs(latest, now), "alarms": _alarms(ended), "coverage": _coverage(counted)})
    elif counted:
        print_shares(counted, console)
    elif not latest:
        connect(workspace.warehouse).close()


def _latest(ledger: Ledger, now: datetime) -> list[RunRecord]:
    """Return the last runs, the latest first, then older ones that are still running."""
    runs = {run.run_id: run for run in ledger.runs.last(_LAST)}
    return [*(runs | {run.run_id: run for run in ledger.runs.unfinished() if standing(run, now) == "running"}).values()]


def _runs(runs: Iterable[RunRecord], now: datetime) -> list[dict[str, object]]:
    return [asdict(run) | {"state": standing(run, now), "seconds": took(run, now).total_seconds()} for run in runs]


def _alarms(runs: Iterable[RunRecord]) -> list[dict[str, str]]:
    return [{"flow": run.flow, "run_id": run.run_id, **alarm} for run in runs for alarm in run.alarms or ()]


def _coverage(counted: Iterable[Share]) -> list[dict[str, object]]:
    return [
        asdict(share) | {"name": name_of(share.province), "published": share.published, "expected": share.expected}
        for share in counted
    ]


def print_jurisdictions(settings: Settings, within: str = "", *, as_json: bool = False) -> None:
    """Print what is published and what is not, for divisions whose codes begin with `within`.

    Before anything is published, divisions have the names of the national list. Raises QueryError if the warehouse is
    empty and no report is known to be missing.
    """
    warehouse, holes = open_store(settings.warehouse), _holes(settings, within)
    names = {code: division.name for code, division in jurisdictions().items()}
    cells: list[CoverageCell] = []
    if len(known_files(warehouse)) or not holes:
        with connect(warehouse) as connection:
            rows = run(connection, "SELECT jurisdiction, name FROM jurisdictions").rows
        names |= {str(code): str(name) for code, name in rows}
        cells = coverage(warehouse, within)
    if as_json:
        print_json({"published": [asdict(cell) for cell in cells], "gaps": [asdict(hole) for hole in holes]})
    else:
        print_coverage(cells, holes, names, standard_output())


def _holes(settings: Settings, within: str) -> list[Covered]:
    """Return all reports that are not in the warehouse, of portals of divisions whose codes begin with `within`."""
    portals = [portal for portal in known_portals(settings).values() if portal.jurisdiction.startswith(within)]
    with open_workspace(settings) as workspace:
        covered = (cover(portal.id, portal, workspace.ledger, today()) for portal in portals)
        return [report for reports in covered for report in reports if report.state not in THERE]


def _print_gaps(holes: list[Covered], form: Format, *, as_json: bool) -> None:
    if as_json:
        print_json({"gaps": [asdict(hole) for hole in holes]})
    else:
        print_holes(holes, form, standard_output())
