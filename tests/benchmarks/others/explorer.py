"""The explorer on a warehouse of the whole country: 3,200 divisions × 5 years with 10 reports in each.

Its index against one scan of the same columns; its pages against the SQL that a person would ask DuckDB, over the same
warehouse, for the first thing that each says.
"""

from __future__ import annotations

import asyncio
import csv
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from itertools import product
from pathlib import Path

import duckdb
from starlette.types import ASGIApp

from flows.explorer.application import create_application
from flows.explorer.explorer import open_explorer
from flows.explorer.export.request import HOST, get
from flows.explorer.export.static_site import export_site
from flows.explorer.guard import Guard
from flows.explorer.index.index import Index
from flows.explorer.places.downloads import select
from flows.explorer.places.place import bounds
from flows.runs.progress import Silent
from flows.settings import Settings
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import Memory, compare
from tests.benchmarks.support.sample import sample_rows
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
_PROVINCE = "CN-370000"
_BY_HAND = "DuckDB asked by hand"
_COPIED = {
    "reports": "* EXCLUDE (jurisdiction, year)",
    "coverage": "* EXCLUDE (jurisdiction, year)",
    "requests": "report_id, outcome, applicant, value, implied",
    "proceedings": "report_id, channel, result, value, implied",
}
_NATION = "SELECT year, outcome, sum(value) FROM requests WHERE applicant = 'total' GROUP BY year, outcome"
_COUNTS = "SELECT left(jurisdiction, 5), year, count(*) FROM reports GROUP BY ALL"
_SERIES = (
    "SELECT year, outcome, sum(value) FROM requests WHERE jurisdiction = '{}' AND applicant = 'total' GROUP BY ALL"
)
_RANKED = """SELECT jurisdiction, sum(value) FROM requests
WHERE jurisdiction BETWEEN '{}' AND '{}' AND year = 2024 AND outcome = 'received' AND applicant = 'total'
GROUP BY jurisdiction ORDER BY 2 DESC"""


def run() -> Measured:
    """Print how long index, pages and an export take, and what memory a thousand visits take."""
    root = Path(tempfile.mkdtemp())
    try:
        look_at(root, fill(root / "warehouse", DIVISIONS))
    finally:
        shutil.rmtree(root)
    return {}


def look_at(root: Path, codes: Sequence[str]) -> None:
    """Measure the explorer on the data root that holds the warehouse."""
    duckdb.sql("SET enable_progress_bar = false")
    settings, store = Settings(data_root=root), Folder(root / "warehouse")
    _make_index(root, store)
    _refresh(root, store, Partition(codes[0], YEARS[0]))
    with open_explorer(settings, read_only=True) as explorer, query.connect(store) as theirs:
        application = create_application(explorer, Guard(frozenset({HOST}), None))
        (report,) = explorer.index.frame("SELECT report_id FROM reports LIMIT 1")["report_id"]
        for name, page in _pages(codes, report).items():
            if _ask(application, page.address):
                compare(name, partial(_ask, application, page.address), partial(query.run, theirs, page.sql), _BY_HAND)
        memory, chosen = Memory(_VISITS), random.Random(7)
        for _ in range(_VISITS):
            _ask(application, f"/zh/places/{chosen.choice(codes)}/")
            memory.look()
        memory.tell("a thousand places")
    _export(settings, store, root)


def _make_index(root: Path, store: Folder) -> None:
    def ours() -> None:
        for path in root.glob("explorer-*"):
            path.unlink()
        Index(store, root).close()

    def theirs() -> None:
        (root / "theirs.duckdb").unlink(missing_ok=True)
        with duckdb.connect(root / "theirs.duckdb") as connection:
            for table, columns in _COPIED.items():
                files = f"read_parquet('{root}/warehouse/{table}/*/*/data.parquet', hive_partitioning = true)"
                connection.execute(f"CREATE TABLE {table} AS SELECT jurisdiction, year, {columns} FROM {files}")

    compare("the first index", ours, theirs, "DuckDB copying its columns", rounds=1)


def _refresh(root: Path, store: Folder, partition: Partition) -> None:
    """Measure the refresh after one partition was written."""
    index, copied = (
        Index(store, root),
        f"requests/jurisdiction={partition.jurisdiction}/year={partition.year}/data.parquet",
    )
    reports = _reports(partition, {partition.jurisdiction: _bodies(partition.jurisdiction)})

    def ours() -> None:
        changed = [{**row, "title": f"{time.time()}"} for row in reports["reports"]]
        publish(store, partition, {**reports, "reports": changed})
        index.refresh()

    compare(
        "publish one partition and refresh",
        ours,
        lambda: duckdb.execute(
            f"SELECT outcome, sum(value) FROM '{root}/warehouse/{copied}' GROUP BY outcome"
        ).fetchall(),
        "DuckDB reading its figures",
        rounds=_ROUNDS,
    )
    index.close()


