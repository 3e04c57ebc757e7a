"""Addresses: what an address in a page means, which folder a URL is in, what is below a page.

Owns arithmetic on URLs. Which hosts belong to one owner is in `hosts`.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from extractors.hosts import host_of

# /202103/, /20210325/, /2021/3/25/, /2021-03-25/: folders that publishing systems name by the day
_DATED = re.compile(
    r"/(?:20\d{2}/\d{1,2}(?:/\d{1,2})?|20\d{2}-\d{1,2}-\d{1,2}|20\d{4}(?:\d{2})?(?:/\d{1,2})?)/(?=[^/]*$)"
)


def absolute(address: str, base: str) -> str | None:
    """Return the URL that an address in a page means, without its fragment; None if it is not on the web.

    A page on disk (`file:`) may lead to files on disk.

    >>> absolute("../b.pdf#page=2", "http://x.cn/a/t.html"), absolute("mailto:a@x.cn", "http://x.cn/")
    ('http://x.cn/b.pdf', None)
    """
    try:
        target = urljoin(base, address.strip()).partition("#")[0]
        target.encode()
    except ValueError:  # such as a bracket that is not closed, or half a character
        return None
    schemes = ("http://", "https://", "file:///") if base.startswith("file:///") else ("http://", "https://")
    return target if target.startswith(schemes) else None


def is_below(url: str, page: str) -> bool:
    """Return whether `url` is on the host and below the folder of the URL `page`.

    >>> is_below("https://x.cn/nb/202103/t1.html", "http://x.cn/nb/index.html"), is_below("http://x.cn/", "http://x.cn/nb/")
    (True, False)
    """
    folder = urlsplit(page).path.rpartition("/")[0] + "/"
    return host_of(url) == host_of(page) and urlsplit(url).path.startswith(folder)


def folder_of(url: str) -> str:
    """Return host and folder of a URL, without folders that are named by the day of publication.

    >>> folder_of("http://x.cn/nb/202103/t1.html"), folder_of("http://x.cn/nb/2021/3/25/1.html"), folder_of("http://x.cn")
    ('x.cn/nb/', 'x.cn/nb/', 'x.cn/')
    """
    path = _DATED.sub("/", urlsplit(url).path)
    return host_of(url) + path.rpartition("/")[0] + "/"
