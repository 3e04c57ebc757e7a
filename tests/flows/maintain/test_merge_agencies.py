"""Two bodies that are one: what is published of the one goes over to the other, whenever the process is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from flows.workspace import open_workspace
from tests.support.reports.flatten import bare_tabs, flatten_report
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.prose import Part
from tests.support.warehouse.place import Place, make_place
from transforms.jurisdictions.agencies import Agency, find_agency

NOWHERE = "http://127.0.0.1:9"
FORMER, INTO = "莱州市水务局", "莱州市水利局"


def _report(folder: Path, body: str, year: int, seed: int) -> Path:
    printed = print_report(year, seed, as_drawn)
    parts: list[Part] = printed.parts
    path = folder / f"{body}{year}_{seed}.txt"
    text = flatten_report(printed.title, parts, bare_tabs, Random(1)).replace("甲子县人民政府", "甲子县")
    path.write_text(text.replace("甲子县", body), "utf-8")
    return path


def _agency(name: str) -> Agency:
    found = find_agency(name, 2022)
    assert found
    return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a warehouse with the reports of one bureau under two names; both have one of 2022."""
    place = make_place(tmp_path / "data", NOWHERE)
    own = [_report(tmp_path, FORMER, year, 1) for year in (2021, 2022)]
    outcome = place.ingest(*own, *(_report(tmp_path, INTO, year, 1) for year in (2022, 2023)))
    assert (outcome.counts.published, outcome.failures) == (4, [])
    return place


