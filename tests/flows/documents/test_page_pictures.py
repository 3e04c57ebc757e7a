"""Pictures of pages: at the scale that is asked for, never larger than allowed, and none of what is no page."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from extractors.document import Unreadable
from flows.documents.page_pictures import PagePicture, page_pictures

MOST = 1_000_000


def pdf(width: float, height: float, pages: int = 1) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    for _ in range(pages):
        canvas.rect(0, 0, width / 2, height / 2, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture(size: tuple[int, int], kind: str = "PNG", frames: int = 1) -> bytes:
    out = io.BytesIO()
    images = [Image.new("L", size, 40 * number) for number in range(frames)]
    more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(out, kind, **more)
    return out.getvalue()


def drawn(body: bytes, *numbers: int) -> list[PagePicture]:
    return list(page_pictures(body, numbers, 2.0, MOST))


def test_pages_come_at_the_scale_that_is_asked_for() -> None:
    first, second = drawn(pdf(200, 100, pages=2), 1, 2)
    assert (first.number, first.scale, first.picture.size) == (1, 2.0, (400, 200))
    assert second.number == 2
    (frame,) = drawn(picture((300, 100), "TIFF", frames=3), 3)
    assert (frame.scale, frame.picture.size, frame.picture.getpixel((0, 0))) == (1.0, (300, 100), (80, 80, 80))


@pytest.mark.parametrize(
    "body", [pdf(14_400, 14_400), pdf(100_000, 1), pdf(1e6, 1e6), picture((7_000, 7_000)), picture((40_000, 500))]
)
def test_no_picture_is_larger_than_allowed(body: bytes) -> None:
    (page,) = drawn(body, 1)
    assert page.picture.width * page.picture.height <= 1.02 * MOST
    assert page.scale < 2.0


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says that it is so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    begun = struct.pack(">I", 2) + b"IDAT\x78\x9c" + struct.pack(">I", zlib.crc32(b"IDAT\x78\x9c"))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + begun


@pytest.mark.parametrize(
    ("body", "number", "reason"),
    [
        (pdf(100, 100), 0, "has no page 0"),
        (pdf(100, 100), -1, "has no page -1"),
        (pdf(100, 100), 10**9, "has no page 1000000000"),
        (picture((400, 100)), 2, "it has 1"),
        (bomb(10_000, 10_000), 1, "too many"),
        (bomb(60_000, 60_000), 1, "broken"),
        (bomb(400, 400), 1, "broken"),
        (b"%PDF-1.7\n%%EOF", 1, "broken or encrypted"),
        (b"<html><p>1</p></html>", 1, "no page to draw on"),
        (b"", 1, "no page to draw on"),
    ],
)
def test_what_is_no_page_is_refused(body: bytes, number: int, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        drawn(body, number)
