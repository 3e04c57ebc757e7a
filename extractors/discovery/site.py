"""Which pages are a portal's: those of its own site, and of hosts elsewhere that its file names.

Owns that rule, and what is near the homepage. What counts as one site is for `hosts` to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.hosts import host_of, is_listed, listed_host, same_site


@dataclass(frozen=True, slots=True)
class Site:
    """The website with this homepage; `allow_hosts` are hosts elsewhere, or host:port, of the same government."""

    homepage: str
    allow_hosts: Collection[str] = ()

    def includes(self, url: str) -> bool:
        """Return whether a page may be asked for.

        >>> site = Site("http://www.x.gov.cn/", ["zfxxgk.y.gov.cn"])
        >>> [site.includes(f"http://{host}/nb/") for host in ("jyj.x.gov.cn", "zfxxgk.y.gov.cn", "www.y.gov.cn")]
        [True, True, False]
        """
        return same_site(url, self.homepage) or is_listed(url, self.allow_hosts)

    def is_near(self, url: str) -> bool:
        """Return whether a page is on the homepage's own host, below its folder if it has one, or on an allowed host.

        >>> site = Site("http://www.x.gov.cn/")
        >>> site.is_near("https://x.gov.cn/nb/"), site.is_near("http://jyj.x.gov.cn/nb/")
        (True, False)
        >>> Site("http://www.x.gov.cn/jzx/index.html").is_near("http://www.x.gov.cn/nb/")
        False
        """
        same_host = host_of(url).removeprefix("www.") == host_of(self.homepage).removeprefix("www.")
        return (same_host and urlsplit(url).path.startswith(self.folder)) or is_listed(url, self.allow_hosts)

    @property
    def folder(self) -> str:
        """The folder below which the portal's pages are: counties share the host of their province (PORTALS §1).

        >>> Site("http://www.x.gov.cn").folder, Site("http://www.x.gov.cn/jzx/index.html").folder
        ('/', '/jzx/')
        """
        return urlsplit(self.homepage).path.rpartition("/")[0] + "/"


@dataclass(frozen=True, slots=True)
class PageElsewhere:
    """A page on a host elsewhere that is named like a list page, or like a hub above one, and that was not asked for.

    `trail` is what leads to it; the greater the `score`, the likelier it is.
    """

    url: str
    trail: tuple[str, ...]
    score: int

    @property
    def host(self) -> str:
        """Its host as `allow_hosts` names it: without the port, where that is the usual one."""
        return listed_host(self.url, every_port=urlsplit(self.url).port in (None, 80, 443))


def place_of(url: str) -> str:
    """Return the address of a page without what makes no difference: the scheme, the name of an index page.

    >>> place_of("https://x.gov.cn/nb/index.html") == place_of("http://x.gov.cn/nb/") == place_of("http://x.gov.cn/nb")
    True
    """
    address = re.sub(r"(?:/(?:index\.s?html?)?)?(?=$|[?#])", "", url.partition("://")[2], count=1)
    return address.lower() if "?" not in address else address
