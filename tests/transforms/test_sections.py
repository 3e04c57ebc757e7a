"""Headings of the six sections, and lines joined to paragraphs."""

from __future__ import annotations

import pytest

from extractors.document import Block
from transforms.sections import PREAMBLE, SECTIONS, running_text, split_sections, without_table

HEADINGS = {
    "overview": "一、总体情况",
    "disclosures": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "proceedings": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}


def _sections(*lines: str) -> dict[str, str]:
    return {name: running_text(parts) for name, parts in split_sections([Block(line) for line in lines]).items()}


def _report(**headings: str) -> list[str]:
    return ["前言。", *(line for name in SECTIONS for line in ((HEADINGS | headings)[name], f"正文{name}。"))]


def test_each_section_holds_its_own_text() -> None:
    assert _sections(*_report()) == {PREAMBLE: "前言。", **{name: f"正文{name}。" for name in SECTIONS}}


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("overview", "一 、 总体情况"),
        ("overview", "### 一、总体情况"),
        ("disclosures", "二、主动公开情况"),
        ("requests", "三、收到和处理政府信息公开申请的情况"),
        ("problems", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("problems", "五、存在问题及改进情况"),
        ("other", "六、其他需要报告的事项 "),
    ],
)
def test_headings_in_other_words(name: str, printed: str) -> None:
    assert _sections(*_report(**{name: printed}))[name] == f"正文{name}。"


def test_a_heading_over_two_lines() -> None:
    lines = _report()
    at = lines.index(HEADINGS["proceedings"])
    broken = [*lines[:at], "四、政府信息公开行政复议、", "行政诉讼情况", *lines[at + 1 :]]
    assert _sections(*broken)["proceedings"] == "正文proceedings。"


def test_a_table_of_contents_does_not_begin_the_sections() -> None:
    assert _sections("目录", *HEADINGS.values(), *_report())["overview"] == "正文overview。"


def test_a_sentence_or_a_subheading_is_no_heading() -> None:
    lines = _report()
    lines.insert(3, "（一）主动公开政府信息情况")
    lines.insert(4, "全年主动公开政府信息情况良好，收到和处理政府信息公开申请情况平稳，其他需要报告的事项没有。")
    assert set(_sections(*lines)) == {PREAMBLE, *SECTIONS}
    assert _sections(*lines)["disclosures"] == "正文disclosures。"


def test_a_section_without_heading_has_no_entry() -> None:
    assert "other" not in _sections(*_report()[:-2])


def test_text_without_headings_is_preamble() -> None:
    assert _sections("甲。", "乙。") == {PREAMBLE: "甲。\n乙。"}


def test_outside_leaves_a_table_out_but_not_the_sentences_before_it() -> None:
    parts = [Block(text) for text in ("全年平稳。", "规章\t0", "行政许可\t5", "说明。", "其余")]
    assert [part.text for part in without_table(parts, (0, 2)) if isinstance(part, Block)] == [
        "全年平稳。",
        "说明。",
        "其余",
    ]
