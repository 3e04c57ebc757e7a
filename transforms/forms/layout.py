"""The official forms as data: strict models of the `*.yml` in this folder, one file per edition.

Owns what a layout may declare; `transforms/tables` matches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field, model_validator

from nianbao import Declaration, read_declaration
from transforms.forms.labels import LabelIndex, normalise, rivals
from transforms.forms.printed_words import Codes, PrintedWords, faults

Key = tuple[str, ...]
"""The codes of one figure in the order of its table's code columns, e.g. ("granted", "total")."""


class Label(Declaration):
    """A row or column label: the official words first, then what agencies print instead."""

    labels: tuple[str, ...]
    codes: Codes
    under: str | None = None
    """Words of the header above a column, or of the row that heads a row, if the label alone is ambiguous."""
    unit: str | None = None
    """Unit that the form declares for the column or the row."""
    stands_for: tuple[str, ...] = ()
    """Codes of the rows that may be absent if this one is present, and vice versa."""

    @cached_property
    def normal(self) -> tuple[str, ...]:
        """The labels in normal form."""
        return tuple(map(normalise, self.labels))

    @cached_property
    def heading(self) -> str:
        """The words of `under` in normal form; empty if there are none."""
        return normalise(self.under or "")

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The labels in normal form, alone and followed by the unit, as a column of units prints it."""
        return (*self.normal, *(text + self.unit for text in self.normal if self.unit))


NO_LABEL = Label(labels=(), codes={})
"""The label of a row in a block without row labels."""


class LabelBlock(Declaration):
    """A part of a table with its own header: rows × columns of figures. No rows: one line of figures."""

    columns: tuple[Label, ...]
    rows: tuple[Label, ...] = ()
    heading: str | None = None
    codes: Codes = Field(default_factory=dict)
    groups: tuple[str, ...] = ()
    """Words of the header that are no label of a column, although they contain one: 其他 in 法人或其他组织."""
    printed: PrintedWords = Field(default_factory=PrintedWords)

    @model_validator(mode="after")
    def _heads_of_labels(self) -> LabelBlock:
        columns, rows = ([("", label.codes) for label in labels] for labels in (self.columns, self.rows))
        words = self.printed
        if wrong := faults(columns, words.above) + faults(rows, words.beside) + faults(rows, words.between):
            raise ValueError("; ".join(wrong))
        return self

    @cached_property
    def column_texts(self) -> frozenset[str]:
        """The labels of the columns in normal form."""
        return frozenset(text for column in self.columns for text in column.normal)

    @cached_property
    def row_index(self) -> LabelIndex[Label]:
        """The rows by their labels."""
        return LabelIndex((text, row) for row in self.rows for text in row.normal)

    @cached_property
    def column_index(self) -> LabelIndex[Label]:
        """The columns by their labels."""
        return LabelIndex((text, column) for column in self.columns for text in column.normal)


@dataclass(frozen=True, slots=True)
class FormLine:
    """A row of the form: its block, its label, and its keys from left to right."""

    block: LabelBlock
    label: Label
    keys: tuple[Key, ...]
    texts: tuple[str, ...]
    """The label in normal form, also followed by the unit: a column of units may precede the number."""
    rivals: tuple[str, ...]
    """Texts of other rows that end so similarly that a printed text must be nearer to this one than to them."""


class Identity(Declaration):
    """The cells in `total` have the same sum as those in `parts`, for every value of the code `each`, if any."""

    name: str
    each: str | None = None
    total: tuple[Codes, ...]
    parts: tuple[Codes, ...]


Equation = tuple[Identity, tuple[Key, ...], tuple[Key, ...]]
"""An identity, the keys of its total and those of its parts."""


class TableLayout(Declaration):
    """One table of the form: its blocks, and what must hold among its figures."""

    table: str
    blocks: tuple[LabelBlock, ...]
    title: str = ""
    """Words that the form prints above the table."""
    identities: tuple[Identity, ...] = ()

    @cached_property
    def code_columns(self) -> tuple[str, ...]:
        """Names of the code columns, in the order in which a key holds them."""
        block = self.blocks[0]
        labels = [block.codes, *(label.codes for label in (*block.rows[:1], *block.columns[:1]))]
        return tuple(name for codes in labels for name in codes)

    def key(self, *codes: Codes) -> Key:
        """Return the key of a figure from the codes of its block, row and column."""
        merged = {name: code for part in codes for name, code in part.items()}
        return tuple(merged[name] for name in self.code_columns)

    @cached_property
    def lines(self) -> tuple[FormLine, ...]:
        """The rows of the form in print order; a block without row labels is one line."""
        rows = [row for block in self.blocks for row in block.rows]
        return tuple(
            FormLine(
                block,
                row,
                tuple(self.key(block.codes, row.codes, column.codes) for column in block.columns),
                row.texts,
                _rivals(row, rows),
            )
            for block in self.blocks
            for row in block.rows or (NO_LABEL,)
        )

    @cached_property
    def by_heading(self) -> TableLayout:
        """The same table with a block of its own for the columns under each heading, as three small tables print it."""
        blocks = []
        for block in self.blocks:
            for heading in dict.fromkeys(column.under for column in block.columns):
                columns = tuple(column for column in block.columns if column.under == heading)
                blocks.append(LabelBlock(columns=columns, rows=block.rows, heading=block.heading, codes=block.codes))
        return TableLayout(table=self.table, blocks=tuple(blocks), identities=self.identities)

    @cached_property
    def headings(self) -> frozenset[str]:
        """The headings of the blocks in normal form."""
        return frozenset(normalise(block.heading) for block in self.blocks if block.heading)

    @cached_property
    def cells(self) -> Mapping[tuple[int, int, int], Key]:
        """The key of each figure by the identities of its block, row and column in this layout."""
        return {
            (id(line.block), id(line.label), id(column)): key
            for line in self.lines
            for column, key in zip(line.block.columns, line.keys, strict=True)
        }

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The keys of all figures of the table, in print order."""
        return tuple(key for line in self.lines for key in line.keys)

    def label_of(self, key: Key) -> str:
        """Return the official words of the row that a key belongs to."""
        return next(
            row.labels[0]
            for block in self.blocks
            for row in block.rows
            if set(row.codes.items()) <= set(zip(self.code_columns, key, strict=True))
        )

    @cached_property
    def alternatives(self) -> tuple[tuple[int, str, frozenset[str]], ...]:
        """Index in the key, code there, codes that it stands for: a report needs only one side."""
        return tuple(
            (self.code_columns.index(name), code, frozenset(row.stands_for))
            for block in self.blocks
            for row in block.rows
            if row.stands_for
            for name, code in row.codes.items()
        )

    def missing(self, present: set[Key]) -> list[Key]:
        """Return the keys of the form that are not in `present`, taking alternatives into account."""
        missing = [key for key in self.keys if key not in present]
        for at, code, stands_for in self.alternatives:
            printed = {key[at] for key in present}
            dispensable = stands_for if code in printed and not stands_for & printed else {code}
            missing = [key for key in missing if key[at] not in dispensable]
        return missing

    @cached_property
    def _equations(self) -> dict[frozenset[Key], list[Equation]]:
        return {}

    def equations(self, present: set[Key]) -> list[Equation]:
        """Return every identity with the keys of its two sides, for each value of its free code."""
        # Reports print few different sets of rows, and each set is needed many times.
        keys = frozenset(present)
        if keys not in self._equations:
            self._equations[keys] = self._find_equations(present)
        return self._equations[keys]

    @cached_property
    def sums_cover_all(self) -> bool:
        """Whether each figure is part of a sum."""
        covered = {key for _, total, parts in self.equations(set(self.keys)) for key in (*total, *parts)}
        return covered >= set(self.keys)

    def _find_equations(self, present: set[Key]) -> list[Equation]:
        equations = []
        for identity in self.identities:
            for line in self._lines(identity, present):
                sides = [self._select(line, side) for side in (identity.total, identity.parts)]
                if all(sides):
                    equations.append((identity, sides[0], sides[1]))
        return equations

    def _lines(self, identity: Identity, present: set[Key]) -> list[list[Key]]:
        """Return the groups of keys that an identity compares: all keys, or those of each value of its free code."""
        keys = [key for key in self.keys if key in present]
        if identity.each is None:
            return [keys]
        free = self.code_columns.index(identity.each)
        return [[key for key in keys if key[free] == value] for value in dict.fromkeys(key[free] for key in keys)]

    def _select(self, keys: list[Key], patterns: tuple[Codes, ...]) -> tuple[Key, ...]:
        tests = [[(self.code_columns.index(name), pattern) for name, pattern in codes.items()] for codes in patterns]
        return tuple(key for key in keys if any(all(fnmatchcase(key[at], p) for at, p in test) for test in tests))


