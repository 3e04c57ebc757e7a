"""Figures that stand in scans, in the pictures of a page, and in the files that it links to."""

from __future__ import annotations

import base64
import io
import re
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from flows.explorer.evidence.figures import SourceFigure, box_of
from flows.explorer.evidence.marks import agree
from tests.flows.documents.test_page_parts import PAGE, Site, site  # noqa: F401 (a fixture)
from tests.flows.explorer.evidence.explored import Explored, address, explored, figures_of
from tests.support.portals.report_pages import AGENCY, shown, table_pictures, tables, without_tables
from tests.support.reports.ofd import WAYS, draw_ofd, lay_out_as
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.reports.scan import Scanner, scanned_pdf
from tests.support.reports.xlsx import render_xlsx
from tests.support.sample_portal.pdf import render_pdf
from tests.support.warehouse.place import make_place

_STYLE = re.compile(r"(left|top|width|height):([\d.]+)%")
HERE = PAGE.rpartition("/")[0]


def ink_in_box(running: Explored, figure: SourceFigure) -> int:
    """Return the darkest pixel in the middle of the box of a figure: what rules the table is at its edges."""
    page = BeautifulSoup(running.get(address(figure)).text, "html.parser")
    box, picture = page.select_one("span#figure"), page.select_one(".sheet img")
    assert box is not None, figure.name
    assert picture is not None
    answer = running.client.get(address(figure) + str(picture["src"]))
    with Image.open(io.BytesIO(answer.content)) as drawn:
        share = {name: float(value) / 100 for name, value in _STYLE.findall(str(box["style"]))}
        left, top = share["left"] * drawn.width, share["top"] * drawn.height
        width, height = share["width"] * drawn.width, share["height"] * drawn.height
        assert width < 400, f"{figure.name}: the box of {figure.raw!r} is {width} pixels wide"
        edge = min(8.0, width / 4, height / 4)
        inside = (int(left + edge), int(top + edge), round(left + width - edge), round(top + height - edge))
        darkest = drawn.convert("L").crop(inside).getextrema()[0]
        assert isinstance(darkest, int)
        return darkest


def assert_boxes_have_ink(running: Explored, figures: list[SourceFigure]) -> None:
    assert len(figures) > 3
    for figure in figures:
        assert ink_in_box(running, figure) < 140, f"{figure.name}: {figure.raw!r} stands on white"


def text_in(pdf: bytes, figure: SourceFigure) -> str:
    """Return the text in the box of a figure on the page that was scanned, which lay straight on the scanner."""
    box = box_of(figure.row)
    assert box is not None
    assert figure.page is not None
    with closing(pypdfium2.PdfDocument(pdf)) as document, closing(document[figure.page - 1]) as page:
        height, edge = page.get_height(), 2.0
        left, top, right, bottom = box
        return str(
            page.get_textpage().get_text_bounded(left + edge, height - bottom + edge, right - edge, height - top - edge)
        )


def test_figures_of_a_scan_are_boxed_on_its_page_and_its_prose_is_shown_as_read(tmp_path: Path) -> None:
    printed = print_report(2023, 3, as_drawn)
    pdf = render_pdf(AGENCY, 2023, printed.parts)
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf(pdf, Scanner(150, askew=0), seed=3))
    place = make_place(tmp_path / "data", "http://127.0.0.1:9")
    assert place.ingest(tmp_path / "scan.pdf", jurisdiction="CN-370000").failures == []
    with explored(place.settings) as running:
        (report,) = running.reports()
        figures = figures_of(report)
        boxed = [figure for figure in figures if not figure.is_statement and figure.raw.strip()]
        assert len(boxed) > 180
        assert all(figure.row["bbox"] and figure.page for figure in boxed)
        assert_boxes_have_ink(running, boxed[::11])
        assert [figure.name for figure in boxed if not agree(text_in(pdf, figure), figure.raw)] == []
        told = next(figure for figure in figures if figure.is_statement)
        answer = running.get(address(told)).text
        assert f'<mark id="figure" tabindex="-1">{told.raw}</mark>' in answer
        assert "recognised in pictures" in answer


def test_figures_in_the_pictures_of_a_page_are_boxed_on_these(site: Site) -> None:  # noqa: F811
    printed = print_report(2023, 7, as_drawn)
    pictures = table_pictures(printed, 2023, 7)
    for table, own in enumerate(pictures):
        for number, body in enumerate(own):
            site.put(f"{HERE}/W{table}{number}.png", body, "image/png")
    site.list_page(printed.title, without_tables(printed, shown(pictures)))
    assert site.place.crawl().failures == []
    with explored(site.place.settings) as running:
        (report,) = running.reports()
        figures = [figure for figure in figures_of(report) if not figure.is_statement and figure.raw.strip()]
        assert_boxes_have_ink(running, figures[::13])
        told = next(figure for figure in figures_of(report) if figure.is_statement)
        shown_text = running.shown(told)
        assert (shown_text.kind, shown_text.marked) == ("text", told.raw)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("ending", ["xlsx", "pdf", "ofd"])
def test_figures_in_a_file_of_a_page_are_marked_in_that_file(site: Site, ending: str, inside: bool) -> None:  # noqa: F811
    printed = print_report(2023, 4, as_drawn)
    makers = {
        "xlsx": lambda: render_xlsx("", tables(printed)),
        "pdf": lambda: render_pdf("", 2023, tables(printed)),
        "ofd": lambda: draw_ofd(lay_out_as("", tables(printed), WAYS["lines"], 4), WAYS["lines"]),
    }
    body = makers[ending]()
    page = without_tables(printed, lambda table: "<p></p>")
    shown_by = f"<script>var data = '{base64.b64encode(body).decode()}'</script>"
    if not inside:
        site.put(f"{HERE}/P1.{ending}", body)
        shown_by = f'<a href="./P1.{ending}">附件</a>'
    site.list_page(printed.title, page.replace("</body>", f"{shown_by}</body>"))
    site.place.crawl()
    with explored(site.place.settings) as running:
        (report,) = running.reports()
        figures = [figure for figure in figures_of(report) if not figure.is_statement]
        assert len(figures) > 180
        for figure in figures[::13]:
            answer = running.get(address(figure))
            assert ("#file-1" if inside else f"P1.{ending}") in answer.text
            marked = BeautifulSoup(answer.text, "html.parser").select_one("#figure")
            assert marked is not None
            assert ("letters as squares" in answer.text) == (ending == "ofd")
            assert agree(marked.get_text() or str(marked["aria-label"]).removeprefix("marked: "), figure.raw)
        if ending == "pdf":
            assert_boxes_have_ink(running, [figure for figure in figures if figure.raw.strip()][::29])
