"""OFD files: real ones of other makers, what a person does not see of a page, and files that are refused."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.document import SECOND_READER, Document, Unreadable
from extractors.formats.ofd import read
from extractors.media_type import media_type_of
from extractors.ofd.drawing import MOST_OBJECTS
from tests.support.examples import examples
from tests.support.paths import SHARED
from tests.support.reports.containers import pack, shown
from tests.support.reports.ofd_objects import (
    SPACE,
    drawing,
    drawings,
    line_object,
    members_of,
    ofd_file,
    one_page,
    page_part,
    path_object,
    text,
)

REAL = SHARED / "ofd"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="the real files are not here (../shared/ofd)")
GREETING = "你好呀，OFD Reader&Writer！"


def lines(body: bytes) -> list[str]:
    """Return the lines of the first reading."""
    return [block.text for block in next(read(body)).blocks()]


def ruled(body: bytes) -> Document:
    """Return the reading by ruled lines."""
    return next(document for document in read(body) if document.method == "ruled_grid")


# Real files


@needs_real
@pytest.mark.parametrize(
    "name", ["helloworld", "helloworld_with_pageblock", "namespace_no_std", "chineseDir", "hello_watermark"]
)
def test_real_files_of_one_line(name: str) -> None:
    flow, aligned = read((REAL / f"{name}.ofd").read_bytes())
    assert (flow.media_type, flow.method, aligned.method) == ("application/ofd", "text_flow", "aligned_grid")
    assert shown(flow) == shown(aligned) == [GREETING]


@needs_real
def test_a_real_table_is_read_cell_for_cell() -> None:
    document = ruled((REAL / "z.ofd").read_bytes())
    (grid,) = document.grids()
    assert [[cell.text if cell else "" for cell in row] for row in grid.matrix()] == [
        ["名称", "类型", "说明", "可选/必选"],
        ["CodePosition", "xs:int", "TextCode 中字符编码的起始位置，从0开始", "必选"],
        [
            "CodeCount",
            "xs:int",
            "变换关系中字符的数量，该数值应大于或等于1，否则\n属于错误描述，默认为1",
            "可选",
        ],
        [
            "GlyphCount",
            "xs:int",
            "变换关系中字型索引的个数，该数值应大于或等于1，\n否则属于错误描述，默认为1",
            "可选",
        ],
        ["Glyphs", "ST_Array", "变换关系中字型索引列表", "可选"],
    ]
    told = [block.text for block in document.blocks()]
    assert told[0] == "11.4字型变换"
    assert told[-1] == "போ"
    assert "He affixed his fine sign." in told
    assert max(part.page or 0 for part in document.parts) == 4


@needs_real
def test_a_real_form_of_five_pages_with_templates_and_parameters() -> None:
    document = ruled((REAL / "draw_param_ref.ofd").read_bytes())
    grids = list(document.grids())
    assert [grid.page for grid in grids] == [1, 2, 3, 4, 5]
    assert [cell.text for cell in grids[1].cells][:9] == [
        "序号",
        "项目名称",
        "规格型号",
        "单位",
        "数量",
        "单 价",
        "金 额",
        "税率",
        "税 额",
    ]
    cells = " ".join(cell.text for cell in grids[0].cells)
    assert "名 称： 百望股份有限公司\n纳税人识别号： 91110108339805094M" in cells
    assert "壹万圆整 （小写） ¥10000.00" in cells
    assert "开票日期： 2020年02月20日" in [block.text for block in document.blocks() if block.page == 3]


@needs_real
def test_real_files_of_odd_makers() -> None:
    several = (REAL / "multiKeywordInTextCode.ofd").read_bytes()
    assert lines(several) == ["打发打发打发打发打发哈哈打发哈哈哈哈哈哈哈哈哈打发"]
    mixed = lines((REAL / "path_unstd.ofd").read_bytes())
    assert mixed[:3] == ["测试数据var-gaj", "立案决定书", "测试数据WSH"]
    assert "案件名称" in mixed
    told = lines((REAL / "no_page_container.ofd").read_bytes())
    assert "开票日期： 2020年04月20日" in told


def test_several_documents_and_the_current_version() -> None:
    one, other = (members_of([page_part([text(content)])]) for content in ("旧的版本", "第二个"))
    new = page_part([text("新的版本")])
    version = f'<ofd:DocVersion xmlns:ofd="{SPACE}" ID="2"><ofd:DocRoot>Document_v2.xml</ofd:DocRoot></ofd:DocVersion>'
    current = str(one["Doc_0/Document.xml"]).replace("Pages/Page_0", "Pages/New")
    entry = (
        f'<ofd:OFD xmlns:ofd="{SPACE}"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Versions>'
        '<ofd:Version ID="1" Index="1" BaseLoc="Doc_0/V1.xml"/>'
        '<ofd:Version ID="2" Index="2" Current="true" BaseLoc="Doc_0/V2.xml"/></ofd:Versions></ofd:DocBody>'
        "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    members = {**one, **{name.replace("Doc_0", "Doc_1"): content for name, content in other.items()}}
    members |= {"OFD.xml": entry, "Doc_0/V2.xml": version, "Doc_0/Document_v2.xml": current}
    assert lines(pack(members | {"Doc_0/Pages/New/Content.xml": new})) == ["新的版本", "第二个"]


def test_names_of_parts_in_other_spellings() -> None:
    members = {name.replace("/", "\\"): content for name, content in members_of([page_part([text("年报")])]).items()}
    members["OFD.xml"] = str(members["OFD.xml"]).replace("Doc_0/Document.xml", "\\doc_0\\DOCUMENT.xml")
    assert lines(pack(members)) == ["年报"]


def test_xml_in_another_encoding_and_namespace() -> None:
    members = members_of([page_part([text("政府信息公开")])])
    name = "Doc_0/Pages/Page_0/Content.xml"
    content = str(members[name]).replace("ofd:", "").replace("xmlns:ofd", "xmlns").replace(SPACE, "urn:x")
    content = re.sub("<Page xmlns[^>]*>", '<Page xmlns="urn:x">', content)
    members[name] = ('<?xml version="1.0" encoding="GB18030"?>' + content).encode("gb18030")
    assert lines(pack(members)) == ["政府信息公开"]


# Files that are refused


def entry(members: dict[str, str | bytes], **changed: str | bytes | None) -> bytes:
    """Return a file with some parts replaced or left out, by the ends of their names."""
    left = dict(members)
    for end, content in changed.items():
        name = next(name for name in members if name.replace("/", "_").replace(".", "_").endswith(end))
        left.pop(name)
        if content is not None:
            left[name] = content
    return pack(left)


ONE = members_of([page_part([text("年度报告")])])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (pack({"OFD.xml": "<OFD/>"}), "has no page"),
        (pack({"OFD.xml": "no XML"}), r"OFD.xml is no XML"),
        (pack({"OFD.xml": "<OFD><DocBody><DocRoot>../../etc/passwd</DocRoot></DocBody></OFD>"}), "lacks its part"),
        (entry(ONE, Document_xml=None), "lacks its part Doc_0/Document.xml"),
        (entry(ONE, Page_0_Content_xml=None), "lacks its part Pages/Page_0/Content.xml"),
        (entry(ONE, Page_0_Content_xml="<Page><Content>"), "is no XML"),
        (entry(ONE, Page_0_Content_xml='<Page><Template TemplateID="7"/></Page>'), "a template that is not there"),
        (pack({**ONE, "Encryptions.xml": "<Encryptions/>"}), "is encrypted"),
        (one_page(text("年").replace('Size="4.0000"', 'Size="x"')), "'x' where a number must stand"),
        (one_page(text("年", CTM="1 0 0 1")), "a matrix of 4 numbers"),
        (one_page(path_object("M 0 0 X 9", (0, 0, 1, 1))), "the command X"),
        (one_page(path_object("M 0 0 L 9", (0, 0, 1, 1))), "ends within a command"),
        (one_page(drawing(9)), "lacks its drawing 9"),
        (one_page("<ofd:PageBlock>" * 100 + text("年") + "</ofd:PageBlock>" * 100), "within more than"),
        (ofd_file([[text("年")]], (9e5, 9e5)), "mm large"),
        (one_page(), "shows no text"),
        (one_page(text("\ue001\ue002\ue003年")), "codes without a meaning"),
    ],
)
def test_files_that_are_refused(body: bytes, reason: str) -> None:
    assert media_type_of(body) == "application/ofd"
    with pytest.raises(Unreadable, match=reason) as caught:
        list(read(body))
    assert "\n" not in str(caught.value)


def test_encrypted_parts_are_refused() -> None:
    body = bytearray(pack(ONE, zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(signature)
        while at >= 0:
            body[at + flags] |= 1
            at = body.find(signature, at + 1)
    with pytest.raises(Unreadable, match="protected by a password"):
        list(read(bytes(body)))


def test_two_parts_of_one_name_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in ONE.items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("Doc_0/Pages/Page_0/Content.xml", page_part([text("另一份")]))
    with pytest.raises(Unreadable, match="two parts"):
        list(read(stream.getvalue()))


def test_bombs_are_refused() -> None:
    entity = (
        '<!DOCTYPE a [<!ENTITY a "'
        + "年" * 50
        + '">'
        + "".join(f'<!ENTITY {other} "{f"&{one};" * 50}">' for one, other in pairwise("abcdefg"))
    )
    content = f"{entity}]>" + page_part([text("正文"), text("entity", 20, 60)]).replace("entity", "&g;")
    with pytest.raises(Unreadable, match="is no XML"):
        list(read(pack({**ONE, "Doc_0/Pages/Page_0/Content.xml": content})))
    blank = pack({**ONE, "Doc_0/Res/a.png": b"\x00" * 60_000_000})
    with pytest.raises(Unreadable, match="zip bomb"):
        list(read(blank))


@pytest.mark.parametrize("most", [4_000, pytest.param(MOST_OBJECTS, marks=pytest.mark.long)])
def test_drawings_of_drawings_are_bounded(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("extractors.ofd.drawing.MOST_OBJECTS", most)
    units = drawings({at: drawing(at + 1) * 30 for at in range(50, 60)} | {60: text("年")})
    with pytest.raises(Unreadable, match=f"draws more than {most} objects"):
        list(read(one_page(drawing(50), resources=units)))


def test_a_drawing_that_contains_itself_is_refused() -> None:
    with pytest.raises(Unreadable, match="within more than"):
        list(read(one_page(drawing(50), resources=drawings({50: drawing(50)}))))


SMALL = ofd_file([[text("一、总体情况"), line_object(20, 40, 80, 40), text("总计 108", 20, 60)]])


@settings(max_examples=examples(20), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=20), st.integers(0, len(SMALL))
)
def test_damaged_files_are_read_as_they_were_or_refused(damage: list[tuple[int, int]], length: int) -> None:
    body = bytearray(SMALL)
    for place, value in damage:
        body[place] = value
    sound = [shown(document) for document in read(SMALL) if document.method != SECOND_READER]
    try:
        found = [
            shown(document) for document in read(bytes(body[: max(length, 1)])) if document.method != SECOND_READER
        ]
    except Unreadable as error:
        assert "\n" not in str(error)  # noqa: PT017 (both outcomes are right)
    else:
        assert found == sound
