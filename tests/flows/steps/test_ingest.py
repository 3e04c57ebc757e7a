from __future__ import annotations

import io
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from flows.ledger.records import Assigned
from flows.steps.retry_quarantine import retry
from flows.workspace import open_workspace
from tests.support.paths import REPOSITORY
from tests.support.processes.command import nianbao
from tests.support.sample_portal.catalogue import PublishedReport, find_report, ignored_entries
from tests.support.sample_portal.site import Site
from tests.support.warehouse.place import Place, make_place, warehouse_files

HTML, PDF = find_report("甲子县", 2024), find_report("乙丑县", 2024)
AMBIGUOUS, ONE_OF_THEM = "鼓楼区", "CN-320106"
NOWHERE = "http://127.0.0.1:9"
"""A place needs a portal; nothing here asks it."""
Maker = Callable[[Path], Path]


def body(report: PublishedReport) -> bytes:
    resource = Site().get(report.path)
    assert resource is not None
    return resource.body


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def picture() -> bytes:
    """Return a PNG of one white point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")
    )


def letter() -> bytes:
    """Return a PDF with text that is no report."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 720, "Minutes of the meeting on 12 March: the bridge stays closed.")
    canvas.save()
    return stream.getvalue()


def page() -> bytes:
    resource = Site().get(ignored_entries()[0].page)
    assert resource is not None
    return resource.body


def folder(path: Path) -> Path:
    (path / "notes").mkdir(parents=True)
    written(path / "notes" / "list.json", b'{"reports": []}')
    return path


BAD: dict[str, tuple[Maker, str]] = {
    "an empty file": (lambda where: written(where / "report.html", b""), "the file is empty"),
    "a PNG named .pdf": (lambda where: written(where / "report.pdf", picture()), "the picture"),
    "a PDF that is no report": (lambda where: written(where / "report.pdf", letter()), "not an annual report"),
    "a truncated PDF": (lambda where: written(where / "report.pdf", body(PDF)[:20_000]), "PDF"),
    "a web page that is no report": (lambda where: written(where / "page.html", page()), "not an annual report"),
    "a folder without reports": (lambda where: folder(where / "reports"), "no file that could be a report"),
    "a missing path": (lambda where: where / "absent.pdf", "no such file or folder"),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data root into which one good report was ingested."""
    where = tmp_path_factory.mktemp("published")
    good = written(where / "good.html", body(HTML))
    assert make_place(where / "data", NOWHERE).ingest(good, jurisdiction=HTML.jurisdiction).failures == []
    return where / "data"


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """Return a place without anything in it yet."""
    return make_place(tmp_path / "data", NOWHERE)


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_one_clear_line_and_leaves_the_warehouse_as_it_was(
    published: Path, tmp_path: Path, kind: str
) -> None:
    make, reason = BAD[kind]
    bad = make(tmp_path)
    shutil.copytree(published, tmp_path / "data")
    before = warehouse_files(tmp_path / "data" / "warehouse")
    done = nianbao("ingest", "--quiet", bad, folder=tmp_path)
    assert done.code == 1
    (line,) = done.error_lines
    assert line.startswith("failed: ")
    assert bad.name in line
    assert reason in line
    assert "failed 1 · partitions written 0" in done.out
    assert warehouse_files(tmp_path / "data" / "warehouse") == before != {}


def test_a_good_file_among_bad_ones_is_published(empty: Place, tmp_path: Path) -> None:
    good = written(tmp_path / "good.html", body(HTML))
    others = [written(tmp_path / "a.html", page()), written(tmp_path / "z.pdf", picture())]
    option = ("--jurisdiction", HTML.jurisdiction)
    done = nianbao("ingest", "--quiet", others[0], good, others[1], *option, folder=tmp_path)
    assert done.code == 1
    assert [line.split(": ")[1] for line in done.error_lines] == [path.as_uri() for path in others]
    assert "published 1" in done.out
    assert empty.ask("SELECT agency, year, url FROM reports") == [(HTML.agency, HTML.year, good.as_uri())]


def test_bad_input_alone_makes_no_warehouse(empty: Place, tmp_path: Path) -> None:
    assert len(empty.ingest(written(tmp_path / "report.html", b"")).failures) == 1
    assert not empty.warehouse.exists()


def test_ingesting_again_publishes_nothing_new_and_a_bad_file_fails_again(empty: Place, tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good.html", body(HTML)), written(tmp_path / "bad.html", page())
    first = empty.ingest(good, bad, jurisdiction=HTML.jurisdiction)
    files, captures, verdicts = empty.files(), empty.captures(), empty.verdicts()
    assert (first.counts.published, first.counts.captures) == (1, 2)
    again = empty.ingest(good, bad, jurisdiction=HTML.jurisdiction)
    assert again.failures == first.failures
    assert [failure.where for failure in first.failures] == [bad.as_uri()]
    assert (again.counts.published, again.counts.captures, again.partitions) == (0, 0, set())
    assert (empty.files(), empty.captures(), empty.verdicts()) == (files, captures, verdicts)


def test_json_beside_reports_is_passed_over(empty: Place, tmp_path: Path) -> None:
    reports = folder(tmp_path / "reports")
    written(reports / "notes" / "report.html", body(HTML))
    outcome = empty.ingest(reports, jurisdiction=HTML.jurisdiction)
    assert outcome.failures == []
    assert (outcome.counts.found, outcome.counts.ignored, outcome.counts.published) == (1, 1, 1)


def test_an_agency_whose_name_fits_two_divisions_needs_the_option_and_is_published_with_it(
    empty: Place, tmp_path: Path
) -> None:
    text = body(HTML).decode().replace(HTML.county, AMBIGUOUS)
    report = written(tmp_path / "report.html", text.encode())
    (failure,) = empty.ingest(report).failures
    assert f"{AMBIGUOUS}人民政府" in failure.reason
    assert "--jurisdiction" in failure.reason
    assert not empty.warehouse.exists()

    assert empty.ingest(report, jurisdiction=ONE_OF_THEM).failures == []
    published = [(f"{AMBIGUOUS}人民政府", ONE_OF_THEM)]
    assert empty.ask("SELECT agency, jurisdiction FROM reports") == published
    assert empty.ingest(report).failures == []
    assert empty.ask("SELECT agency, jurisdiction FROM reports") == published


def test_a_report_of_nobody_waits_in_quarantine_until_somebody_names_it(empty: Place, tmp_path: Path) -> None:
    nameless = REPOSITORY / "tests" / "cases" / "1104-nothing-names-it" / "nothing.txt"
    done = empty.ingest(written(tmp_path / "report.txt", nameless.read_bytes()))
    (failure,) = done.failures
    assert "its agency is unknown: name it with --agency; its year is unknown: name it with --year" in failure.reason
    with open_workspace(empty.settings) as workspace:
        entries = workspace.quarantine.entries()
        assert retry(entries, workspace, Assigned(agency="梨树县水利局")).failures != []
        assert retry(workspace.quarantine.entries(), workspace, Assigned(year=2012)).failures == []
        assert workspace.quarantine.entries() == []
    assert empty.ask("SELECT jurisdiction, agency, year FROM reports") == [("CN-220322", "梨树县水利局", 2012)]
