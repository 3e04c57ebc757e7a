"""Pictures in the article of a page.

Owns which pictures may show text of the article, and their addresses. What the pixels show is read by `formats/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from extractors.hosts import host_of
from extractors.html.main_content import CHROME_TAGS, find_main_content
from extractors.html.shown import show
from extractors.html.tree import Element, base_address
from extractors.urls import absolute

LEAST_WIDTH, LEAST_HEIGHT = 300, 80
"""Pixels below which a picture is an icon, a logo or a QR code: no table of the form is legible in it."""

_LEAST = {"width": LEAST_WIDTH, "height": LEAST_HEIGHT}
INLINE = "data:"
"""Begins the address of a picture that the page contains itself."""
INLINE_PICTURE = re.compile(r"data:image/[\w.+-]+(?P<coded>[^,]*),(?P<content>.*)", re.IGNORECASE | re.DOTALL)
_SOURCES = ("data-src", "data-original", "src")  # pages that load pictures late have a placeholder in src
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp)\W*$", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d+)(?:\.\d+)?\s*(?:px)?\s*", re.IGNORECASE)
_STYLED = r"(?:^|;)\s*{name}\s*:\s*(\d+)(?:\.\d+)?\s*px"


def find_pictures(tree: Element, url: str) -> Iterator[tuple[Element, str]]:
    """Yield the pictures of the article of the page at `url`, or of the whole page if its article has none.

    Each comes with its address: a URL on the page's own host, or a `data:` URL that contains the picture. Icons are
    left out by the size that the page gives them, banners by their link to another page.

    >>> from extractors.html.tree import parse
    >>> page = parse('<p>报告如下。</p><p><img src="1.png"><img src="2.png" width="16"></p>'.encode())
    >>> [address for _, address in find_pictures(page, "http://x.cn/a/")]
    ['http://x.cn/a/1.png']
    """
    base = absolute(base_address(tree), url) or url
    shown = show(tree)
    for root in (find_main_content(shown), tree):
        images = (element for element in root.iter("img") if element in shown.places)
        found = [(element, address) for element in images if (address := _address(element, base))]
        own = [(element, address) for element, address in found if _is_own(address, url)]
        if own:
            yield from own
            return


def _is_own(address: str, url: str) -> bool:
    return address.startswith(INLINE) or host_of(address) == host_of(url)


def _address(element: Element, base: str) -> str | None:
    """Return where a picture is; None if it belongs to the site's chrome, or is shown small."""
    for around in (element, *element.iterancestors()):
        if around.tag in CHROME_TAGS:
            return None
        if around.tag == "a" and not _PICTURE.search(unquote(around.get("href") or ".png")):
            return None
    if any(_declared(element, name, least) < least for name, least in _LEAST.items()):
        return None
    source = next((source for name in _SOURCES if (source := (element.get(name) or "").strip())), "")
    if source.lower().startswith(INLINE):
        return source if INLINE_PICTURE.match(source) else None
    return absolute(source, base) if source else None


def _declared(element: Element, name: str, otherwise: int) -> int:
    """Return the pixels that the page gives a picture across or down."""
    styled = re.search(_STYLED.format(name=name), element.get("style") or "", re.IGNORECASE)
    plain = _PIXELS.fullmatch(element.get(name) or "")
    found = styled or plain
    return int(found[1]) if found else otherwise
