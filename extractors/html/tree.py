"""Trees of web pages: the text that they show and the data tables in them, at any depth of nesting.

Owns what of a page is visible, where its lines break, and how spans put cells in their places. Must not know
which part of a page is the article, nor what a label means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree, html

from extractors.document import Cell
from extractors.encoding import decode
from extractors.html.embedded_article import embedded_article

Element = etree._Element

_SKIPPED = frozenset({"head", "script", "style", "noscript", "template", "select", "textarea", "iframe", "object"})
_BREAKING = frozenset(
    "address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol p pre section table td th tr ul body ucapcontent".split()
)
_CELLS = ("td", "th")
_GROUPS = ("thead", "tbody", "tfoot")
_UNSEEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\d{1,6})")
_LAYOUT_CELL_LENGTH = 400
_COLUMN_SPAN_LIMIT = 100
_AREA_LIMIT = 2_000_000
# The lookup of lxml.html asks Python for the class of each element: that costs more than the walk itself.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


class TooDeep(ValueError):
    """Elements nest deeper than the parser goes; what lies below is lost to it."""


def parse(body: bytes, content_type: str | None = None) -> Element:
    """The tree of a page without comments and processing instructions; an article in its script stands at its end.

    Raises TooDeep, and lxml's ParserError where the page holds no element at all.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    # The parser stops at the end of the first page; editors paste whole pages into articles.
    page = decode(body, content_type).replace("\x00", "")
    text = _PAGE_END.sub("", page + _as_element(embedded_article(page)))
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    if any("depth" in entry.message for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL):
        raise TooDeep("elements nest too deep, more than 2,000 levels")
    return root


def _as_element(article: str) -> str:
    return f'<div class="embedded">{article}</div>' if article else ""


def is_hidden(element: Element) -> bool:
    """Whether a reader of the page never sees the element."""
    if element.tag in _SKIPPED or element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _UNSEEN.search(style) is not None


def squeeze(text: str) -> str:
    """Text with each stretch of white space as one space, none at its ends, no sign without width.

    >>> squeeze(" 总 \\u00a0\\n计"), squeeze("1\\u200b2")
    ('总 计', '12')
    """
    return " ".join(_NO_WIDTH.sub("", text).split())


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tree of `root` shows: its texts in order, `"\\n"` where an element breaks the line and nowhere else.

    `places` holds for each visible element the number of its first text and that of the first one behind it.
    """

    root: Element
    texts: list[str]
    places: dict[Element, tuple[int, int]]

    def place(self, element: Element) -> tuple[int, int]:
        """The texts of an element; none for one that is hidden."""
        return self.places.get(element, (0, 0))

    def lines(self, start: int, end: int) -> list[str]:
        """The lines that the texts from `start` up to `end` make."""
        return element_lines(self.texts[start:end])


def show(root: Element) -> Shown:
    """Walks the tree below `root` once; white space inside the markup is no line break but in `<pre>`."""
    texts = ["\n"]
    places: dict[Element, tuple[int, int]] = {}
    starts: list[int] = []
    preformatted = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if is_hidden(element):
                walker.skip_subtree()
                starts.append(-1)
                continue
            starts.append(len(texts))
            if tag in _BREAKING and texts[-1] != "\n":
                texts.append("\n")
            preformatted += tag == "pre"
            text = element.text
        else:
            start = starts.pop()
            if start >= 0:
                if tag in _BREAKING and texts[-1] != "\n":
                    texts.append("\n")
                places[element] = start, len(texts)
                preformatted -= tag == "pre"
            text = element.tail if starts else None
        if text:
            texts.append(text if preformatted else text.replace("\n", " "))
    return Shown(root, texts, places)


def element_text(element: Element) -> str:
    """Visible text of an element, one line for each line that is shown."""
    return "\n".join(element_lines(show(element).texts))


def element_lines(texts: Iterable[str]) -> list[str]:
    """The lines that consecutive pieces of text make, those without a sign left out."""
    return [line for part in "".join(texts).strip().split("\n") if (line := squeeze(part))]


@dataclass(slots=True)
class _Row:
    """A row as written: its row group, and the cells with the lines of their text."""

    group: Element
    cells: list[tuple[Element, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of data: its cells, and the lines that stand in it outside of all cells (a caption)."""

    cells: tuple[Cell, ...]
    outside: tuple[str, ...]


def data_table(shown: Shown, table: Element) -> DataTable | None:
    """The table's cells at the places where their spans put them (HTML's own table model).

    None for a table that only arranges the page: it holds another table, a single column, or a cell as long as
    an article.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return None
    rows, outside = _rows(shown, table)
    cells = _place(rows)
    if cells is None or all(cell.column == 0 for cell in cells):
        return None
    if any(len(cell.text) > _LAYOUT_CELL_LENGTH for cell in cells):
        return None
    return DataTable(tuple(cells), tuple(element_lines(outside)))


def _rows(shown: Shown, table: Element) -> tuple[list[_Row], list[str]]:
    """Rows and cells in the order of their opening tags, so that missing or misplaced tags lose none of them."""
    first, last = shown.place(table)
    marks = [mark for mark in table.iter("tr", *_CELLS, *_GROUPS) if mark in shown.places]
    bounds = [*(shown.places[mark][0] for mark in marks), last]
    rows: list[_Row] = []
    group = table
    outside = shown.texts[first : bounds[0]]
    for mark, (start, end) in zip(marks, pairwise(bounds), strict=True):
        if mark.tag in _CELLS:
            if not rows:
                rows.append(_Row(group))
            rows[-1].cells.append((mark, shown.lines(start, end)))
            continue
        outside += ["\n", *shown.texts[start:end]]
        if mark.tag == "tr":
            rows.append(_Row(group))
        else:
            group = mark
    return rows, outside


def _place(rows: list[_Row]) -> list[Cell] | None:
    """Cells in their places; None where spans make the table larger than any table of data is."""
    cells: list[Cell] = []
    free_from: list[int] = []  # for each column, the first row that no cell from above reaches
    for number, (row, end) in enumerate(zip(rows, _group_ends(rows), strict=True)):
        column = 0
        for element, lines in row.cells:
            while column < len(free_from) and free_from[column] > number:
                column += 1
            # A row span never leaves its row group, and 0 means all that is left of it.
            height = _span(element, "rowspan")
            below = min(number + height, end) if height else end
            width = min(max(_span(element, "colspan"), 1), _COLUMN_SPAN_LIMIT)
            if column + width > len(free_from):
                free_from += [0] * (column + width - len(free_from))
                if len(free_from) * len(rows) > _AREA_LIMIT:
                    return None
            for reached in range(column, column + width):
                free_from[reached] = max(below, free_from[reached])
            cells.append(Cell("\n".join(lines), number, column, below - number, width))
            column += width
    return cells


def _group_ends(rows: list[_Row]) -> list[int]:
    """For each row the number of the first one behind its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group is rows[number + 1].group else number + 1
    return ends


def _span(cell: Element, name: str) -> int:
    printed = cell.get(name)
    match = _SPAN.match(printed) if printed else None
    return int(match[1]) if match else 1
