"""Word files: what of them is shown, in which order, and where merged cells stand."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.document import ILLEGIBLE, Document, Unreadable
from extractors.formats.docx import read
from extractors.reader import read_documents
from tests.support.examples import examples
from tests.support.reports.containers import MAIN, OFFICE, changed, overwritten, shown, word_file
from tests.support.reports.docx import STYLES, Style, render_docx
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.tables import Table, tables_of

VERTICAL = {"first": '<w:vMerge w:val="restart"/>', "next": "<w:vMerge/>", "": ""}


def read_one(body: str, title: str = "") -> Document:
    (document,) = read_documents(word_file(body, title))
    return document


def text(content: str) -> str:
    return f"<w:p><w:r><w:t>{content}</w:t></w:r></w:p>"


def cell(content: str, span: int = 1, merge: str = "") -> str:
    inner = content if content.startswith("<") else text(content)
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{VERTICAL[merge]}</w:tcPr>{inner}</w:tc>'


def row(*cells: str, properties: str = "") -> str:
    wrapped = (content if content.startswith("<w:tc>") else cell(content) for content in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(wrapped)}</w:tr>"


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


SMALL = table(row("规章", "5"), row("规范性文件", "7"))
SMALL_ROWS = [["规章", "5"], ["规范性文件", "7"]]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("year", [2018, 2020, 2023])
def test_grids_equal_the_tables(style: Style, year: int) -> None:
    printed = print_report(year, 3, as_drawn)
    (document,) = read(render_docx(printed.title, printed.parts, style))
    assert document.media_type == f"{OFFICE}wordprocessingml.document"
    assert (document.method, document.metadata) == ("document_grid", {})
    grids = list(document.grids())
    tables = tables_of(make_figures("甲子县", year, 3))
    assert [grid.number for grid in grids] == list(range(len(tables)))
    for grid, expected in zip(grids, tables, strict=True):
        found = {
            (cell.row, cell.column, cell.row_span, cell.column_span, cell.text.replace("\n", "")) for cell in grid.cells
        }
        assert found == {(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in expected.cells}
    paragraphs = [part.text for part in printed.parts if not isinstance(part, Table)]
    assert [block.text for block in document.blocks()] == [printed.title, *paragraphs]


@pytest.mark.parametrize(
    ("paragraph", "lines"),
    [
        ("<w:r><w:t>一、总体</w:t></w:r><w:proofErr/><w:r><w:t>情况</w:t></w:r>", ["一、总体情况"]),
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", ["甲", "乙", "丙"]),
        ('<w:r><w:t xml:space="preserve"> 甲 \u3000 乙 </w:t></w:r>', ["甲 乙"]),
        ("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>规章</w:t><w:tab/><w:t>5</w:t></w:r>", ["规章\t5"]),
        ("<w:r><w:tab/></w:r>", ["\t"]),
        ("<w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:r><w:t>5件</w:t></w:r>", ["5件"]),
        ("<w:ins><w:r><w:t>5</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>9</w:t></w:r></w:moveFrom>", ["5"]),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>5</w:t></w:r>", ["5"]),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>5</w:t></w:r>', ["5"]),
        ("<w:hyperlink><w:r><w:t>网站</w:t></w:r></w:hyperlink>", ["网站"]),
        ("<w:sdt><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>", ["甲"]),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>5</w:t></w:r>", ["5"]),
        ("<w:r><w:noBreakHyphen/><w:t>2</w:t></w:r>", ["-2"]),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', [ILLEGIBLE]),
        ("<m:oMath><m:r><m:t>12</m:t></m:r></m:oMath>", ["12"]),
        (
            "<w:ruby><w:rt><w:r><w:t>yi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>乙</w:t></w:r></w:rubyBase></w:ruby>",
            ["乙"],
        ),
        ("<w:r><w:t>- 3 -</w:t></w:r>", []),
    ],
)
def test_text_of_a_paragraph(paragraph: str, lines: list[str]) -> None:
    assert shown(read_one(f"<w:p>{paragraph}</w:p>{text('完')}")) == [*lines, "完"]


def test_a_deleted_paragraph_mark_joins_lines() -> None:
    deleted = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>收到申请</w:t></w:r></w:p>"
    assert shown(read_one(deleted + text("5件。") + deleted)) == ["收到申请5件。", "收到申请"]


def test_a_text_box_stands_once_behind_its_paragraph() -> None:
    box = f"<w:txbxContent>{text('框内')}{SMALL}</w:txbxContent>"
    drawn = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p><w:r><w:t>前</w:t></w:r><w:r>{drawn}</w:r><w:r><w:t>后</w:t></w:r></w:p>"
    assert shown(read_one(body)) == ["前后", "框内", SMALL_ROWS]


def test_wrappers_around_blocks_rows_and_cells_are_opened() -> None:
    def wrapped(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    first = f"<w:tr>{wrapped(cell('规章'))}{cell('5')}</w:tr>"
    body = wrapped(f"<w:tbl>{wrapped(first)}{row('规范性文件', '7')}</w:tbl>") + wrapped(wrapped(text("完")))
    assert shown(read_one(body)) == [SMALL_ROWS, "完"]


def test_merged_cells_take_their_places() -> None:
    body = table(
        row(cell("角", span=2, merge="first"), cell("甲", span=2)),
        row(cell("不显示", span=2, merge="next"), "a", "b"),
        row("左", cell("跨", merge="first"), "1", "2"),
        row("下", cell("", merge="next"), "3", "4"),
        row("后", "5", properties='<w:gridBefore w:val="2"/>'),
    )
    grid = [["角", "角", "甲", "甲"], ["角", "角", "a", "b"], ["左", "跨", "1", "2"], ["下", "跨", "3", "4"]]
    assert shown(read_one(body)) == [[*grid, ["?", "?", "后", "5"]]]


def test_a_continuation_of_nothing_is_a_cell_of_its_own() -> None:
    assert shown(read_one(table(row(cell("甲", merge="next"), "1"), row("乙", "2")))) == [[["甲", "1"], ["乙", "2"]]]


def test_cells_merged_in_the_old_way() -> None:
    across = '<w:tc><w:tcPr><w:hMerge w:val="{}"/></w:tcPr>{}</w:tc>'
    merged = row(across.format("restart", text("甲")), across.format("continue", "<w:p/>"), "1")
    assert shown(read_one(table(merged, row("a", "b", "2")))) == [[["甲", "甲", "1"], ["a", "b", "2"]]]


@pytest.mark.parametrize("properties", ["<w:del/>", "<w:hidden/>"])
def test_deleted_and_hidden_rows_are_left_out(properties: str) -> None:
    body = table(row("规章", "5"), row("作废", "9", properties=properties), row("规范性文件", "7"))
    assert shown(read_one(body)) == [SMALL_ROWS]


def test_columns_too_narrow_for_a_sign_are_not_counted() -> None:
    body = table(row(cell("甲", span=2), cell("乙", span=2)), row("1", cell("2", span=3)), widths=(800, 30, 800, 0))
    assert shown(read_one(body)) == [[["甲", "乙"], ["1", "2"]]]
    body = table(row("甲", "", "乙"), row("1", "", "2"), widths=(800, 20, 800))
    assert shown(read_one(body)) == [[["甲", "乙"], ["1", "2"]]]


def test_widths_that_cannot_be_true_are_not_followed() -> None:
    body = table(row("甲", "乙"), row("1", "2"), widths=(0, 0))
    assert shown(read_one(body)) == [[["甲", "乙"], ["1", "2"]]]


def test_a_layout_table_is_read_in_order() -> None:
    body = table(row(text("一、总体情况") + text("很好。")), row(text("二、主动公开") + SMALL + text("三、其他")))
    assert shown(read_one(body)) == ["一、总体情况", "很好。", "二、主动公开", SMALL_ROWS, "三、其他"]
    wide = table(row("栏目", "内容"), row("二", SMALL + table(row("a", "1"), row("b", "2"))))
    assert shown(read_one(wide)) == ["栏目", "内容", "二", SMALL_ROWS, [["a", "1"], ["b", "2"]]]


def test_a_cell_as_long_as_an_article_makes_a_layout_table() -> None:
    assert shown(read_one(table(row("概述", "文" * 401), row("数", "5")))) == ["概述", "文" * 401, "数", "5"]


def test_a_data_table_in_a_data_table_is_a_grid_of_its_own() -> None:
    outer = table(row("甲", "乙", "丙"), row("1", cell(text("见") + SMALL), "3"))
    assert shown(read_one(outer)) == [[["甲", "乙", "丙"], ["1", f"见\n{ILLEGIBLE}", "3"]], SMALL_ROWS]


def test_a_number_pasted_as_a_table_of_one_cell_belongs_to_its_cell() -> None:
    assert shown(read_one(table(row("规章", cell(table(row("5")) + "<w:p/>")), row("规范性文件", "7")))) == [SMALL_ROWS]


def test_line_breaks_in_cells() -> None:
    broken = "<w:p><w:r><w:t>行政</w:t><w:br/><w:t>许可</w:t></w:r></w:p>" + text("事项")
    assert shown(read_one(table(row(cell(broken), "5"), row("乙", "6")))) == [[["行政\n许可\n事项", "5"], ["乙", "6"]]]


def test_the_title_counts_where_the_document_prints_it() -> None:
    printed = text("甲县人民政府") + text("2020年政府信息公开工作年度报告")
    title = "甲县人民政府2020年政府信息公开工作年度报告"
    assert read_one(printed, title).metadata == {"title": title}
    assert read_one(printed, title.replace("2020", "2019")).metadata == {}
    assert read_one(printed, "年").metadata == {}


def test_the_strict_variant_is_read_as_the_usual_one() -> None:
    usual, strict = (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    body = word_file(table(row(cell("甲", span=2)), row("1", "2")))
    (document,) = read(changed(body, lambda _, content: content.replace(usual, strict)))
    assert shown(document) == [[["甲", "甲"], ["1", "2"]]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (word_file("<w:p/>"), "holds no text"),
        (word_file(table(*[row(*[cell("", span=100)] * 40)] * 501)), "cannot be read whole"),
        (word_file("<w:p>")[:300], "damaged|container"),
        (changed(word_file(text("甲")), lambda name, content: b"<a" if name == MAIN else content), "is no XML"),
        (changed(word_file(text("甲")), lambda name, content: b"<a/>" if "rels" in name else content), "which part"),
        (
            changed(word_file(text("甲")), lambda name, content: content.replace(b"document.xml", b"other.xml")),
            "lacks its part",
        ),
        (word_file("<w:sdt>" * 300 + text("甲") + "</w:sdt>" * 300), "is no XML"),
    ],
)
def test_files_that_cannot_be_read_say_why(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as raised:
        list(read(body))
    assert "\n" not in str(raised.value)


def test_entities_are_not_followed() -> None:
    declared = (
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY file SYSTEM "file:///etc/hostname">]>'
    )
    body = changed(
        word_file(text("甲乙")),
        lambda name, content: declared + content.replace("乙".encode(), b"&b;&file;") if name == MAIN else content,
    )
    (document,) = read(body)
    assert shown(document) == ["甲"]


@cache
def sample_file() -> bytes:
    printed = print_report(2020, 1, as_drawn)
    return render_docx(printed.title, printed.parts)


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_unreadable(data: st.DataObject) -> None:
    body = sample_file()
    if data.draw(st.booleans()):
        body = body[: data.draw(st.integers(4, len(body)))]
    else:
        for _ in range(data.draw(st.integers(1, 5))):
            body = overwritten(body, data.draw(st.integers(4, len(body) - 1)), data.draw(st.integers(0, 255)))
    read_or_unreadable(body)


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
def test_a_file_of_damaged_parts_is_read_or_unreadable(data: st.DataObject) -> None:
    hurt = data.draw(st.sampled_from([MAIN, "_rels/.rels", "[Content_Types].xml", "docProps/core.xml"]))
    at, value = data.draw(st.integers(0, 2000)), data.draw(st.integers(0, 255))
    read_or_unreadable(
        changed(sample_file(), lambda name, part: overwritten(part, at % len(part), value) if name == hurt else part)
    )


def read_or_unreadable(body: bytes) -> None:
    try:
        documents = list(read_documents(body))
    except Unreadable:
        return
    assert all(document.parts for document in documents)
