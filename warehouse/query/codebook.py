"""The codes that the table `codebook` lists, for columns whose codes are not declared.

Owns the refusal of a code that is not among them, and the form's words for those that are. Rows of local tables
(`local.1` …) have codes that no table lists.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.query.files import dimension_files
from warehouse.query.selection import Selection, matching, no_such
from warehouse.schema import Table, load_tables
from warehouse.storage.store import Store

LOCAL = "local."
"""How the codes of rows begin that follow no national form."""
_MOST = 12
"""Codes that an error lists."""


def listed_codes(store: Store, table: Table) -> dict[str, dict[str, str | None]]:
    """Return column → its listed codes, each with the form's words if it has some; only columns that declare none."""
    listed: dict[str, dict[str, str | None]] = {}
    undeclared = {column.name for column in table.columns if not column.values}
    for path in dimension_files(store, load_tables()["codebook"]):
        rows = pq.read_table(pa.BufferReader(store.read(path)), use_threads=False)
        for row in rows.filter(pc.equal(rows["table"], table.name)).to_pylist():
            if row["column"] in undeclared:
                listed.setdefault(row["column"], {})[row["code"]] = row["label"]
    return listed


def check_codes(store: Store, selection: Selection) -> None:
    """Raise QueryError for a condition whose code the codebook does not list, where it lists those of the column."""
    asked = {name: selection.conditions[name] for name in _undeclared(selection)}
    for name, codes in (listed_codes(store, selection.table) if asked else {}).items():
        for word in map(str, asked.get(name, ())):
            if not word.startswith(LOCAL) and not matching([word], codes):
                raise no_such(name, word, codes, _MOST)


def _undeclared(selection: Selection) -> Iterable[str]:
    """Return the columns of conditions whose texts may be codes: those that neither declare any nor name a row."""
    columns = (column for column in selection.table.columns if column.name in selection.conditions)
    return [one.name for one in columns if one.type == "string" and not one.values and not one.references]
