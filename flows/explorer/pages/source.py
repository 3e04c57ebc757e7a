"""Where one figure stands in its source: the page, the cell or the line that it was read from, marked."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from extractors.archive.archive import DamagedCapture
from extractors.document import Unreadable
from extractors.media_type import HTML
from flows.explorer.evidence.captures import part_names, why_missing
from flows.explorer.evidence.figures import SourceFigure, source_figure
from flows.explorer.evidence.view import View, view_of
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.guard import ARCHIVED
from flows.explorer.rendering import InLanguage, relative, render
from flows.explorer.reports.published_report import PublishedReport, published_report
from transforms.rows import naming_columns

router = APIRouter()
archived = APIRouter(prefix=ARCHIVED.rstrip("/"))
_NOTHING = View("none", False)


@router.get("/reports/{report_id}/source/{table}/{cell:path}/")
def source(request: Request, explorer: Shared, language: InLanguage, report_id: str, table: str, cell: str) -> Response:
    """Show a figure with its source; 404 if there is no such figure."""
    figure = _figure(explorer, report_id, table, cell)
    if figure.is_statement and figure.cell != figure.name[1]:
        return RedirectResponse(f"/{language}/{_address(figure, 'source')}/", 303)
    view, reason = _NOTHING, ""
    try:
        view = view_of(figure, explorer.evidence)
    except DamagedCapture as error:
        reason = why_missing(error, explorer.settings)
    except Unreadable as error:
        reason = str(error)
    names = naming_columns()[table]
    values = {"figure": figure, "view": view, "reason": reason, "names": names}
    return render(request, "source.html", values | _addresses(request, explorer, figure, view))


@router.get("/reports/{report_id}/pages/{number:int}.png")
def page_picture(
    request: Request, explorer: Shared, report_id: str, number: int, file: int = 0, member: str = ""
) -> Response:
    """Return the picture of a page of a report's capture, or of another file that its page was read with."""
    captures = _captures(_report(explorer, report_id))
    if not 0 <= file < len(captures):
        raise HTTPException(404)
    tag = f'"{captures[file]}-{number}-{quote(member)}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:  # only who was shown the picture has its tag
        return Response(status_code=304, headers=headers)
    try:
        picture = explorer.evidence.picture(captures[file], number, member)
    except (DamagedCapture, Unreadable) as error:
        raise HTTPException(404, str(error)) from error
    return Response(picture.png, media_type="image/png", headers=headers)


@archived.get("/reports/{report_id}/{table}/{cell:path}/")
def archived_page(explorer: Shared, report_id: str, table: str, cell: str) -> HTMLResponse:
    """Return the web page of a report as it was archived, unable to act, with the cell of a figure marked."""
    figure = _figure(explorer, report_id, table, cell)
    try:
        if figure.report.text("media_type") != HTML:
            raise HTTPException(404)
        marked = view_of(figure, explorer.evidence).cell
        return HTMLResponse(explorer.evidence.page(figure.report, marked).markup)
    except (DamagedCapture, Unreadable) as error:
        raise HTTPException(404, str(error)) from error


def _report(explorer: Explorer, report_id: str) -> PublishedReport:
    report = published_report(explorer.index, explorer.warehouse, report_id)
    if report is None:
        raise HTTPException(404)
    return report


def _figure(explorer: Explorer, report_id: str, table: str, cell: str) -> SourceFigure:
    figure = source_figure(_report(explorer, report_id), table, cell)
    if figure is None:
        raise HTTPException(404)
    return figure


def _captures(report: PublishedReport) -> list[str]:
    """Return the SHA-256 of a report's own capture, and those of the files that its page was read with."""
    return [report.text("capture_sha256"), *(part.sha256 for part in part_names(report))]


def _address(figure: SourceFigure, kind: str) -> str:
    return f"reports/{quote(figure.report.text('report_id'))}/{kind}/{figure.table}/{quote(figure.name[1])}"


def _addresses(request: Request, explorer: Explorer, figure: SourceFigure, view: View) -> dict[str, str]:
    """Return where the page of a figure finds the picture of its page, and the archived page."""
    report_id = quote(figure.report.text("report_id"))
    page = f"{ARCHIVED}reports/{report_id}/{figure.table}/{quote(figure.name[1])}/"
    own = relative(page, request.url.path) + (f"#{explorer.evidence.mark(figure.report)}" if view.cell else "")
    found = {"archived": own, "back": f"reports/{report_id}/"}
    if view.page is not None:
        found["picture"] = f"reports/{report_id}/pages/{view.page.page}.png"
        if view.page.file or view.page.member:
            found["picture"] += f"?file={view.page.file}&member={quote(view.page.member, safe='')}"
    return found
