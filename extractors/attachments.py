"""Attachments of an article page: the files that hold the report where the page itself does not.

Owns which links of a page are files. Must not fetch them, nor trust the ending: `sniff` reads the bytes.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

from extractors.hosts import host_of
from extractors.links import Link, page_links, parse_page

_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip)\W*$", re.IGNORECASE)


def attachments(html: bytes, url: str) -> list[Link]:
    """Files that the page at `url` links to or shows in a frame, on its own host, in the order of the page.

    A link is a file by the ending of its path, or of its text where a script delivers the file
    (`download.jsp?wbfileid=7`, PORTALS §2.3).

    >>> attachments(b'<a href="./P020210325.pdf">report</a> <a href="/get?id=7">report.docx</a>', "http://x.cn/a/t.html")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Link(url='http://x.cn/a/P020210325.pdf', title='report', published_on=None),
     Link(url='http://x.cn/get?id=7', title='report.docx', published_on=None)]
    """
    linked = [link for link in page_links(html, url) if _is_file(link.url) or _FILE.search(link.title)]
    known = {link.url for link in linked}
    return linked + [link for link in _framed(html, url) if link.url not in known]


def _framed(html: bytes, url: str) -> list[Link]:
    tree = parse_page(html)
    sources = [] if tree is None else tree.xpath("//iframe/@src | //embed/@src | //object/@data")
    targets = dict.fromkeys(urljoin(url, str(source)) for source in sources)
    return [Link(target, "") for target in targets if host_of(target) == host_of(url) and _is_file(target)]


def _is_file(url: str) -> bool:
    return _FILE.search(unquote(urlsplit(url).path)) is not None
