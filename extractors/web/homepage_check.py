"""Telling a host's homepage, by its title and links, from the page that was asked for.

Sites under too many requests answer with their index and status 200 (CSRC, 常州: PORTALS §2.8, §6). Owns the
comparison; the client passes the function that fetches.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.encoding import decode
from extractors.urls import absolute
from extractors.web.response import Response

_FEWEST_LINKS = 30
"""A page with fewer links is no portal's homepage, but could resemble one by its chrome alone."""
_ALIKE = 0.9
_LONGEST_TITLE = 30
_HOME = re.compile(r"/?(?:(?:index|default|home|main)\.\w+)?", re.IGNORECASE)
_TITLE = re.compile(rb"<title\b[^<>]{0,200}>([^<]{0,2000})</title", re.IGNORECASE)
_LINK = re.compile(rb"""<a\b[^<>]{0,500}?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
# Meta tags of articles and list pages (国办发〔2017〕47号, PORTALS §4): a homepage has SiteName and its like.
_OWN_META = re.compile(rb"""name\s*=\s*["']?(?:ArticleTitle|PubDate|ColumnName)""", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s[-_|]|[-_|–—]\s?|年度?报告")


@dataclass(frozen=True, slots=True)
class Homepage:
    """The features that identify a homepage: its title, and where its links lead."""

    title: bytes
    links: frozenset[str]


def is_home(url: str) -> bool:
    """Return whether a URL is that of a homepage.

    >>> is_home("http://x.cn"), is_home("http://x.cn/index.shtml"), is_home("http://x.cn/?id=3"), is_home("http://x.cn/nb/")
    (True, True, False, False)
    """
    parts = urlsplit(url)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def may_be_home(body: bytes) -> bool:
    """Return whether a page could be a homepage: many links, no meta tags of an article, the bare title of a site.

    Cheap, since it runs on every page; only candidates are compared with the homepage itself.
    """
    if body.count(b"<a ") < _FEWEST_LINKS or _OWN_META.search(body):
        return False
    title = decode(_title(body))
    return len(title) <= _LONGEST_TITLE and (title.startswith("首页") or not _SEPARATOR.search(title))


def read_homepage(body: bytes, url: str) -> Homepage:
    """Extract the features of the page at `url`."""
    links = (absolute(address.decode("ascii", "replace"), url) for address in _LINK.findall(body))
    return Homepage(_title(body), frozenset(link for link in links if link))


def same_page(page: Homepage, home: Homepage) -> bool:
    """Return whether a page is the homepage, except for the news of the last minutes."""
    if page.title != home.title or len(home.links) < _FEWEST_LINKS:
        return False
    return len(page.links & home.links) >= _ALIKE * len(page.links | home.links)


class Homepages:
    """The homepage of each host, fetched once, when a page arrives that could be it; safe for threads."""

    def __init__(self, fetch: Callable[[str], Response]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._known: dict[str, Homepage | None] = {}

    def shows_home(self, asked: str, url: str, body: bytes) -> bool:
        """Return whether the page that came from `url` for the URL `asked` is the host's homepage.

        False if the homepage cannot be fetched.
        """
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
    return found[1].strip()[:400] if found else b""
