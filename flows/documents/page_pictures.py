"""Pictures of a document's pages, within limits of size.

Owns what a page looks like: that of a PDF drawn at a scale, that of an OFD file as the PDF that its reader makes of it
(letters are squares, digits are legible), a frame of a picture file as its reader saw it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from PIL import Image

from extractors.document import Unreadable
from extractors.formats import image, ofd, pdf
from extractors.media_type import media_type_of
from extractors.ofd.pages import pdf_of

DRAWABLE = image.MEDIA_TYPES | pdf.MEDIA_TYPES | ofd.MEDIA_TYPES
"""Kinds of files that have pages to draw."""
_LONGEST = 20_000
"""Pixels that a picture has at most across or down."""
_BROKEN = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The picture of page `number`, counted from 1; `scale` is how many of its pixels are a point of the page."""

    number: int
    picture: Image.Image
    scale: float


def page_pictures(body: bytes, numbers: Iterable[int], scale: float, most_pixels: int) -> Iterator[PagePicture]:
    """Yield the pictures of some pages, at a smaller scale where one would have more pixels than `most_pixels`.

    Raise Unreadable for a file without pages, such as a web page, for a page that it lacks, and for a broken file.
    """
    media_type = media_type_of(body)
    if media_type in image.MEDIA_TYPES:
        yield from _frames(body, numbers, most_pixels)
    elif media_type in pdf.MEDIA_TYPES:
        yield from _pdf_pages(body, numbers, scale, most_pixels)
    elif media_type in ofd.MEDIA_TYPES:
        yield from _pdf_pages(pdf_of(body), numbers, scale, most_pixels)
    else:
        raise Unreadable(f"no page to draw on in a file of the kind {media_type}: give a PDF, an OFD file or a picture")


def _frames(body: bytes, numbers: Iterable[int], most_pixels: int) -> Iterator[PagePicture]:
    try:
        with Image.open(BytesIO(body)) as frames:
            for number in numbers:
                _require_page(number, min(getattr(frames, "n_frames", 1), image.MOST_FRAMES))
                frames.seek(number - 1)
                if frames.width * frames.height > image.MOST_PIXELS:
                    raise Unreadable(f"the picture has {frames.width} × {frames.height} pixels: too many to show")
                picture = image.on_paper(frames)
                factor = _scale(1.0, picture.width, picture.height, most_pixels)
                if factor < 1:
                    picture = picture.resize(
                        (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
                    )
                yield PagePicture(number, picture, factor)
    except Unreadable:
        raise
    except _BROKEN as error:
        raise Unreadable(f"the picture is broken ({error!r:.80})") from error


def _pdf_pages(body: bytes, numbers: Iterable[int], scale: float, most_pixels: int) -> Iterator[PagePicture]:
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            for number in numbers:
                _require_page(number, len(document))
                with closing(document[number - 1]) as page:
                    own = _scale(scale, page.get_width(), page.get_height(), most_pixels)
                    yield PagePicture(number, page.render(scale=own).to_pil().convert("RGB"), own)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF is broken or encrypted ({error})") from error


def _scale(wanted: float, width: float, height: float, most_pixels: int) -> float:
    """Return the scale at which a page of some size has no more pixels than allowed.

    >>> _scale(2.0, 600, 800, 4_000_000), _scale(2.0, 60_000, 1, 4_000_000)
    (2.0, 0.3333333333333333)
    """
    area, longest = max(1.0, width) * max(1.0, height), max(1.0, width, height)
    return min(wanted, math.sqrt(most_pixels / area), _LONGEST / longest)


def _require_page(number: int, count: int) -> None:
    if not 1 <= number <= count:
        raise Unreadable(f"the document has no page {number}: it has {count}")
