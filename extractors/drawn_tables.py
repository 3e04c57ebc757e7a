"""Tables that are drawn with characters (┌─┬─┐ │, or +--+ |) → cells with their spans.

Owns the lines of such a drawing. Vertical lines are followed from row to row by their order, so that texts of any
width between them do no harm. A drawing whose lines do not meet is no table; its rows are then the texts between bars.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from extractors.document import Cell

_ASCII_RULE = re.compile(r"\s*\+(?:[-=]+\+)+\s*")
_ASCII_ROW = re.compile(r"\s*[|+].*[|+]\s*")
_ASCII_RUN = re.compile(r"(?<=\+)[-=]+(?=\+)")
_WIDTHS = ((2, 1), (2, 2), (1, 1))
"""Columns that a wide character, and one of ambiguous width, may take."""
_FIGURE = re.compile(r"[-+]?\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place where a line of the drawing runs up or down, and at which character of its row."""

    at: int
    up: bool
    down: bool


@dataclass(slots=True, eq=False)
class _Box:
    """A cell that is being drawn: its vertical lines, its first row, and its texts."""

    left: int
    right: int
    top: int
    texts: list[str] = field(default_factory=list)


@cache
def _arms(sign: str) -> frozenset[str]:
    """Return the directions in which a box-drawing character leads.

    >>> sorted(_arms("├")), sorted(_arms("═")), sorted(_arms("A"))
    (['DOWN', 'RIGHT', 'UP'], ['LEFT', 'RIGHT'], [])
    """
    words = set(unicodedata.name(sign, "").split())
    if not {"BOX", "DRAWINGS"} <= words or "DIAGONAL" in words:
        return frozenset()
    both = {"VERTICAL": {"UP", "DOWN"}, "HORIZONTAL": {"LEFT", "RIGHT"}}
    named = words & {"UP", "DOWN", "LEFT", "RIGHT"}
    return frozenset(named.union(*(both[word] for word in words & both.keys())))


def drawing_at(lines: Sequence[str], start: int) -> int:
    """Return the end of the drawing, with blank lines in it, that a rule at a line begins; `start` if none does."""
    is_row = _is_ascii_row if _ASCII_RULE.fullmatch(lines[start]) else _is_box_row
    if is_row is _is_box_row and not _is_rule(lines[start].strip()):
        return start
    end = start
    for at in range(start, len(lines)):
        if is_row(lines[at]):
            end = at + 1
        elif lines[at].strip():
            break
    return end if end > start + 1 else start


def _is_ascii_row(line: str) -> bool:
    return _ASCII_ROW.fullmatch(line) is not None


def _is_box_row(line: str) -> bool:
    squeezed = line.strip()
    return len(squeezed) > 1 and all(_is_upright(_arms(sign)) for sign in (squeezed[0], squeezed[-1]))


def _is_rule(text: str) -> bool:
    """Return whether a text is a horizontal line with a joint at either end."""
    return len(text) > 2 and _is_box_row(text) and all(_arms(sign) & {"LEFT", "RIGHT"} for sign in text)


def drawn_cells(lines: Sequence[str]) -> tuple[Cell, ...] | None:
    """Return the cells of a drawing; None if its lines do not meet, or if a row between two rules holds several."""
    drawing = [line.rstrip() for line in lines if line.strip()]
    if _ASCII_RULE.fullmatch(drawing[0]):
        drawing = next((drawn for widths in _WIDTHS if (drawn := _as_boxes(drawing, *widths))), [])
    boxes = _boxes(drawing)
    if not boxes or any(_holds_rows(box) for box, _, _, _ in boxes):
        return None
    return tuple(_cell(box, bottom, left, right) for box, bottom, left, right in boxes)


def _holds_rows(box: _Box) -> bool:
    return sum(bool(_FIGURE.fullmatch(text)) for text in box.texts) > 1


def _cell(box: _Box, bottom: int, left: int, right: int) -> Cell:
    return Cell("\n".join(box.texts), box.top, left, bottom - box.top, right - left)


def rows_between_bars(lines: Sequence[str]) -> Iterator[str]:
    """Yield the texts between the bars of each line of a drawing, tabs between them; no lines without text."""
    for line in lines:
        texts = [text.strip() for text in _texts(line.strip())]
        if any(texts):
            yield "\t".join(texts)


def _texts(line: str) -> list[str]:
    bars = [at for at, sign in enumerate(line) if sign in "|+" or _is_upright(_arms(sign))]
    texts = [line[left + 1 : right] for left, right in pairwise(bars)]
    return ["" if _is_line(text) else text for text in texts]


def _is_line(text: str) -> bool:
    return all(_arms(sign) >= {"LEFT", "RIGHT"} or sign in "-=" for sign in text) and (len(text) != 1 or text in "─═━")


