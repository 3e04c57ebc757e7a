"""Cells that drawings lie upon."""

from __future__ import annotations

import io
import zipfile

import pytest

from extractors.office.sheets.drawings import Area, drawn_areas

_RELATIONS = '<Relationships><Relationship Id="r1" Target="{}"/></Relationships>'
_SHEETS = '<workbook xmlns:r="r"><sheets><sheet name="表" r:id="r1"/></sheets></workbook>'


def workbook(anchor: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("xl/workbook.xml", _SHEETS)
        package.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format("worksheets/sheet1.xml"))
        package.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
        package.writestr("xl/worksheets/_rels/sheet1.xml.rels", _RELATIONS.format("../drawings/drawing1.xml"))
        package.writestr("xl/drawings/drawing1.xml", f"<wsDr>{anchor}</wsDr>")
    return stream.getvalue()


def corner(name: str, column: int, row: int, offset: int) -> str:
    places = f"<col>{column}</col><colOff>{offset}</colOff><row>{row}</row><rowOff>{offset}</rowOff>"
    return f"<{name}>{places}</{name}>"


@pytest.mark.parametrize(
    ("anchor", "area"),
    [
        (f"<twoCellAnchor>{corner('from', 1, 2, 9)}{corner('to', 3, 2, 9)}</twoCellAnchor>", (3, 2, 3, 4)),
        (f"<twoCellAnchor>{corner('from', 1, 2, 9)}{corner('to', 3, 4, 0)}</twoCellAnchor>", (3, 2, 4, 3)),
        (f"<oneCellAnchor>{corner('from', 1, 2, 0)}<ext cx='700000' cy='10'/></oneCellAnchor>", (3, 2, 3, 3)),
        ("<absoluteAnchor><pos x='0' y='400000'/><ext cx='10' cy='10'/></absoluteAnchor>", (3, 1, 3, 1)),
    ],
)
def test_areas(anchor: str, area: Area) -> None:
    assert drawn_areas(workbook(anchor)) == {"表": (area,)}


def test_hidden_drawings_lie_upon_nothing() -> None:
    hidden = f"<twoCellAnchor>{corner('from', 1, 2, 9)}<sp><cNvPr hidden='1'/></sp></twoCellAnchor>"
    assert drawn_areas(workbook(hidden)) == {"表": ()}
