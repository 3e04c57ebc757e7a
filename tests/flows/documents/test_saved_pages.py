"""Reports saved on disk with what belongs to them, several in one file, and pages read together with their parts."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.documents.joined_page import PageFile
from flows.documents.parse import Task, parse
from tests.support.portals.report_pages import (
    PRINTERS,
    YEARS,
    shown,
    table_pictures,
    tables,
    without_tables,
)
from tests.support.processes.command import nianbao
from tests.support.reports.docx import render_docx
from tests.support.reports.figures import figures_of_rows, published_figures
from tests.support.reports.random_reports import Printed, as_drawn, print_report
from tests.support.reports.xlsx import render_xlsx
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Paragraph
from tests.support.warehouse.place import make_place
from transforms.report import Context
from transforms.rows import ReportSource


def test_several_reports_in_one_file_are_told_and_published_each_by_itself(tmp_path: Path) -> None:
    earlier, later = print_report(2020, 1, as_drawn), print_report(2023, 2, as_drawn)
    path = tmp_path / "reports.docx"
    path.write_bytes(render_docx(earlier.title, [*earlier.parts, Paragraph(later.title), *later.parts]))
    done = nianbao("extract", path, "--format", "json", folder=tmp_path)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert [one["report"]["year"] for one in told] == [2020, 2023]
    assert [figures_of_rows(one) for one in told] == [earlier.expected, later.expected]
    place = make_place(tmp_path / "data", "http://127.0.0.1:9")
    outcome = place.ingest(path, jurisdiction="CN-990101")
    assert (outcome.failures, outcome.counts.published) == ([], 2)
    assert place.ask("SELECT year, status FROM reports ORDER BY 1") == [(2020, "complete"), (2023, "complete")]
    assert place.ingest(path).counts.read == 0


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Printed]:
    """Return a page saved with its pictures in a folder beside it; the last one is inside the page itself."""
    folder = tmp_path_factory.mktemp("saved") / "某县 年报"
    printed = print_report(2023, 5, as_drawn)
    *others, last = table_pictures(printed, 2023, 5, first=1)
    (folder / "page_files").mkdir(parents=True)
    sources = []
    for table, own in enumerate(others):
        sources.append([f"page_files/图{table}{number}.png" for number in range(len(own))])
        for name, body in zip(sources[-1], own, strict=True):
            (folder / name).write_bytes(body)
    sources.append(["data:image/png;base64," + base64.b64encode(body).decode() for body in last])
    page = without_tables(printed, lambda table: "".join(f'<p><img src="{source}"></p>' for source in sources[table]))
    (folder / "page.html").write_text(page, "utf-8")
    return folder, printed


def test_a_saved_page_is_extracted_with_the_pictures_beside_it(saved: tuple[Path, Printed]) -> None:
    folder, printed = saved
    done = nianbao("extract", folder / "page.html", "--format", "json", folder=folder)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert figures_of_rows(told) == printed.expected
    assert told["report"]["status"] == "complete"


def test_a_folder_with_a_saved_page_is_ingested_as_one_report(saved: tuple[Path, Printed], tmp_path: Path) -> None:
    folder, printed = saved
    place = make_place(tmp_path / "data", "http://127.0.0.1:9")
    outcome = place.ingest(folder, jurisdiction="CN-990101")
    assert outcome.failures == []
    assert (outcome.counts.found, outcome.counts.published) == (1, 1)
    assert published_figures(place) == printed.expected
    assert place.ingest(folder, jurisdiction="CN-990101").counts.read == 0


def test_nothing_outside_the_folder_of_a_page_is_read(tmp_path: Path) -> None:
    printed = print_report(2023, 5, as_drawn)
    (*_, (picture, *_)) = table_pictures(printed, 2023, 5, first=2)
    (tmp_path / "outside.png").write_bytes(picture)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "linked.png").symlink_to(tmp_path / "outside.png")
    sources = ("../outside.png", (tmp_path / "outside.png").as_uri(), "linked.png", "gone.png", "a%00b.png")
    images = "".join(f'<p><img src="{source}"></p>' for source in sources)
    page = tmp_path / "in" / "page.html"
    page.write_text(without_tables(printed, lambda table: images), "utf-8")
    done = nianbao("extract", page, "--format", "json", folder=tmp_path)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["report"]["status"] == "tables_missing"
    assert "could not be fetched" in done.out


NOW = datetime(2024, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("year", [*(pytest.param(year, marks=pytest.mark.long) for year in YEARS[:-1]), YEARS[-1]])
@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_tables_in_any_file_of_a_page_are_read_as_printed(kind: str, year: int) -> None:
    for seed in range(6):
        printed = print_report(year, seed, PRINTERS[seed % 3])
        own = tables(printed)
        made = {"docx": render_docx("附表", own), "xlsx": render_xlsx("", own), "pdf": render_pdf("附表", year, own)}
        page = without_tables(printed, lambda table: "<p></p>").encode()
        source = ReportSource("http://x.gov.cn/t.html", "0" * 64, "text/html", NOW, NOW, NOW, "1")
        part = PageFile("http://x.gov.cn/1", made[kind], None, "附表", picture=False)
        told = parse(Task(page, None, Context(), source, (part,)))
        assert told.reports, told.reason
        (report,) = told.reports
        assert figures_of_rows(report.rows) == printed.expected
        assert report.status == "complete"


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
def test_many_pages_with_pictures_are_read_right_or_with_a_finding(year: int) -> None:
    cells, wrong, missing = 0, 0, 0
    for seed in range(100, 112):
        printed = print_report(year, seed, PRINTERS[seed % 3])
        pictures = table_pictures(printed, year, seed)
        bodies = {
            f"W{table}{number}.png": body for table, own in enumerate(pictures) for number, body in enumerate(own)
        }
        parts = tuple(PageFile(f"http://x.gov.cn/{name}", body, None, "", True) for name, body in bodies.items())
        source = ReportSource("http://x.gov.cn/t.html", "0" * 64, "text/html", NOW, NOW, NOW, "1")
        page = without_tables(printed, shown(pictures)).encode()
        told = parse(Task(page, None, Context(), source, parts))
        assert told.reports, told.reason
        (report,) = told.reports
        found = figures_of_rows(report.rows)
        lost = [key for key, number in printed.expected.items() if key not in found or found[key] != number]
        flagged = {row["table"] for row in report.rows["findings"]}
        assert [key for key in lost if key[0] not in flagged] == []
        cells += len(printed.expected)
        missing += sum(found.get(key) is None for key in lost)
        wrong += sum(found.get(key) is not None for key in lost)
    assert wrong + missing <= 0.005 * cells, f"{cells} cells, {wrong} wrong, {missing} missing, none silent"
