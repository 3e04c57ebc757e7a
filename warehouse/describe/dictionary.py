"""The tables for people: `DICTIONARY.md`, generated from the declarations.

Owns the form of that page. The official words for codes come from the rows of the table `codebook`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warehouse.describe.datapackage import package
from warehouse.describe.ddl import Engine, engines
from warehouse.schema import Column, Row, Table, full_columns, key_columns, load_tables, shared_columns

_FOREWORD = """\
<!-- Generated from warehouse/tables/ by `make dictionary`; a test holds it fresh. -->

Every table but the last two is stored as `<table>/jurisdiction=<code>/year=<yyyy>/data.parquet`: the partition keys
{keys} stand in the path, and every engine shows them as columns. A release holds the
same tables with the keys as columns. A blank is null, never 0; what is marked as required is never null. Times are
UTC. [Types](#types) are at the end."""
_ARGUMENTS = {"decimal": "p,s", "list": "x"}
"""Placeholders for what stands in parentheses in a type."""
_EVIDENCE = "evidence"


def dictionary(codebook: Sequence[Row]) -> str:
    """Return `DICTIONARY.md`: every table with its columns, types, units, codes, keys and references, in Markdown.

    `codebook`: rows of the table `codebook` (`transforms.dimension_rows.codebook_rows()`, or those of a warehouse).
    Their labels, the words of the official form, are printed next to the codes.
    """
    tables = sorted(load_tables().values(), key=lambda table: (not table.partitioned, table.name))
    facts = package()
    parts = [f"# {facts.en}", facts.zh, _FOREWORD.format(keys=_code(column.name for column in key_columns()))]
    for table in tables:
        parts += _table_section(table, codebook)
    return "\n\n".join([*parts, *_evidence_section(tables), *_types_section()]) + "\n"


def _table_section(table: Table, codebook: Sequence[Row]) -> list[str]:
    notes = [f"{table.zh}: {table.en}.", f"Key: {_code(table.key)}. Rows are sorted by {_code(table.sort)}."]
    columns = full_columns(table)
    if _EVIDENCE in table.includes:
        shared = {column.name for column in shared_columns(_EVIDENCE)}
        columns = tuple(column for column in columns if column.name not in shared)
        notes.append(f"After these columns come those of [{_EVIDENCE}](#{_EVIDENCE}).")
    codes = [_codes(table, column, codebook) for column in columns]
    return [f"## {table.name}", "  \n".join(notes), _column_table(columns), *filter(None, codes)]


def _evidence_section(tables: Iterable[Table]) -> list[str]:
    """Return the columns that all tables of figures share."""
    columns = shared_columns(_EVIDENCE)
    names = _code(table.name for table in tables if _EVIDENCE in table.includes)
    codes = [f"Codes of `{column.name}`: {_code(column.values)}." for column in columns if column.values]
    note = f"The last columns of {names}: what was printed, and where."
    return [f"## {_EVIDENCE}", note, _column_table(columns), *codes]


def _types_section() -> list[str]:
    """Return the declared types with their equivalents in each engine."""
    by_engine = engines()
    head = ["type", *by_engine]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for kind in next(iter(by_engine.values())).types:
        cells = [_written(kind), *(f"`{_in_engine(engine, kind)}`" for engine in by_engine.values())]
        lines.append(f"| {' | '.join(cells)} |")
    return ["## types", "The types above are Arrow's; SQL engines call them:", "\n".join(lines)]


def _written(kind: str) -> str:
    return f"{kind}({_ARGUMENTS[kind]})" if kind in _ARGUMENTS else kind


def _in_engine(engine: Engine, kind: str) -> str:
    return engine.types[kind].format(arguments=_ARGUMENTS.get(kind))


def _column_table(columns: Iterable[Column]) -> str:
    head = ["| column | type | unit | required | 中文 | meaning |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_line(column) for column in columns)])


def _line(column: Column) -> str:
    unit = column.unit or (f"in `{column.unit_in}`" if column.unit_in else "")
    meaning = column.en + (f" → `{column.references}`" if column.references else "")
    required = "" if column.nullable else "yes"
    return f"| `{column.name}` | {column.type} | {unit} | {required} | {_cell(column.zh)} | {_cell(meaning)} |"


def _codes(table: Table, column: Column, codebook: Sequence[Row]) -> str:
    """Return the codes of a column with the form's words by edition; empty if it has neither."""
    labels: dict[str, dict[str, None]] = {code: {} for code in column.values}
    for row in codebook:
        if (row["table"], row["column"]) == (table.name, column.name):
            labels.setdefault(str(row["code"]), {}).update({str(row["label"]): None} if row.get("label") else {})
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
