"""One partitioned table as a dataset that DuckDB can scan, opening exactly the files that a query needs.

Owns the choice of files by a query's conditions on jurisdiction and year. The caller names the partitions: no folder is
listed, and no file is opened before a scan. Arrow's own simplification of the filter decides, so that a file is skipped
only if its keys contradict the query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs

from warehouse.paths import Partition, partition_path
from warehouse.schema import PARTITION_KEYS, Table, full_schema

Progress = Callable[[str, int, int], None]
"""Called by DuckDB's threads with the table, the number of its files read so far, and the number of all to read."""

_Scan = Callable[[Sequence[ds.Fragment]], Any]
_BRANCHES = 16
"""Pieces into which a range of jurisdictions is cut: a query about one of 3,200 examines 13 + 16 + 16 pieces."""
_BATCH = 256
"""Files between two reports of progress; a scan in such batches takes 5 % longer than one of all files."""
_FORMAT = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=False))
"""Nothing is read ahead: files are small, and those of an object store are read whole when they are opened."""
_jurisdiction, _year = (ds.field(name) for name in PARTITION_KEYS)


class Rows(Protocol):
    """What DuckDB accepts as a scanner."""

    def to_reader(self) -> pa.RecordBatchReader:
        """Return the rows, to be read once."""


class _LazyScan:
    """A scanner whose scan starts with the first batch, without the interpreter's lock.

    pyarrow's own `Scanner.to_reader` holds that lock while the scan starts, and waits forever if files are read in
    Python, as those of an object store are (pyarrow 26, `_dataset.pyx`).
    """

    def __init__(self, scanner: ds.Scanner) -> None:
        self._scanner = scanner

    def to_reader(self) -> pa.RecordBatchReader:
        """Return the rows, in order."""
        return pa.RecordBatchReader.from_batches(self._scanner.projected_schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        yield from self._scanner.to_batches()


class WholeFiles(ds.InMemoryDataset):  # type: ignore[misc]
    """A table of few files, which are opened when a query needs them."""

    def __init__(self, table: Table, paths: Sequence[str], filesystem: pyarrow.fs.FileSystem) -> None:
        super().__init__(full_schema(table).empty_table())
        self._read = partial(ds.dataset, [*paths], schema=full_schema(table), format="parquet", filesystem=filesystem)

    def scanner(self, **options: Any) -> Rows:
        """Return a scanner of the rows that match `options["filter"]`."""
        return _LazyScan(self._read().scanner(**options))


class _BatchedScan:
    """A scan of many files, a batch at a time, that reports its progress after each batch."""

    def __init__(self, files: Sequence[ds.Fragment], scan: _Scan, report: Callable[[int, int], None]) -> None:
        self._files = files
        self._scan = scan
        self._report = report

    def to_reader(self) -> pa.RecordBatchReader:
        """Return the rows of all files, in order."""
        return pa.RecordBatchReader.from_batches(self._scan(()).projected_schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for start in range(0, len(self._files), _BATCH):
            self._report(start, len(self._files))
            yield from self._scan(self._files[start : start + _BATCH]).to_batches()
        self._report(len(self._files), len(self._files))


class PartitionedTable(ds.InMemoryDataset):  # type: ignore[misc]
    """A dataset without rows of its own: DuckDB asks `scanner` for them, with the columns and the filter it needs.

    A `FileSystemDataset` over 57,600 files would take most of a second to make and tens of milliseconds a query. So the
    pieces (ranges of jurisdictions, then their years) are made when a query reaches them, and kept.
    """

    def __init__(self, table: Table, partitions: pa.Table, filesystem: pyarrow.fs.FileSystem, root: str) -> None:
        """`partitions`: columns jurisdiction and year; `root`: path of the warehouse in the file system."""
        # Names and types only: descriptions would be passed to DuckDB with every query.
        super().__init__(pa.schema([(field.name, field.type) for field in full_schema(table)]).empty_table())
        self._name = table.name
        self._progress: Progress | None = None
        self._filesystem = filesystem
        self._root = root
        self._partitions = partitions
        self._pieces: dict[tuple[int, int], ds.FileSystemDataset] = {}
        self._files: dict[str, ds.FileSystemDataset] = {}

    @cached_property
    def _years(self) -> dict[str, list[int]]:
        """Jurisdiction → its years, both in order; made for the first query, as not every table is queried."""
        years: defaultdict[str, list[int]] = defaultdict(list)
        for jurisdiction, year in zip(*(self._partitions[name].to_pylist() for name in PARTITION_KEYS), strict=True):
            years[jurisdiction].append(year)
        return {code: sorted(years[code]) for code in sorted(years)}

    @cached_property
    def _codes(self) -> list[str]:
        return list(self._years)

    def report_to(self, progress: Progress) -> None:
        """Report the progress of scans of many files from now on."""
        self._progress = progress

    def scanner(self, **options: Any) -> Rows:
        """Return a scanner of the files whose keys do not contradict `options["filter"]`."""

        def scan(files: Sequence[ds.Fragment]) -> Any:
            # A fragment caches its file's footer, and the file may be replaced between two queries.
            fresh = [self._fragment(file.path, file.partition_expression) for file in files]
            return self._dataset(fresh).scanner(**options)

        files = list(self.files(options.get("filter")))
        if self._progress is None or len(files) <= _BATCH:
            return _LazyScan(scan(files))
        return _BatchedScan(files, scan, partial(self._progress, self._name))

    def files(self, wanted: ds.Expression | None) -> Iterator[ds.Fragment]:
        """Yield the files whose keys do not contradict a filter, by jurisdiction and year."""
        return self._below(0, len(self._codes), wanted)

    def _below(self, first: int, last: int, wanted: ds.Expression | None) -> Iterator[ds.Fragment]:
        if last - first == 1:
            yield from self._files_of(self._codes[first]).get_fragments(wanted)
        elif last > first:
            for piece in self._pieces_of(first, last).get_fragments(wanted):
                below, above = piece.path.split("-")
                yield from self._below(int(below), int(above), wanted)

    def _pieces_of(self, first: int, last: int) -> ds.FileSystemDataset:
        """Return a range of jurisdictions cut into pieces: not files, only the bounds of the codes in each."""
        if (first, last) not in self._pieces:
            step = 1
            while step * _BRANCHES < last - first:
                step *= _BRANCHES
            bounds = [(start, min(start + step, last)) for start in range(first, last, step)]
            self._pieces[first, last] = self._dataset(
                [self._fragment(f"{start}-{end}", self._range(start, end)) for start, end in bounds]
            )
        return self._pieces[first, last]

    def _range(self, start: int, end: int) -> ds.Expression:
        if end - start == 1:
            return _jurisdiction == self._codes[start]
        return (_jurisdiction >= self._codes[start]) & (_jurisdiction <= self._codes[end - 1])

    def _files_of(self, code: str) -> ds.FileSystemDataset:
        if code not in self._files:
            self._files[code] = self._dataset(
                [
                    self._fragment(
                        self._path(code, year),
                        (_jurisdiction == code) & (_year == year),
                    )
                    for year in self._years[code]
                ]
            )
        return self._files[code]

    def _path(self, code: str, year: int) -> str:
        path = partition_path(self._name, Partition(code, year))
        return f"{self._root}/{path}" if self._root else path

    def _fragment(self, path: str, known: ds.Expression) -> ds.Fragment:
        return _FORMAT.make_fragment(path, self._filesystem, partition_expression=known)

    def _dataset(self, fragments: Sequence[ds.Fragment]) -> ds.FileSystemDataset:
        return ds.FileSystemDataset(list(fragments), self.schema, _FORMAT, self._filesystem)
