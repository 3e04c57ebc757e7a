"""CSV for people and programs, as RFC 4180 has it, in UTF-8 with a byte order mark.

Owns what becomes of text that a spreadsheet would run as a formula: an apostrophe stands before it, and before every
text that begins with one. So who removes one apostrophe from the beginning of each text has what was exported. Numbers
are never changed. A null is an empty field; an empty text is two quotation marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import CSVWriter, WriteOptions

from warehouse.export.content import Content, Rows, shown_rows
from warehouse.export.texts import as_text, is_single

NAME = "csv"
IS_TEXT = True
MOST_ROWS = None

_BOM = "\N{BYTE ORDER MARK}".encode()
"""Without it, Excel would read Chinese as text of another encoding."""
_FORMULA = r"^[\p{Z}\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n']"
"""What https://owasp.org/www-community/attacks/CSV_Injection lists, also behind blanks and signs that are not seen."""
_OPTIONS = WriteOptions(quoting_style="needed", eol="\r\n")


def write(content: Content, out: IO[bytes]) -> Sequence[str]:
    """Write the rows below a line of the columns' names; nothing is lost."""
    write_csv(shown_rows(content), out)
    return ()


def write_csv(rows: Rows, out: IO[bytes]) -> None:
    """Write rows of any types; what is no single value stands as text."""
    schema, batches = rows
    names = _harmless(pa.array(schema.names, pa.string())).to_pylist()
    told = pa.schema([(name, _told_type(field.type)) for name, field in zip(names, schema, strict=True)])
    out.write(_BOM)
    with CSVWriter(out, told, write_options=_OPTIONS) as writer:
        for batch in batches:
            writer.write_batch(pa.RecordBatch.from_arrays([_told(column) for column in batch.columns], schema=told))


def _told_type(kind: pa.DataType) -> pa.DataType:
    return kind if is_single(kind) else pa.string()


def _told(column: pa.Array) -> pa.Array:
    return column if is_single(column.type) else _harmless(as_text(column))


def _harmless(texts: pa.Array) -> pa.Array:
    """Return texts with an apostrophe before each that a spreadsheet would run, or that has one.

    >>> _harmless(pa.array(["=1+1", "-", "'a", "a", "", None])).to_pylist()
    ["'=1+1", "'-", "''a", 'a', '', None]
    """
    runs = pc.match_substring_regex(texts, _FORMULA)
    return pc.if_else(runs, pc.binary_join_element_wise("'", texts, ""), texts)
