"""Answers of the index as rows, where a page needs few of them and no frame."""

from __future__ import annotations

from typing import Any

from flows.explorer.index.index import Index


def records(index: Index, sql: str, **values: object) -> list[dict[str, Any]]:
    """Return the rows of an answer, with None for nulls."""
    frame = index.frame(sql, values).astype(object)
    rows = frame.where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
