"""Rows → what a terminal, a file or another program reads: tables, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.runs.json_values import plain

Format = Literal["table", "json", "csv"]
MOST_ROWS = 200
PIPE_WIDTH = 200


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
        table.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in rows[:most]:
        table.add_row(*(Text(shown(cell)) for cell in row))
    console.print(table)
    if len(rows) > most:
        console.print(f"… {len(rows) - most} more rows: use --format csv for all")


def shown(cell: object) -> str:
    """Return a cell as text; a computed number has at most four digits after the point."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".") if abs(cell) >= 1 else f"{cell:.4g}"
    return ", ".join(map(str, cell)) if isinstance(cell, list) else str(plain(cell))
