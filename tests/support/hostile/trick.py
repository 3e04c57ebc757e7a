"""What a trick is: one way to print a cell, or a whole report, and the right answer for every cell that it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Literal

from openpyxl.cell.cell import Cell as SheetCell
from reportlab.pdfgen.canvas import Canvas

from tests.support.reports.random_reports import Printed
from transforms.forms.layout import Key

Medium = Literal["html", "docx", "xlsx", "pdf", "ofd", "text"]
MEDIA: tuple[Medium, ...] = ("html", "docx", "xlsx", "pdf", "ofd", "text")
PLACEHOLDER = "\ue000"
"""Stands for the figure in a rendered report until a trick prints it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a careful reader may write down of a cell; null with a finding is always right.

    `values`: the numbers that are right, None a blank; `doubtful`: a number or a blank is right with a finding only.
    """

    values: tuple[Decimal | None, ...]
    doubtful: bool = False


def exactly(figure: str) -> Answer:
    """Return the answer where a person sees this figure and no other."""
    return Answer((Decimal(figure),))


def doubted(*figures: str) -> Answer:
    """Return the answer where a person sees one of these figures, if any, and wonders."""
    return Answer(tuple(map(Decimal, figures)), doubtful=True)


NOTHING = Answer((None,))
"""A person sees an empty cell."""

Markup = tuple[str, Answer]
"""What stands in the cell: text, HTML, the runs of a Word paragraph or the objects of an OFD page."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure stands on a page of a PDF or an OFD file: left end of its baseline, and its size."""

    left: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class CellTrick:
    """A way to print one figure; `paint` takes it and a source of chance. In text, HTML and Word, it returns markup."""

    kind: str
    media: tuple[Medium, ...]
    paint: Callable[[str, Random], Markup]


@dataclass(frozen=True, slots=True)
class SheetTrick:
    """A way to store one figure in a cell of a sheet."""

    kind: str
    store: Callable[[SheetCell, str, Random], Answer]


@dataclass(frozen=True, slots=True)
class PageTrick:
    """A way to draw one figure on a page."""

    kind: str
    draw: Callable[[Canvas, Spot, str, Random], Answer]


@dataclass(frozen=True, slots=True)
class ObjectTrick:
    """A way to draw one figure on a page of an OFD file, where places count in millimetres from its top."""

    kind: str
    draw: Callable[[Spot, str, Random], Markup]


@dataclass(frozen=True, slots=True)
class WholeTrick:
    """A way to print a report; returns what is printed, and the answers that differ from its figures."""

    kind: str
    media: tuple[Medium, ...]
    change: Callable[[Printed, Random], tuple[Printed, Mapping[Key, Answer]]]


Trick = CellTrick | SheetTrick | PageTrick | ObjectTrick | WholeTrick


@dataclass(frozen=True)
class HostileFile:
    """A changed report: its bytes, and the right answer for each cell by table and codes."""

    kind: str
    medium: Medium
    body: bytes
    answers: Mapping[Key, Answer]
