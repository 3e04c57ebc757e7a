"""A page read with what its pictures show, in their places.

Owns where in the page that stands. Must not fetch; what the pixels say is read by `formats/`.
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

from extractors.document import Block, Document, Grid, Unreadable
from extractors.html.article_tree import parse_page
from extractors.html.pictures import INLINE_PICTURE, LEAST_HEIGHT, LEAST_WIDTH, pictures_of
from extractors.media_type import media_type_of
from extractors.reader import read_documents
from extractors.scans.pages import PagePart, numbered, renumber_pages

_MARK = re.compile("\ue000(\\d+)。")
"""Stands for a picture while the page is read; a sentence's end, so that it counts as a part of the article."""


def read_with_pictures(html: bytes, url: str, fetched: Mapping[str, bytes]) -> Document:
    """The page at `url` with the tables and the text of its pictures in their places, as method `ocr`.

    `fetched` holds pictures by their address; those inside the page need not be in it. The n-th picture that can be
    read is page n of the document. Raises Unreadable, with the reasons, where none can be read.
    """
    tree = parse_page(html)
    if tree is None:
        raise Unreadable("the page cannot be read whole")
    shown: list[tuple[PagePart, ...]] = []
    reasons: list[str] = []
    for element, address in list(pictures_of(tree, url)):
        try:
            shown.append(_parts_of(fetched.get(address) or _inline(address)))
        except Unreadable as error:
            reasons.append(f"{address:.80}: {error}")
        else:
            _mark(element, len(shown))
    if not shown:
        raise Unreadable(f"no picture of the page can be read ({'; '.join(reasons[:3]) or 'it shows none'})")
    page = next(read_documents(etree.tostring(tree, encoding="utf-8", method="html")))
    return replace(page, method="ocr", parts=numbered(_in_place(page.parts, renumber_pages(shown))))


def _inline(address: str) -> bytes:
    """The picture that a `data:` URL holds. Raises Unreadable where it holds none, or the address is another."""
    match = INLINE_PICTURE.match(address)
    if match is None:
        raise Unreadable("the picture could not be had")
    if not match["coded"].lower().endswith(";base64"):
        return unquote_to_bytes(match["content"])
    try:
        return base64.b64decode(unquote(match["content"]))
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"the picture in the page is broken ({error})") from error


def _parts_of(body: bytes) -> tuple[PagePart, ...]:
    """What a picture shows. Raises Unreadable for other files, and pictures too small for a table."""
    if not media_type_of(body).startswith("image/"):
        raise Unreadable(f"no picture but {media_type_of(body)}")
    try:
        with Image.open(io.BytesIO(body)) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        width, height = LEAST_WIDTH, LEAST_HEIGHT  # its reader tells what is wrong with it
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise Unreadable(f"{width} × {height} pixels are too few for a table")
    return tuple(chain.from_iterable(document.parts for document in read_documents(body)))


def _mark(element: HtmlElement, number: int) -> None:
    """Turns a picture's element into a paragraph that stands for it."""
    element.tag = "div"
    for name in list(element.attrib):
        del element.attrib[name]
    element.text = f"\ue000{number}。"


def _in_place(parts: Sequence[PagePart], shown: Sequence[Sequence[PagePart]]) -> Iterator[PagePart]:
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


def _without_marks(part: PagePart) -> PagePart:
    if isinstance(part, Grid):
        return replace(part, cells=tuple(replace(cell, text=_MARK.sub("", cell.text)) for cell in part.cells))
    return replace(part, text=_MARK.sub("", part.text))
