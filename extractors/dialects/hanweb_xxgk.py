"""大汉 Hanweb's module for the open-information directory, xxgk (PORTALS §2.1).

Facts: `POST /module/xxgk/search.jsp` with `infotypeId`, `area`, `currpage` and a dozen more answers with a fragment;
rows are `.tr_main_value_odd` and `_even`, links `.bt_link`, pages `共N页`; it may ignore the column and return the
whole area, so entries that name another column are left out. `xxgkAnnualReport.jsp?fbtime=<year>&area=<code>` is a
report by itself. Must not fetch.
"""

from __future__ import annotations

import html as markup
import re
from urllib.parse import parse_qsl, urljoin, urlsplit

from extractors.encoding import decode
from extractors.html.links import Link, all_links, page_links, parse_page
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 40

_SEARCH = "/module/xxgk/search.jsp"
_ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp"
_ADDRESS = re.compile(re.escape(_SEARCH) + r"\?([^\"'\s<>]+)")
_PAGES = re.compile(r"共\s*(?:<[^<>]*>\s*)?(\d{1,5})\s*(?:<[^<>]*>\s*)?页")
_COLUMN = re.compile(r"/col/col(\d+)/|/art_(\d+)_\d+\.html?$")
_DEFAULTS = {
    "infotypeId": "",
    "jdid": "1",
    "area": "",
    "divid": "",
    "vc_title": "",
    "vc_number": "",
    "vc_filenumber": "",
    "vc_all": "",
    "texttype": "0",
    "fbtime": "-1",
    "currpage": "1",
    "sortfield": ",compaltedate:0",
    "standardXxgk": "1",
    "isAllList": "1",
}
_SET = re.compile(rf"""\b({"|".join(_DEFAULTS)})['"]?\s*[:=]\s*(?:['"]([^'"]*)['"]|(-?\d+))""")


def recognises(html: bytes, url: str) -> bool:
    """By the address of the module."""
    return b"/module/xxgk/" in html


def rows(page: Response, column: str) -> list[Link]:
    """The rows of a fragment, and reports that stand behind the module's own address for them."""
    tree = parse_page(page.body)
    if tree is None:
        return []
    lines = tree.xpath("//*[contains(@class, 'tr_main_value')] | //*[contains(@class, 'bt_link')]")
    links = {link.url: link for line in reversed(lines) for link in all_links(line, column)}
    listed = list(reversed(links.values()))
    annual = [link for link in page_links(page.body, column) if urlsplit(link.url).path == _ANNUAL]
    own = column_of(column)
    if own and any(column_of(link.url) == own for link in listed):
        listed = [link for link in listed if column_of(link.url) in (own, "")]
    return listed + annual


def next_pages(first: Response, number: int) -> list[Request]:
    """The search that the page itself posts, for its page `number`; none where the page lists reports by year."""
    if any(urlsplit(link.url).path == _ANNUAL for link in rows(first, first.final_url)):
        return []
    form = tuple((_fields(first) | {"currpage": str(number)}).items())
    return [Request(urljoin(first.final_url, _SEARCH), form=form, referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """By the pager of the fragment."""
    printed = _PAGES.search(decode(first.body))
    return int(printed[1]) if printed else None


def column_of(url: str) -> str:
    """The column's number in the address of an article, or of the column.

    >>> column_of("http://x.cn/art/2026/2/3/art_1229_77.html"), column_of("http://x.cn/col/col1229/index.html")
    ('col1229/', 'col1229/')
    """
    named = _COLUMN.search(urlsplit(url).path)
    return f"col{named[1] or named[2]}/" if named else ""


def _fields(first: Response) -> dict[str, str]:
    """What the page posts: by the address of its search, by its script, by its hidden inputs."""
    text = decode(first.body)
    address = _ADDRESS.search(text)
    given = dict(parse_qsl(markup.unescape(address[1]), keep_blank_values=True)) if address else {}
    set_by_script = {name: quoted or number for name, quoted, number in _SET.findall(text)}
    tree = parse_page(first.body)
    inputs = [] if tree is None else tree.xpath("//input[@type='hidden'][@name]")
    hidden = {str(element.get("name")): element.get("value") or "" for element in inputs}
    found = given | set_by_script | hidden
    return _DEFAULTS | {name: value for name, value in found.items() if name in _DEFAULTS}
