"""PDF: lines of the text layer in the file's own order first, ruled tables second; pages that are pictures by OCR.

Owns the order of the readings, which page has a text layer to be used, and the positions of its characters; tables
are the matter of `ruled`, pictures that of `scan`. Must not know what a label means; broken or encrypted files are
refused with a reason.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.document import BBox, Block, Document, Grid
from extractors.pagination import is_page_number
from extractors.reader import Unreadable
from extractors.ruled import ruled_parts
from extractors.scan import PageImage, numbered, scanned_parts

MEDIA_TYPES = frozenset({"application/pdf"})

_HYPHEN = 0x02  # what PDFium gives for a hyphen at the end of a line, between Latin letters
# Private use, control signs, lone surrogates and unassigned code points: fonts without a map to Unicode give these.
_MEANINGLESS = frozenset({"Co", "Cc", "Cs", "Cn"})
_MOST = 0.5
_DPI = 200  # a digit of 9 points is then 18 pixels high
_MOST_PIXELS = 12_000_000  # A2 at 200 dpi would be 15 million


@dataclass(frozen=True, slots=True)
class _Page:
    lines: list[Block]
    shows_something: bool


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Two readings: `text_flow` (every line a block with a box a character), then `ruled_grid`.

    Pages without a text layer, or with a garbled one, are recognised; the readings then are `text_flow+ocr` and
    `ruled_grid+ocr`, or `ocr` alone where no page has text. No other page is.
    Raises Unreadable for a file that is broken or encrypted or shows no text, and for one whose pages must be
    recognised without the extra nianbao[ocr].
    """
    pages = _pages(body)
    pictures = [number for number, page in enumerate(pages) if page.shows_something and not _has_text(page.lines)]
    scanned = scanned_parts(_rendered(body, pictures)) if pictures else ()
    flow = [line for page in pages if _has_text(page.lines) for line in page.lines]
    if not flow and not scanned:
        raise Unreadable("the PDF shows no text")
    if not flow:
        yield Document("application/pdf", "ocr", scanned)
        return
    suffix = "+ocr" if scanned else ""
    yield Document("application/pdf", f"text_flow{suffix}", _by_page([*flow, *scanned]))
    try:
        ruled = ruled_parts(body)
    except Unreadable:
        # What the text layer gave stands, with the findings that made a second reading worth while.
        return
    given = [part for part in ruled if part.page is None or part.page - 1 not in pictures]
    yield Document("application/pdf", f"ruled_grid{suffix}", _by_page([*given, *scanned]))


def _by_page(parts: Iterable[Block | Grid]) -> tuple[Block | Grid, ...]:
    return numbered(sorted(parts, key=lambda part: part.page or 0))


def _has_text(lines: Sequence[Block]) -> bool:
    text = "".join(line.text for line in lines)
    return bool(text.strip()) and not _is_garbled(text)


def _is_garbled(text: str) -> bool:
    """Whether most signs of a text are no text."""
    signs = [sign for sign in text if not sign.isspace()]
    meaningless = [sign for sign in signs if sign == "\ufffd" or unicodedata.category(sign) in _MEANINGLESS]
    return len(meaningless) > _MOST * len(signs)


def _pages(body: bytes) -> list[_Page]:
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            return [_page(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF is broken or encrypted ({error})") from error


def _page(document: pypdfium2.PdfDocument, number: int) -> _Page:
    with closing(document[number]) as page:
        return _Page(_page_lines(page, number), next(page.get_objects(), None) is not None)


def _rendered(body: bytes, numbers: Sequence[int]) -> Iterator[PageImage]:
    """The pictures of some pages, one by one."""
    try:
        with closing(pypdfium2.PdfDocument(body)) as document:
            for number in numbers:
                with closing(document[number]) as page:
                    scale = min(_DPI / 72, math.sqrt(_MOST_PIXELS / max(1.0, page.get_width() * page.get_height())))
                    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
                        pixels = bitmap.to_numpy().copy()
                yield PageImage(number + 1, pixels.reshape(pixels.shape[:2]), 1 / scale)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"a page of the PDF cannot be drawn ({error})") from error


def _page_lines(page: pypdfium2.PdfPage, number: int) -> list[Block]:
    """The lines of one page, in the order of the file, without its page number."""
    with closing(page.get_textpage()) as text_page:
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
