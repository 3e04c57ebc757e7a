"""Tables as files: CSV, Parquet and workbooks, batch by batch, so that memory does not grow with their rows.

Owns what becomes of text that a spreadsheet would take for a formula: in a workbook its cell is declared text; in CSV,
which cannot say so, an apostrophe stands before it. Numbers are never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from pyarrow.csv import CSVWriter, WriteOptions

from nianbao import NianbaoError
from warehouse.query.query import arrow_batches, ask, connect, run, write_parquet
from warehouse.storage.store import Store

_FORMULA = r"^\s*[=+\-@\t\r]"
_MOST_ROWS = 200_000
"""Rows of a workbook: a sheet could hold five times as many, but takes a minute for every 100,000 to write."""
_BOM = "\N{BYTE ORDER MARK}".encode()


class TooManyRows(NianbaoError):
    """The table has more rows than a workbook should have; the message names the remedy."""


def write_csv(store: Store, sql: str, out: IO[bytes]) -> None:
    """Write the rows of a query as UTF-8 with a byte order mark, without which Excel would misread Chinese."""
    out.write(_BOM)
    with connect(store) as connection:
        schema, batches = arrow_batches(connection, sql)
        with CSVWriter(out, schema, write_options=WriteOptions(quoting_style="needed")) as writer:
            for batch in batches:
                harmless = [_harmless(column) for column in batch.columns]
                writer.write_batch(pa.RecordBatch.from_arrays(harmless, schema=schema))


def _harmless(column: pa.Array) -> pa.Array:
    """Return a column with an apostrophe before each text that a spreadsheet would take for a formula.

    >>> _harmless(pa.array(["=1+1", "-", "a", None])).to_pylist()
    ["'=1+1", "'-", 'a', None]
    """
    if not pa.types.is_string(column.type):
        return column
    formula = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)


def write_workbook(store: Store, sql: str, out: IO[bytes]) -> None:
    """Write the rows of a query as the one sheet of a workbook. Raise TooManyRows before anything is written."""
    with connect(store) as connection:
        ((rows,),) = run(connection, f"SELECT count(*) FROM ({sql})").rows
        if int(str(rows)) > _MOST_ROWS:
            raise TooManyRows(f"{rows:,} rows are too many for a workbook: take CSV or Parquet")
        result = ask(connection, sql)
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append([_cell(sheet, name) for name in result.columns])
        for row in chain.from_iterable(result.chunks):
            sheet.append([_cell(sheet, value) for value in row])
    book.save(out)


def _cell(sheet: WriteOnlyWorksheet, value: object) -> Any:
    """Return a cell; text is text whatever it begins with, without characters that XML has no place for."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
    cell.data_type = "s"
    return cell


def write_rows_as_parquet(store: Store, sql: str, out: IO[bytes]) -> None:
    """Write the rows of a query as Parquet."""
    with connect(store) as connection:
        write_parquet(connection, sql, out)


def write_sql(_: Store, sql: str, out: IO[bytes]) -> None:
    """Write the query itself."""
    out.write(f"{sql}\n".encode())


WRITERS: Mapping[str, Callable[[Store, str, IO[bytes]], None]] = {
    "csv": write_csv,
    "parquet": write_rows_as_parquet,
    "xlsx": write_workbook,
    "sql": write_sql,
}
"""Kind of file → what writes it."""
