"""Chapters cut at their figures: no character is lost, and each figure is underlined where it stands."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.explorer.reports.prose import Segment, Statement, chapters_of, paragraphs


def _statement(start: int, end: int, label: str = "件数") -> Statement:
    return Statement(f"/other/{label}", 1, start, end, "other", label, Decimal(1), None, False)


def _told(segments: tuple[Segment, ...]) -> list[tuple[str, list[str]]]:
    return [(segment.text, [statement.label for statement in segment.statements]) for segment in segments]


def test_figures_that_nest_or_touch_are_cut_where_they_begin_and_end() -> None:
    text = "共收到12件，办结9件3份。"
    whole, received, closed, copies = (
        _statement(1, 13, "全部"),
        _statement(3, 6, "收到"),
        _statement(9, 11, "办结"),
        _statement(11, 13, "份数"),
    )
    (found,) = paragraphs(text, [whole, received, closed, copies])
    assert _told(found) == [
        ("共", []),
        ("收到", ["全部"]),
        ("12件", ["收到", "全部"]),
        ("，办结", ["全部"]),
        ("9件", ["办结", "全部"]),
        ("3份", ["份数", "全部"]),
        ("。", []),
    ]
    assert [each.label for segment in found for each in segment.begins] == ["全部", "收到", "办结", "份数"]


def test_figures_that_overlap_share_what_is_between() -> None:
    (found,) = paragraphs("abcdef", [_statement(0, 4, "一"), _statement(2, 6, "二")])
    assert _told(found) == [("ab", ["一"]), ("cd", ["一", "二"]), ("ef", ["二"])]


def test_empty_lines_are_no_paragraphs_and_offsets_go_on_behind_them() -> None:
    first, second = paragraphs("一1件\n \n二2件", [_statement(1, 3), _statement(7, 9)])
    assert [_told(found)[1][0] for found in (first, second)] == ["1件", "2件"]


@settings(deadline=None)
@given(
    st.text(alphabet="一1件\n ", max_size=30),
    st.lists(st.tuples(st.integers(-2, 35), st.integers(-2, 35)), max_size=6),
)
def test_no_character_is_lost_whatever_the_offsets(text: str, offsets: list[tuple[int, int]]) -> None:
    statements = [_statement(*pair) for pair in offsets]
    found = list(paragraphs(text, statements))
    assert ["".join(segment.text for segment in paragraph) for paragraph in found] == [
        line for line in text.split("\n") if line.strip()
    ]
    assert all(segment.text for paragraph in found for segment in paragraph)
    begun = [each for paragraph in found for segment in paragraph for each in segment.begins]
    assert len(begun) == len({id(each) for each in begun})


def test_chapters_are_in_print_order_with_their_own_figures() -> None:
    rows: list[dict[str, object]] = [
        {"position": 2, "section": None, "heading": "七、其他", "text": "无"},
        {"position": 1, "section": "overview", "heading": "一、总体情况", "text": "收到3件"},
    ]
    first, second = chapters_of(rows, [_statement(2, 4)])
    assert (first.heading, second.section) == ("一、总体情况", None)
    assert _told(first.paragraphs[0]) == [("收到", []), ("3件", ["件数"])]
    assert _told(second.paragraphs[0]) == [("无", [])]
