"""Reading partitions: the rows of published reports, and those of any file in today's columns.

Owns how a file is decoded, and the error for one that cannot be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nianbao import NianbaoError
from warehouse.paths import Partition, partition_path
from warehouse.publish.merge import conform
from warehouse.schema import Row, Table, report_tables
from warehouse.storage.store import Store

Rows = Mapping[str, Sequence[Row]]
"""Table → rows of some reports."""
_DECODED = 64
"""Files whose decoded rows are cached by their bytes: a report is checked against neighbours that were just read."""


class DamagedFile(NianbaoError):
    """A file of the warehouse cannot be read."""


def read_reports(store: Store, partition: Partition, reports: Collection[str]) -> Rows:
    """Return table → rows of published reports; empty if the partition holds none. Raise DamagedFile."""
    wanted = pa.array(sorted(reports), pa.string())
    by_table: dict[str, Sequence[Row]] = {}
    for table in report_tables():
        rows, _ = read_rows(store, table, partition_path(table.name, partition))
        by_table[table.name] = rows.filter(pc.is_in(rows["report_id"], value_set=wanted)).to_pylist()
    return by_table


def read_rows(store: Store, table: Table, path: str) -> tuple[pa.Table, bool]:
    """Return the rows of a file in today's columns, and whether the file itself has exactly today's columns.

    A missing file has no rows. Raise DamagedFile.
    """
    data = store.read(path)
    if data is None:
        return table.no_rows, True
    try:
        stored = _decode(data)
        return conform(table, stored), bool(stored.schema.equals(table.arrow_schema))
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        raise DamagedFile(
            f"{store.uri(path)} cannot be read ({reason}); move it away and run `{table.remedy}`"
        ) from error


@lru_cache(maxsize=_DECODED)
def _decode(data: bytes) -> pa.Table:
    """Return the rows in the bytes of a file. Raise pyarrow.ArrowException or OSError."""
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        # Arrow's threads may still hold Python's bytes when the interpreter ends, and then abort the process.
        return file.read(use_threads=False)


def rows_by_report(rows: Rows) -> dict[str, dict[str, list[Row]]]:
    """Return the rows of each report by its id, with every table of `rows`."""
    found: dict[str, dict[str, list[Row]]] = {}
    for table, of_all in rows.items():
        for row in of_all:
            own = found.setdefault(str(row["report_id"]), {name: [] for name in rows})
            own[table].append(row)
    return found
