"""Digits on several lines of a cell: one number where a sum proves it, and nowhere else."""

from __future__ import annotations

from transforms.forms.layout import TableLayout, layouts
from transforms.forms.values import parse_value
from transforms.tables.broken_numbers import with_lines_joined
from transforms.tables.reading import Figure, Place

REQUESTS: TableLayout = next(
    table for layout in layouts() if layout.edition == "60号" for table in layout.tables if table.table == "requests"
)
GRANTED = tuple(key for key in REQUESTS.keys if key[0] == "granted")


def _joined(**printed: str) -> list[object]:
    """Read a row whose other cells are blank."""
    names = [key[1] for key in GRANTED]
    figures = {
        key: Figure(key, raw, parse_value(raw), Place())
        for key, name in zip(GRANTED, names, strict=True)
        for raw in (printed.get(name, ""),)
    }
    return [figure.value.number for figure in with_lines_joined(figures, REQUESTS).values()]


def test_lines_of_digits_in_a_cell_are_one_number_where_the_sum_proves_it() -> None:
    assert _joined(natural_person="20", other="6", total="2\n6") == [20, *[None] * 4, 6, 26]
    assert _joined(natural_person="1\n2\n3", total="123") == [123, *[None] * 5, 123]


def test_lines_of_digits_in_a_cell_stay_apart_where_no_sum_proves_one_number() -> None:
    assert _joined(natural_person="2", other="6", total="2\n6")[-1] is None
    assert _joined(natural_person="20", other="6", total="2 6")[-1] is None
    assert _joined(natural_person="2\n6", total="2\n6") == [None] * 7
    assert _joined(natural_person="26", other="见附件", total="2\n6")[-1] is None
