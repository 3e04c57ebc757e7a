"""Reports as web pages, with the tables as the editors of content management systems leave them.

Owns the habits of such tables: wrapped, pasted out of Word, within tables, without their spans, cut in pieces, broken
by hand. The site around the report is in `page_chrome`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from random import Random
from typing import Literal

from tests.support.reports.page_chrome import page_of_divisions, page_of_tables
from tests.support.sample_portal.prose import Heading, Part
from tests.support.sample_portal.tables import Cell, Table

Markup = Literal["plain", "paragraphs", "word", "layout", "padded", "split", "broken", "mixed"]
MARKUPS: tuple[Markup, ...] = ("plain", "paragraphs", "word", "layout", "padded", "split", "broken", "mixed")
_MARKUPS_OF_CELLS: tuple[Markup, ...] = ("plain", "paragraphs", "word", "broken")

_SPACE = "&nbsp;"
_CHARSETS = ("utf-8", "utf-8", "gb2312", "gb18030")
_WORD_TABLE = (
    '<table class="MsoNormalTable" border="1" cellspacing="0" cellpadding="0" width="{width}" '
    'style="border-collapse:collapse;mso-table-layout-alt:fixed;border:none;mso-border-alt:solid windowtext .5pt;\n'
    ' mso-yfti-tbllook:1184;mso-padding-alt:0cm 5.4pt 0cm 5.4pt">'
)
_WORD_CELL = "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt"
_WORD_FONT = "font-size:10.5pt;font-family:宋体;mso-ascii-font-family:Calibri;mso-hansi-font-family:Calibri"
_WORD_SETTINGS = "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
_WORD_STYLES = "<style><!-- p.MsoNormal{mso-style-unhide:no;margin:0cm} --> table td{content:'1'}</style>"
_NOT_OUTLOOK = "<![if !supportMisalignedColumns]>{}<![endif]>"


def render_html(title: str, parts: list[Part], markup: Markup, random: Random) -> bytes:
    """Render a page in an encoding of its own; `layout` arranges the site by tables, the others by divisions."""
    inner = "\n".join(_part(part, markup, random) for part in parts)
    if markup == "word":
        inner = f'{_WORD_SETTINGS}{_WORD_STYLES}<div class="Section0" style="layout-grid:15.6pt">{inner}</div>'
    charset = random.choice(_CHARSETS)
    site = page_of_tables if markup == "layout" else page_of_divisions
    return site(title, inner, charset, random).encode("utf-8" if charset == "utf-8" else "gb18030")


def _part(part: Part, markup: Markup, random: Random) -> str:
    if isinstance(part, Table):
        return _tables(part, markup, random)
    if markup == "word":
        return f'<p class="MsoNormal" style="text-indent:32.0pt">{_word_runs(part.text, random)}</p>'
    if isinstance(part, Heading):
        return f"<p><strong>{_SPACE * 4}{escape(part.text)}</strong></p>"
    style = ' style="text-align: right"' if part.signature else ""
    return f"<p{style}>{_SPACE * 4}{escape(part.text)}</p>"


def _tables(table: Table, markup: Markup, random: Random) -> str:
    if markup == "padded":
        return _table(_without_spans(table, rows_only=random.random() < 0.5), markup, random)
    if markup == "split":
        between = random.choice(("", "\n", "<p>&nbsp;</p>", "<br/>", "<p>（续表）</p>"))
        pieces = _by_block(table) if random.random() < 0.25 else _split(table, random)
        return between.join(_table(piece, markup, random) for piece in pieces)
    if markup == "mixed":
        pieces = _split(_without_spans(table, rows_only=random.random() < 0.5), random)
        return "".join(_table(piece, random.choice(_MARKUPS_OF_CELLS), random) for piece in pieces)
    return _table(table, markup, random)


def _table(table: Table, markup: Markup, random: Random) -> str:
    rows = [_row(table.row(number), number, markup, random) for number in range(table.row_count)]
    if markup == "word":
        if random.random() < 0.5:  # Word's own help for columns that do not align: a row of no height
            rows.append(_NOT_OUTLOOK.format("<tr height=0>" + "<td width=47></td>" * _width(table) + "</tr>"))
        return _WORD_TABLE.format(width=random.randint(500, 700)) + "\n".join(rows) + "</table>"
    attributes = random.choice(("", ' border="1" cellspacing="0"', ' class="wp_editor_art_table" width="100%"'))
    return f"<table{attributes}>\n<tbody>{''.join(rows)}</tbody></table>"


def _row(cells: list[Cell], number: int, markup: Markup, random: Random) -> str:
    style = f' style="mso-yfti-irow:{number};height:14.2pt"' if markup == "word" else ""
    behind = "<td></td>" * 3 if markup == "padded" and number in (1, 2) and random.random() < 0.3 else ""
    return f"<tr{style}>{''.join(_cell(cell, markup, random) for cell in cells)}{behind}</tr>"


def _cell(cell: Cell, markup: Markup, random: Random) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    text = escape(cell.text) or random.choice(("", _SPACE, "<p></p>", "<br/>"))
    if markup == "word":
        content = f'<p class="MsoNormal" align="center">{_word_runs(cell.text, random)}</p>'
        return f'<td width="{47 * cell.column_span}" nowrap{spans} style="{_WORD_CELL}">\n  {content}\n  </td>'
    if markup == "paragraphs":
        return f'<td style="width:47px"{spans}>\n<p align="center"><strong>{text}</strong></p>\n</td>'
    if markup == "broken" and cell.kind == "label":
        return f"<td{spans}>{_broken(cell.text, random)}</td>"
    return f"<td{spans}>{text}</td>"


def _word_runs(text: str, random: Random) -> str:
    """Spans within spans as Word writes them; its lines wrap amid the words."""
    cuts = sorted(random.sample(range(1, len(text)), min(2, len(text) - 1))) if len(text) > 1 else []
    runs = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    foreign = random.choice(('lang="EN-US"', "lang=EN-US style='mso-bidi-font-size:9.0pt'"))
    return (
        f'<span style="{_WORD_FONT}">'
        + "".join(f"<span {foreign}\n  >{escape(run)}</span>" if at % 2 else escape(run) for at, run in enumerate(runs))
        + "<o:p>&nbsp;</o:p></span>"
    )


def _broken(text: str, random: Random) -> str:
    """Put breaks, spans and spaces amid the words of a label."""
    width = random.randint(1, 9)
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    joint = random.choice(("<br/>", "<br />\n", _SPACE, "\u3000", "</span><span>", "</p><p>", "<b></b>"))
    whole = joint.join(escape(line) for line in lines)
    return f"<p><span>{whole}</span></p>" if "p>" in joint else f"<span>{_SPACE}{whole}\u3000</span>"


def _width(table: Table) -> int:
    """Columns of a table."""
    return max(cell.column + cell.column_span for cell in table.cells)


def _without_spans(table: Table, *, rows_only: bool) -> Table:
    """Put an empty cell at every place that a span covers; `rows_only` keeps cells that span columns."""
    cells: list[Cell] = []
    for cell in table.cells:
        span = cell.column_span if rows_only else 1
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span, span):
                first = (row, column) == (cell.row, cell.column)
                cells.append(Cell(cell.text if first else "", row, column, 1, span, cell.kind if first else "label"))
    return Table(table.name, table.widths, tuple(cells))


def _split(table: Table, random: Random) -> list[Table]:
    """Cut a table in two or three; a cell that spans the cut stays above, continues, or is printed twice."""
    first = min(cell.row for cell in table.cells if cell.kind == "figure")
    last = table.row_count
    cuts = sorted(random.sample(range(first + 1, last), min(random.randint(1, 2), last - first - 1)))
    header = random.random() < 0.5 and table.name != "disclosures"  # its blocks have headers of their own
    across = random.choice(("lost", "empty", "repeated"))
    pieces = [_rows(table, start, end, across) for start, end in zip([0, *cuts], [*cuts, last], strict=True)]
    top = _rows(table, 0, first, across)
    return [pieces[0], *(_below(top, first, piece) if header else piece for piece in pieces[1:])]


def _by_block(table: Table) -> list[Table]:
    """Cut a table into one for each article or channel of proceedings; other tables stay whole."""
    last = table.row_count
    if table.name == "disclosures":
        tops = [cell.row for cell in table.cells if cell.column_span == _width(table)]
        return [_rows(table, start, end, "lost") for start, end in zip(tops, [*tops[1:], last], strict=True)]
    if table.name == "proceedings":
        return [_columns(table, start, start + 5) for start in range(0, 15, 5)]
    return [table]


def _columns(table: Table, start: int, end: int) -> Table:
    """Columns of a table as a table of their own, under the headers that span them."""
    cells: list[Cell] = []
    for cell in table.cells:
        left, right = max(cell.column, start), min(cell.column + cell.column_span, end)
        if left < right:
            cells.append(replace(cell, column=left - start, column_span=right - left))
    return replace(table, cells=tuple(cells))


def _rows(table: Table, start: int, end: int, across: str) -> Table:
    """Rows of a table as a table of their own."""
    return replace(table, cells=tuple(_cut(table.cells, start, end, across)))


def _cut(cells: Sequence[Cell], start: int, end: int, across: str) -> Iterator[Cell]:
    for cell in cells:
        top, bottom = max(cell.row, start), min(cell.row + cell.row_span, end)
        if top < bottom and (cell.row >= start or across != "lost"):
            text = cell.text if cell.row >= start or across == "repeated" else ""
            yield replace(cell, text=text, row=top - start, row_span=bottom - top)


def _below(header: Table, height: int, table: Table) -> Table:
    """Put a table under the header of another."""
    moved = (replace(cell, row=cell.row + height) for cell in table.cells)
    return replace(table, cells=(*header.cells, *moved))
