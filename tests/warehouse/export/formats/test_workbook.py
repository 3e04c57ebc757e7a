from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from tests.support.examples import examples
from tests.support.warehouse.exported import TABLES, content_of, tables_of_rows, written
from tests.support.warehouse.rows import HERE, report
from warehouse.export.content import CannotExport
from warehouse.export.sheet_cells import LONGEST, CutTexts, append_rows, new_sheet
from warehouse.schema import full_schema, load_tables

FIRST_DAY = date(1900, 3, 1)


def book_of(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data), data_only=False)


def cells_of(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def reasons(values: list[str | None]) -> pa.Table:
    return pa.table({"reason": pa.array(values, pa.string())})


def read_back(cell: object, value: object) -> object:
    """Return a cell as a value of the kind that was written."""
    text = unescape(cell) if isinstance(cell, str) else cell
    if isinstance(value, list):
        return json.loads(str(text))
    if isinstance(value, str):
        return text or ""
    if isinstance(value, datetime):
        read = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
        return read.replace(tzinfo=UTC)
    if isinstance(value, date):
        return text.date() if isinstance(text, datetime) else date.fromisoformat(str(text))
    return Decimal(repr(text) if isinstance(text, float) else str(text)) if isinstance(value, Decimal) else text


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=examples(6))
@given(data=st.data())
def test_every_value_comes_back(name: str, data: st.DataObject) -> None:
    rows = data.draw(tables_of_rows(name))
    file, notes = written("xlsx", content_of(name, rows))
    assert notes == []
    book = book_of(file)
    assert {cell.data_type for row in book[name].iter_rows() for cell in row} <= {"s", "n", "d", "b", "inlineStr"}
    names, *lines = cells_of(book, name)
    assert list(names) == rows.schema.names
    for line, row in zip(lines, rows.to_pylist(), strict=True):
        for column, cell in zip(names, line, strict=True):
            value = row[column]
            if isinstance(value, float):
                assert float(str(cell)) == pytest.approx(value, rel=1e-15)
            elif isinstance(value, datetime) and value.date() >= FIRST_DAY:
                assert read_back(cell, value) == value.replace(microsecond=value.microsecond // 1000 * 1000)
            elif isinstance(value, int) and not isinstance(value, bool):
                assert Decimal(str(cell)) == value
            else:
                assert (None if value is None else read_back(cell, value)) == value, column


def test_numbers_keep_all_digits_and_days_are_days() -> None:
    rows = pa.table(
        {
            "value": pa.array([2**63 - 1, -(10**14), None]),
            "implied": pa.array([Decimal("9999999999999999.9999"), Decimal("-12.5"), None], pa.decimal128(20, 4)),
        }
    )
    book = book_of(written("xlsx", content_of("requests", rows))[0])
    assert cells_of(book, "requests")[1:] == [
        ("9223372036854775807", "9999999999999999.9999"),
        (-(10**14), -12.5),
    ]
    days = pa.table({"published_on": [date(2025, 1, 20), date(1899, 12, 31)]})
    book = book_of(written("xlsx", content_of("reports", days))[0])
    first, second = (row[0] for row in book["reports"].iter_rows(min_row=2))
    assert (first.value, first.number_format, second.value) == (datetime(2025, 1, 20), "yyyy-mm-dd", "1899-12-31")


@pytest.mark.parametrize("sign", ["年", "😀", "\x01"])
def test_a_text_too_long_for_a_cell_is_cut_with_a_note(sign: str) -> None:
    data, notes = written("xlsx", content_of("coverage", reasons(["a", sign * 40_000])))
    (_, _, (cell,)) = cells_of(book_of(data), "coverage")
    assert str(cell).endswith("… [cut: 40,000 characters in all]")
    assert len(str(cell).encode("utf-16-le")) // 2 <= LONGEST
    assert unescape(str(cell)).startswith(sign * 1000)
    (note,) = notes
    assert note.startswith("1 texts of reason are cut, and say so at their end: a cell holds 32,767 characters")


def test_a_text_that_fits_is_whole() -> None:
    data, notes = written("xlsx", content_of("coverage", reasons(["年" * LONGEST, "😀" * (LONGEST // 2)])))
    assert notes == []
    assert [len(str(cell)) for (cell,) in cells_of(book_of(data), "coverage")[1:]] == [LONGEST, LONGEST // 2]


def test_a_sheet_has_no_more_rows_than_it_may() -> None:
    book = Workbook(write_only=True)
    rows = reasons(["a", "b", "c"])
    with pytest.raises(CannotExport, match="more than 2 rows"), new_sheet(book, "x") as sheet:
        append_rows(sheet, (rows.schema, iter(rows.to_batches())), 2, CutTexts())


def test_the_dictionary_has_columns_and_codes_in_two_languages() -> None:
    rows = full_schema(load_tables()["requests"]).empty_table().select(["outcome", "value"])
    lines = cells_of(book_of(written("xlsx", content_of("requests", rows))[0]), "dictionary")
    assert lines[0] == ("column", "code", "中文", "English", "type", "unit")
    assert ("outcome", "refused.state_secret", "属于国家秘密", "refused: state secret", None, None) in lines
    assert lines[-1][:3] == ("value", None, "数量")
    assert lines[-1][4:] == ("int64", "件")


def test_sources_are_those_of_the_rows_and_their_addresses_are_text() -> None:
    rows = pa.table({"report_id": ["r", "r"], "value": [1, 2]})
    source = {**report("r", url="https://example.org/=1"), "jurisdiction": HERE.jurisdiction, "year": HERE.year}
    book = book_of(written("xlsx", content_of("requests", rows, sources=[source]))[0])
    names, line = cells_of(book, "sources")
    assert dict(zip(names, line, strict=True))["url"] == "https://example.org/=1"
    assert [cell.hyperlink for row in book["sources"].iter_rows() for cell in row if cell.hyperlink] == []
    assert [sheet.freeze_panes for sheet in book.worksheets] == ["A2"] * 3
    assert book_of(written("xlsx", content_of("requests", rows.select(["value"])))[0]).sheetnames == [
        "requests",
        "dictionary",
    ]
