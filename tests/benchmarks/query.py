"""Questions through our tables and views, against DuckDB that is given the right files by hand.

The warehouse has 1,600 jurisdictions × 5 years with 10 reports each in one table, `requests`, two applicants to an
outcome: 8,000 files, 4.2 million figures. It is written without `publish`, which `tests.benchmarks.warehouse` measures.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.measure import compare
from tests.warehouse.examples import request
from warehouse import query
from warehouse.manifest import begin
from warehouse.partition import Partition, partition_path
from warehouse.schema import arrow_schema, full_schema, load_tables
from warehouse.sorted_file import SortedFile
from warehouse.store import Folder

_CODES = [f"CN-{100000 + number}" for number in range(1600)]
_YEARS = range(2020, 2025)
_REPORTS = 10
_TABLE = load_tables()["requests"]
_SERIES = "SELECT year, outcome, sum(value) FROM {} WHERE jurisdiction = '{}' AND applicant = 'total' GROUP BY ALL"
_NATION = "SELECT year, outcome, sum(value) FROM {} WHERE applicant = 'total' GROUP BY year, outcome"
_ASKED = random.Random(20).sample(_CODES, 20)


def run() -> None:
    """Prints a jurisdiction's series and a national sum, each against files named by hand."""
    root = Path(tempfile.mkdtemp())
    try:
        _fill(root)
        _compare(root)
    finally:
        shutil.rmtree(root)


def _compare(root: Path) -> None:
    with query.connect(root) as ours, duckdb.connect() as theirs:
        compare(
            f"{len(_ASKED)} jurisdictions' series",
            lambda: [query.run(ours, _SERIES.format("requests", code)) for code in _ASKED],
            lambda: [theirs.execute(_SERIES.format(_by_hand(root, code), code)).fetchall() for code in _ASKED],
            "DuckDB given their files",
        )
        one_file = f"read_parquet('{root}/sorted.parquet')"
        for name, ours_asked in {
            f"national sum over {len(_CODES) * len(_YEARS)} files": lambda: query.run(ours, _NATION.format("requests")),
            "national sum over a release": lambda: theirs.execute(
                _NATION.format(f"read_parquet('{root}/_releases/*.parquet')")
            ).fetchall(),
        }.items():
            compare(name, ours_asked, lambda: theirs.execute(_NATION.format(one_file)).fetchall(), "one sorted file")


def _by_hand(root: Path, code: str) -> str:
    paths = [str(root / partition_path(_TABLE.name, Partition(code, year))) for year in _YEARS]
    return f"read_parquet({paths}, hive_partitioning = true)"


def _fill(root: Path) -> None:
    """The partitions with their manifest, the same rows as a release's files by year, and as one such file."""
    (root / "_releases").mkdir()
    with (root / "sorted.parquet").open("wb") as sorted_rows, SortedFile(_TABLE, sorted_rows) as one_file:
        for year in _YEARS:
            with (root / "_releases" / f"{year}.parquet").open("wb") as stream, SortedFile(_TABLE, stream) as release:
                for code, rows in _rows():
                    path = root / partition_path(_TABLE.name, Partition(code, year))
                    path.parent.mkdir(parents=True)
                    pq.write_table(rows, path, compression="zstd")
                    keys = [pa.repeat(code, len(rows)), pa.repeat(pa.scalar(year, pa.int32()), len(rows))]
                    whole = pa.table([*keys, *rows.columns], schema=full_schema(_TABLE))
                    release.add(whole)
                    one_file.add(whole)
    begin(Folder(root))


def _rows() -> Iterator[tuple[str, pa.Table]]:
    """The rows of each jurisdiction: every code of the form in every report, and values of their own."""
    codes = {column.name: column.values for column in _TABLE.columns}
    figures = list(product(codes["outcome"], ("natural_person", "total")))
    reports = [
        request(f"{number:016x}", *figure, page=1, grid=1, row=4, column=2)
        for number in range(_REPORTS)
        for figure in figures
    ]
    base = pa.Table.from_pylist(reports, schema=arrow_schema(_TABLE))
    numbers = random.Random(10)
    for code in _CODES:
        values = pa.array(numbers.choices(range(50), k=len(base)), pa.int64())
        yield code, base.set_column(base.schema.get_field_index("value"), base.schema.field("value"), values)
