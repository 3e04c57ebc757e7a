"""Excel files (XLSX): each visible sheet as tables, with the text above, between and below them.

Owns which cells have a place. `ink` knows what is seen of a cell, `shape` where cells stand, `tables`
which rows are text.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from extractors.document import Block, Cell, Document, Grid, Unreadable
from extractors.office.sheets.colours import Palette
from extractors.office.sheets.drawings import drawn_areas
from extractors.office.sheets.ink import SheetInk, is_bordered
from extractors.office.sheets.limits import CELL_LIMIT, Extent, measure
from extractors.office.sheets.shape import SheetShape
from extractors.office.sheets.tables import SheetRow, split_rows, table_of
from extractors.page_numbers import is_page_number

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})

_BLANK_ROWS = 3
"""Bordered rows that are kept below the last text: the figures of a table may all be blank."""
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
    palette, drawn = Palette(values.loaded_theme), drawn_areas(body)
    return [
        _rows(sheet, formulas[sheet.title], extent, SheetInk(sheet, palette, drawn.get(sheet.title, ())))
        for sheet in values.worksheets
        if sheet.sheet_state == "visible"
    ]


def _load(body: bytes, *, values: bool) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl tells of drawings, checks of input and the like, which it leaves out.
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(io.BytesIO(body), data_only=values, rich_text=True)


def _rows(sheet: Worksheet, formulas: Worksheet, extent: Extent, ink: SheetInk) -> list[SheetRow]:
    """Return the rows of a sheet down to the last that matters; hidden rows and columns take no place."""
    last_row = min(sheet.max_row, extent.rows + _BLANK_ROWS)
    last_column = min(sheet.max_column, extent.columns)
    if last_row * last_column > CELL_LIMIT:
        raise Unreadable(f"a sheet of the Excel file is larger than {CELL_LIMIT:,} cells")
    shape = SheetShape(sheet, last_row, last_column)
    rows: list[list[Cell]] = [[] for _ in range(shape.height)]
    for cells in sheet.iter_rows(max_row=last_row, max_col=last_column):
        for cell in cells:
            if isinstance(cell, MergedCell):
                continue
            place = shape.place(cell.row, cell.column)
            if place is None:
                continue
            text = _text(cell, formulas, ink, shape.width(cell.row, cell.column))
            if text or is_bordered(cell):
                rows[place[0]].append(Cell(text, *place))
    return [SheetRow(tuple(sorted(cells, key=lambda cell: cell.column))) for cells in rows]


def _text(cell: SheetCell, formulas: Worksheet, ink: SheetInk, width: float) -> str:
    """Return the text of a cell, or its formula where the file holds no value of it."""
    text = ink.text(cell, width)
    formula = formulas.cell(cell.row, cell.column)
    return text if text or cell.value is not None or isinstance(formula, MergedCell) else ink.text(formula, width)
