"""One sorted Parquet file with the descriptions of its columns.

Owns which order its footer states: that of the rows, as far as its columns show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import IO

import pyarrow as pa

from warehouse.export.content import Content, shown_rows, words_of
from warehouse.release.sorted_file import SortedFile, declared_order

NAME = "parquet"
IS_TEXT = False
MOST_ROWS = None


def write(content: Content, out: IO[bytes]) -> Sequence[str]:
    """Write the rows as they are declared; nothing is lost."""
    with SortedFile(content.columns, _order(content), out) as file:
        for batch in shown_rows(content)[1]:
            file.add(pa.Table.from_batches([batch]))
    return ()


def _order(content: Content) -> list[str]:
    """Return the first of the columns that the rows are sorted by: none after one that is left out, or in words."""
    sorted_as_they_are = {column.name for column in content.columns} - words_of(content, content.language).keys()
    return [*takewhile(sorted_as_they_are.__contains__, declared_order(content.table))]
