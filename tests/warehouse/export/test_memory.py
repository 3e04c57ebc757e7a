"""Memory of an export does not grow with its rows, but for Stata, which needs all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import REPOSITORY
from tests.support.processes.command import clean_environment
from warehouse.export.export import formats

FEW = 20_000
MEASURED = """
import resource, sys, tempfile
import pyarrow as pa
from tests.support.warehouse.rows import HERE, request
from warehouse.export.content import Content
from warehouse.export.export import formats
from warehouse.schema import full_columns, full_schema, load_tables

table, of_reports = load_tables()["requests"], full_schema(load_tables()["reports"])

def batches(count):
    for start in range(0, count, 2000):
        keys = {"jurisdiction": HERE.jurisdiction, "year": HERE.year}
        rows = [{**keys, **request(f"r{number // 182}"), "bbox": [1.5] * 4} for number in range(start, start + 2000)]
        yield from pa.Table.from_pylist(rows, schema=full_schema(table)).to_batches()

content = Content(table, full_columns(table), batches(int(sys.argv[2])), "zh", lambda ids: (of_reports, iter(())))
with tempfile.TemporaryFile() as out:
    formats()[sys.argv[1]].write(content, out)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def kilobytes(form: str, rows: int) -> int:
    """Return the most memory that a process of its own takes for so many rows."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, form, str(rows)],
        cwd=REPOSITORY,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.long
@pytest.mark.parametrize("form", [name for name in formats() if name != "dta"])
def test_ten_times_the_rows_take_the_same_memory(form: str) -> None:
    assert kilobytes(form, 10 * FEW) < 1.3 * kilobytes(form, FEW)
