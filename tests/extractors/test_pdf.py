"""PDF files: lines with boxes, ruled tables with spans, and files that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extractors.document import BBox, Block, Document, Grid
from extractors.formats.pdf import read
from extractors.pagination import is_page_number
from extractors.portals.sample.catalogue import PDF, PublishedReport, truth
from extractors.portals.sample.pdf import PAGE_HEIGHT, PAGE_WIDTH, render_pdf
from extractors.portals.sample.prose import Heading, Paragraph, compose
from extractors.portals.sample.tables import Table, tables_of
from extractors.portals.sample.typeface import draw_line
from extractors.reader import Unreadable

REPORTS = [report for report in truth() if report.media_type == PDF]
WIDTH, HEIGHT = 600, 800


def sample(report: PublishedReport) -> tuple[Document, Document]:
    return read_once(REPORTS.index(report))


@cache
def read_once(number: int) -> tuple[Document, Document]:
    report = REPORTS[number]
    body = render_pdf(report.agency, report.year, compose(report.figures, report.published_on))
    flow, ruled = read(body)
    return flow, ruled


def drawn(draw: Callable[[Canvas], None], encrypt: StandardEncryption | None = None) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), encrypt=encrypt, invariant=1)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw_grid(canvas: Canvas, left: float, top: float, rows: list[list[str]]) -> None:
    """A ruled table whose cells are 60 wide and 20 high; `top` counts from the foot of the page."""
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts):
            canvas.rect(left + 60 * column, top - 20 * row, 60, 20)
            draw_line(canvas, left + 60 * column + 5, top - 20 * row + 6, text, 9)


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell else "?" for cell in row] for row in grid.matrix()]


def small(canvas: Canvas) -> None:
    draw_line(canvas, 100, 700, "一、总体情况", 12)
    draw_grid(canvas, 100, 600, [["自然人", "12"], ["总计", "0"]])
    draw_line(canvas, 100, 500, "二、其他", 12)


# The sample's reports


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report.county}{report.year}")
def test_lines_of_the_flow(report: PublishedReport) -> None:
    flow, _ = sample(report)
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


def inside_page(box: BBox) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right <= PAGE_WIDTH and 0 <= top <= bottom <= PAGE_HEIGHT


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report.county}{report.year}")
def test_ruled_grids_equal_the_tables(report: PublishedReport) -> None:
    _, ruled = sample(report)
    assert ruled.method == "ruled_grid"
    grids = list(ruled.grids())
    assert [grid.number for grid in grids] == list(range(len(grids)))
    for table in tables_of(report.figures):
        pieces, grids = take(grids, table)
        cells = [(table_row(pieces, at, cell.row), cell) for at, piece in enumerate(pieces) for cell in piece.cells]
        found = {(row, cell.column): (cell.column_span, cell.row_span, flat(cell.text)) for row, cell in cells}
        for printed in table.cells:
            column_span, row_span, text = found[printed.row, printed.column]
            assert column_span == printed.column_span
            if len(pieces) == 1 or printed.row_span == 1:
                assert (row_span, text) == (printed.row_span, flat(printed.text))
        if len(pieces) == 1:
            assert len(cells) == len(table.cells)
        assert all(inside_page(cell.bbox) for _, cell in cells if cell.bbox)
    assert not grids


def take(grids: list[Grid], table: Table) -> tuple[list[Grid], list[Grid]]:
    """The grids that together have the rows of a table, and the others."""
    count = 0
    for number, grid in enumerate(grids, start=1):
        count += grid.shape[0]
        if count >= table.row_count:
            assert count == table.row_count
            return grids[:number], grids[number:]
    raise AssertionError(f"only {count} of {table.row_count} rows")


def table_row(pieces: list[Grid], at: int, row: int) -> int:
    return row + sum(piece.shape[0] for piece in pieces[:at])


def flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "").replace("\xa0", "")


def test_a_table_over_a_page_break_is_one_grid_a_page_with_nothing_between() -> None:
    _, ruled = sample(next(report for report in REPORTS if report.edition == "30号"))
    parts = list(ruled.parts)
    broken = [
        (first, second)
        for first, second in pairwise(parts)
        if isinstance(first, Grid) and isinstance(second, Grid) and first.page != second.page
    ]
    assert broken
    for first, second in broken:
        assert (first.page or 0) + 1 == second.page
        assert first.shape[1] == second.shape[1]


# Positions


def moved(media: BBox | None = None, crop: BBox | None = None, rotation: int = 0) -> bytes:
    """The small page with other boxes (left, bottom, right, top) or rotation."""
    document = pypdfium2.PdfDocument(drawn(small))
    page = document[0]
    if media:
        page.set_mediabox(*media)
    if crop:
        page.set_cropbox(*crop)
    page.set_rotation(rotation)
    stream = io.BytesIO()
    document.save(stream)
    page.close()
    document.close()
    return stream.getvalue()


CROP = (50.0, 60.0, 500.0, 720.0)


@pytest.mark.parametrize(
    ("body", "corner"),
    [
        (moved(), (100, 200)),
        (moved(rotation=90), (580, 100)),
        (moved(rotation=180), (440, 580)),
        (moved(rotation=270), (200, 440)),
        (moved(media=CROP), (50, 120)),
        (moved(media=CROP, rotation=90), (520, 50)),
        (moved(crop=CROP), (50, 120)),
        (moved(crop=CROP, rotation=90), (520, 50)),
        (moved(crop=CROP, rotation=180), (340, 520)),
        (moved(crop=CROP, rotation=270), (120, 340)),
    ],
)
def test_boxes_are_those_of_the_page_as_shown(body: bytes, corner: tuple[int, int]) -> None:
    """`corner`: left and top of the cell that holds 自然人."""
    flow, ruled = read(body)
    cell = next(cell for grid in ruled.grids() for cell in grid.cells if flat(cell.text) in ("自然人", "人然自"))
    assert cell.bbox is not None
    assert cell.bbox[:2] == pytest.approx(corner, abs=0.5)
    name = next(block for block in flow.blocks() if "自然人" in block.text)
    start = name.text.index("自然人")
    for box in name.boxes[start : start + 3]:
        assert box is not None
        assert cell.bbox[0] <= box[0] < box[2] <= cell.bbox[2]
        assert cell.bbox[1] <= box[1] < box[3] <= cell.bbox[3]


# Tables and what is none


def shape(document: Document) -> list[str | list[list[str]]]:
    return [part.text if isinstance(part, Block) else texts(part) for part in document.parts]


def test_text_stands_above_between_and_below_tables() -> None:
    def draw(canvas: Canvas) -> None:
        small(canvas)
        draw_grid(canvas, 100, 460, [["总计", "3"]])
        draw_line(canvas, 290, 20, "- 1 -", 9)

    _, ruled = read(drawn(draw))
    assert shape(ruled) == ["一、总体情况", [["自然人", "12"], ["总计", "0"]], "二、其他", [["总计", "3"]]]


@pytest.mark.parametrize("narrow_first", [True, False])
def test_a_page_break_does_not_change_how_columns_are_counted(narrow_first: bool) -> None:
    wide, narrow = [["自然人", "总计", "其他"]], [["12"]]

    def draw(canvas: Canvas) -> None:
        for number, rows in enumerate([narrow, wide] if narrow_first else [wide, narrow]):
            canvas.rect(100, 180, 180, 20)
            draw_grid(canvas, 100, 200, rows)
            draw_line(canvas, 290, 20, f"- {number + 1} -", 9)
            if number == 0:
                canvas.showPage()

    _, ruled = read(drawn(draw))
    found = {tuple(texts(grid)[0]) for grid in ruled.grids()}
    assert found == {("自然人", "总计", "其他"), ("12", "", "")}


def test_tables_side_by_side_lose_no_line() -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, 50, 700, [["自然人", "1"], ["总计", "2"]])
        draw_grid(canvas, 300, 690, [["自然人", "3"]])
        draw_line(canvas, 100, 720, "一、总体情况", 12)
        draw_line(canvas, 100, 500, "二、其他", 12)

    _, ruled = read(drawn(draw))
    assert shape(ruled) == ["一、总体情况", [["自然人", "1"], ["总计", "2"]], [["自然人", "3"]], "二、其他"]


def test_framed_prose_is_text() -> None:
    def draw(canvas: Canvas) -> None:
        small(canvas)
        canvas.rect(90, 480, 400, 260)

    _, ruled = read(drawn(draw))
    assert shape(ruled) == ["一、总体情况", [["自然人", "12"], ["总计", "0"]], "二、其他"]


# Characters


def raw_pdf(to_unicode: dict[str, str], shown: str) -> bytes:
    """One page that shows the ASCII text `shown` in a font that maps its characters to UTF-16 in hexadecimal."""
    mapping = " ".join(f"<{ord(sign):02X}> <{code}>" for sign, code in to_unicode.items())
    lines = " 0 -20 Td ".join(f"({line}) Tj" for line in shown.split("\n"))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 6 0 R>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>",
        stream(
            "/CIDInit /ProcSet findresource begin begincmap /CMapType 2 def 1 begincodespacerange <00> <FF> "
            f"endcodespacerange {len(to_unicode)} beginbfchar {mapping} endbfchar endcmap end"
        ),
        stream(f"BT /F 12 Tf 100 700 Td {lines} ET"),
    ]
    numbered = "\n".join(f"{number} 0 obj\n{text}\nendobj" for number, text in enumerate(objects, start=1))
    return f"%PDF-1.4\n{numbered}\ntrailer<</Size 7/Root 1 0 R>>\n%%EOF".encode()


def stream(text: str) -> str:
    return f"<</Length {len(text)}>>stream\n{text}\nendstream"


def test_characters_beyond_the_basic_plane_are_one_character_with_one_box() -> None:
    flow = next(read(raw_pdf({"A": "D872DF4E", "B": "4E2D", "C": "D872"}, "ABC")))
    (block,) = flow.blocks()
    assert block.text == "𬭎中\ufffd"
    assert len(block.boxes) == 3
    assert block.text.encode()


def test_a_hyphen_at_the_end_of_a_line_stays_a_hyphen() -> None:
    flow = next(read(raw_pdf({}, "info-\npublic@126.com")))
    assert "".join(block.text for block in flow.blocks()) == "info-public@126.com"


@pytest.mark.parametrize("code", ["E001", "FFFD", "0001", "D872"])
def test_a_page_with_a_garbled_text_layer_is_recognised_as_printed(code: str) -> None:
    (document,) = read(raw_pdf({"A": code, "B": "4E2D"}, "AAAB AABA"))
    assert document.method == "ocr"
    assert [block.text for block in document.blocks()] == ["AAAB AABA"]


def test_a_few_signs_without_meaning_are_tolerated() -> None:
    flow = next(read(raw_pdf({"A": "F0B7", "B": "4E2D"}, "ABBB")))
    assert [block.text for block in flow.blocks()] == ["\uf0b7中中中"]


# Files that cannot be read


def test_a_file_that_shows_no_text() -> None:
    with pytest.raises(Unreadable, match="shows no text"):
        list(read(drawn(lambda canvas: canvas.rect(100, 100, 50, 50))))


def test_encrypted_files() -> None:
    with pytest.raises(Unreadable, match="broken or encrypted"):
        list(read(drawn(small, StandardEncryption("secret", "owner"))))
    only_owned = list(read(drawn(small, StandardEncryption("", "owner", canModify=0))))
    assert [document.method for document in only_owned] == ["text_flow", "ruled_grid"]


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


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SMALL) - 1))
def test_truncated_files_are_read_or_refused(length: int) -> None:
    read_or_refuse(SMALL[:length])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=60))
def test_damaged_files_are_read_or_refused(damage: list[tuple[int, int]]) -> None:
    body = bytearray(SMALL)
    for place, value in damage:
        body[place] = value
    read_or_refuse(bytes(body))


@settings(max_examples=40, deadline=None)
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
        # Damage that only the reader of ruled lines meets leaves the first reading as it is.
        assert [document.method for document in documents] in (["text_flow"], ["text_flow", "ruled_grid"], ["ocr"])


def test_cells_of_the_sample_know_their_page() -> None:
    for document in sample(REPORTS[-1]):
        for part in document.parts:
            assert part.page
            for cell in part.cells if isinstance(part, Grid) else ():
                assert (cell.page, cell.confidence) == (part.page, 1.0)
