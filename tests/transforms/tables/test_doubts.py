"""What another reading saw in a cell: kept as a doubt, unless sums explain it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from transforms.forms.layout import Key, TableLayout, layouts
from transforms.forms.values import parse_value
from transforms.tables.doubts import with_doubts
from transforms.tables.reading import Figure, Place, Problem, TableReading

FORM: dict[str, TableLayout] = {
    table.table: table for layout in layouts() if layout.edition == "30号" for table in layout.tables
}
LICENCE = ("20(5)", "licence", "decisions")
UPHELD = ("reconsideration", "upheld")
TOTAL = ("reconsideration", "total")


def _reading(table: str, method: str, cells: dict[Key, str]) -> TableReading:
    """Return a reading of a table that prints 0 in all other cells."""
    layout = FORM[table]
    texts = {**dict.fromkeys(layout.keys, "0"), **cells}
    figures = {key: Figure(key, text, parse_value(text), Place()) for key, text in texts.items()}
    return TableReading(layout, "30号", method, figures)


def _doubts(best: TableReading, *others: TableReading) -> list[tuple[str, str, tuple[Key, ...]]]:
    return [(doubt.check, doubt.actual, doubt.cells) for doubt in with_doubts(best, others).problems]


def test_a_mark_that_the_best_reading_skipped_stays_a_doubt() -> None:
    text, grid = (_reading("disclosures", method, {LICENCE: raw}) for method, raw in (("text", "3"), ("grid", "3①")))
    assert _doubts(text, text, grid) == [("readers_disagree", "3; 3①", (LICENCE,))]
    assert with_doubts(text, [grid]).figures[LICENCE].value.number == Decimal(3)


def test_a_mark_is_a_doubt_even_where_sums_hold() -> None:
    text = _reading("proceedings", "text", {UPHELD: "3", TOTAL: "3"})
    grid = _reading("proceedings", "grid", {UPHELD: "≈3", TOTAL: "3"})
    assert _doubts(text, grid) == [("readers_disagree", "3; ≈3", (UPHELD,))]


def test_pieces_of_a_number_are_explained_by_a_sum_alone() -> None:
    text = _reading("proceedings", "text", {UPHELD: "12", TOTAL: "12"})
    grid = _reading("proceedings", "grid", {UPHELD: "1\n2", TOTAL: "12"})
    assert _doubts(text, grid) == []
    text, grid = (_reading("disclosures", method, {LICENCE: raw}) for method, raw in (("text", "12"), ("grid", "1\n2")))
    assert _doubts(text, grid) == [("readers_disagree", "12; 1\n2", (LICENCE,))]


def test_two_numbers_of_table_two_are_told_and_a_number_that_breaks_a_sum_is_not() -> None:
    one, two = (_reading("disclosures", method, {LICENCE: raw}) for method, raw in (("text", "12"), ("grid", "15")))
    assert _doubts(one, two) == [("readers_disagree", "12; 15", (LICENCE,))]
    one, two = (_reading("proceedings", method, {TOTAL: raw}) for method, raw in (("text", "0"), ("grid", "5")))
    assert _doubts(one, two) == []


def test_a_blank_is_proven_by_a_total_that_is_printed_without_it() -> None:
    text = _reading("proceedings", "text", {UPHELD: "", TOTAL: "0"})
    grid = _reading("proceedings", "grid", {UPHELD: "5", TOTAL: "0"})
    assert _doubts(text, grid) == []
    text, grid = (
        _reading("proceedings", method, {UPHELD: raw, TOTAL: ""}) for method, raw in (("text", ""), ("grid", "5"))
    )
    assert _doubts(text, grid) == [("readers_disagree", "(blank); 5", (UPHELD,))]


def test_a_figure_printed_twice_stays_and_a_row_that_could_not_be_cut_does_not() -> None:
    best, grid = _reading("disclosures", "text", {}), _reading("disclosures", "grid", {LICENCE: "4 5"})
    twice = Problem("figure_printed_twice", "4; 5", (LICENCE,))
    assert _doubts(best, replace(grid, problems=(Problem("row_ambiguous", "4 5", (LICENCE,)),))) == []
    assert ("figure_printed_twice", "4; 5", (LICENCE,)) in _doubts(best, replace(grid, problems=(twice,)))


def test_other_editions_copies_and_unreadable_cells_cast_no_doubt() -> None:
    best, other = (_reading("disclosures", method, {LICENCE: raw}) for method, raw in (("text", "12"), ("grid", "15")))
    assert _doubts(best, replace(other, edition="60号"), replace(other, method="text")) == []
    unread = _reading("disclosures", "text", {LICENCE: "?"})
    assert _doubts(unread, other) == []
