"""Page pictures that show the evidence: a box where each figure stands, red where a finding points."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from extractors.document import Unreadable
from extractors.media_type import media_type_of
from flows.cli.output.evidence_pictures import SCALE, draw_evidence
from flows.documents.parse import Task, parse
from tests.support.processes.command import nianbao
from tests.support.reports.ofd import WAYS, draw_ofd, lay_out_as
from tests.support.reports.random_reports import COUNTY, Printed, print_report
from tests.support.reports.scan import Scanner, pictures_of_tables, scanned_pdf
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.pdf import render_pdf
from transforms.report import Context
from transforms.rows import ReportSource, Row

AGENCY = f"{COUNTY}人民政府"
GREEN, RED = (0, 150, 60), (220, 30, 30)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = ReportSource("http://127.0.0.1/", "0" * 64, "application/pdf", MOMENT, MOMENT, MOMENT, "test")
TABLES = ("disclosures", "requests", "proceedings")
NEAR = (-1, 0, 1)
WRONG = ("received", "total")


@cache
def misprinted() -> Printed:
    """Return a report whose first total of the requests is one too high."""
    figures = make_figures(COUNTY, 2023, 3)
    target = len(figures.disclosures) + list(figures.requests).index(WRONG)
    calls = iter(range(10_000))
    return print_report(2023, 3, lambda text, _: (str(int(text) + 1) if next(calls) == target else text, True))


@cache
def pdf() -> bytes:
    return render_pdf(AGENCY, 2023, misprinted().parts)


@cache
def ofd() -> bytes:
    printed = misprinted()
    return draw_ofd(lay_out_as(printed.title, printed.parts, WAYS["lines"], 3), WAYS["lines"])


@cache
def scan() -> bytes:
    return scanned_pdf(pdf(), Scanner(150), seed=3)


@cache
def picture() -> bytes:
    return pictures_of_tables(AGENCY, 2023, misprinted().parts, Scanner(150), seed=3)[0]


@cache
def rows_of(make: Callable[[], bytes]) -> dict[str, list[Row]]:
    body = make()
    (report,) = parse(Task(body, None, Context(), replace(SOURCE, media_type=media_type_of(body)))).reports
    return report.rows


def figures_of(rows: dict[str, list[Row]]) -> list[Row]:
    return [row for table in TABLES for row in rows[table]]


def box_of(row: Row) -> tuple[float, float, float, float]:
    box = row["bbox"]
    assert isinstance(box, list)
    left, top, right, bottom = box
    return left, top, right, bottom


@pytest.mark.parametrize("make", [pdf, ofd, scan, picture], ids=lambda make: make.__name__)
def test_each_page_with_figures_has_a_picture_with_a_box_a_figure(make: Callable[[], bytes], tmp_path: Path) -> None:
    rows = rows_of(make)
    placed = [row for row in figures_of(rows) if row["bbox"] is not None]
    numbers = {str(row["page"]) for row in placed}
    paths = draw_evidence(make(), rows, tmp_path / "evidence")
    assert {path.name for path in paths} == {f"page-{number}.png" for number in numbers}
    pages = {path.stem.removeprefix("page-"): loaded(path) for path in paths}
    scale = 1.0 if make is picture else SCALE
    flagged = [cell for finding in rows["findings"] for cell in cells_of(finding)]
    assert "/".join(WRONG) in flagged
    assert any(key(row) not in flagged for row in placed)
    for row in placed:
        sides = colours_around(row, pages[str(row["page"])], scale)
        assert all((RED if key(row) in flagged else GREEN) in side for side in sides)


def cells_of(finding: Row) -> list[object]:
    cells = finding["cells"]
    return cells if isinstance(cells, list) else []


def key(row: Row) -> str:
    codes = ("article", "item", "measure", "outcome", "applicant", "channel", "result")
    return "/".join(str(row[code]) for code in codes if code in row)


def loaded(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.copy()


def colours_around(row: Row, page: Image.Image, scale: float) -> list[set[tuple[int, ...]]]:
    """Colours in the middle of each side of the box around a figure, to a pixel; neighbours' boxes may be beside."""
    left, top, right, bottom = (side * scale for side in box_of(row))
    across, down = (left + right) / 2, (top + bottom) / 2
    places = ((left - 4, down), (right + 4, down), (across, top - 4), (across, bottom + 4))
    pixels = [[(round(x) + beside, round(y) + below) for beside in NEAR for below in NEAR] for x, y in places]
    return [{colour for place in side if isinstance(colour := page.getpixel(place), tuple)} for side in pixels]


