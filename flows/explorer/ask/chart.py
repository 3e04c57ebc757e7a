"""The chart that an answer suggests: one category or time, and one to three numbers.

Owns the choice, which is pure, and its drawing as Vega-Lite. Names of columns are never names of fields there: a
field's name is a small language of its own in Vega-Lite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Literal

import altair as alt
import pyarrow as pa
import pyarrow.types as pat

_YEARS = frozenset({"year", "年度"})
_MOST_NUMBERS = 3
_MOST_LINES = 12
_MOST_BARS = 50
_MOST_POINTS = 2000
_Kind = Literal["time", "number", "text", "other"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines over time, one for each number or for each value of the column `series`; or bars, one for each category."""

    mark: Literal["line", "bar"]
    along: str
    numbers: tuple[str, ...]
    series: str | None = None


def suggest(rows: pa.Table) -> Suggestion | None:
    """Return the chart that fits the columns of an answer; None if none does.

    >>> suggest(pa.table({"year": [2022, 2023], "received": [5, 7]}))
    Suggestion(mark='line', along='year', numbers=('received',), series=None)
    >>> suggest(pa.table({"province": ["甲", "乙"], "received": [5, 7]}))
    Suggestion(mark='bar', along='province', numbers=('received',), series=None)
    >>> suggest(pa.table({"received": [5, 7]})) is None
    True
    """
    if not 2 <= len(rows) <= _MOST_POINTS or len(set(rows.column_names)) < rows.num_columns:
        return None
    kinds = {field.name: _kind(field) for field in rows.schema}
    times, texts, numbers = ([name for name, kind in kinds.items() if kind == wanted] for wanted in _WANTED)
    if not 1 <= len(numbers) <= _MOST_NUMBERS or len(times) > 1:
        return None
    return _lines(rows, times[0], texts, numbers) if times else _bars(rows, texts, numbers)


_WANTED: tuple[_Kind, ...] = ("time", "text", "number")


def _kind(field: pa.Field) -> _Kind:
    kind = field.type
    if pat.is_date(kind) or pat.is_timestamp(kind) or (pat.is_integer(kind) and field.name.lower() in _YEARS):
        return "time"
    if pat.is_integer(kind) or pat.is_floating(kind) or pat.is_decimal(kind):
        return "number"
    return "text" if pat.is_string(kind) or pat.is_large_string(kind) or pat.is_dictionary(kind) else "other"


def _lines(rows: pa.Table, time: str, texts: Sequence[str], numbers: Sequence[str]) -> Suggestion | None:
    if _names_each_row(rows, [time]):
        return Suggestion("line", time, tuple(numbers))
    for text in reversed(texts):  # a name stands after its code
        if len(rows[text].unique()) <= _MOST_LINES and _names_each_row(rows, [time, text]):
            return Suggestion("line", time, (numbers[0],), text)
    return None


def _bars(rows: pa.Table, texts: Sequence[str], numbers: Sequence[str]) -> Suggestion | None:
    for text in reversed(texts):
        if len(rows) <= _MOST_BARS and _names_each_row(rows, [text]):
            return Suggestion("bar", text, tuple(numbers))
    return None


def _names_each_row(rows: pa.Table, columns: list[str]) -> bool:
    named = rows.select(columns)
    return len(named.group_by(columns).aggregate([])) == len(rows)


def draw(rows: pa.Table, suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggested chart as Vega-Lite, with its data."""
    values = [
        {
            "along": _plain(row[suggestion.along]),
            "of": str(row[suggestion.series]) if suggestion.series else name,
            "value": _number(row[name]),
        }
        for row in rows.to_pylist()
        for name in suggestion.numbers
    ]
    chart = alt.Chart(alt.InlineData(values=values), width="container")
    colour = alt.Color("of:N", title=suggestion.series)
    if suggestion.mark == "line":
        is_date = not pat.is_integer(rows.schema.field(suggestion.along).type)
        along = alt.X("along:T" if is_date else "along:O", title=suggestion.along)
        drawn = chart.mark_line(point=True).encode(x=along, y=alt.Y("value:Q", title=None), color=colour)
    else:
        category = alt.Y("along:N", title=suggestion.along, sort=None)
        drawn = chart.mark_bar().encode(y=category, x=alt.X("value:Q", title=None), yOffset="of:N", color=colour)
    specification: dict[str, Any] = drawn.to_dict()
    return specification


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _number(value: Any) -> float | None:
    """Return a number as JSON can hold it."""
    return float(value) if value is not None and isfinite(value) else None
