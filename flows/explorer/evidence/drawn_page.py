"""A page of a PDF or an OFD file, or a picture, as a PNG of bounded size.

It runs in a worker process: bytes of portals are hostile.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from extractors.formats import ofd
from extractors.formats import zip as archives
from extractors.html.embedded.files import embedded_file
from extractors.html.tree import parse
from extractors.media_type import HTML, media_type_of
from flows.documents.page_pictures import page_pictures

_SCALE = 2.0
_MOST_PIXELS = 4_000_000


@dataclass(frozen=True, slots=True)
class WantedPage:
    """Page `page`, from 1, of a file, or of its member if it holds several files.

    `member` is a name in an archive, or the address of a file that a web page contains.
    """

    body: bytes
    page: int
    member: str = ""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A picture of a page, the size of that page in points, and whether its letters are drawn as squares."""

    png: bytes
    width: float
    height: float
    in_squares: bool


def drawn_page(wanted: WantedPage) -> DrawnPage:
    """Return the picture of a page. Raise Unreadable if there is no such page, or it cannot be drawn."""
    body = _file_of(wanted)
    (page,) = page_pictures(body, [wanted.page], _SCALE, _MOST_PIXELS)
    out = io.BytesIO()
    page.picture.save(out, "PNG")
    in_squares = media_type_of(body) in ofd.MEDIA_TYPES
    return DrawnPage(out.getvalue(), page.picture.width / page.scale, page.picture.height / page.scale, in_squares)


def _file_of(wanted: WantedPage) -> bytes:
    """Return the file that the page is one of. Raise Unreadable if there is none of this name."""
    media_type = media_type_of(wanted.body)
    if media_type in archives.MEDIA_TYPES:
        return archives.member_of(wanted.body, wanted.member)
    if media_type == HTML:
        return embedded_file(parse(wanted.body), wanted.member.rpartition("#")[2])
    return wanted.body
