"""Which partitions were written since a reader last looked, without opening any.

Owns the marks by which a reader remembers how far it has read: the runs' files and the intents, as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow.fs

from warehouse.paths import INTENTS_FOLDER, RUNS_FOLDER, Partition
from warehouse.publish.run_log import RunFile
from warehouse.storage.store import Store

_SETTLED = timedelta(minutes=1)
"""An intent of this age names files that are in place, or whose writer was killed."""

Marks = Mapping[str, str]
"""Path of a run's file or an intent → its size and time when it was read."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The partitions that were written, and the marks of a reader that has read them all."""

    partitions: frozenset[Partition]
    marks: Marks


def changes_since(store: Store, marks: Marks) -> Changes:
    """Return what was written since `marks`; what is being written at this moment is named again the next time.

    The first reader has no marks, and reads every partition that `known_files` names. In an object store, which tells
    no times, intents are named until they are in the file of their run, and a run's file is known by its size.
    """
    began = datetime.now(UTC)
    found = {path: info for folder in (INTENTS_FOLDER, RUNS_FOLDER) for path, info in _files(store, folder)}
    fresh = [path for path, info in found.items() if marks.get(path) != _mark(info)]
    runs = [RunFile.model_validate_json(data) for path in fresh if (data := store.read(path)) is not None]
    settled = {
        path: _mark(info)
        for path, info in found.items()
        if path.startswith(RUNS_FOLDER) or (info.mtime and began - info.mtime > _SETTLED)
    }
    return Changes(frozenset(file.partition for run in runs for file in run.touched), settled)


def _files(store: Store, folder: str) -> Iterator[tuple[str, pyarrow.fs.FileInfo]]:
    """Yield each complete file of a folder, by its path in the store."""
    filesystem, root = store.filesystem
    place = f"{root}/{folder}" if root else folder
    for info in filesystem.get_file_info(pyarrow.fs.FileSelector(place, allow_not_found=True)):
        if info.extension == "json" and not info.base_name.startswith("."):
            yield f"{folder}/{info.base_name}", info


def _mark(info: pyarrow.fs.FileInfo) -> str:
    return f"{info.size} {info.mtime_ns}"


def marks_of_files(store: Store, paths: Iterable[str]) -> Marks:
    """Return the marks of files that no run's file names; what is not there has one, too."""
    filesystem, root = store.filesystem
    places = {f"{root}/{path}" if root else path: path for path in paths}
    return {places[info.path]: _mark(info) for info in filesystem.get_file_info([*places])}
