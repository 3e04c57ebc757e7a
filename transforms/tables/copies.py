"""A table of the form that a document prints several times with different figures (an annex, last year's, a draft).

Owns where the copies are, which of them is this report's, and what becomes of the figures that differ. Copies that
agree are no matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from extractors.document import Block, Document, Grid
from transforms.chapters.chapters import chapters_of, split_chapters
from transforms.forms.labels import normalise
from transforms.forms.layout import Key, TableLayout
from transforms.forms.values import FOLD, Value
from transforms.tables.grid_labels import GridView
from transforms.tables.grid_match import match_grids
from transforms.tables.reading import Figure, Problem, TableReading
from transforms.tables.stitch import stitch_grids
from transforms.tables.text_match import match_text

_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_OTHER_YEAR = re.compile(r"(?:上一?年度?|去年|往年|前一年|历年)(?!结转|项目)")
_NOT_FINAL = re.compile(r"草稿|初稿|征求意见|送审|样表|示例|样例|模板|(?:修改|修订|更正|调整|核对)前|作废")
_FINAL = re.compile(r"终稿|定稿|正式|(?:修改|修订|更正|调整|核对)后")
_NO_CAPTION = re.compile(r"。|(?:^|\s)(?!20\d\d$)\d[\d,.]*$|^[一二三四五六七八]\s*[、.．]|^.{60}")
"""A sentence, a row that ends with a number, a heading of a chapter, or a line longer than captions are."""
_DIGIT = re.compile(r"\d")
_LONGEST_CAPTION = 60
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
        text = " ".join(self.captions).translate(FOLD)
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


def settle(
    readings: Mapping[str, TableReading], documents: Sequence[Document], year: int | None
) -> dict[str, TableReading]:
    """Return the readings with the figures of this report, where the documents print a table with different ones."""
    settled = dict(readings)
    for table, reading in readings.items():
        for document in documents:
            copies = _copies(document, reading.layout, reading.edition)
            if len(copies) > 1:
                settled[table] = _settled(reading, copies, year)
                break
    return settled


def _settled(reading: TableReading, copies: Sequence[_Copy], year: int | None) -> TableReading:
    """Return a reading with the figures of the copy that is this report's; without those that differ if none is."""
    ordered = sorted(copies, key=lambda copy: (copy.distance(year), copy.reading.rank[:2]))
    own, *others = ordered
    differing = [key for key in own.reading.figures if any(_differ(own, other, key) for other in others)]
    if not differing:
        return reading
    decided = (own.distance(year), own.reading.rank[:2]) < (others[0].distance(year), others[0].reading.rank[:2])
    quoted = "; ".join(_quoted(copy, differing) for copy in ordered)
    if decided:
        note = Problem("table_printed_twice", quoted, tuple(differing))
        agrees = any(_same(reading.figures.get(key), own.reading.figures[key]) for key in differing)
        ours = reading if agrees else own.reading
        figures = {**ours.figures, **{key: own.reading.figures[key] for key in differing}}
        return replace(ours, figures=figures, notes=(*ours.notes, note))
    doubt = Problem("table_copies_differ", quoted, tuple(differing))
    unknown = {
        key: replace(own.reading.figures[key], raw=_raws(ordered, key), value=Value("unreadable")) for key in differing
    }
    return replace(reading, figures={**reading.figures, **unknown}, problems=(*reading.problems, doubt))


def _differ(one: _Copy, other: _Copy, key: Key) -> bool:
    return key in other.reading.figures and not _same(one.reading.figures[key], other.reading.figures[key])


def _same(one: Figure | None, other: Figure | None) -> bool:
    """Return whether two cells print the same number; nothing, a blank and 0 are no different figures."""
    left, right = (figure.value.number if figure else None for figure in (one, other))
    return (left or 0) == (right or 0)


def _quoted(copy: _Copy, keys: Sequence[Key]) -> str:
    """Return where a copy stands and what it prints in the first cells that differ."""
    cells = (f"{'/'.join(key)} {copy.reading.figures[key].raw}" for key in keys if key in copy.reading.figures)
    shown = [cell for cell, _ in zip(cells, range(_MOST_QUOTED), strict=False)]
    return f"{copy.name} {', '.join(shown)}{' …' if len(keys) > _MOST_QUOTED else ''}"


def _raws(copies: Iterable[_Copy], key: Key) -> str:
    return "; ".join(copy.reading.figures[key].raw for copy in copies if key in copy.reading.figures)


