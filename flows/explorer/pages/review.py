"""Decisions that people send: that a finding is printed so, a correction, another body, no report.

Each becomes an entry of a file in the data root, and leads on to the next finding of the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse

from extractors.portals.portal import PortalError
from flows.decisions.settled_names import SettledNamesError
from flows.decisions.texts import Unfit
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.forms import Fields
from flows.explorer.pages.findings import BY, finding_or_gone, read_decided
from flows.explorer.rendering import InLanguage
from flows.explorer.review import deciding, desk, finding_queue
from flows.explorer.words import say
from flows.ledger.ledger import Ledger
from flows.ledger.run_lock import AlreadyRunning
from flows.maintain.known_agencies import UnknownAgency
from flows.maintain.merge_agencies import CannotMerge
from nianbao import DeclarationError
from warehouse.query.labels import Language

router = APIRouter()
_REFUSALS = (
    Unfit,
    DeclarationError,
    PortalError,
    SettledNamesError,
    UnknownAgency,
    CannotMerge,
    AlreadyRunning,
    desk.NoSuchBody,
)
"""What is wrong with a decision, or with the file that it should go to: nothing was written."""
_YEAR_OF_A_NAME = 31_536_000
"""Seconds for which a browser keeps the name that a person gave."""


@router.post("/decisions/printed-so/")
def printed_so(language: InLanguage, explorer: Shared, fields: Fields) -> RedirectResponse:
    """Settle a finding."""

    def decide(finding: dict[str, Any], body: str) -> None:
        deciding.say_printed_so(explorer.settings.data_root, finding, body, fields)

    return _decide_finding(language, explorer, fields, decide)


@router.post("/decisions/correction/")
def correction(language: InLanguage, explorer: Shared, fields: Fields) -> RedirectResponse:
    """Correct a figure: what is printed there, or which number would be right."""

    def decide(finding: dict[str, Any], body: str) -> None:
        figures = desk.figures_of(explorer.warehouse, finding)
        figure = next((one for one in figures if one.address == fields.get("cell")), None)
        if figure is None:
            raise Unfit("cell: the report has no such figure")
        deciding.correct_figure(explorer.settings.data_root, finding, body, figure, fields)

    return _decide_finding(language, explorer, fields, decide)


@router.post("/decisions/body/")
def another_body(language: InLanguage, explorer: Shared, fields: Fields) -> RedirectResponse:
    """Give a name to another body, or let two bodies be one."""

    def decide(finding: dict[str, Any], _: str) -> None:
        deciding.settle_body(explorer.settings, explorer.index, finding, fields)
        explorer.index.refresh()

    return _decide_finding(language, explorer, fields, decide)


@router.post("/decisions/no-report/")
def no_report(language: InLanguage, explorer: Shared, fields: Fields) -> RedirectResponse:
    """Say that a document is no report: that of a finding, or one of the quarantine."""
    identifier = fields.get("finding", "")
    try:
        with Ledger(explorer.settings.database) as ledger:
            deciding.say_no_report(explorer.settings.data_root, ledger, fields)
    except _REFUSALS as error:
        raise HTTPException(400, str(error)) from error
    if identifier:
        return _lead_on(language, explorer, fields, finding_or_gone(explorer, identifier, language))
    return _remember(RedirectResponse(f"/{language}/runs/", 303), fields)


def _decide_finding(
    language: Language, explorer: Explorer, fields: Fields, decide: Callable[[dict[str, Any], str], None]
) -> RedirectResponse:
    """Make a decision of a finding as the person saw it, and lead on; 409 if its document has changed since."""
    finding = finding_or_gone(explorer, fields.get("finding", ""), language)
    if fields.get("capture") != finding["capture_sha256"]:
        raise HTTPException(409, say(language, "review_changed"))
    try:
        with Ledger(explorer.settings.database) as ledger:
            body = desk.body_of(ledger, finding)
        decide(finding, body)
    except _REFUSALS as error:
        raise HTTPException(400, str(error)) from error
    return _lead_on(language, explorer, fields, finding)


def _lead_on(language: Language, explorer: Explorer, fields: Fields, finding: dict[str, Any]) -> RedirectResponse:
    """Lead to the next finding of the queue, or to the queue if there is none."""
    filters = finding_queue.filters_of(fields)
    _, decided = read_decided(explorer)
    following = finding_queue.neighbour(explorer.index, filters, decided, finding)
    place = f"/{language}/findings/{following}/" if following else f"/{language}/findings/"
    end = filters.query
    done = urlencode({"done": finding["report_id"]})
    return _remember(RedirectResponse(f"{place}{end}{'&' if end else '?'}{done}", 303), fields)


def _remember(response: RedirectResponse, fields: Fields) -> RedirectResponse:
    """Let the browser keep the name that a person gave."""
    name = quote(fields.get("by", "").strip())
    response.set_cookie(BY, name, max_age=_YEAR_OF_A_NAME, httponly=True, samesite="strict")
    return response
