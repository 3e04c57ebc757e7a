from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.archive.archive import Archive
from extractors.portals.portal import load_portals
from flows.cli.demo import QUESTION
from flows.runs.json_values import plain
from tests.support.fixtures import Demo
from tests.support.processes.command import nianbao
from tests.support.sample_portal.catalogue import IGNORED, REPORTS, find_report, truth
from tests.support.sample_portal.site import Site
from tests.support.warehouse.place import report_files, warehouse_files
from warehouse.query.query import connect, run
from warehouse.storage.store import open_store

NOISE = ("Traceback", "database is locked", "prefect", "Prefect", "Flow run", "Task run", " | INFO", " | ERROR")
YEARS = range(2018, 2025)


def counted(out: str) -> dict[str, int]:
    """Return the counts of the first line by their names."""
    found = re.findall(r"([a-z ]+?) (\d+)(?: · |$)", out.splitlines()[0])
    return {name: int(number) for name, number in found}


def test_the_demo_says_what_was_found_fetched_read_published_and_flagged(demo: Demo) -> None:
    assert demo.first.code == 0, demo.first.err
    counts = counted(demo.first.out)
    in_force = [report for report in truth() if not report.superseded]
    assert (counts["found"], counts["ignored"], counts["failed"]) == (REPORTS, IGNORED, 0)
    assert (counts["published"], counts["superseded"]) == (len(in_force), len(truth()) - len(in_force))
    assert counts["read"] >= REPORTS
    assert counts["fetched"] == counts["new captures"] > REPORTS
    assert counts["partitions written"] == len({(report.jurisdiction, report.year) for report in in_force})
    with connect(demo.root / "warehouse") as connection:
        flagged = run(connection, "SELECT count(DISTINCT report_id) FROM findings WHERE severity <> 'info'")
    assert flagged.rows == [(counts["flagged"],)]


def test_invented_figures_stay_out_of_the_real_warehouse(demo: Demo) -> None:
    assert not (demo.folder / "real").exists()


def test_the_demo_shows_its_progress(demo: Demo) -> None:
    *_, read, done = demo.first.err.splitlines()
    assert read == f"sample: fetch and read {REPORTS}/{REPORTS}"
    assert done == "portals 1/1"


def test_the_demo_shows_the_coverage_of_both_counties_with_the_missing_year(demo: Demo) -> None:
    lines = {words[1]: words[2:] for words in map(str.split, demo.first.out.splitlines()) if words[:1] > ["CN-"]}
    published = {(report.county, report.year) for report in truth()}
    assert set(lines) >= {county for county, _ in published}
    for county in sorted({county for county, _ in published}):
        assert len(lines[county]) == len(YEARS)
        for year, mark in zip(YEARS, lines[county], strict=True):
            assert (mark == "n") is ((county, year) not in published), (county, year)


def test_the_demo_answers_its_question_from_the_warehouse(demo: Demo) -> None:
    with connect(demo.root / "warehouse") as connection:
        answer = run(connection, QUESTION)
    expected = [[str(plain(cell)).removesuffix(".0") for cell in row] for row in answer.rows]
    lines = [line.split() for line in demo.first.out.splitlines()]
    start = lines.index(answer.columns)
    assert lines[start + 1 : start + 1 + len(expected)] == expected
    printed = {(county, int(year)): int(received) for county, year, received, *_ in expected}
    assert printed == {
        (report.county, report.year): int(report.figures.requests["received", "total"])
        for report in truth()
        if report.figures.requests
    }


def test_a_second_demo_captures_nothing_and_writes_no_partition(demo: Demo) -> None:
    assert demo.second.code == 0, demo.second.err
    counts = counted(demo.second.out)
    assert (counts["found"], counts["failed"]) == (REPORTS, 0)
    nothing = ("fetched", "new captures", "read", "published", "partitions written")
    assert {name: counts[name] for name in nothing} == dict.fromkeys(nothing, 0)
    assert warehouse_files(demo.root / "warehouse") == demo.files != {}
    assert demo.second.out.splitlines()[1:] == demo.first.out.splitlines()[1:]


def test_the_corrected_report_replaced_its_first_edition_and_both_are_archived(demo: Demo) -> None:
    (first,) = [report for report in truth() if report.superseded]
    correction, site = find_report(first.county, first.year), Site()
    archive = Archive(open_store(demo.root / "archive"))
    bodies = {archive.get(capture) for capture in archive.captures()}
    for edition in (first, correction):
        resource = site.get(edition.path)
        assert resource is not None
        assert resource.body in bodies
    there = f"jurisdiction = '{first.jurisdiction}' AND year = {first.year}"
    with connect(demo.root / "warehouse") as connection:
        published = run(connection, f"SELECT url, published_on FROM reports WHERE {there}").rows
    ((url, published_on),) = published
    assert (urlsplit(str(url)).path, published_on) == (correction.path, correction.published_on)


def test_nothing_of_the_engine_reaches_the_user(demo: Demo) -> None:
    for done in (demo.first, demo.second):
        for text in (done.out, done.err):
            assert [noise for noise in NOISE if noise in text] == []
        stages = r"(portals|sample: discover|sample: fetch and read) (\d+/\d+|…)"
        assert all(re.fullmatch(stages, line) for line in done.err.splitlines()), done.err


@pytest.fixture
def root(demo: Demo, tmp_path: Path) -> Path:
    """Return a copy of what the demo left, whose portal nobody serves any more."""
    return Path(shutil.copytree(demo.root, tmp_path / "data"))


def test_a_crawl_of_a_portal_that_is_down_fails_in_one_line_and_changes_no_report(
    demo: Demo, root: Path, tmp_path: Path
) -> None:
    host = urlsplit(load_portals(root / "portals")["sample"].homepage).netloc
    before = report_files(root / "warehouse")
    settings = {"NIANBAO_ALLOW_PRIVATE_HOSTS": host, "NIANBAO_RETRIES": "0"}
    done = nianbao("crawl", "sample", "--quiet", folder=tmp_path, **settings)
    assert done.code == 1
    (line,) = done.error_lines
    assert line.startswith("failed: sample: ")
    assert host in line
    assert "does not answer" in line
    assert counted(done.out)["failed"] == 1
    assert report_files(root / "warehouse") == before


def test_a_demo_resumes_on_the_portal_file_of_an_earlier_version(demo: Demo, tmp_path: Path) -> None:
    root = Path(shutil.copytree(demo.root, tmp_path / demo.root.relative_to(demo.folder)))
    path = root / "portals" / "sample.yml"
    path.write_text(path.read_text("utf-8").replace("list_pages:", "columns:"), "utf-8")
    done = nianbao("demo", "--quiet", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert (counted(done.out)["fetched"], "columns:" in path.read_text("utf-8")) == (0, False)
