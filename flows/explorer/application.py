"""The web application: its pages, its assets, its errors, and the guard before all of them.

Owns the list of pages and how an error looks. A page is one module in `pages/` and one template.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from flows.explorer.explorer import Explorer
from flows.explorer.guard import Guard
from flows.explorer.pages import assets, body, overview, report
from flows.explorer.rendering import language_of, render
from nianbao import NianbaoError

_PAGES = (overview, body, report)
"""Modules with a `router`, whose addresses begin with a language."""


def create_application(explorer: Explorer, guard: Guard) -> FastAPI:
    """Return the application that answers for one explorer."""
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    application.state.explorer = explorer
    application.middleware("http")(guard)
    application.get("/")(_choose_language)
    application.include_router(assets.router)
    for page in _PAGES:
        application.include_router(page.router, prefix="/{language}", dependencies=[Depends(language_of)])
    application.exception_handler(HTTPException)(_show_http_error)
    application.exception_handler(NianbaoError)(_show_error)
    return application


def _choose_language(request: Request) -> Response:
    """Lead to the overview in the language that the browser prefers."""
    prefers_chinese = request.headers.get("accept-language", "").lower().startswith("zh")
    return RedirectResponse("zh/" if prefers_chinese else "en/")


def _show_http_error(request: Request, error: HTTPException) -> HTMLResponse:
    standard = HTTPStatus(error.status_code).phrase
    return _error_page(request, error.status_code, "" if error.detail == standard else str(error.detail))


def _show_error(request: Request, error: NianbaoError) -> HTMLResponse:
    return _error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


def _error_page(request: Request, status: int, reason: str) -> HTMLResponse:
    return render(request, "error.html", {"status": status, "reason": reason}, status)
