"""`mlcroissant` accepts the description, and loads every record set with types and nulls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.clients.conftest import Published
from tests.support.processes.clients import run_client
from warehouse.schema import Column, full_columns, load_tables

_CONVERTED: Mapping[type, Callable[[Any], object]] = {bytes: bytes.decode, bool: bool, int: int, float: float}


def stored_rows(published: Published, table: str) -> list[dict[str, object]]:
    """Return the rows of a table in the release, without mlcroissant."""
    paths = sorted([*published.release.glob(f"{table}.parquet"), *published.release.glob(f"{table}/*.parquet")])
    return [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]


def test_the_description_is_valid_without_a_warning(published: Published) -> None:
    done = run_client("mlcroissant", "validate", "--jsonld", "croissant.json", folder=published.release)
    assert done.code == 0, done.err
    assert "Done." in done.err
    assert not [line for line in done.err.splitlines() if line.startswith(("W", "E")) or "warning" in line.lower()]


def test_the_command_loads_all_records_of_a_table(published: Published) -> None:
    arguments = ("--jsonld", str(published.release / "croissant.json"), "--record_set", "requests")
    done = run_client("mlcroissant", "load", *arguments, "--num_records", "-1", folder=published.warehouse)
    assert done.code == 0, done.err
    records = [line for line in done.out.splitlines() if line.startswith("{")]
    assert len(records) == 3
    assert "'requests/page': None" in records[0]
    assert "'requests/value': np.int64(9223372036854775807)" in records[1]
    assert "'requests/value': np.int64(9007199254740993)" in records[2]


def test_every_record_set_has_the_rows_of_its_table(published: Published) -> None:
    mlc: Any = pytest.importorskip("mlcroissant")
    dataset = mlc.Dataset(jsonld=str(published.release / "croissant.json"))
    assert {one.id for one in dataset.metadata.record_sets} == set(load_tables())
    for name, table in load_tables().items():
        records = list(dataset.records(name))
        found = [
            {column.name: plain(column, record[f"{name}/{column.name}"]) for column in full_columns(table)}
            for record in records
        ]
        expected = [{key: told(value) for key, value in row.items()} for row in stored_rows(published, name)]
        assert found == expected, name


def plain(column: Column, value: Any) -> object:
    """Return a value that mlcroissant gives, once it has the type that the column's declaration leads to."""
    kind, _, item = column.type.rstrip(")").partition("(")
    if value is None:
        return None
    if kind == "list":
        return [plain(column.model_copy(update={"type": item}), one) for one in value]
    expected = {"string": bytes, "int32": int, "int64": int, "bool": bool, "double": float, "decimal": float}
    if kind in expected:
        assert isinstance(value, expected[kind]) or value.dtype.kind == {int: "i", float: "f"}[expected[kind]]
        return _CONVERTED[expected[kind]](value)
    found = value.to_pydatetime()
    return found.date() if kind == "date" else found


def told(value: object) -> object:
    """Return a stored value as Croissant can tell it: it has no decimals."""
    return float(value) if isinstance(value, Decimal) else value
