"""A file of Stata (.dta, version 118), which pandas writes.

Owns its labels, and how many rows may be in memory, where pandas needs all of them. Codes are numbers with words as
value labels. `stata_variables` has what becomes of other values.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import IO, Literal

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.export.content import Batches, CannotExport, Content, words_of
from warehouse.query.labels import Language
from warehouse.schema import Column

NAME = "dta"
IS_TEXT = False
MOST_ROWS = None

_MOST_BYTES = 2**29
"""Of the rows, and again of their texts, each as wide as the widest of its column."""
_LABEL = 80
"""Characters of a label of a variable, or of the file."""
_LONGEST = 2045
"""Bytes of a text of fixed width; a column with longer ones is kept apart (strL)."""
_TIMES: dict[str, Literal["td", "tc"]] = {"date": "td", "timestamp": "tc"}
"""Declared type → Stata's: days, and milliseconds."""


def write(content: Content, out: IO[bytes]) -> Sequence[str]:
    """Write the rows, labelled in Chinese where no language is chosen. Say which numbers are rounded.

    Raise CannotExport for more rows than pandas should hold.
    """
    import pandas as pd

    from warehouse.export.stata_variables import variable_name, variable_of

    rows = pa.Table.from_batches(_bounded(content.batches), content.schema)
    _check_widths(rows)
    words = words_of(content, content.language or "zh")
    columns = {variable_name(column): column for column in content.columns}
    variables = {
        name: variable_of(column, rows[column.name], words.get(column.name, {})) for name, column in columns.items()
    }
    pd.DataFrame({name: variable.values for name, variable in variables.items()}).to_stata(
        out,
        version=118,
        write_index=False,
        data_label=f"{content.table.name} {content.table.zh}"[:_LABEL],
        convert_dates={name: _TIMES[column.type] for name, column in columns.items() if column.type in _TIMES},
        variable_labels={name: _label(column, content.language) for name, column in columns.items()},
        value_labels={name: variable.labels for name, variable in variables.items() if variable.labels},
    )
    return [variable.note for variable in variables.values() if variable.note]


def _label(column: Column, language: Language | None) -> str:
    return shorten(column.en if language == "en" else column.zh, _LABEL, placeholder="…")


def _bounded(batches: Batches) -> Batches:
    size = 0
    for batch in batches:
        size += batch.nbytes
        if size > _MOST_BYTES:
            raise _too_many_rows()
        yield batch


def _check_widths(rows: pa.Table) -> None:
    """Raise CannotExport if the texts would take too much memory, each as wide as the widest of its column."""
    texts = [column for column in rows.columns if pa.types.is_string(column.type)]
    widths = [pc.max(pc.binary_length(column)).as_py() or 0 for column in texts]
    if len(rows) * sum(width for width in widths if width <= _LONGEST) > _MOST_BYTES:
        raise _too_many_rows()


def _too_many_rows() -> CannotExport:
    return CannotExport(
        "these rows are too many for a file of Stata, which is made in memory: choose fewer --years or --columns, "
        "or csv, jsonl or parquet"
    )
