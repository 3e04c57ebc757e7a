"""What is generated from the declarations: the dictionary, the data package, the Croissant description."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from frictionless import Package
from typer.testing import CliRunner

from flows.cli.main import app
from tests.support.paths import REPOSITORY
from tests.support.warehouse.rows import report, request
from transforms.dimension_rows import codebook_rows
from warehouse.describe.ddl import engines
from warehouse.describe.dictionary import dictionary
from warehouse.paths import RELEASE_MANIFEST
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.release.release import write_release
from warehouse.schema import Row, full_columns, load_tables
from warehouse.storage.store import open_store


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a release of two years, with its descriptions."""
    store = open_store(tmp_path_factory.mktemp("warehouse"))
    for year in (2023, 2024):
        rows: dict[str, list[Row]] = {"reports": [report(f"a-{year}")], "requests": [request(f"a-{year}")]}
        publish(store, Partition("CN-371003", year), rows)
    write_dimension(store, "codebook", list(codebook_rows()))
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


def test_data_package_has_a_resource_for_each_file(release: Path) -> None:
    package = Package.from_descriptor(str(release / "datapackage.json"))
    assert package.version == "2026.11.21"
    files = {path.relative_to(release).as_posix() for path in release.rglob("*.parquet")}
    assert {str(one.path) for one in package.resources} == files - {RELEASE_MANIFEST}
    requests = package.get_resource("requests-2023")
    assert (requests.path, requests.rows) == ("requests/year=2023.parquet", 1)
    assert [field.name for field in requests.schema.fields] == names_of("requests")


def test_references_lead_to_the_rows_of_the_same_year_by_their_keys(release: Path) -> None:
    described = json.loads((release / "datapackage.json").read_text("utf-8"))
    keys = {one["name"]: one["schema"].get("foreignKeys", []) for one in described["resources"]}
    whole = ["jurisdiction", "year", "report_id"]
    assert keys["requests-2023"] == [
        {"fields": whole, "reference": {"resource": "reports-2023", "fields": whole}},
    ]
    assert keys["jurisdictions"] == [
        {"fields": ["parent"], "reference": {"resource": "", "fields": ["jurisdiction"]}},
    ]
    of_reports = [(one["fields"], one["reference"]["resource"]) for one in keys["reports-2024"]]
    assert of_reports == [(["jurisdiction"], "jurisdictions"), (["agency_id"], "agencies")]
