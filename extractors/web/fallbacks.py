"""The routes to a host: the scheme of a URL, legacy TLS if the portal's file allows it, the other scheme.

Owns their order, and remembers which one worked. Opens no connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_OTHER = {"http": "https", "https": "http"}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Route:
    """The URL to ask for, and whether legacy TLS is spoken."""

    url: str
    legacy: bool = False


def other_scheme(url: str) -> str | None:
    """Return the same page's URL over the other scheme; None if its port says nothing about that scheme.

    Of 3,209 portals, 30 answer only over the other scheme (PORTALS §1).

    >>> other_scheme("http://x.gov.cn/nb/"), other_scheme("https://x.gov.cn:443/"), other_scheme("http://x.gov.cn:8080/")
    ('https://x.gov.cn/nb/', 'http://x.gov.cn/', None)
    """
    parts = urlsplit(url)
    if parts.port not in (None, _PORTS[parts.scheme]):
        return None
    authority = parts.netloc.removesuffix(f":{parts.port}")
    return parts._replace(scheme=_OTHER[parts.scheme], netloc=authority).geturl()


def routes(url: str, *, legacy_tls: bool) -> list[Route]:
    """Return every route to a URL in the order to try them.

    Modern TLS comes first: some modern sites hang under the permissive context (PORTALS §6).

    >>> [(route.url, route.legacy) for route in routes("https://x.gov.cn/", legacy_tls=True)]
    [('https://x.gov.cn/', False), ('https://x.gov.cn/', True), ('http://x.gov.cn/', False)]
    """
    found = []
    for address in (url, other_scheme(url)):
        if address is not None:
            found.append(Route(address))
            if legacy_tls and address.startswith("https"):
                found.append(Route(address, legacy=True))
    return found


class HostRoutes:
    """The route on which each host answered, by scheme and authority; threads may set the same twice."""

    def __init__(self, *, legacy_tls: bool) -> None:
        self._legacy_tls = legacy_tls
        self._places: dict[str, int] = {}

    def to(self, url: str) -> list[Route]:
        """Return the route on which the host of `url` answered; all routes if none is known."""
        place = self._places.get(_origin(url))
        if place == 0:
            return [Route(url)]
        found = routes(url, legacy_tls=self._legacy_tls)
        return found if place is None else [found[place]]

    def answered(self, url: str, route: Route) -> None:
        """Remember that the host of `url` answers on `route`."""
        if _origin(url) not in self._places:
            self._places[_origin(url)] = routes(url, legacy_tls=self._legacy_tls).index(route)


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3]).lower()
