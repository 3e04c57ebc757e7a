"""What to show of the source of one figure: a picture of its page, the archived web page, or the document's text.

Owns that choice, and that nothing is marked which does not hold the figure's text as it was read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from extractors.document import BBox, Document, Grid, Unreadable
from extractors.media_type import HTML
from flows.documents.page_pictures import DRAWABLE
from flows.explorer.evidence.captures import part_names, told_parts
from flows.explorer.evidence.drawn_page import DrawnPage
from flows.explorer.evidence.evidence import Evidence
from flows.explorer.evidence.figures import SourceFigure, box_of, boxes_on
from flows.explorer.evidence.marks import SourcePlace, agree, text_at
from flows.explorer.evidence.rereading import Found, Reread
from flows.explorer.evidence.source_text import SourceLine, SourceText, marked_line, source_text

_OWN_FILE = 0


@dataclass(frozen=True, slots=True)
class PageView:
    """A picture of a page: of which file (0 is the report's own), and the boxes to draw on it."""

    file: int
    member: str
    page: int
    picture: DrawnPage
    box: BBox | None
    others: tuple[BBox, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What to show. `found`: what is marked holds the figure's text as it was read, or its box was kept with it.

    `told`: the chapter of a figure in prose. `file` names the file that the figure was read from, if it is not the
    report's own. `reads` is what the archived page shows in the marked cell, if that is not the text that was read.
    `reason` says why a page could not be read again.
    """

    kind: Literal["picture", "page", "text", "none"]
    found: bool
    told: SourceLine | None = None
    file: str = ""
    page: PageView | None = None
    cell: tuple[int, int] | None = None
    text: SourceText | None = None
    reads: str = ""
    reason: str = ""


def view_of(figure: SourceFigure, evidence: Evidence) -> View:
    """Return what to show of a figure's source.

    Raise DamagedCapture if the archive lacks it, Unreadable if it cannot be shown.
    """
    told = _told(figure)
    if figure.report.text("media_type") in DRAWABLE:
        return _on_own_page(figure, evidence, told)
    try:
        again = evidence.reread(figure.report)
    except Unreadable as error:
        if figure.report.text("media_type") != HTML:
            raise
        return View("page", False, told, reason=str(error))
    place = _checked(figure, again.figures.get(figure.name), again)
    if place is None:
        return _unmarked(figure, again, told)
    document = again.documents[place.document]
    page = _page_of_file(figure, evidence, place, again)
    if page is not None:
        return View("picture", place.bbox is not None, told, document.source, page)
    if place.part is None:
        return View("text", told is not None, told, document.source, text=source_text(document, None))
    cell = _cell_of_page(figure, document, place)
    if cell is not None:
        return _in_archived_page(figure, evidence, cell, source_text(document, place))
    return View("text", True, told, document.source, text=source_text(document, place))


def _told(figure: SourceFigure) -> SourceLine | None:
    """Return the chapter of a figure in prose, with the figure marked."""
    if not figure.is_statement:
        return None
    start, end = figure.row["start"], figure.row["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    return marked_line(figure.chapter(), start, end)


def _on_own_page(figure: SourceFigure, evidence: Evidence, told: SourceLine | None) -> View:
    """Return the page of a report that is a PDF or a picture; of a figure in recognised prose, its chapter alone."""
    page, box = figure.page, box_of(figure.row)
    if figure.is_statement and "ocr" not in str(figure.row["method"]):
        again = evidence.reread(figure.report)
        place = _checked(figure, again.figures.get(figure.name), again)
        page, box = (place.page, place.bbox) if place else (None, None)
    if page is None:
        return View("none", told is not None, told)
    return View("picture", box is not None, told, page=_page(figure, evidence, _OWN_FILE, "", page, box))


def _page(figure: SourceFigure, evidence: Evidence, file: int, member: str, page: int, box: BBox | None) -> PageView:
    parts = part_names(figure.report)
    sha256 = parts[file - 1].sha256 if file else figure.report.text("capture_sha256")
    others = tuple(other for other in boxes_on(figure.report, page) if other != box) if file == _OWN_FILE else ()
    return PageView(file, member, page, evidence.picture(sha256, page, member), box, others)


def _checked(figure: SourceFigure, found: Found | None, again: Reread) -> SourcePlace | None:
    """Return where a figure was found again; None where another text stands there than was read.

    A second look at a picture may have read in a box what the text of the document does not say.
    """
    if found is None or found.place is None or not agree(found.raw, figure.read):
        return None
    printed = text_at(again.documents, found.place)
    if printed is None or agree(printed, figure.read):
        return found.place
    return replace(found.place, part=None, last_part=None, cell=None) if found.place.bbox else None


def _unmarked(figure: SourceFigure, again: Reread, told: SourceLine | None) -> View:
    """Return a figure's source where nothing can be marked: the whole of it."""
    own_page = figure.report.text("media_type") == HTML and not told_parts(figure.report)
    return View("page" if own_page else "text", told is not None, told, text=source_text(again.documents[0], None))


def _page_of_file(figure: SourceFigure, evidence: Evidence, place: SourcePlace, again: Reread) -> PageView | None:
    """Return the page of another file than the report's own that a figure stands on; None if there is none to draw."""
    if place.page is None:
        return None
    document, parts = again.documents[place.document], part_names(figure.report)
    numbers = {part.url: number for number, part in enumerate(parts, start=1)}
    page, member = place.page, ""
    if document.media_type in DRAWABLE:
        file = numbers.get(document.source, _OWN_FILE)
        member = "" if file else document.source
    elif again.pictures and document.media_type == HTML:
        address, page = again.pictures[place.page - 1]
        file = numbers[address]
    else:
        return None
    try:
        return _page(figure, evidence, file, member, page, place.bbox)
    except Unreadable:  # a page of pictures in an archive, say: the text of the document is still there
        return None


def _cell_of_page(figure: SourceFigure, document: Document, place: SourcePlace) -> tuple[int, int] | None:
    """Return grid and cell of a figure in the report's own web page; None if it stands elsewhere."""
    own = figure.report.text("media_type") == HTML and document.method == "markup_grid" and not document.source
    if not own or place.cell is None or place.part is None:
        return None
    grids = [number for number, part in enumerate(document.parts) if isinstance(part, Grid)]
    return grids.index(place.part), place.cell


def _in_archived_page(figure: SourceFigure, evidence: Evidence, cell: tuple[int, int], text: SourceText) -> View:
    """Return the archived page with a cell marked, unmarked if the page that is shown has lost the cell."""
    seen = evidence.page(figure.report, cell).marked_text
    if seen is None:
        return View("page", False, text=text)
    return View("page", True, cell=cell, text=text, reads="" if agree(seen, figure.read) else seen.strip())
