"""Declared corrections of printed figures: `corrections.yml` applied to the readings of a report.

Owns when a correction applies. The printed text stays in `raw`, and each correction leaves a finding.
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
    """The correction of one figure of one report: the printed text, the right number, and the reason with its date."""

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
    """Return the corrections by jurisdiction, body and year."""
    path = Path(__file__).with_suffix(".yml")
    by_report: dict[tuple[str, str, int], list[Correction]] = {}
    for correction in read_declaration(path, _Corrections).corrections:
        by_report.setdefault((correction.jurisdiction, correction.body, correction.year), []).append(correction)
    return by_report


def correct(
    readings: Mapping[str, TableReading], wanted: Sequence[Correction]
) -> tuple[dict[str, TableReading], list[Finding]]:
    """Return the corrected readings, and a finding for each correction, applied or not.

    A correction is not applied if its cell now prints something else: the body may have corrected its report.
    """
    corrected = dict(readings)
    findings = []
    for correction in wanted:
        reading = corrected.get(correction.table)
        figure = reading.figures.get(correction.cell) if reading else None
        applies = figure is not None and figure.raw.strip() == correction.printed
        if reading and figure and applies:
            corrected[correction.table] = replace(
                reading, figures={**reading.figures, correction.cell: _corrected(figure, correction)}
            )
        findings.append(
            finding(
                "corrected" if applies else "correction_not_applied",
                correction.table,
                line=f"{correction.reason} ({correction.date})",
                expected=correction.value if applies else correction.printed,
                actual=figure.raw if figure else None,
                cells=[correction.cell],
            )
        )
    return corrected, findings


def _corrected(figure: Figure, correction: Correction) -> Figure:
    state = "number" if correction.value else "zero"
    return replace(figure, value=Value(state, correction.value, figure.value.unit))
