"""The findings of a report, and which of them concern a cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flows.explorer.finding_id import finding_id
from flows.explorer.reports.figures import anchor
from warehouse.schema import Row

SIGNS = {"error": "✕", "warning": "!", "info": "i"}
"""Severity → its sign, the worst first."""
SETTLED = "✓"
"""The sign of a finding that people settled, whatever its severity."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as a report's page shows it, numbered on it."""

    identifier: str
    number: int
    check: str
    severity: str
    table: str | None
    message: str
    expected: str | None
    actual: str | None
    cells: tuple[str, ...]
    settled: str | None = None
    """Why it is settled, by whom and when; None if nobody settled it."""

    @property
    def sign(self) -> str:
        """The sign of its severity, or that of what is settled, with its number."""
        return f"{SIGNS[self.severity] if self.settled is None else SETTLED}{self.number}"

    @property
    def kind(self) -> str:
        """Its severity, or that it is settled."""
        return self.severity if self.settled is None else "settled"

    def anchors(self) -> list[tuple[str, str]]:
        """Return the cells that it concerns, each with its place on the page."""
        return [(cell, anchor(self.table or "", cell)) for cell in self.cells]


def findings_of(rows: Sequence[Row]) -> list[Finding]:
    """Return the findings of a report, the worst first, and those that are settled last."""
    severities = [*SIGNS]
    ordered = sorted(rows, key=lambda row: (row["settled"] is not None, severities.index(str(row["severity"]))))
    return [_finding(number, row) for number, row in enumerate(ordered, start=1)]


def _finding(number: int, row: Row) -> Finding:
    cells = row["cells"]
    assert isinstance(cells, list)
    told = {name: None if row[name] is None else str(row[name]) for name in ("table", "expected", "actual", "settled")}
    check, message = str(row["check"]), str(row["message"])
    return Finding(
        identifier=finding_id(str(row["report_id"]), check, told["table"], cells, message),
        number=number,
        check=check,
        severity=str(row["severity"]),
        message=message,
        cells=tuple(cells),
        **told,
    )


def by_anchor(findings: Collection[Finding]) -> dict[str, list[Finding]]:
    """Return the findings that concern each place on the page."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        for _, place in finding.anchors():
            found.setdefault(place, []).append(finding)
    return found
