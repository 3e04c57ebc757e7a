"""What must hold between cells, between years, and between table and prose."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.reader import read_documents
from tests.support.examples import examples
from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.figures import make_figures
from transforms.checks.checks import check_figures, check_years
from transforms.checks.rules import Numbers
from transforms.forms.layout import Key
from transforms.prose.chapter_text import ChapterText
from transforms.prose.statements import read_statements
from transforms.report import Context, Report, interpret
from transforms.rows import numbers_of

QUICK = settings(max_examples=examples(8), deadline=None)
SEEDS = st.integers(0, 10**6)
YEARS = st.sampled_from([2019, 2020, 2021, 2022, 2023, 2024])


def _numbers(year: int, seed: int) -> dict[str, dict[Key, Decimal | None]]:
    figures = make_figures("甲子县", year, seed)
    tables: dict[str, dict[Key, str]] = {
        "disclosures": {(*key,): text for key, text in figures.disclosures.items()},
        "requests": {(*key,): text for key, text in figures.requests.items()},
        "proceedings": {(*key,): text for key, text in figures.proceedings.items()},
    }
    plain = str.maketrans({"增": "+", "减": "-"})
    return {
        table: {key: Decimal(text.removesuffix("万元").translate(plain)) for key, text in cells.items()}
        for table, cells in tables.items()
    }


def _changed(numbers: Numbers, table: str, key: Key, by: int) -> Numbers:
    old = numbers[table][key]
    assert old is not None
    return {**numbers, table: {**numbers[table], key: old + by}}


@QUICK
@given(year=YEARS, seed=SEEDS)
def test_consistent_years_break_no_rule(year: int, seed: int) -> None:
    now, before = _numbers(year, seed), _numbers(year - 1, seed) if year > 2019 else {}
    assert check_figures(now, ()) == []
    if year != 2021:  # the forms of 2020 and 2021 share no figure of documents
        assert check_years(now, before) == []
    assert check_years(now, {}) == []


@QUICK
@given(seed=SEEDS, year=st.sampled_from([2020, 2022, 2023]), data=st.data())
def test_a_stock_that_does_not_follow_from_last_year_s_is_found(seed: int, year: int, data: st.DataObject) -> None:
    now, before = _numbers(year, seed), _numbers(year - 1, seed)
    table, key, check = data.draw(
        st.sampled_from(
            [("requests", ("carried_in", "business"), "requests_carried_over")]
            + (
                [("disclosures", ("20(5)", "licence", "items_last_year"), "items_carried_over")]
                if year == 2020
                else [("disclosures", ("20(1)", "normative_document", "in_force"), "stock_in_force")]
            )
        )
    )
    by = data.draw(st.integers(-9, 9).filter(bool))
    (found,) = check_years(_changed(now, table, key, by), before)
    assert (found.check, found.severity, found.table) == (check, "warning", table)
    assert "/".join(key) in found.cells
    assert Decimal(str(found.actual)) - Decimal(str(found.expected)) == by


def test_what_is_unknown_breaks_no_rule() -> None:
    now, before = _numbers(2023, 1), _numbers(2022, 1)
    blank: Key = ("carried_out", "business")
    assert check_years(now, {**before, "requests": {**before["requests"], blank: None}}) == []
    assert check_years(now, {"requests": {("total", "total"): Decimal(99)}}) == []


def test_a_report_that_repeats_last_year_s_is_found() -> None:
    now = _numbers(2023, 7)
    assert [found.check for found in check_years(now, now) if found.check == "figures_of_last_year"]
    zero = {table: dict.fromkeys(numbers, Decimal()) for table, numbers in now.items()}
    assert check_years(zero, zero) == []


@QUICK
@given(seed=SEEDS, number=st.integers(0, 10**6))
def test_prose_that_tells_another_number_than_the_table_is_found(seed: int, number: int) -> None:
    now = _numbers(2023, seed)
    received, carried_in = (now["requests"][outcome, "total"] for outcome in ("received", "carried_in"))
    assert received is not None
    assert carried_in is not None
    overview = _overview(f"全年共收到政府信息公开申请{number}件，其中网络申请1件。")
    right = number in (received, received + carried_in) or (received == 1 or received + carried_in == 1)
    assert [found.check for found in check_figures(now, overview)] == ([] if right else ["requests_prose_mismatch"])


@pytest.mark.parametrize(
    "text",
    [
        "全年收到申请约900件。",
        "上年工作平稳。",
        "全年收到来信900件。",
        "去年收到政府信息公开申请900件。",
        "收到政府信息公开申请数量比上年增加900件。",
        "受理行政许可申请900件，办结900件。",
        "办结12345热线工单900件，答复留言900件。",
        "计划开展政府信息公开申请培训，收到申请由900件降至901件。",
    ],
)
def test_prose_that_gives_no_exact_number_contradicts_nothing(text: str) -> None:
    assert check_figures(_numbers(2023, 1), _overview(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本年度未发生行政复议。", ["reconsiderations_prose_mismatch"]),
        (
            "全年没有因信息公开被提起行政复议、行政诉讼的案件。",
            ["reconsiderations_prose_mismatch", "litigations_prose_mismatch"],
        ),
        ("行政复议5件。", []),
        ("无行政复议被纠正。", []),
        ("未经行政复议直接提起行政诉讼5件。", ["direct_litigations_prose_mismatch"]),
        ("未经行政复议直接提起行政诉讼1件。", []),
    ],
)
def test_prose_that_denies_what_the_table_prints_is_found(text: str, found: list[str]) -> None:
    channels = {("reconsideration", "total"): 5, ("litigation_direct", "total"): 1}
    channels |= {("litigation_after_reconsideration", "total"): 2}
    now: Numbers = {"proceedings": {key: Decimal(number) for key, number in channels.items()}}
    assert [one.check for one in check_figures(now, _overview(text))] == found
    none: Numbers = {"proceedings": dict.fromkeys(channels, Decimal())}
    assert check_figures(none, _overview("未发生行政复议。")) == []


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ("政策30条、动态9条、其他1条", []),
        ("政策30条、动态9条、其他2条", [("breakdown_prose_mismatch", "40", "41")]),
        ("政策30条、动态约9条、其他2条", []),
    ],
)
def test_a_breakdown_that_does_not_add_up_is_found(parts: str, found: list[tuple[str, str, str]]) -> None:
    text = f"全年公开信息40条。按内容分类，{parts}。"
    findings = check_figures({}, _overview(text))
    assert [(one.check, one.expected, one.actual) for one in findings] == found


def test_a_breakdown_may_follow_how_much_the_whole_grew() -> None:
    text = "全年公开信息40条，比上年增加6条。按内容分类，政策30条、动态9条、其他1条。"
    assert check_figures({}, _overview(text)) == []


def test_the_rules_are_asked_of_every_report() -> None:
    report = _report(2020, 3)
    key = ("20(1)", "normative_document", "disclosed_total")
    assert not [found for found in report.findings if found.check == "disclosed_over_total"]
    low = _changed(numbers_of(report.matched.readings), "disclosures", key, -(10**6))
    (found,) = check_figures(low, ())
    assert (found.check, found.cells[-1]) == ("disclosed_over_total", "/".join(key))


def _overview(text: str) -> list[ChapterText]:
    return [ChapterText(1, "一、总体情况", "overview", text, list(read_statements(text)))]


def _report(year: int, seed: int) -> Report:
    printed = print_report(year, seed, as_drawn)
    text = flatten_report(printed.title, printed.parts, bare_tabs, Random(seed))
    return interpret(read_documents(text.encode()), Context())
