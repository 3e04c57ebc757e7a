"""The figures that were read against those that were printed: right, wrong, not read, and without a finding."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.reports.figures import Figures, figures_of
from transforms.report import Report


@dataclass(frozen=True)
class Score:
    """Cells, and the keys of those that were read wrong, not read, or either without a finding that points at them."""

    cells: int
    wrong: list[tuple[str, ...]]
    missing: list[tuple[str, ...]]
    silent: list[tuple[str, ...]]

    @property
    def right(self) -> float:
        return 1 - (len(self.wrong) + len(self.missing)) / self.cells


def score(report: Report, expected: Figures) -> Score:
    """Compare all figures of a report; a finding points at the cells that it names, else at its whole table."""
    found = figures_of(report)
    different = [key for key in {**expected, **found} if key not in found or found[key] != expected.get(key)]
    wrong = [key for key in different if found.get(key) is not None]
    named = {(finding.table, cell) for finding in report.findings for cell in finding.cells}
    whole = {finding.table for finding in report.findings if not finding.cells}
    silent = [key for key in different if key[0] not in whole and (key[0], "/".join(key[1:])) not in named]
    return Score(len(expected), wrong, [key for key in different if key not in wrong], silent)
