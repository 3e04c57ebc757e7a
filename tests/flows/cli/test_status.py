"""`nianbao status`: the last runs, what is published, and what is not and why."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from extractors.portals.portal import write_portal
from flows.cli import status as status_command
from flows.cli.main import app
from flows.cli.output.status_tables import print_shares
from flows.ledger.ledger import Ledger
from tests.support.fixtures import Crawled
from tests.support.paths import REPOSITORY
from tests.support.portals.county import GOVERNMENT, County
from tests.support.processes.command import nianbao
from tests.support.servers.scripted import Answer
from warehouse.query.coverage import Share

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
BEGIN = """
import sys, time
from flows.ledger.ledger import Ledger

with Ledger(sys.argv[1]) as ledger:
    ledger.runs.begin("maintain")
    print("begun", flush=True)
    time.sleep(600)
"""


def test_status_of_a_warehouse_whose_portal_is_not_known(crawled: Crawled, tmp_path: Path) -> None:
    done = nianbao(
        "status", "--jurisdictions", folder=tmp_path, NIANBAO_DATA_ROOT=str(crawled.place.settings.data_root)
    )
    assert (done.code, done.err) == (0, "")
    (line,) = [line for line in done.out.splitlines() if "乙丑县" in line]
    marks = line.split()[2:]
    assert len(marks) == 7
    assert [year for year, mark in zip(range(2018, 2025), marks, strict=True) if mark == "n"] == [2020]


def test_status_lists_what_is_missing_with_the_reason(county: County, tmp_path: Path) -> None:
    county.add(GOVERNMENT, 2024, Answer(status=412))
    place = county.place(tmp_path / "data")
    place.crawl()
    write_portal(place.portal, tmp_path / "data" / "portals")
    shown = nianbao("status", "--province", "CN-99", folder=tmp_path)
    assert shown.code == 0
    (line,) = [line for line in shown.out.splitlines() if line.startswith("CN-990101")]
    assert line.split()[-7:] == ["n"] * 6 + ["b"]
    listed = nianbao("status", "--gaps", "--format", "csv", folder=tmp_path)
    assert listed.code == 0
    header, *rows = csv.reader(listed.out.splitlines())
    gaps = [dict(zip(header, row, strict=True)) for row in rows]
    (blocked,) = [gap for gap in gaps if gap["state"] == "blocked"]
    assert (blocked["agency"], blocked["year"]) == (GOVERNMENT, "2024")
    assert (blocked["portal"], "412" in blocked["reason"]) == (place.portal.id, True)
    assert {gap["year"] for gap in gaps if gap["state"] == "not_published"} == {str(year) for year in range(2018, 2024)}


def status(root: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(app, ["status", *arguments], env={"NIANBAO_DATA_ROOT": str(root)})
    assert (done.exit_code, done.stderr) == (0, "")
    return done


def test_status_tells_runs_that_go_on_from_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    alarm = {"portal": "weihai", "kind": "fewer_than_before", "reason": "fewer reports are listed than before"}
    with Ledger(url) as ledger:
        ledger.runs.end(ledger.runs.begin("backfill"), {"found": 9}, [{**alarm, "portal": "yantai"}])
        ledger.runs.end(ledger.runs.begin("backfill"), {"found": 2, "failed": 0})
        ledger.runs.end(ledger.runs.begin("nightly"), {"found": 3, "failed": 1}, [alarm])
        ledger.runs.begin("ingest")
    killed = [sys.executable, "-c", BEGIN, url]
    with subprocess.Popen(killed, cwd=REPOSITORY, stdout=subprocess.PIPE) as process, Ledger(url) as ledger:
        assert process.stdout
        assert process.stdout.readline() == b"begun\n"
        process.kill()
        process.wait()
        began = ledger.runs.begin("reprocess")
        for _ in range(12):
            ledger.runs.end(ledger.runs.begin("crawl"), {})
        assert json.loads(status(tmp_path, "--json").stdout)["runs"][-1]["state"] == "running"
        with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as database:
            database.execute("UPDATE runs SET last_seen = ? WHERE flow = 'maintain'", (str(LONG_AGO),))
            database.commit()
        told = json.loads(status(tmp_path, "--json").stdout)
        ledger.runs.end(began, {})
    assert {run["state"] for run in told["runs"][:10]} == {"ended"}
    assert [(run["flow"], run["state"], run["counts"]) for run in told["runs"][10:]] == [("reprocess", "running", None)]
    assert [(one["flow"], one["portal"], one["kind"]) for one in told["alarms"]] == [
        ("nightly", "weihai", "fewer_than_before")
    ]
    monkeypatch.setattr(status_command, "_LAST", 100)
    runs = {run["flow"]: run for run in json.loads(status(tmp_path, "--json").stdout)["runs"]}
    states = {flow: run["state"] for flow, run in runs.items() if flow != "crawl"}
    assert states == {
        "reprocess": "ended",
        "maintain": "killed",
        "ingest": "crashed",
        "nightly": "alarms",
        "backfill": "alarms",
    }
    text = status(tmp_path).stdout
    assert "fewer than before" in text
    (line,) = [line for line in text.splitlines() if "nightly" in line and "found" in line]
    assert line.split()[2:] == ["nightly", "alarms", "0", "s", "found", "3", "·", "failed", "1"]


def test_status_shows_the_share_of_each_province_and_year(county: County, tmp_path: Path) -> None:
    for year in (2022, 2023):
        county.add(GOVERNMENT, year)
    county.add(GOVERNMENT, 2024, Answer(status=412))
    place = county.place(tmp_path / "data")
    place.crawl()
    write_portal(place.portal, tmp_path / "data" / "portals")
    lines = status(tmp_path / "data").stdout.splitlines()
    assert lines[0].split() == ["province", *map(str, range(2018, 2025)), "all"]
    assert lines[1].split() == ["CN-990000", *["0"] * 4, "100", "100", "0", "28"]
    assert lines[2].split() == ["all", *["0"] * 4, "100", "100", "0", "28"]
    covered = json.loads(status(tmp_path / "data", "--json").stdout)["coverage"]
    assert [one["published"] for one in covered] == [0] * 4 + [1, 1, 0]
    assert covered[-1]["states"] == {"blocked": 1}
    gaps = json.loads(status(tmp_path / "data", "--gaps", "--json").stdout)["gaps"]
    assert [(one["year"], one["state"]) for one in gaps][-1] == (2024, "blocked")
    table = json.loads(status(tmp_path / "data", "--province", "CN-99", "--json").stdout)
    assert [(cell["year"], cell["reports"]) for cell in table["published"]] == [(2022, 1), (2023, 1)]
    elsewhere = json.loads(status(tmp_path / "data", "--province", "山东", "--json").stdout)
    assert elsewhere == {"published": [], "gaps": []}


def test_a_list_that_was_not_read_to_its_end_is_a_gap_of_its_own(county: County, tmp_path: Path) -> None:
    """Beyond the year of the government's report, which may be on the page that failed, others may be there."""
    for year in (2023, 2024):
        county.add(GOVERNMENT, year)
    county.foot = '<a href="index_2.html">2</a><a href="index_2.html">尾页</a>'
    county.serve(f"{county.list_path}index_2.html", Answer(status=500))
    county.place(tmp_path / "data").crawl()
    gaps = json.loads(status(tmp_path / "data", "--gaps", "--json").stdout)["gaps"]
    lists = [gap for gap in gaps if gap["agency_id"] is None]
    assert [(gap["year"], gap["state"]) for gap in lists] == [(year, "unreachable") for year in range(2018, 2025)]
    assert {(gap["year"], gap["state"]) for gap in gaps if gap["agency_id"]} == {
        (year, "unreachable") for year in range(2018, 2023)
    }
    lines = status(tmp_path / "data", "--jurisdictions").stdout.splitlines()
    assert [line.split()[2:] for line in lines if line.startswith("CN-990101")] == [["u"] * 5 + ["1u"] * 2]


def test_status_without_a_warehouse_names_the_remedy(tmp_path: Path) -> None:
    for arguments in ((), ("--gaps",), ("--jurisdictions",)):
        done = nianbao("status", *arguments, folder=tmp_path)
        assert (done.code, len(done.error_lines), "run `nianbao demo`" in done.err) == (1, 1, True)


def test_heat_is_shown_in_colours_and_only_years_that_a_terminal_has_room_for() -> None:
    found = [
        Share("CN-370000", "山东省", year, {"published": year - 2010, "not_published": 10})
        for year in range(2010, 2025)
    ]
    narrow, wide = io.StringIO(), io.StringIO()
    print_shares(found, Console(file=narrow, width=40, force_terminal=True, color_system="truecolor"))
    print_shares(found, Console(file=wide, width=200))
    assert "2021" in narrow.getvalue()
    assert "2017" not in narrow.getvalue()
    assert "48;2;" in narrow.getvalue()
    assert max(map(len, wide.getvalue().splitlines())) < 100
    assert wide.getvalue().splitlines()[1].split() == ["山东省", *(str(100 * n // (n + 10)) for n in range(15)), "41"]
