"""Reports as Word files (DOCX), with the tables as Word and WPS write them.

Owns the habits of such files: merged cells, tables in tables, labels broken by hand, tracked changes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Literal
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.tables import Cell, Table

Style = Literal["plain", "layout", "broken", "tracked"]
STYLES: tuple[Style, ...] = ("plain", "layout", "broken", "tracked")
_BORDERS = "<w:tblBorders>" + "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_LABEL_LINE = 6


def render_docx(title: str, parts: list[Part], style: Style = "plain") -> bytes:
    """Render a report; `layout` puts it into the cells of a table, `tracked` has a deleted number before each one."""
    document = docx.Document()
    document.core_properties.title = "某单位2011年工作总结"
    document.sections[0].header.paragraphs[0].text = "第二十条 规范性文件 77"
    content = [_paragraph(title), *(_part(part, style) for part in parts), _paragraph("- 7 -")]
    if style == "layout":
        rows = "".join(f"<w:tr><w:tc><w:tcPr/>{text}<w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>" for text in content)
        content = [f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>{rows}</w:tbl>"]
    body = document.element.body
    for child in parse_xml(f"<w:body {nsdecls('w')}>{''.join(content)}</w:body>"):
        body.insert(len(body) - 1, child)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _part(part: Part, style: Style) -> str:
    return _table(part, style) if isinstance(part, Table) else _paragraph(part.text)


def _paragraph(text: str) -> str:
    """Render a paragraph, cut into runs as Word cuts it."""
    half = len(text) // 2
    return f"<w:p>{_run(text[:half])}<w:proofErr w:type='gramStart'/>{_run(text[half:])}</w:p>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _table(table: Table, style: Style) -> str:
    width = max(cell.column + cell.column_span for cell in table.cells)
    grid = "".join('<w:gridCol w:w="800"/>' for _ in range(width))
    rows = "".join(f"<w:tr>{''.join(_row(table, row, style))}</w:tr>" for row in range(table.row_count))
    return f"<w:tbl><w:tblPr>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/>"


def _row(table: Table, row: int, style: Style) -> Iterator[str]:
    """Yield the cells of one row; those covered by one from above are there, too, as its continuation."""
    here = [cell for cell in table.cells if cell.row <= row < cell.row + cell.row_span]
    for cell in sorted(here, key=lambda cell: cell.column):
        span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
        if cell.row < row:
            yield f"<w:tc><w:tcPr>{span}<w:vMerge/></w:tcPr><w:p/></w:tc>"
            continue
        merge = '<w:vMerge w:val="restart"/>' if cell.row_span > 1 else ""
        yield f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_cell(cell, style)}</w:tc>"


def _cell(cell: Cell, style: Style) -> str:
    if style == "broken" and cell.kind == "label":
        lines = [cell.text[start : start + _LABEL_LINE] for start in range(0, len(cell.text), _LABEL_LINE)]
        return f"<w:p>{'<w:r><w:br/></w:r>'.join(map(_run, lines))}</w:p>"
    if style == "tracked" and cell.kind == "figure":
        former = '<w:del w:id="1" w:author="a"><w:r><w:delText>99</w:delText></w:r></w:del>'
        return f'<w:p>{former}<w:ins w:id="2" w:author="a">{_run(cell.text)}</w:ins></w:p>'
    return _paragraph(cell.text)
