"""Which picture of a web page is which page of the document that page and pictures make.

Owns the answer, and that there is none where a picture may not have been read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image

from extractors.document import Document
from extractors.html.pictures import LEAST_HEIGHT, LEAST_WIDTH, find_pictures
from extractors.html.tree import parse
from extractors.html.written_markup import with_written_markup
from extractors.media_type import HTML


def picture_pages(
    body: bytes, content_type: str | None, url: str, files: Mapping[str, bytes], documents: Sequence[Document]
) -> tuple[tuple[str, int], ...]:
    """Return the address and the frame, from 1, of the picture that each page is; none if their number differs.

    Pictures inside the page are none of `files`, so that with one of them the number differs.
    """
    joined = next(
        (document for document in documents if document.media_type == HTML and document.method == "ocr"), None
    )
    if joined is None:
        return ()
    pages = [part.page for part in joined.parts if part.page is not None]
    found = [
        (address, frame)
        for _, address in find_pictures(with_written_markup(parse(body, content_type)), url)
        for frame in range(1, _frames(files.get(address, b"")) + 1)
    ]
    return tuple(found) if len(found) == max(pages, default=0) else ()


def _frames(body: bytes) -> int:
    """Return how many pages a picture is; 0 for one that is too small for a table, or none."""
    try:
        with Image.open(io.BytesIO(body)) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            return count if image.width >= LEAST_WIDTH and image.height >= LEAST_HEIGHT else 0
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 0