def _rivals(row: Label, rows: Sequence[Label]) -> tuple[str, ...]:
    """Return the rivals of a row among the texts of others; rows with equal words are distinguished by their order."""
    others = [text for other in rows if not set(other.normal) & set(row.normal) for text in other.texts]
    return tuple(dict.fromkeys(rival for text in row.texts for rival in rivals(text, others)))


class Layout(Declaration):
    """One edition of the official form."""

    edition: str
    document: str
    years: tuple[int, int]
    tables: tuple[TableLayout, ...]

    @model_validator(mode="after")
    def _tables_once(self) -> Layout:
        names = [table.table for table in self.tables]
        if len(names) != len(set(names)):
            raise ValueError(f"layout {self.edition} declares a table twice: {names}")
        return self

    def in_force(self, year: int | None) -> bool:
        """Return whether reports for a year had to follow this edition; False for an unknown year."""
        return year is not None and self.years[0] <= year <= self.years[1]


@cache
def layouts() -> tuple[Layout, ...]:
    """Return all editions, oldest first. Raise DeclarationError for a faulty file."""
    folder = Path(__file__).parent
    loaded = [read_declaration(path, Layout) for path in folder.glob("*.yml")]
    return tuple(sorted(loaded, key=lambda layout: layout.years))


@cache
def code_columns() -> Mapping[str, tuple[str, ...]]:
    """Return, for each table of the forms, the names of its code columns in the order in which a key holds them.

    If editions differ, the newest counts; its tables come first.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for layout in reversed(layouts()):
        for table in layout.tables:
            columns.setdefault(table.table, table.code_columns)
    return columns
