"""Runs: decisions applied by reading their documents again, how far that is, and what it changed."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from flows.explorer.explorer import Explorer, Shared
from flows.explorer.forms import Fields
from flows.explorer.known_ledger import known_ledger
from flows.explorer.pages.findings import read_decided
from flows.explorer.rendering import InLanguage, render
from flows.explorer.review.runner import documents_of
from flows.explorer.words import say
from flows.ledger.run_lock import AlreadyRunning
from flows.reprocess.diff import Values

router = APIRouter()
_EVERY = "2"
"""Seconds after which a browser asks again how far a run is."""


@router.get("/runs/")
def show_run(request: Request, explorer: Shared) -> HTMLResponse:
    """Show the run that is going on or the last one, and what waits for one."""
    _, decided = read_decided(explorer)
    state = explorer.runner.state
    response = render(request, "runs.html", {"run": state, "decided": decided, "shown": _shown})
    if state and not state.ended:
        response.headers["Refresh"] = _EVERY
    return response


@router.post("/runs/")
def start_run(language: InLanguage, explorer: Shared, fields: Fields) -> RedirectResponse:
    """Read again the documents of a `report`, the document at an `address`, or all that wait."""
    documents = _documents(explorer, fields)
    if not documents:
        raise HTTPException(400, say(language, "runs_nothing"))
    try:
        explorer.runner.start(explorer.settings, explorer.index, documents)
    except AlreadyRunning as error:
        raise HTTPException(409, str(error)) from error
    return RedirectResponse(f"/{language}/runs/", 303)


def _shown(values: Values | None) -> str:
    """Return the text and the number of a figure before or after a run; a dash if there was none.

    >>> _shown({"value": 17, "raw": "17", "state": "number"}), _shown({"value": 7, "raw": "17"}), _shown(None)
    ('17', '7 (17)', '–')
    """
    if values is None:
        return "–"
    raw, value = values.get("raw"), values.get("value")
    number = str(values.get("state", "")) if value is None else str(value)
    return number if raw in (None, "", number) else f"{number} ({raw})"


def _documents(explorer: Explorer, fields: Fields) -> set[str]:
    """Return the addresses of the documents that a form names: those that were ever read."""
    _, decided = read_decided(explorer)
    with known_ledger(explorer.settings) as ledger:
        if ledger is None:
            return set()
        if address := fields.get("address"):
            return {address} if ledger.verdicts_on(address) else set()
        if report := fields.get("report"):
            return documents_of([report], ledger)
        return documents_of(decided.reports, ledger) | decided.documents
