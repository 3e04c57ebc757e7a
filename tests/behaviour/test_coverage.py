"""A province of thirty portals: after a crawl every row of coverage is right, in engines that know nothing of us.

What is right is written by hand, in `tests.support.portals.province`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars
import pytest

from tests.support.paths import REPOSITORY
from tests.support.portals.county import COUNTY, County
from tests.support.portals.province import PROVINCE, STATES, YEARS, Province, code_of, serve_province
from tests.support.processes.command import nianbao
from tests.support.servers.scripted import Answer
from tests.support.warehouse.place import warehouse_files
from transforms.jurisdictions.identifiers import agency_id
from warehouse.query.query import connect, run

COLUMNS = "jurisdiction, year, portal, agency_id, state, list_complete"
SQL = f"SELECT {COLUMNS}, reason, url IS NULL FROM {{table}}"
MOMENTS = 50
FEW = ("fine", "between", "never", "firewall", "cut", "report-refused", "quarantined", "in-part", "twin", "city")
"""The portals of a crawl that is killed: one a kind."""
COMPLETE = {
    **dict.fromkeys(("last-page-gone", "last-page-empty"), YEARS),
    **dict.fromkeys(("fine", "bureaus", "office", "pages", "paper", "between", "lesser-edition"), YEARS),
    **dict.fromkeys((name for name in PROVINCE if name.startswith("report-")), (2021, 2023)),
    **dict.fromkeys(("half-empty", "quarantined", "in-part"), (2021, 2023)),
}
"""Portal → the years of its county of which nothing is lacking that anybody could have."""
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Crawled:
    """A data root after a night, and the portals that it was crawled from."""

    folder: Path
    province: Province

    @property
    def warehouse(self) -> Path:
        return self.folder / "data" / "warehouse"

    def crawl(self) -> None:
        """Crawl all portals; some of them fail."""
        done = nianbao("crawl", *self.province.servers, "--quiet", folder=self.folder, **self.province.environment)
        assert done.code == 1
        assert "crashed" not in done.out + done.err

    def rows(self) -> list[Row]:
        """Every row of coverage without the moment since when it holds."""
        return _in_duckdb(self.warehouse)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Yield the whole province after its first night."""
    with serve_province([*PROVINCE]) as province:
        yield _crawl_once(tmp_path_factory.mktemp("province"), province)


def _crawl_once(folder: Path, province: Province) -> Crawled:
    province.write_files(folder / "data")
    crawled = Crawled(folder, province)
    crawled.crawl()
    return crawled


def _in_duckdb(warehouse: Path) -> list[Row]:
    files = f"read_parquet('{warehouse}/coverage/**/data.parquet', hive_partitioning = true)"
    with duckdb.connect() as session:
        return sorted(session.execute(SQL.format(table=files)).fetchall(), key=str)


def _in_polars(warehouse: Path) -> list[Row]:
    session = polars.SQLContext(eager=True)
    session.register("coverage", polars.scan_parquet(warehouse / "coverage", hive_partitioning=True))
    return sorted(session.execute(SQL.format(table="coverage")).rows(), key=str)


def expected() -> Counter[Row]:
    """Return the table of the province as rows."""
    rows: Counter[Row] = Counter()
    for portal, known in PROVINCE.items():
        code = code_of(portal)
        subjects = {None: known.lists} | {agency_id(code, body): states for body, states in known.bodies.items()}
        for agency, states in subjects.items():
            for year, letter in zip(YEARS, states, strict=True):
                if letter != ".":
                    rows[code, year, portal, agency, STATES[letter], known.whole] += 1
    return rows


def test_there_are_thirty_portals_and_more_with_all_states_but_one() -> None:
    """A report that is listed and not read is left by a kill alone."""
    assert len(PROVINCE) >= 30
    letters = {letter for known in PROVINCE.values() for states in known.bodies.values() for letter in states}
    assert {*letters, "l"} == {*STATES, "."}


@pytest.mark.parametrize("read", [_in_duckdb, _in_polars], ids=["duckdb", "polars"])
def test_every_row_is_right_in_engines_that_know_nothing_of_us(crawled: Crawled, read: object) -> None:
    assert callable(read)
    rows = read(crawled.warehouse)
    found = Counter(tuple(row[:6]) for row in rows)
    assert (found - expected(), expected() - found) == (Counter(), Counter())
    for _, year, portal, agency, state, whole, reason, no_url in rows:
        lacking = state not in ("published", "partial", "not_published", "listed") or not (whole or agency)
        why, where = PROVINCE[portal].why, (portal, year, agency, reason)
        told = lacking or (agency is None and "declares" in why)
        assert why in (reason or "") if told else reason is None, where
        assert no_url == (agency is not None and (state == "not_published" or (lacking and not whole))), where


