"""Pictures in OFD files: pages that are one, those that cannot be decoded, and those of too many pixels."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from extractors.document import ILLEGIBLE, Unreadable
from extractors.formats.ofd import read
from tests.support.reports.containers import pack
from tests.support.reports.ofd_objects import (
    image_object,
    media,
    members_of,
    one_page,
    page_part,
    text,
)
from tests.support.reports.small_pages import packed, page_of, small


def lines(body: bytes) -> list[str]:
    """Return the lines of the first reading."""
    return [block.text for block in next(read(body)).blocks()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_page_that_is_a_picture_is_recognised(kind: str) -> None:
    body = packed(page_of(small, 200), kind)
    members = members_of([page_part([image_object(0, 0, 148.2, 105.8)])], (148.2, 105.8), resources=media("a.img"))
    (document,) = read(pack(members | {"Doc_0/Res/a.img": body}))
    assert document.method == "ocr"
    assert "行政处罚" in "".join(cell.text for grid in document.grids() for cell in grid.cells)


def test_a_picture_that_cannot_be_decoded_is_told_where_the_page_has_nothing_else() -> None:
    members = members_of([page_part([image_object(0, 0, 200, 290)])], resources=media("a.jb2"))
    members |= {"Doc_0/Res/a.jb2": b"\x97JB2\r\n\x1a\nx"}
    with pytest.raises(Unreadable, match="page 1 of the OFD file is a picture that cannot be read"):
        list(read(pack(members)))
    with pytest.raises(Unreadable, match="the file lacks it"):
        list(read(one_page(image_object(0, 0, 200, 290))))


def test_a_picture_in_place_of_a_figure_is_in_doubt() -> None:
    words = [text("总计", 20, 30), image_object(42, 26, 4, 4), text("第二行", 20, 60)]
    assert any(ILLEGIBLE in line for line in lines(one_page(*words)))


def test_a_transparent_picture_covers_nothing() -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 255, 255, 0)).save(stream, "PNG")
    members = members_of([page_part([text("公开 12"), image_object(0, 0, 200, 290)])], resources=media("a.png"))
    assert lines(pack(members | {"Doc_0/Res/a.png": stream.getvalue()})) == ["公开 12"]


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (20_000).to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00"
    body = head + zlib.crc32(head[12:]).to_bytes(4) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
    members = members_of([page_part([image_object(0, 0, 9, 9)])], resources=media("a.png"))
    with pytest.raises(Unreadable, match="pixels"):
        list(read(pack(members | {"Doc_0/Res/a.png": body})))
