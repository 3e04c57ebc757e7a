"""Links of a page: where they lead, what they are called, and the date printed beside them.

Owns the reading of anchors that every dialect shares. Must not know which links matter, nor fetch.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import cast
from urllib.parse import urljoin, urlsplit

from lxml.etree import ParserError
from lxml.html import HtmlElement

from extractors.encoding import decode
from extractors.hosts import host_of
from extractors.html.tree import TooDeep, parse

# Digits may not go on: index numbers such as 2026-02-00018 look like dates (PORTALS §4).
_DATE = re.compile(r"(?<!\d)(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
# javascript:void(0) with onclick="jumpToDetail('./202605/t20260512_1.html')" (PORTALS §2.8)
_ONCLICK = re.compile(r"""['"]([^'"]+\.s?html?)['"]""")
_WRITTEN = re.compile(r"""document\.write(?:ln)?\(\s*(['"])(.*?)(?<!\\)\1\s*\)""", re.DOTALL)
_ROW_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: absolute URL, its full title, and the date printed in its row."""

    url: str
    title: str
    published_on: date | None = None


def parse_page(html: bytes) -> HtmlElement | None:
    """Tree of a page; None where there is no element, or they nest too deep to be read whole.

    Comments, which may hold duplicate rows, are left out. Rows that a script writes with `document.writeln` stand
    behind that script (PORTALS §2.2).
    """
    try:
        tree = cast(HtmlElement, parse(html))
        for script in list(tree.iter("script")):
            written = "".join(part.replace("\\", "") for _, part in _WRITTEN.findall(script.text or ""))
            if written:
                script.addnext(_fragment(written))
    except (ParserError, TooDeep):
        return None
    return tree


def _fragment(html: str) -> HtmlElement:
    """A piece of a page as the children of one element."""
    page = parse(f"<div>{html}</div>".encode("utf-8", "replace"))
    page.tag = "div"
    return cast(HtmlElement, page)


def page_links(html: bytes, url: str) -> list[Link]:
    """Links of the page at `url` that stay on its host, each URL once, in the order of the page.

    >>> page_links('<li><a href="./a.html" title="全称">全…</a><span>2021-03-25</span></li>'.encode(), "http://x.cn/b/")
    [Link(url='http://x.cn/b/a.html', title='全称', published_on=datetime.date(2021, 3, 25))]
    """
    tree = parse_page(html)
    return [] if tree is None else [link for link in all_links(tree, url) if host_of(link.url) == host_of(url)]


def all_links(tree: HtmlElement, url: str) -> list[Link]:
    """Links of the page at `url`, wherever they lead, each URL once, in the order of the page."""
    base = base_of(tree, url)
    links: dict[str, Link] = {}
    for anchor in tree.iter("a"):
        target = _target(anchor, base)
        if target is None:
            continue
        link = Link(target, _title(anchor), _row_date(anchor))
        known = links.get(target)
        # A row may link twice, by a picture or 更多 and by its title: the longer text is the title.
        if known is None or len(link.title) > len(known.title):
            links[target] = link
    return list(links.values())


def base_of(tree: HtmlElement, url: str) -> str:
    """What relative addresses of the page at `url` are relative to."""
    return absolute(next(iter(tree.xpath("//base/@href")), ""), url) or url


def absolute(address: str, base: str) -> str | None:
    """The URL that an address in a page means, without its fragment; None where it is none of the web.

    A page on disk (`file:`) may lead to files on disk.

    >>> absolute("../b.pdf#page=2", "http://x.cn/a/t.html"), absolute("mailto:a@x.cn", "http://x.cn/")
    ('http://x.cn/b.pdf', None)
    """
    try:
        target = urljoin(base, address.strip()).partition("#")[0]
    except ValueError:  # such as a bracket that is not closed
        return None
    schemes = ("http://", "https://", "file:///") if base.startswith("file:///") else ("http://", "https://")
    return target if target.startswith(schemes) else None


# location.href = '…', window.location.replace("…"), <meta http-equiv="refresh" content="0;url=…">
_SENT_ON = re.compile(
    r"""location(?:\.href)?\s*(?:=|\.replace\()\s*['"]([^'"]+)['"]"""
    r"""|http-equiv\s*=\s*["']?refresh["']?[^>]*?url\s*=\s*['"]?([^'"\s>]+)""",
    re.IGNORECASE,
)
_SHELL = 2_000
"""Bytes below which a page that sends on to another is only a shell (PORTALS §1)."""


def framed_or_redirect_pages(html: bytes, url: str) -> list[str]:
    """Pages of the same host that the page at `url` shows in frames or sends on to, each once; never the homepage.

    Lists inside a frame are known from 常州 and 淮安, columns that only send on from many portals (PORTALS §2.8, §6).

    >>> framed_or_redirect_pages(b'<iframe src="list.html"></iframe><iframe src="http://y.cn/weather"></iframe>', "http://x.cn/nb/")
    ['http://x.cn/nb/list.html']
    >>> framed_or_redirect_pages(b"<script>location.href='/zwgk/nb/'</script>", "http://x.cn/nb/")
    ['http://x.cn/zwgk/nb/']
    """
    tree = parse_page(html)
    framed = [] if tree is None else tree.xpath("//iframe/@src | //iframe/@data-src | //frame/@src")
    base = url if tree is None else base_of(tree, url)
    targets = [target for address in (*map(str, framed), *refresh_targets(html)) if (target := absolute(address, base))]
    here = [target for target in targets if host_of(target) == host_of(url) and urlsplit(target).path.strip("/")]
    return [target for target in dict.fromkeys(here) if target != url]


def refresh_targets(html: bytes) -> list[str]:
    """Addresses, as they are written, that a page of next to no content sends on to by meta refresh or by script.

    >>> refresh_targets(b"<script>location.href='/zwgk/nb/'</script>")
    ['/zwgk/nb/']
    """
    found = _SENT_ON.findall(decode(html)) if len(html) < _SHELL else []
    return [script or unescape(refresh) for script, refresh in found]  # an attribute writes & as &amp;


def in_column(url: str, column: str) -> bool:
    """Whether `url` lies on the host and below the folder of the page `column`.

    >>> in_column("https://x.cn/nb/202103/t1.html", "http://x.cn/nb/index.html"), in_column("http://x.cn/", "http://x.cn/nb/")
    (True, False)
    """
    folder = urlsplit(column).path.rpartition("/")[0] + "/"
    return host_of(url) == host_of(column) and urlsplit(url).path.startswith(folder)


# /202103/, /20210325/, /2021/3/25/, /2021-03-25/: folders that publishing systems name by the day
_DATED = re.compile(
    r"/(?:20\d{2}/\d{1,2}(?:/\d{1,2})?|20\d{2}-\d{1,2}-\d{1,2}|20\d{4}(?:\d{2})?(?:/\d{1,2})?)/(?=[^/]*$)"
)


def folder_of(url: str) -> str:
    """Host and folder of a URL, without the folders that are named by the day of publication.

    >>> folder_of("http://x.cn/nb/202103/t1.html"), folder_of("http://x.cn/nb/2021/3/25/1.html"), folder_of("http://x.cn")
    ('x.cn/nb/', 'x.cn/nb/', 'x.cn/')
    """
    path = _DATED.sub("/", urlsplit(url).path)
    return host_of(url) + path.rpartition("/")[0] + "/"


def _target(anchor: HtmlElement, base: str) -> str | None:
    """Absolute URL without fragment that the anchor leads to; None where it leads to no web page."""
    href = (anchor.get("href") or "").strip()
    if not href or href.lower().startswith("javascript:"):
        called = _ONCLICK.search(anchor.get("onclick") or href)
        href = called.group(1) if called else ""
    return absolute(href, base) if href.partition("#")[0] else None


def _title(anchor: HtmlElement) -> str:
    """The full title: `@title`, since the text is often cut with …; without white space around line breaks."""
    return " ".join((anchor.get("title") or anchor.text_content()).split())


def _row_date(anchor: HtmlElement) -> date | None:
    """The date beside the link, in the smallest element around it that holds a date and no third link."""
    own_text = anchor.text_content()
    for ancestor in itertools.islice(anchor.iterancestors(), _ROW_DEPTH):
        if next(itertools.islice(ancestor.iter("a"), 2, None), None) is not None:
            return None
        text = ancestor.text_content().replace(own_text, "", 1)
        if _DATE.search(text):
            return printed_date(text)
    return None


def printed_date(text: str) -> date | None:
    """The first date in a text; None where there is none, or a number that only looks like one.

    >>> printed_date("发布日期：2026/2/11 09:30"), printed_date("索引号 2026-02-00018")
    (datetime.date(2026, 2, 11), None)
    """
    printed = _DATE.search(text)
    if printed is None:
        return None
    try:
        return date(*map(int, printed.groups()))
    except ValueError:
        return None
