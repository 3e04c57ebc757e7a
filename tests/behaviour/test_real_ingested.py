"""Real reports through the command line. They are not part of the repository, and nor is what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import SHARED
from tests.support.processes.command import clean_environment, nianbao
from tests.support.warehouse.place import Place, make_place

REAL = SHARED / "real"
GOLD: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((REAL / "gold").glob("*.json"))
}
FILES = sorted(path for path in REAL.glob("*.*") if path.suffix != ".json")
WITHOUT_TABLES = [path for path in FILES if path.stem not in GOLD]
OFFICIAL = ("disclosures", "requests", "proceedings")

pytestmark = pytest.mark.skipif(not GOLD, reason="the real reports are not here (../shared/real)")


def test_every_cell_of_the_gold_tables_is_right_and_no_error_is_silent(tmp_path: Path) -> None:
    command = f"{sys.executable} -m flows extract {{file}} --format json"
    done = subprocess.run(
        [sys.executable, str(SHARED / "score.py"), "--verbose", "--command", command],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "100.00 % of cells right, 0 silent errors", done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("path", WITHOUT_TABLES, ids=lambda path: str(path.stem))
def test_a_report_that_prints_no_tables_says_which_are_missing(path: Path, tmp_path: Path) -> None:
    done = nianbao("extract", path, "--format", "json", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    said = json.loads(done.out)
    assert said["report"]["status"] == "tables_missing"
    assert [said[table] for table in (*OFFICIAL, "indicators")] == [[], [], [], []]
    assert {finding["table"] for finding in said["findings"] if finding["check"] == "table_missing"} == set(OFFICIAL)
    for section in ("overview", "problems", "other"):
        assert [row["text"] for row in said["sections"] if row["section"] == section and row["text"]], section
    assert len(said["statements"]) > 0


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return the warehouse after `nianbao ingest` of the folder with the real reports."""
    folder = tmp_path_factory.mktemp("real")
    done = nianbao("ingest", "--quiet", REAL, folder=folder)
    assert (done.code, done.err) == (0, "")
    return make_place(folder / "data", "http://127.0.0.1:9")


def _agencies(gold: dict[str, Any]) -> str:
    """Return the names that a report's agency may be published under, for SQL."""
    names = gold["agency"] if isinstance(gold["agency"], list) else [gold["agency"]]
    return ", ".join(f"'{name}'" for name in names)


def _rows(ingested: Place, columns: str, table: str, gold: dict[str, Any], condition: str) -> list[tuple[object, ...]]:
    there = f"r.agency IN ({_agencies(gold)}) AND r.year = {gold['year']}"
    return ingested.ask(
        f"SELECT {columns} FROM {table} t JOIN reports r USING (report_id) WHERE {there} AND {condition}"
    )


@pytest.mark.parametrize("name", GOLD)
def test_sql_gives_the_applications_that_a_report_prints(ingested: Place, name: str) -> None:
    gold = GOLD[name]
    (printed,) = [row["value"] for row in gold["requests"] if _key(row) == ("received", "total")]
    received = _rows(ingested, "value", "requests", gold, "outcome = 'received' AND applicant = 'total'")
    assert received == [(printed,)]


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["outcome"], row["applicant"]


@pytest.mark.parametrize("name", GOLD)
def test_every_printed_total_of_a_row_that_is_not_the_sum_has_a_finding_and_no_other(
    ingested: Place, name: str
) -> None:
    gold = GOLD[name]
    expected = {("row_total", *wrong) for wrong in _wrong_rows(gold["requests"], "outcome", "applicant")}
    expected |= {("proceedings_total", *wrong) for wrong in _wrong_rows(gold["proceedings"], "channel", "result")}
    condition = "t.\"check\" IN ('row_total', 'proceedings_total') AND severity = 'error'"
    found = _rows(ingested, 't."check", cells, expected, actual', "findings", gold, condition)
    assert {(check, _line(cells), summed, printed) for check, cells, summed, printed in found} == expected


def _line(cells: object) -> str:
    """Return the code of the row that the cells of a finding stand in."""
    assert isinstance(cells, list)
    (line,) = {cell.rsplit("/", 1)[0] for cell in cells}
    return str(line)


def _wrong_rows(rows: list[dict[str, Any]], line: str, part: str) -> set[tuple[str, str, str]]:
    """Code of the row, sum of its parts and printed total, where the two differ; blanks count as nothing."""
    values = {(row[line], row[part]): row["value"] for row in rows}
    wrong = set()
    for code in {row[line] for row in rows}:
        total = values[code, "total"]
        summed = sum(value or 0 for (name, column), value in values.items() if name == code and column != "total")
        if total is not None and total != summed:
            wrong.add((code, str(summed), str(total)))
    return wrong


def test_the_real_reports_hold_wrong_totals_of_both_kinds() -> None:
    """Without them, the test above would prove nothing."""
    assert any(_wrong_rows(gold["requests"], "outcome", "applicant") for gold in GOLD.values())
    assert any(_wrong_rows(gold["proceedings"], "channel", "result") for gold in GOLD.values())
