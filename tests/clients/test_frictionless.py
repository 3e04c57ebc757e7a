"""`frictionless` reads and checks what is described: types, required columns, codes, keys, references, rows."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.clients.conftest import Published
from tests.support.fixtures import Crawled
from tests.support.processes.clients import run_client
from tests.support.processes.command import nianbao
from tests.support.warehouse.extremes import row_of
from warehouse.paths import RELEASE_MANIFEST
from warehouse.schema import load_tables


@pytest.fixture
def release(published: Published, tmp_path: Path) -> Path:
    """Return a copy of the release, which a test may change."""
    return Path(shutil.copytree(published.release, tmp_path / "release"))


def change(release: Path, path: str, column: str, value: str) -> None:
    """Change a column's first value in a file of the release."""
    table = pq.read_table(release / path, partitioning=None)
    at = table.schema.get_field_index(column)
    values = pa.array([value, *table[column].to_pylist()[1:]])
    pq.write_table(table.set_column(at, table.schema.field(column), values), release / path)


def test_a_release_is_valid_in_all_its_files(published: Published) -> None:
    done = run_client("frictionless", "validate", "datapackage.json", folder=published.release)
    assert done.code == 0, done.out
    files = sorted(path.relative_to(published.release).as_posix() for path in published.release.rglob("*.parquet"))
    files.remove(RELEASE_MANIFEST)
    assert sorted(line.split("│")[3].strip() for line in done.out.splitlines() if "VALID" in line) == files
    assert "INVALID" not in done.out


@pytest.mark.long
def test_the_release_of_the_sample_is_valid(crawled: Crawled, tmp_path: Path) -> None:
    """It takes half a minute of CPU: each table that refers to the 7,000 divisions reads all of them again."""
    settings = {"NIANBAO_DATA_ROOT": str(crawled.place.settings.data_root), "NIANBAO_WAREHOUSE_URL": str(tmp_path)}
    shutil.copytree(crawled.place.warehouse, tmp_path, dirs_exist_ok=True)
    release = nianbao("release", "--quiet", folder=tmp_path, **settings).out.splitlines()[0]
    done = run_client("frictionless", "validate", "datapackage.json", folder=Path(release))
    assert (done.code, "INVALID" in done.out) == (0, False), done.out


def test_the_warehouse_is_valid(published: Published) -> None:
    done = run_client("frictionless", "validate", "datapackage.json", folder=published.warehouse / "_catalog")
    assert (done.code, done.out.count("VALID")) == (0, 1), done.out


def test_rows_come_with_their_types_and_nulls(published: Published) -> None:
    arguments = ("extract", "datapackage.json", "--name", "requests-2024", "--json")
    done = run_client("frictionless", *arguments, folder=published.release)
    rows = json.loads(done.out)["requests-2024"]
    table = load_tables()["requests"]
    assert [row["year"] for row in rows] == [2024] * 3
    for number, row in enumerate(rows):
        expected = row_of(table, number)
        assert {name: row[name] for name in ("value", "page", "raw")} == {
            name: expected[name] for name in ("value", "page", "raw")
        }
        assert row["implied"] is None if number == 0 else Decimal(row["implied"]) == expected["implied"]


def test_rows_that_break_the_description_are_found_in_each_file(release: Path) -> None:
    change(release, "requests/year=2024.parquet", "outcome", "lost")
    change(release, "disclosures/year=2024.parquet", "report_id", "nobody")
    change(release, "reports/year=2023.parquet", "jurisdiction", "CN-990000")
    change(release, "agencies.parquet", "agency_id", "agencies.agency_id-1")
    cut = release / "findings/year=2024.parquet"
    pq.write_table(pq.read_table(cut, partitioning=None).slice(1), cut)
    done = run_client("frictionless", "validate", "datapackage.json", "--json", folder=release)
    assert done.code == 1, done.err
    tasks = json.loads(done.out)["tasks"]
    assert {task["name"]: {error["type"] for error in task["errors"]} for task in tasks if task["errors"]} == {
        "requests-2024": {"constraint-error"},
        "disclosures-2024": {"foreign-key"},
        "reports-2023": {"foreign-key"},
        "agencies": {"primary-key"},
        "findings-2024": {"row-count"},
    }


def test_a_type_that_the_standard_does_not_know_is_refused(release: Path) -> None:
    package = json.loads((release / "datapackage.json").read_text("utf-8"))
    package["resources"][0]["schema"]["fields"][0]["type"] = "varchar"
    (release / "datapackage.json").write_text(json.dumps(package), "utf-8")
    done = run_client("frictionless", "validate", "datapackage.json", folder=release)
    assert (done.code, "varchar" in done.out) == (1, True)
