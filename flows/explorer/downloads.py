"""Frames as files for people: CSV, Parquet, XLSX. No text in them is a formula for a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pandas as pd
import pyarrow as pa
from fastapi.responses import Response
from openpyxl import Workbook

from warehouse.query.query import as_parquet

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""Characters that a cell of a sheet may hold."""


def download(frame: pd.DataFrame, name: str, form: str) -> Response:
    """Return a frame as a file to save: `form` is csv, parquet or xlsx."""
    write, media_type = _FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(write(frame), media_type=media_type, headers=headers)


def _csv(frame: pd.DataFrame) -> bytes:
    return _inert(frame).to_csv(index=False).encode("utf-8-sig")


def _parquet(frame: pd.DataFrame) -> bytes:
    return as_parquet(pa.Table.from_pandas(frame, preserve_index=False))


def _xlsx(frame: pd.DataFrame) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    inert = _inert(frame)
    sheet.append([_in_sheet(name) for name in inert.columns])
    for row in inert.itertuples(index=False, name=None):
        sheet.append([_in_sheet(value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _in_sheet(value: object) -> object:
    """Return a value that a sheet can hold: it has no time zones, no lists, and no control characters."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, (bool, int, float, Decimal, date)):
        return value
    return _NO_XML.sub("\ufffd", str(value))[:_LONGEST]


def _inert(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts begin with an apostrophe where a spreadsheet would compute them."""
    return frame.map(_inert_text).rename(columns=_inert_text)


def _inert_text(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


_FORMS: Mapping[str, tuple[Callable[[pd.DataFrame], bytes], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "parquet": (_parquet, "application/vnd.apache.parquet"),
    "xlsx": (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
