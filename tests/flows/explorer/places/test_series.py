from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings

from flows.explorer.explorer import open_explorer
from flows.explorer.index.index import Index
from flows.explorer.places.figures import figures
from flows.explorer.places.place import COUNTRY, find_place
from flows.explorer.places.series import GOVERNMENT, OTHERS, available, medians, series
from flows.settings import Settings
from tests.support.examples import examples
from tests.support.fixtures import Demo
from tests.support.warehouse.country import CODES, REFUSED, Known, countries, write_country
from warehouse.query.query import connect, run

ZONE = "CN-371071"
COUNTIES = ("CN-371002", "CN-371003", "CN-110103", "CN-990101")
CHOICE = ("government", "government_office", "development_zone")


@contextmanager
def index_of(root: Path) -> Iterator[Index]:
    with open_explorer(Settings(data_root=root), read_only=True) as explorer:
        yield explorer.index


def governments(country: Sequence[Known]) -> list[Known]:
    """Return the report of each division's government: never that of a zone which is a body of a county."""
    able = [
        one
        for one in country
        if one.figures is not None and (one.kind in CHOICE[:2] or (one.kind == "development_zone" and one.code == ZONE))
    ]
    able.sort(key=lambda one: (one.code, one.year, CHOICE.index(one.kind)))
    return [next(same) for _, same in groupby(able, key=lambda one: (one.code, one.year))]


def measure(one: Known, outcomes: Sequence[str]) -> int | None:
    values = [(one.figures or {}).get(outcome) for outcome in outcomes]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def expected(reports: Sequence[Known], outcomes: Sequence[str]) -> dict[int, tuple[int, int | None, int]]:
    """Year → how many reports, the sum of what they tell, and how many tell it."""
    found = {}
    for year in sorted({one.year for one in reports}):
        of_year = [one for one in reports if one.year == year]
        known = [value for one in of_year if (value := measure(one, outcomes)) is not None]
        found[year] = (len(of_year), sum(known) if known else None, len(known))
    return found


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(countries().filter(bool))
def test_sums_rest_on_the_reports_that_they_name(
    tmp_path_factory: pytest.TempPathFactory, country: list[Known]
) -> None:
    root = tmp_path_factory.mktemp("country")
    write_country(root / "warehouse", country)
    own = governments(country)
    with index_of(root) as index:
        for code in CODES:
            place = find_place(index, code)
            assert place is not None
            others = [one for one in country if one.code == code and one.figures is not None and one not in own]
            for basis, reports in (
                (GOVERNMENT, [one for one in own if one.code == code]),
                (OTHERS, others),
            ):
                found = series(index, place, basis)
                for name, outcomes in {"received": ["received"], "refused": REFUSED, "total": ["total"]}.items():
                    assert {
                        year.year: (year.reports, year.measures[name].value, year.measures[name].reports)
                        for year in found
                    } == expected(reports, outcomes)
                assert available(index, place).get(basis, 0) == len(reports)
        place = find_place(index, COUNTRY)
        assert place is not None
        counties = [one for one in own if one.code in COUNTIES]
        assert {
            year.year: (year.reports, year.measures["received"].value, year.measures["received"].reports)
            for year in series(index, place, "county")
        } == expected(counties, ["received"])


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(countries().filter(bool))
def test_medians_are_over_one_report_a_government_and_year(
    tmp_path_factory: pytest.TempPathFactory, country: list[Known]
) -> None:
    root = tmp_path_factory.mktemp("country")
    write_country(root / "warehouse", country)
    of_county = [one for one in governments(country) if one.code in COUNTIES]
    with index_of(root) as index:
        place = find_place(index, "CN-371002")
        assert place is not None
        found = {(row["scope"], row["year"]): row for row in medians(index, place, ["received"])}
        for scope, within in ((COUNTRY, of_county), ("CN-370000", [one for one in of_county if one.code < "CN-38"])):
            within = [one for one in within if scope == COUNTRY or one.code.startswith("CN-37")]
            for year in {one.year for one in within}:
                values = [
                    value for one in within if one.year == year and (value := measure(one, ["received"])) is not None
                ]
                row = found.get((scope, year))
                assert (row is None) == (not values)
                if row is not None:
                    assert (row["reports"], row["median"]) == (len(values), median(values))


def test_the_demo_prints_what_the_warehouse_holds(demo: Demo) -> None:
    asked = "SELECT year, coalesce(value, implied) FROM requests WHERE jurisdiction = 'CN-990101'"
    asked += " AND applicant = 'total' AND outcome = 'received' ORDER BY year"
    until_2018 = "SELECT year, coalesce(value, implied) FROM indicators WHERE jurisdiction = 'CN-990101'"
    until_2018 += " AND indicator = 'requests_received'"
    with connect(demo.root / "warehouse") as connection:
        rows = [*run(connection, until_2018).rows, *run(connection, asked).rows]
    with index_of(demo.root) as index:
        place = find_place(index, "CN-990101")
        assert place is not None
        found = series(index, place, GOVERNMENT)
    assert [(year.year, year.measures["received"].value) for year in found] == [(row[0], row[1]) for row in rows]
    assert found[0].measures["granted"].value is None


def test_divisions_without_any_report_are_counted(tmp_path: Path) -> None:
    outcomes = {"received": 3}
    write_country(tmp_path / "warehouse", [Known("CN-371002", 2021, "government", outcomes, None)])
    with index_of(tmp_path) as index:
        place = find_place(index, "CN-371000")
        assert place is not None
        (counties,) = series(index, place, "county")
        sql = "SELECT count(*) AS n FROM places WHERE jurisdiction LIKE 'CN-3710%' AND level = 'county'"
        there = int(index.frame(f"{sql} AND coalesce(valid_to, 9999) >= 2021")["n"].item())
        (received, *_) = figures([counties], [], None, "en")
    assert there > 1
    assert (counties.reports, counties.possible) == (1, there)
    assert received.lines[0].cells == (f"3 (1/{there})",)
    assert received.chart is not None
    assert received.chart["datasets"]["rows"][0]["rests"] == f"1/{there}"
