"""The place of a warehouse, or of a release of one, that a person names.

Owns whether there is one, and the error where there is none.
"""

from __future__ import annotations

from pathlib import Path

from warehouse.query.files import has_tables
from warehouse.query.query import QueryError, no_tables
from warehouse.storage.store import Store, open_store


def open_place(place: object) -> Store:
    """Return the store in a folder or at a URL, also after the working directory has changed.

    Raise QueryError for what is no place, and for one without tables.
    """
    if not isinstance(place, str | Path) or Path(place).is_file():
        raise QueryError(f"{place!s} is no warehouse: give its folder, or a URL such as s3://bucket/warehouse")
    try:
        store = open_store(place if "://" in str(place) else Path(place).absolute())
    except OSError as error:
        raise QueryError(str(error)) from error
    if not has_tables(store):
        within = store.uri("warehouse")
        if has_tables(open_store(within)):
            raise QueryError(f"no tables under {place}, but under {within}: open that")
        raise no_tables(store)
    return store
