"""A place: what is known of its bodies' reports, its series, and the divisions within it compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from flows.explorer.explorer import Shared
from flows.explorer.index.index import Index
from flows.explorer.measures.measures import is_share, measures
from flows.explorer.places import comparison, coverage, series
from flows.explorer.places.comparison import Choice
from flows.explorer.places.downloads import FRAMES, KINDS
from flows.explorer.places.figures import COMPARED, figures, form_changes
from flows.explorer.places.place import COUNTRY, Place, above, find_place, names_of
from flows.explorer.records import records, shown
from flows.explorer.rendering import InLanguage, render
from warehouse.query.labels import Language

router = APIRouter(prefix="/places")
_BODIES = 100
"""Bodies on a page."""
_LACKING = 60
"""Divisions that are named at once where many lack a report."""
_Chosen = TypeVar("_Chosen", str, int)


@router.get("/{code}/")
def place_page(request: Request, language: InLanguage, code: str, explorer: Shared) -> HTMLResponse:
    """Show a place; 404 for a code that is none."""
    place = find_place(explorer.index, code)
    if place is None:
        raise HTTPException(404)
    query = request.query_params
    values = {
        "place": place,
        "country": COUNTRY,
        "above": above(explorer.index, place),
        "successors": names_of(explorer.index, place.successors),
        "totals": coverage.totals(explorer.index, place),
        "frames": FRAMES,
        "kinds": KINDS,
        "shown": shown,
        **_bodies(explorer.index, place, query),
        **_series(explorer.index, place, query, language),
        **_comparison(explorer.index, place, query, language),
    }
    return render(request, "place.html", values)


def _bodies(index: Index, place: Place, query: QueryParams) -> dict[str, object]:
    """Return what is known of the place's own bodies, a page of them."""
    found = [] if place.code == COUNTRY else coverage.bodies(index, place)
    pages = -(-len(found) // _BODIES)
    page = min(_number(query.get("bodies")), max(pages, 1))
    return {
        "bodies": found[(page - 1) * _BODIES : page * _BODIES],
        "body_years": coverage.years_of(found),
        "bodies_page": page,
        "bodies_pages": pages,
        "unfinished": coverage.unfinished_lists(index, place),
        "address": lambda **changes: _address(query, changes),
    }


def _series(index: Index, place: Place, query: QueryParams, language: Language) -> dict[str, object]:
    bases = series.available(index, place)
    basis = _choose(query.get("of"), bases)
    if basis is None:
        return {"basis": None, "bases": {}, "figures": [], "sources": [], "changes": {}}
    found = series.series(index, place, basis)
    compared = series.medians(index, place, COMPARED) if basis == series.GOVERNMENT else []
    return {
        "basis": basis,
        "bases": bases,
        "figures": figures(found, compared, place.province, language),
        "counts": {year.year: (year.reports, year.possible) for year in found},
        "sources": series.sources(index, place) if basis == series.GOVERNMENT else [],
        "changes": form_changes(range(found[0].year, found[-1].year + 1)),
    }


def _comparison(index: Index, place: Place, query: QueryParams, language: Language) -> dict[str, object]:
    levels, years = comparison.levels(index, place), comparison.years(index, place)
    level, year = _choose(query.get("level"), levels), _choose(query.get("year"), years)
    if level is None or year is None:
        return {"levels": [], "choice": None}
    choice = Choice(
        year,
        level,
        _choose(query.get("figure"), measures()) or "received",
        _choose(query.get("show"), comparison.SHOWN) or "all",
        _choose(query.get("sort"), comparison.SORTS) or "value",
        query.get("name", "").strip(),
        _number(query.get("page")),
    )
    every = comparison.compare(index, place, choice)
    lacking = every[every["report_id"].isna()]
    found = comparison.chosen(every, choice)
    return {
        "levels": levels,
        "years": years,
        "choice": choice,
        "divisions": comparison.page(found, choice.page),
        "matching": len(found),
        "pages": -(-len(found) // comparison.PAGE),
        "number_of_divisions": len(every),
        "lacking": len(lacking),
        "first_lacking": records(lacking.head(_LACKING)),
        "measure_words": {name: getattr(one, language) for name, one in measures().items()},
        "is_share": is_share(choice.measure),
        "shows": list(comparison.SHOWN),
        "sorts": list(comparison.SORTS),
    }


def _choose(asked: str | None, known: Collection[_Chosen]) -> _Chosen | None:
    """Return what is asked for if it is known, else the first that is.

    >>> _choose("2021", [2022, 2021]), _choose("x", [2022, 2021]), _choose(None, [])
    (2021, 2022, None)
    """
    return next((one for one in known if str(one) == asked), next(iter(known), None))


def _number(text: str | None) -> int:
    """Return the number of a page, 1 if the text is none.

    >>> _number("3"), _number("-1"), _number("x"), _number(None)
    (3, 1, 1, 1)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 and int(text) else 1


def _address(query: QueryParams, changes: Mapping[str, object]) -> str:
    """Return the address of the same page with other choices."""
    return "?" + urlencode({**dict(query), **changes})