def _boxes(lines: Sequence[str]) -> list[tuple[_Box, int, int, int]]:
    """Return the cells with their last row and their columns; none if the lines of the drawing do not meet."""
    places: list[int] = []
    going_down: list[int] = []
    opened: list[_Box] = []
    closed: list[tuple[_Box, int]] = []
    row = 0
    for line in lines:
        marks = [
            _Mark(at, "UP" in arms, "DOWN" in arms) for at, arms in enumerate(map(_arms, line)) if _is_upright(arms)
        ]
        names = _follow(line, marks, going_down, places)
        texts = [line[left.at + 1 : right.at] for left, right in pairwise(marks)]
        ruled = [bool(text) and _is_ruled(text) for text in texts]
        row += any(ruled) and bool(opened)
        ended = _ended(opened, names, texts, ruled)
        if names is None or ended is None:
            return []
        closed += [(box, row) for box in ended]
        down = [at for at, mark in enumerate(marks) if mark.down]
        new = [_Box(names[left], names[right], row) for left, right in pairwise(down) if all(ruled[left:right])]
        opened = sorted([*(box for box in opened if box not in ended), *new], key=lambda box: places[box.left])
        going_down = [names[at] for at in down]
        if [(box.left, box.right) for box in opened] != list(pairwise(going_down)):
            return []
    columns = {place: number for number, place in enumerate(sorted(set(places)))}
    boxes = [(box, bottom, columns[places[box.left]], columns[places[box.right]]) for box, bottom in closed]
    return [] if opened else sorted(boxes, key=lambda found: (found[0].top, found[2]))


def _ended(
    boxes: Sequence[_Box], names: Sequence[int] | None, texts: Sequence[str], ruled: Sequence[bool]
) -> list[_Box] | None:
    """Add the texts of a line to its cells, and return those that it ends; None if it runs through a cell's text."""
    ended = []
    for box in boxes:
        if not names or box.left not in names or box.right not in names:
            return None
        own = slice(names.index(box.left), names.index(box.right))
        if all(ruled[own]):
            ended.append(box)
        elif any(ruled[own]) or len(texts[own]) != 1:
            return None
        elif text := texts[own][0].strip():
            box.texts.append(text)
    return ended


def _is_upright(arms: frozenset[str]) -> bool:
    return not arms.isdisjoint({"UP", "DOWN"})


def _is_ruled(text: str) -> bool:
    return all(_arms(sign) >= {"LEFT", "RIGHT"} for sign in text)


def _follow(line: str, marks: Sequence[_Mark], open_lines: Sequence[int], places: list[int]) -> list[int] | None:
    """Return the vertical line that each mark is on, adding the place of new ones; None if some end in the air."""
    if sum(mark.up for mark in marks) != len(open_lines):
        return None
    above = iter(open_lines)
    names: list[int] = []
    for at, mark in enumerate(marks):
        if mark.up:
            names.append(next(above))
            continue
        before = marks[at - 1].at if at else 0
        if at and not _is_ruled(line[before + 1 : mark.at]):
            return None
        places.append(mark.at if not at else places[names[-1]] + mark.at - before)
        names.append(len(places) - 1)
    in_order = all(places[left] < places[right] for left, right in pairwise(names))
    return names if in_order else None


def _as_boxes(lines: Sequence[str], wide: int, ambiguous: int) -> list[str]:
    """Return a drawing of +, - and | in box-drawing characters; none if its lines differ in width."""
    ruled = [_ASCII_RUN.sub(lambda run: "─" * len(run[0]), line) for line in lines]
    grids = [_columns(line, wide, ambiguous) for line in ruled]
    if len({max(grid, default=0) for grid in grids}) != 1:
        return []
    return ["".join(_as_box(grids, row, column) for column in sorted(grids[row])) for row in range(len(grids))]


def _columns(line: str, wide: int, ambiguous: int) -> dict[int, str]:
    """Return the characters of a line by the columns at which they begin."""
    columns, at = {}, 0
    for sign in line:
        columns[at] = sign
        kind = unicodedata.east_asian_width(sign)
        at += 1 if sign == "─" else wide if kind in "WF" else ambiguous if kind == "A" else 1
    return columns


def _as_box(grids: Sequence[dict[int, str]], row: int, column: int) -> str:
    """Return the box-drawing character that a sign of a drawing stands for; itself if it is text."""
    sign = grids[row][column]
    up = row > 0 and grids[row - 1].get(column, " ") in "|+"
    down = row + 1 < len(grids) and grids[row + 1].get(column, " ") in "|+"
    if sign == "|":
        return "│" if up and down else sign
    left, right = (grids[row].get(column + step) in ("─", "+") for step in (-1, 1))
    if sign != "+" or not (left or right):
        return sign
    return _BY_ARMS.get((up, down, left, right), sign)


_BY_ARMS = {
    ("UP" in arms, "DOWN" in arms, "LEFT" in arms, "RIGHT" in arms): sign
    for sign in "┌┐└┘├┤┬┴┼─"
    for arms in [_arms(sign)]
}
