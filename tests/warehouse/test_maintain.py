"""Maintenance of a warehouse finds every defect, repairs it once, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse.rows import HERE, leftovers, published_files, report, request
from tests.warehouse.release.test_release import NOON, nothing
from warehouse.maintain import MaintenanceStep, remove_leftovers, rewrite_outdated_files, update_manifest
from warehouse.paths import Partition, partition_path
from warehouse.publish.manifest import known_partitions
from warehouse.publish.write import publish
from warehouse.release.release import write_release
from warehouse.storage.store import Folder, Store, open_store

TORN = b"PAR1 torn"


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    store = Folder(tmp_path)
    publish(store, HERE, {"reports": [report("a")], "requests": [request("a")]})
    return store


def up_to_date(store: Store) -> MaintenanceStep:
    return rewrite_outdated_files(store, nothing, dry=False)


@pytest.mark.parametrize("dry", [True, False])
def test_leftovers_of_dead_writers_are_removed_and_nothing_else(store: Folder, dry: bool) -> None:
    before = published_files(store.root)
    write_release(store, NOON, nothing)
    kept = {path for path in store.names("") if not path.startswith("_locks/")}
    aside = "0123456789abcdef"
    for path in (partition_path("reports", HERE), "jurisdictions/data.parquet", "_schema.json", "_runs/x.json"):
        folder, _, name = path.rpartition("/")
        (store.root / folder).mkdir(exist_ok=True, parents=True)
        (store.root / folder / f".{name}.{aside}").write_bytes(TORN)
    half = store.root / f"_releases/.2026-11-22.{aside}" / "requests"
    half.mkdir(parents=True)
    (half / "year=2024.parquet").write_bytes(TORN)
    step = remove_leftovers(store, dry=dry)
    assert (len(step.done), step.damaged) == (5, [])
    assert step.done[-1] == f"{half.parent}: incomplete release"
    left = {path for path in store.names("") if not path.startswith("_locks/")} - kept
    assert len(left) == (5 if dry else 0)
    assert (half.parent.exists(), len(leftovers(store.root))) == (dry, 2 * dry)
    assert published_files(store.root) == before
    assert remove_leftovers(store, dry=False).done == (step.done if dry else [])


def test_incomplete_releases_of_a_bucket_are_removed(tmp_path: Path) -> None:
    store = open_store(f"memory://{tmp_path.name}")
    publish(store, HERE, {"reports": [report("a")]})
    write_release(store, NOON, nothing)
    whole = store.names("_releases")
    store.write("_releases/2026-11-22/requests/year=2024.parquet", TORN)
    assert len(remove_leftovers(store, dry=False).done) == 1
    assert store.names("_releases") == whole


def test_publications_are_added_to_the_manifest(store: Folder) -> None:
    known = known_partitions(store)
    assert update_manifest(store, dry=True).done == ["1 publications added"]
    assert update_manifest(store, dry=False).done == ["1 publications added"]
    assert update_manifest(store, dry=False).done == []
    assert known_partitions(store) == known


@pytest.mark.parametrize("bucket", [False, True])
def test_untracked_files_are_added_to_the_manifest(tmp_path: Path, bucket: bool) -> None:
    store = open_store(f"memory://{tmp_path.name}" if bucket else tmp_path)
    publish(store, HERE, {"reports": [report("a")], "requests": [request("a")]})
    update_manifest(store, dry=False)
    known = known_partitions(store)
    for one in known:
        data = store.read(one.path)
        assert data is not None
        store.write(one.path.replace("2024", "2023"), data)
    publish(store, Partition(HERE.jurisdiction, 2022), {"reports": [report("a")]})
    told = ["1 publications added", "2 untracked files added"]
    assert update_manifest(store, dry=True).done == told
    assert len(known_partitions(store)) == 3
    assert update_manifest(store, dry=False).done == told
    assert len(known_partitions(store)) == 5
    assert update_manifest(store, dry=False).done == []


def test_an_intact_warehouse_is_not_touched(store: Folder) -> None:
    before = {path: (store.root / path).stat().st_mtime_ns for path in store.names("")}
    assert up_to_date(store) == MaintenanceStep("files")
    assert {path: (store.root / path).stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize(("data", "reason"), [(TORN, "cannot be read"), (None, "is missing: run")])
def test_damaged_and_missing_files_are_reported_and_left(store: Folder, data: bytes | None, reason: str) -> None:
    path = partition_path("requests", HERE)
    if data is None:
        update_manifest(store, dry=False)
        store.remove(path)
    else:
        store.write(path, data)
    (line,) = up_to_date(store).damaged
    assert store.uri(path) in line
    assert reason in line
    assert store.read(path) == data


def test_an_empty_warehouse_stays_empty(tmp_path: Path) -> None:
    store = Folder(tmp_path / "w")
    assert remove_leftovers(store, dry=False).done == update_manifest(store, dry=False).done == []
    assert up_to_date(store) == MaintenanceStep("files")
    assert not store.root.exists()
