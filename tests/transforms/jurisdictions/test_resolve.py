"""Divisions of 1980 to today, and the division of a year that an agency's name tells."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from transforms.dimension_rows import jurisdiction_rows
from transforms.jurisdictions.build.overlay import read_overlay
from transforms.jurisdictions.divisions import (
    SINCE_EVER,
    TO_THIS_DAY,
    Division,
    division_in,
    division_names,
    jurisdictions,
)
from transforms.jurisdictions.resolve import body_name, resolve_jurisdiction
from warehouse.publish.row_validation import validate
from warehouse.schema import load_tables

DIVISIONS = tuple(jurisdictions().values())
REPORT_YEARS = range(2008, 2026)
FIRST_YEAR, LAST_YEAR = 1980, 2026

RESOLVED = [
    ("威海市文登区侯家镇人民政府", 2020, "CN-371003"),
    ("文登市人民政府", 2012, "CN-371081"),
    ("威海火炬高技术产业开发区党政办公室", 2020, "CN-371071"),
    ("威海经济技术开发区管理委员会", 2020, "CN-371072"),
    ("莱州市人民政府", 2020, "CN-370683"),
    ("沭阳县发展和改革局", 2023, "CN-321322"),
    ("江苏省宿迁市沭阳县教育局", 2023, "CN-321322"),
    ("江苏沭阳县教育局", 2023, "CN-321322"),
    ("洪泽区人民政府", 2023, "CN-320813"),
    ("洪泽县人民政府", 2015, "CN-320829"),
    ("海门市人民政府", 2019, "CN-320684"),
    ("海门区人民政府", 2020, "CN-320614"),
    ("新津县人民政府", 2019, "CN-510132"),
    ("成都市新津区人民政府", 2020, "CN-510118"),
    ("北京市崇文区人民政府", 2008, "CN-110103"),
    ("淮安市楚州区人民政府", 2009, "CN-320803"),
    ("淮安市淮安区人民政府", 2015, "CN-320803"),
    ("襄樊市襄城区人民政府", 2009, "CN-420602"),
    ("襄阳市襄城区人民政府", 2012, "CN-420602"),
    ("三元区人民政府", 2020, "CN-350403"),
    ("三元区人民政府", 2021, "CN-350404"),
    ("儋州市人民政府", 2012, "CN-469003"),
    ("儋州市人民政府", 2020, "CN-460400"),
    ("莱芜市人民政府", 2018, "CN-371200"),
    ("东莞市人民政府", 2020, "CN-441900"),
    ("黑龙江省大兴安岭地区加格达奇区人民政府", 2020, "CN-232761"),
    ("和康县人民政府", 2024, "CN-653228"),
    ("国家税务总局威海市文登区税务局", 2020, "CN-371003"),
    ("新疆生产建设兵团第八师石河子市", 2020, "CN-659001"),
    ("唐山市芦台经济开发区管委会", 2020, "CN-130271"),
    ("中山市东区街道办事处", 2020, "CN-442000"),
    ("威海市城市管理局", 2020, "CN-371000"),
    ("威海市市场监督管理局", 2020, "CN-371000"),
    ("威海市南海新区管理委员会", 2020, "CN-371000"),  # a zone without a code of its own
]


@pytest.mark.parametrize(("agency", "year", "code"), RESOLVED)
def test_an_agency_is_of_the_division_of_its_year(agency: str, year: int, code: str) -> None:
    assert resolve_jurisdiction(agency, None, year) == code


@pytest.mark.parametrize(
    ("agency", "year", "code"),
    [
        ("文登区人民政府", 2012, "CN-371081"),  # published again under today's name
        ("文登市人民政府", 2020, "CN-371003"),
        ("海门市人民政府", 2020, "CN-320614"),
        ("淮安区人民政府", 2009, "CN-320803"),
        ("莱城区人民政府", 2020, "CN-370116"),
        ("居巢区人民政府", 2012, "CN-340181"),
    ],
)
def test_a_name_of_before_or_after_a_change_stands_for_the_same_division(agency: str, year: int, code: str) -> None:
    assert resolve_jurisdiction(agency, None, year) == code


@pytest.mark.parametrize(
    ("agency", "year"),
    [
        ("鼓楼区人民政府", 2020),
        ("崇文区人民政府", 2015),  # merged: its successor is another division
        ("滨海新区人民政府", 2008),
        ("莱芜市人民政府", 2020),
        ("白杨市人民政府", 2019),
        ("东区街道办事处", 2020),  # a subdistrict of some city, not the district 东区 of 攀枝花
        ("教育局", 2020),
        ("甲子县人民政府", 2020),
        ("江苏省甲子县教育局", 2020),  # a county that is not known, not the province
        ("宿迁市甲子区人民政府", 2020),
        ("", 2020),
    ],
)
def test_a_name_that_fits_none_or_several_is_not_guessed(agency: str, year: int) -> None:
    assert resolve_jurisdiction(agency, None, year) is None


def test_without_a_year_the_division_is_that_of_today() -> None:
    assert resolve_jurisdiction("文登区人民政府", None, None) == "CN-371003"
    assert resolve_jurisdiction("文登市人民政府", None, None) == "CN-371003"


def test_of_several_the_one_below_the_portals_division_is_meant() -> None:
    assert resolve_jurisdiction("鼓楼区人民政府", None, 2020, "CN-320100") == "CN-320106"
    assert resolve_jurisdiction("鼓楼区人民政府", None, 2020, "CN-350102") == "CN-350102"
    assert resolve_jurisdiction("鼓楼区人民政府", None, 2020, "CN-371000") is None
    assert resolve_jurisdiction("沭阳县人民政府", None, 2020, "CN-371000") == "CN-321322"


def test_names_of_a_portal_go_before_the_national_list_in_every_way_to_write_them() -> None:
    own = {"高新区": "CN-371071", "鼓楼区": "CN-410204", "文登区": "CN-371003", "甲子县": "CN-990101"}
    for agency in ("高新区管委会", "威海市高新区管委会", "山东省威海市高新区管理委员会"):
        assert resolve_jurisdiction(agency, own, 2020) == "CN-371071"
        assert body_name(agency, own, 2020) == "管理委员会"
    assert resolve_jurisdiction("鼓楼区人民政府", own, 2020) == "CN-410204"
    assert resolve_jurisdiction("文登区教育局", own, 2012) == "CN-371081"
    assert resolve_jurisdiction("甲子县教育局", own, 2012) == "CN-990101"
    assert resolve_jurisdiction("威海市环翠区教育局", {"威海市": "CN-371000"}, 2020) == "CN-371002"


@pytest.mark.parametrize(
    ("agencies", "year", "body"),
    [
        (
            ["洪泽区人民政府", "淮安市洪泽区人民政府", "江苏省淮安市洪泽区人民政府", "洪泽区", "洪泽区政府"],
            2023,
            "人民政府",
        ),
        (["文登市教育局", "文登区教育局", "威海市文登市教育局", "山东省威海市文登市教育局"], 2012, "教育局"),
        (["国家税务总局沭阳县税务局", "沭阳县税务局", "国家税务总局宿迁市沭阳县税务局"], 2020, "税务局"),
        (
            ["威海经济技术开发区管委会", "威海经济技术开发区管理委员会", "威海市经济技术开发区管委会"],
            2020,
            "管理委员会",
        ),
        (["第八师石河子市人民政府", "新疆生产建设兵团第八师石河子市人民政府"], 2020, "人民政府"),
    ],
)
def test_the_body_is_the_same_for_every_way_to_write_its_division(agencies: list[str], year: int, body: str) -> None:
    assert {body_name(agency, None, year) for agency in agencies} == {body}
    assert len({resolve_jurisdiction(agency, None, year) for agency in agencies}) == 1


def _years(first: int | None, last: int | None) -> tuple[int, int]:
    return first or SINCE_EVER, last or TO_THIS_DAY


def test_no_code_stands_twice_and_none_is_one_of_our_own() -> None:
    rows = jurisdiction_rows({"CN-990101": "甲子县", "CN-371003": "文登区"})
    codes = Counter(str(row["jurisdiction"]) for row in rows)
    assert codes.most_common(1)[0][1] == 1
    assert len(rows) == len(DIVISIONS) + 1
    assert not [code for code in jurisdictions() if code.startswith("CN-99")]


def test_every_row_of_the_dimension_fits_its_table() -> None:
    table = load_tables()["jurisdictions"]
    for row in jurisdiction_rows({"CN-990101": "甲子县"}):
        validate(table, row)


def test_years_run_forwards_and_parents_were_in_force_when_their_divisions_last_were() -> None:
    for division in DIVISIONS:
        first, last = _years(division.valid_from, division.valid_to)
        assert first <= last, division
        assert (division.parent is None) == division.jurisdiction.endswith("0000"), division
        if division.parent:
            parent = jurisdictions()[division.parent]
            above_first, above_last = _years(parent.valid_from, parent.valid_to)
            assert above_first <= last <= above_last, division
            assert division.full_name.endswith(division.name)


def test_a_code_has_one_name_at_a_time() -> None:
    assert set(division_names()) == set(jurisdictions())
    for code, held in division_names().items():
        dated = sorted((one.first, one.last) for one in held if (one.first, one.last) != (SINCE_EVER, TO_THIS_DAY))
        assert all(before[1] < after[0] for before, after in pairwise(dated)), code


def test_successors_are_divisions_that_go_on_when_their_predecessor_has_ended() -> None:
    for division in DIVISIONS:
        assert not (division.successors and division.valid_to is None), division
        for successor in division.successors:
            first, last = _years(jurisdictions()[successor].valid_from, jurisdictions()[successor].valid_to)
            assert division.valid_to is not None
            assert first <= division.valid_to + 1 <= last, division


def test_every_division_that_ended_while_there_were_reports_has_a_successor() -> None:
    unknown = [one for one in DIVISIONS if (one.valid_to or TO_THIS_DAY) >= REPORT_YEARS[0] and not one.successors]
    assert [one.name for one in unknown if one.valid_to] == ["九里区"]  # divided among several districts of 徐州


def test_every_line_of_the_overlay_is_in_the_built_list_with_its_reason() -> None:
    for line in read_overlay():
        division = jurisdictions()[line.jurisdiction]
        assert line.reason
        built = {
            "successors": ";".join(division.successors),
            "level": division.level,
            "valid_from": str(division.valid_from),
            "valid_to": str(division.valid_to),
            "name": division.name,
        }
        assert built[line.column] == line.value, line


@st.composite
def divisions_in_a_year(draw: st.DrawFn) -> tuple[Division, int]:
    """Return a division, and a year in which it had its last name."""
    division = draw(st.sampled_from(DIVISIONS))
    first = next(held.first for held in reversed(division_names()[division.jurisdiction]) if held.name == division.name)
    return division, draw(st.integers(max(first, FIRST_YEAR), division.valid_to or LAST_YEAR))


def _shares_its_name(division: Division) -> bool:
    """Whether another division of the province had the name, so that the two may be written alike."""
    alike = [
        code
        for code, held in division_names().items()
        if code[:5] == division.jurisdiction[:5] and any(one.name == division.name for one in held)
    ]
    return len(alike) > 1


ENDINGS = st.sampled_from(["", "人民政府", "教育局", "人民政府办公室"])


@settings(deadline=None, max_examples=examples(60))  # the first example reads the lists
@given(divisions_in_a_year(), ENDINGS)
@example((jurisdictions()["CN-371081"], 2013), "人民政府")
@example((jurisdictions()["CN-371003"], 2014), "人民政府")
def test_a_division_resolves_from_its_full_name_when_it_was_in_force(one: tuple[Division, int], ending: str) -> None:
    division, year = one
    found = resolve_jurisdiction(division.full_name + ending, None, year)
    assert found == division.jurisdiction or (found is None and _shares_its_name(division))
    assert body_name(division.full_name + ending, None, year) == (ending or "人民政府")


@settings(deadline=None, max_examples=examples(60))
@given(st.sampled_from(DIVISIONS), st.sampled_from(REPORT_YEARS))
def test_the_code_of_another_year_is_in_force_in_that_year_and_leads_back(division: Division, year: int) -> None:
    found = division_in(division.jurisdiction, year)
    if found is not None:
        first, last = _years(jurisdictions()[found].valid_from, jurisdictions()[found].valid_to)
        assert first <= year <= last
        assert division_in(found, max(division.valid_from or FIRST_YEAR, FIRST_YEAR)) == division.jurisdiction


@settings(deadline=None)
@given(st.text(max_size=40), st.integers(FIRST_YEAR, LAST_YEAR))
def test_any_text_is_resolved_without_error_and_its_body_is_an_end_of_it(agency: str, year: int) -> None:
    resolve_jurisdiction(agency, None, year)
    body = body_name(agency, None, year)
    assert body == "人民政府" or agency.replace("管委会", "管理委员会").endswith(body)
