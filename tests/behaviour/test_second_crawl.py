from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.fixtures import Crawled
from tests.support.sample_portal.catalogue import PublishedReport, find_report, truth
from tests.support.sample_portal.server import SamplePortal
from tests.support.sample_portal.site import Site
from tests.support.warehouse.place import Place, make_place

(FIRST,) = [report for report in truth() if report.superseded]
CORRECTION = find_report(FIRST.county, FIRST.year)


@pytest.fixture
def again(crawled: Crawled, portal: SamplePortal, tmp_path: Path) -> Place:
    """Return a copy of the crawled place, to be crawled again."""
    shutil.copytree(crawled.place.settings.data_root, tmp_path / "data")
    return make_place(tmp_path / "data", portal.url)


def test_a_second_crawl_fetches_nothing_and_touches_no_file(again: Place, portal: SamplePortal) -> None:
    files, captures, verdicts = again.files(), again.captures(), again.verdicts()
    before = len(portal.requests)
    outcome = again.crawl()
    numbers = outcome.numbers
    assert outcome.failures == []
    assert (numbers["fetched"], numbers["captures"], numbers["read"], numbers["partitions"]) == (0, 0, 0, 0)
    assert (again.files(), again.captures(), again.verdicts()) == (files, captures, verdicts)
    asked = [request for request in portal.requests[before:] if request.path != "/robots.txt"]
    behind = [request for request in asked if request.status == 404]  # the page behind the last that the list declares
    assert numbers["not_modified"] == len(asked) - len(behind) > 0
    assert len(behind) == 1
    assert {request.status for request in asked if request not in behind} == {304}


def test_a_changed_report_is_the_only_capture_and_the_only_partition_of_the_next_crawl(
    own_portal: SamplePortal, tmp_path: Path
) -> None:
    place = make_place(tmp_path / "data", own_portal.url)
    (report,) = [one for one in truth() if (one.county, one.year) == ("甲子县", 2024)]
    place.crawl(report.year)
    files, captures = place.files(), place.captures()
    figures = own_portal.change(report.county, report.year)
    key = ("20(5)", "licence", "decisions")
    assert figures.disclosures[key] != report.figures.disclosures[key]

    outcome = place.crawl(report.year)
    assert outcome.failures == []
    assert (outcome.counts.fetched, outcome.counts.captures, outcome.counts.published) == (1, 1, 1)
    assert outcome.partitions == {f"{report.jurisdiction}/{report.year}"}
    assert len(place.captures()) == len(captures) + 1
    changed = {path for path, state in place.files().items() if files.get(path) != state}
    folder = f"jurisdiction={report.jurisdiction}/year={report.year}/data.parquet"
    assert changed == {f"{table}/{folder}" for table in ("reports", "disclosures")}
    value = "SELECT value FROM disclosures WHERE article = '20(5)' AND item = 'licence' AND measure = 'decisions'"
    assert place.ask(f"{value} AND jurisdiction = '{report.jurisdiction}'") == [(int(figures.disclosures[key]),)]


def test_a_report_in_a_file_is_not_lost_where_a_crash_came_between_its_page_and_itself(again: Place) -> None:
    """The page's verdict is in the ledger, that of its attachment is not, and nothing of it is published."""
    files, verdicts = again.files(), again.verdicts()
    with closing(sqlite3.connect(again.settings.data_root / "ledger.sqlite")) as connection, connection:
        removed = connection.execute("DELETE FROM verdicts WHERE url LIKE '%.pdf'").rowcount
    outcome = again.crawl()
    assert outcome.counts.published == removed > 0
    assert (again.files(), again.verdicts()) == (files, verdicts)


def test_a_portal_that_is_down_costs_nothing_that_was_published(again: Place, portal: SamplePortal) -> None:
    files, captures, verdicts = again.report_files(), again.captures(), again.verdicts()
    portal.down(True)
    try:
        outcome = again.crawl()
    finally:
        portal.down(False)
    (failure,) = outcome.failures
    assert failure.where == again.portal.id
    assert "503" in failure.reason
    assert outcome.partitions == set()
    assert (again.report_files(), again.captures(), again.verdicts()) == (files, captures, verdicts)

    assert again.crawl().failures == []


def test_a_portal_that_is_down_from_the_start_gives_one_reason_and_no_report(
    own_portal: SamplePortal, tmp_path: Path
) -> None:
    own_portal.down(True)
    place = make_place(tmp_path / "data", own_portal.url)
    outcome = place.crawl()
    (failure,) = outcome.failures
    assert "the list is incomplete" in failure.reason
    assert "503" in failure.reason
    assert "\n" not in failure.reason
    assert not (place.warehouse / "reports").exists()


