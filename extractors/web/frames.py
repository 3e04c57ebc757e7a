"""Pages that a page shows in its place: in frames, or by redirecting to them."""

from __future__ import annotations

from urllib.parse import urlsplit

from extractors.hosts import host_of, same_site
from extractors.html.links import base_of
from extractors.html.refresh import refresh_targets
from extractors.html.soup import attribute
from extractors.urls import absolute
from extractors.web.response import Response

FRAMES = "iframe[src], iframe[data-src], frame[src]"


def framed_or_redirect_pages(page: Response) -> list[str]:
    """Return the pages of the same host that a page frames or redirects to, each once; never the homepage.

    Lists inside a frame are known from 常州 and 淮安, pages that only redirect from many portals
    (PORTALS §2.8, §6).
    """
    return [target for target in _shown_pages(page) if host_of(target) == host_of(page.final_url)]


def pages_of_other_sites(page: Response) -> list[str]:
    """Return the pages of other sites that a page frames or redirects to, each once; never a homepage."""
    return [target for target in _shown_pages(page) if not same_site(target, page.final_url)]


def _shown_pages(page: Response) -> list[str]:
    url = page.final_url
    base = base_of(page.soup, url)
    frames = page.soup.select(FRAMES)
    framed = [attribute(frame, name) for frame in frames for name in ("src", "data-src")]
    addresses = [address for address in (*framed, *refresh_targets(page.body)) if address]
    targets = [target for address in addresses if (target := absolute(address, base, page.charset))]
    return [target for target in dict.fromkeys(targets) if target != url and urlsplit(target).path.strip("/")]
