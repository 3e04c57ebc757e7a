"""What a page shows: places of elements, lines, and pages that their scripts uncover."""

from __future__ import annotations

import pytest

from extractors.document import ILLEGIBLE
from extractors.html.marks import left_of_mark
from extractors.html.shown import element_text, show
from extractors.html.tree import parse


def text_of(markup: str) -> str:
    return element_text(parse(f"<!DOCTYPE html><html><body>{markup}</body></html>".encode()))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一</p><p>二</p>", "一\n二"),
        ("<style>body{opacity:0}</style><p>一</p>", "一"),
        ("<style>body{display:none !important}</style><p>一</p>", "一"),
        ("<p>面积80km<sup>2</sup></p>", "面积80km2"),
        ("<p>培训<sup>[1]</sup>3次</p>", "培训3次"),
        ("<p><sup>1</sup>含委托的许可</p>", "1含委托的许可"),
        ('<p>收到<input value="86">件</p>', "收到 86 件"),
        ('<input value="请输入关键字"><p>一</p>', "一"),
        ('<p><img src="a.png">一</p>', "一"),
        ("<p>全年<s>9</s>12件</p>", "全年12件"),
        ("<li>一</li>", "一"),
        ("<style>li::before{content:'·'}</style><li>一</li>", "一"),
        ("<p>收<span style='position:relative;top:3pt'>5</span>件</p>", "收5件"),
    ],
)
def test_running_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_a_hidden_element_has_no_place() -> None:
    page = parse(b"<div hidden><b>1</b></div><i>2</i>")
    shown = show(page)
    assert [element.tag for element in shown.places if element.tag in ("div", "b", "i")] == ["i"]
    assert shown.place(next(page.iter("b"))) == (0, 0)


@pytest.mark.parametrize(
    ("mark", "before", "after", "left"),
    [
        ("1", "12", "", ""),
        ("１", "12", "", ""),
        ("1,2", "12", "", ""),
        ("(12)", "12", "", ""),
        ("注", "12", "", ""),
        ("12", "3", "", ILLEGIBLE),
        ("0", "3", "", ILLEGIBLE),
        ("1", "3", "⁄", ILLEGIBLE),
        ("2", "1/", "", ILLEGIBLE),
        ("3", "10", "", ILLEGIBLE),
        ("3", "110", "", ""),
        ("1", "1", "5", ILLEGIBLE),
        ("件", "12", "", "件"),
        ("2", "m", "", "2"),
        ("1", "许可", "", ""),
        ("", "12", "", ""),
    ],
)
def test_marks_in_a_cell(mark: str, before: str, after: str, left: str) -> None:
    assert left_of_mark(mark, before, after, in_cell=True) == left
