"""大汉 jpaas, the newer platform of 浙江, 江苏 and others (PORTALS §2.1).

Right for: pages with `/api-gateway/jpaas-publish-server` in their markup.

Paging: the page asks `/api-gateway/jpaas-publish-server/front/page/build/unit?parseType=bulidstatic&webId=…`, which
answers in JSON with a fragment at `data.html`; its pager carries `count`, `rows` and `queryData`. Only
`paramJson={"pageNo":N,"pageSize":"15"}` works, a bare `pageNo` gives page 1 again. Units are asked by page.
"""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from extractors.dialects.json_lists import pages_for, read_json, value_at
from extractors.html.links import Link, page_links
from extractors.html.soup import parse_soup
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 20
SEVERAL_LISTS = True
SERVER = "/api-gateway/jpaas-publish-server"
UNIT = f"{SERVER}/front/page/build/unit"
UNIT_QUERY = re.compile(re.escape(UNIT) + r"\?([^\"'\s<>]+)")
QUERY_DATA = re.compile(r"queryData\s*=\s*(?:\"(\{[^\"<>]*\})\"|'(\{[^'<>]*\})')", re.IGNORECASE)
PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*['"]([^'"]*)['"]""")
# Up to the next count: else every count of a page would be tried with what follows all the others.
PAGER = re.compile(
    r"""\bcount\s*=\s*['"](\d{1,9})['"](?:(?!\bcount\s*=)[^<>]){0,1000}?\brows\s*=\s*['"](\d{1,4})['"]"""
)
LIST_PAGE = re.compile(r"/(?:index(?:_\d+)?\.s?html?)?$")
USUAL_PAGE_SIZE = "15"
MOST_UNITS = 50
"""Units of a page that are asked for its list: a page has a dozen."""


def recognises(page: Response) -> bool:
    """Recognise the address of the API."""
    return SERVER.encode("ascii") in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the links of the fragment that a unit answers with."""
    links = page_links(parse_soup(_fragment(page)), list_url)
    return [link for link in links if not LIST_PAGE.search(urlsplit(link.url).path)]


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the page of each unit that the list page builds: its list is one of them."""
    pager = PAGER.search(first.text)
    paging = {"paramJson": f'{{"pageNo":{number},"pageSize":"{pager[2] if pager else USUAL_PAGE_SIZE}"}}'}
    address = urljoin(first.final_url, UNIT)
    return [Request(f"{address}?{urlencode(unit | paging)}", referer=first.final_url) for unit in _units(first.text)]


def declared_pages(first: Response) -> int | None:
    """Return the pages that the entries fill, by their number in the pager of the fragment."""
    pager = PAGER.search(_fragment(first))
    return pages_for(int(pager[1]), int(pager[2])) if pager else None


def _fragment(page: Response) -> str:
    """Return the markup in an answer of the API; empty if it contains none."""
    fragment = value_at(read_json(page.text), "data", "html")
    return fragment if isinstance(fragment, str) else ""


def _units(text: str) -> list[dict[str, str]]:
    """Return what the page asks its units with, each once; those named for a list first.

    The page names it in addresses or in `queryData`.
    """
    queries = [dict(parse_qsl(html.unescape(query), keep_blank_values=True)) for query in UNIT_QUERY.findall(text)]
    queries += [dict(PAIR.findall(html.unescape(double or single))) for double, single in QUERY_DATA.findall(text)]
    units = [{name: value for name, value in query.items() if name != "paramJson"} for query in queries]
    distinct = {tuple(sorted(unit.items())): unit for unit in units if unit}
    return sorted(distinct.values(), key=lambda unit: "列表" not in unit.get("tagId", ""))[:MOST_UNITS]
