"""The static site: overview, places and downloads in both languages, as files that any web server can carry.

Owns which pages there are, and where each lies. They are the pages of the server, asked for in this process; links to
pages that need a server are words there. An export that was stopped is completed by the same again: each file takes its
name when it is whole.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TypeVar

from flows.explorer.application import create_application
from flows.explorer.explorer import Explorer, open_explorer
from flows.explorer.export.request import HOST, get
from flows.explorer.guard import Guard
from flows.explorer.pages.assets import CHARTS, STATIC
from flows.explorer.places.downloads import FRAMES, KINDS, write_frame
from flows.explorer.places.place import COUNTRY, bounds, find_place
from flows.explorer.records import records
from flows.explorer.rendering import environment
from flows.explorer.table_files import NoSuchFile
from flows.runs.progress import Display
from flows.settings import Settings
from nianbao import NianbaoError, atomic_write
from warehouse.query.labels import LANGUAGES

_KNOWN = """
SELECT DISTINCT code FROM (
    SELECT unnest([jurisdiction, left(jurisdiction, 7) || '00', left(jurisdiction, 5) || '0000']) AS code FROM states
) WHERE code BETWEEN $first AND $last AND code IN (SELECT jurisdiction FROM places) ORDER BY code
"""
_OK = 200
_Item = TypeVar("_Item")


class NotExported(NianbaoError):
    """Something cannot be exported; the message names it, and the reason or the remedy."""


@dataclass(frozen=True, slots=True)
class _Download:
    """A table of a place in one form."""

    code: str
    name: str
    kind: str

    @property
    def address(self) -> str:
        return f"places/{self.code}/{self.name}.{self.kind}"


def export_site(settings: Settings, bars: Display, folder: Path, code: str | None) -> None:
    """Write the site into a folder: of one place with all that lies within it, or of all.

    Raise NotExported if there is no such place or nothing is known of it, QueryError if the warehouse has no table.
    """

    def show_files(table: str, done: int, total: int) -> None:
        bars.show(f"files of {table}", done, total)

    with open_explorer(settings, read_only=True, progress=show_files) as explorer:
        codes = _places(explorer, code or COUNTRY)
        downloads = [_Download(*one) for one in product(codes, FRAMES, KINDS)]
        there = frozenset(
            one.address for one in _shown(downloads, "downloads", bars) if _write_download(explorer, folder, one)
        )
        pages = frozenset(f"places/{of}/" for of in codes)
        _write_pages(replace(explorer, pages=pages | there), folder, ["", *sorted(pages)], bars)


def _places(explorer: Explorer, wanted: str) -> list[str]:
    """Return the codes of the places that have a page: those of which something is known, and what they lie in."""
    first, last = bounds(wanted)
    codes = [row["code"] for row in records(explorer.index.frame(_KNOWN, {"first": first, "last": last}))]
    if find_place(explorer.index, wanted) is None or not codes:
        raise NotExported(f"nothing is known of a place {wanted}: give a code such as CN-370000 that has reports")
    return [COUNTRY, *codes] if wanted == COUNTRY else codes


def _write_download(explorer: Explorer, folder: Path, download: _Download) -> bool:
    """Write a table for both languages, and return whether there is one: a workbook can be too large."""
    first, *others = (folder / language / download.address for language in LANGUAGES)
    first.parent.mkdir(parents=True, exist_ok=True)
    try:
        with atomic_write(first) as out:
            write_frame(explorer.warehouse, download.name, download.code, download.kind, out)
    except NoSuchFile:
        return False
    for other in others:
        other.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(other) as out, first.open("rb") as whole:
            shutil.copyfileobj(whole, out)
    return True


def _write_pages(explorer: Explorer, folder: Path, pages: Iterable[str], bars: Display) -> None:
    """Write the pages, what they need beside them, and a first page that offers the languages."""
    application = create_application(explorer, Guard(frozenset({HOST}), None))
    assets = [f"assets/{name}" for name in (CHARTS, *sorted(path.name for path in STATIC.iterdir()))]
    addresses = [f"{language}/{page}" for language, page in product(LANGUAGES, pages)]
    for address in _shown([*assets, *addresses], "pages", bars):
        status, content = asyncio.run(get(application, f"/{address}"))
        if status != _OK:
            raise NotExported(f"{address} answers {status}: `nianbao explore` shows there what is wrong")
        _write(folder / (f"{address}index.html" if address.endswith("/") else address), content)
    _write(folder / "index.html", environment().get_template("languages.html").render().encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as out:
        out.write(content)


def _shown(items: Sequence[_Item], stage: str, bars: Display) -> Iterator[_Item]:
    """Yield items, and show how many are done."""
    for done, item in enumerate(items):
        bars.show(stage, done, len(items))
        yield item
    bars.show(stage, len(items), len(items))
