"""Values in a line of text, each with the marks that touch it."""

from __future__ import annotations

import pytest

from transforms.forms.values import folded
from transforms.tables.text.running_values import is_almost_a_number, is_sign, value_spans


def _values(line: str) -> list[str]:
    return [line[start:end] for start, end in value_spans(folded(line))]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("行政许可 31", ["31"]),
        ("行政许可31 件", ["31 件"]),
        ("减3 — / 空 0", ["减3", "—", "/", "空", "0"]),
        ("3.危及“三安全一稳定”4 0 0", ["4", "0", "0"]),
        ("（一）予以公开 39 0 （二）部分公开", ["39", "0"]),
        ("0（二）部分公开（区分处理的，只计这一情形）12 0", ["0", "12", "0"]),
        ("本年收费金额（单位：万元）13.50", ["13.50"]),
        ("2023年收到申请12件，办结12件。", []),
        ("│ 行政许可 │ 31 │", ["31"]),
        ("共计 12 件 5", ["12 件", "5"]),
    ],
)
def test_plain_values(line: str, values: list[str]) -> None:
    assert _values(line) == values


@pytest.mark.parametrize(
    "mark",
    [
        *("≈31", "↑31", "—31", "<31", "31%", "31‰", "31?", "31*", "31①", "31²", "31（注1）", "约31", "31 左右", "31/4"),
        *("31-40", "~31", "№31", "￥31", "“31”", "31#", "/31", "31+", "31余", "31\ufffc", "31_", "=31"),
    ],
)
def test_a_mark_stays_with_its_number(mark: str) -> None:
    values = _values(f"行政许可 {mark} 5")
    assert "31" not in values
    assert values in ([mark, "5"], ["5"])


@pytest.mark.parametrize("mark", ["①", "√", "*", "○", "…", "※", "?", "\ufffc"])
def test_a_mark_of_its_own_is_a_value_among_values(mark: str) -> None:
    assert _values(f"属于国家秘密 3 {mark} 0") == ["3", mark, "0"]
    assert _values(f"属于国家秘密 3 {mark}") == ["3", mark]


@pytest.mark.parametrize("mark", ["≤", "※", "№", "①", ">"])
def test_a_mark_between_a_label_and_its_number_stays_with_it(mark: str) -> None:
    assert _values(f"属于国家秘密 {mark} 3 0") == [f"{mark} 3", "0"]
    assert _values(f"属于 {mark} 国家秘密 3 0") == ["3", "0"]
    assert _values(f"属于国家秘密 3 {mark} 4 0") == ["3", mark, "4", "0"]


@pytest.mark.parametrize("text", ["【注】", "│", "第二十条", "。", "| |", ""])
def test_words_frames_and_dashes_are_no_signs(text: str) -> None:
    assert not is_sign(text)


@pytest.mark.parametrize("text", ["规章", "5.要求提供", "1、信访", "2023年", "12月", "31", "—", "第3条"])
def test_labels_and_values_are_not_almost_numbers(text: str) -> None:
    assert not is_almost_a_number(text)
