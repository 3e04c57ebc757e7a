"""大汉 jpaas, the newer platform of 浙江, 江苏 and others (PORTALS §2.1).

Facts: the page asks `/api-gateway/jpaas-publish-server/front/page/build/unit?parseType=bulidstatic&webId=…`, which
answers in JSON with a fragment at `data.html`; its pager carries `count`, `rows` and `queryData`; paging works only
as `paramJson={"pageNo":N,"pageSize":"15"}`, a bare `pageNo` gives page 1 again. Must not fetch.
"""

from __future__ import annotations

import html as markup
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from extractors.dialects.json_lists import pages_for, read_json, value_at
from extractors.encoding import decode
from extractors.html.links import Link, page_links
from extractors.web.request import Request
from extractors.web.response import Response

PRECEDENCE = 20

_SERVER = "/api-gateway/jpaas-publish-server"
_UNIT = f"{_SERVER}/front/page/build/unit"
_ADDRESS = re.compile(re.escape(_UNIT) + r"\?([^\"'\s<>]+)")
_QUERY = re.compile(r"queryData\s*=\s*(?:\"(\{[^\"<>]*\})\"|'(\{[^'<>]*\})')", re.IGNORECASE)
_PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*['"]([^'"]*)['"]""")
_PAGER = re.compile(r"""\bcount\s*=\s*['"](\d{1,9})['"][^<>]*?\brows\s*=\s*['"](\d{1,4})['"]""")
_LIST_PAGE = re.compile(r"/(?:index(?:_\d+)?\.s?html?)?$")
_USUAL_SIZE = "15"


def recognises(html: bytes, url: str) -> bool:
    """By the address of its API."""
    return _SERVER.encode("ascii") in html


def rows(page: Response, column: str) -> list[Link]:
    """The links of the fragment that a unit answers with."""
    fragment = value_at(read_json(page.body), "data", "html")
    if not isinstance(fragment, str) or not fragment.strip():
        return []
    links = page_links(fragment.encode("utf-8", "replace"), column)
    return [link for link in links if not _LIST_PAGE.search(urlsplit(link.url).path)]


def next_pages(first: Response, number: int) -> list[Request]:
    """The page of each unit that the column's page builds: its list is one of them."""
    text = decode(first.body)
    pager = _PAGER.search(text)
    asked = {"paramJson": f'{{"pageNo":{number},"pageSize":"{pager[2] if pager else _USUAL_SIZE}"}}'}
    address = urljoin(first.final_url, _UNIT)
    return [Request(f"{address}?{urlencode(unit | asked)}", referer=first.final_url) for unit in _units(text)]


def declared_pages(first: Response) -> int | None:
    """By the number of entries in the pager of the fragment."""
    fragment = value_at(read_json(first.body), "data", "html")
    pager = _PAGER.search(fragment) if isinstance(fragment, str) else None
    return pages_for(int(pager[1]), int(pager[2])) if pager else None


def column_of(url: str) -> str:
    """Nothing: units are asked by page."""
    return ""


def _units(text: str) -> list[dict[str, str]]:
    """What the page asks its units with, in addresses or in `queryData`, each once; those named for a list first."""
    found = [dict(parse_qsl(markup.unescape(query), keep_blank_values=True)) for query in _ADDRESS.findall(text)]
    found += [dict(_PAIR.findall(markup.unescape(one or other))) for one, other in _QUERY.findall(text)]
    units = [{name: value for name, value in unit.items() if name != "paramJson"} for unit in found]
    unlike = [unit for at, unit in enumerate(units) if unit and unit not in units[:at]]
    return sorted(unlike, key=lambda unit: "列表" not in unit.get("tagId", ""))
