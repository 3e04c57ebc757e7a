"""The archive read again: what has not changed stays untouched, and what has is told and replaced figure by figure."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from flows.cli.main import app
from flows.cli.output.diff import print_changes, print_counts, write_changes_csv, write_changes_json
from flows.cli.output.results import PIPE_WIDTH
from flows.documents.parse import ParseResult
from flows.ledger.records import Assigned
from flows.reprocess import selection
from flows.reprocess.run import read_again
from flows.reprocess.selection import Selection
from flows.reprocess.summary import BatchResult
from flows.settings import Settings
from flows.workers.pool import Readers
from flows.workers.threads import Pending
from flows.workspace import open_workspace
from tests.support.fixtures import Crawled
from tests.support.portals.county import GOVERNMENT, County
from tests.support.warehouse.place import Place
from tests.support.warehouse.reprocessed import every_way, kept, misread, read_archive
from transforms.parser_version import parser_version


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[County, Place]]:
    """Yield a county whose reports came in in every way; tests copy it."""
    with County() as county:
        yield county, every_way(county, tmp_path_factory.mktemp("filled"))


@pytest.fixture
def place(filled: tuple[County, Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Yield a copy of it, whose reader all that a test does shares."""
    shutil.copytree(filled[1].settings.data_root, tmp_path / "data")
    monkeypatch.setenv("NIANBAO_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.setenv("NIANBAO_READ_WORKERS", "1")
    with open_workspace(Settings()):
        yield Place(filled[1].portal, Settings())


def test_the_same_parser_changes_nothing_however_a_report_came_in(filled: tuple[County, Place], place: Place) -> None:
    county, before = filled[0], kept(place)
    assert {row["state"] for row in place.verdicts()} == {"published", "superseded", "quarantined", "no_report"}
    asked = len(county.requests)
    dry = read_archive(place)
    assert kept(place) == before
    done = read_archive(place, publish=True)
    assert kept(place) == before
    for again in (dry, done):
        assert (again.changes, again.run.resumed) == ([], None)
        numbers = again.run.counts.numbers
        assert {name for name, number in numbers.items() if number} == {"documents", "reports", "unread"}
        reports = {row["report_id"] for row in place.verdicts() if row["state"] == "published"}
        assert (numbers["reports"], numbers["unread"]) == (len(reports), 2)
    assert len(county.requests) == asked


@pytest.mark.long
def test_the_same_parser_changes_nothing_of_the_sample_portal(crawled: Crawled, tmp_path: Path) -> None:
    from extractors.portals.portal import write_portal

    shutil.copytree(crawled.place.settings.data_root, tmp_path / "data")
    settings = crawled.place.settings.model_copy(update={"data_root": tmp_path / "data"})
    place = replace(crawled.place, settings=settings)
    write_portal(place.portal, tmp_path / "data" / "portals")
    before = kept(place)
    for publish in (False, True):
        again = read_archive(place, publish=publish)
        assert (again.changes, again.run.counts.failures, kept(place)) == ([], (), before)
        assert again.run.counts.reports == len(place.ask("FROM reports"))


def test_what_an_older_parser_misread_is_told_and_then_replaced(place: Place) -> None:
    whole, question = kept(place), "FROM requests ORDER BY ALL"
    true = place.ask(question)
    misread(place, GOVERNMENT, 2022)
    wrong = kept(place)
    again = read_archive(place, Selection(older=True))
    assert kept(place) == wrong
    (change,) = again.changes
    assert (change.agency, change.year, change.kind, change.evidence) == (GOVERNMENT, 2022, "changed", 0)
    by_key = {figure.key: figure for figure in change.figures}
    assert by_key.keys() == {"received/total", "granted/total"}
    received = by_key["received/total"]
    assert received.before
    assert received.after
    assert (received.before["value"], received.before["raw"]) == (987, "987")
    assert received.after["raw"] == str(received.after["value"]) != "987"
    assert by_key["granted/total"].before is None
    assert (again.run.counts.documents, again.run.counts.changed, again.run.counts.figures) == (1, 1, 2)
    done = read_archive(place, Selection(older=True), publish=True)
    assert done.changes == again.changes
    assert place.ask(question) == true
    assert {path: state[1] for path, state in place.files().items()} == {
        path: state[1] for path, state in whole[0].items()
    }
    written = {path for path, state in place.files().items() if state != wrong[0][path]}
    assert written == {"requests/jurisdiction=CN-990101/year=2022/data.parquet"}
    assert {row["parser_version"] for row in place.verdicts()} == {parser_version()}
    assert read_archive(place, Selection(older=True)).run.counts.documents == 0


@pytest.mark.long
def test_a_selection_takes_portals_and_years(place: Place) -> None:
    assert read_archive(place, Selection(portals=("files",))).run.counts.documents == 4
    assert read_archive(place, Selection(first=2021, last=2021)).run.counts.documents == 1
    both = read_archive(place, Selection(portals=("jiazi",), first=2022)).run.counts
    assert (both.documents, both.reports, both.unread) == (4, 2, 1)


def test_what_can_no_longer_be_read_stays_published_and_is_a_failure(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, of_2022 = place.report_files(), Selection(portals=("jiazi",), first=2022)
    standing = [row for row in place.verdicts() if (row["portal"], row["year"]) == ("jiazi", 2022)]
    with monkeypatch.context() as hurried:
        hurried.setattr(Readers, "submit", lambda *_: lambda: ParseResult(reason="reading took more than 0.001 s"))
        again = read_archive(place, of_2022, publish=True)
    failures = again.run.counts.failures
    assert {failure.where for failure in failures} == {row["url"] for row in standing if row["state"] == "published"}
    assert all("cannot be now: reading took more than 0.001 s" in failure.reason for failure in failures)
    assert (place.report_files(), again.changes) == (files, [])
    assert read_archive(place, of_2022, publish=True).run.counts.failures == ()
    assert place.report_files() == files


def test_a_report_that_its_document_tells_no_more_gives_way_to_the_one_that_it_tells(place: Place) -> None:
    """Its division was given by hand, and is given otherwise now: the document tells the report of another."""
    (url,) = (row["url"] for row in place.verdicts() if str(row["url"]).endswith("placed.html"))
    with open_workspace(place.settings) as workspace:
        workspace.ledger.assign(str(url), Assigned("CN-320302"))
    again = read_archive(place, Selection(portals=("files",)), publish=True)
    assert [(change.jurisdiction, change.kind) for change in again.changes] == [
        ("CN-320106", "removed"),
        ("CN-320302", "added"),
    ]
    found = place.ask(f"SELECT jurisdiction FROM reports WHERE url = '{url}'")
    assert found == [("CN-320302",)]
    assert [row["jurisdiction"] for row in place.verdicts() if row["url"] == url] == ["CN-320302"]
    assert read_archive(place, Selection(portals=("files",))).changes == []


@pytest.mark.long
def test_a_file_of_the_warehouse_that_is_gone_is_written_again(place: Place) -> None:
    before = place.files()
    for path in place.warehouse.glob("requests/jurisdiction=CN-990101/year=2022/data.parquet"):
        path.unlink()
    again = read_archive(place, Selection(first=2022, last=2022), publish=True)
    assert {figure.kind for change in again.changes for figure in change.figures} == {"added"}
    assert {path: state[1] for path, state in place.files().items()} == {
        path: state[1] for path, state in before.items()
    }


def test_bytes_that_the_archive_has_lost_are_a_failure_and_their_report_stays(place: Place) -> None:
    (row,) = (row for row in place.verdicts() if (row["agency"], row["year"]) == (GOVERNMENT, 2022))
    sha256 = str(row["sha256"])
    (place.settings.data_root / "archive" / "sha256" / sha256[:2] / sha256[2:4] / sha256).unlink()
    files = place.files()
    again = read_archive(place, Selection(first=2022, last=2022), publish=True)
    (failure,) = again.run.counts.failures
    assert (failure.where, "is missing; restore it" in failure.reason) == (row["url"], True)
    assert place.files() == files


class Killed(BaseException):
    """Stands for a signal that nothing catches."""


@pytest.mark.parametrize("publish", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_run_that_was_killed_goes_on_and_tells_all_that_changed(
    place: Place, monkeypatch: pytest.MonkeyPatch, publish: bool
) -> None:
    monkeypatch.setattr(selection, "BATCH", 1)
    for year in (2020, 2021, 2022):
        misread(place, GOVERNMENT, year)
    chosen, begun = Selection(portals=("jiazi",), older=True), list[str]()

    def one_by_one(*given: object) -> Pending[BatchResult]:
        if len(begun) == 2:
            raise Killed
        begun.append(str(given[1]))
        return _Done(read_again(Settings(), *given))  # type: ignore[arg-type]  # as they came

    with pytest.raises(Killed):
        read_archive(place, chosen, one_by_one, publish=publish)
    first = begun.copy()
    begun.clear()
    again = read_archive(place, chosen, one_by_one, publish=publish)
    assert again.run.resumed is not None
    assert (len(first), len(begun), set(first) & set(begun)) == (2, 1, set())
    assert sorted((change.year, len(change.figures)) for change in again.changes) == [(2020, 2), (2021, 2), (2022, 2)]
    assert (again.run.counts.documents, again.run.counts.changed) == (3, 3)
    assert len(read_archive(place, chosen).changes) == (0 if publish else 3)


class _Done:
    def __init__(self, found: BatchResult) -> None:
        self._found = found

    def result(self) -> BatchResult:
        return self._found


def test_changes_are_printed_for_people_and_programs(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    misread(place, GOVERNMENT, 2022)
    again = read_archive(place, Selection(portals=("jiazi",), first=2022, last=2022))
    console = Console(width=PIPE_WIDTH)
    print_changes(again.changes, console)
    print_counts(again.run, console)
    shown = capsys.readouterr().out
    first, _, *lines = shown.splitlines()
    assert first.startswith(f"CN-990101 2022 {GOVERNMENT} (changed) http://")
    assert any(line.split()[:3] == ["requests", "received/total", "987"] for line in lines)
    assert "changed 1 · added 0 · removed 0 · figures 2" in shown
    assert "nothing was published" in shown
    write_changes_csv(again.changes)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {(row["key"], row["change"]) for row in rows} == {("received/total", "changed"), ("granted/total", "added")}
    write_changes_json(again.run, again.changes)
    told = json.loads(capsys.readouterr().out)
    assert (told["changed"], told["published"], len(told["changes"][0]["figures"])) == (1, False, 2)
    write_changes_json(again.run, None)
    assert "changes" not in json.loads(capsys.readouterr().out)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["reprocess", *arguments])


def test_bad_usage_is_told(place: Place) -> None:
    assert command("--from", "2022", "--to", "2020").exit_code == 2
    assert command("--format", "csv").exit_code == 2
    done = command("--portal", "nowhere")
    assert (done.exit_code, "no document of nowhere was ever read" in str(done.exception)) == (1, True)
