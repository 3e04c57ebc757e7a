"""Pictures in the article of a page, and the page read with what they show in their places.

Owns which pictures may hold text of the article and where in it they stand. Must not fetch them; what the pixels
say is read by `formats/`.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from urllib.parse import unquote, unquote_to_bytes

from lxml import etree
from lxml.html import HtmlElement
from PIL import Image

from extractors.document import Block, Document, Grid
from extractors.hosts import host_of
from extractors.html.links import absolute, base_of, parse_page
from extractors.html.main_content import find_article
from extractors.html.tree import is_hidden, show
from extractors.media_type import sniff
from extractors.reader import Unreadable, readings
from extractors.scans.pages import Part, counted_on, numbered

LEAST_WIDTH, LEAST_HEIGHT = 300, 80
"""Pixels below which a picture is an icon, a logo or a QR code: no table of this form can be read in it."""

_LEAST = {"width": LEAST_WIDTH, "height": LEAST_HEIGHT}
_INLINE = "data:"
_INLINE_PICTURE = re.compile(r"data:image/[\w.+-]+(?P<coded>[^,]*),(?P<content>.*)", re.IGNORECASE | re.DOTALL)
_SOURCES = ("data-src", "data-original", "src")  # pages that load pictures late have a placeholder in src
_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside"})
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp)\W*$", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d+)(?:\.\d+)?\s*(?:px)?\s*", re.IGNORECASE)
_STYLED = r"(?:^|;)\s*{name}\s*:\s*(\d+)(?:\.\d+)?\s*px"
_MARK = re.compile("\ue000(\\d+)。")
"""Stands for a picture while the page is read; a sentence's end, so that it counts as a part of the article."""


def page_pictures(html: bytes, url: str) -> list[str]:
    """Addresses of pictures in the article of the page at `url`, each once, in the order of the page.

    They are URLs on the page's own host, or `data:` URLs that hold the picture. Icons are left out by the size that
    the page gives them, banners by their link to another page.

    >>> page_pictures('<p>报告如下。</p><p><img src="1.png"><img src="2.png" width="16"></p>'.encode(), "http://x.cn/a/")
    ['http://x.cn/a/1.png']
    """
    tree = parse_page(html)
    return [] if tree is None else list(dict.fromkeys(address for _, address in _pictures(tree, url)))


def read_with_pictures(html: bytes, url: str, fetched: Mapping[str, bytes]) -> Document:
    """The page at `url` with the tables and the text of its pictures in their places, as method `ocr`.

    `fetched` holds pictures by their address; those inside the page need not be in it. The n-th picture that can be
    read is page n of the document. Raises Unreadable, with the reasons, where none can be read.
    """
    tree = parse_page(html)
    if tree is None:
        raise Unreadable("the page cannot be read whole")
    shown: list[tuple[Part, ...]] = []
    reasons: list[str] = []
    for element, address in list(_pictures(tree, url)):
        try:
            shown.append(_parts_of(fetched.get(address) or _inline(address)))
        except Unreadable as error:
            reasons.append(f"{address:.80}: {error}")
        else:
            _mark(element, len(shown))
    if not shown:
        raise Unreadable(f"no picture of the page can be read ({'; '.join(reasons[:3]) or 'it shows none'})")
    page = next(readings(etree.tostring(tree, encoding="utf-8", method="html")))
    return replace(page, method="ocr", parts=numbered(_in_place(page.parts, counted_on(shown))))


def _pictures(tree: HtmlElement, url: str) -> Iterator[tuple[HtmlElement, str]]:
    """Pictures of the article with their addresses; of the whole page where its article has none."""
    base = base_of(tree, url)
    for root in (find_article(show(tree)), tree):
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
        return source if _INLINE_PICTURE.match(source) else None
    return absolute(source, base) if source else None


def _declared(element: HtmlElement, name: str, otherwise: int) -> int:
    """Pixels that the page gives a picture across or down."""
    styled = re.search(_STYLED.format(name=name), element.get("style") or "", re.IGNORECASE)
    plain = _PIXELS.fullmatch(element.get(name) or "")
    found = styled or plain
    return int(found[1]) if found else otherwise


def _inline(address: str) -> bytes:
    """The picture that a `data:` URL holds. Raises Unreadable where it holds none, or the address is another."""
    match = _INLINE_PICTURE.match(address)
    if match is None:
        raise Unreadable("the picture could not be had")
    if not match["coded"].lower().endswith(";base64"):
        return unquote_to_bytes(match["content"])
    try:
        return base64.b64decode(unquote(match["content"]))
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"the picture in the page is broken ({error})") from error


def _parts_of(body: bytes) -> tuple[Part, ...]:
    """What a picture shows. Raises Unreadable for other files, and pictures too small for a table."""
    if not sniff(body).startswith("image/"):
        raise Unreadable(f"no picture but {sniff(body)}")
    try:
        with Image.open(io.BytesIO(body)) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        width, height = LEAST_WIDTH, LEAST_HEIGHT  # its reader tells what is wrong with it
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise Unreadable(f"{width} × {height} pixels are too few for a table")
    return tuple(chain.from_iterable(document.parts for document in readings(body)))


def _mark(element: HtmlElement, number: int) -> None:
    """Turns a picture's element into a paragraph that stands for it."""
    element.tag = "div"
    for name in list(element.attrib):
        del element.attrib[name]
    element.text = f"\ue000{number}。"


def _in_place(parts: Sequence[Part], shown: Sequence[Sequence[Part]]) -> Iterator[Part]:
    """The parts of a page with those of its pictures in the places of their marks; those without a place at the end."""
    placed: set[int] = set()
    for part in parts:
        texts = [part.text] if isinstance(part, Block) else [cell.text for cell in part.cells]
        numbers = [int(number) for text in texts for number in _MARK.findall(text)]
        if not numbers or not _MARK.fullmatch("".join(texts).strip()):
            yield _without_marks(part) if numbers else part
        for number in numbers:
            placed.add(number)
            yield from shown[number - 1]
    for number, own in enumerate(shown, 1):
        if number not in placed:
            yield from own


def _without_marks(part: Part) -> Part:
    if isinstance(part, Grid):
        return replace(part, cells=tuple(replace(cell, text=_MARK.sub("", cell.text)) for cell in part.cells))
    return replace(part, text=_MARK.sub("", part.text))
