"""Where an answer redirects to: by its status and Location, or as a page that shows nothing but another address.

Owns the reading of both. The client follows redirects, and decides which sites it may enter.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from extractors.hosts import host_of, is_web_address
from extractors.html.refresh import refresh_targets
from extractors.urls import absolute, as_browsers_read
from extractors.web.block_pages import has_content
from extractors.web.request import Request
from extractors.web.response import REDIRECTS, Response

URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
"""Characters that stay as they are when an address is quoted as ASCII."""


def redirect_target(response: Response) -> str | None:
    """Return where a redirect leads, None for other answers; bytes that are not ASCII are quoted as they came."""
    location = response.headers.get("location")
    if response.status not in REDIRECTS or not location:
        return None
    relative = quote(as_browsers_read(location, response.url).encode("latin-1"), safe=URL_CHARACTERS)
    try:
        return urlsplit(urljoin(response.url, relative)).geturl()
    except ValueError:  # such as a bracket that is not closed
        return relative


def shell_target(request: Request, body: bytes) -> str | None:
    """Return the one other URL to which a page without content redirects; None for other pages (PORTALS §1, §6).

    A page with several such addresses asks its reader first, and is no redirect.
    """
    if request.posted is not None:
        return None
    targets = {target for address in refresh_targets(body) if (target := absolute(address, request.url))} - {
        request.url
    }
    return None if len(targets) != 1 or has_content(body) else targets.pop()


def redirects_back(response: Response, url: str) -> bool:
    """Return whether an answer over the other scheme redirects back to the scheme of `url`, which did not answer."""
    target = redirect_target(response)
    if target is None or not is_web_address(target) or urlsplit(response.url).scheme == urlsplit(url).scheme:
        return False
    return (urlsplit(target).scheme, host_of(target)) == (urlsplit(url).scheme, host_of(url))


def without_validators(response: Response) -> Response:
    """Return the response without validators: the page that redirected here would compare them with its own."""
    kept = {name: value for name, value in response.headers.items() if name not in ("etag", "last-modified")}
    return replace(response, headers=kept)