def test_an_unchanged_night_changes_no_file(crawled: Crawled) -> None:
    before = _files(crawled.warehouse)
    crawled.crawl()
    assert _files(crawled.warehouse) == before


def _files(warehouse: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of the warehouse with its time and bytes, but the locks, which are empty."""
    files = [path for path in sorted(warehouse.rglob("*")) if path.is_file() and "_locks" not in path.parts]
    return {path.relative_to(warehouse).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_years_are_complete_where_nothing_is_lacking_that_anybody_could_have(crawled: Crawled) -> None:
    with connect(crawled.warehouse) as connection:
        found = run(connection, "SELECT jurisdiction, year FROM complete_years").rows
    assert set(found) == {(code_of(portal), year) for portal, years in COMPLETE.items() for year in years}


def best_states() -> dict[tuple[str, str, int], str]:
    """Return the best that the portals of a county know of each report, by county, body and year."""
    best: dict[tuple[str, str, int], str] = {}
    for portal, known in PROVINCE.items():
        for body, states in known.bodies.items():
            for year, letter in zip(YEARS, states, strict=True):
                if letter != ".":
                    report = code_of(portal), body, year
                    best[report] = min(letter, best.get(report, "n"), key="p~qbufln".index)
    return {report: STATES[letter] for report, letter in best.items()}


def test_status_counts_each_report_once_by_its_best_state(crawled: Crawled) -> None:
    settings = {"NIANBAO_DATA_ROOT": str(crawled.folder / "data")}
    shares = json.loads(nianbao("status", "--json", folder=crawled.folder, **settings).out)["coverage"]
    counted = {(share["year"], state): count for share in shares for state, count in share["states"].items()}
    assert counted == Counter((year, state) for (_, _, year), state in best_states().items())
    gaps = json.loads(nianbao("status", "--gaps", "--json", folder=crawled.folder, **settings).out)["gaps"]
    lacking = Counter(state for state in best_states().values() if state not in ("published", "partial"))
    assert Counter(gap["state"] for gap in gaps if gap["agency_id"]) == lacking


def test_an_outage_takes_nothing_away_and_what_stays_as_it_was_keeps_its_time(county: County, tmp_path: Path) -> None:
    for year in (2023, 2024):
        county.add(f"{COUNTY}人民政府", year)
    place = county.place(tmp_path / "data")
    place.crawl()
    sql = "SELECT year, agency_id IS NULL, state, list_complete, since FROM coverage WHERE year > 2021 ORDER BY ALL"
    before = place.ask(sql)
    county.serve(county.list_path, Answer(status=503), Answer(county.list_page()))
    place.crawl()
    down = place.ask(sql)
    assert [row[:4] for row in before] == [
        (2022, False, "not_published", True), (2022, True, "not_published", True),
        (2023, False, "published", True), (2023, True, "listed", True),
        (2024, False, "published", True), (2024, True, "listed", True),
    ]  # fmt: skip
    assert [row[:4] for row in down] == [
        (2022, False, "unreachable", False), (2022, True, "unreachable", False),
        (2023, False, "published", False), (2023, True, "unreachable", False),
        (2024, False, "published", False), (2024, True, "unreachable", False),
    ]  # fmt: skip
    assert [was[4] == now[4] for was, now in zip(before, down, strict=True)] == [False, False, True, False, True, False]
    place.crawl()
    assert [row[:4] for row in place.ask(sql)] == [row[:4] for row in before]
    assert place.ask("SELECT year FROM complete_years ORDER BY 1") == [(2023,), (2024,)]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, float]]:
    """Yield some portals after a night that nobody killed, and the seconds that it took."""
    with serve_province(FEW) as province:
        began = time.monotonic()
        yield _crawl_once(tmp_path_factory.mktemp("few"), province), time.monotonic() - began


@pytest.mark.long
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_night_that_is_killed_and_repeated_knows_the_same(
    moment: int, few: tuple[Crawled, float], tmp_path: Path
) -> None:
    whole, seconds = few
    killed = Crawled(tmp_path, whole.province)
    whole.province.write_files(tmp_path / "data")
    command = [sys.executable, "-m", "flows", "crawl", *FEW, "--quiet"]
    environment = {**os.environ, **whole.province.environment, "NIANBAO_DATA_ROOT": str(tmp_path / "data")}
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep((moment + random.Random(f"moment {moment}").random()) / MOMENTS * seconds)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() in (-signal.SIGKILL, 1)
    killed.crawl()
    assert killed.rows() == whole.rows()
    assert warehouse_files(killed.warehouse).keys() == warehouse_files(whole.warehouse).keys()
    before = _files(killed.warehouse)
    killed.crawl()
    assert _files(killed.warehouse) == before
