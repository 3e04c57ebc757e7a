"""Two bodies of the ledger that are one: what is published of the one goes over to the other.

Owns which of two reports of one year stays, and the order of effects. Killed and done again, it ends the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

from flows.clock import today
from flows.decisions.decisions import decided_on
from flows.decisions.settled_names import settle
from flows.steps.check_years import check_again, same_division_in
from flows.steps.coverage import record_coverage
from flows.steps.publish import publish_dimensions
from flows.workspace import Workspace, known_portals
from nianbao import NianbaoError
from transforms.jurisdictions.agencies import Agency, Settled, agency_in
from transforms.jurisdictions.divisions import division_in
from transforms.parser_version import parser_version
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest, known_files
from warehouse.publish.read import Rows, read_reports
from warehouse.publish.run_log import Run
from warehouse.publish.write import replace_many
from warehouse.schema import Row


class CannotMerge(NianbaoError):
    """Two bodies cannot be merged; the message says why."""


@dataclass(frozen=True, slots=True)
class MovedReport:
    """A published report of the body that goes over; `rival` is the other body's of the same year.

    `stays` is the one of both that is published afterwards.
    """

    partition: Partition
    former: Agency
    into: Agency
    report: Row
    rival: Row | None
    stays: Row


def moved_reports(former: Agency, into: Agency, workspace: Workspace) -> list[MovedReport]:
    """Return what merging two bodies moves, year by year.

    Raise CannotMerge if they are of two divisions, or one, or if decisions name the one that goes over.
    """
    if former.agency_id == into.agency_id:
        raise CannotMerge(f"{former.name} and {into.name} are one body already")
    if former.jurisdiction != into.jurisdiction:
        raise CannotMerge(f"{former.name} and {into.name} belong to two divisions: a body cannot change its division")
    reports = {_in(former, code).report_id(year) for code in _codes(former) for year in _years()}
    if standing := decided_on(workspace.settings.data_root, reports):
        raise CannotMerge(still_decided(former.name, into.body, standing))
    return [
        moved
        for partition in _partitions(_codes(former), workspace)
        for moved in _moved(partition, former, into, workspace)
    ]


def merge(former: Agency, into: Agency, moved: list[MovedReport], reason: str, by: str, workspace: Workspace) -> None:
    """Let one body be another from now on: in the data root's names, in the warehouse, and in the ledger."""
    settle(workspace.settings.data_root, Settled(former.jurisdiction, former.name, into.name), reason, by, today())
    run = Run(workspace.ledger.runs.begin("merge"), parser_version())
    partitions = sorted({one.partition for one in moved})
    with ExitStack() as locks:
        for partition in partitions:
            locks.enter_context(workspace.warehouse.lock(f"editions.{partition.lock}"))
        _publish(moved, workspace, run)
        for partition in partitions:
            for year in (partition, same_division_in(partition, partition.year + 1)):
                check_again(workspace.warehouse, year, {into.body}, workspace.decisions.whole, run)
        for code in _codes(former):
            own, other = _in(former, code), _in(into, code)
            workspace.ledger.agencies.join(own.agency_id, other, published_years(other, workspace))
    portals = known_portals(workspace.settings)
    for name in workspace.ledger.coverage.portals(_codes(former)):
        record_coverage(name, portals.get(name), workspace, run)
    compact_manifest(workspace.warehouse)
    publish_dimensions(workspace, portals.values())
    workspace.ledger.runs.end(run.run_id, {"published": len(moved)})


def still_decided(former: str, body: str, standing: Sequence[str]) -> str:
    """Return what is to be done about decisions on a body whose reports become another's: they would be lost.

    >>> still_decided("甲子县二局", "水务局", ["corrections.yml, line 2"])
    'decisions name 甲子县二局: let them name the body 水务局, or take them out, and try again: corrections.yml, line 2'
    """
    remedy = f"let them name the body {body}, or take them out, and try again"
    return f"decisions name {former}: {remedy}: {'; '.join(standing)}"