def test_the_box_of_a_figure_holds_its_print() -> None:
    with closing(pypdfium2.PdfDocument(pdf())) as document:
        for row in figures_of(rows_of(pdf)):
            page_number = row["page"]
            assert isinstance(page_number, int)
            page = document[page_number - 1]
            left, top, right, bottom = box_of(row)
            height = page.get_height()
            text = page.get_textpage().get_text_bounded(left - 1, height - bottom - 1, right + 1, height - top + 1)
            assert text.strip() == row["raw"]


@pytest.mark.parametrize("make", [scan, picture], ids=lambda make: make.__name__)
def test_every_figure_of_a_scan_has_its_place_and_confidence(make: Callable[[], bytes]) -> None:
    rows = [row for row in figures_of(rows_of(make)) if row["state"] != "blank"]
    assert rows
    for row in rows:
        confidence = row["confidence"]
        assert row["method"] == "ocr"
        assert isinstance(row["page"], int)
        assert len(box_of(row)) == 4
        assert isinstance(confidence, float)
        assert 0.5 <= confidence <= 1


def test_a_picture_that_a_camera_turned_is_drawn_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    with Image.open(tmp_path_of(picture(), tmp_path)) as page:
        page.rotate(90, expand=True).save(tmp_path / "turned.jpg", exif=exif, quality=95)
        size = page.size
    (drawn,) = draw_evidence((tmp_path / "turned.jpg").read_bytes(), rows_of(picture), tmp_path)
    assert loaded(drawn).size == size


def tmp_path_of(body: bytes, folder: Path) -> Path:
    path = folder / "page.png"
    path.write_bytes(body)
    return path


def test_the_frames_of_a_picture_are_its_pages(tmp_path: Path) -> None:
    frame = loaded(tmp_path_of(picture(), tmp_path))
    frame.save(tmp_path / "both.tiff", save_all=True, append_images=[frame])
    rows = rows_of(picture)
    moved = {**rows, "requests": [{**row, "page": 2} for row in rows["requests"]]}
    paths = draw_evidence((tmp_path / "both.tiff").read_bytes(), moved, tmp_path)
    assert [path.name for path in paths] == ["page-1.png", "page-2.png"]


def page() -> bytes:
    printed = misprinted()
    return render_article(printed.title, AGENCY, MOMENT.date(), render_parts(printed.parts)).encode()


def text() -> bytes:
    return "\n".join(str(part) for part in rows_of(page)["reports"]).encode()


@pytest.mark.parametrize("make", [page, text], ids=lambda make: make.__name__)
def test_a_file_without_pages_is_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=f"no page to draw on in a file of the kind {media_type_of(make())}"):
        draw_evidence(make(), rows_of(page), tmp_path / "evidence")
    assert not (tmp_path / "evidence").exists()


def test_the_command_draws_and_refuses(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf())
    (tmp_path / "report.html").write_bytes(page())
    done = nianbao("extract", "report.pdf", "--show-evidence", "drawn", folder=tmp_path)
    assert done.code == 0
    assert "page pictures in drawn" in done.err
    assert list((tmp_path / "drawn").glob("page-*.png"))
    refused = nianbao("extract", "report.html", "--show-evidence", "none", folder=tmp_path)
    assert refused.code == 1
    assert "no page to draw on" in refused.err
    assert len(refused.error_lines) == 1
    assert not (tmp_path / "none").exists()
