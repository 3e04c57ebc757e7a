"""Publishing coverage: what each portal is known to have, in a table that its portals write side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.compute as pc

from warehouse.paths import Partition, partition_path
from warehouse.publish.files import Change, locked, plan_file, prepare, write_planned
from warehouse.publish.merge import replace_owned, to_arrow
from warehouse.publish.read import read_rows
from warehouse.publish.run_log import UNATTRIBUTED, Run
from warehouse.schema import Row, load_tables
from warehouse.storage.store import Store, as_store

COVERAGE = "coverage"


def publish_coverage(
    where: Store | Path,
    partition: Partition,
    portal: str,
    make: Callable[[Sequence[Row]], Sequence[Row]],
    run: Run = UNATTRIBUTED,
) -> Change:
    """Replace a portal's rows of coverage in a partition by those that `make` returns for the stored ones.

    `make` is called under the partition's lock. Rows that are as they were are not written, and those of other portals
    stay. Raise InvalidRow before anything is written; StaleFile or DamagedFile if the stored rows cannot be kept;
    SchemaContractError if the declarations break the contract with readers. A crash leaves the file old or new.
    """
    store, table = as_store(where), load_tables()[COVERAGE]
    path = partition_path(table.name, partition)
    prepare(store)
    with locked(store, [partition]):
        stored = read_rows(store, table, path)
        own = stored[0].filter(pc.equal(stored[0][table.owner], portal))
        new = to_arrow(table, make(own.to_pylist()), {portal})
        file = plan_file(table, partition, path, stored, replace_owned(table, stored[0], new, {portal}))
        write_planned(store, [file], run)
    return file.change
