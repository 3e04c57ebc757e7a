"""The names of all places and locks in a warehouse.

Owns where the files of a table are, and the jurisdiction and year that their rows belong to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LOCKS_FOLDER = "_locks"
SCHEMA_FILE = "_schema.json"
SCHEMA_LOCK = "schema"
MANIFEST_FILE = "_manifest/partitions.parquet"
MANIFEST_LOCK = "manifest"
INTENTS_FOLDER = "_manifest/open"
RUNS_FOLDER = "_runs"
CATALOG_FOLDER = "_catalog"
CATALOG_LOCK = "catalog"
RELEASES_FOLDER = "_releases"
RELEASES_LOCK = "release"
RELEASE_MANIFEST = "manifest.parquet"
"""The files of partitions that a release holds, with the version of each, as `file_versions` gives them."""
SUMS_FILE = "SHA256SUMS"
"""The checksums of a release, written last: a release without this file is incomplete."""
_JURISDICTION = re.compile(r"[A-Z]{2}-\d{6}")
_PATH = re.compile(r"(\w+)/jurisdiction=([A-Z]{2}-\d{6})/year=(\d{4})/data\.parquet")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """A jurisdiction and a year reported on; raises ValueError for values that cannot stand in a path.

    >>> Partition("371003", 2024)
    Traceback (most recent call last):
    ...
    ValueError: jurisdiction '371003' is not of the form CN-371003
    """

    jurisdiction: str
    year: int

    def __post_init__(self) -> None:
        if not _JURISDICTION.fullmatch(self.jurisdiction):
            raise ValueError(f"jurisdiction {self.jurisdiction!r} is not of the form CN-371003")
        if not 1000 <= self.year <= 9999:
            raise ValueError(f"year {self.year} does not have four digits")

    @property
    def lock(self) -> str:
        """Name of the lock that every writer to this partition holds."""
        return f"{self.jurisdiction}-{self.year}"


def partition_path(table: str, partition: Partition) -> str:
    """Return the path of a partition's file: Hive style, so that every engine finds the keys in it.

    >>> partition_path("reports", Partition("CN-371003", 2024))
    'reports/jurisdiction=CN-371003/year=2024/data.parquet'
    """
    return f"{table}/jurisdiction={partition.jurisdiction}/year={partition.year}/data.parquet"


def dimension_path(table: str) -> str:
    """Return the path of the one file of a table that is not partitioned.

    >>> dimension_path("codebook")
    'codebook/data.parquet'
    """
    return f"{table}/data.parquet"


def parse_path(path: str) -> tuple[str, Partition] | None:
    """Return the table and partition of a path; None if it is not a partition's file.

    >>> parse_path("reports/jurisdiction=CN-371003/year=2024/.data.parquet.0123") is None
    True
    """
    match = _PATH.fullmatch(path)
    return (match[1], Partition(match[2], int(match[3]))) if match else None
