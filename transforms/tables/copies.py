"""A table of the form that a document prints several times with different figures (an annex, last year's, a draft).

Owns where the copies are, which of them is this report's, and what becomes of the figures that differ. Copies that
agree are no matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from extractors.document import Block, Grid
from transforms.chapters.chapters import chapters_of, split_chapters
from transforms.forms.labels import normalise
from transforms.forms.layout import Key, TableLayout
from transforms.forms.values import Value, folded
from transforms.tables.document_view import DocumentView
from transforms.tables.grid_match import match_grids
from transforms.tables.reading import Figure, Problem, TableReading
from transforms.tables.text.match import match_text

_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_OTHER_YEAR = re.compile(r"(?:上一?年度?|去年|往年|前一年|历年)(?!结转|项目)")
_NOT_FINAL = re.compile(r"草稿|初稿|征求意见|送审|样表|示例|样例|模板|(?:修改|修订|更正|调整|核对)前|作废")
_FINAL = re.compile(r"终稿|定稿|正式|(?:修改|修订|更正|调整|核对)后")
_NO_CAPTION = re.compile(r"。|(?:^|\s)(?!20\d\d$)\d[\d,.]*$|^[一二三四五六七八]\s*[、.．]|^.{60}")
"""A sentence, a row that ends with a number, a heading of a chapter, or a line longer than captions are."""
_DIGIT = re.compile(r"\d")
_MOST_CAPTION_LINES = 6
_MOST_QUOTED = 4
_LEAST_SHARE = 3
"""A copy has at least one cell with digits for so many of the fullest one: less is a summary."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """One of several printed tables: its reading, the short lines above it, and whether it is in its own chapter."""

    reading: TableReading
    captions: tuple[str, ...]
    in_chapter: bool

    def distance(self, year: int | None) -> int:
        """Return how far it is from this report: 0 if its caption says that it is, 3 if it says that it is not."""
        text = folded(" ".join(self.captions))
        years = set(map(int, _YEAR.findall(text)))
        if _NOT_FINAL.search(text) or _OTHER_YEAR.search(text) or (years and year is not None and year not in years):
            return 3
        if _FINAL.search(text) or years == {year}:
            return 0
        return 1 if self.in_chapter else 2

    @property
    def name(self) -> str:
        """What a person finds it by: the line above it, and its page."""
        pages = [figure.place.page for figure in self.reading.figures.values() if figure.place.page is not None]
        caption = self.captions[0] if self.captions else ""
        return f"“{caption}”" + (f" on page {min(pages)}" if pages else "")


@dataclass(frozen=True, slots=True)
class _Line:
    """A block, or a row of a grid: its text, the place of its part, its grid and row, and whether its chapter fits."""

    text: str
    part: int
    row: tuple[int, int] | None
    in_chapter: bool


def settle(
    readings: Mapping[str, TableReading], documents: Sequence[DocumentView], year: int | None
) -> dict[str, TableReading]:
    """Return the readings with the figures of this report, where the documents print a table with different ones."""
    settled = dict(readings)
    for table, reading in readings.items():
        copies = [_copies(document, reading.layout, reading.edition) for document in documents]
        if several := [own for own in copies if len(own) > 1]:
            best_read = min(several, key=lambda own: max(copy.reading.rank[0] for copy in own))
            settled[table] = _settled(reading, best_read, year)
    return settled


def _settled(reading: TableReading, copies: Sequence[_Copy], year: int | None) -> TableReading:
    """Return a reading with the figures of the copy that is this report's; without those that differ if none is."""
    ordered = sorted(copies, key=lambda copy: (copy.distance(year), copy.reading.rank[:2]))
    differing = _differing([copy.reading.figures for copy in ordered], reading.layout.keys)
    if not differing:
        return reading
    own, other = ordered[:2]
    quoted = "; ".join(_quoted(copy, differing) for copy in ordered)
    printed = {key: own.reading.figures[key] for key in differing if key in own.reading.figures}
    if (own.distance(year), own.reading.rank[:2]) < (other.distance(year), other.reading.rank[:2]):
        note = Problem("table_printed_twice", quoted, tuple(differing))
        agrees = any(_seen(reading.figures.get(key)) == _seen(figure) for key, figure in printed.items())
        ours = reading if agrees else own.reading
        return replace(ours, figures={**ours.figures, **printed}, notes=(*ours.notes, note))
    doubt = Problem("table_copies_differ", quoted, tuple(differing))
    raws = {
        key: "; ".join(one.reading.figures[key].raw for one in ordered if key in one.reading.figures) for key in printed
    }
    unknown = {key: replace(figure, raw=raws[key], value=Value("unreadable")) for key, figure in printed.items()}
    return replace(reading, figures={**reading.figures, **unknown}, problems=(*reading.problems, doubt))


def _differing(copies: Sequence[Mapping[Key, Figure]], keys: Sequence[Key]) -> list[Key]:
    """Return the cells of which not every copy prints the same; none if nothing but zeros and blanks tells them apart.

    Where copies differ, a cell that one of them leaves blank, lacks or does not let read may differ as well.
    """
    printed = [key for key in keys if any(key in copy for copy in copies)]
    if all(len({_seen(copy[key]) or 0 for copy in copies if key in copy}) == 1 for key in printed):
        return []
    return [key for key in printed if len({_seen(copy.get(key)) for copy in copies}) > 1]


