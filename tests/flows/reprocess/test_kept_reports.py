"""What was published and cannot be read again stands, and is told each time; what a crawl brings meanwhile stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flows.documents.parse import ParseResult, Task
from flows.ledger.records import Assigned
from flows.maintain.run import clear_quarantine
from flows.reprocess import batch as reprocess_batch
from flows.reprocess import selection
from flows.reprocess.selection import Selection
from flows.workers.pool import Readers
from flows.workspace import Workspace, open_workspace
from tests.flows.steps.test_ingest import AMBIGUOUS, HTML, ONE_OF_THEM, body, written
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.portals.report_pages import tables, without_tables
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.reports.xlsx import render_xlsx
from tests.support.warehouse.place import Place
from tests.support.warehouse.reprocessed import by_an_older_parser, misread, read_archive, reader_of
from transforms.parser_version import parser_version

BUREAU = f"{COUNTY}教育局"
ANOTHER = "CN-320302"
SLOW = "reading took more than 180 s (NIANBAO_READ_SECONDS)"
RECEIVED = (
    "SELECT r.url, value FROM requests JOIN reports r USING (report_id) WHERE outcome = 'received' "
    "AND applicant = 'total' ORDER BY r.url"
)


@pytest.fixture
def place(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with reader_of(county, tmp_path / "data", monkeypatch) as place:
        yield place


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[ParseResult], ParseResult]], None]:
    """Stands for another parser: makes something else of what the reader answers for an address."""
    changed: dict[str, Callable[[ParseResult], ParseResult]] = {}
    submit = Readers.submit

    def answered(readers: Readers, task: Task) -> Callable[[], ParseResult]:
        reading = submit(readers, task)
        return lambda: changed.get(task.source.url, as_read)(reading())

    monkeypatch.setattr(Readers, "submit", answered)
    return changed.__setitem__


def as_read(found: ParseResult) -> ParseResult:
    return found


def slow(_: ParseResult) -> ParseResult:
    return ParseResult(reason=SLOW)


def nameless(found: ParseResult) -> ParseResult:
    """Return the reports of a document without the agency that their row requires."""
    rows = ({**one.rows, "reports": [{**one.rows["reports"][0], "agency": None}]} for one in found.reports)
    return ParseResult(tuple(replace(one, rows=own) for one, own in zip(found.reports, rows, strict=True)))


def corrected(county: County, place: Place) -> tuple[str, str]:
    """Return the addresses of a report and of its correction, which an older parser has read and published."""
    paths = [county.add(BUREAU, 2022, report_page(BUREAU, 2022, seed=seed)) for seed in (1, 2)]
    path, title, day = county.listed[-1]
    county.listed[-1] = (path, f"{title}（更正）", day)
    assert place.crawl().failures == []
    by_an_older_parser(place)
    first, second = (county.url + path for path in paths)
    return first, second


@pytest.mark.parametrize("batch", [pytest.param(1, marks=pytest.mark.long), 100])
def test_a_correction_that_cannot_be_read_any_more_keeps_its_place_and_is_a_failure_each_time(
    county: County, place: Place, answer: Callable[..., None], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(selection, "BATCH", batch)
    _, second = corrected(county, place)
    files, asked = place.files(), place.ask(RECEIVED)
    assert [url for url, _ in asked] == [second]
    answer(second, slow)
    for _ in range(2):
        again = read_archive(place, Selection(older=True), publish=True)
        (failure,) = again.run.counts.failures
        assert (failure.where, f"{BUREAU} 2022 could be read before but cannot be now: {SLOW}" in failure.reason) == (
            second,
            True,
        )
        assert (again.changes, again.run.counts.unread, place.files()) == ([], 0, files)
        (standing,) = [row for row in place.verdicts() if row["state"] == "published"]
        assert (standing["url"], standing["parser_version"]) == (second, "0.0.9")
    with open_workspace(place.settings) as workspace:
        assert clear_quarantine(workspace, dry=False).done == []
        assert [entry.reason for entry in workspace.quarantine.entries()] == [SLOW]
    answer(second, as_read)
    assert read_archive(place, Selection(older=True), publish=True).run.counts.failures == ()
    assert [(row["url"], row["state"], row["parser_version"]) for row in place.verdicts()][-1:] == [
        (second, "published", parser_version())
    ]
    with open_workspace(place.settings) as workspace:
        assert len(clear_quarantine(workspace, dry=False).done) == 1


@pytest.mark.long
def test_a_report_whose_own_row_is_refused_now_stays_and_is_a_failure_each_time(
    county: County, place: Place, answer: Callable[..., None]
) -> None:
    first, second = corrected(county, place)
    files = place.files()
    answer(second, nameless)
    for _ in range(2):
        again = read_archive(place, publish=True)
        (failure,) = again.run.counts.failures
        assert (failure.where, "cannot be now: table reports, " in failure.reason) == (second, True)
        assert (again.changes, again.run.counts.unread, place.files()) == ([], 0, files)
        assert {row["url"]: row["state"] for row in place.verdicts()} == {first: "superseded", second: "published"}
    with open_workspace(place.settings) as workspace:
        assert [entry.origin.source for entry in workspace.quarantine.entries()] == [second]


@pytest.mark.long
def test_a_page_whose_tables_the_archive_has_lost_is_not_published_without_them(county: County, place: Place) -> None:
    printed = print_report(2023, 4, as_drawn)
    html = without_tables(printed, lambda table: "<p></p>").replace("</body>", '<a href="./P1.xlsx">附件</a></body>')
    path = county.add(GOVERNMENT, 2023, html)
    county.serve(f"{path.rpartition('/')[0]}/P1.xlsx", render_xlsx("", tables(printed)))
    assert place.crawl().failures == []
    assert place.ask("SELECT status FROM reports") == [("complete",)]
    files = place.files()
    (sha256,) = (str(row["sha256"]) for row in place.verdicts() if str(row["url"]).endswith(".xlsx"))
    (place.settings.data_root / "archive" / "sha256" / sha256[:2] / sha256[2:4] / sha256).unlink()
    again = read_archive(place, publish=True)
    assert [failure.where for failure in again.run.counts.failures] == [
        f"{county.url}{path.rpartition('/')[0]}/P1.xlsx",
        county.url + path,
    ]
    assert (again.changes, place.files()) == ([], files)


@pytest.mark.parametrize("moment", [pytest.param("_outdated", marks=pytest.mark.long), "_publish"])
def test_what_a_crawl_publishes_while_a_batch_is_read_stands(
    county: County, place: Place, answer: Callable[..., None], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Just before it is looked whether the bytes are those that were read, and just after."""
    path = county.add(BUREAU, 2022)
    place.crawl()
    before = place.ask(RECEIVED)
    by_an_older_parser(place)
    answer(county.url + path, fewer)
    step, crawled = getattr(reprocess_batch, moment), list[list[tuple[object, ...]]]()

    def meanwhile(*given: object) -> object:
        if not crawled:
            answer(county.url + path, as_read)
            county.serve(path, report_page(BUREAU, 2022, seed=9))
            assert place.crawl().failures == []
            crawled.append(place.ask(RECEIVED))
        return step(*given)

    monkeypatch.setattr(reprocess_batch, moment, meanwhile)
    assert read_archive(place, publish=True).run.counts.failures == ()
    assert crawled == [place.ask(RECEIVED)]
    assert crawled != [before]
    with open_workspace(place.settings) as workspace:
        (verdict,), address = workspace.ledger.verdicts("jiazi"), workspace.ledger.address(county.url + path)
    assert address is not None
    assert (verdict.state, verdict.sha256) == ("published", address.sha256)


