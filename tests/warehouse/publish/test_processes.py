"""Writers that crash, and writers of the same partitions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.support.paths import REPOSITORY
from tests.support.processes.writers import CRASHED, FIRST, SECOND, TABLES
from tests.support.warehouse.rows import HERE, leftovers, published_files
from warehouse.paths import INTENTS_FOLDER
from warehouse.publish.manifest import compact_manifest, known_partitions
from warehouse.publish.write import publish
from warehouse.storage.store import open_store

POINTS = 60
"""More than the number of steps: the last ones end without a crash."""
EACH_RUN = (2, 9, 20, 31)


def start(kind: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.processes.writers", kind, *map(str, arguments)], cwd=REPOSITORY
    )


@pytest.mark.parametrize(
    "point", [pytest.param(at, marks=() if at in EACH_RUN else pytest.mark.long) for at in range(1, POINTS)]
)
def test_a_crash_after_any_step_leaves_old_or_new_files_and_the_next_run_repairs_the_rest(
    tmp_path: Path, point: int
) -> None:
    crashed, clean = tmp_path / "crashed", tmp_path / "clean"
    publish(crashed, HERE, FIRST)
    shutil.copytree(crashed, clean)
    old = published_files(crashed)
    publish(clean, HERE, SECOND)
    new = published_files(clean)
    with start("crash", crashed, point) as process:
        code = process.wait(timeout=120)
    assert code == CRASHED or (point > 35 and code == 0)
    _assert_old_or_new(crashed, old, new)
    publish(crashed, HERE, SECOND)
    compact_manifest(open_store(crashed))
    assert published_files(crashed) == new
    assert leftovers(crashed) == []
    assert list((crashed / INTENTS_FOLDER).iterdir()) == []
    assert [known.table for known in known_partitions(open_store(crashed))] == TABLES


def _assert_old_or_new(root: Path, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    found = published_files(root)
    assert set(old) <= set(found)
    for path, data in found.items():
        assert data in (old.get(path), new[path])
    (reports,) = (path for path in new if path.startswith("reports/"))
    if found[reports] == new[reports]:
        assert found == new
    assert {known.path for known in known_partitions(open_store(root))} == set(found)


@pytest.mark.parametrize(
    ("writers", "reports", "partitions"), [(3, 30, 4), pytest.param(8, 200, 20, marks=pytest.mark.long)]
)
def test_processes_that_share_partitions_lose_nothing(
    tmp_path: Path, writers: int, reports: int, partitions: int
) -> None:
    processes = [start("share", tmp_path, one, writers, reports, partitions) for one in range(writers)]
    assert [process.wait(timeout=240) for process in processes] == [0] * writers
    everything = sorted(f"r{number:03}" for number in range(reports))
    for table in ("reports", "requests"):
        paths = [known.path for known in known_partitions(open_store(tmp_path)) if known.table == table]
        assert len(paths) == partitions
        found = [name for path in paths for name in pq.ParquetFile(tmp_path / path).read()["report_id"].to_pylist()]
        assert sorted(found) == everything
    assert leftovers(tmp_path) == []
