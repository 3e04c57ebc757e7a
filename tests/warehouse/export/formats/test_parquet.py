from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.exported import TABLES, content_of, tables_of_rows, written
from warehouse.query.labels import Language
from warehouse.schema import full_schema, load_tables


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=examples(15))
@given(data=st.data())
def test_rows_and_descriptions_come_back(name: str, data: st.DataObject) -> None:
    rows = data.draw(tables_of_rows(name))
    file, notes = written("parquet", content_of(name, rows))
    assert notes == ()
    read = pq.read_table(io.BytesIO(file))
    assert read.to_pylist() == rows.to_pylist()
    assert read.schema.equals(full_schema(load_tables()[name]))
    assert all(field.metadata == full_schema(load_tables()[name]).field(field.name).metadata for field in read.schema)


@pytest.mark.parametrize(
    ("names", "language", "sorted_by"),
    [
        (["year", "jurisdiction", "report_id", "outcome", "applicant"], None, 5),
        (["year", "jurisdiction", "report_id", "outcome", "applicant"], "zh", 3),
        (["year", "report_id"], None, 1),
        (["value"], None, 0),
    ],
)
def test_the_footer_states_only_the_order_that_the_columns_show(
    names: list[str], language: Language | None, sorted_by: int
) -> None:
    schema = full_schema(load_tables()["requests"])
    row = {
        "year": 2024,
        "jurisdiction": "CN-371003",
        "report_id": "r",
        "outcome": "total",
        "applicant": "other",
        "value": 1,
    }
    rows = pa.Table.from_pylist(
        [{name: row[name] for name in names}], pa.schema([schema.field(name) for name in names])
    )
    in_order = [name for name in schema.names if name in names]
    data, _ = written("parquet", content_of("requests", rows.select(in_order), language))
    stated = pq.read_metadata(io.BytesIO(data)).row_group(0).sorting_columns
    assert [in_order[column.column_index] for column in stated] == names[:sorted_by]
