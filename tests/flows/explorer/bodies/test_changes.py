"""Changes between years, and what one year carries over into the next."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.explorer.bodies.changes import Change, carried_over, change, mismatches
from flows.explorer.bodies.read import YearReport
from flows.explorer.reports.figures import Figure
from transforms.forms.layout import Key, code_columns


def figure(name: str, value: int | None, implied: int | None = None, unit: str | None = "件") -> Figure:
    return Figure(
        table="requests",
        name=name,
        key=tuple(name.split("/")),
        label=None,
        raw="" if value is None else str(value),
        state="blank" if value is None else "number",
        value=None if value is None else Decimal(value),
        implied=None if implied is None else Decimal(implied),
        unit=unit,
        method="html",
        confidence=1.0,
        evidence={},
    )


def year_report(year: int, *figures: Figure, edition: str = "30号") -> YearReport:
    own: dict[str, dict[Key, Figure]] = {table: {} for table in code_columns()}
    own["requests"] = {each.key: each for each in figures}
    return YearReport(f"aa-{year}", year, edition, "complete", own, {})


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (4, 6, Change(Decimal(2), 50)),
        (6, 4, Change(Decimal(-2), -33)),
        (0, 6, Change(Decimal(6), None)),
        (-12, 10, Change(Decimal(22), None)),
        (12, -10, Change(Decimal(-22), None)),
        (1000, 1001, Change(Decimal(1), None)),
        (5, 5, None),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_a_change_is_told_where_there_is_one(before: int | None, now: int | None, expected: Change | None) -> None:
    assert change(figure("received/total", before), figure("received/total", now)) == expected


def test_a_missing_figure_and_another_unit_are_no_change() -> None:
    one = figure("received/total", 1, unit="万元")
    assert change(None, one) is None
    assert change(one, None) is None
    assert change(one, figure("received/total", 10_000, unit="元")) is None


def test_an_implied_value_counts_where_none_is_printed() -> None:
    assert change(figure("received/total", None, 4), figure("received/total", 5)) == Change(Decimal(1), 25)


def test_what_is_carried_over_is_compared_for_each_applicant() -> None:
    before = year_report(
        2020, figure("carried_out/total", 9), figure("carried_out/business", 2), figure("carried_out/other", None)
    )
    after = year_report(
        2021, figure("carried_in/total", 7), figure("carried_in/business", 2), figure("carried_in/other", 0)
    )
    (pair,) = carried_over([before, after], ["business", "other", "total", "natural_person"])
    assert [part.verdict for part in pair.parts] == ["same", "unknown", "differs", "unknown"]
    assert mismatches([pair]) == {("aa-2020", ("carried_out", "total")), ("aa-2021", ("carried_in", "total"))}


def test_only_years_that_follow_each_other_and_have_the_table_are_compared() -> None:
    one, gap, without = (
        year_report(2020, figure("carried_out/total", 9)),
        year_report(2022, figure("carried_in/total", 7)),
        year_report(2023),
    )
    assert carried_over([one, gap, without], ["total"]) == []
