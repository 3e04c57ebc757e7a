"""Where an answer sends on: by its status and Location, or as a page that shows nothing but another address.

Owns the reading of both. Must not follow them, nor decide which sites may be entered: `session` does.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from extractors.hosts import host_of
from extractors.html.links import absolute, refresh_targets
from extractors.web.block_pages import has_content
from extractors.web.request import Request
from extractors.web.response import REDIRECTS, Response

URL_SIGNS = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is when an address is put into ASCII."""


def redirect_target(response: Response) -> str | None:
    """Where a redirect leads, None for other answers; bytes that are no ASCII are quoted as they came."""
    location = response.headers.get("location")
    if response.status not in REDIRECTS or not location:
        return None
    relative = quote(location.encode("latin-1"), safe=URL_SIGNS)
    try:
        return urlsplit(urljoin(response.url, relative)).geturl()
    except ValueError:  # such as a bracket that is not closed
        return relative


def shell_target(request: Request, body: bytes) -> str | None:
    """The one other URL to which a page sends on that shows nothing itself; None for other pages (PORTALS §1, §6).

    One with several addresses asks first who reads it.
    """
    if request.posted is not None:
        return None
    targets = {target for address in refresh_targets(body) if (target := absolute(address, request.url))} - {
        request.url
    }
    return None if len(targets) != 1 or has_content(body) else targets.pop()


def redirects_back(response: Response, url: str) -> bool:
    """Whether an answer got over the other scheme than that of `url` leads back to where there was none."""
    target = redirect_target(response)
    if target is None or urlsplit(response.url).scheme == urlsplit(url).scheme:
        return False
    return (urlsplit(target).scheme, host_of(target)) == (urlsplit(url).scheme, host_of(url))


def without_validators(response: Response) -> Response:
    """A response whose version cannot be asked for: the page that sent here would compare it with its own."""
    kept = {name: value for name, value in response.headers.items() if name not in ("etag", "last-modified")}
    return replace(response, headers=kept)
