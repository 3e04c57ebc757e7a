"""The chapters of a report in paragraphs, cut where figures stated in them begin and end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from transforms.rows import figure_name
from warehouse.schema import Row


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure told in prose."""

    name: str
    position: int
    start: int
    end: int
    metric: str
    label: str
    value: Decimal
    unit: str | None
    approximate: bool

    @property
    def anchor(self) -> str:
        """Its place in the list of statements."""
        return f"statement-{self.position}-{self.start}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text, and the statements whose figures it is part of, the shortest first."""

    text: str
    statements: tuple[Statement, ...]
    begins: tuple[Statement, ...]
    """Those that begin here."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with its paragraphs, each in segments."""

    section: str | None
    heading: str | None
    paragraphs: tuple[tuple[Segment, ...], ...]


def statements_of(rows: Sequence[Row]) -> list[Statement]:
    """Return the statements of a report."""
    return [
        Statement(
            name=figure_name("statements", row),
            position=int(str(row["position"])),
            start=int(str(row["start"])),
            end=int(str(row["end"])),
            metric=str(row["metric"]),
            label=str(row["label"]),
            value=Decimal(str(row["value"])),
            unit=None if row["unit"] is None else str(row["unit"]),
            approximate=bool(row["approximate"]),
        )
        for row in rows
    ]


def chapters_of(sections: Sequence[Row], statements: Sequence[Statement]) -> list[Chapter]:
    """Return the chapters of a report in print order."""
    return [
        Chapter(
            None if row["section"] is None else str(row["section"]),
            None if row["heading"] is None else str(row["heading"]),
            tuple(paragraphs(str(row["text"]), [each for each in statements if each.position == row["position"]])),
        )
        for row in sorted(sections, key=lambda row: int(str(row["position"])))
    ]


def paragraphs(text: str, statements: Sequence[Statement]) -> Iterator[tuple[Segment, ...]]:
    """Yield the lines of a chapter's text, cut at the offsets of the statements in it."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield tuple(_segments(text, start, start + len(line), statements))
        start += len(line) + 1


def _segments(text: str, start: int, end: int, statements: Sequence[Statement]) -> Iterator[Segment]:
    own = [each for each in statements if each.start < end and each.end > start]
    offsets = {start, end, *(at for each in own for at in (each.start, each.end) if start < at < end)}
    for first, last in pairwise(sorted(offsets)):
        inside = sorted((each for each in own if each.start < last and each.end > first), key=lambda e: e.end - e.start)
        begins = tuple(each for each in inside if each.start == first)
        yield Segment(text[first:last], tuple(inside), begins)
