"""Rows as cells of a sheet in a workbook, a few at a time.

Owns what a cell can hold. Text is text, whatever it begins with. A number that Excel would round, and a day before its
calendar begins, stand as text. What a cell is too short for is cut, and says so.
"""

from __future__ import annotations

import errno
import os
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from lxml.etree import SerialisationError

from warehouse.export.content import Batches, CannotExport, Rows
from warehouse.export.texts import as_text, digits_of, is_single

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MOST_ROWS_OF_A_SHEET = 2**20 - 1
"""Below the line of names."""
LONGEST = 32_767
"""Units of UTF-16 that a cell holds. Source of this and the digits: Excel's specifications and limits."""
_DIGITS = 15
_FIRST_DAY = date(1900, 3, 1)
"""Before it, Excel's calendar has a day that never was, or none."""
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""Characters that XML cannot hold or would change, and what would read as an escape (ECMA-376 part 1, 22.9.2.19)."""
_NOTE = " … [cut: {:,} characters in all]"
_ROOM_FOR_NOTE = 50


@dataclass(slots=True)
class CutTexts:
    """The texts that were cut, by column."""

    counts: Counter[str] = field(default_factory=Counter)

    def notes(self) -> list[str]:
        """Return one line for each column."""
        return [
            f"{count:,} texts of {name} are cut, and say so at their end: a cell holds {LONGEST:,} characters; "
            "csv, jsonl and parquet hold all"
            for name, count in self.counts.items()
        ]


@contextmanager
def new_sheet(book: Workbook, name: str) -> Iterator[WriteOnlyWorksheet]:
    """Give a sheet whose first line stays visible. Raise OSError if the disk is full."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    try:
        # A sheet that is dropped before its end would print a traceback of openpyxl's own.
        with closing(sheet):
            yield sheet
    except SerialisationError as error:
        number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)  # libxml2 says IO_ENOSPC
        raise OSError(number, os.strerror(number)) from error


def append_rows(sheet: WriteOnlyWorksheet, rows: Rows, most: int, cut: CutTexts) -> None:
    """Append a line of names, and a line for each row. Raise CannotExport for more than `most` rows."""
    schema, batches = rows
    sheet.append([_cell(sheet, name, cut, name) for name in schema.names])
    for row in _bounded(batches, most):
        sheet.append([_cell(sheet, value, cut, name) for name, value in zip(schema.names, row, strict=True)])


def _bounded(batches: Batches, most: int) -> Iterator[tuple[object, ...]]:
    rows = (row for batch in batches for row in zip(*map(_values, batch.columns), strict=True))
    for number, row in enumerate(rows):
        if number == most:
            raise CannotExport(f"more than {most:,} rows are too many for a workbook: take CSV or Parquet")
        yield row


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = (column if is_single(column.type) else as_text(column)).to_pylist()
    return values


def _cell(sheet: WriteOnlyWorksheet, value: object, cut: CutTexts, column: str) -> Any:
    """Return what openpyxl writes as a value."""
    if not isinstance(value, str):
        value = _number_or_text(value)
        if not isinstance(value, str):
            return value
    text = _ESCAPED.sub(_escape, value)
    if len(text) > LONGEST // 2 and _units(text) > LONGEST:
        cut.counts[column] += 1
        text = _cut(value)
    if text[:1] not in ("=", "#"):
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # else it would be a formula, or an error such as #REF!
    return cell


def _number_or_text(value: object) -> object:
    """Return a value as a cell holds it, or its text.

    >>> _number_or_text(10**15 + 1), _number_or_text(Decimal("12.5000")), _number_or_text(date(1900, 1, 1))
    ('1000000000000001', Decimal('12.5000'), '1900-01-01')
    """
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return value if digits_of(value) <= _DIGITS else f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, float):
        return value if isfinite(float(f"{value:.16g}")) else str(value)  # openpyxl writes 16 digits
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        if plain.date() < _FIRST_DAY:
            return plain.isoformat(" ")
        return plain.replace(microsecond=plain.microsecond // 1000 * 1000)  # what is less, readers round
    if isinstance(value, date):
        return value if value >= _FIRST_DAY else value.isoformat()
    return value


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    """Return the beginning of a text, and a note of its length."""
    room = LONGEST - _ROOM_FOR_NOTE
    first = bisect_right(range(len(text)), room, key=lambda end: _units(_ESCAPED.sub(_escape, text[:end]))) - 1
    return _ESCAPED.sub(_escape, text[:first]) + _NOTE.format(len(text))
