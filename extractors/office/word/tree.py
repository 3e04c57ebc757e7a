"""Trees of Word files (WordprocessingML): the lines of text and the data tables in them, at any nesting.

Owns where lines break, which rows and cells are left out, and how merged cells take their places (ECMA-376, part 1,
17.2 to 17.4). `ink` has left of the text what a person sees. Opens no files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from lxml import etree

from extractors.document import ILLEGIBLE, Cell, Unreadable
from extractors.html.tree import squeeze
from extractors.office.word.styles import Element, W, is_on, number_of

WordPart = str | tuple[Cell, ...]
"""A line of text, or the cells of one data table."""

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

_PARAGRAPH, _TABLE, _ROW, _CELL, _TEXT_BOX = (W + name for name in ("p", "tbl", "tr", "tc", "txbxContent"))
_STRUCTURE = frozenset({_PARAGRAPH, _TABLE, _ROW, _CELL})
# Deleted and moved text, properties (they name tabs and borders, too), and the readings beside ruby text.
_UNSEEN = frozenset(W + name for name in ("del", "moveFrom", "pPr", "rPr", "sectPr", "sdtPr", "rt"))
_TEXTS = frozenset({W + "t", _MATH_TEXT})
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "sym": ILLEGIBLE,  # a sign of a symbol typeface has no code point of its own
    # Numbers and dates that are computed for each print.
    **{
        W + name: ILLEGIBLE
        for name in ("pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong")
    },
}
_SLIVER = 120
"""Width of a column, in twentieths of a point, up to which it holds no sign: cells whose edges miss each other slightly
leave such columns between them."""
_LOWEST = 60
"""Height of a row, in twentieths of a point, up to which nobody sees what it holds."""
_LAYOUT_CELL_LENGTH = 400
_SPAN_LIMIT = 100
_AREA_LIMIT = 2_000_000


def parts_of(container: Element) -> Iterator[WordPart]:
    """Yield lines of text and data tables below an element, in reading order; a text box follows its paragraph.

    A tab in a line stays. Raise Unreadable if spans make a table larger than any table of data is.
    """
    pending = ""
    for child in _structure(container):
        if child.tag == _TABLE:
            yield from _table_parts(child)
        elif child.tag == _PARAGRAPH:
            pieces = list(_pieces(child))
            pending += "".join(piece for piece in pieces if isinstance(piece, str))
            if _property(child, "pPr", "rPr", "del") is None:  # a deleted mark joins the paragraph to the next
                yield from _lines(pending)
                pending = ""
            for box in pieces:
                if not isinstance(box, str):
                    yield from parts_of(box)
    yield from _lines(pending)


def _structure(container: Element) -> Iterator[Element]:
    """Yield the paragraphs, tables, rows or cells right below an element, also those in controls and insertions."""
    for child in container:
        if child.tag in _STRUCTURE:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _structure(child)


def _pieces(paragraph: Element) -> Iterator[str | Element]:
    """Yield the visible text of a paragraph in pieces, and the text boxes that hang on it."""
    walker = etree.iterwalk(paragraph, events=("start",))
    for _, element in walker:
        if element.tag in _UNSEEN:
            walker.skip_subtree()
        elif element.tag == _TEXT_BOX:
            walker.skip_subtree()
            yield element
        elif element.tag in _TEXTS:
            yield element.text or ""
        elif element.tag in _SIGNS:
            yield _SIGNS[element.tag]


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a paragraph, blanks within them as one; of those without a sign the ones that hold a tab.

    Such a line stands for empty cells where a table was flattened to text.
    """
    for line in text.split("\n"):
        if line.strip(" \u3000\u00a0"):
            yield "\t".join(squeeze(piece) for piece in line.split("\t"))


def _property(element: Element, *path: str) -> Element | None:
    """Return the property at a path of names below an element."""
    found: Element | None = element
    for name in path:
        found = found.find(W + name) if found is not None else None
    return found


def _number(element: Element, *path: str) -> int:
    """Return the number that a property holds; 0 if it is missing or nonsense."""
    found = _property(element, *path)
    value = (found.get(W + "val") or "") if found is not None else ""
    return min(int(value), _SPAN_LIMIT) if value.isdecimal() else 0


@dataclass(slots=True)
class _Place:
    """A cell as written and the place that it takes; its spans grow while the cells after it are read."""

    element: Element
    row: int
    column: int
    row_span: int
    column_span: int


