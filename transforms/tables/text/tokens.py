"""Running text → sequences of printed values, each with the words before it.

Owns the difference between words, numbers and blank cells in flattened text, and the two ways in which tabs represent
cells (a row per line, or a cell per line). Knows no labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from extractors.document import Block, Cell, Grid, union
from transforms.forms.labels import normalise
from transforms.forms.values import Value, folded, is_mark, parse_value
from transforms.tables.reading import Place
from transforms.tables.text.running_values import is_almost_a_number, is_numeral, is_sign, value_spans

_AFTER_NUMBERING = tuple(".．、)）")
_NOWHERE = Place()
_FAR = 2.5
"""Heights of a digit from which on another line is none of the same cell."""
_LEAST_ROWS_OF_CELLS = 0.3
_LEAST_COLUMNS = 5
"""Figures that count up by chance are fewer."""


@dataclass(frozen=True, slots=True)
class Token:
    """One printed value. `alone`: the only text of its line; `starts_line`: the first of its line.

    `within_page`: lines of the same page stand before and behind it. `supposed`: no cell is printed there, but the row
    is shorter than others, as if its last blanks were missing.
    """

    text: str
    value: Value
    place: Place = _NOWHERE
    starts_line: bool = False
    alone: bool = False
    within_page: bool = False
    supposed: bool = False

    def may_be_stray(self, before: Token) -> bool:
        """Return whether it may be no cell: a sign alone, or a number at an end of its page, far from `before`."""
        if not self.alone or not any(map(str.isdigit, self.text)):
            return self.alone
        return not (self.within_page or self.is_close_below(before))

    def is_close_below(self, before: Token) -> bool:
        """Return whether it is known to stand as close below another token as the lines of one cell."""
        own, other = self.place, before.place
        if own.page != other.page or own.bbox is None or other.bbox is None:
            return False
        return own.bbox[1] - other.bbox[3] <= _FAR * (own.bbox[3] - own.bbox[1])

    @property
    def padding(self) -> bool:
        """Whether the cell is empty, such as those that spans cover; 空 is a printed blank."""
        return self.value.state == "blank" and "空" not in self.text

    def continues(self, other: Token) -> bool:
        """Return whether `other` can be the rest of a number that was split after this token."""
        digits = all(token.value.number is not None and token.text.strip().isdecimal() for token in (self, other))
        return digits and self.value.state == "number"

    def joined(self, other: Token) -> Token:
        """Return this token joined with the rest of its number."""
        boxes = [box for box in (self.place.bbox, other.place.bbox) if box]
        confidence = min(self.place.confidence, other.place.confidence)
        place = Place(self.place.page, self.place.grid, self.place.row, self.place.column, union(boxes), confidence)
        value = parse_value("".join(str(int(digit)) for digit in "".join((self.text + other.text).split())))
        return Token(f"{self.text}\n{other.text}", value, place, self.starts_line)

    @staticmethod
    def unreadable(tokens: Sequence[Token]) -> Token:
        """Return one token for a sequence whose numbers cannot be separated."""
        boxes = [token.place.bbox for token in tokens if token.place.bbox]
        return Token(
            " ".join(token.text for token in tokens),
            Value("unreadable"),
            Place(tokens[0].place.page, bbox=union(boxes), confidence=min(t.place.confidence for t in tokens)),
        )


@dataclass(frozen=True)
class NumberSequence:
    """Values that follow each other without words between them, with the words before the first."""

    words: tuple[str, ...]
    tokens: tuple[Token, ...]
    header_words: tuple[str, ...]
    extent: tuple[int, int]
    """First and last part that the words since the last sequence, and the values, come from."""

    @cached_property
    def before(self) -> str:
        """The words since the previous sequence, in normal form."""
        return normalise("".join(self.words))

    @cached_property
    def header(self) -> str:
        """The words since the last sequence that has more than blanks, in normal form."""
        return normalise("".join(self.header_words))

    @property
    def blank(self) -> bool:
        """Whether all its cells are empty."""
        return all(token.padding for token in self.tokens)

    @property
    def numbering(self) -> bool:
        """Whether it may number the columns of a table."""
        return counts_up([token.value for token in self.tokens if not token.padding])


def counts_up(values: Sequence[Value]) -> bool:
    """Return whether some values are 1, 2, 3 … as the names of several columns.

    >>> counts_up([parse_value(text) for text in "12345"]), counts_up([parse_value(text) for text in "123"])
    (True, False)
    """
    return len(values) >= _LEAST_COLUMNS and [value.number for value in values] == [*range(1, len(values) + 1)]


def header_above(sequences: Sequence[NumberSequence], at: int) -> str:
    """Return the words above a sequence; a row that numbers the columns is a part of them."""
    above = sequences[at - 1].header if at and sequences[at - 1].numbering else ""
    return above + sequences[at].header


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text from part number `part`. `cell`: it is exactly one cell; `row`: its row of cells, if known."""

    part: int
    text: str
    cell: bool
    row: tuple[int, int] | None
    block: Block | None = None
    place: Place = _NOWHERE
    supposed: bool = False
    printed: str = ""
    """The text before characters were folded, where it is another one."""


