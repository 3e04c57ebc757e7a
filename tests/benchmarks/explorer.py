"""The explorer on a warehouse of the whole country: 3,200 divisions × 5 years with 10 reports in each.

Its index against one scan of the same columns; its pages against the SQL that a person would ask DuckDB, over the same
warehouse, for the first thing that each says.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path

from flows.explorer.application import create_application
from flows.explorer.explorer import open_explorer
from flows.explorer.export.request import HOST, get
from flows.explorer.export.static_site import export_site
from flows.explorer.guard import Guard
from flows.runs.progress import Silent
from flows.settings import Settings
from tests.benchmarks.measure import Memory, compare
from tests.benchmarks.sample import sample_rows
from transforms.dimension_rows import codebook_rows, jurisdiction_rows
from transforms.jurisdictions.identifiers import agency_id
from warehouse.paths import Partition
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.read import Rows
from warehouse.publish.write import publish, publish_many, write_dimension
from warehouse.query import query
from warehouse.schema import Row
from warehouse.storage.store import Folder

DIVISIONS, YEARS = 3200, range(2020, 2025)
_KINDS = ("government", "government_office", *("department",) * 4, *("township",) * 4)
_VISITS = 1000
_ROUNDS = 3
_NATION = "SELECT year, outcome, sum(value) FROM requests WHERE applicant = 'total' GROUP BY year, outcome"
_COUNTS = "SELECT left(jurisdiction, 5), year, count(*) FROM reports GROUP BY ALL"
_SERIES = (
    "SELECT year, outcome, sum(value) FROM requests WHERE jurisdiction = '{}' AND applicant = 'total' GROUP BY ALL"
)
_RANKED = """SELECT jurisdiction, sum(value) FROM requests
WHERE jurisdiction BETWEEN '{}' AND '{}' AND year = 2024 AND outcome = 'received' AND applicant = 'total'
GROUP BY jurisdiction ORDER BY 2 DESC"""


def run() -> None:
    """Print how long the index and the pages take, what memory a thousand visits take, and how long an export takes."""
    root = Path(tempfile.mkdtemp())
    try:
        codes = fill(root / "warehouse", DIVISIONS)
        _index(Settings(data_root=root), codes)
        _pages(Settings(data_root=root), codes)
        _export(Settings(data_root=root), root / "site")
    finally:
        shutil.rmtree(root)


def fill(warehouse: Path, divisions: int) -> list[str]:
    """Publish ten bodies' reports for each division and year, with coverage and all dimensions; return the codes."""
    known = [row for row in jurisdiction_rows({}) if row["valid_to"] is None]
    codes = sorted(str(row["jurisdiction"]) for row in random.Random(18).sample(known, divisions))
    names = {code: [(agency_id(code, f"机关{body}"), f"机关{body}") for body in range(len(_KINDS))] for code in codes}
    write_dimension(warehouse, "jurisdictions", jurisdiction_rows({}))
    write_dimension(warehouse, "codebook", codebook_rows())
    write_dimension(
        warehouse,
        "agencies",
        [
            {"agency_id": agency, "jurisdiction": code, "name": name, "kind": kind, "spellings": []}
            for code in codes
            for (agency, name), kind in zip(names[code], _KINDS, strict=True)
        ],
    )
    partitions = [Partition(code, year) for year, code in product(YEARS, codes)]
    publish_many(warehouse, ((partition, _reports(partition, names)) for partition in partitions))
    for partition in partitions:
        publish_coverage(warehouse, partition, "benchmark", _covered(names[partition.jurisdiction]))
    compact_manifest(Folder(warehouse))
    return codes


def _reports(partition: Partition, names: Mapping[str, list[tuple[str, str]]]) -> Rows:
    numbers, template = random.Random(partition.lock), sample_rows_once()
    found: dict[str, list[Row]] = {table: [] for table in template}
    for (agency, name), kind in zip(names[partition.jurisdiction], _KINDS, strict=True):
        of = {"report_id": f"{agency}-{partition.year}"}
        identity = {"agency": name, "agency_id": agency, "agency_kind": kind}
        for table, rows in template.items():
            own = of | identity if table == "reports" else of
            found[table] += [{**row, **own, **_figure(row, numbers)} for row in rows]
    return found


_TEMPLATE: dict[str, list[Row]] = {}


def sample_rows_once() -> Mapping[str, list[Row]]:
    """Return the rows of one report, read once."""
    if not _TEMPLATE:
        _TEMPLATE.update(sample_rows())
    return _TEMPLATE


def _figure(row: Row, numbers: random.Random) -> dict[str, object]:
    if not isinstance(row.get("value"), int):
        return {}
    value = numbers.choice((0, 0, 0, 1, 2, numbers.randrange(10_000)))
    return {"value": value, "raw": str(value)}


def _covered(bodies: list[tuple[str, str]]) -> Callable[[object], list[Row]]:
    row = {"portal": "benchmark", "state": "published", "since": sample_rows_once()["reports"][0]["first_seen"]}
    return lambda _: [
        {**row, "agency_id": agency, "reason": None, "url": None, "list_complete": True} for agency, _ in bodies
    ]
