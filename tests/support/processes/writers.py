"""A writer in a process of its own: `python -m tests.support.processes.writers crash|share URL NUMBER…`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from tests.support.warehouse.rows import HERE, plain_row, report, request
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.write import publish
from warehouse.schema import Row, load_tables, report_tables
from warehouse.storage.store import Store, open_store

CRASHED = 9
TABLES = sorted(table.name for table in report_tables())


def edition(reports: str, tables: list[str], number: int) -> dict[str, list[Row]]:
    """Make some reports, each with a row in some of the tables."""
    rows = {table: [plain_row(load_tables()[table], name, number) for name in reports] for table in tables}
    return {**rows, "reports": [report(name, title=f"第{number}版") for name in reports]}


FIRST = edition("ab", TABLES[:4], 1)
SECOND = edition("a", TABLES, 2)


class _Torn:
    """A file of which half is written, then the rest: a step each."""

    def __init__(self, file: IO[bytes], step: Callable[[], None]) -> None:
        self._file, self._step = file, step

    def __enter__(self) -> _Torn:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            self._file.write(part)
            self._file.flush()
            self._step()

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


def crash_after(steps: int, root: str) -> None:
    """Publish, and die at once after so many primitive steps of writing."""
    left = [steps]

    def step() -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(CRASHED)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            result = function(*arguments, **options)
            step()
            return result

        return call

    for name in ("fsync", "sync", "replace", "mkdir", "unlink"):
        setattr(os, name, counted(getattr(os, name)))
    opened = Path.open

    def torn(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        file = opened(path, mode, *arguments, **options)
        if mode != "xb":
            return file
        step()
        return _Torn(file, step)

    Path.open = torn  # type: ignore[method-assign,assignment]
    publish(Path(root), HERE, SECOND)
    compact_manifest(open_store(root))


def share(store: Store, writer: int, writers: int, reports: int, partitions: int) -> None:
    """Publish every `writers`-th of some reports, each by itself, into partitions that others write to as well."""
    for number in range(writer, reports, writers):
        partition = Partition("CN-371003", 2000 + number % partitions)
        name = f"r{number:03}"
        publish(store, partition, {"reports": [report(name)], "requests": [request(name)]})
    compact_manifest(store)


def main(kind: str, url: str, *numbers: str) -> None:
    """Be the writer."""
    if kind == "crash":
        crash_after(int(numbers[0]), url)
    else:
        share(open_store(url), *map(int, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
