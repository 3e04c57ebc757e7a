"""The overview: how many reports of how many bodies there are, where and for which years, and the latest runs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from flows.explorer.explorer import Explorer, Shared
from flows.explorer.known_ledger import UnreadableLedger
from flows.explorer.overview.coverage import provinces, totals, years_of
from flows.explorer.overview.runs import last_runs
from flows.explorer.places.place import COUNTRY
from flows.explorer.rendering import InLanguage, render
from warehouse.query.examples import example_questions

router = APIRouter()
_RUNS = 5


@router.get("/")
def overview(request: Request, language: InLanguage, explorer: Shared) -> HTMLResponse:
    """Show what is there."""
    found = provinces(explorer.index, language)
    values = {
        "totals": totals(explorer.index),
        "provinces": found,
        "known": [province for province in found if province.share],
        "years": years_of(found),
        "questions": example_questions().values(),
        "country": COUNTRY,
        **_runs(explorer),
    }
    return render(request, "overview.html", values)


def _runs(explorer: Explorer) -> dict[str, object]:
    """Return the latest runs, or why they are not known."""
    try:
        return {"runs": last_runs(explorer.settings, _RUNS), "runs_fault": None}
    except UnreadableLedger as error:
        return {"runs": [], "runs_fault": str(error)}
