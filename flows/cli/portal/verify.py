"""The command `nianbao portal verify`: a person compares a portal's file with its site, and says so.

Owns how the comparison is shown and confirmed. `flows.verify.comparison` makes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from extractors.portals.portal import set_verified
from flows.cli.options import Quiet, portals_of
from flows.cli.output.results import print_json, print_rows, standard_output
from flows.cli.output.run_result import exit_if_failed, print_errors
from flows.clock import today
from flows.data_root import prepare_data_root
from flows.runs.progress import progress_display
from flows.settings import Settings
from flows.verify.comparison import Comparison, compare
from flows.workspace import known_portals

_YEARS = ("year", "listed", "expected", "title", "agency", "jurisdiction")


def portal_verify(
    portal: Annotated[str, typer.Argument(help="Id of a portal.")],
    form: Annotated[Literal["table", "json"], typer.Option("--format", "-f", help="Output format.")] = "table",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    quiet: Quiet = False,
) -> None:
    """Compare a portal's file with its site, and set `verified` to today if you confirm that they agree.

    The lists are read to their end and the newest report is read; nothing of it is stored. Without a complete list and
    a report that can be read, nothing is set, and the exit code is 1.
    """
    settings = Settings()
    (known,) = portals_of(settings, [portal])
    with progress_display(quiet=quiet):
        seen = compare(known_portals(settings)[known], settings)
    if form == "json":
        print_json(asdict(seen))
    else:
        _print(seen)
    print_errors(f"{known}: {fault}" for fault in seen.faults)
    exit_if_failed(seen.faults)
    if not yes:
        typer.confirm(f"Do the file of {known} and its site agree?", abort=True, err=True)
    prepare_data_root(settings)
    path = set_verified(known, today(), settings.data_root / "portals")
    if form != "json":
        sys.stdout.write(f"verified today: {path}\n")


def _print(seen: Comparison) -> None:
    console = standard_output()
    for name, value in _facts(seen):
        console.print(f"{name:<14}{value}".rstrip(), highlight=False, markup=False, soft_wrap=True)
    console.print()
    rows = [[getattr(year, name) for name in _YEARS] for year in seen.years]
    print_rows(_YEARS, rows, console)


def _facts(seen: Comparison) -> Iterator[tuple[str, str]]:
    yield "homepage", seen.homepage
    yield "robots.txt", seen.robots
    for page in seen.list_pages:
        yield "list page", page
    state = "read to the end" if seen.complete else "incomplete"
    yield "lists", f"{state}; {seen.ignored} entries are no annual reports"
    if seen.report:
        report = seen.report
        yield "newest report", report.url
        yield "  title", report.title
        yield "  agency", f"{report.agency}, {report.jurisdiction}, {report.year}"
        yield "  read as", f"{report.status}, {report.figures} figures, {report.findings} findings"
