"""大汉 Hanweb's module for the open-information directory, xxgk (PORTALS §2.1).

Right for: pages with `/module/xxgk/` in their markup. Rows are `.tr_main_value_odd` and `_even`, links `.bt_link`.
`xxgkAnnualReport.jsp?fbtime=<year>&area=<code>` is a report by itself.

Paging: `POST /module/xxgk/search.jsp` with `infotypeId`, `area`, `currpage` and a dozen more answers with a fragment
that prints `共N页`. It may ignore the list and return the whole area: entries that name another list are left out.
"""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urljoin, urlsplit

from extractors.dialects.static_pages import printed_pages
from extractors.html.links import Link, base_of, links_of
from extractors.html.soup import attribute
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 40
FINGERPRINT = b"/module/xxgk/"
ROWS = "[class*=tr_main_value] a, [class*=bt_link] a, a[class*=bt_link]"
HIDDEN_INPUTS = "input[type=hidden][name]"
SEARCH = "/module/xxgk/search.jsp"
ANNUAL_REPORT = "/module/xxgk/xxgkAnnualReport.jsp"
SEARCH_QUERY = re.compile(re.escape(SEARCH) + r"\?([^\"'\s<>]+)")
LIST = re.compile(r"/col/col(\d+)/|/art_(\d+)_\d+\.html?$")
FORM = {
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
SET_BY_SCRIPT = re.compile(rf"""\b({"|".join(FORM)})['"]?\s*[:=]\s*(?:['"]([^'"]*)['"]|(-?\d+))""")


def recognises(page: Response) -> bool:
    """Recognise the address of the module."""
    return FINGERPRINT in page.body


def rows(page: Response, list_url: str) -> list[Link]:
    """Return the rows of a fragment, and reports at the module's own address for them."""
    listed = links_of(page.soup.select(ROWS), base_of(page.soup, list_url), charset=page.charset)
    own = list_of(list_url)
    if own and any(list_of(link.url) == own for link in listed):
        listed = [link for link in listed if list_of(link.url) in (own, "")]
    return listed + _annual_reports(page)


def next_pages(first: Response, number: int) -> list[Request]:
    """Return the search that the page itself posts, for page `number`; none if the page lists reports by year."""
    if _annual_reports(first):
        return []
    form = tuple((_form(first) | {"currpage": str(number)}).items())
    return [Request(urljoin(first.final_url, SEARCH), form=form, referer=first.final_url)]


def declared_pages(first: Response) -> int | None:
    """Return what the pager of the fragment prints."""
    return printed_pages(first)


def list_of(url: str) -> str:
    """Return the list's number in the address of an article, or of the list page.

    >>> list_of("http://x.cn/art/2026/2/3/art_1229_77.html"), list_of("http://x.cn/col/col1229/index.html")
    ('col1229/', 'col1229/')
    """
    named = LIST.search(urlsplit(url).path)
    return f"col{named[1] or named[2]}/" if named else ""


def _annual_reports(page: Response) -> list[Link]:
    return [link for link in page.links if urlsplit(link.url).path == ANNUAL_REPORT]


def _form(first: Response) -> dict[str, str]:
    """Return what the page posts: by the address of its search, by its script, by its hidden inputs."""
    address = SEARCH_QUERY.search(first.text)
    given = dict(parse_qsl(html.unescape(address[1]), keep_blank_values=True)) if address else {}
    set_by_script = {name: quoted or number for name, quoted, number in SET_BY_SCRIPT.findall(first.text)}
    inputs = first.soup.select(HIDDEN_INPUTS)
    hidden = {attribute(field, "name"): attribute(field, "value") for field in inputs}
    known = given | set_by_script | hidden
    return FORM | {name: value for name, value in known.items() if name in FORM}
