"""A second, independent reading of PDF pages by pdfplumber: other words, other lines, other cells.

Owns what becomes of its characters: those that nobody sees are left out, for both readers look at one page. pdfplumber
is imported only here, and only when a page is read again.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractors.document import ILLEGIBLE, BBox, Block, Cell, Grid
from extractors.page_breaks import realign_columns
from extractors.page_numbers import is_page_number
from extractors.pdf.letters import Hidden

_SAME_PLACE = 1.5
"""Points by which both readers may see one character apart."""
_SAME_EDGE = 2.0
_EDGE = 0.1
"""Share of a page at its head and foot: a number alone there is that of the page."""
_GAP = 1.5
"""Points between the characters of two words, at least."""


def second_parts(body: bytes, hidden: Mapping[int, Sequence[Hidden]]) -> tuple[Block | Grid, ...]:
    """Return lines and tables of some pages, which are numbered from 1, with what is unseen on each.

    Nothing, if it cannot read the file: the first reader has read it.
    """
    try:
        return tuple(realign_columns(_parts(body, hidden)))
    except Exception:  # noqa: BLE001 (a damaged file makes pdfminer fail in every way that Python knows)
        return ()


def _parts(body: bytes, hidden: Mapping[int, Sequence[Hidden]]) -> list[Block | Grid]:
    import pdfplumber

    parts: list[Block | Grid] = []
    with pdfplumber.open(io.BytesIO(body)) as document:
        for number, unseen in sorted(hidden.items()):
            page = document.pages[number - 1].dedupe_chars(tolerance=_SAME_PLACE, extra_attrs=())
            parts += _page_parts(page, number, list(_characters(page, unseen)))
            page.close()
    return parts


def _characters(page: Any, hidden: Sequence[Hidden]) -> Iterator[dict[str, Any]]:
    """Yield the characters of a page that are seen, and ILLEGIBLE for those in doubt."""
    left, top, right, bottom = page.bbox
    for character in page.chars:
        across, down = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
        if not (left <= across <= right and top <= down <= bottom):
            continue
        here = [
            one for one in hidden if one.character == character["text"] and _is_at(one.box, across - left, down - top)
        ]
        if not here:
            yield character
        elif any(one.doubtful for one in here):
            yield {**character, "text": ILLEGIBLE}


def _is_at(box: BBox, across: float, down: float) -> bool:
    return abs((box[0] + box[2]) / 2 - across) < _SAME_PLACE and box[1] - _SAME_PLACE < down < box[3] + _SAME_PLACE


def _page_parts(page: Any, number: int, characters: Sequence[dict[str, Any]]) -> list[Block | Grid]:
    """Return the tables of a page, and the lines of text outside of them, from the top down."""
    from pdfplumber.utils.text import extract_words

    tables = page.find_tables()
    placed: list[tuple[float, Block | Grid]] = []
    outside = list(characters)
    for table in tables:
        inside = [one for one in outside if _holds(table.bbox, one)]
        outside = [one for one in outside if not _holds(table.bbox, one)]
        placed.append((table.bbox[1], Grid(0, tuple(_cells(table.cells, inside, number)), number)))
    words = extract_words(outside, x_tolerance=_GAP)
    placed += [
        (line[0]["top"], Block(text, number))
        for line in _lines(words)
        if not _is_page_number(text := " ".join(word["text"] for word in line), line[0]["top"] / float(page.height))
    ]
    return [part for _, part in sorted(placed, key=lambda part: part[0])]


def _is_page_number(text: str, down: float) -> bool:
    """Return whether a line, so far down its page as a share of it, is the number of the page."""
    return is_page_number(text) or (text.isdigit() and not _EDGE < down < 1 - _EDGE)


def _holds(box: BBox, character: Mapping[str, Any]) -> bool:
    across, down = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= across < box[2] and box[1] <= down < box[3])


def _cells(boxes: Sequence[BBox], characters: Sequence[dict[str, Any]], number: int) -> Iterator[Cell]:
    """Yield the cells of a table with the text that stands in each."""
    from pdfplumber.utils.text import extract_text

    lefts, tops = ([*_edges([box[side] for box in boxes] + [box[side + 2] for box in boxes])] for side in (0, 1))
    for box in boxes:
        column, row = _at(lefts, box[0]), _at(tops, box[1])
        spans = max(1, _at(tops, box[3]) - row), max(1, _at(lefts, box[2]) - column)
        text = extract_text([one for one in characters if _holds(box, one)], x_tolerance=_GAP)
        yield Cell(text, row, column, *spans, number, box)


def _edges(places: Sequence[float]) -> Iterator[float]:
    """Yield the places in order, those that are about the same once."""
    last = None
    for place in sorted(places):
        if last is None or place - last > _SAME_EDGE:
            last = place
            yield place


def _at(edges: Sequence[float], place: float) -> int:
    return bisect_left(edges, place - _SAME_EDGE)


def _lines(words: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return words by lines from the top down, each from left to right."""
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        if lines and lines[-1][0]["top"] < middle < lines[-1][0]["bottom"]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]
