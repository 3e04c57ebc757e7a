"""A parser that knows one more label: exactly the figures that stand under it change, and are told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from extractors.portals.portal import write_portal
from tests.support.paths import REPOSITORY
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.processes.command import Done, nianbao
from tests.support.warehouse.place import Place

PACKAGES = ("extractors", "flows", "transforms", "warehouse")
LABEL, ALIAS = "行政处罚", "行政处罚案卷数"
BUREAU = f"{COUNTY}城市管理局"


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """Return a copy of the program whose layout of 2021 takes the alias for the label."""
    for package in PACKAGES:
        shutil.copytree(
            REPOSITORY / package, tmp_path / "later" / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    layout = tmp_path / "later" / "transforms" / "forms" / "2021.yml"
    former = layout.read_text("utf-8")
    layout.write_text(former.replace(f"labels: [{LABEL}]", f"labels: [{LABEL}, {ALIAS}]"), "utf-8")
    assert layout.read_text("utf-8") != former
    return tmp_path / "later"


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    """Return reports of three years, read by today's program; those of one body print the alias."""
    for year in (2020, 2022, 2023):
        county.add(GOVERNMENT, year)
        county.add(BUREAU, year, report_page(BUREAU, year).replace(LABEL, ALIAS))
    place = county.place(tmp_path / "data")
    write_portal(place.portal, tmp_path / "data" / "portals")
    assert place.crawl().failures == []
    return place


def reprocess(later: Path, place: Place, *arguments: str) -> Done:
    environment = {"NIANBAO_DATA_ROOT": str(place.settings.data_root), "PYTHONPATH": str(later)}
    done = nianbao("reprocess", "--older", "--diff", *arguments, folder=later, **environment)
    assert (done.code, done.err) == (0, "")
    return done


def penalties(place: Place) -> dict[tuple[object, ...], object]:
    question = "SELECT agency, year, value FROM disclosures JOIN reports USING (report_id, year) WHERE item = 'penalty'"
    return {(agency, year): value for agency, year, value in place.ask(question)}


def test_one_more_alias_changes_the_figures_under_it_and_no_other(county: County, place: Place, later: Path) -> None:
    read, files, asked = penalties(place), place.files(), len(county.requests)
    assert sorted(read) == [(GOVERNMENT, 2020), (GOVERNMENT, 2022), (GOVERNMENT, 2023)]
    told: dict[str, Any] = json.loads(reprocess(later, place, "--json").out)
    assert place.files() == files
    assert (told["documents"], told["changed"], told["figures"], told["evidence"]) == (6, 2, 2, 0)
    assert [(change["agency"], change["year"]) for change in told["changes"]] == [(BUREAU, 2022), (BUREAU, 2023)]
    for change in told["changes"]:
        (figure,) = change["figures"]
        assert (figure["table"], figure["key"]) == ("disclosures", "20(6)/penalty/decisions")
        assert (figure["before"], figure["after"]["state"]) == (None, "number")
        assert {(one["kind"], one["check"]) for one in change["findings"]} == {
            ("removed", "rows_missing"),
            ("removed", "unknown_row"),
        }
        assert [(one["column"], one["before"], one["after"]) for one in change["facts"]] == [
            ("status", "partial", "complete")
        ]

    shown = reprocess(later, place, "--publish", "--quiet").out
    assert f"CN-990101 2022 {BUREAU} (changed)" in shown
    assert "changed 2 · added 0 · removed 0 · figures 2" in shown
    found = {(change["agency"], change["year"]): change["figures"][0]["after"]["value"] for change in told["changes"]}
    assert penalties(place) == read | found
    written = {path for path, state in place.files().items() if state != files[path]}
    assert written == {
        f"{table}/jurisdiction=CN-990101/year={year}/data.parquet"
        for table in ("coverage", "disclosures", "findings", "reports")
        for year in (2022, 2023)
    }
    assert len(county.requests) == asked


def test_a_layout_that_is_at_fault_is_named_before_anything_is_read(later: Path, tmp_path: Path) -> None:
    layout = later / "transforms" / "forms" / "2021.yml"
    layout.write_text(layout.read_text("utf-8").replace(f"labels: [{LABEL}", f"labels: [[{LABEL}"), "utf-8")
    environment = {"NIANBAO_DATA_ROOT": str(tmp_path / "data"), "PYTHONPATH": str(later)}
    for arguments in (("reprocess", "--quiet"), ("extract", str(REPOSITORY / "README.md"))):
        done = nianbao(*arguments, folder=later, **environment)
        assert done.code == 1
        (line,) = done.error_lines
        assert line.startswith(f"nianbao: {layout}: not YAML in UTF-8: ")
