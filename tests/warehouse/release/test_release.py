from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.warehouse.rows import disclosure, report, request
from warehouse.paths import RELEASE_MANIFEST
from warehouse.publish.manifest import file_versions
from warehouse.publish.write import Partition, publish, write_dimension
from warehouse.release import sorted_file
from warehouse.release.release import NothingToRelease, write_release
from warehouse.release.staging import HashingStream, incomplete_releases
from warehouse.schema import Row, full_schema, load_tables
from warehouse.storage.store import Folder, ReleaseStore, open_store

DIED = 99
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ReleaseStore:
    return Folder(tmp_path / "w") if request.param == "folder" else open_store(f"memory://{tmp_path.name}")


def fill(store: ReleaseStore) -> None:
    """Three partitions of two years, published in no order."""
    for jurisdiction, year, name in (
        ("CN-371003", 2024, "c"),
        ("CN-110101", 2024, "b"),
        ("CN-371003", 2020, "a"),
    ):
        rows: dict[str, list[Row]] = {
            "reports": [report(name), report(f"{name}2")],
            "requests": [request(f"{name}2"), request(name, "granted"), request(name)],
            "disclosures": [disclosure(name)],
        }
        publish(store, Partition(jurisdiction, year), rows)
    county = {"jurisdiction": "CN-371003", "name": "文登区", "level": "county", "full_name": "山东省威海市文登区"}
    write_dimension(store, "jurisdictions", [county])


def nothing(done: int, total: int) -> None:
    pass


def content(store: ReleaseStore, path: str) -> pa.Table:
    data = store.read(path)
    assert data is not None
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        return file.read()


def test_each_table_and_year_is_one_sorted_file_with_its_keys(store: ReleaseStore) -> None:
    fill(store)
    shown: list[tuple[int, int]] = []
    release = write_release(store, NOON, lambda done, total: shown.append((done, total)))
    assert shown == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert (release.name, release.rows["reports"], release.rows["requests"]) == ("2026-11-21", 6, 9)
    for name, table in load_tables().items():
        years = (2020, 2024) if table.partitioned else (None,)
        for year in years:
            rows = content(store, f"_releases/2026-11-21/{name}{f'/year={year}' if year else ''}.parquet")
            assert rows.schema.equals(full_schema(table))
            assert set(rows["year"].to_pylist() if year else ()) <= {year}
    requests = content(store, "_releases/2026-11-21/requests/year=2024.parquet")
    keys = ["jurisdiction", "report_id", "outcome"]
    assert list(zip(*(requests[key].to_pylist() for key in keys), strict=True)) == [
        (jurisdiction, report_id, outcome)
        for jurisdiction, name in (("CN-110101", "b"), ("CN-371003", "c"))
        for report_id, outcome in ((name, "granted"), (name, "received"), (f"{name}2", "received"))
    ]
    assert len(content(store, "_releases/2026-11-21/indicators/year=2020.parquet")) == 0


def test_footers_state_order_and_statistics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_file, "GROUP_ROWS", 4)
    store = Folder(tmp_path)
    fill(store)
    write_release(store, NOON, nothing)
    metadata = pq.read_metadata(tmp_path / "_releases/2026-11-21/requests/year=2024.parquet")
    assert [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)] == [4, 2]
    first = metadata.row_group(0)
    assert [column.column_index for column in first.sorting_columns] == [1, 0, 2, 3, 4]
    assert (first.column(0).compression, first.column(0).statistics.min) == ("ZSTD", "CN-110101")


def test_descriptions_and_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    fill(store)
    release = write_release(store, NOON, nothing)
    folder = Path(release.place)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, check=True
    )
    checked = {line.rpartition(b":")[0].decode() for line in done.stdout.splitlines()}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == checked | {"SHA256SUMS"}
    assert {"README.md", "DICTIONARY.md", "datapackage.json", "croissant.json", "codebook.parquet"} <= files
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    paths = [path for one in described["resources"] for path in ([one["path"]] if "hash" in one else one["path"])]
    assert sorted([*paths, RELEASE_MANIFEST]) == sorted(path for path in files if path.endswith(".parquet"))
    readme = (folder / "README.md").read_text("utf-8")
    assert "6 reports of 2\njurisdictions for 2020–2024" in readme
    assert "Written on 2026-11-21 12:00 UTC from 3 partitions" in readme
    assert "## Licence" in readme


