"""Figures of one year against those of the year before, among what is published.

Owns when such checks are made: as a report is published, and again once a neighbouring year is, whichever came first.
Must not know a check; `transforms.checks` evaluates them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from transforms.checks import check_years, checks
from transforms.divisions import in_year
from transforms.tidy import finding_rows, numbers_of_rows, report_id
from warehouse.runs import Run
from warehouse.schema import Row
from warehouse.store import Store
from warehouse.write import Change, Partition, Rows, amend, stored_rows


def checked_against_last_year(store: Store, partition: Partition, reports: Mapping[str, Rows]) -> list[Rows]:
    """The rows of reports, by body, with findings between their figures and those of last year's where published."""
    former = _in_year(partition.jurisdiction, partition.year - 1)
    identifiers = {body: report_id(former.jurisdiction, body, former.year) for body in reports}
    before = _by_report(stored_rows(store, former, identifiers.values()))
    return [
        _with_findings(report_id(partition.jurisdiction, body, partition.year), rows, before.get(identifiers[body]))
        for body, rows in reports.items()
    ]


def _with_findings(identifier: str, rows: Rows, before: Rows | None) -> Rows:
    own = [row for row in rows["findings"] if not checks()[str(row["check"])].spans_years]
    found = check_years(numbers_of_rows(rows), numbers_of_rows(before)) if before and before["reports"] else []
    return {**rows, "findings": [*own, *finding_rows(identifier, found)]}


def check_again(store: Store, partition: Partition, bodies: Collection[str], run: Run) -> list[Change]:
    """Checks published reports of bodies and those for the year after against the years before them.

    Their own year too: another process may have published last year's since their rows were made.
    """
    changes = []
    for year in (partition.year, partition.year + 1):
        own = _in_year(partition.jurisdiction, year)
        names = {report_id(own.jurisdiction, body, year): body for body in bodies}
        changes += amend(store, own, names, partial(_checked_again, store, own, names), run)
    return changes


def _checked_again(store: Store, partition: Partition, names: Mapping[str, str], rows: Rows) -> Rows:
    reports = {names[identifier]: own for identifier, own in _by_report(rows).items()}
    return joined(checked_against_last_year(store, partition, reports))


def joined(reports: Sequence[Rows]) -> dict[str, list[Row]]:
    """The rows of several reports, at least one, by table."""
    return {table: [row for rows in reports for row in rows[table]] for table in reports[0]}


def _by_report(rows: Rows) -> dict[str, Rows]:
    """The rows of each report by its id."""
    found: defaultdict[str, dict[str, list[Row]]] = defaultdict(lambda: {table: [] for table in rows})
    for table, of_all in rows.items():
        for row in of_all:
            found[str(row["report_id"])][table].append(row)
    return dict(found)


def _in_year(jurisdiction: str, year: int) -> Partition:
    """The partition of a division and year, under the code that the division had then."""
    return Partition(in_year(jurisdiction, year) or jurisdiction, year)
