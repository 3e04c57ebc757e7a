"""Tables as files to save: CSV, Parquet and workbooks, batch by batch, so that memory does not grow with their rows.

Owns how large a workbook may be, and how many files are written at once; `warehouse.export` has what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO

import pyarrow as pa
from fastapi.responses import StreamingResponse
from openpyxl import Workbook

from nianbao import NianbaoError
from warehouse.export.content import CannotExport, Rows
from warehouse.export.formats.comma_separated import write_csv
from warehouse.export.sheet_cells import CutTexts, append_rows, new_sheet
from warehouse.query.query import write_batches

_MOST_ROWS = 200_000
"""Rows of a workbook: a sheet could hold five times as many, but takes a minute for every 100,000 to write."""
_PIECE = 1 << 20
AT_ONCE = 2
_free = BoundedSemaphore(AT_ONCE)
"""Of this process: a file may take a minute of a processor, and pages are to be answered meanwhile."""


class TooManyFiles(NianbaoError):
    """As many files are being written as may be at once."""


def write_workbook(rows: Rows, out: IO[bytes]) -> None:
    """Write the one sheet of a workbook. Raise CannotExport for too many rows."""
    book = Workbook(write_only=True)
    with new_sheet(book, "rows") as sheet:
        append_rows(sheet, rows, _MOST_ROWS, CutTexts())
    book.save(out)


def write_parquet(rows: Rows, out: IO[bytes]) -> None:
    """Write Parquet. Raise CannotExport for a column of a kind that Parquet does not have, such as an interval."""
    schema, batches = rows
    try:
        write_batches(schema, batches, out)
    except pa.ArrowException as error:
        raise CannotExport(f"Parquet cannot hold these columns: {' '.join(str(error).split())}") from error


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