@dataclass(frozen=True)
class _Page:
    address: str
    sql: str


def _pages(codes: Sequence[str], report: str) -> dict[str, _Page]:
    """Return the pages by name, each with what a person would ask instead."""
    county = next(code for code in codes if not code.endswith("00"))
    province = f"{county[:5]}0000"
    ranked = _RANKED.format(*bounds(province))
    return {
        "overview": _Page("/zh/", _COUNTS),
        "page of a county": _Page(f"/zh/places/{county}/", _SERIES.format(county)),
        "page of a province": _Page(f"/zh/places/{province}/", ranked),
        "its counties ranked": _Page(f"/zh/places/{province}/?level=county&figure=refused_share", ranked),
        "page of the country": _Page("/zh/places/CN/?level=county", _NATION),
        "page of a report": _Page(
            f"/zh/reports/{report}/",
            f"SELECT * FROM requests WHERE jurisdiction = '{codes[0]}' AND report_id = '{report}'",
        ),
    }


def _ask(application: ASGIApp, address: str) -> bool:
    """Ask for a page, and return whether there is one."""
    path, _, asked = address.partition("?")
    status, _ = asyncio.run(get(application, path, asked))
    return status == HTTPStatus.OK


def _export(settings: Settings, store: Folder, root: Path) -> None:
    """Export the province with the most divisions, against its reports alone by hand."""
    sql = select("reports", _PROVINCE)

    def theirs() -> None:
        with query.connect(store) as connection, (root / "reports.csv").open("w", encoding="utf-8") as out:
            writer = csv.writer(out)
            for row in query.run(connection, sql).rows:
                writer.writerow(row)

    compare(
        "export of a province",
        lambda: export_site(settings, Silent(), root / "site", _PROVINCE),
        theirs,
        "one CSV of its reports",
        rounds=1,
    )
    pages = sum(1 for _ in (root / "site").rglob("index.html"))
    print(f"{'pages of the export':34}{pages:10,}")  # noqa: T201


def fill(warehouse: Path, divisions: int) -> list[str]:
    """Publish ten reports for each division and year, coverage of the last, and dimensions; return the codes."""
    known = [row for row in jurisdiction_rows({}) if row["valid_to"] is None]
    codes = sorted(str(row["jurisdiction"]) for row in random.Random(18).sample(known, divisions))
    names = {code: _bodies(code) for code in codes}
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
    for code in codes:
        publish_coverage(warehouse, Partition(code, YEARS[-1]), "benchmark", _covered(names[code]))
    compact_manifest(Folder(warehouse))
    return codes


def _bodies(code: str) -> list[tuple[str, str]]:
    """Return identifiers and names of a division's bodies, one for each of `_KINDS`."""
    return [(agency_id(code, f"机关{body}"), f"机关{body}") for body in range(len(_KINDS))]


def _reports(partition: Partition, names: Mapping[str, list[tuple[str, str]]]) -> Rows:
    numbers, template = random.Random(partition.lock), _template()
    found: dict[str, list[Row]] = {table: [] for table in template}
    for (agency, name), kind in zip(names[partition.jurisdiction], _KINDS, strict=True):
        of = {"report_id": f"{agency}-{partition.year}"}
        identity = {"agency": name, "agency_id": agency, "agency_kind": kind}
        for table, rows in template.items():
            own = of | identity if table == "reports" else of
            found[table] += [{**row, **own, **_figure(row, numbers)} for row in rows]
    return found


@cache
def _template() -> Mapping[str, Sequence[Row]]:
    return sample_rows()


def _figure(row: Row, numbers: random.Random) -> dict[str, object]:
    if not isinstance(row.get("value"), int):
        return {}
    value = numbers.choice((0, 0, 0, 1, 2, numbers.randrange(10_000)))
    return {"value": value, "raw": str(value)}


def _covered(bodies: list[tuple[str, str]]) -> Callable[[object], list[Row]]:
    row = {"portal": "benchmark", "state": "published", "since": _template()["reports"][0]["first_seen"]}
    return lambda _: [
        {**row, "agency_id": agency, "reason": None, "url": None, "list_complete": True} for agency, _ in bodies
    ]
