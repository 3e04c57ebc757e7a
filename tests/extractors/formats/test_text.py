"""Plain text and Markdown as they are copied out of other formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.formats.text import read


def lines(text: str) -> list[str]:
    (document,) = read(text.encode())
    assert (document.media_type, document.method, list(document.grids())) == ("text/plain", "text_flow", [])
    return [block.text for block in document.blocks()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_is_a_block(end: str) -> None:
    assert lines(f"一、总体情况{end}{end}  全年收到申请5件。{end}") == ["一、总体情况", "", "  全年收到申请5件。"]


def test_form_feeds_count_pages() -> None:
    (document,) = read("甲\n- 1 -\n\f乙\n第 2 页 共 2 页\f丙".encode())
    assert [(block.text, block.page) for block in document.blocks()] == [("甲", 1), ("乙", 2), ("丙", 3)]
    (single,) = read("甲".encode())
    assert [block.page for block in single.blocks()] == [None]


def test_bare_numbers_and_tabs_stay() -> None:
    assert lines("自然人\t12\t\t0\n12\n-3\n—") == ["自然人\t12\t\t0", "12", "-3", "—"]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("## 一、总体情况", "一、总体情况"),
        ("### **三、收到和处理** ###", "三、收到和处理"),
        ("**一、总体情况**", "一、总体情况"),
        ("共收到__5__件，**同比**增加", "共收到5件，同比增加"),
        ("1\\. 属于国家秘密 \\-", "1. 属于国家秘密 -"),
        ("电话：138****1234，139****5678", "电话：138****1234，139****5678"),
        ("邮箱：a__b__c@126.com", "邮箱：a__b__c@126.com"),
        ("____年____月", "____年____月"),
        ("#1 申请", "#1 申请"),
        ("2 * 3 ** 4", "2 * 3 ** 4"),
    ],
)
def test_markdown_signs(line: str, printed: str) -> None:
    assert lines(line) == [printed]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_no_digit_is_lost_or_invented(text: str) -> None:
    printed = "".join(lines(text)) if text.isprintable() and "页" not in text else ""
    if printed and not any(sign in text for sign in "-—–―－─一﹣"):
        assert [sign for sign in printed if sign.isdigit()] == [sign for sign in text if sign.isdigit()]
