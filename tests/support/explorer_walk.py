"""All pages of the explorer that links lead to, breadth first, and what no page may contain."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import openpyxl
from bs4 import BeautifulSoup, Tag

_LINKS = {
    "a": "href",
    "link": "href",
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "form": "action",
}
_ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "background", "ping", "cite", "srcdoc")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_DEPTH = 3
"""Parts of a path, after the language, that tell kinds of pages apart."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Visited:
    """One answer of the walk: where it is, who led there, and what came."""

    address: str
    linked_from: str
    status: int
    media_type: str
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.media_type.startswith("text/html")

    @property
    def is_archived(self) -> bool:
        return urlsplit(self.address).path.startswith("/archived/")

    @property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.body, "lxml", from_encoding="utf-8")


Get = Callable[[str], tuple[int, str, bytes]]
"""Asks for an address, and returns the status, the media type, and the body, after redirects."""


def walk(get: Get, starts: Iterable[str], most: int = 2000, most_of_a_kind: int = 8) -> list[Visited]:
    """Visit all that pages link to below the starts' server, but of each kind of page only some, and `most` in all."""
    waiting = deque((start, start) for start in starts)
    origin = urlsplit(waiting[0][0]).netloc
    seen = {start for start, _ in waiting}
    kinds: Counter[tuple[str, ...]] = Counter()
    found: list[Visited] = []
    while waiting and len(found) < most:
        address, linked_from = waiting.popleft()
        found.append(Visited(address, linked_from, *get(address)))
        for link in links_of(found[-1]):
            if urlsplit(link).netloc != origin or link in seen:
                continue
            seen.add(link)
            kinds[kind_of(link)] += 1
            if kinds[kind_of(link)] <= most_of_a_kind:
                waiting.append((link, address))
    return found


def links_of(visited: Visited) -> Iterator[str]:
    """Yield the absolute addresses that a page links to; those of forms only where they ask and change nothing."""
    if not visited.is_page:
        return
    for tag in visited.soup.find_all(list(_LINKS)):
        target = tag.get(_LINKS[tag.name])
        if target is None or (tag.name == "form" and tag.get("method", "get") != "get"):
            continue
        with suppress(ValueError):
            yield urldefrag(urljoin(visited.address, str(target)))[0]


def kind_of(address: str) -> tuple[str, ...]:
    """Return what addresses of the same kind of page have in common.

    >>> kind_of("http://a/en/places/CN-371003/?year=2021"), kind_of("http://a/en/reports/1-2/source/requests/a/b/")
    (('en', 'places', '#', '', '?year'), ('en', 'reports', '#', 'source'))
    """
    parts = urlsplit(address)
    language, *path = parts.path.split("/")[1:]
    if len(path) > 1 and path[1]:
        path[1] = f"#{PurePath(path[1]).suffix}"
    return (language, *path[:_DEPTH], *(f"?{name}" for name, _ in parse_qsl(parts.query)))


def faults_of(visited: Visited, mark: str, form_token: str = "form_token") -> list[str]:
    """Return what is wrong with an answer: markup, scripts or formulas out of what a report says, and unsafe links.

    Hostile texts hold elements and attributes whose names begin with `mark`.
    """
    if visited.address.endswith(".csv") or visited.media_type.startswith("text/csv"):
        return [f"formula {cell!r}" for cell in _formulas_of_csv(visited.body)]
    if "spreadsheetml" in visited.media_type:
        return [f"formula {cell!r}" for cell in _formulas_of_sheet(visited.body)]
    if not visited.is_page:
        return []
    faults = [] if visited.is_archived else [f"bidi override {found!r}" for found in _OVERRIDES.findall(_text(visited))]
    for tag in visited.soup.find_all(True):
        faults += _faults_of_tag(tag, mark, visited)
        if (
            tag.name == "form"
            and str(tag.get("method", "get")).lower() == "post"
            and not tag.find("input", {"name": form_token})
        ):
            faults.append(f"form without its token: {tag.get('action')}")
    return faults


def _text(visited: Visited) -> str:
    return visited.body.decode("utf-8", "replace")


def _faults_of_tag(tag: Tag, mark: str, visited: Visited) -> Iterator[str]:
    if tag.name.startswith(mark):
        yield f"element <{tag.name}> in {tag.parent}"
    for name, value in tag.attrs.items():
        if name.startswith((mark, "on")):
            yield f"attribute {name}={value!r} of <{tag.name}>"
        if name in _ADDRESSES and not is_safe(str(value), visited.is_archived):
            yield f"{name}={value!r} of <{tag.name}>"
    if tag.name == "script" and not tag.get("src"):
        if tag.get("type") != "application/json":
            yield f"script {tag.string!r}"
        else:
            try:
                json.loads(tag.string or "")
            except ValueError:
                yield f"script of no JSON {tag.string!r}"
    if tag.name in ("base", "object", "embed", "applet", "meta") and tag.get("http-equiv"):
        yield f"element <{tag.name}>"


def is_safe(address: str, archived: bool = False) -> bool:
    """Return whether a browser that follows an address runs nothing.

    >>> [is_safe(text) for text in ("../a", "https://a.cn/", "data:,", "?q=javascript:x", "#a", "")]
    [True, True, True, True, True, True]
    >>> [is_safe(text) for text in ("javascript:x", " java\\tscript:x", "data:text/html,x", "//a.cn", "vbscript:x")]
    [False, False, False, False, False]
    """
    text = re.sub(r"[\x00-\x20]", "", unquote(address)).lower()
    if archived and text.startswith("data:image/"):
        return True
    scheme = re.match(r"[a-z][a-z0-9+.-]*:", text)
    if scheme is None:
        return not text.replace("\\", "/").startswith("//")
    return scheme[0] in ("http:", "https:") or text == "data:," or text.startswith("data:image/png;")


def _formulas_of_csv(body: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")):
        for cell in row:
            with suppress(ValueError):
                float(cell)
                continue
            if cell.startswith(_FORMULA):
                yield cell


def _formulas_of_sheet(body: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield str(cell.value)
