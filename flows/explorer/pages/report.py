"""A report: the official form filled in, each figure with its evidence, its findings, and the prose."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from flows.explorer.explorer import Shared
from flows.explorer.index.index import Index
from flows.explorer.records import records
from flows.explorer.rendering import render
from flows.explorer.reports.figures import anchor, figures_of, written
from flows.explorer.reports.findings import SETTLED, SIGNS, by_anchor, findings_of
from flows.explorer.reports.form import FilledTable, filled_tables
from flows.explorer.reports.prose import Statement, chapters_of, statements_of
from flows.explorer.reports.published_report import PublishedReport, published_report
from transforms.forms.layout import layouts
from warehouse.publish.panel_findings import panel_findings_of

router = APIRouter()
_OF_BODY = """
SELECT report_id, year FROM reports
WHERE agency_id = $agency_id OR (agency_id IS NULL AND report_id = $agency_id || '-' || year)
ORDER BY year
"""
_PLACE = "SELECT full_name FROM jurisdictions WHERE jurisdiction = $jurisdiction"


@router.get("/reports/{report_id}/")
def report(request: Request, explorer: Shared, report_id: str) -> HTMLResponse:
    """Show a report; 404 if there is none."""
    found = published_report(explorer.index, explorer.warehouse, report_id)
    if found is None:
        raise HTTPException(404)
    tables = filled_tables(found.text("layout"), figures_of(found.rows))
    findings, statements = findings_of(found.rows["findings"]), statements_of(found.rows["statements"])
    values = {
        **_facts(explorer.index, found),
        "tables": tables,
        "findings": findings,
        "panel_findings": panel_findings_of(explorer.warehouse, found.partition, report_id),
        "shown": [*(filled.table for filled in tables), *(["statements"] if statements else [])],
        "marks": by_anchor(findings),
        "places": _places(tables, statements),
        "signs": SIGNS,
        "settled_sign": SETTLED,
        "statements": statements,
        "chapters": chapters_of(found.rows["sections"], statements),
        "written": written,
    }
    return render(request, "report.html", values)


def _facts(index: Index, found: PublishedReport) -> dict[str, object]:
    """Return what is told of a report above its tables."""
    report = found.row
    return {
        "report": report,
        "jurisdiction": found.partition.jurisdiction,
        "year": found.partition.year,
        "agency_id": found.agency_id,
        "place": _place(index, found.partition.jurisdiction),
        "neighbours": _neighbours(index, found),
        "editions": [layout for layout in layouts() if layout.edition in found.text("layout").split("+")],
        "is_web_address": str(report["url"]).lower().startswith(("http://", "https://")),
        "contact": {name: text for name, text in report.items() if name.startswith("contact_") and text},
    }


def _places(tables: Sequence[FilledTable], statements: Sequence[Statement]) -> dict[str, str]:
    """Return, for the name of each figure that findings may have, where on the page it stands."""
    first = {anchor("statements", each.name): each.anchor for each in reversed(statements)}
    return {place: place for filled in tables for place in filled.anchors} | first


def _place(index: Index, jurisdiction: str) -> str:
    """Return the full name of a division, or its code if no table names it."""
    return next(
        (str(row["full_name"]) for row in records(index.frame(_PLACE, {"jurisdiction": jurisdiction}))), jurisdiction
    )


def _neighbours(index: Index, found: PublishedReport) -> dict[str, tuple[str, int] | None]:
    """Return the nearest reports of the same body before and after this one, with their years."""
    rows = records(index.frame(_OF_BODY, {"agency_id": found.agency_id}))
    years = [(str(row["report_id"]), int(row["year"])) for row in rows]
    earlier = [each for each in years if each[1] < found.partition.year]
    later = [each for each in years if each[1] > found.partition.year]
    return {"before": earlier[-1] if earlier else None, "after": later[0] if later else None}
