"""What the tests of `transforms` share: the figures of a report by table and codes."""

from __future__ import annotations

from decimal import Decimal

from transforms.report import Report

Keyed = dict[tuple[str, ...], Decimal | None]
"""Table and codes → the number that was read; None for a cell without a number."""


def figures_of(report: Report) -> Keyed:
    """Every figure of a report by table and codes."""
    return {
        (table, *key): figure.value.number
        for table, reading in report.matched.readings.items()
        for key, figure in reading.figures.items()
    }
