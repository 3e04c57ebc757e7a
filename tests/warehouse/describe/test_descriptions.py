"""What is generated from the declarations: the dictionary, the data package, the Croissant description."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from frictionless import FrictionlessException, Package, Resource, Schema
from typer.testing import CliRunner

from flows.cli.main import app
from tests.support.paths import REPOSITORY
from tests.support.warehouse.rows import disclosure, finding, report, request
from transforms.dimension_rows import codebook_rows, jurisdiction_rows
from warehouse.describe.datapackage import table_schema
from warehouse.describe.ddl import engines
from warehouse.describe.dictionary import dictionary
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.release.release import write_release
from warehouse.schema import Row, full_columns, load_tables
from warehouse.storage.store import open_store

HERE: Row = {"jurisdiction": "CN-371003", "year": 2024}


def rows_of_a_release() -> dict[str, list[Row]]:
    """Rows of most tables with the keys as columns; `indicators` and `proceedings` have none."""
    figures: dict[str, list[Row]] = {
        "reports": [report("a"), report("b", published_on=None)],
        "requests": [request("a", page=2), request("a", "granted", value=None, raw="", state="blank")],
        "disclosures": [disclosure("a", unit="万元"), disclosure("b")],
        "findings": [finding("a"), finding("a", table=None, cells=[])],
    }
    divisions: list[Row] = [row for row in jurisdiction_rows({}) if str(row["jurisdiction"]).startswith("CN-37")]
    keyed: dict[str, list[Row]] = {table: [{**HERE, **row} for row in rows] for table, rows in figures.items()}
    return {**keyed, "jurisdictions": divisions, "codebook": list(codebook_rows())}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a release of these rows and of another year's, with its descriptions."""
    store, rows = open_store(tmp_path_factory.mktemp("warehouse")), rows_of_a_release()
    for name in ("jurisdictions", "codebook"):
        write_dimension(store, name, rows.pop(name))
    own = {name: [{key: row[key] for key in row if key not in HERE} for row in found] for name, found in rows.items()}
    publish(store, Partition("CN-371003", 2024), own)
    publish(store, Partition("CN-371003", 2023), {"reports": [report("c")], "requests": [request("c", page=1)]})
    return Path(write_release(store, datetime(2026, 11, 21, tzinfo=UTC), lambda done, total: None).place)


def names_of(table: str) -> list[str]:
    return [column.name for column in full_columns(load_tables()[table])]


def test_dictionary_is_fresh() -> None:
    assert (REPOSITORY / "DICTIONARY.md").read_text("utf-8") == dictionary(codebook_rows()), "run `make dictionary`"


def section_of(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_dictionary_contains_every_table_column_and_code() -> None:
    text = dictionary(codebook_rows())
    for table in load_tables().values():
        section = section_of(text, table.name)
        for group in table.includes:
            assert f"[{group}](#{group})" in section
            section += section_of(text, group)
        for column in full_columns(table):
            assert f"| `{column.name}` | {column.type} |" in section
            assert all(f"`{code}`" in section for code in column.values)
    assert "| `refused.state_secret` | 1.属于国家秘密 |" in text


def test_dictionary_contains_each_shared_column_and_each_type_once() -> None:
    text = dictionary(codebook_rows())
    assert text.count("| `bbox` | list(double) |") == 1
    types = section_of(text, "types")
    assert all(f"\n| {kind} |" in types for kind in ("string", "timestamp", "decimal(p,s)", "list(x)"))
    assert all(f" {engine} |" in types for engine in engines())


def test_command_prints_the_dictionary_and_statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["schema", "--dictionary"]).stdout == (REPOSITORY / "DICTIONARY.md").read_text(
        "utf-8"
    )
    told = CliRunner().invoke(app, ["schema", "--engine", "datafusion"])
    assert told.stdout.count("CREATE TABLE IF NOT EXISTS") == len(load_tables())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["--engine", "oracle"], ["--engine", "spark", "--dictionary"]])
def test_command_refuses_unknown_arguments(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["schema", *arguments]).exit_code == 2


def test_data_package_is_valid(release: Path) -> None:
    package = Package.from_descriptor(str(release / "datapackage.json"))
    assert package.resource_names == list(load_tables())
    assert package.version == "2026.11.21"
    requests = package.get_resource("requests")
    assert requests.paths == ["requests/year=2023.parquet", "requests/year=2024.parquet"]
    assert [field.name for field in requests.schema.fields] == names_of("requests")


def test_data_package_that_is_not_valid_is_refused(release: Path) -> None:
    descriptor = json.loads((release / "datapackage.json").read_text("utf-8"))
    descriptor["resources"][0]["schema"]["fields"][0]["type"] = "varchar"
    with pytest.raises(FrictionlessException):
        Package.from_descriptor(descriptor)


def test_rows_fit_the_data_package() -> None:
    """Types, required columns, codes, keys and references: frictionless checks all of them on the rows themselves.

    It reads one file of a table, and takes integers with nulls for fractions, so it is given the rows.
    """
    assert _validate(rows_of_a_release()) == []


def test_rows_that_break_the_data_package_are_found() -> None:
    rows = rows_of_a_release()
    rows["requests"] += [{**rows["requests"][0], "report_id": "nobody"}, {**rows["requests"][0], "outcome": "lost"}]
    rows["reports"] += [{**rows["reports"][0], "jurisdiction": "CN-990000"}]
    assert set(_validate(rows)) == {"foreign-key", "primary-key", "constraint-error"}


def _validate(tables: dict[str, list[Row]]) -> list[str]:
    package = Package(
        resources=[
            Resource(
                name=name,
                data=[{key: row.get(key) for key in names_of(name)} for row in rows],
                schema=Schema.from_descriptor(table_schema(load_tables()[name], tables)),
            )
            for name, rows in tables.items()
        ]
    )
    return [error.type for task in package.validate().tasks for error in task.errors]


def test_croissant_is_valid_and_its_records_can_be_read(release: Path) -> None:
    mlc: Any = pytest.importorskip("mlcroissant")
    dataset = mlc.Dataset(jsonld=str(release / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    assert {one.id for one in dataset.metadata.record_sets} == set(load_tables())
    records = [(int(one["requests/year"]), one["requests/outcome"].decode()) for one in dataset.records("requests")]
    assert records == [(2023, "received"), (2024, "granted"), (2024, "received")]
