"""Tables and reports as plain text, as it comes when people copy pages, Word files and PDFs.

Owns the habits of such copies: tabs for cells, spans as padding or not at all, labels broken over lines, numbers cut
at the line's end, page numbers amid a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.support.sample_portal.prose import Part
from tests.support.sample_portal.tables import Cell, Table

Style = Callable[[Table, Random], list[str]]
"""Draws one table as lines of text."""

_PAGE_WIDTH = 28


def flatten_report(title: str, parts: list[Part], style: Style, random: Random) -> str:
    """Render a report as plain text: title, paragraphs and headings a line each, tables in one style."""
    lines = [title, ""]
    for part in parts:
        lines += style(part, random) if isinstance(part, Table) else [part.text]
    return "\n".join(lines) + "\n"


def paged(text: str, random: Random) -> str:
    """Break the sentences of a text into lines, and add page numbers, bare or between dashes."""
    form = random.choice(("{}", "{}", "- {} -", "第 {} 页"))
    lines: list[str] = []
    page, left = random.randint(1, 3), random.randint(10, 20)
    for line in _narrow(text):
        lines.append(line)
        left -= 1
        if not left:
            lines += ["", form.format(page)]
            page, left = page + 1, random.randint(25, 45)
    return "\n".join(lines) + "\n"


def _narrow(text: str) -> Iterator[str]:
    """Yield the lines of a text, sentences in several lines of the page's width."""
    for line in text.splitlines():
        width = _PAGE_WIDTH if "。" in line else max(len(line), 1)
        yield from [line[start : start + width] for start in range(0, len(line), width)] or [""]


def _width(table: Table) -> int:
    return max(cell.column + cell.column_span for cell in table.cells)


def _padded_rows(table: Table) -> list[list[str]]:
    """Return the rows with an empty cell at every place that a span covers."""
    rows = [[""] * _width(table) for _ in range(table.row_count)]
    for cell in table.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


def padded_tabs(table: Table, random: Random) -> list[str]:
    """Render a row a line, spans padded with empty cells; some lines carry a tab more at their end."""
    return ["\t".join(row) + random.choice(("", "\t")) for row in _padded_rows(table)]


def bare_tabs(table: Table, random: Random) -> list[str]:
    """Render a row a line without padding: spans leave no trace, some labels hold a space where they were broken."""
    return ["\t".join(_spaced(cell, random) for cell in table.row(number)) for number in range(table.row_count)]


def _spaced(cell: Cell, random: Random) -> str:
    if cell.kind == "figure" or len(cell.text) < 4 or random.random() < 0.5:
        return cell.text
    at = random.randrange(2, len(cell.text) - 1)
    return f"{cell.text[:at]} {cell.text[at:]}"


def markdown(table: Table, random: Random) -> list[str]:
    """Render a Markdown table: spans padded, a rule under the first row."""
    rows = ["| " + " | ".join(row) + " |" for row in _padded_rows(table)]
    return [rows[0], "|" + "---|" * _width(table), *rows[1:]]


def cell_lines(table: Table, random: Random) -> list[str]:
    """Render a tab, then a cell over lines of its own; a place covered from above is an empty cell."""
    lines: list[str] = []
    for row in range(table.row_count):
        covered = sum(cell.row < row < cell.row + cell.row_span and cell.column == 0 for cell in table.cells)
        for text in [""] * covered + [cell.text for cell in table.row(row)]:
            lines += random.choice((["\t" + text], ["\t", text], ["\t", "", text, ""]))
        lines.append("")
    return lines


def pdf_lines(table: Table, random: Random) -> list[str]:
    """Render the text layer of a PDF: labels broken over lines, numbers after them or below, no blanks."""
    lines: list[str] = []
    for row in range(table.row_count):
        cells = table.row(row)
        for cell in cells:
            if cell.kind == "label":
                lines += _broken(cell.text, random)
        figures = [cell.text for cell in cells if cell.kind == "figure" and cell.text]
        if figures:
            lines = [*lines[:-1], *_numbers(lines[-1], figures, random)]
    return lines


def _broken(text: str, random: Random) -> Iterator[str]:
    """Yield a label in one line or in several of the same width, as narrow as one character."""
    width = random.choice((len(text), len(text), 2, 4, 9)) or 1
    if len(text) <= 4:
        width = random.choice((len(text), 1)) or 1
    return (text[start : start + width] for start in range(0, len(text), width))


def _numbers(label: str, figures: list[str], random: Random) -> list[str]:
    """Put the figures behind the last line of their label, or below it, the last one sometimes cut."""
    line = " ".join(figures)
    lines = [label, line] if random.random() < 0.3 else [f"{label} {line}"]
    if len(figures) > 3 and figures[-1].isdigit() and len(figures[-1]) > 1 and random.random() < 0.3:
        lines = [*lines[:-1], lines[-1][:-1], lines[-1][-1]]
    return lines
