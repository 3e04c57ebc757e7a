"""The types of pandas that rows have, and that every value comes through."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.warehouse.example_answers import publish_examples
from tests.support.warehouse.rows import HERE, partition_file, report, request, rows_of
from warehouse.frames import Warehouse
from warehouse.frames.pandas_types import to_frame
from warehouse.publish.write import publish
from warehouse.query.labels import LANGUAGES, code_words
from warehouse.query.query import QueryError
from warehouse.release.release import write_release
from warehouse.schema import Column, Row, full_columns, load_tables, report_tables
from warehouse.storage.store import Folder

KINDS = {
    "string": "string",
    "int32": "Int32",
    "int64": "Int64",
    "double": "Float64",
    "bool": "boolean",
    "decimal(20,4)": "Float64",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us, UTC]",
    "list(string)": "object",
    "list(double)": "object",
}
DIGITS = st.integers(-(10**15) + 1, 10**15 - 1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warehouse")
    publish_examples(root)
    return root


@pytest.fixture(scope="module")
def release(root: Path) -> Path:
    return Path(write_release(Folder(root), datetime(2026, 1, 1, tzinfo=UTC), lambda done, of: None).place)


def expected(column: Column) -> str:
    return "category" if column.values else KINDS[column.type]


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("name", sorted(load_tables()))
def test_every_column_has_its_type_with_and_without_rows(
    root: Path, release: Path, name: str, empty: bool, frozen: bool
) -> None:
    table = load_tables()[name]
    texts = (column for column in table.columns if column.type == "string" and not column.values)
    first = next(column for column in texts if column.name != "jurisdiction")
    conditions = {first.name: "no such"} if empty else {}
    frame = Warehouse(release if frozen else root).read(name, **conditions)  # type: ignore[arg-type]
    assert {column: str(kind) for column, kind in frame.dtypes.items()} == {
        column.name: expected(column) for column in full_columns(table)
    }
    for column in table.columns:
        if column.values:
            assert (list(frame[column.name].cat.categories), frame[column.name].cat.ordered) == (
                list(column.values),
                True,
            )


@settings(max_examples=examples(15), deadline=None)
@given(
    st.sampled_from(sorted(table.name for table in report_tables())).flatmap(
        lambda name: st.tuples(st.just(name), rows_of(load_tables()[name]))
    )
)
def test_what_is_published_is_what_a_frame_gives_back(named: tuple[str, Row]) -> None:
    name, row = named
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), HERE, {"reports": [report("r")], name: [row]})
        frame = Warehouse(folder).read(name, columns=[column.name for column in load_tables()[name].columns])
    assert {column: plain(value) for column, value in frame.iloc[0].items()} == {
        column: plain(value) for column, value in row.items()
    }


def plain(value: Any) -> Any:
    """Return a value as Python has it, a decimal as the number that a frame holds."""
    if isinstance(value, list | tuple):
        return (*value,)
    if pd.isna(value):
        return None
    if isinstance(value, Decimal):
        return pytest.approx(float(value), rel=1e-15)
    return value.isoformat()[:10] if hasattr(value, "isoformat") and not getattr(value, "tzinfo", None) else value


@given(st.lists(st.none() | DIGITS, max_size=20), st.integers(0, 5))
def test_fifteen_digits_of_a_decimal_are_exact(digits: list[int | None], skipped: int) -> None:
    values = [None if whole is None else Decimal(whole).scaleb(-4) for whole in digits]
    rows = pa.table({"value": pa.chunked_array([pa.array(values, pa.decimal128(20, 4))[skipped:]])})
    numbers = [None if value is pd.NA else value for value in to_frame(rows, {})["value"]]
    assert numbers == [None if value is None else float(value) for value in values[skipped:]]


def test_whole_decimals_are_whole_numbers_and_too_long_ones_are_refused() -> None:
    rows = pa.table({"value": pa.array([Decimal(2**63 - 1), None], pa.decimal128(38, 0))})
    assert to_frame(rows, {})["value"].dtype == "Int64"
    assert to_frame(rows, {})["value"][0] == 2**63 - 1
    with pytest.raises(QueryError, match="out of bounds"):
        to_frame(pa.table({"value": pa.array([Decimal(2**63)], pa.decimal128(38, 0))}), {})


def test_a_code_that_is_no_longer_declared_stays_after_the_others(tmp_path: Path) -> None:
    publish(tmp_path, HERE, {"reports": [report("a")], "requests": [request("a"), request("a", "total")]})
    path = partition_file(tmp_path, "requests", HERE)
    stored = pq.read_table(path, partitioning=None)
    renamed = pa.array(["forwarded" if code == "total" else code for code in stored["outcome"].to_pylist()])
    pq.write_table(stored.set_column(stored.schema.get_field_index("outcome"), "outcome", renamed), path)
    outcome = Warehouse(tmp_path).read("requests")["outcome"]
    assert list(outcome) == ["received", "forwarded"]
    assert list(outcome.cat.categories)[-2:] == ["carried_out", "forwarded"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["requests", "disclosures", "reports", "jurisdictions"])
def test_labels_stand_in_place_of_codes_in_the_same_order(root: Path, name: str, language: Any) -> None:
    codes, labelled = Warehouse(root).read(name), Warehouse(root).read(name, labels=language)
    for column in load_tables()[name].columns:
        if column.values:
            words = [code_words(language, name, column.name, code) for code in column.values]
            assert list(labelled[column.name].cat.categories) == words
            assert labelled[column.name].cat.codes.equals(codes[column.name].cat.codes)
        else:
            assert labelled[column.name].equals(codes[column.name])


def test_an_encoded_column_that_is_also_a_condition_is_a_categorical(root: Path) -> None:
    frame = Warehouse(root).read("requests", outcome="refused.*", state=["number", "zero"])
    assert len(frame)
    assert set(frame["outcome"].astype("string").str[:8]) == {"refused."}
    assert frame["outcome"].cat.categories[0] == "received"
