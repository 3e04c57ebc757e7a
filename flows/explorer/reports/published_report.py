"""One report of the warehouse: where it is, and its rows in every table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.explorer.index.index import Index
from flows.explorer.records import records
from transforms.forms.layout import code_columns
from transforms.jurisdictions.identifiers import agency_of_report
from warehouse.paths import Partition
from warehouse.publish.read import Rows, read_reports
from warehouse.schema import Row
from warehouse.storage.store import Store

_PARTITION = "SELECT jurisdiction, year FROM reports WHERE report_id = $report_id"


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """A report with the rows of all its tables, and where it belongs."""

    partition: Partition
    rows: Rows

    @property
    def row(self) -> Row:
        """Its row in `reports`."""
        return self.rows["reports"][0]

    def text(self, name: str) -> str:
        """Return a column of its row; empty where it has none."""
        value = self.row[name]
        return "" if value is None else str(value)

    @property
    def agency_id(self) -> str:
        """The body's identifier; rows that were written before it was kept have it in that of the report."""
        return self.text("agency_id") or agency_of_report(self.text("report_id"))

    def figures(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows of its tables of figures, each with the name of the table."""
        return ((table, row) for table in code_columns() for row in self.rows[table])


def published_report(index: Index, store: Store, report_id: str) -> PublishedReport | None:
    """Return a report of the warehouse; None if there is none. Raise DamagedFile."""
    for place in records(index.frame(_PARTITION, {"report_id": report_id})):
        partition = Partition(place["jurisdiction"], place["year"])
        rows = read_reports(store, partition, {report_id})
        if rows["reports"]:
            return PublishedReport(partition, rows)
    return None
