"""Which files a question opens, counted by the file system through which they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse.rows import covered, report, request
from tests.support.warehouse.watched import WatchedFolder
from warehouse.publish.coverage import publish_coverage
from warehouse.publish.manifest import ensure_manifest
from warehouse.publish.write import Partition, publish
from warehouse.query import partition_scan
from warehouse.query.query import connect, run
from warehouse.storage.store import Folder

CODES = [f"CN-37{number:04}" for number in range(40)]
YEARS = (2022, 2023, 2024)
ONE = CODES[23]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 jurisdictions × 3 years: published once, the other files being copies."""
    root = tmp_path_factory.mktemp("warehouse")
    first = Partition(CODES[0], YEARS[0])
    publish(root, first, {"reports": [report("a")], "requests": [request("a")]})
    publish_coverage(root, first, "sample", lambda _: [covered("sample", None), covered("sample", "a")])
    for table in ("reports", "requests", "coverage"):
        data = (root / table / f"jurisdiction={CODES[0]}" / f"year={YEARS[0]}" / "data.parquet").read_bytes()
        for code in CODES:
            for year in YEARS:
                path = root / table / f"jurisdiction={code}" / f"year={year}" / "data.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    (root / "_manifest" / "partitions.parquet").unlink(missing_ok=True)
    ensure_manifest(Folder(root))
    return root


@pytest.fixture
def folder(root: Path) -> WatchedFolder:
    return WatchedFolder(root)


def files(table: str, codes: list[str], years: tuple[int, ...] = YEARS) -> list[str]:
    return [f"{table}/jurisdiction={code}/year={year}/data.parquet" for code in codes for year in years]


def opened(folder: WatchedFolder, sql: str) -> list[str]:
    connection = connect(folder)
    assert folder.handler.opened == []
    run(connection, sql)
    return sorted(folder.handler.opened)


@pytest.mark.parametrize(
    ("sql", "codes", "years"),
    [
        (f"FROM requests WHERE jurisdiction = '{ONE}'", [ONE], YEARS),
        (f"FROM requests WHERE jurisdiction = '{ONE}' AND year = 2023 AND outcome = 'received'", [ONE], (2023,)),
        (f"FROM requests WHERE jurisdiction = '{ONE}' AND year >= 2023", [ONE], (2023, 2024)),
        (f"FROM requests WHERE jurisdiction IN ('{CODES[0]}', '{CODES[39]}')", [CODES[0], CODES[39]], YEARS),
        (f"FROM requests WHERE jurisdiction >= '{CODES[14]}' AND jurisdiction < '{CODES[18]}'", CODES[14:18], YEARS),
        ("SELECT count(*) FROM requests WHERE year = 2024", CODES, (2024,)),
        ("SELECT sum(value) FROM requests", CODES, YEARS),
        ("FROM requests WHERE jurisdiction = 'CN-999999'", [], YEARS),
        (f"SELECT 数量 FROM 申请 WHERE 区划代码 = '{ONE}' AND 年度 = 2022", [ONE], (2022,)),
        (f"FROM reconciled WHERE \"table\" = 'requests' AND jurisdiction = '{ONE}'", [ONE], YEARS),
    ],
)
def test_a_question_opens_the_files_that_its_conditions_leave_and_each_once(
    folder: WatchedFolder, sql: str, codes: list[str], years: tuple[int, ...]
) -> None:
    assert opened(folder, sql) == files("requests", codes, years)


@pytest.mark.parametrize("view", ["requests_wide", "申请宽表"])
def test_wide_tables_open_a_jurisdictions_files_of_both_tables(folder: WatchedFolder, view: str) -> None:
    key = "区划代码" if view == "申请宽表" else "jurisdiction"
    expected = files("reports", [ONE]) + files("requests", [ONE])
    assert opened(folder, f"FROM {view} WHERE {key} IN ('{ONE}')") == expected


@pytest.mark.parametrize("view", ["latest", "最新年报"])
def test_the_latest_report_of_a_jurisdiction_opens_its_own_files(folder: WatchedFolder, view: str) -> None:
    key = "区划代码" if view == "最新年报" else "jurisdiction"
    assert opened(folder, f"FROM {view} WHERE {key} = '{ONE}'") == files("reports", [ONE])


@pytest.mark.parametrize("view", ["report_states", "complete_years", "完整年度"])
def test_what_is_known_of_a_year_opens_its_own_file(folder: WatchedFolder, view: str) -> None:
    where = f"区划代码 = '{ONE}' AND 年度" if view == "完整年度" else f"jurisdiction = '{ONE}' AND year"
    assert set(opened(folder, f"FROM {view} WHERE {where} = 2023")) == set(files("coverage", [ONE], (2023,)))


def test_a_question_without_the_table_opens_nothing(folder: WatchedFolder) -> None:
    assert opened(folder, "SELECT 1") == []
    assert opened(folder, "SHOW TABLES") == []


def test_long_queries_report_progress_and_give_the_same_rows(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "SELECT jurisdiction, year, count(*), sum(value) FROM requests GROUP BY ALL ORDER BY ALL"
    at_once = run(connect(root), sql)
    monkeypatch.setattr(partition_scan, "_BATCH", 50)
    told: list[tuple[str, int, int]] = []
    with connect(root, lambda *words: told.append(words)) as connection:
        assert run(connection, sql) == at_once
        assert told == [("requests", done, 120) for done in (0, 50, 100, 120)]
        run(connection, f"FROM requests WHERE jurisdiction = '{ONE}'")
    assert len(told) == 4


def test_an_open_connection_reads_files_as_they_are_now(tmp_path: Path) -> None:
    here = Partition(ONE, 2024)
    publish(tmp_path, here, {"reports": [report("a")], "requests": [request("a", value=1)]})
    connection = connect(tmp_path)
    sql = "SELECT count(*), sum(value) FROM requests WHERE value > 0"
    assert run(connection, sql).rows == [(1, 1)]
    rows = [request("a", outcome, value=2) for outcome in ("received", "total", "granted", "carried_out")]
    publish(tmp_path, here, {"reports": [report("a")], "requests": rows})
    assert run(connection, sql).rows == [(4, 8)]
