"""The rows of one report, wherever in the warehouse they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.explorer.index.index import Index
from flows.explorer.records import records
from warehouse.paths import Partition
from warehouse.publish.read import read_reports
from warehouse.schema import Row
from warehouse.storage.store import Store


@dataclass(frozen=True, slots=True)
class ReportRows:
    """A report: where it is, its row of `reports`, and the rows of every table."""

    partition: Partition
    report: Row
    tables: Mapping[str, Sequence[Row]]

    @property
    def report_id(self) -> str:
        """The report's identifier."""
        return str(self.report["report_id"])

    @property
    def edition(self) -> str | None:
        """The editions of the form that its tables follow."""
        edition = self.report["layout"]
        return None if edition is None else str(edition)

    @property
    def agency_id(self) -> str:
        """The body's identifier; rows that were written before it was kept have it in that of the report."""
        return str(self.report["agency_id"] or self.report_id.rpartition("-")[0])


def read_report(index: Index, store: Store, report_id: str) -> ReportRows | None:
    """Return the rows of a report; None if there is none. Raise DamagedFile."""
    sql = "SELECT jurisdiction, year FROM reports WHERE report_id = $report_id"
    for place in records(index.frame(sql, {"report_id": report_id})):
        partition = Partition(place["jurisdiction"], place["year"])
        rows = read_reports(store, partition, [report_id])
        if rows["reports"]:
            return ReportRows(partition, rows["reports"][0], rows)
    return None
