"""Reports as Excel files (XLSX): stacked in one sheet or a sheet a table.

Owns the habits of such files: merged headings, borders or none, numbers under a format, hidden sheets.
"""

from __future__ import annotations

import io
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.tables import Table

Style = Literal["stacked", "bare", "sheets"]
STYLES: tuple[Style, ...] = ("stacked", "bare", "sheets")
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def render_xlsx(title: str, parts: list[Part], style: Style = "stacked") -> bytes:
    """Render a report; `stacked` has borders and merged text, `bare` neither, `sheets` a sheet for each table."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    _hide_last_year(workbook)
    row = _text(sheet, 2, title, style)
    for part in parts:
        if not isinstance(part, Table):
            row = _text(sheet, row, part.text, style)
        elif style == "sheets":
            _table(workbook.create_sheet(part.name), 3, part, style)
        else:
            row = _table(sheet, row, part, style) + 1
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _hide_last_year(workbook: Workbook) -> None:
    """Add a hidden sheet with figures that must not be read."""
    hidden = workbook.create_sheet("上年")
    hidden.sheet_state = "hidden"
    for row in (["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", 91, 92, 93]):
        hidden.append(row)


def _text(sheet: Worksheet, row: int, text: str, style: Style) -> int:
    """One row of running text; the row after it."""
    sheet.cell(row, 2, text)
    if style != "bare":
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=16)
    return row + 1


def _table(sheet: Worksheet, top: int, table: Table, style: Style) -> int:
    """One table from a row on, in columns B and after; the row after it."""
    for cell in table.cells:
        at = sheet.cell(top + cell.row, 2 + cell.column)
        at.value, at.number_format = _value(cell.text) if cell.kind == "figure" else (cell.text or None, "General")
        last = sheet.cell(top + cell.row + cell.row_span - 1, 2 + cell.column + cell.column_span - 1)
        if style != "bare":
            at.border = _BORDER
        if last.coordinate != at.coordinate:
            sheet.merge_cells(f"{at.coordinate}:{last.coordinate}")
    return top + table.row_count


def _value(text: str) -> tuple[str | int | float | None, str]:
    """Return a figure as a number with the format that prints it so, else as text."""
    if text.isascii() and text.isdigit() and str(int(text)) == text:
        return int(text), "#,##0_ " if len(text) > 3 else "General"
    whole, _, decimals = text.removesuffix("万元").partition(".")
    if decimals.isdigit() and whole.isascii() and whole.isdigit():
        return float(f"{whole}.{decimals}"), '0.00"万元"' if text.endswith("万元") else "0.00"
    return text or None, "@"
