"""What a page of an OFD file shows: tables, what lies under what, templates, annotations, drawings in drawings."""

from __future__ import annotations

import pytest

from extractors.document import ILLEGIBLE, Document
from extractors.formats.ofd import read
from tests.support.reports.containers import pack
from tests.support.reports.ofd_objects import (
    SPACE,
    bar_object,
    drawing,
    drawings,
    image_object,
    line_object,
    members_of,
    one_page,
    page_part,
    path_object,
    text,
)
from tests.support.reports.small_pages import packed, page_of, small


def lines(body: bytes) -> list[str]:
    """Return the lines of the first reading."""
    return [block.text for block in next(read(body)).blocks()]


def ruled(body: bytes) -> Document:
    """Return the reading by ruled lines."""
    return next(document for document in read(body) if document.method == "ruled_grid")


def test_a_table_and_its_blanks() -> None:
    rules = [line_object(20, top, 80, top) for top in (40, 50, 60)]
    rules += [line_object(left, 40, left, 60) for left in (20, 40, 60, 80)]
    words = [text("总计", 22, 47), text("108", 42, 47), text("其他", 22, 57), text("-7", 62, 57)]
    (grid,) = ruled(one_page(*rules, *words)).grids()
    assert [[cell.text if cell else "" for cell in row] for row in grid.matrix()] == [
        ["总计", "108", ""],
        ["其他", "", "-7"],
    ]
    box = grid.cells[1].bbox
    assert box
    assert [round(side * 25.4 / 72, 1) for side in box] == [40.0, 40.0, 60.0, 50.0]


@pytest.mark.parametrize(
    "attributes",
    [
        {"Visible": "false"},
        {"Alpha": "0"},
        {"Fill": "false"},
        {"look": '<ofd:FillColor Value="255 255 255"/>'},
        {"look": '<ofd:FillColor Value="0 0 0" Alpha="0"/>'},
        {"look": '<ofd:FillColor Value="#FF #FF #FF"/>'},
        {"DrawParam": "71"},
    ],
    ids=str,
)
def test_text_without_ink_is_not_read(attributes: dict[str, str]) -> None:
    white = '<ofd:DrawParam ID="70"><ofd:FillColor Value="255 255 255"/></ofd:DrawParam>'
    parameters = f'<ofd:DrawParams>{white}<ofd:DrawParam ID="71" Relative="70"/></ofd:DrawParams>'
    words = [text(f"第{at}行文字", 20, 40 + 10 * at) for at in range(2)]
    body = one_page(text("看不见", 20, 30, **attributes), *words, resources=parameters)
    assert lines(body) == ["第0行文字", "第1行文字"]


@pytest.mark.parametrize(
    "over",
    [
        bar_object(19, 25, 60, 32, "255 255 255"),
        image_object(19, 25, 41, 7),
    ],
    ids=["bar", "picture"],
)
def test_what_lies_under_something_is_not_read(over: str) -> None:
    picture = packed(page_of(small)[:1, :1].repeat(40, 0).repeat(40, 1), "PNG")
    media = '<ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    words = [text("下面的字 12"), over, text("上面的字", 20, 50), text("另一行", 20, 60)]
    members = members_of([page_part(words)], resources=f"{media}</ofd:MultiMedias>")
    assert lines(pack(members | {"Doc_0/Res/a.png": picture})) == ["上面的字", "另一行"]


def test_what_stands_outside_of_the_page_or_is_cut_off_is_not_read() -> None:
    area = (
        '<ofd:Path Boundary="0 0 1 1"><ofd:AbbreviatedData>M -50 0 L -49 0 L -49 1 C</ofd:AbbreviatedData></ofd:Path>'
    )
    clip = f"<ofd:Clips><ofd:Clip><ofd:Area>{area}</ofd:Area></ofd:Clip></ofd:Clips>"
    words = [text("页外", 220), text("页外", 20, -10), text("剪去", 20, 80, look=clip), text("在页内", 20, 90)]
    words += [text("也在页内", 20, 100)]
    assert lines(one_page(*words)) == ["在页内", "也在页内"]


def test_a_template_in_front_covers_the_page_and_one_behind_does_not() -> None:
    cover = page_part([bar_object(19, 35, 60, 42, "255 255 255"), text("模板", 20, 20)])
    listed = '<ofd:TemplatePage ID="100" BaseLoc="Tpls/T.xml" ZOrder="{}"/>'
    words = [text("第一行", 20, 40), text("第二行", 20, 60), text("第三行", 20, 80)]

    def made(order: str) -> bytes:
        used = page_part(words, '<ofd:Template TemplateID="100"/>')
        return pack(members_of([used], common=listed.format(order)) | {"Doc_0/Tpls/T.xml": cover})

    assert sorted(lines(made("Background"))) == ["模板", "第一行", "第三行", "第二行"]
    assert sorted(lines(made("Foreground"))) == ["模板", "第三行", "第二行"]


