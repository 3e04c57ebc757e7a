"""What changed from one year to the next, and whether what was carried out of a year was carried into the next.

A year without a number is no change, and neither are numbers in different units, nor years that do not follow each
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from flows.explorer.bodies.read import YearReport
from flows.explorer.reports.figures import Figure
from transforms.forms.layout import Key

_TABLE, _OUT, _IN = "requests", "carried_out", "carried_in"


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a figure differs from that of the year before.

    `percent` is None where it says nothing: from 0 or below, to below 0, or less than half of one.
    """

    difference: Decimal
    percent: int | None


@dataclass(frozen=True, slots=True)
class Carried:
    """The requests of one kind of applicant that a year carried out, and those that the next carried in."""

    applicant: str
    out: Figure | None
    into: Figure | None

    @property
    def verdict(self) -> Literal["same", "differs", "unknown"]:
        """Whether both are the same number; unknown where one is not there."""
        if self.out is None or self.into is None or self.out.number is None or self.into.number is None:
            return "unknown"
        return "same" if self.out.number == self.into.number else "differs"


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Two reports of years that follow each other, and what was carried over between them."""

    before: YearReport
    after: YearReport
    parts: tuple[Carried, ...]


def change(before: Figure | None, now: Figure | None) -> Change | None:
    """Return the change between two years; None where there is none, or where it cannot be told."""
    if before is None or now is None or before.number is None or now.number is None or before.unit != now.unit:
        return None
    difference = now.number - before.number
    if not difference:
        return None
    percent = round(100 * difference / before.number) if before.number > 0 and now.number >= 0 else 0
    return Change(difference, percent or None)


def carried_over(reports: Sequence[YearReport], applicants: Sequence[str]) -> list[CarriedOver]:
    """Return what each year carried over into the next, where there are reports of both."""
    by_year = {report.year: report for report in reports}
    pairs = [(by_year[year - 1], report) for year, report in by_year.items() if year - 1 in by_year]
    carried = [CarriedOver(*pair, _parts(*pair, applicants)) for pair in pairs]
    return [each for each in carried if each.parts]


def _parts(before: YearReport, after: YearReport, applicants: Sequence[str]) -> tuple[Carried, ...]:
    out, into = before.figures[_TABLE], after.figures[_TABLE]
    if not out or not into:
        return ()
    return tuple(Carried(each, out.get((_OUT, each)), into.get((_IN, each))) for each in applicants)


def mismatches(carried: Sequence[CarriedOver]) -> set[tuple[str, Key]]:
    """Return the figures, by report and key, that were carried over and differ."""
    return set(_mismatches(carried))


def _mismatches(carried: Sequence[CarriedOver]) -> Iterator[tuple[str, Key]]:
    for each in carried:
        for part in each.parts:
            if part.verdict == "differs":
                yield each.before.report_id, (_OUT, part.applicant)
                yield each.after.report_id, (_IN, part.applicant)
