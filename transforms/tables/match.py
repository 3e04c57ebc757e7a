"""Documents → the tables of the form, each as its best reading.

Owns the choice between methods (labels of grids, labels in running text), between documents of different cost and
between editions of the form. Labels and sums decide; the year only breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.document import SECOND_READER, Document
from transforms.chapters.chapters import Chapter
from transforms.forms.layout import Layout, TableLayout, layouts
from transforms.tables.copies import settle
from transforms.tables.document_view import DocumentView
from transforms.tables.doubts import with_doubts
from transforms.tables.grid_match import match_grids
from transforms.tables.page_numbers import without_bare_page_numbers
from transforms.tables.reading import Problem, TableReading
from transforms.tables.second_reading import compared, looked_at_again, with_labels_anew
from transforms.tables.text.match import match_text


@dataclass(frozen=True)
class Matched:
    """The contents of one file: its cheapest document (for the text), the chapters of that, and a reading per table."""

    document: Document
    chapters: Sequence[Chapter]
    readings: Mapping[str, TableReading]
    layout: Layout | None
    """The edition that most of the tables follow; None if no table was found."""
    extents: tuple[tuple[int, int], ...]
    """The first and the last part of each table in running text."""
    documents: tuple[DocumentView, ...]
    """All documents that were read, the cheapest first."""
    unread: tuple[Problem, ...] = ()
    """The tables that were found but not understood."""

    @property
    def editions(self) -> str | None:
        """The editions that the tables follow, in the order of the tables, joined by +; None if no table was found."""
        tables = self.layout.tables if self.layout else ()
        followed = (self.readings[table.table].edition for table in tables if table.table in self.readings)
        return "+".join(dict.fromkeys(followed)) or None


def match(documents: Iterable[DocumentView], year: int | None) -> Matched:
    """Return the tables of the first documents, in order of cost, that prove every table of an edition.

    If none does, each table is the best of all its readings, compared with that of a second reader. `documents` is
    consumed no further than needed; where a table may be printed twice, the next ones may see the copy that the first
    does not. `year` is the year reported on, if known. Raise ValueError if there is no document.
    """
    candidates: list[TableReading] = []
    others: list[TableReading] = []
    extents: dict[str, tuple[int, int]] = {}
    seen: list[DocumentView] = []
    layout: Layout | None = None
    best: dict[str, TableReading] = {}
    for document in map(_without_page_numbers, documents):
        if document.method == SECOND_READER:
            others += _read(document, (), year)
            continue
        seen.append(document)
        readings = _read(document, candidates, year)
        candidates += readings
        if len(seen) == 1:
            extents |= _extents(readings)
        layout = _edition(candidates, year)
        best = _chosen(candidates, layout)
        if _is_proven(best, layout) and not any(document.may_repeat(own.layout) for own in best.values()):
            break
    if not seen:
        raise ValueError("no reading of the file")
    best = _seen_twice(best, _chosen(others, layout), seen, layout, year)
    tables = {table: with_doubts(reading, candidates) for table, reading in settle(best, seen, year).items()}
    return Matched(seen[0].document, seen[0].chapters, tables, layout, tuple(extents.values()), tuple(seen))


def _without_page_numbers(view: DocumentView) -> DocumentView:
    parts = without_bare_page_numbers(view.parts)
    return view if len(parts) == len(view.parts) else DocumentView(replace(view.document, parts=tuple(parts)))


def _seen_twice(
    best: Mapping[str, TableReading],
    others: Mapping[str, TableReading],
    documents: Sequence[DocumentView],
    layout: Layout | None,
    year: int | None,
) -> dict[str, TableReading]:
    """Return the best readings compared with those of a second reader, and with second looks at pictures."""
    found = compared({table: looked_at_again(reading) for table, reading in best.items()}, others)
    if not any(reading.missing for reading in found.values()):
        return found
    anew = (with_labels_anew(document.document) for document in documents)
    relabelled = [DocumentView(document) for document in anew if document]
    return compared(found, _chosen([reading for again in relabelled for reading in _read(again, (), year)], layout))


def _read(document: DocumentView, candidates: Sequence[TableReading], year: int | None) -> list[TableReading]:
    """Return a document's readings of the tables that are not proven yet.

    An edition all of whose labels were found is the printed one: no other is tried after it.
    """
    printed = next((layout for layout in layouts() if _is_complete(candidates, layout)), None)
    readings: list[TableReading] = []
    for layout in [printed] if printed else sorted(layouts(), key=lambda layout: layout.in_force(year), reverse=True):
        best = _best(candidates, layout)
        for table in layout.tables:
            if table.table not in best or not best[table.table].proven:
                readings += _read_table(document, table, layout.edition)
        if _is_complete([*candidates, *readings], layout):
            break
    return readings


def _read_table(document: DocumentView, layout: TableLayout, edition: str) -> list[TableReading]:
    """Return the readings of one table from the grids and, if these leave something open, from the running text."""
    readings = match_grids(document.grids, layout, edition, document.method)
    if not any(reading.clear for reading in readings):
        readings += _match_running_text(document, layout, edition)
    return [reading for reading in readings if reading.is_table]


def _is_complete(candidates: Sequence[TableReading], layout: Layout) -> bool:
    """Return whether every figure of an edition was found and read without a doubt, even if sums do not hold."""
    best = _best(candidates, layout)
    return len(best) == len(layout.tables) and not any(reading.rank[0] or reading.problems for reading in best.values())


def _is_proven(readings: Mapping[str, TableReading], layout: Layout | None) -> bool:
    """Return whether every table of an edition was found and proven."""
    return (
        layout is not None
        and len(readings) == len(layout.tables)
        and all(reading.proven for reading in readings.values())
    )


def _chosen(candidates: Sequence[TableReading], layout: Layout | None) -> dict[str, TableReading]:
    """Return the best reading of each table: under the edition of the report, unless it follows another one better.

    Of a table that is printed in part, that edition may know no label at all.
    """
    if layout is None:
        return {}
    own = _best(candidates, layout)
    for other in layouts():
        for table, reading in _best(candidates, other).items():
            better = table in own and reading.rank < own[table].rank and reading.read > own[table].read
            if better or table not in own:
                own[table] = reading
    return {table.table: own[table.table] for table in layout.tables if table.table in own}


def _match_running_text(document: DocumentView, layout: TableLayout, edition: str) -> list[TableReading]:
    """Read a table from the text of its chapters, or of the whole document if none has it."""
    method = document.method if document.method == "text_flow" else f"{document.method}_flow"
    readings = [
        _placed(reading, start)
        for start, end in _stretches(document.chapters, layout.table)
        for reading in match_text(document.parts[start:end], layout, edition, method)
    ]
    if any(reading.is_table for reading in readings):
        return readings
    return [replace(reading, extent=None) for reading in match_text(document.parts, layout, edition, method)]


def _stretches(chapters: Sequence[Chapter], section: str) -> list[tuple[int, int]]:
    """Return where the chapters of a section begin and end; those that follow each other are one stretch.

    A line of a table may look like the heading of a chapter, of the same section or of none: its words are needed.
    """
    stretches: list[tuple[int, int]] = []
    before: Chapter | None = None
    for chapter in chapters:
        end = chapter.place + len(chapter.parts)
        goes_on = bool(stretches) and before is not None and stretches[-1][1] == before.place + len(before.parts)
        if goes_on and chapter.section == section:
            alone = before is not None and stretches[-1][0] == before.place
            stretches[-1] = (stretches[-1][0] - alone, end)
        elif goes_on and chapter.section is None:
            stretches[-1] = (stretches[-1][0], end)
        elif chapter.section == section:
            stretches.append((chapter.place, end))
        before = chapter
    return stretches


def _placed(reading: TableReading, start: int) -> TableReading:
    """Return a reading of a stretch, with its extent counted from the beginning of the document."""
    if reading.extent is None:
        return reading
    first, last = reading.extent
    return replace(reading, extent=(first + start, last + start))


def _extents(readings: Iterable[TableReading]) -> dict[str, tuple[int, int]]:
    """Return, per table, its extent in the best reading of the running text."""
    in_text = [reading for reading in readings if reading.extent]
    ordered = sorted(in_text, key=lambda reading: reading.rank, reverse=True)
    return {reading.layout.table: reading.extent for reading in ordered if reading.extent}


def _best(candidates: Sequence[TableReading], layout: Layout) -> dict[str, TableReading]:
    """Return the best reading of each table of an edition; earlier ones, which are cheaper, win ties."""
    best: dict[str, TableReading] = {}
    for reading in candidates:
        if reading.edition != layout.edition:
            continue
        table = reading.layout.table
        if table not in best or reading.rank < best[table].rank:
            best[table] = reading
    return best


def _edition(candidates: Sequence[TableReading], year: int | None) -> Layout | None:
    """Return the edition with the fewest missing figures and broken sums; the year breaks ties."""

    def score(layout: Layout) -> tuple[int, int, bool, int]:
        best = _best(candidates, layout).values()
        lost = sum(reading.rank[0] for reading in best) + sum(
            len(table.keys) for table in layout.tables if not _has(best, table)
        )
        broken = sum(len(reading.violations) + len(reading.problems) for reading in best)
        return -lost, -broken, layout.in_force(year), sum(len(reading.figures) for reading in best)

    editions = {reading.edition for reading in candidates}
    return max((layout for layout in layouts() if layout.edition in editions), key=score, default=None)


def _has(readings: Iterable[TableReading], table: TableLayout) -> bool:
    return any(reading.layout.table == table.table for reading in readings)
