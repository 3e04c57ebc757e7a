"""The contents of data roots without the times of fetching, so that two of them can be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.warehouse.place import Place, warehouse_files

TIMES = {"first_seen", "last_checked", "last_changed", "updated", "began", "since"}
LEDGER = {"addresses": "url", "verdicts": "url, report_id", "entries": "url", "listings": "portal"}
"""Its tables that tell what is known, and the order of their rows; others tell of runs and turns."""


def ledger_of(place: Place) -> dict[str, list[dict[str, object]]]:
    """Return what the ledger knows, without times; whether an unchanged page was sent again makes no difference."""
    known = {}
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        for table, order in LEDGER.items():
            rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}")]
            known[table] = [{name: value for name, value in row.items() if name not in TIMES} for row in rows]
    for address in known["addresses"]:
        if (address["outcome"], address["status"]) == ("not_modified", 304):
            address |= {"outcome": "ok", "status": 200}
    return known


def contents_of(place: Place) -> dict[str, pa.Table]:
    """Every file of the warehouse as rows, without the columns that say when it was fetched."""
    contents = {}
    for path in warehouse_files(place.warehouse):
        with pq.ParquetFile(place.warehouse / path) as file:
            table = file.read()
        contents[path] = table.select([name for name in table.column_names if name not in TIMES])
    return contents