def sequences_of(parts: Sequence[Block | Grid]) -> list[NumberSequence]:
    """Return the sequences of values in a section, in reading order."""
    sequences: list[NumberSequence] = []
    header: list[str] = []
    words: list[str] = []
    tokens: list[Token] = []
    seen: list[int] = []
    row = None

    def close() -> None:
        if tokens:
            sequences.append(NumberSequence(tuple(words), tuple(tokens), tuple(header), (seen[0], seen[-1])))
            words.clear()
            if not sequences[-1].blank:
                header.clear()
                del seen[:-1]
        tokens.clear()

    for piece, item in _items(parts):
        if piece.row != row:
            close()
        row = piece.row
        seen.append(piece.part)
        if isinstance(item, Token):
            # If rows are unknown, a blank cell before any words is padding of their label, not a value.
            if not item.padding or words or row:
                tokens.append(item)
        else:
            close()
            words.append(item)
            header.append(item)
    close()
    return sequences


def _items(parts: Sequence[Block | Grid]) -> list[tuple[_Piece, str | Token]]:
    """Return the words and values of a section, each sign as what its neighbours make of it."""
    items = [
        (piece, item)
        for piece in _pieces(parts)
        for item in _words_and_values(piece)
        if isinstance(item, Token) or item.strip()
    ]
    return [(piece, _on_page(items, at, _in_context(items, at))) for at, (piece, _) in enumerate(items)]


def _on_page(items: Sequence[tuple[_Piece, str | Token]], at: int, item: str | Token) -> str | Token:
    """Return an item; a value that is alone on a line knows whether it stands between other lines of its page."""
    if not isinstance(item, Token) or not item.alone or item.place.page is None:
        return item
    beside = [items[n][0].place.page for n in (at - 1, at + 1) if 0 <= n < len(items)]
    return replace(item, within_page=beside == [item.place.page] * 2)


def _in_context(items: Sequence[tuple[_Piece, str | Token]], at: int) -> str | Token:
    """Return an item: a cell with a sign before words is words, a line that is a sign below values is a value."""
    piece, item = items[at]
    before, after = (items[n] if 0 <= n < len(items) else (None, "") for n in (at - 1, at + 1))
    if isinstance(item, str):
        is_value = isinstance(before[1], Token) and item == piece.text and is_sign(item)
        return Token(item.strip(), parse_value(item), piece.place, starts_line=True, alone=True) if is_value else item
    begins = before[0] is None or before[0].row != piece.row or isinstance(before[1], str)
    numbers_words = after[0] is not None and after[0].row == piece.row and isinstance(after[1], str)
    return piece.text if piece.cell and begins and numbers_words and _may_number(item.text) else item


def _pieces(parts: Sequence[Block | Grid]) -> Iterator[_Piece]:
    blocks = [part for part in parts if isinstance(part, Block)]
    whole_rows = _rows_are_lines(blocks)
    cell_lines = not whole_rows and any("\t" in block.text for block in blocks)
    width = max((block.text.count("\t") + 1 for block in blocks), default=0)
    held: list[tuple[str, Place]] = []
    for number, part in enumerate(parts):
        if isinstance(part, Grid):
            yield from _grid_pieces(number, part)
        elif cell_lines:
            first, *others = _tabbed_cells(part)
            held.append(first)
            for cell in others:
                yield _held_piece(number, held)
                held = [cell]
        elif whole_rows and "\t" in part.text:
            yield from _tabbed_pieces(number, _tabbed_cells(part), width)
        else:
            row = (number, 0) if whole_rows else None
            yield _Piece(
                number, part.text, cell=False, row=row, block=part, place=Place(part.page, confidence=part.confidence)
            )
    if held:
        yield _held_piece(len(parts) - 1, held)


def _tabbed_cells(block: Block) -> list[tuple[str, Place]]:
    """Return the cells of a line with tabs, each with its place; that of an empty one is the tab before it."""
    cells, start = [], 0
    for text in block.text.split("\t"):
        end = start + len(text)
        boxes = [box for box in block.boxes[start if text else max(start - 1, 0) : end] if box]
        cells.append((text, Place(bbox=union(boxes))))
        start = end + 1
    return cells


