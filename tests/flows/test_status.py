"""`nianbao status`: the last runs, what is published, and what is not and why."""

from __future__ import annotations

import csv
from pathlib import Path

from extractors.portal import write_portal
from tests.flows.command import nianbao
from tests.flows.conftest import Crawled
from tests.flows.county import GOVERNMENT, County
from tests.portals.server import Answer


def test_status_of_a_warehouse_whose_portal_is_not_known(crawled: Crawled, tmp_path: Path) -> None:
    done = nianbao("status", folder=tmp_path, NIANBAO_DATA_ROOT=str(crawled.place.settings.data_root))
    assert (done.code, done.err) == (0, "")
    (line,) = [line for line in done.out.splitlines() if "乙丑县" in line]
    marks = line.split()[2:]
    assert len(marks) == 7
    assert [year for year, mark in zip(range(2018, 2025), marks, strict=True) if mark == "·"] == [2020]


def test_status_lists_what_is_missing_with_the_reason(county: County, tmp_path: Path) -> None:
    county.add(GOVERNMENT, 2024, Answer(status=412))
    place = county.place(tmp_path / "data")
    place.crawl()
    write_portal(place.portal, tmp_path / "data" / "portals")
    shown = nianbao("status", folder=tmp_path)
    assert shown.code == 0
    (line,) = [line for line in shown.out.splitlines() if line.startswith("CN-990101")]
    assert line.split()[-7:] == ["n"] * 6 + ["b"]
    listed = nianbao("status", "--gaps", "--format", "csv", folder=tmp_path)
    assert listed.code == 0
    header, *rows = csv.reader(listed.out.splitlines())
    gaps = [dict(zip(header, row, strict=True)) for row in rows]
    (blocked,) = [gap for gap in gaps if gap["state"] == "blocked"]
    assert (blocked["agency"], blocked["year"]) == (GOVERNMENT, "2024")
    assert "412" in blocked["reason"]
    assert {gap["year"] for gap in gaps if gap["state"] == "not_published"} == {str(year) for year in range(2018, 2024)}
