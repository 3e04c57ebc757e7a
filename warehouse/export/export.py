"""A selection as a file: which format writes it, from which rows, with which sources.

Owns the list of formats, which is found in `formats/`, and what is checked before a file is begun.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import IO

import pyarrow as pa

from warehouse.export import formats as formats_folder
from warehouse.export.content import Batches, CannotExport, Content, Rows
from warehouse.export.formats import Format
from warehouse.query.files import is_release
from warehouse.query.labels import Language
from warehouse.query.query import filled_tables
from warehouse.query.selected_rows import scan_selection
from warehouse.query.selection import Selection
from warehouse.schema import Column, full_columns, load_tables, schema_of
from warehouse.storage.store import Store

_SOURCE = ("report_id", "agency", "jurisdiction", "year", "url", "capture_sha256", "published_on", "parser_version")
"""Columns of `reports` that lead from a row to the document that it was read from."""
_RECONCILED = {
    "zh": "数值（未印刷的取推定值）",
    "en": "the printed number, or where none is printed the value that the form's own identities force; else null",
}
"""What the column `value` is called where a selection is reconciled."""


@cache
def formats() -> dict[str, Format]:
    """Return the modules of `formats/` by the names of their formats."""
    found: dict[str, Format] = {}
    for info in pkgutil.iter_modules(formats_folder.__path__):
        module = importlib.import_module(f"{formats_folder.__name__}.{info.name}")
        if not isinstance(module, Format):
            raise TypeError(f"{module.__name__} is no format: it lacks NAME, IS_TEXT, MOST_ROWS or write")
        found[module.NAME] = module
    return found


def export(
    store: Store,
    selection: Selection,
    language: Language | None,
    form: Format,
    out: IO[bytes],
    show: Callable[[int], None],
) -> Sequence[str]:
    """Write a selection in a format; return what the format could not hold as it is, in lines.

    `show` is called with the number of rows so far. Raise QueryError if there is no table, or one that cannot be
    read, and CannotExport for rows that the format cannot hold: for too many of them, before anything is written.
    """
    if not is_release(store):
        filled_tables(store)
    _check_number(store, selection, form)
    columns = _columns(selection)
    _, batches = scan_selection(store, selection)
    declared = schema_of(columns)
    rows = (pa.RecordBatch.from_arrays(batch.columns, schema=declared) for batch in batches)
    sources = partial(_sources, store, selection)
    return form.write(Content(selection.table, columns, _shown(rows, show), language, sources), out)


def _check_number(store: Store, selection: Selection, form: Format) -> None:
    if form.MOST_ROWS is None:
        return
    _, batches = scan_selection(store, replace(selection, columns=selection.columns[:1]))
    rows = 0
    for batch in batches:
        rows += len(batch)
        if rows > form.MOST_ROWS:
            raise CannotExport(
                f"more than {form.MOST_ROWS:,} rows are too many for {form.NAME}: choose fewer --years, or one of "
                f"{', '.join(name for name, other in formats().items() if other.MOST_ROWS is None)}"
            )


def _columns(selection: Selection) -> tuple[Column, ...]:
    """Return the columns in the order of the selection, described as they are there."""
    declared = {column.name: column for column in full_columns(selection.table)}
    if selection.reconciled:
        declared["value"] = declared["value"].model_copy(update=_RECONCILED)
    return tuple(declared[name] for name in selection.columns)


def _shown(batches: Batches, show: Callable[[int], None]) -> Batches:
    rows = 0
    for batch in batches:
        yield batch
        rows += len(batch)
        show(rows)


def _sources(store: Store, selection: Selection, reports: Collection[str]) -> Rows:
    """Return the reports with these ids, which are of the divisions and years of the selection."""
    wanted = {"report_id": tuple(reports)}
    own = Selection(load_tables()["reports"], selection.jurisdictions, selection.years, _SOURCE, wanted, False)
    return scan_selection(store, own)
