"""Web pages: the article among the site's chrome, its paragraphs and its tables with spans expanded.

Owns the walk over the tree, and what a page says of itself (title, date, agency, site). Must not know what a
label of a report means; layout tables are told from data tables by their shape alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from extractors.document import Block, Cell, Document, Grid
from extractors.encoding import decode
from extractors.pagination import is_page_number
from extractors.reader import Unreadable

MEDIA_TYPES = frozenset({"text/html"})

_SKIPPED = frozenset({"script", "style", "noscript", "template", "select", "textarea", "iframe", "object"})
_BREAKING = frozenset(
    "address article blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section ul body ucapcontent".split()
)
_ARTICLE_SHARE = 0.8
_LAYOUT_CELL_LENGTH = 400
_SPAN_LIMIT = 100
# Labels of the publication date; 更新时间, 修改时间 and 成文日期 are other dates (PORTALS §4).
_DATE_LABEL = re.compile(
    r"(?:发布|公开|发文|生成)(?:日期|时间)[：:\s]*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """The one reading of a page: blocks and grids of its article in reading order.

    `metadata` holds `title`, `published_on` (ISO date), `agency` and `site` where the page states them.
    Raises Unreadable for a page without any text.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(decode(body, content_type).encode(), parser=parser)
    except etree.ParserError as error:
        raise Unreadable(f"the page is empty ({error})") from error
    walk = _Walk()
    walk.visit(_article(root))
    walk.flush()
    yield Document("text/html", "markup_grid", tuple(walk.parts), _metadata(root))


class _Walk:
    """Collects blocks and grids of a tree in reading order; text gathers until an element breaks the line."""

    def __init__(self) -> None:
        self.parts: list[Block | Grid] = []
        self._pending: list[str] = []
        self._grids = 0

    def visit(self, element: etree._Element) -> None:
        if element.tag in _SKIPPED:
            return
        if element.tag == "table" and not _is_layout(element):
            self.flush()
            self.parts.append(Grid(self._grids, tuple(_cells(element))))
            self._grids += 1
            return
        breaks = element.tag in _BREAKING or element.tag in ("table", "tr", "td", "th", "br")
        if breaks:
            self.flush()
        self._pending.append(element.text or "")
        for child in element:
            self.visit(child)
            self._pending.append(child.tail or "")
        if breaks:
            self.flush()

    def flush(self) -> None:
        text = _squeeze("".join(self._pending))
        self._pending.clear()
        if text and not is_page_number(text):
            self.parts.append(Block(text))


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text).strip()


def _is_layout(table: etree._Element) -> bool:
    """Whether a table only arranges the page: it holds another table, or a cell as long as an article."""
    if table.find(".//table") is not None:
        return True
    return any(len(_text(cell)) > _LAYOUT_CELL_LENGTH for cell in table.iter("td", "th"))


def _text(element: etree._Element) -> str:
    """Text of an element without scripts; a block element or `<br>` inside it becomes a line break."""
    pieces: list[str] = []
    _gather(element, pieces)
    return "\n".join(line for line in map(_squeeze, "".join(pieces).split("\n")) if line)


def _gather(element: etree._Element, pieces: list[str]) -> None:
    if element.tag in _SKIPPED:
        return
    breaks = element.tag in _BREAKING or element.tag == "br"
    if breaks:
        pieces.append("\n")
    # A line break inside the markup is white space, not a break of the printed line.
    pieces.append((element.text or "").replace("\n", " "))
    for child in element:
        _gather(child, pieces)
        pieces.append((child.tail or "").replace("\n", " "))
    if breaks:
        pieces.append("\n")


def _cells(table: etree._Element) -> Iterator[Cell]:
    """Cells of one table at the places where their spans put them (HTML's own table model)."""
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line.iterchildren("td", "th"):
            while (row, column) in taken:
                column += 1
            row_span, column_span = _span(cell, "rowspan"), _span(cell, "colspan")
            taken |= {(row + down, column + right) for down in range(row_span) for right in range(column_span)}
            yield Cell(_text(cell), row, column, row_span, column_span)
            column += column_span


def _span(cell: etree._Element, name: str) -> int:
    match = re.match(r"\s*(\d+)", cell.get(name) or "1")
    return min(max(int(match[1]), 1), _SPAN_LIMIT) if match else 1


def _article(root: etree._Element) -> etree._Element:
    """The deepest element that holds most of the page's text outside links."""
    lengths: dict[etree._Element, int] = {}
    element = root.find("body")
    if element is None:
        return root
    whole = _measure(element, lengths)
    while True:
        # Inside a table the descent would cut the table off from its neighbours.
        child = max((child for child in element if child in lengths), key=lengths.__getitem__, default=None)
        if child is None or child.tag in ("table", "p") or lengths[child] < _ARTICLE_SHARE * whole:
            return element
        element = child


def _measure(element: etree._Element, lengths: dict[etree._Element, int]) -> int:
    """Length of the text outside links and scripts of an element and, in `lengths`, of all below it."""
    if element.tag in _SKIPPED or element.tag == "a":
        return 0
    length = len((element.text or "").strip())
    for child in element:
        length += _measure(child, lengths) + len((child.tail or "").strip())
    lengths[element] = length
    return length


def _metadata(root: etree._Element) -> dict[str, str]:
    """What the page states of itself: meta tags by 国办发〔2017〕47号, then the words that templates print."""
    tags: dict[str, str] = {}
    for tag in root.iter("meta"):
        tags.setdefault((tag.get("name") or "").lower(), (tag.get("content") or "").strip())
    found = {
        "title": tags.get("articletitle") or _first(root, "ucaptitle", "h1") or _first(root, "title"),
        "published_on": _date(tags.get("pubdate", "")) or _date(_first(root, "publishtime")) or _printed_date(root),
        "agency": tags.get("contentsource", ""),
        "site": tags.get("sitename", ""),
    }
    return {key: value for key, value in found.items() if value}


def _first(root: etree._Element, *names: str) -> str:
    return next((text for element in root.iter(*names) if (text := _squeeze(_text(element)))), "")


def _date(text: str) -> str:
    match = _DATE.search(text)
    return _iso(match) if match else ""


def _printed_date(root: etree._Element) -> str:
    match = _DATE_LABEL.search(re.sub(r"\s+", " ", _text(root)))
    return _iso(match) if match else ""


def _iso(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}"
