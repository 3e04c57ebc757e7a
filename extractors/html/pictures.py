"""Pictures in the article of a page, and the page read with what they show in their places.

Owns which pictures may hold text of the article and where in it they stand. Must not fetch them; what the pixels
say is read by `formats/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from lxml.html import HtmlElement

from extractors.hosts import host_of
from extractors.html.article_tree import base_of, parse_page
from extractors.html.main_content import find_main_content
from extractors.html.tree import is_hidden, show
from extractors.urls import absolute

LEAST_WIDTH, LEAST_HEIGHT = 300, 80
"""Pixels below which a picture is an icon, a logo or a QR code: no table of this form can be read in it."""

_LEAST = {"width": LEAST_WIDTH, "height": LEAST_HEIGHT}
_INLINE = "data:"
INLINE_PICTURE = re.compile(r"data:image/[\w.+-]+(?P<coded>[^,]*),(?P<content>.*)", re.IGNORECASE | re.DOTALL)
_SOURCES = ("data-src", "data-original", "src")  # pages that load pictures late have a placeholder in src
_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside"})
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp)\W*$", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d+)(?:\.\d+)?\s*(?:px)?\s*", re.IGNORECASE)
_STYLED = r"(?:^|;)\s*{name}\s*:\s*(\d+)(?:\.\d+)?\s*px"


def page_pictures(html: bytes, url: str) -> list[str]:
    """Addresses of pictures in the article of the page at `url`, each once, in the order of the page.

    They are URLs on the page's own host, or `data:` URLs that hold the picture. Icons are left out by the size that
    the page gives them, banners by their link to another page.

    >>> page_pictures('<p>报告如下。</p><p><img src="1.png"><img src="2.png" width="16"></p>'.encode(), "http://x.cn/a/")
    ['http://x.cn/a/1.png']
    """
    tree = parse_page(html)
    return [] if tree is None else list(dict.fromkeys(address for _, address in pictures_of(tree, url)))


def pictures_of(tree: HtmlElement, url: str) -> Iterator[tuple[HtmlElement, str]]:
    """Pictures of the article with their addresses; of the whole page where its article has none."""
    base = base_of(tree, url)
    for root in (find_main_content(show(tree)), tree):
        found = [(element, address) for element in root.iter("img") if (address := _address(element, base))]
        own = [one for one in found if one[1].startswith(_INLINE) or host_of(one[1]) == host_of(url)]
        if own:
            yield from own
            return


def _address(element: HtmlElement, base: str) -> str | None:
    """Where a picture lies; None for one that is hidden, belongs to the site's chrome, or is shown small."""
    for around in (element, *element.iterancestors()):
        if is_hidden(around) or around.tag in _CHROME_TAGS:
            return None
        if around.tag == "a" and not _PICTURE.search(unquote(around.get("href") or ".png")):
            return None
    if any(_declared(element, name, least) < least for name, least in _LEAST.items()):
        return None
    source = next((source for name in _SOURCES if (source := (element.get(name) or "").strip())), "")
    if source.lower().startswith(_INLINE):
        return source if INLINE_PICTURE.match(source) else None
    return absolute(source, base) if source else None


def _declared(element: HtmlElement, name: str, otherwise: int) -> int:
    """Pixels that the page gives a picture across or down."""
    styled = re.search(_STYLED.format(name=name), element.get("style") or "", re.IGNORECASE)
    plain = _PIXELS.fullmatch(element.get(name) or "")
    found = styled or plain
    return int(found[1]) if found else otherwise
