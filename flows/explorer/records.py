"""Rows of frames as plain values: None where nothing is known, never a NaN or NaT. Nobody else makes rows of frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Return the rows of a frame.

    >>> records(pd.DataFrame({"value": [1.5, None], "table": [None, "requests"]}))
    [{'value': 1.5, 'table': None}, {'value': None, 'table': 'requests'}]
    >>> records(pd.DataFrame({"day": pd.to_datetime([None])}))
    [{'day': None}]
    """
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def shown(value: float | None, *, share: bool = False) -> str:
    """Return a number as people read it; nothing for one that is not known.

    >>> shown(1234.0), shown(12.5), shown(0.1234, share=True), shown(None)
    ('1,234', '12.5', '12.3%', '')
    """
    if value is None:
        return ""
    if share:
        return f"{value:.1%}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