def _held_piece(number: int, lines: Sequence[tuple[str, Place]]) -> _Piece:
    """Return the cell that some lines make."""
    boxes = [place.bbox for text, place in lines if place.bbox and (text or len(lines) == 1)]
    return _Piece(number, "\n".join(text for text, _ in lines), cell=True, row=None, place=Place(bbox=union(boxes)))


def _tabbed_pieces(number: int, texts: Sequence[tuple[str, Place]], width: int) -> Sequence[_Piece]:
    """Return the cells of one line, filled with supposed blanks up to the width of the others."""
    cells = [_Piece(number, text, cell=True, row=(number, 0), place=place) for text, place in texts]
    supposed = _Piece(number, "", cell=True, row=(number, 0), supposed=True)
    return _without_padding([*cells, *[supposed] * (width - len(cells))])


def _without_padding(cells: Sequence[_Piece]) -> Sequence[_Piece]:
    """Return the cells of one row without the blanks before its label, which pad spans; none for a row of blanks."""
    printed = [at for at, cell in enumerate(cells) if cell.text.strip()]
    if not printed:
        return []
    return cells[printed[0] :] if any(_holds_words(cell.text) for cell in cells) else cells


def _holds_words(text: str) -> bool:
    return parse_value(text).state == "unreadable" and not is_mark(text)


def _rows_are_lines(blocks: Sequence[Block]) -> bool:
    """Return whether a line with tabs is a row of cells; if not, a tab begins a cell of one or more lines."""
    tabbed = [block.text for block in blocks if "\t" in block.text]
    rows = [text for text in tabbed if sum(bool(cell.strip()) for cell in text.split("\t")) > 1]
    return len(rows) > _LEAST_ROWS_OF_CELLS * len(tabbed)


def _grid_pieces(number: int, grid: Grid) -> Iterator[_Piece]:
    ordered = sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
    for row, cells in groupby(ordered, key=lambda cell: cell.row):
        yield from _without_padding([_cell_piece(number, grid.number, row, cell) for cell in cells])


def _cell_piece(number: int, grid: int, row: int, cell: Cell) -> _Piece:
    place = Place(cell.page, grid, cell.row, cell.column, cell.bbox, cell.confidence)
    return _Piece(number, cell.text, cell=True, row=(number, row), place=place, printed=cell.printed)


def _words_and_values(piece: _Piece) -> Iterator[str | Token]:
    """Yield the words and values of a piece, in order."""
    if piece.cell:
        yield from _words_or_value(piece)
        return
    end = 0
    for start, stop in value_spans(folded(piece.text)):
        yield piece.text[end:start]
        end = stop
        yield _token(piece, start, end)
    yield piece.text[end:]


def _words_or_value(piece: _Piece) -> Iterator[str | Token]:
    """Yield the words or the value of a cell; the last cell of a flattened table may include the text after it."""
    lines = [line.strip() for line in piece.text.split("\n") if line.strip()]
    if len(lines) > 1 and all(parse_value(line).number is not None for line in lines):
        # One number that was split, or a page number below the cell's: only a sum can decide.
        yield from (Token(line, parse_value(line), piece.place, starts_line=at > 0) for at, line in enumerate(lines))
        return
    value = parse_value(piece.text)
    if value.state != "unreadable" or _may_number(piece.text) or is_almost_a_number(piece.text):
        yield Token((piece.printed or piece.text).strip(), value, piece.place, supposed=piece.supposed)
        return
    rest = "\n".join(lines[1:] if piece.row is None else ())
    value = parse_value(lines[0])
    numbering = rest[:1] in _AFTER_NUMBERING
    if rest and not numbering and value.state != "unreadable" and parse_value(lines[1]).state == "unreadable":
        yield Token(lines[0], value, piece.place)
        yield rest
    else:
        yield piece.text


def _may_number(text: str) -> bool:
    """Return whether a cell numbers the words beside it (三, ①), unless it is a figure that nobody can read."""
    return is_mark(text) or is_numeral(text)


def _token(piece: _Piece, start: int, end: int) -> Token:
    printed = piece.block.printed if piece.block and len(piece.block.printed) == len(piece.text) else piece.text
    boxes = [box for box in piece.block.boxes[start:end] if box] if piece.block else []
    first = not piece.text[:start].strip()
    place = Place(piece.place.page, bbox=union(boxes), confidence=piece.place.confidence)
    value, alone = parse_value(piece.text[start:end]), first and not piece.text[end:].strip()
    return Token(printed[start:end].strip(), value, place, starts_line=first, alone=alone)
