"""Pictures of a report, or of its tables: PNG, JPEG, BMP, TIFF (a page a frame), GIF, WebP.

Owns decoding within limits: a picture's size is known before it is decoded. `scans` reads the pixels.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageOps

from extractors.document import Document, Unreadable
from extractors.media_type import media_type_of
from extractors.scans.pages import PageImage, scanned_parts

MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/bmp", "image/tiff", "image/gif", "image/webp"})

MOST_PIXELS = 60_000_000
"""Pixels of one frame: A3 at 500 dpi is 48 million."""
MOST_FRAMES = 200

# What Pillow runs into where a damaged file says nonsense.
_DAMAGE = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError)


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Yield the one reading of a picture, `ocr`; a pixel of it counts as a point.

    Raises Unreadable for a picture that is broken, too large or without any text, or without the extra nianbao[ocr].
    """
    parts = scanned_parts(_frames(body))
    if not parts:
        raise Unreadable("the picture shows no text")
    yield Document(media_type=media_type_of(body), method="ocr", parts=parts)


def _frames(body: bytes) -> Iterator[PageImage]:
    """Yield the frames of a picture one by one; of a moving picture the first."""
    try:
        with Image.open(io.BytesIO(body)) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if count > MOST_FRAMES:
                raise Unreadable(f"the picture has {count} frames; at most {MOST_FRAMES} are read")
            for number in range(count):
                image.seek(number)
                if image.width * image.height > MOST_PIXELS:
                    raise Unreadable(
                        f"the picture has {image.width} × {image.height} pixels; at most {MOST_PIXELS:,} are read"
                    )
                yield _page(image, number + 1)
    except Image.DecompressionBombError as error:
        raise Unreadable(f"the picture is too large ({error!s:.80})") from error
    except Unreadable:
        raise
    except _DAMAGE as error:
        raise Unreadable(f"the picture is broken ({error!r:.80})") from error


def _page(image: Image.Image, page: int) -> PageImage:
    import numpy as np  # comes with the extra nianbao[ocr]

    return PageImage(page, np.array(on_paper(image).convert("L"), dtype=np.uint8), 1.0)


def on_paper(image: Image.Image) -> Image.Image:
    """Return a frame as it is read: in RGB, upright as its camera noted, on white paper where it is transparent."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(paper, upright).convert("RGB")
