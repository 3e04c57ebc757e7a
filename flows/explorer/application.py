"""The web application: its pages, its assets, its errors, and the guard before all of them.

Owns the list of pages and how an error looks. A page is one module in `pages/` and one template.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from flows.explorer.explorer import Explorer
from flows.explorer.guard import Guard, with_headers
from flows.explorer.pages import (
    ask,
    assets,
    body,
    downloads,
    findings,
    overview,
    places,
    portals,
    quarantine,
    report,
    review,
    runs,
    source,
)
from flows.explorer.rendering import language_of, path_language, render
from flows.explorer.words import say
from nianbao import NianbaoError

_PAGES = (overview, places, downloads, body, report, source, findings, review, runs, ask, quarantine, portals)
"""Modules with a `router`, whose addresses begin with a language."""


def create_application(explorer: Explorer, guard: Guard) -> FastAPI:
    """Return the application that answers for one explorer."""
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    application.state.explorer = explorer
    application.middleware("http")(guard)
    application.get("/")(_choose_language)
    application.include_router(assets.router)
    application.include_router(source.archived)
    for page in _PAGES:
        application.include_router(page.router, prefix="/{language}", dependencies=[Depends(language_of)])
    application.exception_handler(HTTPException)(_show_http_error)
    application.exception_handler(RequestValidationError)(_show_bad_address)
    application.exception_handler(NianbaoError)(_show_error)
    application.exception_handler(Exception)(_show_defect)
    return application


def _choose_language(request: Request) -> Response:
    """Lead to the overview in the language that the browser prefers."""
    prefers_chinese = request.headers.get("accept-language", "").lower().startswith("zh")
    return RedirectResponse("zh/" if prefers_chinese else "en/")


def _show_http_error(request: Request, error: HTTPException) -> HTMLResponse:
    standard = HTTPStatus(error.status_code).phrase
    return _error_page(request, error.status_code, "" if error.detail == standard else str(error.detail))


def _show_bad_address(request: Request, error: RequestValidationError) -> HTMLResponse:
    """Say which part of an address is wrong; a path that no page could have is that of none."""
    fault = error.errors()[0]
    where, name = str(fault["loc"][0]), str(fault["loc"][-1])
    status = HTTPStatus.NOT_FOUND if where == "path" else HTTPStatus.BAD_REQUEST
    return _error_page(request, status, "" if where == "path" else f"{name}: {fault['msg']}")


def _show_error(request: Request, error: NianbaoError) -> HTMLResponse:
    return _error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


def _show_defect(request: Request, error: Exception) -> Response:
    """Say that something is wrong, and no more: the server prints the rest. This answer does not pass the guard."""
    reason = say(path_language(request.url.path), "defect", kind=type(error).__name__)
    return with_headers(request, _error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, reason))


def _error_page(request: Request, status: int, reason: str) -> HTMLResponse:
    return render(request, "error.html", {"status": status, "reason": reason}, status)