def _run(place: Place, *arguments: str, killed_after: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command, and end its process at the given one of the moments at which it writes a file."""
    script = (
        "import os, sys\n"
        "from warehouse.storage import folder\n"
        "from flows.cli.main import main\n"
        "left, replace = [int(os.environ['LEFT'])], os.replace\n"
        "def counted(*paths, **named):\n"
        "    left[0] -= 1\n"
        "    if left[0] == 0:\n"
        "        os.kill(os.getpid(), 9)\n"
        "    replace(*paths, **named)\n"
        "os.replace = counted\n"
        "main()\n"
    )
    variables = {"NIANBAO_DATA_ROOT": str(place.settings.data_root), "LEFT": str(killed_after)}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)


def _merge(place: Place, *more: str, killed_after: int = 0) -> subprocess.CompletedProcess[str]:
    return _run(
        place,
        "agency",
        "merge",
        FORMER,
        INTO,
        "--reason",
        "one bureau",
        "--by",
        "王五",
        *more,
        killed_after=killed_after,
    )


def _published(place: Place) -> list[tuple[object, ...]]:
    figures = "(SELECT count(*) FROM requests r WHERE r.report_id = reports.report_id)"
    return place.ask(f"SELECT year, agency, agency_id, agency_printed, {figures} FROM reports ORDER BY year, agency")


def _states(place: Place) -> list[tuple[object, object, object]]:
    return [(row["year"], row["report_id"], row["state"]) for row in place.verdicts()]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(place: Place) -> None:
    before = place.files(), place.verdicts()
    done = _merge(place, "--dry-run", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [(one["year"], one["from"], one["to"], one["gone"] is None) for one in json.loads(done.stdout)] == [
        (2021, FORMER, INTO, True),
        (2022, FORMER, INTO, False),
    ]
    assert (place.files(), place.verdicts()) == before
    assert not (place.settings.data_root / "agencies.csv").exists()


def test_all_that_is_published_of_one_body_goes_over_to_the_other(place: Place) -> None:
    into = _agency(INTO)
    assert _merge(place).returncode == 0
    rows = _published(place)
    assert [row[:3] for row in rows] == [(year, INTO, into.agency_id) for year in (2021, 2022, 2023)]
    assert rows[0][3] == FORMER
    assert len({row[4] for row in rows}) == 1
    known = place.ask("SELECT name, spellings FROM agencies")
    assert known == [(INTO, [f"{FORMER} 2021–2022", f"{INTO} 2022–2023"])]
    states = _states(place)
    assert {report for _, report, _ in states} == {into.report_id(year) for year in (2021, 2022, 2023)}
    assert sorted(str(state) for *_, state in states) == ["published"] * 3 + ["superseded"]
    again = _merge(place)
    assert (again.returncode, again.stderr) == (0, "")


def test_reports_that_come_afterwards_are_the_others_from_the_start(place: Place, tmp_path: Path) -> None:
    assert _merge(place).returncode == 0
    place.ingest(_report(tmp_path, FORMER, 2020, 1))
    assert _published(place)[0][:4] == (2020, INTO, _agency(INTO).agency_id, FORMER)


def test_the_better_of_two_reports_of_a_year_stays(place: Place) -> None:
    with open_workspace(place.settings) as workspace:
        verdicts = workspace.ledger.editions(_agency(FORMER).report_id(2022))
        (verdict,) = verdicts
    place_of_former = verdict.url
    done = _merge(place, "--format", "json")
    (both,) = [one for one in json.loads(done.stdout) if one["gone"]]
    assert both["gone"] == place_of_former, "of two that are alike, that of the body that stays"


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[object, ...]], list[str]]:
    folder = tmp_path_factory.mktemp("unbroken")
    place = make_place(folder / "data", NOWHERE)
    own = [_report(folder, FORMER, year, 1) for year in (2021, 2022)]
    place.ingest(*own, *(_report(folder, INTO, year, 1) for year in (2022, 2023)))
    assert _merge(place).returncode == 0
    return _published(place), [str(state) for *_, state in _states(place)]


@pytest.mark.parametrize(
    "moment", [9, *(pytest.param(one, marks=pytest.mark.long) for one in (1, 3, 6, 12, 14, 16, 18, 20, 23, 26))]
)
def test_killed_and_run_again_it_ends_the_same(
    moment: int, place: Place, unbroken: tuple[list[tuple[object, ...]], list[str]]
) -> None:
    _merge(place, killed_after=moment)
    again = _merge(place)
    assert again.returncode == 0, again.stderr
    assert (_published(place), [str(state) for *_, state in _states(place)]) == unbroken


def test_bodies_of_two_divisions_are_never_merged(place: Place) -> None:
    done = _run(
        place, "agency", "merge", FORMER, "招远市水利局", "--jurisdiction", "CN-370685", "--reason", "x", "--by", "y"
    )
    assert done.returncode == 1
    done = _run(place, "agency", "merge", FORMER, FORMER, "--reason", "x", "--by", "y")
    assert (done.returncode, "one body already" in done.stderr) == (1, True)
    assert _run(place, "agency", "merge", FORMER).returncode == 2


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_body_that_decisions_name_is_not_merged_before_they_name_the_other(
    place: Place, more: tuple[str, ...]
) -> None:
    file, before = place.settings.data_root / "corrections.yml", place.files()
    line = (
        "corrections:\n  - {jurisdiction: CN-370683, body: 水务 局, year: 2022, table: requests,"
        " cell: [granted, total], read: '9', prints: '7', reason: seen, date: 2026-01-01}\n"
    )
    file.write_text(line, "utf-8")
    done = _merge(place, *more)
    told = f"decisions name {FORMER}: let them name the body 水利局, or take them out, and try again: {file}, line 2"
    assert (done.returncode, told in done.stderr) == (1, True), done.stderr
    assert (place.files(), (place.settings.data_root / "agencies.csv").exists()) == (before, False)
    file.write_text(line.replace("水务 局", "水利局"), "utf-8")
    assert _merge(place, *more).returncode == 0


def test_bodies_are_listed_and_shown_in_three_formats(place: Place) -> None:
    listed = json.loads(_run(place, "agency", "list", "--format", "json").stdout)
    assert [(one["name"], one["kind"], one["spellings"]) for one in sorted(listed, key=lambda one: one["name"])] == [
        (INTO, "department", [f"{INTO} 2022–2023"]),
        (FORMER, "department", [f"{FORMER} 2021–2022"]),
    ]
    assert _run(place, "agency", "list", "--format", "csv").stdout.startswith("agency_id,jurisdiction,name,kind,")
    assert FORMER in _run(place, "agency", "list").stdout
    shown = json.loads(_run(place, "agency", "show", FORMER, "--format", "json").stdout)
    assert [one["year"] for one in shown["reports"]] == [2021, 2022]
    unknown = _run(place, "agency", "show", "招远市水利局")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
