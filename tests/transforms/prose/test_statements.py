"""Figures told in prose: units, multiples, signs, and what is no figure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prose.statements import read_statements

NUMBERS = st.integers(0, 10**8)
WORDS = ["分别", "其中", "举办", "培训", "申请", "网络", "比上年", "增加", "百分之", "不少于", "每月", "等", "为"]
UNITS = st.sampled_from(["件", "条", "次", "万元", "%", "人次", "篇"])


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("全年收到申请106件。", "106", "件"),
        ("发布信息1,234条。", "1234", "条"),
        ("发布信息１２３４条。", "1234", "条"),
        ("投入经费12.5万元。", "12.5", "万元"),
        ("浏览量达1.5亿次。", "150000000", "次"),
        ("网站访问3万人次。", "30000", "人次"),
        ("总数较去年减少23件。", "-23", "件"),
        ("同比下降4.5%。", "-4.5", "%"),
        ("较去年增加了8件。", "8", "件"),
        ("公开了 16 件。", "16", "件"),
        ("办复率为100%。", "100", "%"),
        ("提高2个百分点。", "2", "个百分点"),
    ],
)
def test_value_and_unit(text: str, value: str, unit: str) -> None:
    (statement,) = read_statements(text)
    assert (statement.value, statement.unit) == (Decimal(value), unit)
    assert text[statement.start : statement.end].endswith(unit)


@pytest.mark.parametrize(
    "text", ["约300件", "近300件", "300余件", "300多件", "逾300件", "超过300件", "约为300件", "3百余件"]
)
def test_approximate_numbers_are_marked_and_not_rounded(text: str) -> None:
    (statement,) = read_statements(f"全年办理{text}。")
    assert (statement.value, statement.approximate) == (Decimal(300), True)


@pytest.mark.parametrize(
    ("text", "value", "approximate"),
    [
        ("较去年减少了23件。", -23, False),
        ("较去年减少近23件。", -23, True),
        ("较去年约减少23件。", -23, True),
        ("较去年减少为23件。", 23, False),
        ("较去年减少到23件。", 23, False),
        ("较去年下降至23件。", 23, False),
        ("件数为23件。", 23, False),
    ],
)
def test_less_by_a_number_is_negative_and_less_to_a_number_is_not(text: str, value: int, approximate: bool) -> None:
    (statement,) = read_statements(text)
    assert (statement.value, statement.approximate) == (Decimal(value), approximate)


@pytest.mark.parametrize(
    "text",
    [
        "2020年1月21日发布。",
        "依据威政办字〔2019〕16号文件。",
        "国务院令第711号，第20条规定。",
        "《政府公报》第3期已经出版。",
        "电话：0000-1234567，邮编：264400。",
        "在3个工作日内发布。",
        "每2个月检查。",
        "用时12个小时。",
        "坚持5年。",
        "《政府公报》第 3 期已经出版。",
        "每次收到3至5件。",
        "每次收到3-5件。",
        "落实《条例》第二十条。",
    ],
)
def test_dates_numbers_of_documents_and_spans_of_time_are_no_figures(text: str) -> None:
    assert list(read_statements(text)) == []


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("全年收到政府信息公开申请42件。", "applications_received"),
        ("全年办结42件。", "applications_answered"),
        ("行政复议案件0件。", "reconsiderations"),
        ("行政诉讼案件2件。", "litigations"),
        ("主动公开政府信息1234条。", "disclosed_items"),
        ("发布解读材料66件。", "policy_interpretations"),
        ("举办培训2次。", "trainings"),
        ("办理人大代表建议49件。", "congress_proposals"),
        ("开展某事9次。", "other"),
    ],
)
def test_known_metrics(text: str, metric: str) -> None:
    (statement,) = read_statements(text)
    assert statement.metric == metric


def test_zero_is_a_figure() -> None:
    (statement,) = read_statements("行政复议0件。")
    assert statement.value == 0


def test_a_sentence_with_several_figures_gives_each_with_its_own_words() -> None:
    text = "（一）概况。共发布文件19件，其中主动公开16件、依申请公开2件（不予公开1件）。"
    statements = list(read_statements(text))
    assert [(statement.label, int(statement.value)) for statement in statements] == [
        ("发布文件", 19),
        ("主动公开", 16),
        ("依申请公开", 2),
        ("不予公开", 1),
    ]
    assert {statement.sentence for statement in statements} == {text.removeprefix("（一）概况。")}


@given(NUMBERS, UNITS, st.booleans())
def test_any_number_with_a_unit_is_read_and_placed(number: int, unit: str, grouped: bool) -> None:
    printed = f"{number:,}" if grouped else str(number)
    text = f"前言。全年办理事项{printed}{unit}，完成。"
    (statement,) = read_statements(text)
    assert statement.value == number
    assert text[statement.start : statement.end] == printed + unit


@given(
    st.lists(
        st.sampled_from([*"0123456789年月日件条第〔〕号。；，、：.万余约减少 （）【】-/%一二两十百千和的", *WORDS]),
        max_size=30,
    ).map("".join)
)
def test_every_figure_stands_where_it_says(text: str) -> None:
    statements = list(read_statements(text))
    for statement in statements:
        assert text[statement.start : statement.end].endswith((statement.unit, *"一二两十百千0123456789余"))
        assert text[statement.start] in "0123456789一二两十百千万"
        assert statement.sentence in text
        assert set(statement.label) <= set(text)
    assert [one.start for one in statements] == sorted({one.start for one in statements})
