"""Which columns the words above a table in running text name.

Owns the comparison of a header with the columns of the form: all labels there, some lost, or another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.forms.labels import contains, normalise
from transforms.forms.layout import Label, LabelBlock, TableLayout

_LEAST_SHUFFLED = 4
"""Characters of a label, at least, that identify it in any order."""

_LEAST_BEGINNING = 2
"""Characters of a label that tell it from others, where the rest of it stands elsewhere."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says of a block: the columns that it names, those that it does not, and whether the order fits."""

    lost: tuple[Label, ...]
    headings_lost: bool
    in_order: bool

    @property
    def complete(self) -> bool:
        """Whether it names every column, in the order of the form."""
        return self.in_order and not self.lost


def header_share(text: str, block: LabelBlock) -> float:
    """Return the share of the block's header words that a normalised text contains."""
    text = _own_words(text, block)
    words = {label.normal for label in block.columns} | {(c.heading,) for c in block.columns if c.under}
    return sum(any(contains(text, word) for word in synonyms) for synonyms in words) / len(words)


def header_of(text: str, block: LabelBlock, layout: TableLayout) -> Header:
    """Return what a normalised header says of a block.

    Under several headings, a label that is printed less often than others is lost under one of them.
    """
    text = _own_words(text, block)
    headings = {column.heading for column in block.columns if column.under}
    missing = {heading for heading in headings if not contains(text, heading)}
    times = {label.normal: len(_places(text, label.normal)) for label in block.columns}
    most = min(max(times.values()), len(headings)) if headings else 1
    lost = tuple(
        label
        for label in block.columns
        if label.heading in missing
        or not (times[label.normal] or any(contains(text, synonym) for synonym in label.normal))
        or (times[label.normal] < most and most > 1)
    )
    return Header(lost, bool(missing), _in_order(text, block, layout))


def _own_words(text: str, block: LabelBlock) -> str:
    for group in map(normalise, block.groups):
        text = text.replace(group, "")
    return text


def _in_order(header: str, block: LabelBlock, layout: TableLayout) -> bool:
    """Return whether the column labels follow each other as in the form, once under each of the block's headings.

    The column of a sum may stand anywhere: it spans header rows, and its sum distinguishes it from its parts.
    """
    totals = [codes for identity in layout.identities for codes in identity.total]
    columns = [label for label in block.columns if not any(codes.items() <= label.codes.items() for codes in totals)]
    headings = dict.fromkeys(label.heading for label in columns if label.under)
    series = dict.fromkeys(label.normal for label in columns)
    marks = [
        (place, number)
        for number, synonyms in enumerate(series)
        for found in [_places(header, synonyms) or _beginnings(header, synonyms, series)]
        for place in (found if headings else found[-1:])
    ]
    order = [number for _, number in sorted(marks)]
    returns = sum(later < earlier for earlier, later in pairwise(order))
    above = [place for heading in headings if (place := header.rfind(heading)) >= 0]
    return returns < max(len(headings), 1) and above == sorted(above)


def _beginnings(header: str, synonyms: Sequence[str], labels: Iterable[Sequence[str]]) -> list[int]:
    """Return the positions at which a label begins whose lines are read across with those of others (科研机商业企).

    None if another of the labels begins alike.

    >>> _beginnings("科研机商业企构业", ["商业企业"], [["商业企业"], ["科研机构"]])
    [3]
    """
    rivals = {text[:_LEAST_BEGINNING] for label in labels if label != synonyms for text in label}
    own = {text[:_LEAST_BEGINNING] for text in synonyms if len(text) > _LEAST_BEGINNING} - rivals
    return sorted(at for at in range(len(header)) if header[at : at + _LEAST_BEGINNING] in own)


def _places(header: str, synonyms: Sequence[str]) -> list[int]:
    """Return the positions of a label in a header, from left to right.

    The lines of narrow cells may be read across (结维持果): of a long label, the characters count in any order.

    >>> _places("结维持果结纠正果总计结果维持", ["结果维持"])
    [0, 10]
    """
    found: set[int] = set()
    for text in synonyms:
        size, at = len(text), 0
        while at + size <= len(header):
            window = header[at : at + size]
            is_label = window == text or (size >= _LEAST_SHUFFLED and sorted(window) == sorted(text))
            found |= {at} if is_label else set()
            at += size if is_label else 1
    return sorted(found)
