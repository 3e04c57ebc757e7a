from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.exported import TABLES, content_of, tables_of_rows, texts, written
from tests.support.warehouse.rows import HERE, disclosure
from warehouse.schema import full_schema, load_tables

FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def file_of(name: str, rows: pa.Table) -> bytes:
    data, notes = written("csv", content_of(name, rows))
    assert notes == ()
    return data


def one_column(values: list[str | None]) -> pa.Table:
    return pa.table({"reason": pa.array(values, pa.string())})


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=examples(15))
@given(data=st.data())
def test_every_value_comes_back(name: str, data: st.DataObject) -> None:
    rows = data.draw(tables_of_rows(name))
    types = {field.name: pa.string() if pa.types.is_list(field.type) else field.type for field in rows.schema}
    read = pa.csv.read_csv(
        io.BytesIO(file_of(name, rows)),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    for field in rows.schema:
        told = read[field.name].to_pylist()
        if types[field.name] == pa.string():
            told = [text and text.removeprefix("'") for text in told]
        if pa.types.is_list(field.type):
            told = [text and json.loads(text) for text in told]
        assert told == rows[field.name].to_pylist(), field.name


@settings(deadline=None, max_examples=examples(15))
@given(st.lists(st.none() | texts, min_size=1))
def test_other_readers_find_the_same_texts(values: list[str | None]) -> None:
    data = file_of("coverage", one_column(values))
    plain = [value or "" for value in values]
    by_python = [row[0] if row else "" for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    assert [text.removeprefix("'") for text in by_python[1:]] == plain
    by_polars = pl.read_csv(data, infer_schema=False)["reason"].to_list()
    assert [text and text.removeprefix("'") for text in by_polars] == values


@settings(deadline=None, max_examples=examples(15))
@given(st.lists(texts.map(lambda text: text.replace("\0", "")), min_size=1))
def test_pandas_finds_the_same_texts(values: list[str]) -> None:
    read = pd.read_csv(io.BytesIO(file_of("coverage", one_column([*values]))), dtype=str, keep_default_na=False)
    assert read["reason"].str.removeprefix("'").to_list() == values


@settings(deadline=None, max_examples=examples(15))
@given(st.lists(texts, min_size=1))
def test_no_text_begins_as_a_formula_does(values: list[str]) -> None:
    text = file_of("coverage", one_column([*values])).decode("utf-8-sig")
    for (cell,) in csv.reader(io.StringIO(text, newline="")):
        assert not cell.startswith(FORMULA)
        assert not cell.lstrip().startswith(FORMULA)


def test_the_bytes_are_those_of_the_standard_with_a_mark_for_excel() -> None:
    rows = [disclosure("r", value=Decimal("-12.5"), bbox=None, raw="", unit=None)]
    whole = pa.Table.from_pylist(
        [{**rows[0], "jurisdiction": HERE.jurisdiction, "year": 2024}], schema=full_schema(load_tables()["disclosures"])
    )
    data = file_of("disclosures", whole.select(["year", "article", "value", "unit", "raw", "confidence"]))
    assert (
        data == '\ufeff"year","article","value","unit","raw","confidence"\r\n2024,"20(8)",-12.5000,,"",0.9\r\n'.encode()
    )


def test_a_table_without_rows_is_a_line_of_names() -> None:
    assert file_of("coverage", one_column([])) == '\ufeff"reason"\r\n'.encode()
