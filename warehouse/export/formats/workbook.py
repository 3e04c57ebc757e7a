"""A workbook (XLSX): the rows, the dictionary of their columns and codes, and the reports that they come from.

Owns the sheets, and their order. `sheet_cells` has what a cell can hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

import pyarrow.compute as pc

from warehouse.export.content import Batches, Content, shown_rows
from warehouse.export.sheet_cells import MOST_ROWS_OF_A_SHEET, CutTexts, append_rows, new_sheet
from warehouse.query.labels import LANGUAGES, code_words
from warehouse.schema import Column

NAME = "xlsx"
IS_TEXT = False
MOST_ROWS = MOST_ROWS_OF_A_SHEET

_DICTIONARY = ("column", "code", "中文", "English", "type", "unit")
_REPORT = "report_id"


def write(content: Content, out: IO[bytes]) -> Sequence[str]:
    """Write three sheets; without the column report_id, the two that it does not lead to. Say which texts are cut."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    cut, reports = CutTexts(), set[str]()
    schema, batches = shown_rows(content)
    with new_sheet(book, content.table.name) as sheet:
        append_rows(sheet, (schema, _noting_reports(batches, reports)), MOST_ROWS, cut)
    with new_sheet(book, "dictionary") as sheet:
        sheet.append(_DICTIONARY)
        for column in content.columns:
            for line in _described(content, column):
                sheet.append(line)
    if _REPORT in schema.names:
        with new_sheet(book, "sources") as sheet:
            append_rows(sheet, content.sources(reports), MOST_ROWS, cut)
    book.save(out)
    return cut.notes()


def _noting_reports(batches: Batches, reports: set[str]) -> Batches:
    """Yield the batches, and add the reports that they are of."""
    for batch in batches:
        if _REPORT in batch.schema.names:
            reports.update(pc.unique(batch[_REPORT]).to_pylist())
        yield batch


def _described(content: Content, column: Column) -> Iterator[Sequence[str | None]]:
    """Yield the lines of the dictionary on a column: itself, then its codes."""
    yield column.name, None, column.zh, column.en, column.type, column.unit or column.unit_in
    for code in column.values:
        yield (
            column.name,
            code,
            *(code_words(language, content.table.name, column.name, code) for language in LANGUAGES),
        )
