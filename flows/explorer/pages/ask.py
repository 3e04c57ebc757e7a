"""Ask: questions in SQL, ready ones and one's own; the answer as a table, a chart, and a file."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from flows.explorer.ask.answer import MEGABYTES, SECONDS, Answer, Question
from flows.explorer.ask.askers import Busy
from flows.explorer.ask.cells import Cell, numeric, printed
from flows.explorer.ask.chart import draw, suggest
from flows.explorer.explorer import Explorer, Shared
from flows.explorer.rendering import render
from flows.explorer.table_files import WRITERS, TooManyFiles, file_response
from warehouse.export.content import CannotExport
from warehouse.query.examples import example_questions
from warehouse.query.query import QueryError
from warehouse.query.views import views
from warehouse.schema import full_columns, load_tables

router = APIRouter(prefix="/ask")
_SHOWN_ROWS, _SHOWN_CELLS, _SHOWN_MEGABYTES = 1000, 50_000, 8
_FILE_ROWS: Mapping[str, int] = {"csv": 1_000_000, "parquet": 1_000_000, "xlsx": 100_000}
_FILE_MEGABYTES = 100
_LONGEST = 20_000
"""Characters of a question: its address must stay shorter than servers allow."""
Form = Literal["csv", "parquet", "xlsx"]
Sql = Annotated[str, Query(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """An answer as the page shows it: the rows that fit, and whether there are more."""

    columns: list[tuple[str, bool]]
    rows: list[list[Cell]]
    more: bool
    seconds: float
    chart: dict[str, Any] | None


@router.get("/")
def ask(request: Request, explorer: Shared, sql: Sql = "", question: int | None = None) -> HTMLResponse:
    """Show the form, and the answer if there is a question."""
    if question is not None:
        sql = _ready(question)
    shown, fault, status = None, None, 200
    if sql.strip():
        try:
            shown = _show(explorer, sql)
        except QueryError as error:
            fault, status = str(error), 400
        except Busy as error:
            fault, status = str(error), 503
    values = {
        "sql": sql,
        "address": urlencode({"sql": sql}),
        "answer": shown,
        "fault": fault,
        "longest": _LONGEST,
        "seconds": SECONDS,
        "megabytes": MEGABYTES,
        "file_rows": _FILE_ROWS,
        "asked": question,
        "questions": example_questions().values(),
        "tables": {name: full_columns(table) for name, table in load_tables().items()},
        "views": list(views()),
    }
    return render(request, "ask.html", values, status)


@router.get("/answer.{form}")
def answer_file(explorer: Shared, form: Form, sql: Sql) -> Response:
    """Return the whole answer as a file; 400 if there is none or it is too large, 503 if others are being made."""
    try:
        rows = _answer(explorer, sql, _FILE_ROWS[form], _FILE_MEGABYTES, whole=True).rows
    except (QueryError, Busy) as error:
        raise HTTPException(503 if isinstance(error, Busy) else 400, str(error)) from error
    try:
        return file_response("answer", form, partial(WRITERS[form], (rows.schema, iter(rows.to_batches()))))
    except (CannotExport, TooManyFiles) as error:
        raise HTTPException(503 if isinstance(error, TooManyFiles) else 400, str(error)) from error


def _ready(number: int) -> str:
    try:
        return example_questions()[number].sql
    except KeyError as error:
        raise HTTPException(404, f"there is no ready question {number}") from error


def _answer(explorer: Explorer, sql: str, rows: int, megabytes: int, *, whole: bool) -> Answer:
    return explorer.askers.ask(Question(explorer.settings.warehouse, sql, rows, megabytes, whole))


def _show(explorer: Explorer, sql: str) -> _Shown:
    began = time.monotonic()
    found = _answer(explorer, sql, _SHOWN_ROWS, _SHOWN_MEGABYTES, whole=False)
    seconds = time.monotonic() - began
    names = found.rows.column_names
    rows = found.rows.slice(0, max(1, _SHOWN_CELLS // max(1, len(names))))
    columns = [column.to_pylist() for column in rows.columns]
    suggestion = None if found.more else suggest(found.rows)
    return _Shown(
        columns=[(field.name, numeric(field)) for field in rows.schema],
        rows=[[printed(value) for value in row] for row in zip(*columns, strict=True)],
        more=found.more or len(rows) < len(found.rows),
        seconds=seconds,
        chart=draw(found.rows, suggestion) if suggestion else None,
    )
