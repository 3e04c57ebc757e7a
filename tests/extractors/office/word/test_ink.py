"""What of a Word file a person sees, where the cases do not show it."""

from __future__ import annotations

import pytest

from extractors.document import ILLEGIBLE
from extractors.reader import read_documents
from tests.support.reports.containers import shown, word_file


def lines(body: str) -> list[str | list[list[str]]]:
    (document,) = read_documents(word_file(body))
    return shown(document)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def in_cell(content: str, properties: str = "", *, of_table: str = "") -> str | list[list[str]]:
    """Return the text of a cell beside a label, with some runs in it."""
    label = f"<w:tc><w:p>{run('规章')}</w:p></w:tc>"
    cell = f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{content}</w:p></w:tc>"
    (grid,) = lines(f"<w:tbl><w:tblPr>{of_table}</w:tblPr><w:tr>{label}{cell}</w:tr></w:tbl>")
    assert isinstance(grid, list)
    return grid[0][1]


RAISED = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize(
    ("runs", "line"),
    [
        (run("行政许可") + run("1", RAISED), "行政许可"),
        (run("面积12m") + run("2", RAISED), "面积12m2"),
        (run("1", RAISED) + run("不含镇街"), "不含镇街"),
        (run("注", RAISED), "注"),
        (run("约3×10") + run("4", RAISED), f"约3×10{ILLEGIBLE}"),
    ],
)
def test_raised_signs_in_running_text(runs: str, line: str) -> None:
    assert lines(f"<w:p>{runs}</w:p>") == [line]


@pytest.mark.parametrize(
    ("shading", "text"),
    [
        ('<w:shd w:val="clear" w:fill="000000"/>', "5"),
        ('<w:shd w:val="pct10" w:color="000000" w:fill="FFFFFF"/>', f"5{ILLEGIBLE}"),
        ('<w:shd w:val="pct90" w:color="000000" w:fill="FFFFFF"/>', "5"),
        ('<w:shd w:val="solid" w:color="1F4E79" w:fill="auto"/>', "5"),
        ('<w:shd w:val="diagStripe" w:color="1F4E79" w:fill="auto"/>', f"5{ILLEGIBLE}"),
        ('<w:shd w:val="clear" w:fill="auto"/>', ""),
    ],
)
def test_white_text_by_the_shading_of_its_cell(shading: str, text: str) -> None:
    assert in_cell(run("5", '<w:color w:val="FFFFFF"/>'), shading) == text


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ('<w:color w:val="000000" w:themeColor="background1"/>', ""),
        ('<w:color w:val="D9D9D9" w:themeColor="background1" w:themeShade="D9"/>', f"5{ILLEGIBLE}"),
        ('<w:color w:val="BFBFBF"/>', "5"),
        ('<w:color w:val="auto"/>', "5"),
        ('<w:sz w:val="7"/>', f"5{ILLEGIBLE}"),
        ('<w:sz w:val="nonsense"/>', "5"),
        ('<w:rFonts w:ascii="Wingdings"/>', ILLEGIBLE),
        ('<w:rFonts w:ascii="仿宋" w:hAnsi="Symbol"/>', "5"),
        ('<w:rFonts w:ascii="Wingdings" w:asciiTheme="minorHAnsi"/>', "5"),
        ('<w:spacing w:val="-10"/>', "5"),
        ('<w:spacing w:val="-100"/>', f"5{ILLEGIBLE}"),
    ],
)
def test_looks_of_a_figure(properties: str, text: str) -> None:
    assert in_cell(run("5", properties)) == text


def test_content_for_programs_that_word_is_not_is_left_out() -> None:
    choice = '<mc:Choice xmlns:x="urn:x" Requires="x"><w:r><w:t>9</w:t></w:r></mc:Choice>'
    alternatives = f"<mc:AlternateContent>{choice}<mc:Fallback>{run('5')}</mc:Fallback></mc:AlternateContent>"
    assert in_cell(alternatives) == "5"


def test_a_field_that_does_not_end_hides_nothing() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF x</w:instrText></w:r>'
    assert in_cell(begin + run("5")) == "5"


@pytest.mark.parametrize("hidden", ['<wp:docPr hidden="1"/>', '<wp:anchor behindDoc="1"/>'])
def test_pictures_that_hide_nothing_are_passed_over(hidden: str) -> None:
    names = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    assert in_cell(run("5") + f"<w:r><w:drawing {names}>{hidden}</w:drawing></w:r>") == "5"


def test_a_file_that_is_set_in_and_lacks_is_marked() -> None:
    names = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    assert lines(f'<w:p>{run("前")}</w:p><w:altChunk {names} r:id="rId9"/>') == ["前", ILLEGIBLE]
