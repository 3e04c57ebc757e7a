"""Trees of web pages: the text that they show and the data tables in them, at any depth of nesting.

Owns what of a page is visible, where its lines break, and how spans put cells in their places. Pages that
are searched for links are parsed by `extractors.html.soup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree, html
from lxml.etree import ParserError

from extractors.document import Cell, Unreadable
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
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\d{1,6})")
_LAYOUT_CELL_LENGTH = 400
_COLUMN_SPAN_LIMIT = 100
_AREA_LIMIT = 2_000_000
# The lookup of lxml.html asks Python for the class of each element: that costs more than the walk itself.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


def parse(body: bytes, content_type: str | None = None) -> Element:
    """Return the tree of a page without comments and processing instructions.

    An article in one of its scripts stands at its end. Raise Unreadable if the page contains no element at all, or if
    elements nest deeper than the parser goes: what lies below would be lost.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    # The parser stops at the end of the first page; editors paste whole pages into articles.
    page = decode(body, content_type).replace("\x00", "")
    text = _PAGE_END.sub("", page + _as_element(embedded_article(page)))
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise Unreadable(f"the page is empty ({error})") from error
    if any("depth" in entry.message for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL):
        raise Unreadable("the page cannot be read whole (elements nest too deep, more than 2,000 levels)")
    return root


def _as_element(article: str) -> str:
    return f'<div class="embedded">{article}</div>' if article else ""


def base_address(tree: Element) -> str:
    """Return what the page declares as base of its relative addresses; an empty string if it declares nothing."""
    return next((href for base in tree.iter("base") if (href := base.get("href")) is not None), "")


def is_hidden(element: Element) -> bool:
    """Return whether a visitor never sees the element."""
    if element.tag in _SKIPPED or element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _UNSEEN.search(style) is not None


def squeeze(text: str) -> str:
    """Return text with each run of white space as one space, none at its ends.

    >>> squeeze(" 总 \\u00a0\\n计")
    '总 计'
    """
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tree of `root` shows: its texts in order, `"\\n"` where an element breaks the line and nowhere else.

    `places` maps each visible element to the number of its first text and that of the first one after it.
    """

    root: Element
    texts: list[str]
    places: dict[Element, tuple[int, int]]

    def place(self, element: Element) -> tuple[int, int]:
        """Return the range of the texts of an element; an empty one if it is hidden."""
        return self.places.get(element, (0, 0))

    def lines(self, start: int, end: int) -> list[str]:
        """Return the lines that the texts from `start` up to `end` make."""
        return element_lines(self.texts[start:end])


def show(root: Element) -> Shown:
    """Return what the tree below `root` shows; line breaks in the markup count only inside `<pre>`."""
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
    """Return the visible text of an element, one line for each line that is shown."""
    return "\n".join(element_lines(show(element).texts))


def element_lines(texts: Iterable[str]) -> list[str]:
    """Return the lines that consecutive pieces of text make, without empty ones."""
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
    """Return the table's cells at the places where their spans put them (HTML's own table model).

    Return None for a table that only arranges the page: it contains another table, a single column, or a cell as long
    as an article.
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
    """Return rows and cells in the order of their opening tags, so that missing or misplaced tags lose none of them.

    The second value is the text of the table outside its cells.
    """
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
    """Return the cells in their places; None if spans make the table larger than any table of data is."""
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
    """Return for each row the number of the first one after its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group is rows[number + 1].group else number + 1
    return ends


def _span(cell: Element, name: str) -> int:
    printed = cell.get(name)
    match = _SPAN.match(printed) if printed else None
    return int(match[1]) if match else 1
