"""Rows and reports → what a terminal, a file or another program reads: tables, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.runs.json_values import plain
from transforms.rows import Row, figure_name, naming_columns

Format = Literal["table", "json", "csv"]
MOST_ROWS = 200
PIPE_WIDTH = 200
_CHAPTER = ("position", "section", "heading")


def to_json(value: object) -> str:
    """Return indented JSON text, Chinese unescaped."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    sys.stdout.write(to_json(value) + "\n")


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV text with a header; null is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if cell is None else plain(cell) for cell in row] for row in rows])
    return stream.getvalue().rstrip("\n")


def standard_output() -> Console:
    """Return a console on standard output; if that is no terminal, so wide that tables are not folded."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPE_WIDTH)


def print_as(form: Format, columns: Sequence[str], rows: Sequence[Sequence[object]], console: Console) -> None:
    """Print rows in a format."""
    if form == "json":
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif form == "csv":
        sys.stdout.write(to_csv(columns, rows) + "\n")
    else:
        print_rows(columns, rows, console)


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[object]], console: Console, most: int = MOST_ROWS
) -> None:
    """Print rows as a table; of those beyond `most` only the number."""
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
    """Return a cell as text; a computed number has at most four digits after the point."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".") if abs(cell) >= 1 else f"{cell:.4g}"
    return escape(", ".join(map(str, cell)) if isinstance(cell, list) else str(plain(cell)))


def report_object(rows: Mapping[str, Sequence[Row]]) -> dict[str, object]:
    """Return one report as it is printed as JSON: its row, then the rows of all other tables."""
    report, *_ = rows["reports"]
    return {"report": report, **{name: rows[name] for name in ("sections", *naming_columns(), "findings")}}


def figures_csv(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return all figures of one report as CSV: table, codes joined by /, value, unit, state, printed text."""
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
    """Return header and lines of a table; the last code of the key runs across, if the key has several codes."""
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
    """Print one report: facts, figures, chapters, findings."""
    report = rows["reports"][0]
    for name in ("agency", "jurisdiction", "year", "title", "published_on", "layout", "status", "method"):
        console.print(f"[bold]{name:14}[/] {_shown(report.get(name))}", highlight=False, soft_wrap=True)
    for table in naming_columns():
        if rows[table]:
            console.print(f"\n[bold]{table}[/] ({len(rows[table])} figures)")
            print_rows(*_matrix(table, rows[table]), console)
    console.print(f"\n[bold]sections[/] ({len(rows['sections'])} chapters)")
    chapters = [[*(row[name] for name in _CHAPTER), len(str(row["text"]))] for row in rows["sections"]]
    print_rows([*_CHAPTER, "characters"], chapters, console)
    console.print(f"\n[bold]findings[/] ({len(rows['findings'])})")
    for finding in rows["findings"]:
        line = f"{finding['severity']:8} {finding['table'] or '-'}: {finding['message']}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
