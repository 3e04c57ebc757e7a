"""Pages from templates: what every template can say and link to, and the language of a page.

Owns the template environment. Links are relative, so that the same page works at a server and as a file of a static
site. Everything that a template prints is escaped: no text of a report is ever markup, or turns what stands after it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import jinja2
from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from flows.explorer.explorer import explorer_of
from flows.explorer.words import column_words, say, table_words
from warehouse.query.labels import LANGUAGES, Language, code_words

_TEMPLATES = Path(__file__).parent / "templates"
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def language_of(language: str) -> Language:
    """Return the language that an address names; 404 for another."""
    for known in LANGUAGES:
        if language == known:
            return known
    raise HTTPException(404)


InLanguage = Annotated[Language, Depends(language_of)]
"""A parameter of a page's function that is the language in its address."""


@cache
def environment() -> jinja2.Environment:
    """Return the environment of all templates."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=without_overrides,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def without_overrides(value: object) -> object:
    """Return what a template prints without the marks that turn the order of the text after it; others stay.

    >>> without_overrides("report\u202efdp.exe"), without_overrides(5)
    ('report\ufffdfdp.exe', 5)
    """
    return _OVERRIDES.sub("\ufffd", value) if type(value) is str else value


def render(request: Request, template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """Return a page from a template.

    Beside `values`, a template has `explorer`, and `framed` where another page shows it within itself; the functions
    `t` (words of the page), `code`, `column` and `table` (words of declarations); and where it is: `language`, `other`
    (the other one), `path`, `link` (a page of this language; empty where a static site has none), `there` (the same
    page in the other language) and `asset`; for a static site `exported` is true.
    """
    language = path_language(request.url.path)
    shared = {
        "explorer": explorer_of(request),
        "framed": request.headers.get("sec-fetch-dest") == "iframe",
        "t": partial(say, language),
        "code": partial(code_words, language),
        "column": partial(column_words, language),
        "table": partial(table_words, language),
        **_place(request, language, explorer_of(request).pages),
    }
    return HTMLResponse(environment().get_template(template).render(**values, **shared), status)


def _place(request: Request, language: Language, pages: frozenset[str] | None) -> dict[str, object]:
    """Return where a page is, and how it names others; `pages` are those that a static site has."""
    path = request.url.path
    other: Language = "en" if language == "zh" else "zh"
    return {
        "language": language,
        "other": other,
        "path": path,
        "link": lambda target: _link(target, path, pages),
        "there": _in_language(other, request),
        "asset": lambda name: relative(f"/assets/{name}", path),
        "exported": pages is not None,
    }


def _link(target: str, path: str, pages: frozenset[str] | None) -> str:
    """Return the address of a page as the page at `path` names it; nothing for one that a static site lacks.

    A static site has one file a page, whatever is asked behind its `?`.

    >>> pages = frozenset({"places/CN-370000/"})
    >>> _link("places/CN-370000/?year=2021", "/zh/", pages), _link("ask/", "/zh/", pages)
    ('places/CN-370000/', '')
    """
    if pages is not None:
        target = target.partition("?")[0]
        if target and target not in pages:
            return ""
    return relative(f"/{path_language(path)}/{target}", path)


def _in_language(other: Language, request: Request) -> str:
    """Return the same page in the other language, as it is written on this one; of an address without, the overview."""
    path, query = request.url.path, request.url.query
    _, language, *_ = path.split("/")
    if language not in LANGUAGES:
        return relative(f"/{other}/", path)
    return relative(f"/{other}/{path[len(language) + 2 :]}", path) + (f"?{query}" if query else "")


def path_language(path: str) -> Language:
    """Return the language of an address: that which it names, else English.

    >>> path_language("/zh/places/CN-370000/"), path_language("/nowhere")
    ('zh', 'en')
    """
    return "zh" if path.split("/")[1] == "zh" else "en"


def relative(target: str, path: str) -> str:
    """Return an address as it is written on the page at `path`.

    >>> relative("/zh/places/CN-370000/", "/zh/")
    'places/CN-370000/'
    >>> relative("/assets/style.css", "/zh/places/CN-370000/")
    '../../../assets/style.css'
    """
    place, mark, rest = target.partition("?")
    found = posixpath.relpath(place, path if path.endswith("/") else posixpath.dirname(path))
    return (found + "/" if place.endswith("/") else found) + mark + rest
