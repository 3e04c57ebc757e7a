"""One document read again with what people decided: that it is no report, or that a figure of it was misread."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from extractors.portals.portal import PortalError, write_portal
from flows.decisions.decisions import add_correction, add_review
from flows.reprocess.selection import Selection
from flows.workspace import open_workspace
from tests.flows.steps.test_ingest import written
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from tests.support.warehouse.place import Place
from tests.support.warehouse.reprocessed import read_archive
from transforms.checks.corrections import Correction
from transforms.checks.reviews import NoReport

BUREAU = f"{COUNTY}教育局"
DAY = date(2026, 11, 30)


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    place = county.place(tmp_path / "data")
    write_portal(place.portal, tmp_path / "data" / "portals")
    return place


def dismiss(place: Place, url: str, portal: str = "jiazi") -> None:
    (sha256,) = {str(row["sha256"]) for row in place.verdicts() if row["url"] == url}
    one = NoReport(decision="no_report", portal=portal, url=url, reason="a draft", by="王五", date=DAY, capture=sha256)
    add_review(place.settings.data_root, one)


def take_back(place: Place) -> None:
    (place.settings.data_root / "reviews.yml").write_text("reviews:\n", "utf-8")


def published(place: Place) -> list[str]:
    return [str(url) for (url,) in place.ask("SELECT url FROM reports ORDER BY url")]


def read(place: Place, *documents: str) -> int:
    """Read documents again and publish; return how many were read. None of it fails."""
    again = read_archive(place, Selection(documents=documents), publish=True)
    assert again.run.counts.failures == ()
    return again.run.counts.documents


def figures(place: Place) -> dict[str, bytes]:
    """Return the files of all tables but `reports`, which says when a document was asked for the last time."""
    return {path: data for path, (_, data) in place.report_files().items() if not path.startswith("reports/")}


def quarantined(place: Place) -> list[str]:
    with open_workspace(place.settings) as workspace:
        return [record.origin.source for record in workspace.quarantine.entries()]


def test_a_correction_that_is_no_report_gives_its_place_back(county: County, place: Place) -> None:
    paths = [county.add(BUREAU, 2022, report_page(BUREAU, 2022, seed=seed)) for seed in (1, 2)]
    path, title, day = county.listed[-1]
    county.listed[-1] = (path, f"{title}（更正）", day)
    county.add(GOVERNMENT, 2022)
    assert place.crawl().failures == []
    first, second = (county.url + path for path in paths)
    before = {path: data for path, (_, data) in place.report_files().items()}
    assert second in published(place)
    dismiss(place, second)
    assert read(place, first, second) == 2
    assert (first in published(place), second in published(place)) == (True, False)
    assert {
        row["url"]: row["state"] for row in place.verdicts() if row["agency"] == BUREAU or row["url"] == second
    } == {
        first: "published",
        second: "no_report",
    }
    again = read_archive(place, publish=True)
    assert (again.changes, again.run.counts.failures) == ([], ())
    take_back(place)
    assert read(place, first, second) == 2
    assert {path: data for path, (_, data) in place.report_files().items()} == before


def test_the_only_edition_goes_and_comes_back_with_what_another_parser_read(county: County, place: Place) -> None:
    url = county.url + county.add(BUREAU, 2022)
    county.add(BUREAU, 2023)
    assert place.crawl().failures == []
    before = figures(place)
    dismiss(place, url)
    dry = read_archive(place, Selection(older=True))
    assert [(change.kind, change.url) for change in dry.changes if change.kind == "removed"] == [("removed", url)]
    assert url in published(place), "nothing is published without --publish"
    read_archive(place, Selection(older=True), publish=True)
    assert url not in published(place)
    assert place.crawl().failures == [], "a crawl is of the same opinion"
    assert url not in published(place)
    take_back(place)
    assert read_archive(place, Selection(older=True), publish=True).run.counts.failures == ()
    assert figures(place) == before


def test_what_waits_in_quarantine_leaves_it_and_comes_back(county: County, place: Place) -> None:
    empty = county.url + county.add(BUREAU, 2022, report_page(BUREAU, 2022, inner="<p>年度报告正在整理中。</p>"))
    county.add(GOVERNMENT, 2022)
    place.crawl()
    assert quarantined(place) == [empty]
    dismiss(place, empty)
    assert read(place, empty) == 1
    assert quarantined(place) == []
    assert place.crawl().failures == []
    assert quarantined(place) == []
    take_back(place)
    read_archive(place, Selection(older=True), publish=True)
    assert quarantined(place) == [empty]


def test_a_file_from_disk_is_decided_like_a_page(place: Place, tmp_path: Path) -> None:
    file = written(tmp_path / "own.html", report_page("阳城县人民政府", 2022).encode())
    other = written(tmp_path / "other.html", report_page("沁水县人民政府", 2022).encode())
    assert place.ingest(file, other).failures == []
    url = file.resolve().as_uri()
    before = {path: data for path, (_, data) in place.report_files().items()}
    dismiss(place, url, "files")
    assert read(place, url) == 1
    assert published(place) == [other.resolve().as_uri()]
    take_back(place)
    assert read_archive(place, Selection(older=True), publish=True).run.counts.failures == ()
    assert {path: data for path, (_, data) in place.report_files().items()} == before


def test_a_report_of_two_files_stays_when_one_of_them_is_no_report(place: Place, tmp_path: Path) -> None:
    page = report_page("阳城县人民政府", 2022)
    first, second = (
        written(tmp_path / name, text.encode()).resolve().as_uri()
        for name, text in (("a.html", page), ("b.html", page.replace("</body>", "<!-- again --></body>")))
    )
    assert place.ingest(tmp_path / "a.html", tmp_path / "b.html").failures == []
    (standing,) = published(place)
    dismiss(place, standing, "files")
    assert read(place, standing) == 2
    assert published(place) == [second if standing == first else first]


def test_a_report_stays_until_the_other_edition_of_another_portal_is_read(
    county: County, place: Place, tmp_path: Path
) -> None:
    path = county.add("阳城县人民政府", 2022)
    file = written(tmp_path / "own.html", report_page("阳城县人民政府", 2022, seed=2).encode()).resolve().as_uri()
    assert place.crawl().failures == []
    assert place.ingest(tmp_path / "own.html").failures == []
    (standing,) = published(place)
    other = {county.url + path: "jiazi", file: "files"}
    dismiss(place, standing, other.pop(standing))
    ((url, portal),) = other.items()
    told = read_archive(place, Selection(portals=tuple({"jiazi", "files"} - {portal})), publish=True)
    assert [f"--portal {portal}" in failure.reason for failure in told.run.counts.failures] == [True]
    assert published(place) == [standing]
    read_archive(place, Selection(portals=(portal,)), publish=True)
    assert published(place) == [url]


def test_a_file_is_read_with_the_page_that_links_to_it(county: County, place: Place) -> None:
    path = county.add(BUREAU, 2022, report_page(BUREAU, 2022, inner='<p><a href="./P1.pdf">年度报告</a></p>'))
    parts = compose(replace(make_figures(COUNTY, 2022, 1), agency=BUREAU), date(2023, 3, 20))
    pdf = f"{path.rpartition('/')[0]}/P1.pdf"
    county.serve(pdf, render_pdf(BUREAU, 2022, parts))
    county.add(GOVERNMENT, 2022)
    assert place.crawl().failures == []
    url = county.url + pdf
    assert url in published(place)
    question = f"SELECT raw FROM requests JOIN reports USING (report_id) WHERE url = '{url}' AND applicant = 'total'"
    (raw,) = place.ask(f"{question} AND outcome = 'received'")[0]
    one = Correction(
        jurisdiction="CN-990101",
        body="教育局",
        year=2022,
        table="requests",
        cell=("received", "total"),
        read=str(raw),
        prints="7",
        reason="seen",
        date=DAY,
    )
    add_correction(place.settings.data_root, one.model_copy(update={"by": "王五"}))
    again = read_archive(place, Selection(documents=(url,)), publish=True)
    assert (again.run.counts.documents, again.run.counts.failures) == (1, ())
    assert place.ask(f"{question} AND outcome = 'received'") == [("7",)]
    assert {figure.key for change in again.changes for figure in change.figures} == {"received/total"}


def test_a_run_of_one_document_is_resumed_when_it_was_killed(county: County, place: Place) -> None:
    url = county.url + county.add(BUREAU, 2022)
    county.add(GOVERNMENT, 2022)
    place.crawl()
    dismiss(place, url)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_archive(place, Selection(documents=(url,)), begin=killed, publish=True)  # type: ignore[arg-type]  # dies
    assert url in published(place)
    assert read(place, url) == 1
    assert url not in published(place)
    with open_workspace(place.settings) as workspace:
        assert [run.flow for run in workspace.ledger.runs.last(9)].count("reprocess") == 1


def test_a_document_that_was_never_read_is_no_selection(county: County, place: Place) -> None:
    county.add(BUREAU, 2022)
    place.crawl()
    with pytest.raises(PortalError, match=r"no document at http://127\.0\.0\.1/none was ever read"):
        read_archive(place, Selection(documents=("http://127.0.0.1/none",)))
