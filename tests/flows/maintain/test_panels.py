"""`nianbao check`, and the same as a step of `nianbao maintain`, over a published country with planted faults."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.main import app
from tests.support.panels.country import Country, simulate
from tests.support.panels.faults import break_carrying_over, repeat_others
from tests.support.panels.rows import partitions_of, publish_country
from warehouse.paths import Partition
from warehouse.publish.read import read_reports
from warehouse.publish.write import publish
from warehouse.query.query import connect, run
from warehouse.storage.store import Folder

CARRIED, TWINS = "requests_carried_over", "equal_tables"


@pytest.fixture(scope="module")
def consistent() -> Country:
    return simulate(3, 12)


@pytest.fixture(scope="module")
def planted(consistent: Country) -> tuple[Country, set[str], set[str]]:
    """Return a country with faults of two kinds, and the reports that have them."""
    first, carried = break_carrying_over(consistent, 1, 6)
    second, twins = repeat_others(first, 2, 2)
    return second, carried - twins, twins


@pytest.fixture(scope="module")
def published(planted: tuple[Country, set[str], set[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    publish_country(root / "warehouse", planted[0])
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    """Return a copy of the data root."""
    shutil.copytree(published, tmp_path / "data")
    return tmp_path / "data"


def command(root: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(app, arguments, env={"NIANBAO_DATA_ROOT": str(root)})
    assert done.exit_code in (0, 2), done.output
    return done


def written(root: Path) -> dict[str, set[str]]:
    """Return check → the reports of which the warehouse tells it."""
    rows = run(connect(root / "warehouse"), 'SELECT "check", list(report_id) FROM panel_findings GROUP BY 1').rows
    return {str(name): {*reports} for name, reports in rows}  # type: ignore[misc]


def files(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.glob("warehouse/panel_findings/**/*.parquet")}


def test_what_is_found_is_printed_and_written(root: Path, planted: tuple[Country, set[str], set[str]]) -> None:
    _, carried, twins = planted
    done = command(root, "check", "--quiet")
    assert done.stderr == ""
    assert written(root)[TWINS] == twins
    assert carried <= written(root)[CARRIED]
    assert f"{TWINS} (warning): {len(twins)}" in done.stdout
    assert "1 other report(s) for the year: " in done.stdout


def test_a_second_run_writes_nothing(root: Path) -> None:
    command(root, "check", "--quiet")
    before = files(root)
    assert before
    command(root, "check", "--quiet")
    assert files(root) == before
    assert "panels      nothing to do" not in command(root, "maintain", "--quiet").stdout
    assert files(root) == before


def test_dry_only_prints(root: Path) -> None:
    done = command(root, "check", "--dry-run", "--quiet")
    assert TWINS in done.stdout
    assert written(root) == {}
    assert f"panels      {TWINS}: " in command(root, "maintain", "--dry-run", "--quiet").stdout
    assert written(root) == {}


def test_findings_that_no_longer_hold_are_gone(root: Path, consistent: Country) -> None:
    command(root, "maintain", "--quiet")
    before = written(root)
    publish_country(root / "warehouse", consistent)
    assert written(root) == before
    command(root, "check", "--quiet")
    assert written(root).keys().isdisjoint({CARRIED, TWINS})


def test_findings_that_are_not_asked_for_stay(root: Path, consistent: Country) -> None:
    command(root, "check", "--quiet")
    sql = 'SELECT jurisdiction, year, report_id FROM panel_findings WHERE "check" IN ($carried, $twins)'

    def told() -> set[tuple[str, int, str]]:
        rows = run(connect(root / "warehouse"), sql, {"carried": CARRIED, "twins": TWINS}).rows
        return {(str(code), int(str(year)), str(report_id)) for code, year, report_id in rows}

    before = told()
    province, last = min(before)[0][:5], min(before)[1]
    asked = {row for row in before if row[0].startswith(province) and row[1] <= last}
    assert asked
    assert asked < before
    publish_country(root / "warehouse", consistent)
    command(root, "check", "--quiet", "--jurisdiction", f"{province}*", "--years", f"2000-{last}")
    assert told() == before - asked


def test_publishing_a_report_leaves_its_findings(root: Path, planted: tuple[Country, set[str], set[str]]) -> None:
    command(root, "check", "--quiet")
    before = written(root)
    for partition, rows in partitions_of(planted[0]).items():
        rows["reports"] = [{**row, "title": "other"} for row in rows["reports"]]
        publish(root / "warehouse", partition, rows)
    assert written(root) == before


def test_some_checks_divisions_and_years(root: Path) -> None:
    chosen = command(root, "check", "--quiet", "--format", "json", "--dry-run", "--check", CARRIED).stdout
    found = json.loads(chosen)
    assert {row["check"] for row in found} == {CARRIED}
    code, year = found[0]["jurisdiction"], found[0]["year"]
    narrow = ["--jurisdiction", code, "--years", str(year)]
    command(root, "check", "--quiet", "--check", CARRIED, *narrow)
    assert files(root).keys() == {root / f"warehouse/panel_findings/jurisdiction={code}/year={year}/data.parquet"}
    command(root, "check", "--quiet", "--check", TWINS)
    assert {*written(root)} == {CARRIED, TWINS}


def test_all_findings_as_csv(root: Path) -> None:
    rows = [*csv.DictReader(io.StringIO(command(root, "check", "--quiet", "--format", "csv").stdout))]
    assert Counter(row["check"] for row in rows).keys() == written(root).keys()
    assert rows[0].keys() > {"jurisdiction", "year", "agency", "report_id", "message", "others"}


def test_findings_of_a_report_are_not_told_twice(root: Path) -> None:
    command(root, "check", "--quiet")
    report_id = min(written(root)[CARRIED])
    sql = f"SELECT jurisdiction, year FROM reports WHERE report_id = '{report_id}'"
    ((code, year),) = run(connect(root / "warehouse"), sql).rows
    partition = Partition(str(code), int(str(year)))
    rows = read_reports(Folder(root / "warehouse"), partition, [report_id])
    own = {"report_id": report_id, "check": CARRIED, "severity": "warning", "message": "m", "cells": []}
    nothing = dict.fromkeys(["table", "expected", "actual", "settled"])
    publish(root / "warehouse", partition, {**rows, "findings": [own | nothing]})
    command(root, "check", "--quiet")
    assert report_id not in written(root).get(CARRIED, set())


@pytest.mark.parametrize(
    ("option", "word", "message"),
    [
        ("--jurisdiction", "CN-37", "jurisdiction 'CN-37' is neither of the form CN-371003 nor a wildcard"),
        ("--jurisdiction", "CN-999999", "no such jurisdiction: CN-999999"),
        ("--years", "20190", "years '20190' are neither a year such as 2024"),
        ("--years", "2024-2019", "years '2024-2019' end before they begin"),
    ],
)
def test_divisions_and_years_are_spelt_as_in_an_export(root: Path, option: str, word: str, message: str) -> None:
    for more in (["check"], ["export", "--table", "reports", "--output", "-", "--format", "csv"]):
        done = CliRunner().invoke(app, [*more, option, word], env={"NIANBAO_DATA_ROOT": str(root)})
        assert str(done.exception).startswith(message)


def test_bad_usage_and_no_warehouse(tmp_path: Path) -> None:
    done = command(tmp_path, "check", "--check", "none")
    assert done.exit_code == 2
    assert "no panel check is named none" in done.output
    for arguments in (["check"], ["check", "--jurisdiction", "CN-37*"]):
        empty = CliRunner().invoke(app, arguments, env={"NIANBAO_DATA_ROOT": str(tmp_path)})
        assert "no tables under" in str(empty.exception)
    assert "panels      nothing to do" in command(tmp_path, "maintain", "--quiet").stdout
