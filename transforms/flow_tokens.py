"""Text flow → runs of printed values and the words before each.

Owns the difference between words, numbers and blank cells in flattened text, and the two ways in which tabs
stand for cells (a row a line, a cell a line). Must not know which labels there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.document import Block, Grid, union
from transforms.labels import normalise
from transforms.reading import Place
from transforms.values import DIGITS, FOLD, SIGN, UNIT, Value, parse_value

# A number in flowing text is neither the numbering of a label (1. 2、) nor part of words (2020年, 计1条）), and its
# sign touches it: in "- 3" the dash is a cell of its own.
_TOKEN = re.compile(
    rf"(?<![\d.,A-Za-z]){SIGN}{DIGITS}(?![\d,]*[.、)]\s*[^\d\s])(?:[ ]?{UNIT}(?![\w)])|(?![\w.]))"
    r"|(?<!\S)(?:/|[-—―─]{1,2}|空)(?!\S)"
)
_NOWHERE = Place()
_LEAST_ROWS_OF_CELLS = 0.3


@dataclass(frozen=True, slots=True)
class Token:
    """One printed value. `alone`: nothing else stands on its line; `starts_line`: first of its line."""

    text: str
    value: Value
    place: Place = _NOWHERE
    starts_line: bool = False
    alone: bool = False

    def continues(self, other: Token) -> bool:
        """Whether `other` can be the rest of a number that was cut after this token."""
        digits = other.text.strip()
        return self.text.strip().isdigit() and self.value.state == "number" and digits.isdigit()

    def joined(self, other: Token) -> Token:
        """This token and the rest of its number."""
        boxes = [box for box in (self.place.bbox, other.place.bbox) if box]
        place = Place(self.place.page, self.place.grid, self.place.row, self.place.column, union(boxes))
        value = parse_value(self.text.strip() + other.text.strip())
        return Token(f"{self.text}\n{other.text}", value, place, self.starts_line)

    @staticmethod
    def unreadable(tokens: Sequence[Token]) -> Token:
        """One token for a run whose numbers cannot be told apart."""
        boxes = [token.place.bbox for token in tokens if token.place.bbox]
        return Token(
            " ".join(token.text for token in tokens),
            Value("unreadable"),
            Place(tokens[0].place.page, bbox=union(boxes)),
        )


@dataclass(frozen=True)
class Run:
    """Values that follow each other without words between them, and the words before the first, normalised."""

    words: tuple[str, ...]
    tokens: tuple[Token, ...]
    header_words: tuple[str, ...]
    extent: tuple[int, int]
    """First and last of the parts that hold the words since the last run, and the values."""

    @cached_property
    def before(self) -> str:
        """The words between the run before and this one, in normal form."""
        return normalise("".join(self.words))

    @cached_property
    def header(self) -> str:
        """The words since the last run that holds more than blanks, in normal form."""
        return normalise("".join(self.header_words))

    @property
    def blank(self) -> bool:
        """Whether all its cells are blank."""
        return all(token.value.state == "blank" for token in self.tokens)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text of part number `part`. `cell`: it is exactly one cell; `row`: a row of cells begins with it."""

    part: int
    text: str
    cell: bool
    row: bool
    block: Block | None = None
    place: Place = _NOWHERE


def runs_of(parts: Sequence[Block | Grid]) -> list[Run]:
    """The runs of values of a section, in reading order."""
    runs: list[Run] = []
    header: list[str] = []
    words: list[str] = []
    tokens: list[Token] = []
    seen: list[int] = []

    def close() -> None:
        if tokens:
            runs.append(Run(tuple(words), tuple(tokens), tuple(header), (seen[0], seen[-1])))
            words.clear()
            if not runs[-1].blank:
                header.clear()
                del seen[:-1]
        tokens.clear()

    for piece in _pieces(parts):
        if piece.row:
            close()
        seen.append(piece.part)
        for item in _items(piece):
            if isinstance(item, Token):
                # A blank cell before the words of a row is padding of its label, not a value.
                if item.value.state != "blank" or words:
                    tokens.append(item)
            elif item.strip():
                close()
                words.append(item)
                header.append(item)
    close()
    return runs


def _pieces(parts: Sequence[Block | Grid]) -> Iterator[_Piece]:
    blocks = [part for part in parts if isinstance(part, Block)]
    whole_rows = _rows_are_lines(blocks)
    cell_lines = not whole_rows and any("\t" in block.text for block in blocks)
    held: list[str] = []
    for number, part in enumerate(parts):
        if isinstance(part, Grid):
            yield from _grid_pieces(number, part)
        elif cell_lines:
            first, *others = part.text.split("\t")
            held.append(first)
            for cell in others:
                yield _Piece(number, "\n".join(held), cell=True, row=False)
                held = [cell]
        elif whole_rows and "\t" in part.text:
            for column, cell in enumerate(part.text.split("\t")):
                yield _Piece(number, cell, cell=True, row=column == 0)
        else:
            yield _Piece(number, part.text, cell=False, row=whole_rows, block=part, place=Place(part.page))
    if held:
        yield _Piece(len(parts) - 1, "\n".join(held), cell=True, row=False)


def _rows_are_lines(blocks: Sequence[Block]) -> bool:
    """Whether a line with tabs is a row of cells; else a tab begins a cell that runs over lines."""
    tabbed = [block.text for block in blocks if "\t" in block.text]
    rows = [text for text in tabbed if sum(bool(cell.strip()) for cell in text.split("\t")) > 1]
    return len(rows) > _LEAST_ROWS_OF_CELLS * len(tabbed)


def _grid_pieces(number: int, grid: Grid) -> Iterator[_Piece]:
    row = -1
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        place = Place(cell.page, grid.number, cell.row, cell.column, cell.bbox, cell.confidence)
        yield _Piece(number, cell.text, cell=True, row=cell.row != row, place=place)
        row = cell.row


def _items(piece: _Piece) -> Iterator[str | Token]:
    """Words and values of a piece, in order."""
    if piece.cell:
        yield from _cell_items(piece)
        return
    text, end = piece.text.translate(FOLD), 0
    for match in _TOKEN.finditer(text):
        yield piece.text[end : match.start()]
        end = match.end()
        yield _token(piece, match.start(), end)
    yield piece.text[end:]


def _cell_items(piece: _Piece) -> Iterator[str | Token]:
    """A cell is words or one value; the last cell of a flattened table may have the text after it attached."""
    value = parse_value(piece.text)
    if value.state != "unreadable":
        yield Token(piece.text.strip(), value, piece.place)
        return
    first, _, rest = piece.text.strip().partition("\n")
    value = parse_value(first)
    if rest and value.state != "unreadable":
        yield Token(first, value, piece.place)
        yield rest
    else:
        yield piece.text


def _token(piece: _Piece, start: int, end: int) -> Token:
    raw = piece.text[start:end]
    boxes = [box for box in piece.block.boxes[start:end] if box] if piece.block else []
    first = not piece.text[:start].strip()
    place = Place(piece.place.page, bbox=union(boxes))
    return Token(raw.strip(), parse_value(raw), place, starts_line=first, alone=first and not piece.text[end:].strip())
