"""Publishing in many partitions at once: the same as one by one, also if it fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

import warehouse.publish.write
from tests.support.warehouse.interrupted import disk_full_at
from tests.support.warehouse.rows import disclosure, finding, leftovers, published_files, report, request
from warehouse.paths import Partition, parse_path
from warehouse.publish.manifest import compact_manifest, known_partitions
from warehouse.publish.read import Rows
from warehouse.publish.write import InvalidRow, publish, publish_many
from warehouse.storage.store import Folder

Given = list[tuple[Partition, Rows]]


def edition(number: int, title: str = "初版") -> Rows:
    """Return a report of the partition with this number."""
    name = f"r{number}"
    rows = {"reports": [report(name, title=title)], "requests": [request(name, value=number)]}
    return {**rows, "findings": [finding(name)]} if title == "初版" else {**rows, "disclosures": [disclosure(name)]}


def partitions(many: int, title: str = "初版") -> Given:
    return [(Partition(f"CN-{370000 + number}", 2024), edition(number, title)) for number in range(many)]


def places(root: Path) -> set[int]:
    """Return the numbers of the partitions that have files."""
    found = filter(None, map(parse_path, published_files(root)))
    return {int(partition.jurisdiction.removeprefix("CN-37")) for _, partition in found}


@pytest.mark.parametrize("together", [1, 3, 64])
def test_many_at_once_are_the_same_as_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(warehouse.publish.write, "_BATCH", together)
    one_by_one, at_once = tmp_path / "one", tmp_path / "once"
    for given in (partitions(4), partitions(5, "更正"), partitions(2)):
        changes = [change for partition, rows in given for change in publish(one_by_one, partition, rows)]
        assert publish_many(at_once, iter(given)) == changes
        assert published_files(at_once) == published_files(one_by_one)
    compact_manifest(Folder(at_once))
    assert {known.path for known in known_partitions(Folder(at_once))} == set(published_files(at_once))


def test_partitions_are_published_in_batches_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.publish.write, "_BATCH", 3)
    seen: list[int] = []

    def coming() -> Iterator[tuple[Partition, Rows]]:
        for given in partitions(7):
            seen.append(len(places(tmp_path)))
            yield given

    publish_many(tmp_path, coming())
    assert seen == [0, 0, 0, 3, 3, 3, 6]


@pytest.mark.parametrize(("bad", "published"), [(2, 0), (63, 0), (64, 64), (99, 64)])
def test_an_invalid_row_keeps_out_its_whole_batch(tmp_path: Path, bad: int, published: int) -> None:
    given = partitions(100)
    partition, rows = given[bad]
    given[bad] = partition, {**rows, "requests": [request(f"r{bad}", value="many")]}
    with pytest.raises(InvalidRow, match="value must be int64, not 'many'"):
        publish_many(tmp_path, given)
    assert places(tmp_path) == set(range(published))
    assert leftovers(tmp_path) == []


def test_a_partition_that_comes_twice_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (partition, rows), other = partitions(2)
    with pytest.raises(ValueError, match="a partition comes twice: give all its rows at once"):
        publish_many(tmp_path, [(partition, rows), other, (partition, edition(7))])
    assert published_files(tmp_path) == {}


@pytest.mark.parametrize("first", [1, *(pytest.param(later, marks=pytest.mark.long) for later in range(2, 5))])
def test_a_full_disk_leaves_files_old_or_new_and_reports_old_unless_their_partition_is_new(
    tmp_path: Path, first: int
) -> None:
    """Every fourth step fails, from the first on."""
    before, after = tmp_path / "before", tmp_path / "after"
    publish_many(before, partitions(2))
    shutil.copytree(before, after)
    publish_many(after, partitions(2, "更正"))
    old, new = published_files(before), published_files(after)
    for step in count(first, 4):
        full = tmp_path / f"full{step}"
        shutil.copytree(before, full)
        with disk_full_at(step) as reached, suppress(OSError):
            publish_many(full, partitions(2, "更正"))
        if not reached():
            break
        found = published_files(full)
        assert_old_or_new(found, old, new)
        assert {known.path for known in known_partitions(Folder(full))} == set(found)
        assert leftovers(full) == []
        publish_many(full, partitions(2, "更正"))
        assert published_files(full) == new
        shutil.rmtree(full)
    assert step > 20


def assert_old_or_new(found: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> None:
    assert set(old) <= set(found) <= set(new)
    for path, data in found.items():
        assert data in (old.get(path), new[path])
    for path in found:
        table, _, place = path.partition("/")
        if table == "reports" and found[path] == new[path]:
            own = {one for one in new if one.endswith(place)}
            assert {one: found.get(one) for one in own} == {one: new[one] for one in own}
