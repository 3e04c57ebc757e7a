"""The command `nianbao check`: reports beside each other, over the whole warehouse."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Divisions, FormatOption, Quiet, Years, several
from flows.cli.output.results import Format, print_as, standard_output
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.workspace import open_workspace
from transforms.parser_version import parser_version
from warehouse.publish.run_log import UNATTRIBUTED, Run

if TYPE_CHECKING:  # pandas takes a second to import, and other commands do without it
    from transforms.panel_checks.findings import PanelFinding

_EXAMPLES = 3
"""Findings of each check that are printed in a table."""
_COLUMNS = ("jurisdiction", "year", "agency")


def check(
    jurisdiction: Divisions = None,
    years: Years = None,
    checks: Annotated[
        list[str] | None, typer.Option("--check", help="Only this check, by its code; may be repeated.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what is found.")] = False,
    form: FormatOption = "table",
    quiet: Quiet = False,
) -> None:
    """Compare the reports of the whole warehouse with each other, and write what is odd to the table panel_findings.

    Each is compared with the body's other years, with its peers, and with the reports that it counts in. Findings that
    no longer hold are removed. `maintain` does the same. Divisions, years and checks choose whose findings are printed
    and written. The exit code is 0 whatever is found.
    """
    from flows.maintain.panels import UnknownCheck, check_panels, choose

    try:
        chosen = choose(several(jurisdiction), several(years), checks or ())
    except UnknownCheck as error:
        raise typer.BadParameter(str(error)) from error
    with progress_display(quiet=quiet), open_workspace(Settings()) as workspace:
        if dry_run:
            _print(check_panels(workspace.warehouse, chosen, UNATTRIBUTED, dry=True), form)
            return
        run = Run(workspace.ledger.runs.begin("check"), parser_version())
        counts = _print(check_panels(workspace.warehouse, chosen, run, dry=False), form)
        workspace.ledger.runs.end(run.run_id, counts)


def _print(found: Iterable[PanelFinding], form: Format) -> dict[str, int]:
    """Print findings as they are found, and return how many there are of each check."""
    counts: Counter[str] = Counter()
    shown: defaultdict[str, list[PanelFinding]] = defaultdict(list)
    for one in found:
        name = str(one.row["check"])
        counts[name] += 1
        if form != "table" or len(shown[name]) < _EXAMPLES:
            shown[name].append(one)
    if form == "table":
        _print_examples(counts, shown)
    else:
        rows = [(one.jurisdiction, one.year, one.agency, *one.row.values()) for own in shown.values() for one in own]
        print_as(form, (*_COLUMNS, *_row_columns()), rows, standard_output())
    return dict(counts)


def _row_columns() -> list[str]:
    from warehouse.schema import load_tables

    return [column.name for column in load_tables()["panel_findings"].columns]


def _print_examples(counts: Counter[str], shown: defaultdict[str, list[PanelFinding]]) -> None:
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{name} ({shown[name][0].row['severity']}): {count}\n")
        for one in shown[name]:
            sys.stdout.write(f"  {one.jurisdiction} {one.year} {one.agency}: {one.row['message']}\n")
    if not counts:
        sys.stdout.write("nothing found\n")
