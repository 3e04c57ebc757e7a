from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from flows.explorer.index.index import Index
from flows.explorer.places.comparison import SHOWN, SORTS, Choice, chosen, compare, levels, page
from flows.explorer.places.place import COUNTRY, Place, find_place
from flows.explorer.records import Record
from tests.flows.explorer.places.test_series import COUNTIES, governments, index_of, measure
from tests.support.examples import examples
from tests.support.warehouse.country import REFUSED, YEARS, Known, countries, write_country


def asked(index: Index, place: Place, choice: Choice) -> list[Record]:
    return page(chosen(compare(index, place, choice), choice), choice.page)


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(countries().filter(bool))
def test_every_division_is_there_once_and_what_is_not_known_is_last(
    tmp_path_factory: pytest.TempPathFactory, country: list[Known]
) -> None:
    root = tmp_path_factory.mktemp("country")
    write_country(root / "warehouse", country)
    of = {(one.code, one.year): one for one in governments(country)}
    with index_of(root) as index:
        place = find_place(index, "CN-371000")
        assert place is not None
        for year in YEARS:
            for show in SHOWN:
                rows = asked(index, place, Choice(year, "county", "refused", show))
                known = {code for code in ("CN-371002", "CN-371003") if (code, year) in of}
                mine = {row["jurisdiction"]: row for row in rows if row["jurisdiction"] in COUNTIES}
                wanted = {"all": {"CN-371002", "CN-371003"}, "there": known}.get(
                    show, {"CN-371002", "CN-371003"} - known
                )
                assert set(mine) == wanted
                values = {code: measure(of[code, year], REFUSED) if (code, year) in of else None for code in mine}
                assert {code: row["value"] for code, row in mine.items()} == values
                order = [row["value"] for row in rows]
                assert order == sorted(order, key=lambda value: (value is None, -(value or 0)))
                assert all((row["rank"] is None) == (row["value"] is None) for row in rows)


@settings(max_examples=examples(4), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(countries().filter(bool))
def test_what_is_lacking_and_what_is_there_are_all(
    tmp_path_factory: pytest.TempPathFactory, country: list[Known]
) -> None:
    root = tmp_path_factory.mktemp("country")
    write_country(root / "warehouse", country)
    with index_of(root) as index:
        place = find_place(index, COUNTRY)
        assert place is not None
        for level in levels(index, place):
            whole = compare(index, place, Choice(2021, level))
            there, missing = (chosen(whole, Choice(2021, level, show=show)) for show in ("there", "lacking"))
            assert sorted([*there["jurisdiction"], *missing["jurisdiction"]]) == [*whole["jurisdiction"]]
            assert {*there["jurisdiction"]} >= {
                one.code
                for one in governments(country)
                if one.year == 2021 and level == "county" and one.code in COUNTIES
            }


def test_a_county_that_was_abolished_lacks_nothing_afterwards(tmp_path: Path) -> None:
    write_country(tmp_path / "warehouse", [Known("CN-110103", 2018, "government", {"received": 1}, None)])
    with index_of(tmp_path) as index:
        place = find_place(index, "CN-110000")
        assert place is not None
        for year, there in ((2018, True), (2021, False)):
            rows = asked(index, place, Choice(year, "children", sort="code"))
            assert ("CN-110103" in {row["jurisdiction"] for row in rows}) is there


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("name", ["", "甲子", "%", "'; DROP TABLE places; --", "\x1b[31m"])
def test_whatever_is_asked_for_is_a_value(tmp_path: Path, sort: str, name: str) -> None:
    write_country(tmp_path / "warehouse", [Known("CN-990101", 2021, "government", {"received": 1}, "published")])
    with index_of(tmp_path) as index:
        place = find_place(index, "CN-990000")
        assert place is not None
        rows = asked(index, place, Choice(2021, "county", sort=sort, name=name))
        assert [row["jurisdiction"] for row in rows] == (["CN-990101"] if name in "甲子县" else [])
        assert find_place(index, f"CN-990101{name}x") is None
