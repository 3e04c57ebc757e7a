"""Labels: what counts as the same in spite of numbering, quotes, spaces and misprints, and what never does."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.forms.labels import SIMILAR, LabelIndex, contains, normalise, rivals, similarity, tail_similarity
from transforms.forms.layout import layouts

TABLES = [(layout.edition, table) for layout in layouts() for table in layout.tables]
LABELS = [
    (label.labels[0], label.normal)
    for _, table in TABLES
    for block in table.blocks
    for label in (*block.rows, *block.columns)
]
OFFICIAL = sorted({words for words, _ in LABELS})


@pytest.mark.parametrize("edition", ["60号", "30号"])
@pytest.mark.parametrize("part", ["rows", "columns"])
def test_no_two_labels_of_one_table_are_similar(part: str, edition: str) -> None:
    for table in (table for name, table in TABLES if name == edition):
        labels = [label for block in table.blocks for label in (block.rows if part == "rows" else block.columns)]
        for one, other in combinations(labels, 2):
            scores = [similarity(a, b) for a in one.normal for b in other.normal]
            same_words = set(one.normal) & set(other.normal)
            assert max(scores) < SIMILAR or same_words, f"{one.labels} {other.labels}"


def test_labels_of_one_block_with_equal_words_stand_under_different_headings() -> None:
    for edition, table in TABLES:
        for block in table.blocks:
            for one, other in combinations([*block.rows, *block.columns], 2):
                equal = set(one.normal) & set(other.normal) and one.codes.keys() == other.codes.keys()
                assert not equal or one.under != other.under, f"{edition} {one.labels}"


def test_labels_that_are_too_near_are_rivals() -> None:
    words = ["政务微博公开政府信息数", "政务微信公开政府信息数", "同意公开答复数", "不同意公开答复数", "按时办结数"]
    assert rivals(words[0], words) == (words[1],)
    assert rivals(words[2], words) == (words[3],)
    assert rivals(words[4], words) == ()
    assert rivals("本年新收政府信息公开申请数量", ["上年结转政府信息公开申请数量"]) == ("上年结转政府信息公开申请数量",)


def test_a_misprint_between_two_labels_is_neither() -> None:
    index = LabelIndex([("政务微博公开政府信息数", 1), ("政务微信公开政府信息数", 2)])
    assert index.find("政务微视公开政府信息数") == ()
    assert index.find("政务微信公开政府信息数") == ((100.0, 2),)


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("2.其他法律行政止公开", "2.其他法律行政法规禁止公开"),
        ("采购项数量", "采购项目数量"),
        ("总 计", "总计"),
        ("总   计", "（七）总计"),
        ("(七) 总计", "（七）总计"),
        ("3.危及“三安全一稳定 ”", "3.危及“三安全一稳定”"),
        ('3.危及"三安全一稳定"', "3.危及“三安全一稳定”"),
        ("3.危及三安全一稳定", "3.危及“三安全一稳定”"),
        ("危及‘三安全一稳定’", "3.危及“三安全一稳定”"),
        ("1.属于国家秘密", "1.属于国家秘密"),
        ("1、属于国家秘密", "1.属于国家秘密"),
        ("1．属于国家秘密", "1.属于国家秘密"),
        ("①属于国家秘密", "1.属于国家秘密"),
        ("属于国家秘密", "1.属于国家秘密"),
        ("本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量"),
        ("一、 本年新收政府信息\n公开申请数量", "一、本年新收政府信息公开申请数量"),
        (
            "（二）部分公开（区分处理的,只计这一情形,不计其他情形）",
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        ),
        ("本年增／减", "本年增/减"),
        ("本年新\n制作数量", "本年新制作数量"),
    ],
)
def test_what_bodies_print_finds_its_label(printed: str, label: str) -> None:
    assert similarity(normalise(printed), normalise(label)) >= SIMILAR


@pytest.mark.parametrize(("one", "other"), [("结果维持", "结果纠正"), ("行政许可", "行政处罚"), ("总计", "其他")])
def test_short_labels_are_matched_exactly_or_not_at_all(one: str, other: str) -> None:
    assert similarity(normalise(one), normalise(other)) == 0.0


@given(st.sampled_from(OFFICIAL), st.data())
def test_a_label_is_found_with_white_space_anywhere(label: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(label)))
    space = data.draw(st.sampled_from([" ", "\n", "\u3000", "\u00a0", "  \n"]))
    assert normalise(label[:at] + space + label[at:]) == normalise(label)


@given(st.sampled_from(OFFICIAL), st.text(alphabet="年申请公开数量", max_size=12))
def test_the_tail_finds_what_the_bound_finds(label: str, before: str) -> None:
    """The quick test on common characters may not lose a label that the bound would keep."""
    wanted = normalise(label)
    for text in (before + wanted, before + wanted[1:], before + wanted[:-1], before + wanted[:2] + wanted[3:]):
        lengths = range(max(5, len(wanted) - 4), len(wanted) + 4)
        slow = max((similarity(text[-length:], wanted) for length in lengths if length <= len(text)), default=0.0)
        assert tail_similarity(text, wanted) == (100.0 if text.endswith(wanted) else slow)


def test_a_misprint_is_found_inside_a_header() -> None:
    assert contains(normalise("信息内容采购项数量采购总金额"), normalise("采购项目数量"))
    assert not contains(normalise("信息内容上一年项目数量"), normalise("采购总金额"))
