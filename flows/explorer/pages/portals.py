"""Portals: all that are known, and for each its file, what it covers, what it lacks and why, and its last listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from extractors.hosts import is_web_address
from extractors.portals.portal import Portal
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.known_ledger import known_ledger
from flows.explorer.records import records
from flows.explorer.rendering import render
from flows.ledger.records import Listing
from flows.settings import Settings
from flows.workspace import known_portals
from warehouse.schema import load_tables

router = APIRouter(prefix="/portals")
_MOST = 500
"""Gaps that are listed."""
_STATES = next(column.values for column in load_tables()["coverage"].columns if column.name == "state")
_COUNTS = "SELECT portal, state, count(*) AS reports FROM coverage WHERE agency_id IS NOT NULL GROUP BY ALL"
_NAMES = "SELECT jurisdiction, name FROM jurisdictions"
_BY_YEAR = """
SELECT year, state, count(*) AS reports FROM coverage
WHERE agency_id IS NOT NULL AND portal = $portal GROUP BY ALL ORDER BY year DESC
"""
_GAPS = f"""
SELECT coverage.jurisdiction, jurisdictions.name AS place, agencies.name AS agency, year, state, since, reason, url
FROM coverage LEFT JOIN agencies USING (agency_id)
LEFT JOIN jurisdictions ON jurisdictions.jurisdiction = coverage.jurisdiction
WHERE portal = $portal AND state NOT IN ('published', 'partial') AND (agency_id IS NOT NULL OR NOT list_complete)
ORDER BY coverage.jurisdiction, agencies.name NULLS FIRST, year LIMIT {_MOST + 1}
"""


@router.get("/")
def portals(request: Request, explorer: Shared) -> HTMLResponse:
    """List the portals: the shipped ones, those of the data root, and what else the warehouse names."""
    known = known_portals(explorer.settings)
    counts = _by_state(explorer.index.frame(_COUNTS), "portal")
    listings, alarms = _last_listings(explorer.settings)
    order = sorted(known, key=lambda name: (known[name].jurisdiction, name))
    values = {
        "names": [*order, *sorted({str(name) for name in counts} - known.keys())],
        "known": known,
        "places": _places(explorer),
        "counts": counts,
        "states": _STATES,
        "listings": listings,
        "alarms": alarms,
    }
    return render(request, "portals.html", values)


@router.get("/{portal}/")
def portal(request: Request, explorer: Shared, portal: str) -> HTMLResponse:
    """Show one portal."""
    file = known_portals(explorer.settings).get(portal)
    years = _by_state(explorer.index.frame(_BY_YEAR, {"portal": portal}), "year")
    gaps = explorer.index.frame(_GAPS, {"portal": portal})
    if file is None and not years and gaps.empty:
        raise HTTPException(404, f"no portal has the id {portal}")
    listings, alarms = _last_listings(explorer.settings)
    values = {
        "portal": portal,
        "name": file.name if file else portal,
        "file": _facts(file) if file else {},
        "places": _places(explorer),
        "years": years,
        "states": _STATES,
        "gaps": records(gaps.head(_MOST)),
        "more_gaps": len(gaps) > _MOST,
        "listing": listings.get(portal),
        "alarms": alarms.get(portal, ()),
        "is_web": is_web_address,
    }
    return render(request, "portal.html", values)


def _by_state(counted: pd.DataFrame, key: str) -> dict[object, dict[str, int]]:
    """Return the number of reports in each state, by portal or year."""
    found: dict[object, dict[str, int]] = {}
    for row in records(counted):
        found.setdefault(row[key], {})[row["state"]] = int(row["reports"])
    return found


def _places(explorer: Explorer) -> Mapping[str, str]:
    names = explorer.index.frame(_NAMES)
    return dict(zip(names["jurisdiction"], names["name"], strict=True))


def _facts(file: Portal) -> dict[str, list[str]]:
    """Return what the file of a portal says, each key with its values as texts."""
    return {name: _texts(value) for name, value in file.model_dump(mode="json", exclude_defaults=True).items()}


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {item}" for key, item in value.items()]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _last_listings(settings: Settings) -> tuple[Mapping[str, Listing], Mapping[str, Sequence[Mapping[str, str]]]]:
    """Return the last listing of each portal, and the alarms of the last runs by portal; none without a ledger."""
    with known_ledger(settings) as ledger:
        if ledger is None:
            return {}, {}
        alarms: dict[str, list[Mapping[str, str]]] = {}
        for run in ledger.runs.last_of_each_flow():
            for alarm in run.alarms or ():
                alarms.setdefault(alarm["portal"], []).append(alarm)
        return ledger.listings.all(), alarms
