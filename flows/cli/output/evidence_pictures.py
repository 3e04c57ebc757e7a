"""Pictures of a document's pages with the cells that were read drawn on them.

Owns the drawing: green if the form's sums hold, red if a finding concerns the cell. Reads no figures: it draws rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import ImageDraw

from extractors.document import Unreadable
from extractors.media_type import media_type_of
from flows.documents.page_pictures import DRAWABLE, page_pictures
from transforms.forms.layout import code_columns
from transforms.rows import Row, figure_name

SCALE = 2.0
"""Pixels a point of a PDF page."""
_MOST_PIXELS = 60_000_000
_MARGIN = 4
_GREEN, _RED = (0, 150, 60), (220, 30, 30)


def draw_evidence(body: bytes, rows: Mapping[str, Sequence[Row]], folder: Path) -> list[Path]:
    """Write `page-<n>.png` for each page with figures, and return the paths.

    Raises Unreadable for a document without pages, such as a web page, a plain text or an archive.
    """
    boxes, media_type = _boxes(rows), media_type_of(body)
    if not boxes or media_type not in DRAWABLE:
        raise Unreadable(f"no page to draw on in a file of the kind {media_type}: give a PDF, an OFD file or a picture")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for page in page_pictures(body, sorted(boxes), SCALE, _MOST_PIXELS):
        canvas = ImageDraw.Draw(page.picture)
        for box, colour in boxes[page.number]:
            left, top, right, bottom = (side * page.scale for side in box)
            canvas.rectangle(
                (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN), outline=colour, width=2
            )
        paths.append(folder / f"page-{page.number}.png")
        page.picture.save(paths[-1])
    return paths


def _boxes(rows: Mapping[str, Sequence[Row]]) -> dict[int, list[tuple[list[float], tuple[int, int, int]]]]:
    """Return the boxes of the figures with their colours, by page."""
    flagged = {
        (row["table"], cell)
        for row in rows["findings"]
        if row["severity"] != "info" and isinstance(row["cells"], list)
        for cell in row["cells"]
    }
    boxes: defaultdict[int, list[tuple[list[float], tuple[int, int, int]]]] = defaultdict(list)
    for table in code_columns():
        for row in rows[table]:
            page, box = row["page"], row["bbox"]
            if isinstance(page, int) and isinstance(box, list):
                boxes[page].append((box, _RED if (table, figure_name(table, row)) in flagged else _GREEN))
    return boxes