@pytest.mark.parametrize(("kind", "left"), [("Path", ILLEGIBLE), ("Watermark", "34"), ("Stamp", "34"), ("Link", "34")])
def test_annotations_are_no_text_but_may_strike_it_out(kind: str, left: str) -> None:
    stroke = path_object("M 0 0 L 90 0", (0, 4, 90, 0), LineWidth="0.5")
    annotation = (
        f'<ofd:PageAnnot xmlns:ofd="{SPACE}"><ofd:Annot ID="1" Type="{kind}"><ofd:Appearance Boundary="18 24 100 40">'
        f"{stroke}{text('批注 77', 2, 9)}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
    )
    listed = '<ofd:Page PageID="0"><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Page>'
    index = f'<ofd:Annotations xmlns:ofd="{SPACE}">{listed}</ofd:Annotations>'
    words = [text("34", 20, 29.5), text("第二行", 20, 60), text("第三行", 20, 80)]
    members = members_of([page_part(words)], last="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>")
    members |= {"Doc_0/Annots/Annotations.xml": index, "Doc_0/Annots/a.xml": annotation}
    assert lines(pack(members))[0].replace(ILLEGIBLE * 2, ILLEGIBLE) == left


def test_drawings_and_blocks_within_others() -> None:
    block_within = f'<ofd:PageBlock ID="1">{drawing(51, "5 5 90 90")}</ofd:PageBlock>'
    resources = drawings({51: text("内文", 0, 10), 50: block_within})
    used = drawing(50, "40 60 100 100", 'CTM="2 0 0 2 0 0"')
    (block,) = next(read(one_page(used, resources=resources))).blocks()
    assert block.text == "内文"
    box = block.boxes[0]
    assert box
    # The line stands at 60 + 2 · (5 + 10) millimetres from the top, its left end at 40 + 2 · 5.
    assert 50 <= box[0] * 25.4 / 72 <= 51
    assert 83 <= box[1] * 25.4 / 72 < box[3] * 25.4 / 72 <= 91


def test_letters_that_are_turned_or_that_share_glyphs() -> None:
    turned = text("竖排", 20, 30, CharDirection="90")
    assert lines(one_page(turned, text("第二行", 20, 60)))[-1] == "第二行"
    shared = (
        '<ofd:TextObject ID="9" Boundary="20 20 60 6" Font="1" Size="4">'
        '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1"><ofd:Glyphs>7</ofd:Glyphs></ofd:CGTransform>'
        '<ofd:TextCode X="0" Y="4" DeltaX="4 20 2">fi甲12</ofd:TextCode></ofd:TextObject>'
    )
    assert lines(one_page(shared)) == ["fi甲 12"]


@pytest.mark.parametrize("counts", ['CodeCount="3"', 'CodeCount="3" GlyphCount="0"', ""])
@pytest.mark.parametrize("glyphs", ["18 16 24", ""])
def test_glyphs_that_are_not_counted(counts: str, glyphs: str) -> None:
    change = f'<ofd:CGTransform CodePosition="0" {counts}><ofd:Glyphs>{glyphs}</ofd:Glyphs></ofd:CGTransform>'
    assert lines(one_page(text("208", 20, 30, look=change), text("件", 30, 30))) == ["208 件"]


def test_blanks_that_several_glyphs_show() -> None:
    def change(glyphs: str) -> str:
        count = len(glyphs.split())
        counts = f'CodePosition="0" CodeCount="{count}" GlyphCount="{count}"'
        return f"<ofd:CGTransform {counts}><ofd:Glyphs>{glyphs}</ofd:Glyphs></ofd:CGTransform>"

    unnamed = text("\u3000\u3000\u3000", 20, 30, look=change("18 16 24"))
    assert lines(one_page(unnamed, text("件", 40, 30)))[0].count(ILLEGIBLE) == 3
    blanks = text("\u3000\u3000年", 20, 30, look=change("3 3 77"))
    assert lines(one_page(blanks)) == ["年"]


@pytest.mark.parametrize("digits", ["11", "88", "110", "12"])
@pytest.mark.parametrize("offsets", ["", 'DeltaX="0"', 'DeltaX="g 2 0" DeltaY="0"'])
def test_digits_that_lie_on_each_other_are_no_number(digits: str, offsets: str) -> None:
    heap = (
        '<ofd:TextObject ID="9" Boundary="20 20 60 6" Font="1" Size="4">'
        f'<ofd:TextCode X="0" Y="4" {offsets}>{digits}</ofd:TextCode></ofd:TextObject>'
    )
    assert ILLEGIBLE in lines(one_page(heap, text("件", 40, 24)))[0]
