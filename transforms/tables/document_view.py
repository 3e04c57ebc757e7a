"""A document as tables are sought in it: its whole grids, its chapters, its words.

Owns what several searches in one document need: each is made once, when it is first asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extractors.document import Block, Document, Grid
from transforms.chapters.chapters import Chapter, split_chapters
from transforms.forms.labels import normalise
from transforms.forms.layout import TableLayout
from transforms.tables.grid_labels import GridView
from transforms.tables.stitch import stitch_grids


@dataclass(frozen=True, eq=False)
class DocumentView:
    """One document, and what was found out about it."""

    document: Document
    _repeated: dict[int, bool] = field(default_factory=dict, init=False, repr=False)

    @property
    def method(self) -> str:
        """The reading method of the document."""
        return self.document.method

    @property
    def parts(self) -> Sequence[Block | Grid]:
        """The parts of the document as they were read."""
        return self.document.parts

    @cached_property
    def grids(self) -> list[GridView]:
        """The whole grids, in reading order."""
        return [GridView(grid) for grid in stitch_grids(self.parts)]

    @cached_property
    def chapters(self) -> list[Chapter]:
        """The chapters, in print order."""
        return split_chapters(self.parts)

    def may_repeat(self, layout: TableLayout) -> bool:
        """Return whether half of a table's row labels, or of its column labels if it has no others, stand there twice.

        Narrow columns break their labels, and a reader may mix the lines of one with another's: of columns, letters
        tell.
        """
        if id(layout) not in self._repeated:  # layouts are declared, and kept as long as the program runs
            self._repeated[id(layout)] = self._counts_twice(layout)
        return self._repeated[id(layout)]

    def _counts_twice(self, layout: TableLayout) -> bool:
        text = self._words
        labels = [label.normal for block in layout.blocks for label in block.rows or block.columns]
        repeated = [sum(map(text.count, names)) > labels.count(names) for names in labels]
        if not any(block.rows for block in layout.blocks):
            letters = Counter(text)
            repeated = [
                found or any(min(letters[letter] for letter in name) >= 2 * labels.count(names) for name in names)
                for found, names in zip(repeated, labels, strict=True)
            ]
        return 2 * sum(repeated) >= len(labels)

    @cached_property
    def _words(self) -> str:
        """All text in normal form: that outside the grids, then their cells."""
        texts = [part.text for part in self.document.blocks()]
        texts += [cell.text for grid in self.document.grids() for cell in grid.cells]
        return "".join(map(normalise, texts))
