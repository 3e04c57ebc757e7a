"""Declared corrections of figures, applied to the readings of a report: what is printed wrong, and what was read wrong.

Owns when a correction applies. Each leaves a finding: one that is not applied as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from nianbao import Declaration, read_declaration
from transforms.checks.checks import Finding, finding
from transforms.forms.layout import Key
from transforms.forms.values import Value, parse_value
from transforms.jurisdictions.identifiers import report_id
from transforms.tables.reading import Figure, TableReading


class Correction(Declaration):
    """The correction of one figure of one report, with the reason and its date, and who made it.

    The body printed a wrong number: `printed` is what it prints, `value` the right number. We read it wrong: `read` is
    what we read, `prints` what the document prints. `capture` is the SHA-256 of the bytes that the person saw.
    """

    jurisdiction: str
    body: str
    """The agency's name without its division's, as in 人民政府."""
    year: int
    table: str
    cell: Key
    printed: str | None = None
    value: Decimal | None = Field(default=None, strict=False)
    read: str | None = None
    prints: str | None = None
    reason: str
    by: str | None = None
    date: date
    capture: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = {name for name in ("printed", "value", "read", "prints") if getattr(self, name) is not None}
        if given not in ({"printed", "value"}, {"read", "prints"}):
            raise ValueError("give printed and value if the body printed a wrong number, read and prints if we misread")
        return self

    @property
    def expected(self) -> str:
        """The text by which the cell is known: what we read in it when the correction was made."""
        return (self.printed if self.read is None else self.read) or ""

    @property
    def report_id(self) -> str:
        """The report that it is of."""
        return report_id(self.jurisdiction, self.body, self.year)

    @property
    def key(self) -> tuple[object, ...]:
        """What two corrections may not share: the cell, and the bytes that were seen."""
        return self.report_id, self.table, self.cell, self.capture

    @property
    def why(self) -> str:
        """The reason, by whom and when."""
        return said(self.reason, self.by, self.date)


def said(reason: str, by: str | None, day: date) -> str:
    """Return the reason of a decision, by whom and when.

    >>> said("the notice", "Wang Wu", date(2026, 1, 20)), said("the notice", None, date(2026, 1, 20))
    ('the notice (Wang Wu, 2026-01-20)', 'the notice (2026-01-20)')
    """
    return f"{reason} ({', '.join(filter(None, (by, day.isoformat())))})"


class _Corrections(Declaration):
    corrections: tuple[Correction, ...]


@cache
def corrections() -> Sequence[Correction]:
    """Return the corrections that the package itself has."""
    return read_declaration(Path(__file__).with_suffix(".yml"), _Corrections).corrections


def corrections_of(jurisdiction: str, body: str, year: int | None, own: Iterable[Correction]) -> Sequence[Correction]:
    """Return the corrections of a body's report for a year: those of the package, and those among `own`."""
    wanted = report_id(jurisdiction, body, year)
    return [one for one in (*corrections(), *own) if one.year == year and one.report_id == wanted]


def correct(
    readings: Mapping[str, TableReading], wanted: Sequence[Correction], capture: str
) -> tuple[dict[str, TableReading], list[Finding]]:
    """Return the corrected readings, and a finding for each correction, applied or not.

    A correction is not applied if it was made of other bytes than those of `capture`, or if its cell now prints
    something else: the body may have corrected its report.
    """
    corrected = dict(readings)
    findings = []
    for correction in wanted:
        reading = corrected.get(correction.table)
        figure = reading.figures.get(correction.cell) if reading else None
        if reading and figure and _applies(correction, figure, capture):
            own = {**reading.figures, correction.cell: _corrected(figure, correction)}
            corrected[correction.table] = replace(reading, figures=own)
            findings.append(_applied(correction, figure))
        else:
            findings.append(_not_applied(correction, figure, capture))
    return corrected, findings


def _applies(correction: Correction, figure: Figure, capture: str) -> bool:
    """Return whether it does: a parser that reads by itself what a misread cell prints agrees with the correction."""
    texts = {text.strip() for text in (correction.expected, correction.prints) if text is not None}
    return correction.capture in (None, capture) and figure.raw.strip() in texts


def _corrected(figure: Figure, correction: Correction) -> Figure:
    if correction.prints is not None:
        # A person has looked: what the machine doubted of its own reading is settled.
        place = replace(figure.place, confidence=1.0)
        value = parse_value(correction.prints)
        return replace(figure, raw=correction.prints, value=value, place=place, look_again=None)
    state = "number" if correction.value else "zero"
    return replace(figure, value=Value(state, correction.value, figure.value.unit))


def _applied(correction: Correction, figure: Figure) -> Finding:
    misread = correction.prints is not None
    return finding(
        "misread" if misread else "corrected",
        correction.table,
        line=correction.why,
        expected=correction.prints if misread else correction.value,
        actual=figure.raw,
        cells=[correction.cell],
    )


def _not_applied(correction: Correction, figure: Figure | None, capture: str) -> Finding:
    other = correction.capture not in (None, capture)
    return finding(
        "correction_outdated" if other else "correction_not_applied",
        correction.table,
        line=correction.why,
        expected=correction.expected,
        actual=figure.raw if figure else None,
        cells=[correction.cell],
    )
