"""PDF files: lines with boxes, characters, and files that cannot be read."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extractors.document import Grid, Unreadable
from extractors.formats.pdf import read
from extractors.page_numbers import is_page_number
from tests.support.examples import examples
from tests.support.reports.drawings import drawn, inside_page, raw_pdf, small
from tests.support.reports.sample_pdfs import PDF_REPORTS, read_sample
from tests.support.sample_portal.catalogue import PDF, PublishedReport
from tests.support.sample_portal.prose import Heading, Paragraph, compose
from tests.support.sample_portal.typeface import draw_line


@pytest.mark.parametrize("report", PDF_REPORTS, ids=lambda report: f"{report.county}{report.year}")
def test_lines_of_the_flow(report: PublishedReport) -> None:
    flow, _ = read_sample(report)
    assert (flow.media_type, flow.method) == (PDF, "text_flow")
    read_text = "".join(block.text for block in flow.blocks()).replace(" ", "")
    for part in compose(report.figures, report.published_on):
        if isinstance(part, Heading | Paragraph):
            assert part.text.replace(" ", "") in read_text
    for block in flow.blocks():
        assert block.text.strip()
        assert not is_page_number(block.text)
        assert len(block.boxes) == len(block.text)
        assert all(inside_page(box) for box in block.boxes if box)
        assert any(block.boxes)
    pages = [block.page or 0 for block in flow.blocks()]
    assert pages == sorted(pages)
    assert set(pages) == set(range(1, max(pages) + 1))


# Characters


def test_characters_beyond_the_basic_plane_are_one_character_with_one_box() -> None:
    flow = next(read(raw_pdf({"A": "D872DF4E", "B": "4E2D", "C": "D872"}, "ABC")))
    (block,) = flow.blocks()
    assert block.text == "𬭎中\ufffd"
    assert len(block.boxes) == 3
    assert block.text.encode()


def test_a_hyphen_at_the_end_of_a_line_stays_a_hyphen() -> None:
    flow = next(read(raw_pdf({}, "info-\npublic@126.com")))
    assert "".join(block.text for block in flow.blocks()) == "info-public@126.com"


def test_the_lines_of_a_page_with_few_are_not_broken_off() -> None:
    """PDFium takes the characters of such a page for lines of their own."""
    header = ((75, "信息内容"), (201.4, "上一年项目数量"), (309.7, "本年增/减"))
    row = ((75, "行政事业性收费"), (243.9, "103"), (410.5, "-1"))

    def draw(canvas: Canvas) -> None:
        for height, texts in ((86, header), (64, row)):
            for left, text in texts:
                draw_line(canvas, left, height, text, 9)

    flow = next(read(drawn(draw)))
    assert [block.text for block in flow.blocks()] == ["信息内容 上一年项目数量 本年增/减", "行政事业性收费 103 -1"]


@pytest.mark.parametrize("code", ["E001", "FFFD", "0001", "D872"])
def test_a_page_with_a_garbled_text_layer_is_recognised_as_printed(code: str) -> None:
    (document,) = read(raw_pdf({"A": code, "B": "4E2D"}, "AAAB AABA"))
    assert document.method == "ocr"
    assert [block.text for block in document.blocks()] == ["AAAB AABA"]


def test_a_few_signs_without_meaning_are_tolerated() -> None:
    flow = next(read(raw_pdf({"A": "F0B7", "B": "4E2D"}, "ABBB")))
    assert [block.text for block in flow.blocks()] == ["\uf0b7中中中"]


@pytest.mark.parametrize("code", ["0000", "0001", "200B"])
def test_a_sign_that_is_seen_and_that_the_file_does_not_name_stays_as_one(code: str) -> None:
    flow = next(read(raw_pdf({"B": code}, "12B")))
    assert [block.text for block in flow.blocks()] == ["12\ufffd"]


# Files that cannot be read


def test_a_file_that_shows_no_text() -> None:
    with pytest.raises(Unreadable, match="shows no text"):
        list(read(drawn(lambda canvas: canvas.rect(100, 100, 50, 50))))


def test_encrypted_files() -> None:
    with pytest.raises(Unreadable, match="broken or encrypted"):
        list(read(drawn(small, StandardEncryption("secret", "owner"))))
    only_owned = list(read(drawn(small, StandardEncryption("", "owner", canModify=0))))
    assert [document.method for document in only_owned] == ["text_flow", "ruled_grid", "second_reader"]


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.4",
        b"%PDF-1.4\n" + b"\x00" * 2000,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 9>>endobj\n"
        b"trailer<</Root 1 0 R>>",
    ],
    ids=["header", "zeros", "no pages", "missing pages"],
)
def test_broken_files(body: bytes) -> None:
    with pytest.raises(Unreadable, match="PDF"):
        list(read(body))


SMALL = drawn(small)


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, len(SMALL) - 1))
def test_truncated_files_are_read_or_refused(length: int) -> None:
    read_or_refuse(SMALL[:length])


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=60))
def test_damaged_files_are_read_or_refused(damage: list[tuple[int, int]]) -> None:
    body = bytearray(SMALL)
    for place, value in damage:
        body[place] = value
    read_or_refuse(bytes(body))


@settings(max_examples=examples(15), deadline=None)
@given(
    st.sampled_from(["MediaBox", "Rotate", "Font", "Length", "Filter", "Count", "Widths"]), st.sampled_from("x-9[(</")
)
def test_nonsense_in_the_structure_is_read_or_refused(name: str, value: str) -> None:
    read_or_refuse(SMALL.replace(f"/{name} ".encode(), f"/{name} {value} ".encode()))


def read_or_refuse(body: bytes) -> None:
    try:
        documents = list(read(body))
    except Unreadable as error:
        assert "\n" not in str(error)  # noqa: PT017 (both outcomes are right)
    else:
        # Damage that only one reader meets leaves the others as they are.
        methods = {document.method for document in documents}
        grids = {"ruled_grid", "aligned_grid", "second_reader"}
        assert methods == {"ocr"} or "text_flow" in methods <= {"text_flow", *grids}


def test_cells_of_the_sample_know_their_page() -> None:
    for document in read_sample(PDF_REPORTS[-1]):
        for part in document.parts:
            assert part.page
            for cell in part.cells if isinstance(part, Grid) else ():
                assert (cell.page, cell.confidence) == (part.page, 1.0)


def test_only_a_garbled_page_is_recognised() -> None:
    """The text layer of the first page stands; the second one's maps its letters to private use."""
    document = pypdfium2.PdfDocument(drawn(small))
    garbled = pypdfium2.PdfDocument(raw_pdf({"A": "E001", "B": "4E2D"}, "AAAB AABA"))
    document.import_pages(garbled)
    stream = io.BytesIO()
    document.save(stream)
    flow, ruled, *_ = read(stream.getvalue())
    assert (flow.method, ruled.method) == ("text_flow+ocr", "ruled_grid+ocr")
    for reading in (flow, ruled):
        assert [block.text for block in reading.blocks() if block.page == 2] == ["AAAB AABA"]
        assert "一、总体情况" in [block.text for block in reading.blocks() if block.page == 1]
        assert all(block.confidence == 1 for block in reading.blocks() if block.page == 1)
