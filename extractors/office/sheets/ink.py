"""Cells of an Excel file as a person sees them: what is struck, painted over or covered goes, or is marked.

Owns what of a cell's text is seen. `number_format` prints numbers, `conditions` knows formats that apply by a
condition, `drawings` what lies upon cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.styles.proxy import StyleProxy
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from extractors.document import ILLEGIBLE
from extractors.html.tree import element_lines
from extractors.office.colours import BLACK, WHITE, Colour, Sight, sight_of
from extractors.office.note_marks import instead_of_mark, looks_like_a_mark
from extractors.office.sheets.colours import Palette
from extractors.office.sheets.conditions import Conditions
from extractors.office.sheets.drawings import Area
from extractors.office.sheets.number_format import print_number, shown_text
from extractors.office.typefaces import shows_symbols

_Font = Font | InlineFont | StyleProxy
_LINE_END = re.compile("_x000D_\n?|\r\n?")  # what a carriage return in a cell becomes in the file
_SPECK = 1.5
"""Size in points up to which text is not seen."""
_USUAL_SIZE = 11
_ROOM = 0.7
"""Share of the usual width of a digit that the narrowest typefaces need."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a cell's text in one look."""

    text: str
    font: _Font


class SheetInk:
    """What is seen of the cells of one sheet."""

    def __init__(self, sheet: Worksheet, palette: Palette, drawn: Sequence[Area]) -> None:
        self._palette, self._drawn = palette, drawn
        self._conditions = Conditions(sheet, palette)
        tables = (table for table in sheet.tables.values() if table.tableStyleInfo is not None)
        self._styled = [CellRange(table.ref).bounds for table in tables]
        self._shows_zeros = sheet.sheet_view.showZeros is not False

    def text(self, cell: SheetCell, width: float) -> str:
        """Return the text of a cell as it is shown, one line for each line; `width` is that of its columns."""
        ground = self._ground(cell)
        shown = self._shown(cell, ground)
        # What is drawn beside a table, upon cells that hold nothing, is no figure.
        covered = (shown or is_bordered(cell)) and any(_holds(area, cell) for area in self._drawn)
        if shown and isinstance(cell.value, int | float) and _is_too_long(shown, cell, width):
            shown = ILLEGIBLE
        doubtful = covered or (shown and self._is_doubtful(cell, ground))
        lines = "\n".join(element_lines([_LINE_END.sub("\n", shown)]))
        return lines + ILLEGIBLE if doubtful and ILLEGIBLE not in lines else lines

    def _shown(self, cell: SheetCell, ground: Colour | None) -> str:
        """Return what is seen of a cell's text, the marks of notes left out."""
        pieces = [piece for piece in self._pieces(cell) if piece.text]
        sights = [self._sight(piece.font, ground) for piece in pieces]
        seen = [piece for piece, sight in zip(pieces, sights, strict=True) if sight is not Sight.UNSEEN]
        doubtful = any(sight is Sight.DOUBTFUL for sight in sights)
        text = _text_of(seen)
        return text + ILLEGIBLE if doubtful and text else text

    def _pieces(self, cell: SheetCell) -> Iterator[_Piece]:
        if isinstance(cell.value, CellRichText):
            for piece in cell.value:
                yield _Piece(piece.text, piece.font) if isinstance(piece, TextBlock) else _Piece(piece, cell.font)
        else:
            yield _Piece(self._plain(cell), cell.font)

    def _plain(self, cell: SheetCell) -> str:
        """Return the text of a cell of one look as its format shows it."""
        value = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, int | float):
            return "" if value == 0 and not self._shows_zeros else print_number(value, cell.number_format)
        if isinstance(value, datetime) and value.time() == time():
            return value.date().isoformat()
        if isinstance(value, date | time | timedelta):
            return str(value)
        return shown_text(str(value), cell.number_format) if value is not None else ""

    def _sight(self, font: _Font, ground: Colour | None) -> Sight:
        """Return whether text in a typeface is seen."""
        if font.strike or (font.sz is not None and float(font.sz) <= _SPECK):
            return Sight.UNSEEN
        return sight_of(self._palette.colour(font.color) or BLACK, ground)

    def _ground(self, cell: SheetCell) -> Colour | None:
        """Return the colour behind the text of a cell; None where it is not known."""
        fill = cell.fill
        if not fill.fill_type:
            styled = any(_holds((top, left, bottom, right), cell) for left, top, right, bottom in self._styled)
            return None if styled else WHITE
        return self._palette.colour(fill.fgColor) if fill.fill_type == "solid" else None

    def _is_doubtful(self, cell: SheetCell, ground: Colour | None) -> bool:
        """Return whether a condition may change what a cell shows, or its text is repeated."""
        repeated = cell.alignment.horizontal == "fill"
        return repeated or self._conditions.may_hide(cell, ground)


def is_bordered(cell: SheetCell) -> bool:
    """Return whether a cell has a border, as the blank cells of tables have."""
    border = cell.border if cell.has_style else None
    return border is not None and any(
        side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)
    )


def _holds(area: Area, cell: SheetCell) -> bool:
    top, left, bottom, right = area
    return top <= cell.row <= bottom and left <= cell.column <= right


def _is_too_long(text: str, cell: SheetCell, width: float) -> bool:
    """Return whether a number is surely wider than its column, which then shows ####."""
    if cell.alignment.shrink_to_fit:
        return False
    return _ROOM * len(text) * _size(cell.font) / _USUAL_SIZE > width


def _text_of(pieces: Sequence[_Piece]) -> str:
    """Return the text of pieces; marks of notes are left out, signs of symbol typefaces are ILLEGIBLE."""
    text, size = "", 0.0
    for at, piece in enumerate(pieces):
        own = _size(piece.font)
        line = text.rpartition("\n")[2]
        if _is_raised(piece):
            rest = "".join(each.text for each in pieces[at + 1 :] if not _is_raised(each))
            text += instead_of_mark(line, piece.text, rest, in_cell=True)
        elif shows_symbols(_typeface(piece.font)):
            text += ILLEGIBLE
        else:
            text += (ILLEGIBLE if looks_like_a_mark(line, size, piece.text, own) else "") + piece.text
            size = own
    return text


def _is_raised(piece: _Piece) -> bool:
    return piece.font.vertAlign in ("superscript", "subscript")


def _typeface(font: _Font) -> str | None:
    return font.rFont if isinstance(font, InlineFont) else font.name


def _size(font: _Font) -> float:
    return float(font.sz or _USUAL_SIZE)
