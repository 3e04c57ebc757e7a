from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.exported import TABLES, content_of, tables_of_rows, written


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=examples(15))
@given(data=st.data())
def test_every_value_comes_back(name: str, data: st.DataObject) -> None:
    rows = data.draw(tables_of_rows(name))
    file, notes = written("jsonl", content_of(name, rows))
    assert notes == ()
    lines = file.decode().split("\n")
    assert lines.pop() == ""
    exact = {field.name for field in rows.schema if pa.types.is_decimal(field.type)}
    for line, row in zip(lines, rows.to_pylist(), strict=True):
        read, digits = json.loads(line), json.loads(line, parse_float=Decimal)
        assert list(read) == rows.schema.names
        assert {name: digits[name] if name in exact else read[name] for name in read} == {
            name: _plain(value) for name, value in row.items()
        }


def test_other_readers_find_the_same_rows() -> None:
    rows = pa.table({"year": pa.array([2024, None], pa.int32()), "unit": ["a\nb\u2028", None], "bbox": [[1.5], []]})
    data, _ = written("jsonl", content_of("disclosures", rows))
    assert pl.read_ndjson(io.BytesIO(data)).to_dicts() == rows.to_pylist()
