"""Where chapters begin, which of the forms' chapters they are, and their running text."""

from __future__ import annotations

import pytest

from extractors.document import Block
from transforms.chapters.chapters import Chapter, split_chapters
from transforms.chapters.running_text import running_text, without_tables
from transforms.chapters.wording import section_names

HEADINGS = {
    "overview": "一、总体情况",
    "disclosures": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "proceedings": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}
FORM = tuple((section, f"正文{section}。") for section in HEADINGS)


def _read(*lines: str) -> list[tuple[str | None, str]]:
    """Section and text of each chapter; of what precedes the first heading, only if there is something."""
    chapters = split_chapters([Block(line) for line in lines])
    read = [(chapter.section, running_text(chapter.parts)) for chapter in chapters]
    return read if read[0][1] else read[1:]


def _report(**headings: str) -> list[str]:
    return ["前言。", *(line for name in HEADINGS for line in ((HEADINGS | headings)[name], f"正文{name}。"))]


def test_each_chapter_holds_its_own_text() -> None:
    assert tuple(HEADINGS) == section_names()
    assert _read(*_report()) == [(None, "前言。"), *FORM]


def test_headings_are_kept_as_printed() -> None:
    chapters = split_chapters([Block(line) for line in _report(other="## **六、其它事项**")])
    assert [chapter.heading for chapter in chapters] == [None, *list(HEADINGS.values())[:-1], "六、其它事项"]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("overview", "一 、 总体情况"),
        ("overview", "### 一、总体情况"),
        ("overview", "一丶总体情况"),
        ("overview", "一总体情况"),
        ("disclosures", "二、主动公开情况"),
        ("requests", "三、收到和处理政府信息公开申请的情况"),
        ("problems", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("problems", "五、存在问题及改进情况："),
        ("other", "六、其他需要报告的事项 "),
        ("other", "第六部分　其他需要报告的事项"),
    ],
)
def test_headings_in_other_shapes(name: str, printed: str) -> None:
    assert _read(*_report(**{name: printed}))[1:] == list(FORM)


@pytest.mark.parametrize(
    "broken", [("四、政府信息公开行政复议、", "行政诉讼情况"), ("四、", HEADINGS["proceedings"][2:])]
)
def test_a_heading_over_two_lines(broken: tuple[str, str]) -> None:
    lines = _report()
    at = lines.index(HEADINGS["proceedings"])
    assert _read(*lines[:at], *broken, *lines[at + 1 :])[1:] == list(FORM)


def test_a_table_of_contents_begins_no_chapter() -> None:
    for leader in ("", "……3", "\t3", "  3"):
        contents = [heading + leader for heading in HEADINGS.values()]
        read = _read("目录", *contents, *_report())
        assert read[1:] == list(FORM)
        assert read[0][1].endswith("前言。")


def test_a_sentence_or_a_subheading_is_no_heading() -> None:
    lines = _report()
    lines.insert(3, "（一）主动公开政府信息情况")
    lines.insert(4, "全年主动公开政府信息情况良好，收到和处理政府信息公开申请情况平稳，其他需要报告的事项没有。")
    read = _read(*lines)
    assert [section for section, _ in read] == [None, *section_names()]
    assert read[2:] == list(FORM[1:])


def test_a_chapter_without_heading_has_none() -> None:
    assert "other" not in dict(_read(*_report()[:-2]))


def test_text_without_headings_is_one_chapter_without_section() -> None:
    assert _read("甲。", "乙。") == [(None, "甲。\n乙。")]


def test_a_table_in_running_text_is_left_out_but_not_the_sentences_in_it() -> None:
    parts = tuple(Block(text) for text in ("全年平稳。", "规章\t0", "行政许可\t5", "说明。", "其余"))
    kept = without_tables(Chapter("一、", None, 10, parts), [(10, 12)])
    assert [part.text for part in kept if isinstance(part, Block)] == ["全年平稳。", "说明。", "其余"]
