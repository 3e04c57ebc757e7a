"""Documents → the tables of the form, each as its best reading.

Owns the choice between methods (labels of grids, labels in running text), between documents of different cost and
between editions of the form. Labels and sums decide; the year only breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.document import SECOND_READER, Document
from transforms.forms.layout import Layout, TableLayout, layouts
from transforms.sections import Part, split_sections
from transforms.tables.grid_match import GridView, match_grids
from transforms.tables.page_numbers import without_bare_page_numbers
from transforms.tables.reading import Problem, TableReading
from transforms.tables.second_reading import compared
from transforms.tables.stitch import stitch_grids
from transforms.tables.text_match import match_text


@dataclass(frozen=True)
class Matched:
    """The contents of one file: its cheapest document (for the text), the sections of that, and a reading per table."""

    document: Document
    sections: Mapping[str, list[Part]]
    readings: Mapping[str, TableReading]
    layout: Layout | None
    """The edition that the tables follow; None if no table was found."""
    extents: Mapping[str, tuple[int, int]]
    """Section → its first and last part that belong to a table in running text."""
    documents: tuple[Document, ...]
    """All documents that were read, the cheapest first."""
    unread: tuple[Problem, ...] = ()
    """The tables that were found but not understood."""


def match(documents: Iterable[Document], year: int | None) -> Matched:
    """Return the tables of the first documents, in order of cost, that prove every table of an edition.

    If none does, each table is the best of all its readings, compared with that of a second reader. `documents` is
    consumed no further than needed. `year` is the year reported on, if known. Raise ValueError if there is no document.
    """
    candidates: list[TableReading] = []
    others: list[TableReading] = []
    extents: dict[str, tuple[int, int]] = {}
    read: list[Document] = []
    for raw in documents:
        document = replace(raw, parts=tuple(without_bare_page_numbers(raw.parts)))
        if document.method == SECOND_READER:
            others += _read(document, (), year)
            continue
        read.append(document)
        readings = _read(document, candidates, year)
        candidates += readings
        if len(read) == 1:
            extents |= _extents(readings)
        if _is_proven(candidates, _edition(candidates, year)):
            break
    if not read:
        raise ValueError("no reading of the file")
    layout = _edition(candidates, year)
    best = compared(_best(candidates, layout), _best(others, layout)) if layout else {}
    return Matched(read[0], split_sections(read[0].parts), best, layout, extents, tuple(read))


def _read(document: Document, candidates: Sequence[TableReading], year: int | None) -> list[TableReading]:
    """Return a document's readings of the tables that are not proven yet.

    An edition all of whose labels were found is the printed one: no other is tried after it.
    """
    grids = [GridView(grid) for grid in stitch_grids(document.parts)]
    sections = split_sections(document.parts)
    printed = next((layout for layout in layouts() if _is_complete(candidates, layout)), None)
    readings: list[TableReading] = []
    for layout in [printed] if printed else sorted(layouts(), key=lambda layout: layout.in_force(year), reverse=True):
        best = _best(candidates, layout)
        for table in layout.tables:
            if table.table not in best or not best[table.table].proven:
                readings += _read_table(document, grids, sections, table, layout.edition)
        if _is_complete([*candidates, *readings], layout):
            break
    return readings


def _read_table(
    document: Document,
    grids: Sequence[GridView],
    sections: Mapping[str, list[Part]],
    layout: TableLayout,
    edition: str,
) -> list[TableReading]:
    """Return the readings of one table from the grids and, if these leave something open, from the running text."""
    readings = [match_grids(grids, layout, edition, document.method)] if grids else []
    if not any(reading.clear for reading in readings):
        readings.append(_match_running_text(document, sections, layout, edition))
    return [reading for reading in readings if reading.is_table]


def _is_complete(candidates: Sequence[TableReading], layout: Layout) -> bool:
    """Return whether every figure of an edition was found and read, even if sums do not hold."""
    best = _best(candidates, layout)
    return len(best) == len(layout.tables) and not any(reading.rank[0] for reading in best.values())


def _is_proven(candidates: Sequence[TableReading], layout: Layout | None) -> bool:
    """Return whether every table of the edition was found and proven."""
    best = _best(candidates, layout).values() if layout else ()
    return layout is not None and len(best) == len(layout.tables) and all(reading.proven for reading in best)


def _match_running_text(
    document: Document, sections: Mapping[str, list[Part]], layout: TableLayout, edition: str
) -> TableReading:
    """Read a table from the text of its section, or of the whole document if the section has no heading."""
    method = document.method if document.method == "text_flow" else f"{document.method}_flow"
    if layout.table in sections:
        return match_text(sections[layout.table], layout, edition, method)
    return replace(match_text(document.parts, layout, edition, method), extent=None)


def _extents(readings: Iterable[TableReading]) -> dict[str, tuple[int, int]]:
    """Return, per section, the extent of the table in the best reading of its running text."""
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
