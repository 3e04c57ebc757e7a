"""Which jurisdiction and year rows belong to, and where their files are.

Owns the names of paths and locks of a partition. Must not touch files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

RELEASES_FOLDER = "_releases"
SUMS_FILE = "SHA256SUMS"
_JURISDICTION = re.compile(r"[A-Z]{2}-\d{6}")
_PATH = re.compile(r"(\w+)/jurisdiction=([A-Z]{2}-\d{6})/year=(\d{4})/data\.parquet")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """A jurisdiction and a year reported on; ValueError where they could not stand in a path.

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
            raise ValueError(f"year {self.year} has not four digits")

    @property
    def lock(self) -> str:
        """Name of the lock that all who write here hold."""
        return f"{self.jurisdiction}-{self.year}"


def partition_path(table: str, partition: Partition) -> str:
    """Where the rows of a table and partition are: Hive style, so that every engine finds the keys in the path.

    >>> partition_path("reports", Partition("CN-371003", 2024))
    'reports/jurisdiction=CN-371003/year=2024/data.parquet'
    """
    return f"{table}/jurisdiction={partition.jurisdiction}/year={partition.year}/data.parquet"


def parse_path(path: str) -> tuple[str, Partition] | None:
    """Table and partition of a path; None where it is no file of a partition.

    >>> parse_path("reports/jurisdiction=CN-371003/year=2024/.data.parquet.0123") is None
    True
    """
    match = _PATH.fullmatch(path)
    return (match[1], Partition(match[2], int(match[3]))) if match else None
