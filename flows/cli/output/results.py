"""Results → what a terminal, a file or another program reads.

Owns tables on the terminal, JSON and CSV. Must not compute figures.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.runs.json_values import plain
from flows.runs.result import RunResult
from flows.status.states import Covered
from transforms.rows import Row, figure_name, naming_columns
from warehouse.query.query import Result

Format = Literal["table", "json", "csv"]
MOST_ROWS = 200
PIPE_WIDTH = 200
_COUNTS = {
    "not_due": "not due",
    "not_modified": "not modified",
    "captures": "new captures",
    "partitions": "partitions written",
}


def to_json(value: object) -> str:
    """JSON text, indented, in readable Chinese."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV text with a header; null is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if cell is None else plain(cell) for cell in row] for row in rows])
    return stream.getvalue().rstrip("\n")


def standard_output() -> Console:
    """Standard output; where it is no terminal, wide enough that tables are not folded."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPE_WIDTH)


def result_text(result: Result, form: Format, console: Console) -> None:
    """Prints the answer of a query."""
    print_as(form, result.columns, result.rows, console)


def print_as(form: Format, columns: Sequence[str], rows: Sequence[Sequence[object]], console: Console) -> None:
    """Prints rows in a form."""
    if form == "json":
        sys.stdout.write(to_json([dict(zip(columns, row, strict=True)) for row in rows]) + "\n")
    elif form == "csv":
        sys.stdout.write(to_csv(columns, rows) + "\n")
    else:
        print_rows(columns, rows, console)


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[object]], console: Console, most: int = MOST_ROWS
) -> None:
    """Prints rows as a table; beyond `most` only their number is said."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    numeric = [
        all(isinstance(row[at], (int, float, Decimal)) or row[at] is None for row in rows) for at in range(len(columns))
    ]
    for name, is_number in zip(columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows[:most]:
        table.add_row(*map(_shown, row))
    console.print(table)
    if len(rows) > most:
        console.print(f"… {len(rows) - most} more rows: use --format csv for all")


def _shown(cell: object) -> str:
    """A cell for a reader: numbers that were computed with four digits after the point."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".") if abs(cell) >= 1 else f"{cell:.4g}"
    return escape(", ".join(map(str, cell)) if isinstance(cell, list) else str(plain(cell)))


def report_object(rows: Mapping[str, Sequence[Row]]) -> dict[str, object]:
    """One report as the object that is printed as JSON: its row, then the rows of all other tables."""
    report, *_ = rows["reports"]
    return {"report": report, **{name: rows[name] for name in (*naming_columns(), "findings")}}


def figures_csv(rows: Mapping[str, Sequence[Row]]) -> str:
    """All figures of one report as CSV: table, codes joined by /, value, unit, state, printed text."""
    columns = ("table", "key", "value", "unit", "state", "implied", "raw")
    lines = [
        (
            table,
            figure_name(table, row),
            row["value"],
            row.get("unit"),
            row.get("state"),
            row.get("implied"),
            row.get("raw"),
        )
        for table in naming_columns()
        for row in rows[table]
    ]
    return to_csv(columns, lines)


def _matrix(table: str, rows: Sequence[Row]) -> tuple[list[str], list[list[object]]]:
    """Header and lines for a reader: the last code of the key across, where there is more than one code."""
    if table in ("indicators", "statements"):
        columns = [*dict.fromkeys((*naming_columns()[table], "label", "value", "unit"))]
        return columns, [[row[name] for name in columns] for row in rows]
    *down, across = naming_columns()[table]
    heads = list(dict.fromkeys(str(row[across]) for row in rows))
    lines: dict[tuple[object, ...], dict[object, object]] = {}
    for row in rows:
        printed = f"{row['value']} {row['unit']}" if row["value"] is not None and row.get("unit") else row["value"]
        lines.setdefault(tuple(row[name] for name in down), {})[row[across]] = printed
    return [*down, *heads], [[*codes, *(values.get(head) for head in heads)] for codes, values in lines.items()]


def print_report(rows: Mapping[str, Sequence[Row]], console: Console) -> None:
    """Prints one report for a reader: facts, figures, findings."""
    report = rows["reports"][0]
    for name in ("agency", "jurisdiction", "year", "title", "published_on", "layout", "status", "method"):
        console.print(f"[bold]{name:14}[/] {_shown(report.get(name))}", highlight=False, soft_wrap=True)
    for table in naming_columns():
        if rows[table]:
            console.print(f"\n[bold]{table}[/] ({len(rows[table])} figures)")
            print_rows(*_matrix(table, rows[table]), console)
    console.print(f"\n[bold]findings[/] ({len(rows['findings'])})")
    for finding in rows["findings"]:
        line = f"{finding['severity']:8} {finding['table'] or '-'}: {finding['message']}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def print_outcome(outcome: RunResult, console: Console) -> None:
    """Prints the counts of a run in one line, then every failure with its reason, a line each, on standard error."""
    numbers = outcome.numbers
    said = " · ".join(f"{_COUNTS.get(name, name)} {number}" for name, number in numbers.items())
    console.print(said, highlight=False, soft_wrap=True)
    if outcome.alarms:
        console.print()
        print_rows(("portal", "alarm", "why"), [(one.portal, one.kind, one.reason) for one in outcome.alarms], console)
    errors = Console(stderr=True)
    for failure in outcome.failures:
        line = f"failed: {failure.where}: {failure.reason}"
        errors.print(line, style="red", highlight=False, markup=False, soft_wrap=True)


def outcome_object(outcome: RunResult) -> dict[str, object]:
    """The result of a run as the object that is printed as JSON: its counts, its failures, its alarms."""
    return {
        "counts": outcome.numbers,
        "failures": [asdict(failure) for failure in outcome.failures],
        "alarms": [asdict(alarm) for alarm in outcome.alarms],
    }


def print_holes(holes: Sequence[Covered], form: Format, console: Console) -> None:
    """Prints what is not in the warehouse, a report a line, with the reason."""
    columns = ["jurisdiction", "agency", "year", "state", "last_checked", "url", "reason"]
    rows = [tuple(getattr(hole, name) for name in columns) for hole in holes]
    result_text(Result(columns, rows), form, console)
