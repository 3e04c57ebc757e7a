"""Figures of one year against those of the year before, among what is published.

Owns when such checks are made: as a report is published, and again once a neighbouring year is, whichever came first.
`transforms.checks.checks` evaluates them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from transforms.checks.checks import check_years, checks
from transforms.checks.reviews import with_settled
from transforms.decisions import Decisions
from transforms.jurisdictions.divisions import division_in as code_in_year
from transforms.jurisdictions.identifiers import report_id
from transforms.rows import finding_rows, numbers_of_rows
from warehouse.publish.read import Rows, read_reports, rows_by_report
from warehouse.publish.run_log import Run
from warehouse.publish.write import Change, Partition, amend, publish
from warehouse.schema import Row
from warehouse.storage.store import Store


def publish_checked(
    store: Store, partition: Partition, reports: Mapping[str, Rows], decided: Decisions, run: Run
) -> list[Change]:
    """Publish the rows of reports, by body, with findings against last year's figures. Raise as `publish` does.

    Last year's are those published while no other process can write the partition: one that publishes others
    afterwards checks this year again.
    """
    return publish(store, partition, partial(_checked, store, partition, reports, decided), run)


def check_again(
    store: Store, partition: Partition, bodies: Collection[str], decided: Decisions, run: Run
) -> list[Change]:
    """Check the published reports of bodies against those of the year before once more."""
    names = {report_id(partition.jurisdiction, body, partition.year): body for body in bodies}

    def checked(rows: Rows) -> Rows:
        reports = {names[identifier]: own for identifier, own in rows_by_report(rows).items()}
        return _checked(store, partition, reports, decided)

    return amend(store, partition, names, checked, run) if names else []


def same_division_in(partition: Partition, year: int) -> Partition:
    """Return the partition of the same division in another year, under the code that the division had then."""
    return Partition(code_in_year(partition.jurisdiction, year) or partition.jurisdiction, year)


def _checked(store: Store, partition: Partition, reports: Mapping[str, Rows], decided: Decisions) -> Rows:
    """Return the rows of reports with findings between their figures and those of last year's, if published."""
    last_year = same_division_in(partition, partition.year - 1)
    identifiers = {body: report_id(last_year.jurisdiction, body, last_year.year) for body in reports}
    before = rows_by_report(read_reports(store, last_year, identifiers.values()))
    checked = []
    for body, rows in reports.items():
        own = report_id(partition.jurisdiction, body, partition.year)
        checked.append(_settled(own, _with_findings(own, rows, before.get(identifiers[body])), decided))
    return _joined(checked)


def _with_findings(identifier: str, rows: Rows, before: Rows | None) -> Rows:
    own = [row for row in rows["findings"] if not _spans_years(str(row["check"]))]
    found = check_years(numbers_of_rows(rows), numbers_of_rows(before)) if before and before["reports"] else []
    return {**rows, "findings": [*own, *finding_rows(identifier, found)]}


def _settled(identifier: str, rows: Rows, decided: Decisions) -> Rows:
    """Return the rows of a report, with those of its findings settled that people say are printed so."""
    capture = str(rows["reports"][0]["capture_sha256"]) if rows["reports"] else ""
    return {**rows, "findings": with_settled(rows["findings"], capture, decided.printed_so_of(identifier))}


def _spans_years(code: str) -> bool:
    """Return whether a check compares years. One that an earlier version published under a code of its own does not."""
    check = checks().get(code)
    return check is not None and check.spans_years


def _joined(reports: Sequence[Rows]) -> dict[str, list[Row]]:
    """Return the rows of several reports, at least one, by table."""
    return {table: [row for rows in reports for row in rows[table]] for table in reports[0]}
