"""Publishing the findings of panel checks: in a table of their own, which the publishing of reports does not touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.paths import Partition, partition_path
from warehouse.publish.files import Change, PlannedFile, locked, plan_file, prepare, write_planned
from warehouse.publish.merge import replace_owned, to_arrow
from warehouse.publish.read import read_rows
from warehouse.publish.run_log import UNATTRIBUTED, Run
from warehouse.schema import Row, load_tables
from warehouse.storage.store import Store, as_store

PANEL_FINDINGS = "panel_findings"
_BATCH = 64
"""Partitions that are published together, with all their locks held."""


def publish_panel_findings(
    where: Store | Path,
    found: Mapping[Partition, Sequence[Row]],
    checks: Collection[str] | None = None,
    run: Run = UNATTRIBUTED,
) -> list[Change]:
    """Replace the findings of some checks, or of all, in partitions; one whose findings are gone comes without rows.

    Rows that are as they were are not written, and those of other checks stay. Raise InvalidRow before a batch is
    written; StaleFile or DamagedFile if the stored rows cannot be kept; SchemaContractError if the declarations break
    the contract with readers. A crash leaves each file old or new; publishing the same again completes it.
    """
    store = as_store(where)
    prepare(store)
    changes: list[Change] = []
    remaining = iter(sorted(found))
    while batch := list(islice(remaining, _BATCH)):
        with locked(store, batch):
            files = [_plan(store, partition, found[partition], checks) for partition in batch]
            write_planned(store, files, run)
        changes += [file.change for file in files]
    return changes


def panel_findings_of(where: Store | Path, partition: Partition, report_id: str) -> list[Row]:
    """Return the panel findings of a report, in the order of the table. Raise DamagedFile."""
    table = load_tables()[PANEL_FINDINGS]
    rows, _ = read_rows(as_store(where), table, partition_path(PANEL_FINDINGS, partition))
    found: list[Row] = rows.filter(pc.equal(rows["report_id"], report_id)).to_pylist()
    return found


def _plan(store: Store, partition: Partition, rows: Sequence[Row], checks: Collection[str] | None) -> PlannedFile:
    table, path = load_tables()[PANEL_FINDINGS], partition_path(PANEL_FINDINGS, partition)
    stored = read_rows(store, table, path)
    replaced = _all_checks(stored[0], rows) if checks is None else checks
    new = to_arrow(table, rows, replaced)
    return plan_file(table, partition, path, stored, replace_owned(table, stored[0], new, replaced))


def _all_checks(stored: pa.Table, rows: Sequence[Row]) -> set[str]:
    return {*stored["check"].to_pylist(), *(str(row["check"]) for row in rows)}