def test_a_second_release_of_a_day_has_its_own_name_and_equal_content_equal_files(store: ReleaseStore) -> None:
    fill(store)
    first = write_release(store, NOON, nothing)
    second = write_release(store, NOON, nothing)
    third = write_release(store, NOON, nothing)
    assert [first.name, second.name, third.name] == ["2026-11-21", "2026-11-21.2", "2026-11-21.3"]
    assert first.files == second.files


def test_a_release_tells_the_versions_that_it_holds(store: ReleaseStore) -> None:
    fill(store)
    release = write_release(store, NOON, nothing)
    held = content(store, f"_releases/{release.name}/{RELEASE_MANIFEST}")
    assert held.equals(file_versions(store))
    again = {"reports": [report("c")], "requests": [request("c", value=7)], "disclosures": [disclosure("c")]}
    publish(store, Partition("CN-371003", 2024), again)
    before, after = (versions.to_pylist() for versions in (held, file_versions(store)))
    changed = [file["table"] for file in after if file not in before]
    assert [len(before), len(after)] == [9, 9]
    assert changed == ["requests"]


def test_an_empty_warehouse_has_nothing_to_release(store: ReleaseStore) -> None:
    with pytest.raises(NothingToRelease, match="holds no report"):
        write_release(store, NOON, nothing)
    assert store.names("_releases") == []


def test_rows_of_older_declarations_have_todays_columns(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    fill(store)
    path = tmp_path / "requests/jurisdiction=CN-371003/year=2020/data.parquet"
    with pq.ParquetFile(path) as file:
        older = file.read().drop_columns(["implied"])
    pq.write_table(older, path)
    write_release(store, NOON, nothing)
    rows = content(store, "_releases/2026-11-21/requests/year=2020.parquet")
    assert rows["implied"].to_pylist() == [None, None, None]


def test_failing_in_the_middle_leaves_nothing(store: ReleaseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)

    def fail(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_release(store, NOON, fail)
    assert store.names("_releases") == []


def test_a_crash_at_any_moment_leaves_no_incomplete_release(tmp_path: Path) -> None:
    """Killed before each 43rd of its steps, and before each of the last ones; the next one clears what was left."""
    store = Folder(tmp_path)
    fill(store)
    steps = 0
    while (unused := release_in(tmp_path, steps)) is None:
        assert released(tmp_path) == []
        assert len(incomplete_releases(store)) <= 1
        steps += 43
    needed = steps - unused
    assert needed > 300
    assert (released(tmp_path), incomplete_releases(store)) == (["2026-11-21"], [])
    for at in range(needed - 6, needed):
        assert release_in(tmp_path, at) is None
        assert len(released(tmp_path)) == 1 + (at == needed - 1)


def released(root: Path) -> list[str]:
    """Return the releases that readers see."""
    return [path.name for path in (root / "_releases").glob("[!.]*")]


def release_in(root: Path, steps: int) -> int | None:
    """Write a release in a child process that dies after so many steps (writings, flushes, renames); those it left."""
    child = os.fork()
    if child == 0:
        left = iter(range(steps))

        def dying(function: Callable[..., object]) -> Callable[..., object]:
            def step(*arguments: object, **options: object) -> object:
                if next(left, None) is None:
                    os._exit(DIED)
                return function(*arguments, **options)

            return step

        for owner, name in ((HashingStream, "write"), (Folder, "write"), (Path, "rename"), (os, "fsync"), (os, "sync")):
            setattr(owner, name, dying(getattr(owner, name)))
        write_release(Folder(root), NOON, nothing)
        os._exit(sum(1 for _ in left))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return None if status == DIED else status
