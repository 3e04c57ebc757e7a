"""What was decided, held against what is published: which decisions wait for a run, and which are stale.

Owns these two words. A decision waits while the warehouse does not show it, or still shows one that was taken back; it
is stale if it was made of other bytes than today's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from flows.explorer.index.index import Index
from flows.explorer.records import records
from flows.ledger.ledger import Ledger
from transforms.checks.corrections import Correction, corrections
from transforms.checks.reviews import NoReport, PrintedSo
from transforms.decisions import Decisions
from transforms.jurisdictions.agencies import Agency, Around, Settled, find_agency

_CORRECTION_CHECKS = ("corrected", "misread", "correction_not_applied", "correction_outdated")
_ROWS = """
SELECT r.report_id, r.capture_sha256, r.url, f.finding_id, f."check", f."table", f.cells, f.message,
    f.expected, f.settled
FROM (
    SELECT unnest($named::VARCHAR[]) AS report_id
    UNION SELECT report_id FROM findings WHERE settled IS NOT NULL OR list_contains($checks::VARCHAR[], "check")
) n JOIN reports r ON r.report_id = n.report_id LEFT JOIN findings f ON f.report_id = n.report_id
"""
_RENAMED = """
SELECT r.report_id, r.year, r.agency_id, s.jurisdiction, s.name, s.agency, coalesce(j.name, '') AS division
FROM reports r
JOIN (SELECT unnest($divisions::VARCHAR[]) AS jurisdiction, unnest($names::VARCHAR[]) AS name,
    unnest($agencies::VARCHAR[]) AS agency) s ON s.jurisdiction = r.jurisdiction AND s.name = r.agency_printed
LEFT JOIN jurisdictions j ON j.jurisdiction = s.jurisdiction
"""
_Finding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: `reports` and `documents` wait to be read again; the findings concerned, by state.

    `without_report`: decisions on reports that are not published, be it that a body or a year is misspelt;
    `without_finding`: what was settled and is no longer found, as where the figures were corrected since.
    """

    reports: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()
    without_report: tuple[PrintedSo | Correction, ...] = ()
    without_finding: tuple[PrintedSo, ...] = ()

    @property
    def count(self) -> int:
        """How many reports and documents wait."""
        return len(self.reports) + len(self.documents)


def held_against(decisions: Decisions, index: Index, ledger: Ledger | None) -> Decided:
    """Return what waits and what is stale."""
    named: tuple[PrintedSo | Correction, ...] = (*decisions.printed_so, *decisions.corrections)
    reports_named = sorted({one.report_id for one in named})
    frame = index.frame(_ROWS, {"named": reports_named, "checks": list(_CORRECTION_CHECKS)})
    by_report: dict[str, list[_Finding]] = {}
    for row in records(frame):
        by_report.setdefault(row["report_id"], []).append(row)
    corrected: dict[str, list[Correction]] = {}
    for one in chain(corrections(), decisions.corrections):
        corrected.setdefault(one.report_id, []).append(one)
    reports, waiting, stale = set(_renamed(decisions, index)), set[str](), set[str]()
    for identifier, rows in by_report.items():
        state = _state_of(rows, decisions.printed_so_of(identifier), corrected.get(identifier, ()))
        waiting |= state.waiting
        stale |= state.stale
        reports |= {identifier} if state.waits else set()
    return Decided(
        reports=frozenset(reports),
        documents=frozenset(one.url for one in decisions.no_report if ledger and _waits(one, ledger)),
        waiting=frozenset(waiting),
        stale=frozenset(stale),
        without_report=tuple(one for one in named if one.report_id not in by_report),
        without_finding=tuple(one for one in decisions.printed_so if _is_gone(one, by_report.get(one.report_id, ()))),
    )


def is_of(correction: Correction, finding: _Finding) -> bool:
    """Return whether a finding concerns the cell of a correction."""
    return finding["table"] == correction.table and "/".join(correction.cell) in _cells(finding)


@dataclass(frozen=True, slots=True)
class _State:
    """What is to be said of one report: whether it waits, and which findings are waiting or stale."""

    waits: bool
    waiting: set[str]
    stale: set[str]


