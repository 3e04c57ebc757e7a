"""The warehouse's self-description: valid, true, and written only if it differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from frictionless import FrictionlessException, Package, Schema

from tests.support.warehouse.rows import report, request
from warehouse.describe.catalog import releases, statements, write_catalog
from warehouse.describe.ddl import engines
from warehouse.maintain import remove_leftovers
from warehouse.paths import CATALOG_FOLDER
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.release.release import write_release
from warehouse.schema import full_columns, load_tables
from warehouse.storage.store import Folder, ReleaseStore, open_store

HERE = Partition("CN-371003", 2024)
NAMES = sorted(["DICTIONARY.md", "datapackage.json", "partitions.csv", *(f"ddl/{engine}.sql" for engine in engines())])
Fill = Callable[[ReleaseStore], None]


def fill(store: ReleaseStore) -> None:
    publish(store, HERE, {"reports": [report("a")], "requests": [request("a")]})
    publish(store, Partition("CN-110000", 2023), {"reports": [report("b")]})
    code = {"table": "requests", "column": "outcome", "code": "received", "layout": "2021", "label": "一、新收"}
    write_dimension(store, "codebook", [code])


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ReleaseStore:
    store = Folder(tmp_path / "w") if request.param == "folder" else open_store(f"memory://{tmp_path.name}")
    fill(store)
    return store


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of a warehouse with its catalogue."""
    fill(Folder(tmp_path))
    write_catalog(Folder(tmp_path), dry=False)
    return tmp_path


def described(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / CATALOG_FOLDER / "datapackage.json").read_text("utf-8"))
    return found


def test_descriptions_are_written_only_if_they_differ(store: ReleaseStore) -> None:
    assert [path.removeprefix(f"{CATALOG_FOLDER}/") for path in sorted(write_catalog(store, dry=True))] == NAMES
    assert store.names(CATALOG_FOLDER) == []
    assert len(write_catalog(store, dry=False)) == len(NAMES)
    assert store.names(CATALOG_FOLDER) == [f"{CATALOG_FOLDER}/{name}" for name in NAMES]
    assert write_catalog(store, dry=False) == []
    publish(store, Partition("CN-371003", 2023), {"reports": [report("c")]})
    assert write_catalog(store, dry=False) == [f"{CATALOG_FOLDER}/partitions.csv"]
    write_release(store, datetime(2026, 11, 21, tzinfo=UTC), lambda done, total: None)
    assert write_catalog(store, dry=False) == [f"{CATALOG_FOLDER}/datapackage.json"]


def test_data_package_is_valid_and_its_rows_are_the_partitions(root: Path) -> None:
    package = Package.from_descriptor(str(root / CATALOG_FOLDER / "datapackage.json"))
    found = package.validate()
    assert found.valid, found.flatten(["type", "message"])
    resource: Any = package.get_resource("partitions")
    rows = [row.to_dict() for row in resource.read_rows()]
    assert [(row["jurisdiction"], row["year"], row["reports"], row["requests"]) for row in rows] == [
        ("CN-110000", 2023, True, False),
        ("CN-371003", 2024, True, True),
    ]


def test_a_partition_that_comes_twice_or_has_no_year_breaks_the_data_package(root: Path) -> None:
    path = root / CATALOG_FOLDER / "partitions.csv"
    header, first, second = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, first, first, second.replace("2024", "")]), "utf-8")
    found = Package.from_descriptor(str(root / CATALOG_FOLDER / "datapackage.json")).validate()
    assert {kind for (kind,) in found.flatten(["type"])} == {"primary-key", "constraint-error"}


def test_tables_are_described_with_valid_schemas_and_paths(root: Path) -> None:
    for told in described(root)["tables"]:
        table = load_tables()[told["name"]]
        assert Schema.from_descriptor(told["schema"]).field_names == [column.name for column in full_columns(table)]
    paths = {told["name"]: told["path"] for told in described(root)["tables"]}
    assert paths.keys() == load_tables().keys()
    assert (root / paths["requests"].format(jurisdiction="CN-371003", year=2024)).is_file()
    assert (root / paths["codebook"]).is_file()
    broken = described(root)["tables"][0]["schema"]
    broken["fields"][0]["type"] = "varchar"
    with pytest.raises(FrictionlessException):
        Schema.from_descriptor(broken)


def test_statements_open_the_warehouse_and_the_dictionary_has_its_words(root: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute((root / CATALOG_FOLDER / "ddl" / "duckdb.sql").read_text("utf-8"))
        found = connection.execute("SELECT jurisdiction, year FROM reports ORDER BY ALL").fetchall()
    assert found == [("CN-110000", 2023), ("CN-371003", 2024)]
    assert "| `received` | 一、新收 |" in (root / CATALOG_FOLDER / "DICTIONARY.md").read_text("utf-8")


def test_statements_name_the_place_as_engines_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("w")
    fill(store)
    assert f"'{tmp_path}/w/requests/" in statements(store, "duckdb")


def test_an_empty_warehouse_has_no_description(tmp_path: Path) -> None:
    assert write_catalog(Folder(tmp_path), dry=False) == []
    assert list(tmp_path.iterdir()) == []


def test_complete_releases_are_listed_the_newest_last(store: ReleaseStore) -> None:
    for name in ("2026-11-21.10", "2026-11-21", "2026-11-21.2", "2025-12-31", ".2026-11-22.0123456789abcdef"):
        store.write(f"_releases/{name}/SHA256SUMS", b"")
    store.write("_releases/2026-11-30/README.md", b"")
    assert releases(store) == ["2025-12-31", "2026-11-21", "2026-11-21.2", "2026-11-21.10"]


def test_what_a_killed_writer_left_is_removed(root: Path) -> None:
    aside = root / CATALOG_FOLDER / ".DICTIONARY.md.0123456789abcdef"
    aside.write_bytes(b"half")
    remove_leftovers(Folder(root), dry=False)
    assert not aside.exists()
    assert (root / CATALOG_FOLDER / "DICTIONARY.md").is_file()
