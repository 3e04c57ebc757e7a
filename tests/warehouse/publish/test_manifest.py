"""The manifest while others publish and compact it, and after a process that compacted it was killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import combinations_with_replacement, count, product
from pathlib import Path
from threading import Event

import pytest

from tests.support.warehouse.interrupted import Killed, killed_after
from tests.support.warehouse.rows import published_files, report, request
from tests.support.warehouse.run_files import read_run
from warehouse.paths import INTENTS_FOLDER, MANIFEST_FILE, RUNS_FOLDER, Partition, partition_path
from warehouse.publish.manifest import compact_manifest, file_versions, known_partitions
from warehouse.publish.run_log import Run
from warehouse.publish.write import publish
from warehouse.storage.store import Folder


def place(number: int) -> Partition:
    return Partition(f"CN-{370000 + number}", 2024)


def put(root: Path, number: int, name: str = "a", run: str = "run") -> None:
    """Publish a report in the partition with this number: two files."""
    rows = {"reports": [report(name)], "requests": [request(name)]}
    publish(Folder(root), place(number), rows, Run(run, "1"))


def named(root: Path, store: Folder | None = None) -> set[str]:
    return {known.path for known in known_partitions(store or Folder(root))}


def files_of_runs(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / RUNS_FOLDER).iterdir()}


def left_of_folding(root: Path) -> list[Path]:
    """Intents, and partial files of intents, of the manifest and of runs."""
    return [*(root / INTENTS_FOLDER).iterdir(), *root.glob("_*/.*")]


def half_intent(root: Path) -> bool:
    return any(path.name.startswith(".") for path in (root / INTENTS_FOLDER).iterdir())


def intent_alone(root: Path) -> bool:
    return any("CN-370005" in path.name and path.name[0] != "." for path in (root / INTENTS_FOLDER).iterdir())


def one_of_two_files(root: Path) -> bool:
    return (root / partition_path("requests", place(6))).exists()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse of which the manifest names a part and intents the rest; three writers crashed in it."""
    root = tmp_path_factory.mktemp("warehouse") / "root"
    put(root, 0)
    put(root, 1, run="other")
    compact_manifest(Folder(root))
    put(root, 2)
    put(root, 2, "b")
    put(root, 3, run="other")
    for number, state in ((4, half_intent), (5, intent_alone), (6, one_of_two_files)):
        for steps in count(2):
            died = root.with_name(f"died-{number}-{steps}")
            shutil.copytree(root, died)
            with pytest.raises(Killed), killed_after(steps):
                put(died, number, run="dead")
            if state(died):
                root = died
                break
    return root


def test_compacting_is_killed_after_any_step_and_the_next_one_completes_it(root: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    shutil.copytree(root, clean)
    compact_manifest(Folder(clean))
    there = set(published_files(root))
    assert len(there) == 9
    for steps in count(1):
        killed = tmp_path / f"killed-{steps}"
        shutil.copytree(root, killed)
        try:
            with killed_after(steps):
                compact_manifest(Folder(killed))
        except Killed:
            assert named(killed) == there
            compact_manifest(Folder(killed))
        else:
            break
        assert left_of_folding(killed) == []
        assert named(killed) == there
        assert files_of_runs(killed) == files_of_runs(clean)
        assert set(published_files(killed)) == there
    assert steps > 20


def test_several_processes_compact_at_once(root: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    shutil.copytree(root, clean)
    compact_manifest(Folder(clean))
    for attempt in range(5):
        shared = tmp_path / f"shared-{attempt}"
        shutil.copytree(root, shared)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(compact_manifest, [Folder(shared) for _ in range(4)]))
        assert left_of_folding(shared) == []
        assert (shared / MANIFEST_FILE).read_bytes() == (clean / MANIFEST_FILE).read_bytes()
        assert files_of_runs(shared) == files_of_runs(clean)


def test_a_file_that_is_written_has_a_version_that_it_never_had(tmp_path: Path) -> None:
    """Also when it takes back the rows that it had, and whether or not the manifest knows of it."""
    store, seen = Folder(tmp_path), set[int]()
    for value in (1, 2, 1, 2):
        publish(store, place(1), {"reports": [report("a")], "requests": [request("a", value=value)]})
        versions = file_versions(store)
        compact_manifest(store)
        assert file_versions(store).equals(versions)
        (version,) = [file["version"] for file in versions.to_pylist() if file["table"] == "requests"]
        assert version not in seen
        seen.add(version)


class Interleaved(Folder):
    """A folder in which others act just before chosen ones of our reads."""

    def __init__(self, root: Path, others: Sequence[tuple[int, Callable[[], None]]]) -> None:
        super().__init__(root)
        self.looks = 0
        self._others = others

    def _look(self) -> None:
        for _, act in (one for one in self._others if one[0] == self.looks):
            act()
        self.looks += 1

    def read(self, path: str) -> bytes | None:
        self._look()
        return super().read(path)

    def exists(self, path: str) -> bool:
        self._look()
        return super().exists(path)

    def names(self, folder: str) -> list[str]:
        self._look()
        return super().names(folder)


DEEDS: dict[str, Callable[[Path], None]] = {
    "publish": lambda root: put(root, 7),
    "republish": lambda root: put(root, 2, "c"),
    "fold": lambda root: compact_manifest(Folder(root)),
}


@pytest.mark.parametrize("every", [41, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("manifest", ["kept", "lost"])
def test_a_reader_lists_exactly_the_files_that_exist_whatever_others_do_between_its_reads(
    root: Path, tmp_path: Path, manifest: str, every: int
) -> None:
    start = tmp_path / "start"
    shutil.copytree(root, start)
    if manifest == "lost":
        (start / MANIFEST_FILE).unlink()
    there = set(published_files(start))
    quiet = Interleaved(start, [])
    assert named(start, quiet) == there
    looks = range(quiet.looks)
    cases = list(product(combinations_with_replacement(looks, 2), product(DEEDS, repeat=2)))
    for number, ((first, second), (one, other)) in enumerate(cases[::every]):
        shared = tmp_path / f"shared-{number}"
        shutil.copytree(start, shared)
        deeds = [(first, partial(DEEDS[one], shared)), (second, partial(DEEDS[other], shared))]
        found = named(shared, Interleaved(shared, deeds))
        assert there <= found <= set(published_files(shared)), (first, one, second, other)
        shutil.rmtree(shared)


def test_readers_next_to_writers_that_compact(tmp_path: Path) -> None:
    published: set[str] = set()
    finished = Event()

    def write(writer: int) -> None:
        for number in range(writer, 30, 3):
            put(tmp_path, number, run=f"run-{writer}")
            published.update(partition_path(table, place(number)) for table in ("reports", "requests"))
            if number % 2:
                compact_manifest(Folder(tmp_path))

    def read(_: int) -> None:
        while not finished.is_set():
            before = set(published)
            found = named(tmp_path)
            assert before <= found
            assert all((tmp_path / path).exists() for path in found)

    put(tmp_path, 99)
    with ThreadPoolExecutor(5) as pool:
        readers, writers = pool.map(read, range(2)), pool.map(write, range(3))
        try:
            assert list(writers) == [None] * 3
        finally:
            finished.set()
        assert list(readers) == [None] * 2
    assert len(published) == 60
    compact_manifest(Folder(tmp_path))
    assert named(tmp_path) == set(published_files(tmp_path))
    entered = [read_run(Folder(tmp_path), f"run-{writer}") for writer in range(3)]
    assert [len(run.touched) for run in entered if run] == [20, 20, 20]
