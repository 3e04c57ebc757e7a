"""What an export holds: rows of one table, and what their readers need beside them.

Owns the words that take the place of codes. Rows arrive in batches, while they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from nianbao import NianbaoError
from warehouse.query.labels import Language, code_words
from warehouse.schema import Column, Table, schema_of

Batches = Iterator[pa.RecordBatch]
Rows = tuple[pa.Schema, Batches]
"""The columns of a table, and its rows."""


class CannotExport(NianbaoError):
    """A format cannot hold the rows; the message says why, and names the remedy."""


@dataclass(frozen=True, slots=True)
class Content:
    """Rows with some columns of a table, sorted by year, jurisdiction and `table.sort`; `batches` can be read once.

    `language` is that of the words which take the place of codes; without one, codes stay. `sources` returns the rows
    of `reports` that have these ids.
    """

    table: Table
    columns: tuple[Column, ...]
    batches: Batches
    language: Language | None
    sources: Callable[[Collection[str]], Rows]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the rows, with the descriptions of their columns."""
        return schema_of(self.columns)


def words_of(content: Content, language: Language | None) -> Mapping[str, Mapping[str, str]]:
    """Return column → code → word for the columns whose values are codes; none without a language."""
    return {
        column.name: {code: code_words(language, content.table.name, column.name, code) for code in column.values}
        for column in content.columns
        if language and column.values
    }


def shown_rows(content: Content) -> Rows:
    """Return the rows with words in place of codes, if a language is chosen."""
    words = words_of(content, content.language)
    return content.schema, (_shown(batch, words) for batch in content.batches)


def _shown(batch: pa.RecordBatch, words: Mapping[str, Mapping[str, str]]) -> pa.RecordBatch:
    columns = [
        _in_words(column, words[name]) if name in words else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _in_words(codes: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """Return the words for codes; a code without a word stays.

    >>> _in_words(pa.array(["other", "new", None]), {"other": "其他"}).to_pylist()
    ['其他', 'new', None]
    """
    places = pc.index_in(codes, value_set=pa.array(words.keys(), pa.string()))
    return pc.coalesce(pa.array(words.values(), pa.string()).take(places), codes)