def fewer(found: ParseResult) -> ParseResult:
    """Return the reports of a document without their proceedings."""
    return ParseResult(tuple(replace(one, rows={**one.rows, "proceedings": []}) for one in found.reports))


@pytest.mark.long
def test_what_others_publish_before_figures_are_compared_is_not_told_as_a_change(
    county: County, place: Place, answer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = county.add(BUREAU, 2022)
    place.crawl()
    answer(county.url + path, fewer)
    compared = reprocess_batch._changes

    def meanwhile(*given: object) -> object:
        misread(place, BUREAU, 2022)
        return compared(*given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(reprocess_batch, "_changes", meanwhile)
    (change,) = read_archive(place).changes
    assert {figure.table for figure in change.figures} == {"proceedings"}


def two_files(place: Place, folder: Path, workspace: Workspace) -> tuple[str, str]:
    """Two files that tell the same report, the second of which holds its place, and tells another division's now."""
    told = body(HTML).decode().replace(HTML.county, AMBIGUOUS)
    urls = []
    for name, text in (("a.html", told), ("b.html", told.replace(">30459<", ">30460<", 1))):
        path = written(folder / name, text.encode())
        place.ingest(path, jurisdiction=ONE_OF_THEM)
        urls.append(path.resolve().as_uri())
    assert place.ask("SELECT url FROM reports") == [(urls[1],)]
    workspace.ledger.assign(urls[1], Assigned(ANOTHER))
    return urls[0], urls[1]


@pytest.mark.long
def test_a_report_that_its_document_tells_no_more_is_taken_over_by_another_that_tells_it(
    place: Place, tmp_path: Path
) -> None:
    with open_workspace(place.settings) as workspace:
        first, second = two_files(place, tmp_path, workspace)
    again = read_archive(place, publish=True)
    assert ([change.kind for change in again.changes], again.run.counts.failures) == (["changed", "added"], ())
    expected = [(ONE_OF_THEM, first), (ANOTHER, second)]
    question = "SELECT jurisdiction, url FROM reports ORDER BY jurisdiction"
    assert place.ask(question) == expected
    assert [(row["jurisdiction"], row["url"]) for row in place.verdicts()] == expected


@pytest.mark.long
def test_a_report_that_another_document_told_which_was_not_read_with_it_stays_until_that_is_read(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "BATCH", 1)
    with open_workspace(place.settings) as workspace:
        first, second = two_files(place, tmp_path, workspace)
    again = read_archive(place, publish=True)
    (failure,) = again.run.counts.failures
    assert (failure.where, f"`nianbao reprocess --portal files --publish` reads {first}" in failure.reason) == (
        second,
        True,
    )
    question = "SELECT jurisdiction, url FROM reports ORDER BY jurisdiction"
    assert place.ask(question) == [(ONE_OF_THEM, second), (ANOTHER, second)]
    assert read_archive(place, Selection(portals=("files",)), publish=True).run.counts.failures == ()
    assert place.ask(question) == [(ONE_OF_THEM, first), (ANOTHER, second)]


def test_next_years_findings_go_with_the_report_that_they_were_made_against(county: County, place: Place) -> None:
    """Today's parser finds that what stands as the report for 2021 is that for 2020."""
    path = county.add(GOVERNMENT, 2021, report_page(GOVERNMENT, 2021, seed=3))
    county.add(GOVERNMENT, 2022)
    assert place.crawl().failures == []
    across = "SELECT count(*) FROM findings WHERE \"check\" IN ('stock_in_force', 'requests_carried_over')"
    assert place.ask(across) != [(0,)]
    body = report_page(GOVERNMENT, 2020, seed=3).encode()
    with open_workspace(place.settings) as workspace:
        sha256, _ = workspace.archive.put(body)
    with closing(sqlite3.connect(place.settings.data_root / "ledger.sqlite")) as connection, connection:
        for table in ("addresses", "verdicts"):
            connection.execute(f"UPDATE {table} SET sha256 = ? WHERE url = ?", [sha256, county.url + path])
        connection.execute("UPDATE verdicts SET parser_version = '0.0.9' WHERE url = ?", [county.url + path])
    assert read_archive(place, Selection(older=True), publish=True).run.counts.failures == ()
    assert place.ask("SELECT year FROM reports ORDER BY 1") == [(2020,), (2022,)]
    assert place.ask(across) == [(0,)]
