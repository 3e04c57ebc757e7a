"""Excel files (XLSX): each visible sheet as tables, with the text above, between and below them.

Owns the texts of cells as they are shown, and merged cells. `sheet_tables` decides which rows are text, `number_format`
how a number is printed.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from extractors.document import Block, Cell, Document, Grid, Unreadable
from extractors.html.tree import element_lines
from extractors.office.number_format import print_number
from extractors.office.sheet_limits import CELL_LIMIT, Extent, measure
from extractors.office.sheet_tables import SheetRow, split_rows, table_of
from extractors.page_numbers import is_page_number

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})

_BLANK_ROWS = 3
"""Bordered rows that are kept below the last text: the figures of a table may all be blank."""
_LINE_END = "_x000D_"  # what a carriage return in a cell becomes in the file
_Part = str | tuple[Cell, ...]

# What openpyxl runs into where a damaged file says nonsense.
_DAMAGE = (
    InvalidFileException,
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """Yield two readings: the text and the tables of each sheet apart, then each sheet as one grid."""
    extent = measure(body)
    try:
        sheets = _sheets(body, extent)
    except _DAMAGE as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the Excel file is damaged ({error!r:.80})") from error
    found = [part for rows in sheets for part in split_rows(rows)]
    if not found:
        raise Unreadable("the Excel file holds no text (pictures, or hidden sheets alone?)")
    yield Document(_MEDIA_TYPE, "sheet_grid", tuple(_numbered(found)))
    if any(isinstance(part, str) for part in found):
        whole = [table for rows in sheets if (table := table_of(rows))]
        yield Document(_MEDIA_TYPE, "sheet_grid", tuple(_numbered(whole)))


def _numbered(found: Iterable[_Part]) -> Iterator[Block | Grid]:
    number = 0
    for part in found:
        if isinstance(part, str):
            yield from (Block(line) for line in part.split("\n") if not is_page_number(line))
        else:
            yield Grid(number, part)
            number += 1


def _sheets(body: bytes, extent: Extent) -> list[list[SheetRow]]:
    """Return the rows of each visible sheet."""
    values = _load(body, values=True)
    formulas = _load(body, values=False) if extent.uncalculated else values
    return [
        list(_rows(sheet, formulas[sheet.title], extent))
        for sheet in values.worksheets
        if sheet.sheet_state == "visible"
    ]


def _load(body: bytes, *, values: bool) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl tells of drawings, checks of input and the like, which it leaves out.
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(io.BytesIO(body), data_only=values)


def _rows(sheet: Worksheet, formulas: Worksheet, extent: Extent) -> Iterator[SheetRow]:
    """Yield the rows of a sheet down to the last that matters."""
    last_row = min(sheet.max_row, extent.rows + _BLANK_ROWS)
    last_column = min(sheet.max_column, extent.columns)
    if last_row * last_column > CELL_LIMIT:
        raise Unreadable(f"a sheet of the Excel file is larger than {CELL_LIMIT:,} cells")
    spans = {
        (merged.min_row, merged.min_col): (merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1)
        for merged in sheet.merged_cells.ranges
    }
    for cells in sheet.iter_rows(max_row=last_row, max_col=last_column):
        row = []
        for cell in cells:
            if isinstance(cell, MergedCell):
                continue
            text = _text(cell) or _text(formulas.cell(cell.row, cell.column))
            if text or _is_bordered(cell):
                place = (cell.row, cell.column)
                row.append(Cell(text, cell.row - 1, cell.column - 1, *spans.get(place, (1, 1))))
        yield SheetRow(tuple(row))


def _text(cell: SheetCell | MergedCell) -> str:
    """Return the text of a cell as its format shows it, one line for each line that is shown."""
    value = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return print_number(value, cell.number_format)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    return "\n".join(element_lines([str(value or "").replace(_LINE_END, "")]))


def _is_bordered(cell: SheetCell) -> bool:
    border = cell.border if cell.has_style else None
    return border is not None and any(
        side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)
    )
