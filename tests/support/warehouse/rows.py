"""Rows for the tests of the warehouse: whole ones to change a column of, and hypothesis strategies for any table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from warehouse.paths import Partition, partition_path
from warehouse.schema import Column, Row, Table

HERE = Partition("CN-371003", 2024)
MORNING = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)


def report(report_id: str, **changes: object) -> Row:
    return {
        "report_id": report_id,
        "agency": "示例市人民政府办公室",
        "agency_kind": "government_office",
        "title": "2024年政府信息公开工作年度报告",
        "url": f"https://example.org/{report_id}.html",
        "published_on": date(2025, 1, 20),
        "layout": "30",
        "status": "complete",
        "media_type": "text/html",
        "method": "html",
        "capture_sha256": "0" * 64,
        "first_seen": MORNING,
        "last_checked": MORNING,
        "last_changed": MORNING,
        "parser_version": "1",
        **changes,
    }


def report_of(agency_id: str, year: int, **changes: object) -> Row:
    return report(f"{agency_id}-{year}", agency_id=agency_id, **changes)


def request(report_id: str, outcome: str = "received", applicant: str = "total", **changes: object) -> Row:
    return {
        "report_id": report_id,
        "outcome": outcome,
        "applicant": applicant,
        "value": 7,
        "raw": "7",
        "state": "number",
        "method": "html",
        "confidence": 1.0,
        **changes,
    }


def disclosure(report_id: str, **changes: object) -> Row:
    return {
        "report_id": report_id,
        "article": "20(8)",
        "item": "fee",
        "measure": "fee_amount",
        "value": Decimal("12.5"),
        "raw": "12.5",
        "state": "number",
        "bbox": [1.0, 2.0, 3.5, 4.0],
        "method": "html",
        "confidence": 0.9,
        **changes,
    }


def indicator(report_id: str, code: str = "local.1", **changes: object) -> Row:
    return {
        "report_id": report_id,
        "indicator": code,
        "label": "公开栏张贴条数",
        "value": Decimal(585),
        "unit": "条",
        "raw": "585",
        "state": "number",
        "method": "html",
        "confidence": 1.0,
        **changes,
    }


def finding(report_id: str, **changes: object) -> Row:
    return {
        "report_id": report_id,
        "check": "total_equals_parts",
        "severity": "error",
        "table": "requests",
        "message": "总计 1 ≠ 0",
        "cells": ["total/total"],
        **changes,
    }


def covered(portal: str, agency_id: str | None, state: str = "published", **changes: object) -> Row:
    """Return a row of coverage."""
    return {
        "agency_id": agency_id,
        "portal": portal,
        "state": state,
        "since": MORNING,
        "reason": None,
        "url": None,
        "list_complete": True,
        **changes,
    }


def partition_file(root: Path, table: str, partition: Partition) -> Path:
    return root / partition_path(table, partition)


_PLAIN: dict[str, object] = {
    "int32": 1,
    "int64": 1,
    "double": 1.0,
    "bool": True,
    "decimal(20,4)": Decimal(1),
    "list(string)": [],
    "list(double)": [],
}


def plain_row(table: Table, report_id: str, number: int) -> Row:
    """Return a row that fits the table: required columns alone, and `number` wherever a text may stand."""
    required = [column for column in table.columns if not column.nullable]
    texts = {column.name: column.values[0] if column.values else str(number) for column in required}
    plain = {column.name: _PLAIN.get(column.type, texts[column.name]) for column in required}
    return {**plain, "report_id": report_id}


def published_files(root: Path) -> dict[str, bytes]:
    """Every file that readers see, by its path under the root."""
    files = [*root.glob("*/*/*/data.parquet"), *root.glob("*/data.parquet")]
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def leftovers(root: Path) -> list[Path]:
    return list(root.rglob(".data.parquet.*"))


_SCALARS: dict[str, st.SearchStrategy[object]] = {
    "string": st.text(max_size=8),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "date": st.dates(),
    "timestamp": st.datetimes(timezones=st.just(UTC)),
    "decimal(20,4)": st.integers(-(10**20) + 1, 10**20 - 1).map(lambda number: Decimal(number).scaleb(-4)),
}


def values_of(column: Column) -> st.SearchStrategy[object]:
    if column.values:
        present: st.SearchStrategy[object] = st.sampled_from(column.values)
    elif column.type.startswith("list("):
        present = st.lists(_SCALARS[column.type[5:-1]], max_size=3)
    else:
        present = _SCALARS[column.type]
    return st.none() | present if column.nullable else present


def rows_of(table: Table) -> st.SearchStrategy[Row]:
    """Any row that fits the table, of the report or portal "r"."""
    columns = {column.name: values_of(column) for column in table.columns}
    if table.partitioned:
        columns[table.owner] = st.just("r")
    return st.fixed_dictionaries(columns)