def _copies(document: Document, layout: TableLayout, edition: str) -> list[_Copy]:
    """Return the printed tables of one layout; none if the document does not print most of its labels twice."""
    if not may_be_repeated(document, layout):
        return []
    own = chapters_of(split_chapters(document.parts), layout.table)
    chapter = {id(part) for each in own for part in each.parts}
    found = [*_in_grids(document, layout, edition, chapter), *_in_text(document, layout, edition, chapter)]
    most = max((_filled(copy) for copy in found), default=0)
    return [copy for copy in found if _LEAST_SHARE * _filled(copy) >= most > 0]


def _filled(copy: _Copy) -> int:
    """Return the number of cells that print digits, whether they can be read or not: a template prints none."""
    return sum(_DIGIT.search(figure.raw) is not None for figure in copy.reading.figures.values())


def may_be_repeated(document: Document, layout: TableLayout) -> bool:
    """Return whether half of the row labels, or of the column labels of a table without any, stand there twice.

    Narrow columns break their labels, and a reader may mix the lines of one with another's: their letters tell.
    """
    texts = [part.text for part in document.blocks()]
    texts += [cell.text for grid in document.grids() for cell in grid.cells]
    text = "".join(map(normalise, texts))
    rows = [row.normal for block in layout.blocks for row in block.rows]
    if rows:
        return 2 * sum(sum(map(text.count, names)) > 1 for names in rows) >= len(rows)
    columns = [column.normal for block in layout.blocks for column in block.columns]
    letters = Counter(text)
    repeated = [
        sum(map(text.count, names)) > columns.count(names)
        or any(min(letters[letter] for letter in name) >= 2 * columns.count(names) for name in names)
        for names in columns
    ]
    return 2 * sum(repeated) >= len(columns)


def _in_grids(document: Document, layout: TableLayout, edition: str, chapter: set[int]) -> Iterator[_Copy]:
    places = {part.number: at for at, part in enumerate(document.parts) if isinstance(part, Grid)}
    views = {grid.number: GridView(grid) for grid in stitch_grids(document.parts)}
    last = (-1, -1)
    for reading in match_grids(list(views.values()), layout, edition, document.method):
        cells = sorted((figure.place.grid or 0, figure.place.row or 0) for figure in reading.figures.values())
        if cells:
            grid, row = cells[0]
            start = last[1] + 1 if last[0] == grid else 0
            captions = [title for title in _titles(views[grid], start, row) if not _is_header(title, layout)]
            captions += _above(document.parts[: places[grid]], layout, chapter) if last[0] != grid else ()
            yield _Copy(reading, tuple(captions), not chapter or id(document.parts[places[grid]]) in chapter)
            last = cells[-1]


def _titles(view: GridView, start: int, end: int) -> Iterator[str]:
    """Yield the texts of the rows above a table that fill a row alone, from the lowest up."""
    for row in reversed(range(start, end)):
        cells = [cell for cell in view.own_cells(row) if cell.text.strip()]
        if len(cells) == 1 and len(cells[0].text) <= _LONGEST_CAPTION:
            yield cells[0].text.strip()


def _in_text(document: Document, layout: TableLayout, edition: str, chapter: set[int]) -> Iterator[_Copy]:
    lines = list(document.blocks())
    for reading in match_text(lines, layout, edition, document.method):
        if reading.extent:
            first, last = reading.extent
            header = takewhile(lambda line: not _begins_rows(line, layout), lines[first:last])
            inside = not chapter or any(id(line) in chapter for line in lines[first : last + 1])
            yield _Copy(reading, tuple(_above([*lines[:first], *header], layout, chapter)), inside)


def _begins_rows(line: Block, layout: TableLayout) -> bool:
    """Return whether a line holds a label of a row, or of a column if the rows have none."""
    text = normalise(line.text)
    labels = [label for block in layout.blocks for label in block.rows or block.columns]
    return any(name in text for label in labels for name in label.normal)


def _above(parts: Sequence[Block | Grid], layout: TableLayout, chapter: set[int]) -> list[str]:
    """Return the lines above a table, from the nearest up, without those of its header.

    They end at a sentence, at another table, and where the chapter of such tables begins: its heading, and the title
    of the report, are not theirs.
    """
    captions: list[str] = []
    inside = bool(parts) and id(parts[-1]) in chapter
    for part in reversed(parts):
        text = part.text.strip() if isinstance(part, Block) else ""
        if isinstance(part, Grid) or _NO_CAPTION.search(text) or len(captions) == _MOST_CAPTION_LINES:
            break
        if inside and id(part) not in chapter:
            break
        if text and not _is_header(text, layout):
            captions.append(text)
    return captions


def _is_header(line: str, layout: TableLayout) -> bool:
    """Return whether a line is a part of the form's own header."""
    names = [normalise(cell) for cell in line.split()]
    headings = layout.headings | {column.heading for block in layout.blocks for column in block.columns}
    return all(name in headings or any(block.column_index.find(name) for block in layout.blocks) for name in names)
