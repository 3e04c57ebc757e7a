"""Attachments of an article page: the files that contain the report if the page itself does not.

Owns which addresses in a page are those of files: linked, framed, shown by a viewer or named in a script. The ending
of an address is a guess; the media type of a file comes from its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HtmlElement

from extractors.hosts import host_of
from extractors.html.tree import Element, base_address
from extractors.urls import absolute, link_target

_ENDING = r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip)"
_FILE = re.compile(rf"{_ENDING}\W*$", re.IGNORECASE)
# showVsbpdfIframe("/__local/1/2/x.pdf", "100%", "600") (PORTALS §2.3); other scripts name a file in the same way
_QUOTED = re.compile(rf"""(["'])([^"'<>\s]{{1,500}}{_ENDING}(?:\?[^"'<>\s]{{0,500}})?)\1""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a page links to or shows; `title` is the text of the link, empty if the page only shows the file."""

    url: str
    title: str


def find_attachments(tree: Element, url: str, charset: str = "utf-8") -> list[Attachment]:
    """Return the files that the page at `url` links to or shows, on its own host, each once.

    Links come first, then frames, then scripts. A link leads to a file if its path ends like one, or if its text does
    and a script delivers the file (`download.jsp?wbfileid=7`, PORTALS §2.3). A viewer names the file in its query
    (`viewer.html?file=…`, §7).

    >>> from extractors.html.tree import parse
    >>> page = parse(b'<a href="./P020210325.pdf">report</a> <a href="/get?id=7">report.docx</a>')
    >>> find_attachments(page, "http://x.cn/a/t.html")  # doctest: +NORMALIZE_WHITESPACE
    [Attachment(url='http://x.cn/a/P020210325.pdf', title='report'),
     Attachment(url='http://x.cn/get?id=7', title='report.docx')]
    >>> page = parse(b'<iframe src="/pdfjs/web/viewer.html?file=%2Fa%2Fnb.pdf"></iframe>')
    >>> find_attachments(page, "http://x.cn/a/t.html")
    [Attachment(url='http://x.cn/a/nb.pdf', title='')]
    """
    base = absolute(base_address(tree), url) or url
    files: dict[str, Attachment] = {}
    for file in (*_linked(tree, base, charset), *_shown(tree, base, charset)):
        if host_of(file.url) == host_of(url):
            files.setdefault(file.url, file)
    return list(files.values())


def _linked(tree: Element, base: str, charset: str) -> Iterator[Attachment]:
    titles: dict[str, str] = {}
    for anchor in tree.iter("a"):
        target = link_target(anchor.get("href") or "", anchor.get("onclick") or "", base, charset)
        if target:
            title = " ".join((anchor.get("title") or cast(HtmlElement, anchor).text_content()).split())
            # A page may link a file twice, by an icon and by its title: the longer text is the title.
            titles[target] = max(titles.get(target, ""), title, key=len)
    for target, title in titles.items():
        file = _file_at(target) or (target if _FILE.search(title) else None)
        if file:
            yield Attachment(file, title)


def _shown(tree: Element, base: str, charset: str) -> Iterator[Attachment]:
    """Yield the files in frames, lazily loaded ones too, then those that scripts of the page name."""
    framed = cast(HtmlElement, tree).xpath(
        "//iframe/@src | //iframe/@data-src | //frame/@src | //embed/@src | //object/@data"
    )
    named = (name for script in tree.iter("script") for _, name in _QUOTED.findall(script.text or ""))
    for address in (*map(str, framed), *(name.replace("\\/", "/") for name in named)):
        target = absolute(address, base, charset)
        file = target and _file_at(target)
        if file:
            yield Attachment(file, "")


def _file_at(url: str) -> str | None:
    """Return the file that a URL leads to, itself or what its query asks a viewer to show; None if it is none.

    >>> _file_at("http://x.cn/web/viewer.html?page=1&file=../nb%20.pdf"), _file_at("http://x.cn/counter.html?id=3")
    ('http://x.cn/nb%20.pdf', None)
    """
    parts = urlsplit(url)
    if _FILE.search(unquote(parts.path)):
        return url
    try:
        query = parse_qsl(parts.query, errors="strict")
    except UnicodeDecodeError:  # of a page in GBK
        query = parse_qsl(parts.query, encoding="gb18030", errors="replace")
    for _, value in query:
        if _FILE.search(value.partition("?")[0].partition("#")[0]):
            return absolute(value.replace(" ", "%20"), url)
    return None
