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
from flows.explorer.words import LANGUAGES, Language, code_words, column_words, say, table_words

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

    Beside `values`, a template has `language`, `other` (the other language), `path`, `explorer`, and the functions
    `t` (words of the page), `code`, `column` and `table` (words of declarations), `link` (a page of this language),
    `there` (the same page in the other language) and `asset`.
    """
    path = request.url.path
    language = path_language(path)
    other: Language = "en" if language == "zh" else "zh"
    text = (
        environment()
        .get_template(template)
        .render(
            **values,
            language=language,
            other=other,
            path=path,
            explorer=explorer_of(request),
            t=partial(say, language),
            code=partial(code_words, language),
            column=partial(column_words, language),
            table=partial(table_words, language),
            link=lambda target: relative(f"/{language}/{target}", path),
            there=_in_language(other, request),
            asset=lambda name: relative(f"/assets/{name}", path),
        )
    )
    return HTMLResponse(text, status)


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
