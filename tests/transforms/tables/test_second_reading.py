"""Two readings of one table: what the second one fills, and what is only said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from extractors.document import Block, Cell, Document, Grid
from transforms.forms.layout import Key, TableLayout, layouts
from transforms.forms.values import parse_value
from transforms.tables.reading import Figure, Place, Problem, TableReading
from transforms.tables.second_reading import compared, looked_at_again, with_labels_anew

TABLES = {table.table: table for layout in layouts() if layout.edition == "30号" for table in layout.tables}
PROCEEDINGS, DISCLOSURES = TABLES["proceedings"], TABLES["disclosures"]


def reading(layout: TableLayout, texts: dict[Key, str], *problems: Problem) -> TableReading:
    """Return a reading with 0 in every cell that `texts` does not give."""
    figures = {
        key: Figure(key, texts.get(key, "0"), parse_value(texts.get(key, "0")), Place())
        for key in layout.keys
        if texts.get(key) != "missing"
    }
    return TableReading(layout, "30号", "text_flow", figures, problems)


UPHELD, TOTAL = ("reconsideration", "upheld"), ("reconsideration", "total")


def test_a_cell_is_filled_where_the_sums_then_hold() -> None:
    first = reading(PROCEEDINGS, {UPHELD: "\ufffc", TOTAL: "4"})
    second = reading(PROCEEDINGS, {UPHELD: "4", TOTAL: "4"})
    (found,) = compared({"proceedings": first}, {"proceedings": second}).values()
    assert found.figures[UPHELD].value.number == Decimal(4)
    assert found.problems == ()


def test_a_missing_cell_is_filled_where_the_sums_then_hold() -> None:
    first, second = reading(PROCEEDINGS, {UPHELD: "missing"}), reading(PROCEEDINGS, {})
    assert not compared({"proceedings": first}, {"proceedings": second})["proceedings"].missing


def test_a_blank_is_filled_where_the_sums_hold_only_then() -> None:
    first, second = reading(PROCEEDINGS, {UPHELD: "", TOTAL: "4"}), reading(PROCEEDINGS, {UPHELD: "4", TOTAL: "4"})
    (found,) = compared({"proceedings": first}, {"proceedings": second}).values()
    assert (found.values[UPHELD], found.problems) == (Decimal(4), ())


def test_a_blank_that_the_sums_leave_nothing_for_stays_one() -> None:
    first, second = reading(PROCEEDINGS, {UPHELD: "", TOTAL: "0"}), reading(PROCEEDINGS, {})
    assert compared({"proceedings": first}, {"proceedings": second}) == {"proceedings": first}


def test_a_cell_is_not_filled_where_the_sums_do_not_hold() -> None:
    first = reading(PROCEEDINGS, {UPHELD: "\ufffc", TOTAL: "4"})
    second = reading(PROCEEDINGS, {UPHELD: "5", TOTAL: "4"})
    (found,) = compared({"proceedings": first}, {"proceedings": second}).values()
    assert found.figures[UPHELD].value.number is None
    assert [(problem.check, problem.cells) for problem in found.problems] == [("readers_disagree", (UPHELD,))]


def test_what_the_sums_settle_is_no_disagreement() -> None:
    first, second = reading(PROCEEDINGS, {UPHELD: "4", TOTAL: "4"}), reading(PROCEEDINGS, {UPHELD: "44", TOTAL: "4"})
    assert compared({"proceedings": first}, {"proceedings": second}) == {"proceedings": first}


def test_a_disagreement_where_no_sum_reaches_names_both_values() -> None:
    key = ("20(5)", "licence", "decisions")
    first, second = reading(DISCLOSURES, {key: "12"}), reading(DISCLOSURES, {key: "127"})
    (found,) = compared({"disclosures": first}, {"disclosures": second}).values()
    assert found.figures[key].value.number == Decimal(12)
    assert found.problems == (Problem("readers_disagree", "12; 127", (key,)),)


def test_tables_that_the_second_reader_lacks_stay_as_they_are() -> None:
    first = reading(DISCLOSURES, {})
    assert compared({"disclosures": first}, {}) == {"disclosures": first}


# A second look at the cells of a picture

LICENCE = ("20(5)", "licence", "decisions")


def looked_at(first: TableReading, looks: dict[Key, tuple[str, float]]) -> TableReading:
    """Return a reading of a picture, given what a second look sees in some cells, and how surely."""
    figures = dict(first.figures)
    for key, (text, confidence) in looks.items():
        figures[key] = replace(figures[key], look_again=partial(Block, text, confidence=confidence))
    return looked_at_again(replace(first, figures=figures))


def test_a_second_look_fills_cells_where_the_sums_then_hold_and_is_as_sure_as_it_was() -> None:
    first = reading(PROCEEDINGS, {UPHELD: "\ufffd", TOTAL: "a"})
    found = looked_at(first, {UPHELD: ("4", 0.97), TOTAL: ("4", 0.99)})
    assert (found.values[UPHELD], found.values[TOTAL], found.problems) == (Decimal(4), Decimal(4), ())
    assert found.figures[UPHELD].place.confidence == 0.97


def test_of_cells_that_a_second_look_offers_only_those_are_filled_that_the_sums_settle() -> None:
    pending = ("litigation_direct", "pending")
    first = reading(PROCEEDINGS, {UPHELD: "\ufffd", TOTAL: "4", pending: "\ufffd"})
    found = looked_at(first, {UPHELD: ("4", 0.99), pending: ("3", 0.99)})
    assert (found.values[UPHELD], found.values[pending]) == (Decimal(4), None)
    assert [(problem.check, problem.actual, problem.cells) for problem in found.problems] == [
        ("readers_disagree", "\ufffd; 3", (pending,))
    ]


def test_a_second_look_where_no_sum_reaches_names_both_values() -> None:
    found = looked_at(reading(DISCLOSURES, {LICENCE: "9"}), {LICENCE: ("-9", 0.99)})
    assert found.figures[LICENCE].value.number == Decimal(9)
    assert found.problems == (Problem("readers_disagree", "9; -9", (LICENCE,)),)


@pytest.mark.parametrize("mark", ["/", "—"])
def test_a_mark_for_no_number_is_another_reading_than_a_number(mark: str) -> None:
    found = looked_at(reading(DISCLOSURES, {LICENCE: "1"}), {LICENCE: (mark, 0.99)})
    assert [problem.actual for problem in found.problems] == [f"1; {mark}"]


def test_what_a_second_look_confirms_stays_as_it_was() -> None:
    first = reading(DISCLOSURES, {LICENCE: "12"})
    assert looked_at(first, {LICENCE: ("12", 0.6)}) == first


def test_a_number_that_a_second_look_cannot_read_is_unsure() -> None:
    found = looked_at(reading(DISCLOSURES, {LICENCE: "8"}), {LICENCE: ("\ufffd", 0.0)})
    assert (found.values[LICENCE], found.problems) == (Decimal(8), ())
    assert found.figures[LICENCE].place.confidence == 0.5


@pytest.mark.parametrize("printed", ["0", "", "—"])
def test_cells_of_sums_that_hold_are_not_looked_at_again(printed: str) -> None:
    first = reading(PROCEEDINGS, {UPHELD: "4", TOTAL: "4", ("reconsideration", "pending"): printed})
    figures = {key: replace(figure, look_again=_refused) for key, figure in first.figures.items()}
    assert looked_at_again(replace(first, figures=figures)) == first


# Labels that a second look reads


def grid(header: Mapping[str, Callable[[], Block]]) -> Document:
    """Return a picture of a small table: a row of labels, with what looks at them again, above a row of figures."""
    labels = (Cell(text, 0, at, look_again=look) for at, (text, look) in enumerate(header.items()))
    figures = (Cell(str(at), 1, at, look_again=_refused) for at in range(len(header)))
    return Document("image/png", "ocr", (Block("三、其他"), Grid(0, (*labels, *figures))))


def test_labels_are_looked_at_again_that_are_like_none_of_the_form() -> None:
    header: dict[str, Callable[[], Block]] = {"尚来\n审结": partial(Block, "尚未\n审结"), "总计": _refused}
    document = with_labels_anew(grid(header))
    assert document
    (found,) = document.grids()
    assert [cell.text for cell in found.cells] == ["尚未\n审结", "总计", "0", "1"]


def test_a_label_stays_as_it_was_read_if_a_second_look_is_no_more_like_one() -> None:
    assert with_labels_anew(grid({"尚来审结": partial(Block, "海米审结")})) is None


def _refused() -> Block:
    raise AssertionError("nothing is open")
