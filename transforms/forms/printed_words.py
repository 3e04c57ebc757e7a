"""The words that a form prints around its labels: corners, and heads beside, above and between them.

Owns where such words stand. They are for printing only: no table of a report is matched by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations

from pydantic import Field

from nianbao import Declaration

Codes = dict[str, str]


class Head(Declaration):
    """Words that head several labels that follow each other."""

    words: str
    over: tuple[str, ...]
    """Patterns of the labels' names, which are their codes joined by /; * stands for anything."""
    codes: Codes = Field(default_factory=dict)
    """Codes of those labels that these words, and not the labels' own, stand for."""

    def covers(self, codes: Mapping[str, str]) -> bool:
        """Return whether this heads the label with some codes."""
        return any(fnmatchcase("/".join(codes.values()), pattern) for pattern in self.over)


class PrintedWords(Declaration):
    """What a block prints beside its labels and figures."""

    corner: str = ""
    """Above the labels of the rows."""
    units: str | None = None
    """Head of the column of units; None if there is none."""
    above: tuple[Head, ...] = ()
    """Heads of columns."""
    beside: tuple[Head, ...] = ()
    """Heads of rows, to the left of them."""
    between: tuple[Head, ...] = ()
    """Heads of rows, each in a row of its own above them."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A head, or a label: words over `count` labels from `first` on, in `depth` levels from `level` on.

    Levels are counted from the outermost. `codes` are those that the words stand for.
    """

    words: str
    codes: Codes
    first: int
    count: int
    level: int
    depth: int
    is_label: bool


def tiles(labels: Sequence[tuple[str, Codes]], heads: Sequence[Head]) -> list[Tile]:
    """Return heads, and labels (words and codes), as tiles that fill a rectangle, outer ones first.

    A head of none of the labels has no tile. A label takes the levels that no head of its own fills.

    >>> labels = [("甲", {"c": "a"}), ("1", {"c": "b.1"}), ("2", {"c": "b.2"})]
    >>> for tile in tiles(labels, [Head(words="乙", over=("b.*",))]):
    ...     print(tile.words, tile.first, tile.count, tile.level, tile.depth)
    乙 1 2 0 1
    甲 0 1 0 2
    1 1 1 1 1
    2 2 1 1 1
    """
    covered = [(head, _covered(labels, head)) for head in heads]
    outermost_first = sorted(((head, own) for head, own in covered if own), key=lambda each: -len(each[1]))
    above: list[list[Head]] = [[] for _ in labels]
    found = []
    for head, own in outermost_first:
        found.append(Tile(head.words, head.codes, own[0], len(own), len(above[own[0]]), 1, is_label=False))
        for at in own:
            above[at].append(head)
    levels = max(map(len, above), default=0) + 1
    for at, (words, codes) in enumerate(labels):
        told = {name for head in above[at] for name in head.codes}
        rest = {name: code for name, code in codes.items() if name not in told}
        found.append(Tile(words, rest, at, 1, len(above[at]), levels - len(above[at]), is_label=True))
    return found


def _covered(labels: Sequence[tuple[str, Codes]], head: Head) -> list[int]:
    return [at for at, (_, codes) in enumerate(labels) if head.covers(codes)]


def faults(labels: Sequence[tuple[str, Codes]], heads: Sequence[Head]) -> list[str]:
    """Return what is wrong with heads: they must head labels that follow each other, and overlap only in whole.

    >>> labels = [("1", {"c": "a"}), ("2", {"c": "b"}), ("3", {"c": "c"})]
    >>> faults(labels, [Head(words="甲", over=("a", "c")), Head(words="乙", over=("d",))])
    ['甲 heads labels that do not follow each other', '乙 heads no label']
    >>> faults(labels, [Head(words="甲", over=("a", "b")), Head(words="乙", over=("b", "c"))])
    ['甲 and 乙 overlap']
    """
    covered = [(head.words, _covered(labels, head)) for head in heads]
    found = []
    for words, own in covered:
        if not own:
            found.append(f"{words} heads no label")
        elif own[-1] - own[0] >= len(own):
            found.append(f"{words} heads labels that do not follow each other")
    for (one, first), (other, second) in combinations(covered, 2):
        if len(set(first) & set(second)) not in (0, len(first), len(second)):
            found.append(f"{one} and {other} overlap")
    return found
