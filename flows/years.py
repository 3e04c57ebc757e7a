"""Figures of one year against those of the year before, among what is published.

Owns when such checks are made: as a report is published, and again once a neighbouring year is, whichever came first.
Must not know a check; `transforms.checks` evaluates them.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from transforms.checks import check_years, checks
from transforms.divisions import in_year
from transforms.tidy import finding_rows, numbers_of_rows, report_id
from warehouse.write import Change, Partition, Rows, amend, stored_rows


def checked_against_last_year(root: Path, partition: Partition, body: str, rows: Rows) -> Rows:
    """The rows of one report with findings between its figures and those of last year's, where that is published."""
    former = _in_year(partition.jurisdiction, partition.year - 1)
    before = stored_rows(root, former, {report_id(former.jurisdiction, body, former.year)})
    own = [row for row in rows["findings"] if not checks()[str(row["check"])].spans_years]
    found = check_years(numbers_of_rows(rows), numbers_of_rows(before)) if before["reports"] else []
    identifier = report_id(partition.jurisdiction, body, partition.year)
    return {**rows, "findings": [*own, *finding_rows(identifier, found)]}


def check_again(root: Path, partition: Partition, body: str) -> list[Change]:
    """Checks a body's published report and the one for the year after against the years before them.

    Its own year too: another process may have published last year's since its rows were made.
    """
    changes = []
    for year in (partition.year, partition.year + 1):
        own = _in_year(partition.jurisdiction, year)
        change = partial(checked_against_last_year, root, own, body)
        changes += amend(root, own, {report_id(own.jurisdiction, body, year)}, change)
    return changes


def _in_year(jurisdiction: str, year: int) -> Partition:
    """The partition of a division and year, under the code that the division had then."""
    return Partition(in_year(jurisdiction, year) or jurisdiction, year)
