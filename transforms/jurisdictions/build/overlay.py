"""Our own facts about divisions: what the published lists lack or have wrong (`divisions_overlay.csv`).

Owns the columns of that file and how its lines are applied.
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
    """One line: which column of which division gets which value, why, and the day this was noted.

    `name` distinguishes divisions that had the same code in succession. Columns: `name`, `valid_from` and `valid_to` (a
    year), `level`, and `successors` (codes joined by `;`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    jurisdiction: str
    name: str
    column: Literal["name", "valid_from", "valid_to", "level", "successors"]
    value: str
    reason: str
    date: date


def read_overlay() -> list[SpanCorrection]:
    """Return all lines of the file. Raise pydantic's ValidationError if one is malformed."""
    with OVERLAY.open(encoding="utf-8", newline="") as stream:
        return [SpanCorrection.model_validate(line) for line in csv.DictReader(stream)]


def correct_spans(spans: Iterable[Span], overlay: Iterable[SpanCorrection]) -> list[Span]:
    """Return the spans with the overlay's names and years. Raise ValueError if a line matches no span."""
    corrected = list(spans)
    for line in overlay:
        fitting = [span for span in corrected if (f"CN-{span.code}", span.name) == (line.jurisdiction, line.name)]
        if not fitting:
            raise ValueError(f"{OVERLAY.name}: no list has {line.jurisdiction} {line.name}; correct the line")
        corrected = [_corrected(span, line) if span in fitting else span for span in corrected]
    return list(_merge(corrected))


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
    """Yield the spans, with consecutive ones of the same code and name merged."""
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
