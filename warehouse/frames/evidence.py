"""Where each figure of a report stands in its source.

Owns the columns of that answer, the same for all tables of figures. Pure: the caller reads the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from warehouse.arrow_types import arrow_type
from warehouse.schema import Row, Table, shared_columns

_EVIDENCE = shared_columns("evidence")
_SOURCE = ("url", "capture_sha256")
_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("figure", pa.string()),
        ("value", arrow_type("decimal(20,4)")),
        ("unit", pa.string()),
        *((column.name, arrow_type(column.type)) for column in _EVIDENCE),
        *((name, pa.string()) for name in _SOURCE),
        ("findings", arrow_type("list(string)")),
    ]
)


def evidence_of(figures: Sequence[tuple[Table, Sequence[Row]]], report: Row, findings: Iterable[Row]) -> pa.Table:
    """Return one row for each figure of a report, in the order of the form.

    `figures` has the rows of each table of figures. The columns are table, figure (its codes joined by /), value, unit,
    everything that says where and how it was read, address and SHA-256 of the source, and the messages of the findings
    that concern it.
    """
    told = _messages(findings)
    source = {name: report[name] for name in _SOURCE}
    rows = [{**row, **source} for table, of_table in figures for row in _rows(table, of_table)]
    return pa.Table.from_pylist(
        [{**row, "findings": told.get((row["table"], row["figure"]), [])} for row in rows], schema=_SCHEMA
    )


def _rows(table: Table, rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return the figures of one table in the columns of all, in the order of its codes."""
    columns = {column.name: column for column in table.columns}
    codes = [columns[name] for name in table.key if name != "report_id"]
    places = {column.name: {code: place for place, code in enumerate(column.values)} for column in codes}
    ordered = sorted(rows, key=lambda row: [places[column.name].get(str(row[column.name]), -1) for column in codes])
    return [
        {
            "table": table.name,
            "figure": "/".join(str(row[column.name]) for column in codes),
            "unit": row.get("unit", columns["value"].unit),
            **{name: row[name] for name in ("value", *(column.name for column in _EVIDENCE))},
        }
        for row in ordered
    ]


def _messages(findings: Iterable[Row]) -> dict[tuple[object, object], list[object]]:
    """Return table and cell → the messages of the findings that concern it."""
    told: dict[tuple[object, object], list[object]] = {}
    for finding in findings:
        cells = finding["cells"]
        assert isinstance(cells, list)
        for cell in cells:
            told.setdefault((finding["table"], cell), []).append(finding["message"])
    return told
