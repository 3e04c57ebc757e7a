"""The ways to reach a host: the scheme of a URL, legacy TLS where the portal's file allows it, the other scheme.

Owns their order, and the memory of what worked. Must not open a connection.
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
    """The same page over the other scheme; None where a port is named that says nothing of that scheme.

    Of 3,209 portals 30 answer only so (PORTALS §1).

    >>> other_scheme("http://x.gov.cn/nb/"), other_scheme("https://x.gov.cn:443/"), other_scheme("http://x.gov.cn:8080/")
    ('https://x.gov.cn/nb/', 'http://x.gov.cn/', None)
    """
    parts = urlsplit(url)
    if parts.port not in (None, _PORTS[parts.scheme]):
        return None
    authority = parts.netloc.removesuffix(f":{parts.port}")
    return parts._replace(scheme=_OTHER[parts.scheme], netloc=authority).geturl()


def routes(url: str, *, legacy_tls: bool) -> list[Route]:
    """Every way to a URL, in the order to try them: some modern sites hang under the permissive context (PORTALS §6).

    >>> [(way.url, way.legacy) for way in routes("https://x.gov.cn/", legacy_tls=True)]
    [('https://x.gov.cn/', False), ('https://x.gov.cn/', True), ('http://x.gov.cn/', False)]
    """
    found = []
    for one in (url, other_scheme(url)):
        if one is not None:
            found.append(Route(one))
            if legacy_tls and one.startswith("https"):
                found.append(Route(one, legacy=True))
    return found


class HostRoutes:
    """On which way each host answered, by scheme and authority; threads may set the same twice."""

    def __init__(self, *, legacy_tls: bool) -> None:
        self._legacy_tls = legacy_tls
        self._places: dict[str, int] = {}

    def to(self, url: str) -> list[Route]:
        """The way on which the host of `url` answered; all where none is known."""
        place = self._places.get(_origin(url))
        if place == 0:
            return [Route(url)]
        found = routes(url, legacy_tls=self._legacy_tls)
        return found if place is None else [found[place]]

    def answered(self, url: str, way: Route) -> None:
        """Keep that the host of `url` answers on `way`."""
        if _origin(url) not in self._places:
            self._places[_origin(url)] = routes(url, legacy_tls=self._legacy_tls).index(way)


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3]).lower()
