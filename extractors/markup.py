"""Trees of web pages: the text that they show and the data tables in them, at any depth of nesting.

Owns what of a page is visible, where its lines break, and how spans put cells in their places. Must not know
which part of a page is the article, nor what a label means.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from extractors.document import Cell
from extractors.encoding import decode

Element = etree._Element

_SKIPPED = frozenset({"head", "script", "style", "noscript", "template", "select", "textarea", "iframe", "object"})
_BREAKING = frozenset(
    "address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol p pre section table td th tr ul body ucapcontent".split()
)
_UNSEEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_LAYOUT_CELL_LENGTH = 400
_COLUMN_SPAN_LIMIT = 100
_AREA_LIMIT = 2_000_000


class TooDeep(ValueError):
    """Elements nest deeper than the parser goes; what lies below is lost to it."""


def parse(body: bytes, content_type: str | None = None) -> Element:
    """The tree of a page without comments and processing instructions.

    Raises TooDeep, and lxml's ParserError where the page holds no element at all.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # The parser stops at the end of the first page; editors paste whole pages into articles.
    text = _PAGE_END.sub("", decode(body, content_type).replace("\x00", ""))
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    if any("depth" in entry.message for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL):
        raise TooDeep("elements nest too deep, more than 2,000 levels")
    return root


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
    return _SPACES.sub(" ", _NO_WIDTH.sub("", text)).strip()


def pieces(root: Element, opaque: Container[Element] = ()) -> Iterator[tuple[Element | None, str]]:
    r"""The visible text below `root` in order, in pairs of the element that begins (None where none does) and text.

    `"\n"` stands where an element breaks the line; white space inside the markup is no line break but in `<pre>`.
    Of an element in `opaque` only its beginning is told.
    """
    preformatted = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        closed = is_hidden(element)
        if event == "start" and (closed or element in opaque):
            walker.skip_subtree()
            yield (None if closed else element), ""
        elif event == "start":
            preformatted += element.tag == "pre"
            yield element, "\n" if element.tag in _BREAKING else ""
            yield None, _printed(element.text, preformatted)
        else:
            preformatted -= element.tag == "pre" and not closed
            if element is not root:
                tail = _printed(element.tail, preformatted)
                yield None, "\n" + tail if element.tag in _BREAKING and not closed else tail


def _printed(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    return text if preformatted else _SPACES.sub(" ", text)


def text_of(element: Element) -> str:
    """Visible text of an element, one line for each line that is shown."""
    return "\n".join(lines_of(text for _, text in pieces(element)))


def lines_of(texts: Iterable[str]) -> list[str]:
    """The lines that consecutive pieces of text make, those without a sign left out."""
    return [line for line in map(squeeze, "".join(texts).split("\n")) if line]


@dataclass(slots=True)
class _Row:
    """A row as written: its row group, and the cells with the pieces of their text."""

    group: Element
    cells: list[tuple[Element, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of data: its cells, and the lines that stand in it outside of all cells (a caption)."""

    cells: tuple[Cell, ...]
    outside: tuple[str, ...]


def data_table(table: Element) -> DataTable | None:
    """The table's cells at the places where their spans put them (HTML's own table model).

    None for a table that only arranges the page: it holds another table, a single column, or a cell as long as
    an article.
    """
    if table.find(".//table") is not None:
        return None
    rows, outside = _rows(table)
    cells = _place(rows)
    if cells is None or all(cell.column == 0 for cell in cells):
        return None
    if any(len(cell.text) > _LAYOUT_CELL_LENGTH for cell in cells):
        return None
    return DataTable(tuple(cells), tuple(lines_of(outside)))


def _rows(table: Element) -> tuple[list[_Row], list[str]]:
    """Rows and cells in the order of their opening tags, so that missing or misplaced tags lose none of them."""
    rows: list[_Row] = []
    group = table
    outside: list[str] = []
    target = outside
    for element, text in pieces(table):
        tag = element.tag if element is not None else None
        if element is not None and tag in ("thead", "tbody", "tfoot"):
            group, target = element, outside
        elif tag == "tr":
            rows.append(_Row(group))
            target = outside
        elif element is not None and tag in ("td", "th"):
            if not rows:
                rows.append(_Row(group))
            target = []
            rows[-1].cells.append((element, target))
        target.append(text)
    return rows, outside


def _place(rows: list[_Row]) -> list[Cell] | None:
    """Cells in their places; None where spans make the table larger than any table of data is."""
    cells: list[Cell] = []
    free_from: list[int] = []  # for each column, the first row that no cell from above reaches
    for number, (row, end) in enumerate(zip(rows, _group_ends(rows), strict=True)):
        column = 0
        for element, texts in row.cells:
            while column < len(free_from) and free_from[column] > number:
                column += 1
            # A row span never leaves its row group, and 0 means all that is left of it.
            below = min(number + _span(element, "rowspan"), end) if _span(element, "rowspan") else end
            width = min(max(_span(element, "colspan"), 1), _COLUMN_SPAN_LIMIT)
            free_from += [0] * (column + width - len(free_from))
            free_from[column : column + width] = [max(below, row) for row in free_from[column : column + width]]
            cells.append(Cell("\n".join(lines_of(texts)), number, column, below - number, width))
            column += width
            if len(free_from) * len(rows) > _AREA_LIMIT:
                return None
    return cells


def _group_ends(rows: list[_Row]) -> list[int]:
    """For each row the number of the first one behind its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group is rows[number + 1].group else number + 1
    return ends


def _span(cell: Element, name: str) -> int:
    match = re.match(r"\s*(\d{1,6})", cell.get(name) or "")
    return int(match[1]) if match else 1
