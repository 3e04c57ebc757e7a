"""Pictures of an OFD file as a PDF holds them.

Owns decoding within limits: a picture's size is known before it is decoded. One that cannot be decoded becomes a
picture that nobody takes for an empty place.
"""

from __future__ import annotations

import io
import warnings
import zlib
from dataclasses import dataclass, replace

from PIL import Image

from extractors.document import Unreadable

_MOST_PIXELS = 60_000_000
"""Pixels of one picture: A3 at 500 dpi is 48 million."""
_SPACES = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}

# What Pillow runs into where a damaged file says nonsense.
_DAMAGE = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError)


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels in a colour space and with a filter of PDF; `mask` holds their opacity, deflated.

    `reason` tells why the pixels are not those of the file.
    """

    width: int
    height: int
    space: str
    filter: str
    data: bytes
    mask: bytes = b""
    reason: str = ""


_SQUARES = zlib.compress(bytes((96, 192, 192, 96)))
NO_PICTURE = Picture(2, 2, "/DeviceGray", "/FlateDecode", _SQUARES, reason="the file lacks it")
"""Squares of two greys: what stands for a picture that is not there."""


def picture_of(body: bytes) -> Picture:
    """Return a picture. Raise Unreadable for one that is too large."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(body)) as image:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            if image.width * image.height > _MOST_PIXELS:
                raise Unreadable(f"a picture of the OFD file has {image.width} × {image.height} pixels: too many")
            return _packed(image, body)
    except Image.DecompressionBombError as error:
        raise Unreadable("a picture of the OFD file has too many pixels") from error
    except _DAMAGE as error:
        return replace(NO_PICTURE, reason=f"{error!r:.80}")


def _packed(image: Image.Image, body: bytes) -> Picture:
    image.load()
    width, height = image.size
    if image.format == "JPEG" and image.mode in _SPACES:
        return Picture(width, height, _SPACES[image.mode], "/DCTDecode", body)
    mask = b""
    if image.has_transparency_data:
        mask = zlib.compress(image.convert("RGBA").getchannel("A").tobytes(), 1)
    plain = image.convert("L" if image.mode in ("1", "L", "I;16", "LA") else "RGB")
    return Picture(width, height, _SPACES[plain.mode], "/FlateDecode", zlib.compress(plain.tobytes(), 1), mask)
