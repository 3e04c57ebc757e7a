"""Two readings of one table: what the second one fills, and what is only said."""

from __future__ import annotations

from decimal import Decimal

from transforms.forms.layout import Key, TableLayout, layouts
from transforms.forms.values import parse_value
from transforms.tables.reading import Figure, Place, Problem, TableReading
from transforms.tables.second_reading import compared

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
