"""A report that is not in the warehouse → a terminal or another program: facts, figures, chapters, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from flows.cli.output.results import print_rows, shown, to_csv
from transforms.rows import Row, figure_name, naming_columns

_CHAPTER = ("position", "section", "heading")


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
        console.print(Text.assemble((f"{name:14}", "bold"), f" {shown(report.get(name))}"), soft_wrap=True)
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
