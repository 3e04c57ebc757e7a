from __future__ import annotations

import io
import json
import warnings
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.io.stata import StataReader

from tests.support.examples import examples
from tests.support.warehouse.exported import content_of, tables_of_rows, written
from warehouse.export.content import CannotExport
from warehouse.export.formats import stata
from warehouse.export.stata_variables import variable_name
from warehouse.query.labels import Language, code_words
from warehouse.schema import Column, full_columns, full_schema, load_tables

LABELS: dict[Language | None, str] = {None: "总计", "zh": "总计", "en": "total"}
MOST = 8e307
"""Doubles beyond it are missing in Stata, or infinite."""


def file_of(name: str, rows: pa.Table, language: Language | None = None) -> tuple[bytes, list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # pandas tells of names that it changes, and of digits that it loses
        data, notes = written("dta", content_of(name, rows, language))
    return data, list(notes)


def told(column: Column, value: object, table: str) -> object:
    """Return a value as Stata has it."""
    if column.values:
        return value if value is None else code_words("zh", table, column.name, str(value))
    if column.type.startswith(("string", "list")):
        text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000, tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, (int, float, Decimal)) else value


@pytest.mark.parametrize("name", load_tables())
@settings(deadline=None, max_examples=examples(6))
@given(data=st.data())
def test_every_value_comes_back(name: str, data: st.DataObject) -> None:
    rows = data.draw(tables_of_rows(name))
    for number, field in enumerate(rows.schema):
        if pa.types.is_floating(field.type):
            mild = [value if value is None or abs(value) < MOST else 0.5 for value in rows[field.name].to_pylist()]
            rows = rows.set_column(number, field, pa.array(mild, field.type))
    read = pd.read_stata(io.BytesIO(file_of(name, rows)[0]))
    for column in full_columns(load_tables()[name]):
        values = read[variable_name(column)]
        found = [None if pd.isna(value) else value for value in values.astype(object)]
        found = [value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in found]
        expected = [told(column, value, name) for value in rows[column.name].to_pylist()]
        assert found == expected, column.name


def test_codes_are_numbered_as_declared_and_labelled_in_either_language() -> None:
    rows = pa.table({"outcome": ["total", "received", "no longer declared"]})
    for language, word in LABELS.items():
        data, _ = file_of("requests", rows, language)
        assert pd.read_stata(io.BytesIO(data), convert_categoricals=False)["outcome"].to_list() == [25, 1, 27]
        with StataReader(io.BytesIO(data)) as reader:
            (labels,) = reader.value_labels().values()
            assert reader.variable_labels()["outcome"] == (
                "办理结果" if language != "en" else "what became of the requests, or the stock that they belong to"
            )
        assert (labels[25], labels[27]) == (word, "no longer declared")


def test_labels_are_cut_to_what_stata_holds() -> None:
    rows = full_schema(load_tables()["reports"]).empty_table()
    with StataReader(io.BytesIO(file_of("reports", rows, "en")[0])) as reader:
        labels = reader.variable_labels().values()
    assert max(map(len, labels)) <= 80
    assert any(label.endswith("…") for label in labels)


def test_what_is_rounded_or_replaced_is_said() -> None:
    rows = pa.table(
        {
            "value": pa.array([Decimal("1234567890123456.7891"), Decimal("12.3456"), None], pa.decimal128(20, 4)),
            "raw": ["a\0b", "", "c"],
        }
    )
    assert file_of("disclosures", rows)[1] == [
        "1 numbers of value have more than 15 digits, and Stata rounds them",
        "1 texts of raw have \N{REPLACEMENT CHARACTER} in place of a NUL, at which Stata ends a text",
    ]


def test_long_texts_are_kept_whole() -> None:
    text = "年" * 50_000
    data, _ = file_of("sections", pa.table({"text": [text, "", "a"]}))
    assert pd.read_stata(io.BytesIO(data))["text"].to_list() == [text, "", "a"]


@pytest.mark.parametrize("texts", [["a" * 3000] * 2, ["a" * 900, "b", "c"]])
def test_more_than_fits_into_memory_is_refused(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stata, "_MOST_BYTES", 2500)
    with pytest.raises(CannotExport, match="choose fewer --years or --columns, or csv, jsonl or parquet"):
        file_of("sections", pa.table({"text": texts}))