def _years() -> range:
    return range(2008, today().year + 1)


def _codes(agency: Agency) -> set[str]:
    """Return the codes of a body's division in all years of reports: the body is one in all of them."""
    codes = {division_in(agency.jurisdiction, year) for year in _years()}
    return {code for code in codes if code} | {agency.jurisdiction}


def _in(agency: Agency, code: str) -> Agency:
    """Return a body under another code of its division."""
    return agency if code == agency.jurisdiction else agency_in(code, agency.body)


def _partitions(codes: set[str], workspace: Workspace) -> list[Partition]:
    files = known_files(workspace.warehouse).to_pylist()
    return sorted({Partition(file["jurisdiction"], file["year"]) for file in files if file["jurisdiction"] in codes})


def _moved(partition: Partition, former: Agency, into: Agency, workspace: Workspace) -> Iterator[MovedReport]:
    own, other = (_in(agency, partition.jurisdiction) for agency in (former, into))
    identifiers = [agency.report_id(partition.year) for agency in (own, other)]
    found = {row["report_id"]: row for row in read_reports(workspace.warehouse, partition, identifiers)["reports"]}
    report, rival = (found.get(identifier) for identifier in identifiers)
    if report:
        better = rival is None or _worth(report, workspace) > _worth(rival, workspace)
        yield MovedReport(partition, own, other, report, rival, report if better else rival or report)


def _worth(row: Row, workspace: Workspace) -> tuple[bool, bool, date]:
    """Return what makes one of two reports the better one: it is complete, a correction, the later one."""
    editions = workspace.ledger.editions(str(row["report_id"]))
    corrected = any(verdict.corrected for verdict in editions if verdict.url == row["url"])
    published_on = row["published_on"]
    return row["status"] == "complete", corrected, published_on if isinstance(published_on, date) else date.min


def _publish(moved: list[MovedReport], workspace: Workspace, run: Run) -> None:
    """Take out the lesser of two reports of a year, then give all that is left of the one body to the other.

    Both steps can be repeated: a table whose rows have gone over already has none left to move.
    """
    lesser = {
        one.partition: [str(lost["report_id"])]
        for one in moved
        for lost in (one.report, one.rival)
        if lost and lost is not one.stays
    }
    rest = {one.partition: [str(one.report["report_id"])] for one in moved if one.stays is one.report}
    bodies = {str(one.report["report_id"]): one.into for one in moved}
    years = {str(one.report["report_id"]): one.partition.year for one in moved}
    if lesser:
        replace_many(workspace.warehouse, lesser, _nothing, run)
    if rest:
        replace_many(workspace.warehouse, rest, _given_to(bodies, years), run)


def _nothing(rows: Rows) -> Rows:
    return dict.fromkeys(rows, ())


def _given_to(bodies: Mapping[str, Agency], years: Mapping[str, int]) -> Callable[[Rows], Rows]:
    """Return the function that gives the rows of reports to the bodies that have them from now on."""

    def given(rows: Rows) -> Rows:
        return {table: [_row(table, row, bodies, years) for row in own] for table, own in rows.items()}

    return given


def _row(table: str, row: Row, bodies: Mapping[str, Agency], years: Mapping[str, int]) -> Row:
    report = str(row["report_id"])
    body = bodies[report]
    named = {"agency": body.name, "agency_kind": body.kind, "agency_id": body.agency_id} if table == "reports" else {}
    return {**row, **named, "report_id": body.report_id(years[report])}


def published_years(agency: Agency, workspace: Workspace) -> dict[int, str]:
    """Return year → the address from which a body's report for it is published, under its own identifier."""
    found: dict[int, str] = {}
    for partition in _partitions({agency.jurisdiction}, workspace):
        rows = read_reports(workspace.warehouse, partition, [agency.report_id(partition.year)])["reports"]
        found.update((partition.year, str(row["url"])) for row in rows)
    return found
