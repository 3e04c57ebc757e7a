"""Folding: what becomes an ordinary character, what goes, and what must stay as it is."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.characters import fold, folded
from extractors.document import Block, Cell, Document, Grid


@pytest.mark.parametrize(
    ("printed", "ordinary"),
    [
        ("⼀、总体情况", "一、总体情况"),
        ("⺠政局⻓⻋⻔⻅⻚⻛⻢⻥⻦⻩⻬⻰", "民政局长车门见页风马鱼鸟黄齐龙"),
        ("⾏政\uf9fc別", "行政識別"),
        ("１２，３４５．６％", "12，345.6%"),
        ("ＡＢＣ＠ｘ．ｃｎ", "ABC@x.cn"),
        ("－６／＋７", "-6/+7"),
        ("﹣3﹪", "-3%"),
        ("｡､｢", "。、「"),
        ("𝟏𝟚𝟛", "123"),
        ("a\u00a0b\u2003c\u3000d\u2028e\x07f", "a b c d e f"),
        ("1\u200b2\u00ad3\u20604\ufeff\u200e5\ufe0f", "12345"),
        ("1\U000e0031", "1"),
    ],
)
def test_becomes_ordinary(printed: str, ordinary: str) -> None:
    assert fold(printed) == ordinary


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "12.5",
        "（一）主动公开，共3件；其中：1件",
        "①",
        "⑳",
        "12²",
        "H₂",
        "½",
        "⒈",
        "㈠",
        "㊀",
        "Ⅲ",
        "ⅳ",
        "١٢",
        "०",
        "㎡",
        "℃",
    ],
)
def test_stays(text: str) -> None:
    assert fold(text) == text


def test_nothing_but_a_digit_in_another_font_or_width_becomes_a_digit() -> None:
    became = [
        character for character in map(chr, range(128, sys.maxunicode + 1)) if any(map(str.isdigit, fold(character)))
    ]
    digits = [character for character in became if fold(character).isascii()]
    assert {unicodedata.decomposition(character).split()[0] for character in digits} == {"<wide>", "<font>"}
    assert {fold(character) for character in set(became) - set(digits)} == set(became) - set(digits)


def test_what_is_seen_turned_round_is_no_number() -> None:
    assert fold("\u202e12") == "\u202e12"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(fold(text)) <= len(text)


def test_a_document_keeps_what_was_printed() -> None:
    box = (0.0, 0.0, 1.0, 1.0)
    document = Document(
        "text/plain",
        "text_flow",
        (
            Block("１\u200b2", boxes=(box, None, box)),
            Block("\u200b"),
            Block(""),
            Grid(0, (Cell("⼀", 0, 0), Cell("1", 0, 1), Cell("\u200b", 0, 2))),
        ),
        {"title": "⼆０\u3000"},
    )
    line, empty, grid = folded(document).parts
    assert line == Block("12", boxes=(box, box), printed="１\u200b2")
    assert empty == Block("")
    assert isinstance(grid, Grid)
    assert [(cell.text, cell.raw) for cell in grid.cells] == [("一", "⼀"), ("1", "1"), ("", "")]
    assert folded(document).metadata == {"title": "二0"}
    assert folded(folded(document)) == folded(document)
