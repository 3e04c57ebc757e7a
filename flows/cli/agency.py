"""The commands `nianbao agency …`: the bodies that report with their spellings, and two of them that are one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli.options import FormatOption
from flows.cli.output.results import print_as, print_json, standard_output
from flows.ledger.agencies import KnownAgency
from flows.maintain.known_agencies import agency_in_full, known_agency, named_agency
from flows.maintain.merge_agencies import MovedReport, merge, moved_reports, published_years
from flows.settings import Settings
from flows.workspace import open_workspace

_COLUMNS = ("agency_id", "jurisdiction", "name", "kind", "spellings")
Name = Annotated[str, typer.Argument(help="Identifier of a body, or one of its names.")]
Division = Annotated[str | None, typer.Option(help="Division, such as CN-370683, where several have such a body.")]


def agency_list(
    jurisdiction: Annotated[str | None, typer.Option(help="Only bodies of this division.")] = None,
    form: FormatOption = "table",
) -> None:
    """List the bodies that lists and reports name, each with its spellings and their years."""
    with open_workspace(Settings()) as workspace:
        known = [one for one in workspace.ledger.agencies.known() if jurisdiction in (None, one.agency.jurisdiction)]
    if form == "json":
        print_json([one.row for one in known])
    else:
        print_as(form, _COLUMNS, [_line(one) for one in known], standard_output())


def agency_show(agency: Name, jurisdiction: Division = None, form: FormatOption = "table") -> None:
    """Show one body: its identifier, its spellings, and the years of its published reports."""
    with open_workspace(Settings()) as workspace:
        known = known_agency(agency, jurisdiction, workspace)
        reports = sorted(published_years(known.agency, workspace).items())
    if form == "json":
        print_json({**known.row, "reports": [{"year": year, "url": url} for year, url in reports]})
    elif form == "csv":
        print_as(
            form,
            ("agency_id", "year", "url"),
            [(known.agency.agency_id, *report) for report in reports],
            standard_output(),
        )
    else:
        fields = [*zip(_COLUMNS, _line(known), strict=True), *((str(year), url) for year, url in reports)]
        sys.stdout.write("".join(f"{name:14} {value}\n" for name, value in fields))


def agency_merge(
    former: Annotated[str, typer.Argument(help="Identifier or name of the body that goes over to the other.")],
    into: Annotated[str, typer.Argument(help="Identifier or name of the body that both are.")],
    reason: Annotated[str, typer.Option(help="Why both are one, for those who read agencies.csv.")],
    by: Annotated[str, typer.Option(help="Who settles it, for the same.")],
    jurisdiction: Division = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    form: FormatOption = "table",
) -> None:
    """Let two bodies be one: a line in agencies.csv, and all that is published of the one goes over to the other.

    Where both have a report of a year, the better one stays: a complete one, a correction, the later one.
    """
    with open_workspace(Settings()) as workspace:
        target = named_agency(into, jurisdiction, workspace)
        settled = [
            line for line in workspace.decisions.whole.settled if (line.name, line.agency) == (former, target.name)
        ]
        # A merge that was killed is completed: its line stands, and the ledger may know the name as the other's.
        own = (
            agency_in_full(former, settled[0].jurisdiction)
            if settled
            else named_agency(former, jurisdiction, workspace)
        )
        moved = moved_reports(own, target, workspace)
        if not dry_run:
            merge(own, target, moved, reason, by, workspace)
    print_as(form, ("year", "from", "to", "stays", "gone"), [_moved_line(one) for one in moved], standard_output())


def _line(known: KnownAgency) -> tuple[object, ...]:
    return tuple("; ".join(value) if isinstance(value, list) else value for value in known.row.values())


def _moved_line(moved: MovedReport) -> tuple[object, ...]:
    """Return a year of a merge: whose report becomes whose, which address stays, and which is gone if both had one."""
    others = [one["url"] for one in (moved.report, moved.rival) if one and one is not moved.stays]
    return moved.partition.year, moved.former.name, moved.into.name, moved.stays["url"], next(iter(others), None)
