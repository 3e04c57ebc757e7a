"""A document read again, as it was when its report was published, to see where each figure stands in it.

Owns the following of figures and statements through the reading. It runs in a worker process: bytes of portals are
hostile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from extractors.document import BBox, Block, Document, Grid, Unreadable
from extractors.html.page_parts import read_parts
from extractors.reader import read_documents
from flows.documents.joined_page import PageFile, join_parts
from flows.explorer.evidence.marks import SourcePlace, marked, place_of
from flows.explorer.evidence.picture_pages import picture_pages
from transforms.chapters.running_text import line_places, without_tables
from transforms.prose.chapter_text import ChapterText
from transforms.prose.statements import Statement
from transforms.report import Context, NotAReport, Report, interpret, interpret_each
from transforms.rows import figure_name, figure_rows
from transforms.tables.reading import SENTENCES, TableReading

Name = tuple[str, str]
"""The table and the codes of a figure, or `statements` and the position of its chapter with its place there."""
STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class Rereading:
    """What to read again: the bytes, what is known of them, and the texts that were read of the report that is meant.

    `parts`: the files and pictures that the page was read with; None if it was read by itself.
    """

    body: bytes
    content_type: str | None
    media_type: str
    url: str
    context: Context
    read: Mapping[Name, str]
    parts: tuple[PageFile, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a figure was found, and its printed text there."""

    raw: str
    place: SourcePlace | None


@dataclass(frozen=True, slots=True)
class Reread:
    """All readings of a file, and where the figures of one report stand in them.

    `pictures` holds the address of the picture, and the frame of it, that each page of a page with pictures is; it is
    empty where that is not certain.
    """

    documents: tuple[Document, ...]
    figures: Mapping[Name, Found] = field(default_factory=dict)
    pictures: tuple[tuple[str, int], ...] = ()


def reread(given: Rereading) -> Reread:
    """Read a document again. Raise Unreadable if that cannot be done any more."""
    seen: list[Document] = []
    try:
        found = [dict(_figures(report, seen)) for report in _reports(given, seen)]
    except NotAReport as error:
        raise Unreadable(str(error)) from error
    own = max(found, key=lambda figures: _agreeing(figures, given.read))
    return Reread(tuple(map(_plain, seen)), own, _pictures(given, seen))


def _reports(given: Rereading, seen: list[Document]) -> list[Report]:
    if given.parts is None:
        documents = read_documents(given.body, given.content_type, given.media_type)
        return interpret_each(_marked(documents, seen), given.context)
    shown = read_parts(given.body, given.content_type, given.url).pictures
    parts = [replace(part, picture=part.url in shown) for part in given.parts]
    joined = join_parts(given.body, given.content_type, given.url, parts, given.context)
    return [interpret(_marked(joined.documents, seen), given.context)]


def _pictures(given: Rereading, seen: list[Document]) -> tuple[tuple[str, int], ...]:
    files = {part.url: part.body for part in given.parts or ()}
    return picture_pages(given.body, given.content_type, given.url, files, seen) if files else ()


def _marked(documents: Iterable[Document], seen: list[Document]) -> Iterator[Document]:
    for document in documents:
        seen.append(document)
        yield marked(document, len(seen) - 1)


def _agreeing(figures: Mapping[Name, Found], read: Mapping[Name, str]) -> int:
    """Return how many figures are read as those of the published report were: a file may hold several reports."""
    return sum(name in figures and figures[name].raw == raw for name, raw in read.items())


def _figures(report: Report, documents: list[Document]) -> Iterator[tuple[Name, Found]]:
    told = list(_statements(report, documents))
    for position, statement, found in told:
        yield (STATEMENTS, f"{position}/{statement.start}"), found
    for table, reading in report.matched.readings.items():
        if reading.method == SENTENCES:
            yield from _in_prose(table, reading, [(statement, found.place) for _, statement, found in told])
            continue
        for row in figure_rows("", reading):
            page, box = row["page"], row["bbox"]
            assert isinstance(page, int | None)
            assert isinstance(box, list | None)
            yield (table, figure_name(table, row)), Found(str(row["raw"]), place_of(page, box, documents))


def _in_prose(
    table: str, reading: TableReading, told: list[tuple[Statement, SourcePlace | None]]
) -> Iterator[tuple[Name, Found]]:
    """Yield the figures that sentences state, each where the only statement of this number stands."""
    for row in figure_rows("", reading):
        raw = str(row["raw"])
        places = [place for statement, place in told if f"{statement.value}{statement.unit}" == raw]
        yield (table, figure_name(table, row)), Found(raw, places[0] if len(places) == 1 else None)


def _statements(report: Report, documents: list[Document]) -> Iterator[tuple[int, Statement, Found]]:
    for told, chapter in zip(report.chapters, report.matched.chapters, strict=True):
        lines = list(line_places(without_tables(chapter, report.matched.extents)))
        for statement in told.statements:
            place = _stated_at(lines, statement, documents)
            yield told.position, statement, Found(_printed(told, statement), place)


def _printed(chapter: ChapterText, statement: Statement) -> str:
    return chapter.text[statement.start : statement.end]


def _stated_at(lines: list[tuple[int, Block]], statement: Statement, documents: list[Document]) -> SourcePlace | None:
    """Return the place of a statement, whose number may go on in the next line; on a page, the part in its first."""
    pieces = [piece for start, block in lines if (piece := _piece(start, block, statement))]
    if not pieces or not pieces[0][1]:
        return None
    page = pieces[0][0].page
    own = pieces[:1] if pieces[0][1][0][1] < pieces[0][1][0][3] else pieces
    left, top, right, bottom = zip(*(box for _, boxes in own for box in boxes), strict=True)
    return place_of(page, (min(left), min(top), max(right), max(bottom)), documents)


def _piece(start: int, block: Block, statement: Statement) -> tuple[Block, list[BBox]] | None:
    """Return the boxes of what a line, which begins at `start`, has of a statement; None if that is nothing."""
    text = block.text.strip()
    if start + len(text) <= statement.start or start >= statement.end:
        return None
    before = len(block.text) - len(block.text.lstrip())
    first, last = max(statement.start - start, 0) + before, min(statement.end - start, len(text)) + before
    return block, [box for box in block.boxes[first:last] if box]


def _plain(document: Document) -> Document:
    """Return a document without what is not shown: boxes, and second looks, which no other process could take."""
    parts = tuple(
        replace(part, cells=tuple(replace(cell, look_again=None) for cell in part.cells))
        if isinstance(part, Grid)
        else replace(part, boxes=())
        for part in document.parts
    )
    return replace(document, parts=parts)
