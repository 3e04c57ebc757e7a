"""Each panel check on a few reports by hand: what it finds, what it must leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import pytest

from nianbao import DeclarationError
from transforms.jurisdictions.agencies import agency_in
from transforms.panel_checks.declared import PanelCheck, figures, panel_checks
from transforms.panel_checks.findings import find_all
from transforms.panel_checks.registry import functions, require_pairs

YEARS = range(2019, 2025)
COUNTY, OLD, NEW = "CN-140522", "CN-130223", "CN-130284"
"""A county; a county that has been a city with another code since 2018."""
_KINDS = {"人民政府": "government", "人民政府办公室": "government_office"}


def report(code: str, body: str, year: int, **figures_of: object) -> dict[str, object]:
    """Return a report whose figures tell nothing but what is given; `tables` tells them apart."""
    agency = agency_in(code, body)
    kind = _KINDS.get(body, "township" if body.endswith(("镇人民政府", "街道办事处")) else "department")
    own = {"jurisdiction": code, "year": year, "agency_id": agency.agency_id, "agency": agency.name, "kind": kind}
    tables = figures_of.pop("tables", f"{code}{body}{year}")
    of_tables = {"signature": hash(tables) & (2**64 - 1), "above_zero": 20, "tenths": 100}
    return {"report_id": f"{agency.agency_id}-{year}", **own, **of_tables, **figures_of}


@dataclass
class Given:
    """Reports in one area, with what is known about them."""

    rows: list[dict[str, object]]
    told_rows: list[tuple[str, str]] = field(default_factory=list)
    gap_rows: list[tuple[str, int, str | None]] = field(default_factory=list)
    scope_rows: list[tuple[str, str]] = field(default_factory=list)

    def areas(self) -> list[tuple[str, ...]]:
        return [("CN-",)]

    def reports(self, area: Sequence[str]) -> pd.DataFrame:
        frame = pd.DataFrame(self.rows).reindex(columns=[*self.rows[0], *(figures().keys() - self.rows[0].keys())])
        whole = dict.fromkeys(["year", "above_zero", "tenths", *figures()], "Int64")
        return frame.astype(whole | {"signature": "UInt64"})

    def told(self, area: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame(self.told_rows, columns=["report_id", "check"], dtype="str")

    def gaps(self, area: Sequence[str]) -> pd.DataFrame:
        gaps = pd.DataFrame(self.gap_rows, columns=["jurisdiction", "year", "agency_id"])
        return gaps.astype({"jurisdiction": "str", "year": "Int64", "agency_id": "str"})

    def scopes(self, area: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame(self.scope_rows, columns=["report_id", "sentence"], dtype="str")


def found(check: str, given: Given) -> list[tuple[object, ...]]:
    """Return year, expected and actual of what a check finds."""
    findings = [one for _, own in find_all(given, [check], lambda done, total: None) for one in own]
    return [(one.year, one.row["expected"], one.row["actual"]) for one in findings]


def test_every_entry_has_its_function() -> None:
    assert functions().keys() == panel_checks().keys()


def test_an_entry_without_function_and_the_reverse_are_refused() -> None:
    declared, known = dict(panel_checks()), dict(functions())
    odd = PanelCheck(severity="info", message="odd")
    with pytest.raises(DeclarationError, match="entries and functions in checks/ differ: new"):
        require_pairs({**declared, "new": odd}, known)
    del declared["equal_tables"]
    with pytest.raises(DeclarationError, match="differ: equal_tables"):
        require_pairs(declared, known)
    with pytest.raises(DeclarationError, match=r"checks.equal_tables.parameters: give digits"):
        require_pairs({**declared, "equal_tables": odd}, known)


def test_what_is_carried_in_equals_what_last_year_carried_out() -> None:
    large = 3_000_000_000_000
    rows = [
        report(COUNTY, "教育局", 2020, carried_out_total=large),
        report(COUNTY, "教育局", 2021, carried_in_total=large + 1, carried_out_total=4),
        report(COUNTY, "教育局", 2022, carried_in_total=None, carried_out_total=2),
        report(COUNTY, "教育局", 2024, carried_in_total=9),
    ]
    assert found("requests_carried_over", Given(rows)) == [(2021, str(large), str(large + 1))]
    told = [(str(rows[1]["report_id"]), "requests_carried_over")]
    assert found("requests_carried_over", Given(rows, told_rows=told)) == []


def test_a_body_is_followed_when_the_code_of_its_division_changes() -> None:
    rows = [
        report(OLD, "教育局", 2017, carried_out_total=3),
        report(NEW, "教育局", 2018, carried_in_total=5),
        report(NEW, "公安局", 2018, carried_in_total=7),
    ]
    assert found("requests_carried_over", Given(rows)) == [(2018, "3", "5")]


def test_figures_of_another_year() -> None:
    rows = [report(COUNTY, "教育局", year, tables=kind) for year, kind in zip(YEARS, "abbcad", strict=True)]
    assert found("figures_of_last_year", Given(rows)) == [(2021, None, "20")]
    assert found("figures_of_earlier_year", Given(rows)) == [(2023, None, "20")]
    few = [{**row, "above_zero": 11} for row in rows]
    assert found("figures_of_last_year", Given(few)) == found("figures_of_earlier_year", Given(few)) == []


def test_a_figure_that_jumps() -> None:
    series = dict(zip(YEARS, (100, 110, 1200, 90, None, 105), strict=True))
    rows = [report(COUNTY, "教育局", year, received=value) for year, value in series.items()]
    assert found("figure_jumps", Given(rows)) == [(2021, "102", "1200")]
    short = [row for row in rows if int(str(row["year"])) < 2022]
    assert found("figure_jumps", Given(short)) == []


def test_small_figures_do_not_jump() -> None:
    series = zip(YEARS, (0, 1, 12, 0, 1, 0), strict=True)
    rows = [report(COUNTY, "教育局", year, received=value) for year, value in series]
    assert found("figure_jumps", Given(rows)) == []


def test_what_all_peers_do_is_no_jump() -> None:
    rows = [
        report(COUNTY, f"{name}局", year, received=size * (10 if year == 2021 else 1))
        for name, size in ((f"第{number}", 40 + number) for number in range(120))
        for year in YEARS
    ]
    assert found("figure_jumps", Given(rows)) == []


def test_a_figure_far_beyond_its_peers() -> None:
    rows = [report(COUNTY, f"第{number}局", 2024, received=number % 20) for number in range(200)]
    assert found("figure_beyond_peers", Given([*rows, report(COUNTY, "教育局", 2024, received=600)])) == [
        (2024, "19", "600")
    ]


SCOPE = "汇总各镇（街道）、县直各部门政府信息公开年度报告编制而成"


def counted(sentence: str = SCOPE, whole: int | None = 9) -> Given:
    rows = [
        report(COUNTY, "人民政府", 2024, received=whole),
        report(COUNTY, "人民政府办公室", 2024, received=whole),
        report(COUNTY, "教育局", 2024, received=6),
        report(COUNTY, "公安局", 2024, received=None),
        report(COUNTY, "东关镇人民政府", 2024, received=4),
    ]
    return Given(rows, scope_rows=[(str(rows[0]["report_id"]), sentence)])


def test_a_government_that_counts_others_in_has_at_least_as_many() -> None:
    assert found("parts_exceed_whole", counted()) == [(2024, "10", "9")]
    assert found("parts_exceed_whole", counted(whole=10)) == []
    assert found("parts_exceed_whole", counted(whole=None)) == []
    assert found("parts_exceed_whole", counted("汇总县直各部门工作情况编制而成")) == []
    assert found("parts_exceed_whole", Given(counted().rows)) == []


def test_a_prefecture_that_counts_its_counties_in() -> None:
    rows = [report("CN-140500", "人民政府", 2024, received=5), report(COUNTY, "人民政府", 2024, received=9)]
    scope = [(str(rows[0]["report_id"]), "综合各县（市、区）人民政府和市直各部门年度报告编制而成")]
    assert found("parts_exceed_whole", Given(rows, scope_rows=scope)) == [(2024, "9", "5")]


BODIES = ("人民政府", "公安局", "东关镇人民政府", "水务局", "财政局")


def place(code: str = COUNTY, last: int = 2022, **more: int) -> list[dict[str, object]]:
    """Return the reports of a place in which the bureau of education reports until `last`, others from a year on."""
    rows = [report(code, body, year) for body in BODIES for year in YEARS]
    rows += [report(code, "教育局", year) for year in YEARS if year <= last]
    return rows + [report(code, body, year) for body, first in more.items() for year in YEARS if year >= first]


def test_a_body_that_stopped() -> None:
    assert found("body_stopped", Given(place())) == [(2022, "5", "5")]
    assert found("body_stopped", Given(place(last=2023))) == []


def test_a_body_that_another_followed_has_not_stopped() -> None:
    assert found("body_stopped", Given(place(教育体育局=2023))) == []


def test_a_town_that_became_a_subdistrict_has_not_stopped() -> None:
    rows = [report(COUNTY, body, year) for body in BODIES for year in YEARS]
    rows += [report(COUNTY, "南河镇人民政府", year) for year in YEARS if year <= 2022]
    assert len(found("body_stopped", Given(rows))) == 1
    rows += [report(COUNTY, "南河街道办事处", year) for year in YEARS if year > 2022]
    assert found("body_stopped", Given(rows)) == []


def test_a_body_whose_reports_are_known_to_be_lacking_has_not_stopped() -> None:
    body = str(agency_in(COUNTY, "教育局").agency_id)
    for gap in ((COUNTY, 2023, body), (COUNTY, 2024, body), (COUNTY, 2024, None)):
        assert found("body_stopped", Given(place(), gap_rows=[gap])) == []
    assert found("body_stopped", Given(place(), gap_rows=[(COUNTY, 2022, body), (NEW, 2024, None)])) != []


def test_a_place_that_stopped_is_not_told_body_by_body() -> None:
    rows = [report(COUNTY, body, year) for body in (*BODIES, "教育局") for year in YEARS if year <= 2022]
    others = [report("CN-140521", body, year) for body in BODIES for year in YEARS]
    assert found("body_stopped", Given(rows + others)) == []


def test_bodies_that_a_reform_abolished_have_not_stopped() -> None:
    codes = ["CN-140521", COUNTY, "CN-140524", "CN-140525", "CN-140581", "CN-140502", "CN-140106"]
    rows = [row for code in codes for row in place(code)]
    assert found("body_stopped", Given(rows)) == []


def test_equal_figures_of_two_bodies() -> None:
    other = "CN-140521"
    rows = [report(COUNTY, "教育局", 2024, tables="same"), report(other, "公安局", 2024, tables="same")]
    assert found("equal_tables", Given(rows)) == [(2024, None, None)] * 2
    assert found("equal_tables", Given([{**row, "tenths": 79} for row in rows])) == []
    later = [rows[0], report(other, "公安局", 2023, tables="same")]
    assert found("equal_tables", Given(later)) == []


def test_a_government_and_its_office_may_publish_one_report() -> None:
    rows = [report(COUNTY, body, 2024, tables="same") for body in ("人民政府", "人民政府办公室")]
    assert found("equal_tables", Given(rows)) == []
    assert len(found("equal_tables_of_office", Given(rows))) == 2
    elsewhere = [rows[0], report("CN-140521", "人民政府办公室", 2024, tables="same")]
    assert len(found("equal_tables", Given(elsewhere))) == 2
    assert found("equal_tables_of_office", Given(elsewhere)) == []


def test_no_reports_at_all() -> None:
    class Nothing(Given):
        def areas(self) -> list[tuple[str, ...]]:
            return []

    assert found("equal_tables", Nothing([])) == []
