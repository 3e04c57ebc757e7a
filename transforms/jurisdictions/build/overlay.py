"""Our own facts about divisions: what the published lists do not tell, or tell wrongly (`divisions_overlay.csv`).

Owns the shape of that file and how its lines are applied. Must not hold facts itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from transforms.jurisdictions.build.packages import Span

OVERLAY = Path(__file__).with_name("divisions_overlay.csv")


class SpanCorrection(BaseModel):
    """One line: the column of one division that is to hold another value, why, and the day it was noted.

    `name` tells apart the divisions that had a code in turn. Columns: `name`, `valid_from` and `valid_to` (a year),
    `level`, and `successors` (codes joined by `;`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    jurisdiction: str
    name: str
    column: Literal["name", "valid_from", "valid_to", "level", "successors"]
    value: str
    reason: str
    date: date


def read_overlay() -> list[SpanCorrection]:
    """All lines of the file. Raises pydantic's ValidationError where one is malformed."""
    with OVERLAY.open(encoding="utf-8", newline="") as stream:
        return [SpanCorrection.model_validate(line) for line in csv.DictReader(stream)]


def correct_spans(spans: Iterable[Span], overlay: Iterable[SpanCorrection]) -> list[Span]:
    """The spans with the overlay's names and years. Raises ValueError where a line fits no span."""
    found = list(spans)
    for line in overlay:
        fitting = [span for span in found if (f"CN-{span.code}", span.name) == (line.jurisdiction, line.name)]
        if not fitting:
            raise ValueError(f"{OVERLAY.name}: no list has {line.jurisdiction} {line.name}; mend the line")
        found = [_corrected(span, line) if span in fitting else span for span in found]
    return list(_merge(found))


def _corrected(span: Span, line: SpanCorrection) -> Span:
    match line.column:
        case "name":
            return replace(span, name=line.value)
        case "valid_from":
            return replace(span, first=int(line.value))
        case "valid_to":
            return replace(span, last=int(line.value))
        case _:
            return span


def _merge(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, those of one code and name that follow upon each other made one."""
    previous: Span | None = None
    for span in spans:
        if (
            previous is not None
            and (previous.code, previous.name) == (span.code, span.name)
            and previous.last is not None
            and span.first == previous.last + 1
        ):
            previous = replace(previous, last=span.last)
            continue
        if previous is not None:
            yield previous
        previous = span
    if previous is not None:
        yield previous
