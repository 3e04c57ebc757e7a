"""Lines of text whose cells stand apart by tabs or blanks → grids, where a header of the kind that we know begins them.

Owns what counts as such a run of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.document import Block, Cell, Grid
from transforms.local_tables.column_kinds import kind_of

_APART = re.compile(r"\s*[\t|│┃]\s*|\s{2,}")
_RULE = re.compile(r"[\s|+\-:=─━┼├┤┌┐└┘┬┴]+")


def text_grids(parts: Sequence[Block | Grid], first_number: int) -> Iterator[Grid]:
    """Yield the tables in the lines of a document, numbered from `first_number`."""
    run: list[tuple[Block, list[str]]] = []
    for part in [*parts, None]:
        cells = _cells(part.text) if isinstance(part, Block) else []
        if run and len(cells) == len(run[0][1]):
            run.append((part, cells))  # type: ignore[arg-type]
            continue
        if isinstance(part, Block) and run and _RULE.fullmatch(part.text):
            continue
        if len(run) > 1:
            yield _grid(run, first_number)
            first_number += 1
        run = [(part, cells)] if isinstance(part, Block) and _is_header(cells) else []


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _APART.split(line.strip().strip("|│┃"))]


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and any(kind_of(cell, None) == "label" for cell in cells)


def _grid(run: Sequence[tuple[Block, Sequence[str]]], number: int) -> Grid:
    cells = [
        Cell(text, row, column, page=block.page, confidence=block.confidence)
        for row, (block, texts) in enumerate(run)
        for column, text in enumerate(texts)
    ]
    return Grid(number, tuple(cells), run[0][0].page)