def _places(table: Element) -> list[_Place]:
    """Return the cells of a table in their places; what merging covers is not among them."""
    places: list[_Place] = []
    merging: dict[int, _Place] = {}  # column → the cell that a cell of the next row may continue downwards
    rows = [row for row in _structure(table) if row.tag == _ROW and not _is_left_out(row)]
    for number, row in enumerate(rows):
        above, merging = merging, {}
        column = _number(row, "trPr", "gridBefore")
        for cell in _structure(row):
            if cell.tag != _CELL:
                continue
            width = max(_number(cell, "tcPr", "gridSpan"), 1)
            downwards, across = _merging(cell, "vMerge"), _merging(cell, "hMerge")
            if across == "continue" and places and places[-1].row == number:
                places[-1].column_span += width
            elif downwards == "continue" and column in above:
                above[column].row_span += 1
                merging[column] = above[column]
            else:
                places.append(_Place(cell, number, column, 1, width))
                if downwards is not None:
                    merging[column] = places[-1]
            column += width
        if column * len(rows) > _AREA_LIMIT:
            raise Unreadable(f"the Word file cannot be read whole (a table of {len(rows)} rows and {column} columns)")
    return places


def _without_slivers(places: list[_Place], table: Element) -> list[_Place]:
    """Return the places with columns counted that are wide enough to hold a sign, cells of other columns left out.

    All as they are where a cell with text stands in such a column: then the table does not tell its widths.
    """
    widths = (column.get(W + "w", "") for column in table.iterfind(f"{W}tblGrid/{W}gridCol"))
    counted = list(accumulate((not width.isdecimal() or int(width) > _SLIVER for width in widths), initial=0))
    edges = [*counted, *range(counted[-1] + 1, counted[-1] + 2 + max((_end(place) for place in places), default=0))]
    kept = [place for place in places if edges[_end(place)] > edges[place.column]]
    dropped = (place for place in places if edges[_end(place)] == edges[place.column])
    if any(True for place in dropped for _ in parts_of(place.element)):
        return places
    return [
        replace(place, column=edges[place.column], column_span=edges[_end(place)] - edges[place.column])
        for place in kept
    ]


def _end(place: _Place) -> int:
    return place.column + place.column_span


def _merging(cell: Element, name: str) -> str | None:
    """Return `restart` or `continue` for a merged cell; a missing value means `continue`."""
    found = _property(cell, "tcPr", name)
    return None if found is None else found.get(W + "val") or "continue"


def _is_left_out(row: Element) -> bool:
    """Return whether a row is deleted (with the deletion still on record), hidden, or as low as a line."""
    hidden = is_on(_property(row, "trPr", "hidden"))
    return hidden or _property(row, "trPr", "del") is not None or _is_low(_property(row, "trPr", "trHeight"))


def _is_low(height: Element | None) -> bool:
    exact = height is not None and height.get(W + "hRule") == "exact"
    return exact and number_of(height, _LOWEST + 1) <= _LOWEST


def _table_parts(table: Element) -> Iterator[WordPart]:
    """Yield a data table, then those inside its cells; for a table that only arranges the page, what its cells hold."""
    places = _without_slivers(_places(table), table)
    contents = [_content(place.element) for place in places]
    if _only_arranges(places, contents):
        for content in contents:
            yield from content
        return
    yield tuple(
        Cell(_shown_text(content), place.row, place.column, place.row_span, place.column_span)
        for place, content in zip(places, contents, strict=True)
    )
    yield from (part for content in contents for part in content if not isinstance(part, str))


def _only_arranges(places: list[_Place], contents: list[list[WordPart]]) -> bool:
    """Return whether a table has one column, a cell as long as an article, or fewer cells than the tables inside it."""
    inner = sum(len(part) for content in contents for part in content if not isinstance(part, str))
    return (
        all(place.column == 0 for place in places)
        or inner > len(places)
        or any(len(_cell_text(content)) > _LAYOUT_CELL_LENGTH for content in contents)
    )


def _content(cell: Element) -> list[WordPart]:
    """Return lines and tables of a cell; none of one that is deleted with the deletion still on record."""
    return [] if _property(cell, "tcPr", "cellDel") is not None else list(parts_of(cell))


def _shown_text(content: list[WordPart]) -> str:
    """Return the text of a cell; a table in it, which is a grid of its own, is marked."""
    holds_table = any(not isinstance(part, str) for part in content)
    return "\n".join(filter(None, (_cell_text(content), ILLEGIBLE if holds_table else "")))


def _cell_text(content: list[WordPart]) -> str:
    lines = (squeeze(part) for part in content if isinstance(part, str))
    return "\n".join(filter(None, lines))
