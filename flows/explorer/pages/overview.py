"""The overview: how many reports of how many bodies there are, where and for which years."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from flows.explorer.explorer import Shared
from flows.explorer.rendering import render

router = APIRouter()
_TOTALS = """
SELECT count(*) AS reports, count(DISTINCT agency_id) AS bodies, count(DISTINCT jurisdiction) AS divisions,
    min(year) AS first, max(year) AS last
FROM reports
"""


@router.get("/")
def overview(request: Request, explorer: Shared) -> HTMLResponse:
    """Show what is there."""
    totals = explorer.index.frame(_TOTALS).to_dict("records")[0]
    return render(request, "overview.html", {"totals": totals})
