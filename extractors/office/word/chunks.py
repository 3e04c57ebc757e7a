"""Files set into a Word file (altChunk): their lines and tables as elements of the Word tree.

Owns the elements that stand for what another reader found.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from extractors.document import ILLEGIBLE, Block, Cell, Document, Grid
from extractors.office.word.styles import Element, W


def set_in(chunk: Element, document: Document | None) -> None:
    """Put the lines and tables of a document into the place of a chunk; ILLEGIBLE for one that could not be read."""
    elements = [_paragraph(ILLEGIBLE)] if document is None else list(_elements(document))
    for element in elements:
        chunk.addprevious(element)
    parent = chunk.getparent()
    if parent is not None:
        parent.remove(chunk)


def _elements(document: Document) -> Iterator[Element]:
    for part in document.parts:
        yield _paragraph(part.text) if isinstance(part, Block) else _table(part)


def _paragraph(text: str) -> Element:
    paragraph = etree.Element(W + "p")
    for at, line in enumerate(text.split("\n")):
        run = etree.SubElement(paragraph, W + "r")
        if at:
            etree.SubElement(run, W + "br")
        etree.SubElement(run, W + "t").text = line
    return paragraph


def _table(grid: Grid) -> Element:
    """Return a grid as a table; places without a cell become empty ones."""
    table = etree.Element(W + "tbl")
    for row, cells in enumerate(grid.matrix()):
        line = etree.SubElement(table, W + "tr")
        column = 0
        while column < len(cells):
            cell = cells[column] or Cell("", row, column)
            line.append(_cell(cell, first=cell.row == row))
            column = cell.column + cell.column_span
    return table


def _cell(cell: Cell, *, first: bool) -> Element:
    element = etree.Element(W + "tc")
    properties = etree.SubElement(element, W + "tcPr")
    etree.SubElement(properties, W + "gridSpan").set(W + "val", str(cell.column_span))
    if cell.row_span > 1:
        etree.SubElement(properties, W + "vMerge").set(W + "val", "restart" if first else "continue")
    element.append(_paragraph(cell.text if first else ""))
    return element
