"""Tables as files: CSV, Parquet and workbooks, batch by batch, so that memory does not grow with their rows.

Owns what becomes of text that a spreadsheet would take for a formula: in a workbook its cell is declared text; in CSV,
which cannot say so, an apostrophe stands before it. Numbers are never changed. Owns also how many files are written
at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from math import isfinite
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
from fastapi.responses import StreamingResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from pyarrow.csv import CSVWriter, WriteOptions

from flows.runs.json_values import plain
from nianbao import NianbaoError
from warehouse.query.query import write_batches

_FORMULA = r"^\s*[=+\-@\t\r]"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that a workbook has no place for."""
_MOST_ROWS = 200_000
"""Rows of a workbook: a sheet could hold five times as many, but takes a minute for every 100,000 to write."""
_LONGEST = 32_767
"""Characters that a cell of a workbook may hold."""
_BOM = "\N{BYTE ORDER MARK}".encode()
_PIECE = 1 << 20
AT_ONCE = 2
_free = BoundedSemaphore(AT_ONCE)
"""Of this process: a file may take a minute of a processor, and pages are to be answered meanwhile."""

Rows = tuple[pa.Schema, Iterator[pa.RecordBatch]]
"""The columns of a table, and its rows."""


class NoSuchFile(NianbaoError):
    """The table cannot be a file of the kind; the message says why, and names the remedy."""


class TooManyFiles(NianbaoError):
    """As many files are being written as may be at once."""


def write_csv(rows: Rows, out: IO[bytes]) -> None:
    """Write UTF-8 with a byte order mark, without which Excel would misread Chinese."""
    schema, batches = rows
    harmless = pa.schema([(str(_harmless_text(pa.array([field.name]))[0]), _told_type(field.type)) for field in schema])
    out.write(_BOM)
    with CSVWriter(out, harmless, write_options=WriteOptions(quoting_style="needed")) as writer:
        for batch in batches:
            writer.write_batch(
                pa.RecordBatch.from_arrays([_harmless(column) for column in batch.columns], schema=harmless)
            )


def _told_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of a column as CSV tells it: of what is no single value, its text."""
    told = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date)
    return kind if any(is_told(kind) for is_told in told) or pa.types.is_timestamp(kind) else pa.string()


def _harmless(column: pa.Array) -> pa.Array:
    """Return a column as CSV tells it, with an apostrophe before each text that is a formula for a spreadsheet.

    >>> _harmless(pa.array(["=1+1", "-", "a", None])).to_pylist()
    ["'=1+1", "'-", 'a', None]
    >>> _harmless(pa.array([["甲", "乙"], None])).to_pylist()
    ['["甲", "乙"]', None]
    """
    if _told_type(column.type) == column.type and not pa.types.is_string(column.type):
        return column
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return _harmless_text(
        column.cast(pa.string()) if is_text else pa.array(map(_text_of, column.to_pylist()), pa.string())
    )


def _harmless_text(column: pa.Array) -> pa.Array:
    formula = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)


def _text_of(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(plain(value), ensure_ascii=False, default=str)
    return value.hex(" ") if isinstance(value, bytes) else str(value)


def write_workbook(rows: Rows, out: IO[bytes]) -> None:
    """Write the one sheet of a workbook. Raise NoSuchFile for too many rows."""
    schema, batches = rows
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([_cell(sheet, name) for name in schema.names])
    # A sheet that is dropped before its end would print a traceback of openpyxl's own.
    with closing(sheet):
        for row in _bounded(batches):
            sheet.append([_cell(sheet, value) for value in row])
    book.save(out)


def _bounded(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[object, ...]]:
    rows = (row for batch in batches for row in zip(*_values(batch), strict=True))
    for number, row in enumerate(rows):
        if number == _MOST_ROWS:
            raise NoSuchFile(f"more than {_MOST_ROWS:,} rows are too many for a workbook: take CSV or Parquet")
        yield row


def _values(batch: pa.RecordBatch) -> list[list[object]]:
    """Return the values of each column, as text where a sheet has no place for them."""
    return [
        column.to_pylist() if _told_type(column.type) == column.type else [*map(_text_of, column.to_pylist())]
        for column in batch.columns
    ]


def _cell(sheet: WriteOnlyWorksheet, value: object) -> Any:
    """Return a cell; text is text whatever it begins with."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, float) and not isfinite(value):
        value = str(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST])
    cell.data_type = "s"
    return cell


def write_parquet(rows: Rows, out: IO[bytes]) -> None:
    """Write Parquet. Raise NoSuchFile for a column of a kind that Parquet does not have, such as an interval."""
    schema, batches = rows
    try:
        write_batches(schema, batches, out)
    except pa.ArrowException as error:
        raise NoSuchFile(f"Parquet cannot hold these columns: {' '.join(str(error).split())}") from error


WRITERS: Mapping[str, Callable[[Rows, IO[bytes]], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "xlsx": write_workbook,
}
"""Kind of file → what writes it."""
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sql": "text/plain; charset=utf-8",
}


def file_response(name: str, kind: str, write: Callable[[IO[bytes]], None]) -> StreamingResponse:
    """Return a file to save, which `write` fills; what it raises is raised before anything is sent.

    Raise TooManyFiles if others are being written.
    """
    if not _free.acquire(blocking=False):
        raise TooManyFiles(f"{AT_ONCE} files are being written: ask again in a minute")
    try:
        file = _filled(write)
    finally:
        _free.release()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingResponse(_pieces(file), media_type=_MEDIA_TYPES[kind], headers=headers)


def _filled(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    # On disk, so that the memory of a large table is not held.
    file = TemporaryFile()  # noqa: SIM115
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    return file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
