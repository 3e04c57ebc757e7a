"""PDF with a text layer: lines in the file's own order first, ruled tables second.

Owns the order of the two and the positions of characters; the tables are the matter of `ruled`. Must not know what
a label means; files without a text layer, garbled, broken or encrypted ones are refused with a reason.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.document import BBox, Block, Document
from extractors.pagination import is_page_number
from extractors.reader import Unreadable
from extractors.ruled import ruled_parts

MEDIA_TYPES = frozenset({"application/pdf"})

_HYPHEN = 0x02  # what PDFium gives for a hyphen at the end of a line, between Latin letters
# Private use, control signs, lone surrogates and unassigned code points: fonts without a map to Unicode give these.
_MEANINGLESS = frozenset({"Co", "Cc", "Cs", "Cn"})
_MOST = 0.5


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Two readings: `text_flow` (every line a block with a box a character), then `ruled_grid`.

    Raises Unreadable for a file that is broken or encrypted, or whose text layer is missing or garbled.
    """
    blocks = _flow(body)
    text = "".join(block.text for block in blocks if block.text.strip())
    if not text:
        raise Unreadable("the PDF has no text layer (a scan?)")
    if _is_garbled(text):
        raise Unreadable("the PDF's text layer is garbled: most of its signs have no meaning in Unicode")
    yield Document(media_type="application/pdf", method="text_flow", parts=tuple(blocks))
    try:
        ruled = ruled_parts(body)
    except Unreadable:
        # What the text layer gave stands, with the findings that made a second reading worth while.
        return
    yield Document(media_type="application/pdf", method="ruled_grid", parts=ruled)


def _is_garbled(text: str) -> bool:
    """Whether most signs of a text are no text."""
    signs = [sign for sign in text if not sign.isspace()]
    meaningless = [sign for sign in signs if sign == "\ufffd" or unicodedata.category(sign) in _MEANINGLESS]
    return len(meaningless) > _MOST * len(signs)


def _flow(body: bytes) -> list[Block]:
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            return [line for number in range(len(document)) for line in _page_lines(document, number)]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF is broken or encrypted ({error})") from error


def _page_lines(document: pypdfium2.PdfDocument, number: int) -> list[Block]:
    """The lines of one page, in the order of the file, without its page number."""
    with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
        characters, boxes = _characters(page, text_page)
    lines: list[Block] = []
    start = 0
    for line in "".join(characters).splitlines(keepends=True):
        text = line.rstrip("\r\n")
        if text.strip() and not is_page_number(text):
            lines.append(Block(text, page=number + 1, boxes=tuple(boxes[start : start + len(text)])))
        start += len(line)
    return lines


def _characters(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> tuple[list[str], list[BBox | None]]:
    """The characters of a page and their boxes; None for those that PDFium inserts, such as line breaks."""
    visible, quarter_turns = page.get_bbox(), page.get_rotation() // 90
    characters: list[str] = []
    boxes: list[BBox | None] = []
    for index in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code == _HYPHEN and pdfium.FPDFText_IsHyphen(text_page, index) == 1:
            code = ord("-")
        if 0xDC00 <= code < 0xE000 and characters and "\ud800" <= characters[-1] < "\udc00":
            # PDFium gives a character beyond the basic plane as its two surrogates.
            characters[-1] = chr(0x10000 + (ord(characters[-1]) - 0xD800) * 0x400 + code - 0xDC00)
            continue
        box = text_page.get_charbox(index)
        characters.append(chr(code))
        boxes.append(_upright(box, visible, quarter_turns) if box[2] > box[0] else None)
    return ["\ufffd" if "\ud800" <= sign < "\ue000" else sign for sign in characters], boxes


def _upright(box: BBox, visible: BBox, quarter_turns: int) -> BBox:
    """A box of the page's own coordinates (origin below, before its rotation) on the page as it is shown.

    >>> _upright((100.0, 300.0, 160.0, 340.0), (50.0, 60.0, 500.0, 700.0), 0)
    (50.0, 360.0, 110.0, 400.0)
    >>> _upright((100.0, 300.0, 160.0, 340.0), (50.0, 60.0, 500.0, 700.0), 1)
    (240.0, 50.0, 280.0, 110.0)
    """
    left, bottom, right, top = box
    from_left, from_right = (left - visible[0], right - visible[0]), (visible[2] - right, visible[2] - left)
    from_top, from_bottom = (visible[3] - top, visible[3] - bottom), (bottom - visible[1], top - visible[1])
    across = (from_left, from_bottom, from_right, from_top)[quarter_turns]
    down = (from_top, from_left, from_bottom, from_right)[quarter_turns]
    return across[0], down[0], across[1], down[1]
