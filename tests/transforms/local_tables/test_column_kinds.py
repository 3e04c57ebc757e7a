"""The kind of a column by its header."""

from __future__ import annotations

import pytest

from transforms.local_tables.column_kinds import kind_of


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("序 号", "code"),
        ("行次", "code"),
        ("指标代码", "code"),
        ("计算单位", "unit"),
        ("统计指标", "label"),
        ("项　目", "label"),
        ("项目＼年份", "label"),
        ("备注", "remark"),
        ("历年累计", "cumulative"),
        ("自2008年起累计", "cumulative"),
        ("截至2013年底", "cumulative"),
        ("2008—2013年", "cumulative"),
        ("2013年累计", "cumulative"),
        ("上年数", "other_period"),
        ("本月累计", "cumulative"),
        ("2012年", "other_period"),
        ("2013年上半年", "other_period"),
        ("同比增长（%）", "other_period"),
        ("2013年度（件）", "this_year"),
        ("本年度", "this_year"),
        ("年度累计", "this_year"),
        ("全年数", "this_year"),
        ("合计", "whole"),
        ("全县合计", "whole"),
        ("数量（件）", "value"),
        ("统计数", "value"),
        ("县直单位", "level"),
        ("乡镇街道统计数", "level"),
        ("", "level"),
    ],
)
def test_a_header_says_what_its_numbers_are(header: str, kind: str) -> None:
    assert kind_of(header, 2013) == kind


def test_a_printed_year_is_another_one_if_the_report_s_is_unknown() -> None:
    assert kind_of("2013年", None) == "other_period"
    assert kind_of("本年", None) == "this_year"
