"""Attachments of an article page: the files that hold the report where the page itself does not.

Owns which addresses in a page are those of files, linked, framed, shown by a viewer or named in a script. Must not
fetch them, nor trust the ending: `sniff` reads the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HtmlElement

from extractors.hosts import host_of
from extractors.html.article_tree import all_links, base_of, parse_page
from extractors.html.links import Link
from extractors.urls import absolute

MOST_PARTS = 40
"""Files and pictures of one page that are fetched; a page with more is a list of other things, not a report."""

_ENDING = r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip)"
_FILE = re.compile(rf"{_ENDING}\W*$", re.IGNORECASE)
# showVsbpdfIframe("/__local/1/2/x.pdf", "100%", "600") (PORTALS §2.3); other scripts name a file in the same way
_QUOTED = re.compile(rf"""(["'])([^"'<>\s]{{1,500}}{_ENDING}(?:\?[^"'<>\s]{{0,500}})?)\1""", re.IGNORECASE)


def attachments(html: bytes, url: str) -> list[Link]:
    """Files that the page at `url` links to or shows, on its own host, each once: links, frames, then scripts.

    A link is a file by the ending of its path, or of its text where a script delivers the file
    (`download.jsp?wbfileid=7`, PORTALS §2.3). A viewer names the file in its query (`viewer.html?file=…`, §7).

    >>> attachments(b'<a href="./P020210325.pdf">report</a> <a href="/get?id=7">report.docx</a>', "http://x.cn/a/t.html")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Link(url='http://x.cn/a/P020210325.pdf', title='report', published_on=None),
     Link(url='http://x.cn/get?id=7', title='report.docx', published_on=None)]
    >>> attachments(b'<iframe src="/pdfjs/web/viewer.html?file=%2Fa%2Fnb.pdf"></iframe>', "http://x.cn/a/t.html")
    [Link(url='http://x.cn/a/nb.pdf', title='', published_on=None)]
    """
    tree = parse_page(html)
    if tree is None:
        return []
    files: dict[str, Link] = {}
    for link in (*_linked(tree, url), *_shown(tree, url)):
        if host_of(link.url) == host_of(url):
            files.setdefault(link.url, link)
    return list(files.values())


def _linked(tree: HtmlElement, url: str) -> Iterator[Link]:
    for link in all_links(tree, url):
        file = _file_at(link.url)
        if file:
            yield Link(file, link.title, link.published_on)
        elif _FILE.search(link.title):
            yield link


def _shown(tree: HtmlElement, url: str) -> Iterator[Link]:
    """Files in frames, lazily loaded ones too, then those that scripts of the page name."""
    base = base_of(tree, url)
    framed = tree.xpath("//iframe/@src | //iframe/@data-src | //frame/@src | //embed/@src | //object/@data")
    named = (name for script in tree.iter("script") for _, name in _QUOTED.findall(script.text or ""))
    for address in (*map(str, framed), *(name.replace("\\/", "/") for name in named)):
        target = absolute(address, base)
        file = target and _file_at(target)
        if file:
            yield Link(file, "")


def _file_at(url: str) -> str | None:
    """The file that a URL leads to: its own path, or what its query asks a viewer to show; None where it is none.

    >>> _file_at("http://x.cn/web/viewer.html?page=1&file=../nb%20.pdf"), _file_at("http://x.cn/counter.html?id=3")
    ('http://x.cn/nb%20.pdf', None)
    """
    parts = urlsplit(url)
    if _FILE.search(unquote(parts.path)):
        return url
    for _, value in parse_qsl(parts.query, errors="replace"):
        if _FILE.search(value.partition("?")[0].partition("#")[0]):
            return absolute(value.replace(" ", "%20"), url)
    return None
