"""The queue of findings, and one finding on the desk: its cells, the source beside it, and what may be decided."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Cookie, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from flows.decisions.decisions import read_decisions
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.known_ledger import known_ledger
from flows.explorer.rendering import InLanguage, render
from flows.explorer.review import desk, finding_queue
from flows.explorer.review.decided import Decided, held_against
from flows.explorer.words import say
from transforms.decisions import Decisions
from transforms.forms.layout import code_columns
from warehouse.query.labels import Language, code_words

router = APIRouter()
BY = "nianbao_by"
"""The cookie with the name that a person gave last."""
Page = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/findings/")
def queue_of_findings(request: Request, explorer: Shared, page: Page = 1, done: str = "") -> HTMLResponse:
    """Show the findings that fit the filters, the worst first."""
    filters = finding_queue.filters_of(request.query_params)
    _, decided = read_decided(explorer)
    counts = finding_queue.counts(explorer.index, filters, decided)
    total = sum(count["findings"] for count in counts if filters.check in ("", count["check"]))
    values = {
        "filters": filters,
        "decided": decided,
        "counts": counts,
        "total": total,
        "page": page,
        "pages": max(1, -(-total // finding_queue.PAGE)),
        "findings": finding_queue.findings(explorer.index, filters, decided, page),
        "states": finding_queue.STATES,
        "severities": finding_queue.SEVERITIES,
        "done": done,
    }
    return render(request, "findings.html", values)


@router.get("/findings/{identifier}/")
def one_finding(
    request: Request,
    language: InLanguage,
    explorer: Shared,
    identifier: str,
    done: str = "",
    by: Annotated[str, Cookie(alias=BY)] = "",
) -> HTMLResponse:
    """Show one finding with all that is needed to decide it."""
    finding = finding_or_gone(explorer, identifier, language)
    filters = finding_queue.filters_of(request.query_params)
    decisions, decided = read_decided(explorer)
    figures = desk.figures_of(explorer.warehouse, finding)
    concerned = desk.concerned(finding, figures)
    values = {
        "finding": finding,
        "filters": filters,
        "decided": decided,
        "figures": figures,
        "concerned": concerned,
        "source": next((_source(finding, figure) for figure in concerned), None),
        "sources": {figure.address: _source(finding, figure) for figure in concerned},
        "said": list(desk.said_of(finding, decisions)),
        "next": finding_queue.neighbour(explorer.index, filters, decided, finding),
        "previous": finding_queue.neighbour(explorer.index, filters, decided, finding, before=True),
        "cell_words": partial(_cell_words, language),
        "by": unquote(by),
        "done": done,
    }
    return render(request, "finding.html", values)


def read_decided(explorer: Explorer) -> tuple[Decisions, Decided]:
    """Return the decisions in the data root's files, and what of them waits or is stale."""
    decisions = read_decisions(explorer.settings.data_root).whole
    with known_ledger(explorer.settings) as ledger:
        return decisions, held_against(decisions, explorer.index, ledger)


def finding_or_gone(explorer: Explorer, identifier: str, language: Language) -> dict[str, Any]:
    """Return a finding; 404, kindly, if its report does not fail the check any more."""
    finding = finding_queue.one_finding(explorer.index, identifier)
    if finding is None:
        raise HTTPException(404, say(language, "finding_gone"))
    return finding


def _cell_words(language: Language, figure: desk.DeskFigure) -> str:
    """Return the words for a figure's codes."""
    columns = code_columns()[figure.table]
    return " · ".join(
        code_words(language, figure.table, column, one) for column, one in zip(columns, figure.cell, strict=True)
    )


def _source(finding: desk.Finding, figure: desk.DeskFigure) -> str:
    """Return the address of the page that shows where a figure stands in its source."""
    return f"reports/{finding['report_id']}/source/{figure.table}/{quote(figure.name)}/"