def _state_of(rows: Sequence[_Finding], said: Sequence[PrintedSo], corrected: Sequence[Correction]) -> _State:
    """Return what waits and what is stale among the findings of one report."""
    capture = str(rows[0]["capture_sha256"])
    found = [row for row in rows if row["finding_id"] is not None]
    told = [row for row in found if row["check"] in _CORRECTION_CHECKS]
    untold = [one for one in corrected if not any(_tells(row, one, capture) for row in told)]
    taken_back = [row for row in told if not any(_tells(row, one, capture) for one in corrected)]
    unsettled = {row["finding_id"] for row in found if row["settled"] != _why(row, said, capture)}
    return _State(
        waits=bool(untold or taken_back or unsettled),
        waiting=unsettled | {row["finding_id"] for one in untold for row in found if is_of(one, row)},
        stale={row["finding_id"] for row in found if _is_stale(row, said, corrected, capture)},
    )


def _is_stale(row: _Finding, said: Sequence[PrintedSo], corrected: Sequence[Correction], capture: str) -> bool:
    """Return whether all that was decided of a finding was decided of other bytes than these."""
    captures: list[str | None] = [one.capture for one in said if _is_the_same(one, row)]
    captures += [one.capture for one in corrected if is_of(one, row)]
    return bool(captures) and all(seen not in (None, capture) for seen in captures)


def _tells(row: _Finding, one: Correction, capture: str) -> bool:
    """Return whether a finding is what a correction left when a report was read from these bytes."""
    outdated = one.capture not in (None, capture)
    if not is_of(one, row) or one.why not in row["message"] or outdated != (row["check"] == "correction_outdated"):
        return False
    if row["check"] == "corrected":
        return one.value is not None and Decimal(row["expected"]) == one.value
    return row["check"] != "misread" or bool(row["expected"] == one.prints)


def _why(row: _Finding, said: Sequence[PrintedSo], capture: str) -> str | None:
    return next((one.why for one in said if one.settles({**row, "cells": _cells(row)}, capture)), None)


def _cells(row: _Finding) -> list[str]:
    return [] if row["cells"] is None else list(row["cells"])


def _is_the_same(one: PrintedSo, row: _Finding) -> bool:
    """Return whether a finding is the one that was settled in other bytes; its words may differ with the figures."""
    return (one.check, one.table, list(one.cells)) == (row["check"], row["table"], _cells(row))


def _is_gone(one: PrintedSo, rows: Sequence[_Finding]) -> bool:
    """Return whether a report that is published has no finding any more that was settled so."""
    return bool(rows) and not any(row["finding_id"] is not None and _is_the_same(one, row) for row in rows)


def _renamed(decisions: Decisions, index: Index) -> Iterator[str]:
    """Yield reports that are still under another body than people settled for the name that they print."""
    if decisions.settled:
        divisions, names, agencies = (list(column) for column in zip(*decisions.settled, strict=True))
        frame = index.frame(_RENAMED, {"divisions": divisions, "names": names, "agencies": agencies})
        for row in records(frame):
            wanted, own = _meant(row), row["agency_id"] or row["report_id"].rpartition("-")[0]
            if wanted and wanted.agency_id != own:
                yield row["report_id"]


def _meant(row: Mapping[str, Any]) -> Agency | None:
    """Return the body that a line says a name is in the year of a report, whichever of its names the line gives it."""
    line = Settled(row["jurisdiction"], row["name"], row["agency"])
    divisions = {row["division"]: line.jurisdiction} if row["division"] else {}
    return find_agency(line.name, row["year"], Around(divisions, line.jurisdiction, (line,)))


def _waits(one: NoReport, ledger: Ledger) -> bool:
    """Return whether a document that is no report, and has the bytes of which that was said, counts as one still."""
    address = ledger.address(one.url)
    verdicts = ledger.verdicts_on(one.url)
    return bool(
        address and address.sha256 == one.capture and any(verdict.reason != one.verdict for verdict in verdicts)
    )
