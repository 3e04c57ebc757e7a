"""What pandas makes of a release's files: types that hold nulls, and values as they were stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.warehouse.extremes import publish_extremes, row_of
from warehouse.arrow_types import arrow_type
from warehouse.release.pandas_metadata import pandas_metadata
from warehouse.release.release import write_release
from warehouse.schema import Column, full_columns, load_tables
from warehouse.storage.store import Folder

_TYPES = {"int32": "int32", "int64": "int64", "double": "float64", "bool": "bool"}
_NULLABLE = {"int32": "Int32", "int64": "Int64", "double": "Float64", "bool": "boolean"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warehouse")
    publish_extremes(root)
    return Path(write_release(Folder(root), datetime(2026, 11, 21, tzinfo=UTC), lambda done, total: None).place)


def test_every_column_has_a_type_that_holds_its_values(release: Path) -> None:
    for name, table in load_tables().items():
        paths = [release / f"{name}.parquet"] if not table.partitioned else sorted((release / name).iterdir())
        for path in paths:
            types = pd.read_parquet(path, partitioning=None).dtypes
            for column in full_columns(table):
                if column.type in _TYPES:
                    expected = (_NULLABLE if column.nullable else _TYPES)[column.type]
                    assert str(types[column.name]) == expected, (path, column.name)


def test_integers_with_nulls_lose_nothing(release: Path) -> None:
    values = pd.read_parquet(release / "requests" / "year=2024.parquet")["value"]
    assert values.isna().tolist() == [True, False, False]
    table = load_tables()["requests"]
    assert values.tolist()[1:] == [row_of(table, number)["value"] for number in (1, 2)]


def test_the_footer_says_what_pandas_itself_would_write(tmp_path: Path) -> None:
    """But for strings, whose values pandas 3 calls objects."""
    values = {
        "int32": 1,
        "int64": 1,
        "double": 1.5,
        "decimal(20,4)": Decimal("9999999999999999.9999"),
        "bool": True,
        "string": "年",
        "date": date(2025, 1, 20),
        "timestamp": datetime(2025, 1, 20, tzinfo=UTC),
        "list(string)": ["年"],
        "list(double)": [1.5],
    }
    columns = [
        Column(name=f"{kind} {nullable}", type=kind, nullable=nullable, zh="列", en="column")
        for kind in values
        for nullable in (True, False)
    ]
    fields = [(column.name, arrow_type(column.type)) for column in columns]
    schema = pa.schema(fields, metadata=pandas_metadata(columns))
    path = tmp_path / "one.parquet"
    pq.write_table(pa.table({column.name: [values[column.type]] for column in columns}, schema=schema), path)
    theirs = pa.Schema.from_pandas(pd.read_parquet(path), preserve_index=False).pandas_metadata["columns"]
    strings = {"pandas_type": "unicode"}
    expected = [one | (strings if one["numpy_type"] == "str" else {}) for one in theirs]
    assert schema.pandas_metadata["columns"] == expected
