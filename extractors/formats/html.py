"""Web pages: the paragraphs and tables of the article, and what the page states about itself.

Owns the order of blocks and grids, and the page's title, date, agency and site. `html.tree` parses the page,
`html.main_content` chooses the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.document import ILLEGIBLE, Block, Document, Grid, Unreadable
from extractors.html.data_tables import data_table
from extractors.html.main_content import find_main_content
from extractors.html.shown import Shown, element_text, show
from extractors.html.tree import Element, parse, squeeze
from extractors.media_type import HTML
from extractors.page_numbers import is_page_number
from extractors.printed_dates import PRINTED_DATE, printed_date

MEDIA_TYPES = frozenset({HTML})

# Labels of the publication date, best first; 更新时间, 修改时间 and 成文日期 are other dates (PORTALS §4).
_DATE_LABELS = ("发布", "公开", "生成", "发文")
_DATE_TAGS = ("pubdate", "publishdate", "firstpublishedtime")
_PLACEHOLDER = re.compile(
    r"(?:网站|文章|信息|栏目|内容|政府网站)?(?:名称|标题|来源|标识码)|(?:发布|公开)(?:时间|日期)|.*(?:[{}]|\[!|<%|<\$|\$\().*",
    re.DOTALL,
)
_ICON = re.compile(rf"(?<!\d){ILLEGIBLE}+(?!\d)")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """Yield the one reading of a page. Raise Unreadable if it cannot be parsed whole or shows no text."""
    yield read_article(parse(body, content_type))


def read_article(tree: Element) -> Document:
    """Return the blocks and grids of a page's article in reading order.

    `metadata` contains `title`, `published_on` (ISO date), `agency` and `site` if the page states them. Raise
    Unreadable if the page shows no text.
    """
    shown = show(tree)
    parts = tuple(_parts(shown, find_main_content(shown)))
    if not parts:
        raise Unreadable("the page shows no text (filled in by a script?)")
    return Document(HTML, "markup_grid", parts, _metadata(shown))


def cell_elements(tree: Element) -> list[tuple[Element, ...]]:
    """Return, for each grid of a page's reading, the elements of the page that its cells were read from."""
    shown = show(tree)
    tables = (data_table(shown, table) for table in find_main_content(shown).iter("table"))
    return [data.elements for data in tables if data is not None]


def _parts(shown: Shown, article: Element) -> Iterator[Block | Grid]:
    """Yield blocks and grids in reading order; the caption of a table stands before it."""
    number = 0
    start, last = shown.place(article)
    for table in article.iter("table"):
        data = data_table(shown, table)
        if data is None:
            continue
        before, behind = shown.place(table)
        yield from _blocks(shown.lines(start, before))
        yield from _blocks(data.outside)
        yield Grid(number, data.cells)
        number += 1
        start = behind
    yield from _blocks(shown.lines(start, last))


def _blocks(lines: list[str] | tuple[str, ...]) -> Iterator[Block]:
    """Yield lines that stand in no data table: there, a picture may be a figure's only beside other digits."""
    texts = (_ICON.sub("", line).strip() for line in lines)
    return (Block(text) for text in texts if text and not is_page_number(text))


def _metadata(shown: Shown) -> dict[str, str]:
    """Return what the page states about itself: by meta tags of 国办发〔2017〕47号, then by the words of templates."""
    root = shown.root
    tags = _tags(root)
    found = {
        "title": tags.get("articletitle") or _title(root),
        "published_on": next(filter(None, (_date(tags.get(name, "")) for name in _DATE_TAGS)), "")
        or _date(_first(root, "publishtime"))
        or _printed_date(" ".join(shown.lines())),
        "agency": tags.get("contentsource", ""),
        "site": tags.get("sitename", ""),
    }
    return {key: value for key, value in found.items() if value}


def _tags(root: Element) -> dict[str, str]:
    """Return the contents of the meta tags by lower-case name, without empty ones and placeholders of templates."""
    tags: dict[str, str] = {}
    for tag in root.iter("meta"):
        content = squeeze(_TAG.sub("", tag.get("content") or ""))
        if content and not _PLACEHOLDER.fullmatch(content):
            tags.setdefault(squeeze(tag.get("name") or "").lower(), content)
    return tags


def _title(root: Element) -> str:
    """Return the heading that begins the page's title; a heading amid that title names the site, not the article."""
    title = _first(root, "title")
    headings = [squeeze(element_text(element)) for element in root.iter("ucaptitle", "h1")]
    whole = [heading for heading in headings if heading and title.startswith(heading)]
    if whole:
        return max(whole, key=len)
    named = any(heading and heading in title for heading in headings)
    return title if named else next(filter(None, headings), title)


def _first(root: Element, name: str) -> str:
    return next((text for element in root.iter(name) if (text := squeeze(element_text(element)))), "")


def _printed_date(text: str) -> str:
    date = PRINTED_DATE.pattern
    labelled = (re.search(rf"{label}(?:日期|时间)[】\]：:\s]*(?P<date>{date})", text) for label in _DATE_LABELS)
    return next((iso for match in labelled if match and (iso := _date(match["date"]))), "")


def _date(text: str) -> str:
    """Return the first date of a text in ISO form; empty if it contains none."""
    found = printed_date(text)
    return found.isoformat() if found else ""
