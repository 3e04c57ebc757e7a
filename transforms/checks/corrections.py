"""Figures that somebody has corrected with a reason: `corrections.yml` applied to what a report prints.

Owns when a correction applies. The printed text stays in `raw`, and each correction leaves a finding: none is silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import Field

from nianbao import Declaration, read_declaration
from transforms.checks.checks import Finding, finding
from transforms.forms.layout import Key
from transforms.forms.values import Value
from transforms.tables.reading import Figure, TableReading


class Correction(Declaration):
    """One figure of one report: the text that is printed, the number that it should be, and who says so since when."""

    jurisdiction: str
    body: str
    """The agency's name without its division's, as in 人民政府."""
    year: int
    table: str
    cell: Key
    printed: str
    value: Decimal = Field(strict=False)
    reason: str
    date: date


class _Corrections(Declaration):
    corrections: tuple[Correction, ...]


@cache
def corrections() -> Mapping[tuple[str, str, int], Sequence[Correction]]:
    """The corrections by jurisdiction, body and year."""
    path = Path(__file__).with_suffix(".yml")
    found: dict[tuple[str, str, int], list[Correction]] = {}
    for one in read_declaration(path, _Corrections).corrections:
        found.setdefault((one.jurisdiction, one.body, one.year), []).append(one)
    return found


def correct(
    readings: Mapping[str, TableReading], wanted: Sequence[Correction]
) -> tuple[dict[str, TableReading], list[Finding]]:
    """The readings with their corrected figures, and a finding for each correction, applied or not.

    One whose cell prints something else by now (the body may have corrected its report) is not applied.
    """
    corrected = dict(readings)
    findings = []
    for one in wanted:
        reading = corrected.get(one.table)
        figure = reading.figures.get(one.cell) if reading else None
        applies = figure is not None and figure.raw.strip() == one.printed
        if reading and figure and applies:
            corrected[one.table] = replace(reading, figures={**reading.figures, one.cell: _corrected(figure, one)})
        findings.append(
            finding(
                "corrected" if applies else "correction_not_applied",
                one.table,
                line=f"{one.reason} ({one.date})",
                expected=one.value if applies else one.printed,
                actual=figure.raw if figure else None,
                cells=[one.cell],
            )
        )
    return corrected, findings


def _corrected(figure: Figure, correction: Correction) -> Figure:
    state = "number" if correction.value else "zero"
    return replace(figure, value=Value(state, correction.value, figure.value.unit))
