"""A body: who it is, what is known of each of its years, and its years side by side in the official form's layout."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from flows.explorer.bodies.changes import carried_over, mismatches
from flows.explorer.bodies.read import read_body, read_coverage, read_years
from flows.explorer.bodies.side_by_side import ONLY, outside_forms, side_by_side
from flows.explorer.explorer import Shared
from flows.explorer.rendering import render
from flows.explorer.reports.figures import written
from flows.explorer.reports.findings import SIGNS
from warehouse.schema import load_tables

router = APIRouter()


@router.get("/bodies/{agency_id}/")
def body(request: Request, explorer: Shared, agency_id: str) -> HTMLResponse:
    """Show a body; 404 if there is none."""
    found = read_body(explorer.index, agency_id)
    if found is None:
        raise HTTPException(404)
    reports = read_years(explorer.index, explorer.warehouse, agency_id)
    coverage = read_coverage(explorer.index, agency_id)
    (applicants,) = (column.values for column in load_tables()["requests"].columns if column.name == "applicant")
    carried = carried_over(reports, applicants)
    values = {
        "body": found,
        "years": {
            year: {
                "reports": [each for each in reports if each.year == year],
                "coverage": [each for each in coverage if each.year == year],
            }
            for year in sorted({each.year for each in reports} | {each.year for each in coverage})
        },
        "tables": side_by_side(reports),
        "only": ONLY,
        "with_units": [name for name, table in load_tables().items() if "unit" in table.arrow_schema.names],
        "outside": outside_forms(reports),
        "carried": carried,
        "mismatches": mismatches(carried),
        "signs": SIGNS,
        "written": written,
    }
    return render(request, "body.html", values)
