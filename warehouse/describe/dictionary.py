"""The tables for people: `DICTIONARY.md`, generated from the declarations.

Owns the form of that page. Knows no code's official words by itself: the rows of `codebook` tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warehouse.describe.datapackage import package
from warehouse.schema import Column, Row, Table, full_columns, key_columns, load_tables

_FOREWORD = """\
<!-- Generated from warehouse/tables/ by `make dictionary`; a test holds it fresh. -->

Every table but the last two is stored as `<table>/jurisdiction=<code>/year=<yyyy>/data.parquet`: the partition keys
{keys} stand in the path, and every engine shows them as columns. A release holds the
same tables with the keys as columns. A blank is null, never 0; what is marked as required is never null. Types are
Arrow's. Times are UTC."""


def dictionary(codebook: Sequence[Row]) -> str:
    """`DICTIONARY.md`: every table with its columns, types, units, codes, keys and references, in Markdown.

    `codebook`: rows of the table `codebook` (`transforms.dimension_rows.codebook_rows()`, or those of a warehouse);
    their labels, the official form's words, stand beside the codes.
    """
    tables = sorted(load_tables().values(), key=lambda table: (not table.partitioned, table.name))
    facts = package()
    parts = [f"# {facts.en}", facts.zh, _FOREWORD.format(keys=_code(column.name for column in key_columns()))]
    for table in tables:
        parts += _section(table, codebook)
    return "\n\n".join(parts) + "\n"


def _section(table: Table, codebook: Sequence[Row]) -> list[str]:
    columns = full_columns(table)
    notes = [f"{table.zh}: {table.en}.", f"Key: {_code(table.key)}. Rows are sorted by {_code(table.sort)}."]
    head = ["| column | type | unit | required | 中文 | meaning |", "|---|---|---|---|---|---|"]
    lines = [*head, *(_line(column) for column in columns)]
    codes = [_codes(table, column, codebook) for column in columns]
    return [f"## {table.name}", "  \n".join(notes), "\n".join(lines), *filter(None, codes)]


def _line(column: Column) -> str:
    unit = column.unit or (f"as `{column.unit_in}` says" if column.unit_in else "")
    meaning = column.en + (f" → `{column.references}`" if column.references else "")
    required = "" if column.nullable else "yes"
    return f"| `{column.name}` | {column.type} | {unit} | {required} | {_cell(column.zh)} | {_cell(meaning)} |"


def _codes(table: Table, column: Column, codebook: Sequence[Row]) -> str:
    """The codes of a column with the form's words by edition; empty where it has neither."""
    labels: dict[str, dict[str, None]] = {code: {} for code in column.values}
    for row in codebook:
        if (row["table"], row["column"]) == (table.name, column.name) and row.get("label"):
            labels.setdefault(str(row["code"]), {})[str(row["label"])] = None
    if not labels:
        return ""
    if not any(labels.values()):
        return f"Codes of `{column.name}`: {_code(labels)}."
    lines = [f"| `{code}` | {_cell(' / '.join(words))} |" for code, words in labels.items()]
    return "\n".join([f"| `{table.name}.{column.name}` | 官方用语 |", "|---|---|", *lines])


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
