"""A host's homepage, known by its title and links, so that it is not taken for the page that was asked for.

Sites under too many requests answer with their index and status 200 (CSRC, 常州: PORTALS §2.8, §6). Owns the
comparison. Must not fetch: `session` passes the function that does.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.encoding import decode
from extractors.html.links import absolute
from extractors.web.response import Response

_FEWEST_LINKS = 30
"""A page with fewer links is no portal's homepage, but could resemble one by its chrome alone."""
_ALIKE = 0.9
_LONGEST_TITLE = 30
_HOME = re.compile(r"/?(?:(?:index|default|home|main)\.\w+)?", re.IGNORECASE)
_TITLE = re.compile(rb"<title\b[^<>]{0,200}>\s*(.{0,400}?)\s*</title", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(rb"""<a\b[^<>]{0,500}?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
# Meta tags of articles and columns (国办发〔2017〕47号, PORTALS §4): a homepage has SiteName and its like.
_OWN_META = re.compile(rb"""name\s*=\s*["']?(?:ArticleTitle|PubDate|ColumnName)""", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s[-_|]|[-_|–—]\s?|年度?报告")


@dataclass(frozen=True, slots=True)
class Homepage:
    """What a homepage is known by: its title, and where its links lead."""

    title: bytes
    links: frozenset[str]


def is_home(url: str) -> bool:
    """Whether a URL is that of a homepage.

    >>> is_home("http://x.cn"), is_home("http://x.cn/index.shtml"), is_home("http://x.cn/?id=3"), is_home("http://x.cn/nb/")
    (True, True, False, False)
    """
    parts = urlsplit(url)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def may_be_home(body: bytes) -> bool:
    """Whether a page could be a homepage: many links, no meta tags of an article, the bare title of a site.

    Cheap, since every page is asked; only those that could be are compared with the homepage itself.
    """
    if body.count(b"<a ") < _FEWEST_LINKS or _OWN_META.search(body):
        return False
    title = decode(_title(body))
    return len(title) <= _LONGEST_TITLE and (title.startswith("首页") or not _SEPARATOR.search(title))


def read_homepage(body: bytes, url: str) -> Homepage:
    """What the page at `url` is known by."""
    links = (absolute(address.decode("ascii", "replace"), url) for address in _LINK.findall(body))
    return Homepage(_title(body), frozenset(link for link in links if link))


def same_page(page: Homepage, home: Homepage) -> bool:
    """Whether a page is the homepage, but for the news of the last minutes."""
    if page.title != home.title or len(home.links) < _FEWEST_LINKS:
        return False
    return len(page.links & home.links) >= _ALIKE * len(page.links | home.links)


class Homepages:
    """The homepage of each host, asked for once, when a page that could be it comes; safe for threads."""

    def __init__(self, fetch: Callable[[str], Response]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._known: dict[str, Homepage | None] = {}

    def shows_home(self, asked: str, url: str, body: bytes) -> bool:
        """Whether what came for the URL `asked`, from `url`, is the host's homepage; False where that cannot be had."""
        if is_home(asked) or urlsplit(asked).netloc != urlsplit(url).netloc:
            return False
        if is_home(url) or not may_be_home(body):
            return is_home(url)
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            host_lock = self._host_locks.setdefault(origin, threading.Lock())
        with host_lock:
            if origin not in self._known:
                home = self._fetch(f"{origin}/")
                self._known[origin] = read_homepage(home.body, home.final_url) if home.body else None
            known = self._known[origin]
        return known is not None and same_page(read_homepage(body, url), known)


def _title(body: bytes) -> bytes:
    found = _TITLE.search(body[:20_000])
    return found[1] if found else b""
