"""What could not be read is listed, shown, and read again under its own address, without a request."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from extractors.archive.archive import Archive
from extractors.archive.quarantine import QuarantineRecord
from flows.cli.main import app
from flows.documents.parse import ParseResult
from flows.steps.retry_quarantine import retry
from flows.workers.pool import Readers
from flows.workspace import open_workspace
from tests.flows.steps.test_ingest import AMBIGUOUS, HTML, NOWHERE, ONE_OF_THEM, body, letter, written
from tests.support.portals.county import COUNTY, GOVERNMENT, County
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.page import render_article
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from tests.support.warehouse.place import Place, make_place
from warehouse.storage.store import open_store

BUREAU = "甲子县教育局"
SLOW = "reading took more than 180 s (NIANBAO_READ_SECONDS)"


@contextmanager
def no_time() -> Iterator[None]:
    """Every reading takes too long; that of a small page may end before anybody looks at a clock."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Readers, "submit", lambda *_: lambda: ParseResult(reason=SLOW))
        yield


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two files in quarantine: a report whose division is open, and a letter."""
    place = make_place(tmp_path / "data", NOWHERE)
    text = body(HTML).decode().replace(HTML.county, AMBIGUOUS)
    place.ingest(written(tmp_path / "report.html", text.encode()), written(tmp_path / "letter.pdf", letter()))
    return place


def run(place: Place, *arguments: str | Path) -> Result:
    environment = {"NIANBAO_DATA_ROOT": str(place.settings.data_root)}
    return CliRunner().invoke(app, ["quarantine", *map(str, arguments)], env=environment)


def entries(place: Place) -> list[QuarantineRecord]:
    with open_workspace(place.settings) as workspace:
        return workspace.quarantine.entries()


def test_entries_are_listed_for_people_and_programs(place: Place, tmp_path: Path) -> None:
    report, letter_entry = entries(place)
    shown = run(place, "list").stdout.splitlines()
    firsts = [line.split()[0] for line in shown]
    assert [word for word in firsts if len(word) == 12] == [report.sha256[:12], letter_entry.sha256[:12]]
    assert firsts[0] == "sha256"
    rows = json.loads(run(place, "list", "--format", "json").stdout)
    assert [row["sha256"] for row in rows] == [report.sha256, letter_entry.sha256]
    assert rows[1]["source"] == (tmp_path / "letter.pdf").as_uri()
    (row,) = csv.DictReader(io.StringIO(run(place, "list", "--format", "csv", "--reason", "not an annual").stdout))
    assert (row["portal"], row["media"], row["sha256"]) == ("files", "application/pdf", letter_entry.sha256)
    assert json.loads(run(place, "list", "--format", "json", "--portal", "weihai").stdout) == []


def test_one_entry_is_shown_and_its_document_written(place: Place, tmp_path: Path) -> None:
    _, entry = entries(place)
    done = run(place, "show", entry.sha256[:10], "--output", tmp_path / "copy.pdf")
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert (told["sha256"], told["reason"]) == (entry.sha256, entry.reason)
    original = (tmp_path / "letter.pdf").read_bytes()
    assert Path(told["original"]).read_bytes() == (tmp_path / "copy.pdf").read_bytes() == original
    assert "nianbao quarantine retry" in told["now"]


def test_what_can_be_read_now_is_published_and_leaves_the_rest_stays_with_its_new_reason(place: Place) -> None:
    before = entries(place)
    done = run(place, "retry", "--jurisdiction", ONE_OF_THEM, "--quiet")
    assert done.exit_code == 1
    assert "found 2" in done.stdout
    assert "published 1" in done.stdout
    assert place.ask("SELECT agency, jurisdiction, url FROM reports") == [
        (f"{AMBIGUOUS}人民政府", ONE_OF_THEM, before[0].origin.source)
    ]
    (left,) = entries(place)
    assert (left.sha256, left.first_seen) == (before[1].sha256, before[1].first_seen)
    assert left.last_seen > before[1].last_seen
    assert "letter.pdf" in done.stderr


def test_only_chosen_entries_are_read_again(place: Place) -> None:
    report, letter_entry = entries(place)
    done = run(place, "retry", letter_entry.sha256[:8], "--jurisdiction", ONE_OF_THEM, "--quiet")
    assert (done.exit_code, "found 1" in done.stdout) == (1, True)
    assert report in entries(place)


def test_a_reason_that_changed_is_told(place: Place) -> None:
    """Too little time now: the letter was no report before."""
    with no_time(), open_workspace(place.settings) as workspace:
        outcome = retry(workspace.quarantine.entries(), workspace)
    assert len(outcome.failures) == 2
    assert [entry.reason for entry in entries(place)] == [SLOW, SLOW]


@pytest.fixture
def unread(county: County, tmp_path: Path) -> tuple[County, Place]:
    """Return a county whose page and whose attachment were crawled by a reader that had too little time."""
    title = f"{GOVERNMENT}2024年政府信息公开工作年度报告"
    report = compose(make_figures(COUNTY, 2024, 1), date(2025, 3, 20))
    county.serve("/files/P1.pdf", render_pdf(GOVERNMENT, 2024, report))
    inner = f'<p>附件：<a href="/files/P1.pdf">{title}.pdf</a></p>'
    county.add(GOVERNMENT, 2024, render_article(title, GOVERNMENT, date(2025, 3, 20), inner))
    county.add(BUREAU, 2023)
    place = county.place(tmp_path / "data")
    folder = place.settings.data_root / "portals"
    folder.mkdir(parents=True)
    told = place.portal.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    (folder / f"{place.portal.id}.yml").write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    with no_time():
        outcome = place.crawl()
    assert outcome.failures != []
    assert not (place.warehouse / "reports").exists()
    return county, place


def test_crawled_documents_are_read_again_from_the_archive(unread: tuple[County, Place]) -> None:
    county, place = unread
    (attachment, page) = sorted(entries(place), key=lambda entry: entry.media)
    assert (attachment.origin.source, page.origin.agency) == (f"{county.url}/files/P1.pdf", BUREAU)
    assert (page.origin.portal, page.origin.jurisdiction, page.origin.year) == ("jiazi", "CN-990101", 2023)
    assert attachment.origin.listed_at in {county.url + path for path, _, _ in county.listed}
    asked = len(county.requests)
    assert run(place, "retry", "--quiet").exit_code == 0
    assert (len(county.requests), entries(place)) == (asked, [])
    assert place.ask("SELECT agency, year, url FROM reports ORDER BY year") == [
        (BUREAU, 2023, page.origin.source),
        (GOVERNMENT, 2024, attachment.origin.source),
    ]


def test_bytes_that_others_have_replaced_at_their_address_are_not_read_again(unread: tuple[County, Place]) -> None:
    county, place = unread
    county.serve("/files/P1.pdf", letter())
    assert place.crawl().failures != []
    done = run(place, "retry", "--quiet")
    assert done.exit_code == 1
    assert "its address has served a different document since" in done.stderr


def test_a_lost_ledger_is_told_of_the_document_again(place: Place) -> None:
    (place.settings.data_root / "ledger.sqlite").unlink()
    done = run(place, "retry", "--jurisdiction", ONE_OF_THEM, "--quiet")
    assert "published 1" in done.stdout
    assert len(entries(place)) == 1
    assert len(list(Archive(open_store(place.settings.archive)).captures())) == 2


def test_damaged_bytes_are_a_failure(place: Place) -> None:
    with open_workspace(place.settings) as workspace:
        for entry in workspace.quarantine.entries():
            Path(workspace.quarantine.uri(entry.sha256)).write_bytes(b"other")
    done = run(place, "retry", "--quiet")
    assert (done.exit_code, done.stderr.count("original is damaged")) == (1, 2)


def misfit() -> bytes:
    """Return a report one figure of which has more digits than the warehouse can hold."""
    return body(HTML).decode().replace(">30459<", f">{'9' * 30}<", 1).encode()


def test_rows_that_the_warehouse_cannot_hold_stay_with_their_document(tmp_path: Path) -> None:
    place = make_place(tmp_path / "data", NOWHERE)
    place.ingest(written(tmp_path / "report.html", misfit()), jurisdiction=HTML.jurisdiction)
    (entry,) = entries(place)
    assert "would lose digits" in entry.reason
    assert place.ask("SELECT status FROM reports") == [("partial",)]
    for _ in range(2):
        run(place, "retry", "--quiet")
        (left,) = entries(place)
        assert (left.reason, left.first_seen) == (entry.reason, entry.first_seen)
        assert left.last_seen > entry.last_seen


def test_a_row_that_does_not_fit_is_missed_and_told_and_all_others_are_published(tmp_path: Path) -> None:
    place = make_place(tmp_path / "data", NOWHERE)
    whole = body(HTML).decode().replace("甲子县人民政府", "甲子县教育局").encode()
    files = [written(tmp_path / "whole.html", whole), written(tmp_path / "misfit.html", misfit())]
    outcome = place.ingest(*files, jurisdiction=HTML.jurisdiction)
    assert (outcome.failures, outcome.counts.published, outcome.counts.flagged) == ([], 2, 1)
    assert place.ask("SELECT agency, status FROM reports ORDER BY agency") == [
        ("甲子县人民政府", "partial"),
        ("甲子县教育局", "complete"),
    ]
    for table, lost in (("disclosures", 1), ("requests", 0), ("proceedings", 0)):
        figures = f"SELECT t.* EXCLUDE (report_id) FROM {table} t JOIN reports USING (report_id) WHERE agency = "
        own, others = set(place.ask(f"{figures} '甲子县人民政府'")), set(place.ask(f"{figures} '甲子县教育局'"))
        assert own <= others
        assert [row for row in others - own if "30459" in row] == list(others - own)
        assert len(others - own) == lost
    told = "SELECT agency, severity, message, actual FROM findings JOIN reports USING (report_id)"
    ((agency, severity, message, actual),) = place.ask(f"{told} WHERE \"check\" = 'row_refused'")
    (entry,) = entries(place)
    assert (agency, severity, actual) == ("甲子县人民政府", "error", entry.reason)
    assert message == f"a row was left out because it does not fit its table: {entry.reason}"
    with open_workspace(place.settings) as workspace:
        assert workspace.quarantine.original(entry.sha256) == misfit()


def test_a_document_that_came_from_two_places_is_told_and_read_again_for_each(place: Place, tmp_path: Path) -> None:
    copy = written(tmp_path / "copy.html", (tmp_path / "report.html").read_bytes())
    place.ingest(copy)
    report, other = [entry for entry in entries(place) if entry.media == "text/html"]
    assert (report.sha256, other.origin.source) == (other.sha256, copy.as_uri())
    blocks = run(place, "show", report.sha256[:10]).stdout.split("\n\n")
    assert [f"{entry.origin.source}\n" in block for entry, block in zip((report, other), blocks, strict=True)] == [
        True
    ] * 2
    done = run(place, "retry", report.sha256[:10], "--jurisdiction", ONE_OF_THEM, "--quiet")
    assert (done.exit_code, "published 1 · changed 0 · superseded 1" in done.stdout) == (0, True)
    assert [entry.media for entry in entries(place)] == ["application/pdf"]
    assert len(place.ask("FROM reports")) == 1
