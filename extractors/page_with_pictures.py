"""A page read with what its pictures show, in their places.

Owns where in the page that stands. What the pixels show is read by `formats/`.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import chain
from urllib.parse import unquote, unquote_to_bytes

from PIL import Image

from extractors.document import Block, Document, Grid, Unreadable
from extractors.html.pictures import INLINE_PICTURE, LEAST_HEIGHT, LEAST_WIDTH, find_pictures
from extractors.html.tree import Element
from extractors.html.written_markup import with_written_markup
from extractors.media_type import media_type_of
from extractors.reader import read_documents, read_page
from extractors.scans.pages import PagePart, numbered, renumber_pages

_MARK = re.compile("\ue000(\\d+)。")
"""Stands for a picture while the page is read; a sentence's end, so that it counts as a part of the article."""


def read_with_pictures(tree: Element, url: str, fetched: Mapping[str, bytes]) -> Document | None:
    """Return the page at `url` with the tables and the text of its pictures in their places, as method `ocr`.

    `fetched` contains pictures by their address; those inside the page need not be in it. The n-th picture that can be
    read is page n of the document. Return None if the page shows no pictures. Raise Unreadable, with the reasons, if
    none can be read.
    """
    written = with_written_markup(tree)
    page = deepcopy(tree) if written is tree else written  # its pictures are replaced by marks
    pictures = list(find_pictures(page, url))
    if not pictures:
        return None
    shown: list[tuple[PagePart, ...]] = []
    reasons: list[str] = []
    for element, address in pictures:
        try:
            shown.append(_parts_of(fetched.get(address) or _inline(address)))
        except Unreadable as error:
            reasons.append(f"{address:.80}: {error}")
        else:
            _mark(element, len(shown))
    if not shown:
        raise Unreadable(f"no picture of the page can be read ({'; '.join(reasons[:3])})")
    document = read_page(page)
    return replace(document, method="ocr", parts=numbered(_in_place(document.parts, renumber_pages(shown))))


def _inline(address: str) -> bytes:
    """Return the picture in a `data:` URL. Raise Unreadable if it contains none, or the address is another."""
    match = INLINE_PICTURE.match(address)
    if match is None:
        raise Unreadable("the picture could not be fetched")
    if not match["coded"].lower().endswith(";base64"):
        return unquote_to_bytes(match["content"])
    try:
        return base64.b64decode(unquote(match["content"]))
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"the picture in the page is broken ({error})") from error


def _parts_of(body: bytes) -> tuple[PagePart, ...]:
    """Return what a picture shows. Raise Unreadable for other files, and for pictures too small for a table."""
    media_type = media_type_of(body)
    if not media_type.startswith("image/"):
        raise Unreadable(f"no picture but {media_type}")
    try:
        with Image.open(io.BytesIO(body)) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        width, height = LEAST_WIDTH, LEAST_HEIGHT  # its reader states what is wrong with it
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise Unreadable(f"{width} × {height} pixels are too few for a table")
    return tuple(chain.from_iterable(document.parts for document in read_documents(body, media_type=media_type)))


def _mark(element: Element, number: int) -> None:
    """Turn a picture's element into a paragraph that stands for it."""
    element.tag = "div"
    for name in list(element.attrib):
        del element.attrib[name]
    element.text = f"\ue000{number}。"


def _in_place(parts: Sequence[PagePart], shown: Sequence[Sequence[PagePart]]) -> Iterator[PagePart]:
    """Yield the parts of a page with those of its pictures in place of their marks; those without a mark at the end."""
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