def test_a_portal_that_no_one_answers_for_gives_one_reason_and_no_report(tmp_path: Path) -> None:
    with SamplePortal() as closed:
        place = make_place(tmp_path / "data", closed.url)
    outcome = place.crawl()
    (failure,) = outcome.failures
    assert "does not answer" in failure.reason
    assert "\n" not in failure.reason
    assert not (place.warehouse / "reports").exists()


def test_only_the_years_asked_for_are_fetched_and_published(place: Place, portal: SamplePortal) -> None:
    before = len(portal.requests)
    outcome = place.crawl(2018, 2024)
    assert outcome.failures == []
    expected = {f"{report.jurisdiction}/{report.year}" for report in truth() if report.year in (2018, 2024)}
    assert outcome.partitions == expected
    assert place.ask("SELECT DISTINCT year FROM reports ORDER BY year") == [(2018,), (2024,)]
    others = {report.page for report in truth() if report.year not in (2018, 2024)}
    assert others.isdisjoint(request.path for request in portal.requests[before:])


@pytest.fixture
def editions(tmp_path: Path) -> tuple[Path, Path]:
    """Both editions of the corrected report as files whose names order them the wrong way round."""
    site, paths = Site(), (tmp_path / "z-first.html", tmp_path / "a-correction.html")
    for report, path in zip((FIRST, CORRECTION), paths, strict=True):
        resource = site.get(report.path)
        assert resource is not None
        path.write_bytes(resource.body)
    return paths


PUBLISHED = "SELECT published_on, value FROM reports JOIN requests USING (report_id)"
GRANTED = f"{PUBLISHED} WHERE outcome = 'granted' AND applicant = 'total'"


def _granted(report: PublishedReport) -> int:
    return int(report.figures.requests["granted", "total"])


def test_a_correction_that_arrives_in_a_later_run_replaces_the_first_edition(
    place: Place, editions: tuple[Path, Path]
) -> None:
    first, correction = editions
    place.ingest(first, jurisdiction=FIRST.jurisdiction)
    assert place.ask(GRANTED) == [(FIRST.published_on, _granted(FIRST))]
    outcome = place.ingest(correction, jurisdiction=FIRST.jurisdiction)
    assert (outcome.counts.published, outcome.counts.superseded, len(outcome.partitions)) == (1, 1, 1)
    assert place.ask(GRANTED) == [(CORRECTION.published_on, _granted(CORRECTION))]
    assert _states(place) == {first.as_uri(): "superseded", correction.as_uri(): "published"}


def test_a_first_edition_that_is_read_after_its_correction_stays_superseded(
    place: Place, editions: tuple[Path, Path]
) -> None:
    first, correction = editions
    place.ingest(correction, jurisdiction=FIRST.jurisdiction)
    files = place.files()
    for _ in range(2):
        outcome = place.ingest(first, jurisdiction=FIRST.jurisdiction)
        assert (outcome.failures, outcome.counts.published, outcome.partitions) == ([], 0, set())
        assert place.files() == files
    assert place.ask(GRANTED) == [(CORRECTION.published_on, _granted(CORRECTION))]
    assert _states(place) == {first.as_uri(): "superseded", correction.as_uri(): "published"}


def test_both_editions_in_one_run_publish_the_correction_alone(place: Place, editions: tuple[Path, Path]) -> None:
    outcome = place.ingest(*editions, jurisdiction=FIRST.jurisdiction)
    assert (outcome.counts.published, outcome.counts.superseded) == (1, 1)
    assert place.ask(GRANTED) == [(CORRECTION.published_on, _granted(CORRECTION))]


def test_a_correction_whose_page_cannot_be_read_any_more_stands_until_it_can(
    place: Place, editions: tuple[Path, Path]
) -> None:
    first, correction = editions
    place.ingest(correction, jurisdiction=FIRST.jurisdiction)
    files, published = place.files(), place.ask(GRANTED)
    body = correction.read_bytes()
    correction.write_bytes(b"<html><title>404</title>")
    first.write_bytes(first.read_bytes() + b"<!-- touched -->")
    outcome = place.ingest(first, correction, jurisdiction=FIRST.jurisdiction)
    assert [failure.where for failure in outcome.failures] == [correction.as_uri()]
    assert (place.files(), place.ask(GRANTED)) == (files, published)
    assert sorted(str(verdict["state"]) for verdict in place.verdicts()) == ["published", "quarantined", "superseded"]

    correction.write_bytes(body + b"<!-- touched -->")
    assert place.ingest(correction, jurisdiction=FIRST.jurisdiction).failures == []
    assert place.ask(GRANTED) == published
    assert _states(place) == {first.as_uri(): "superseded", correction.as_uri(): "published"}
    assert len(place.verdicts()) == 2


def _states(place: Place) -> dict[object, object]:
    return {verdict["url"]: verdict["state"] for verdict in place.verdicts()}
