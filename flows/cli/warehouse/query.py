"""The command `nianbao query`: a question in SQL, or an example, and its answer in a format.

Owns the choice of the format, and writes large answers while they arrive. `warehouse.query.examples` has the examples.
"""

from __future__ import annotations

import csv
import io
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal, TextIO

import duckdb
import typer
from rich.console import Console

from flows.cli.output.results import MOST_ROWS, PIPE_WIDTH, print_as, print_rows, standard_output, to_json
from flows.cli.without_pandas import leave_pandas_out
from flows.runs.json_values import plain
from flows.runs.progress import display, progress_display
from flows.settings import Settings
from nianbao import atomic_write
from warehouse.query.examples import example_questions
from warehouse.query.query import QueryError, QueryResult, Result, ask, connect, write_parquet
from warehouse.storage.store import open_store

if TYPE_CHECKING:
    from warehouse.query.partition_scan import Progress

Form = Literal["table", "json", "csv", "parquet"]
_FORMS: dict[str, Form] = {".json": "json", ".csv": "csv", ".parquet": "parquet", ".txt": "table"}
"""The format of a file by the suffix of its name."""


def query(
    sql: Annotated[str | None, typer.Argument(help="One SELECT; - reads it from standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="File with one SELECT; - is standard input.")] = None,
    example: Annotated[str | None, typer.Option(help="Number of an example question; `list` prints them all.")] = None,
    form: Annotated[
        Form | None,
        typer.Option("--format", "-f", help="Output format; default: by the suffix of --output, else table."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the answer; it is written completely or not at all.")
    ] = None,
) -> None:
    """Ask the warehouse in SQL (DuckDB): all tables, and views of them, in English and Chinese."""
    chosen = form or _form_of(output)
    if chosen == "parquet" and output is None:
        raise typer.BadParameter("Parquet is binary: name a file with --output", param_hint="--format")
    if example == "list":
        _list_questions(chosen)
        return
    text = _question(sql, file, example)
    leave_pandas_out()
    out = sys.stdout
    streamed = output is None and chosen in ("json", "csv")
    first, more = Result([], []), 0
    with (
        _bars(quiet=streamed and out.isatty()) as progress,
        connect(open_store(Settings().warehouse), progress) as connection,
    ):
        if output is not None:
            with atomic_write(output) as to:
                _write(connection, text, chosen, to)
        elif streamed:
            _write_text(ask(connection, text), chosen, out)
        else:
            first, more = _first_rows(ask(connection, text))
    if output is None and not streamed:
        _print_table(first, more, standard_output())


def _form_of(output: Path | None) -> Form:
    """Return the format for a file by its name; a table if nothing is written to a file."""
    if output is None:
        return "table"
    if output.suffix not in _FORMS:
        raise typer.BadParameter(f"{output.name} has no suffix of a known format: give --format", param_hint="--output")
    return _FORMS[output.suffix]


def _question(sql: str | None, file: Path | None, example: str | None) -> str:
    """Return the SQL that was asked for, in one of three ways."""
    if [sql, file, example].count(None) != 2:
        raise typer.BadParameter("give a SELECT, or --file, or --example", param_hint="SQL")
    if example is not None:
        if not example.isdecimal() or int(example) not in example_questions():
            raise QueryError(f"no example question {example}: `nianbao query --example list` prints them")
        return example_questions()[int(example)].sql
    if sql == "-" or str(file) == "-":
        return sys.stdin.read()
    if file is None:
        return sql or ""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{file} is not UTF-8 text ({error.reason} at byte {error.start})") from error


def _list_questions(form: Form) -> None:
    """Print the example questions; for programs with their SQL."""
    questions = example_questions().values()
    if form == "table":
        lines = [(question.number, question.en, question.zh) for question in questions]
        print_rows(("number", "question", "问题"), lines, standard_output())
    else:
        rows = [(question.number, question.zh, question.en, question.sql) for question in questions]
        print_as("csv" if form == "csv" else "json", ("number", "zh", "en", "sql"), rows, standard_output())


@contextmanager
def _bars(*, quiet: bool) -> Iterator[Progress | None]:
    """Yield a progress bar for questions that need many files if standard error is a terminal, else None."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with progress_display():
        bars = display()
        yield lambda table, done, total: bars.show(f"files of {table}", done, total)


def _first_rows(answer: QueryResult) -> tuple[Result, int]:
    """Return the rows that a table shows, and how many more there are."""
    rows: list[tuple[object, ...]] = []
    more = 0
    for chunk in answer.chunks:
        missing = MOST_ROWS - len(rows)
        rows += chunk[:missing]
        more += len(chunk[missing:])
    return Result(answer.columns, rows), more


def _print_table(first: Result, more: int, console: Console) -> None:
    print_rows(first.columns, first.rows, console)
    if more:
        console.print(f"… {more} more rows: use --output or --format csv for all")


def _write(connection: duckdb.DuckDBPyConnection, sql: str, form: Form, out: IO[bytes]) -> None:
    """Write an answer into a file."""
    if form == "parquet":
        write_parquet(connection, sql, out)
        return
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    if form == "table":
        _print_table(*_first_rows(ask(connection, sql)), Console(file=text, width=PIPE_WIDTH))
    else:
        _write_text(ask(connection, sql), form, text)
    text.detach()


def _write_text(answer: QueryResult, form: Form, out: TextIO) -> None:
    """Write rows as they arrive: CSV with a header, or one JSON list."""
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(answer.columns)
        for chunk in answer.chunks:
            writer.writerows([["" if cell is None else plain(cell) for cell in row] for row in chunk])
        return
    between = "[\n"
    for chunk in answer.chunks:
        for row in chunk:
            text = to_json(dict(zip(answer.columns, row, strict=True)))
            out.write(between + textwrap.indent(text, "  "))
            between = ",\n"
    out.write("[]\n" if between == "[\n" else "\n]\n")