def _seen(figure: Figure | None) -> Decimal | str | None:
    """Return what tells a cell from others: its number, None for a blank, or its text if it was not read."""
    if figure is None or figure.value.state == "unreadable":
        return figure.raw if figure else ""
    return figure.value.number


def _quoted(copy: _Copy, keys: Sequence[Key]) -> str:
    """Return where a copy stands and what it prints in the first cells that differ."""
    cells = (f"{'/'.join(key)} {copy.reading.figures[key].raw}" for key in keys if key in copy.reading.figures)
    shown = [cell for cell, _ in zip(cells, range(_MOST_QUOTED), strict=False)]
    return f"{copy.name} {', '.join(shown)}{' …' if len(keys) > _MOST_QUOTED else ''}"


def _copies(document: DocumentView, layout: TableLayout, edition: str) -> list[_Copy]:
    """Return the printed tables of one layout; none if the document does not print most of its labels twice."""
    if not document.may_repeat(layout):
        return []
    grids = {view.number: view.grid for view in document.grids}
    whole = (grids.get(part.number) if isinstance(part, Grid) else part for part in document.parts)
    parts = [part for part in whole if part is not None]
    in_grids = match_grids(document.grids, layout, edition, document.method)
    in_text = match_text(parts, layout, edition, document.method)
    readings = _one_of_each(in_grids, in_text)
    lines, most = list(_lines(parts, layout)), max(map(_filled, readings), default=0)
    return [_copy(reading, lines, layout) for reading in readings if _LEAST_SHARE * _filled(reading) >= most > 0]


def _one_of_each(in_grids: Iterable[TableReading], in_text: Iterable[TableReading]) -> list[TableReading]:
    """Return a reading for each printed table: the better one, where both read the same rows of a grid."""
    found = list(in_grids)
    for reading in in_text:
        same = [at for at, other in enumerate(found) if set(_rows(other)) & set(_rows(reading))]
        if not same:
            found.append(reading)
        elif len(same) == 1:
            found[same[0]] = min(found[same[0]], reading, key=lambda one: one.rank)
    return found


def _rows(reading: TableReading) -> list[tuple[int, int]]:
    """Return the rows of grids that hold a reading's figures, in order; none in running text."""
    places = (figure.place for figure in reading.figures.values())
    return sorted((place.grid, place.row or 0) for place in places if place.grid is not None)


def _filled(reading: TableReading) -> int:
    """Return the number of cells that print digits, whether they can be read or not: a template prints none."""
    return sum(_DIGIT.search(figure.raw) is not None for figure in reading.figures.values())


def _lines(parts: Sequence[Block | Grid], layout: TableLayout) -> Iterator[_Line]:
    """Yield the lines of a document: its blocks, and the rows of its grids."""
    chapter = {id(part) for each in chapters_of(split_chapters(parts), layout.table) for part in each.parts}
    for at, part in enumerate(parts):
        inside = not chapter or id(part) in chapter
        if isinstance(part, Block):
            yield _Line(part.text.strip(), at, None, inside)
        else:
            for row, cells in groupby(sorted(part.cells, key=lambda cell: cell.row), key=lambda cell: cell.row):
                yield _Line(" ".join(cell.text for cell in cells).strip(), at, (part.number, row), inside)


def _copy(reading: TableReading, lines: Sequence[_Line], layout: TableLayout) -> _Copy:
    """Return a reading with the lines above its table, from the nearest up, without those of its header.

    They end at a sentence, at another table, and where the chapter of such tables begins: its heading, and the title
    of the report, are not theirs.
    """
    rows, (first, last) = _rows(reading), reading.extent or (0, 0)
    own = [at for at, line in enumerate(lines) if (line.row in rows if rows else first <= line.part <= last)]
    start = own[0] if rows else next((at for at in own[1:] if _begins_rows(lines[at].text, layout)), own[0])
    inside = any(lines[at].in_chapter for at in own)
    captions: list[str] = []
    for line in reversed(lines[:start]):
        if _is_header(line.text, layout):
            continue
        other = line.row and not (rows and line.row[0] == rows[0][0])
        if other or _NO_CAPTION.search(line.text) or inside > line.in_chapter or len(captions) == _MOST_CAPTION_LINES:
            break
        captions.append(line.text)
    return _Copy(reading, tuple(captions), inside)


def _begins_rows(line: str, layout: TableLayout) -> bool:
    """Return whether a line holds a label of a row, or of a column if the rows have none."""
    text = normalise(line)
    labels = [label for block in layout.blocks for label in block.rows or block.columns]
    return any(name in text for label in labels for name in label.normal)


def _is_header(line: str, layout: TableLayout) -> bool:
    """Return whether a line has no characters but those of the form's own header: narrow columns break its words."""
    columns = [column for block in layout.blocks for column in block.columns]
    groups = [normalise(group) for block in layout.blocks for group in block.groups]
    words = [*layout.headings, *groups, *(word for column in columns for word in (column.heading, *column.normal))]
    return set(normalise(line)) <= set("".join(words))
