"""The words of a selection: which table, divisions, years, columns and codes a person asks for.

Owns their reading and their errors, the same for people in Python and at the command line. Pure: what the words select
is read in `selected_rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from warehouse.query.query import QueryError
from warehouse.query.views import figure_tables, views
from warehouse.schema import PARTITION_KEYS, Column, Table, full_columns, load_tables

Words = str | Iterable[str]
Years = int | str | Iterable[int | str]

_WILD = re.compile(r"[*?]")
_CODE = re.compile(r"[A-Z]{2}-\d{6}|(?:[A-Z]{2}-|\*)[\d*?]*")
_YEARS = re.compile(r"([1-9]\d{3})(?:-([1-9]\d{3}))?", re.ASCII)
_KINDS: Mapping[str, type] = {"string": str, "bool": bool, "int32": int, "int64": int}
"""Types of columns that conditions may name, and the type of their values."""
_JURISDICTION, _YEAR = PARTITION_KEYS


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows and columns of one table; `select` makes it from words and checks them.

    `jurisdictions` are codes or wildcards, `years` are in order; None of either selects all. `conditions` holds for
    each column the values that it may have: codes, texts with wildcards, whole numbers or booleans. `reconciled`
    fills values that are not printed with those that the form's sums force.
    """

    table: Table
    jurisdictions: tuple[str, ...] | None
    years: tuple[int, ...] | None
    columns: tuple[str, ...]
    conditions: Mapping[str, tuple[str | int, ...]]
    reconciled: bool


def select(
    table: str,
    jurisdiction: Words | None = None,
    years: Years | None = None,
    columns: Words | None = None,
    conditions: Mapping[str, object] | None = None,
    reconciled: bool = False,
) -> Selection:
    """Return a selection from a table.

    `jurisdiction`: a code, a wildcard (`CN-37*`: a province with all below it), or several. `years`: a year, several,
    or a text such as 2019-2024, both included. `columns`: all if none are given. `conditions`: column → the values
    that it may have; `*` and `?` are wildcards in texts. Raise QueryError, in one line, for words that nothing has.

    >>> select("requests", "CN-37*", "2022-2024", conditions={"outcome": "unavailable.*"}).conditions["outcome"]
    ('unavailable.not_held', 'unavailable.must_be_created', 'unavailable.unclear_after_correction')
    """
    chosen = _table(table)
    if not isinstance(reconciled, bool):
        raise QueryError(f"reconciled is True or False, not {reconciled!r}")
    if reconciled and chosen not in figure_tables():
        raise QueryError(f"{table} has no implied values; tables that have: {_list(t.name for t in figure_tables())}")
    if jurisdiction is not None:
        _column(chosen, _JURISDICTION)
    if years is not None and not chosen.partitioned:
        raise QueryError(f"{table} has no years: it is one file of all years")
    return Selection(
        chosen,
        None if jurisdiction is None else tuple(map(_code, several(jurisdiction))),
        None if years is None else tuple(sorted(_years(years))),
        _columns(chosen, columns),
        {name: _values(_column(chosen, name), given) for name, given in (conditions or {}).items()},
        reconciled,
    )


def several(given: Any) -> list[Any]:
    """Return what is given as a list: one value, or the values of a list, an array or a column.

    >>> several("total"), several(range(2))
    (['total'], [0, 1])
    """
    return [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)


def is_wild(word: str) -> bool:
    """Return whether a word contains a wildcard.

    >>> is_wild("CN-37*"), is_wild("CN-371003")
    (True, False)
    """
    return _WILD.search(word) is not None


def matching(words: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Return the texts that one of the words is, or that its wildcards stand for.

    >>> sorted(matching(["received", "granted*"], ["granted", "granted_in_part", "received", "total"]))
    ['granted', 'granted_in_part', 'received']
    """
    words = list(words)
    plain = {word for word in words if not is_wild(word)}
    wild = "|".join(re.escape(word).replace(r"\*", ".*").replace(r"\?", ".") for word in words if is_wild(word))
    pattern = re.compile(wild, re.DOTALL)
    return {text for text in texts if text in plain or (wild and pattern.fullmatch(text))}


def no_such(what: str, word: object, known: Iterable[str], most: int | None = None) -> QueryError:
    """Return the error for a word that is not among the known ones, which it lists, the most similar first.

    >>> str(no_such("result", "uphelt", ["total", "upheld", "other"]))
    'no such result: uphelt; these are upheld, total, other'
    """
    words = list(dict.fromkeys(known))
    close = get_close_matches(str(word).strip("*?"), words, n=5, cutoff=0.5)
    ordered = [*close, *(one for one in words if one not in close)]
    more = f" … ({len(ordered):,} in all)" if most and len(ordered) > most else ""
    return QueryError(f"no such {what}: {word}; these are {_list(ordered[:most])}{more}")


def _table(name: object) -> Table:
    if not isinstance(name, str):
        raise no_such("table", name, load_tables())
    if name in load_tables():
        return load_tables()[name]
    if name in views():
        raise QueryError(f"{name} is a view: ask it in SQL; tables: {_list(load_tables())}")
    raise no_such("table", name, load_tables())


def _column(table: Table, name: object) -> Column:
    columns = {column.name: column for column in full_columns(table)}
    if not isinstance(name, str) or name not in columns:
        raise no_such(f"column in {table.name}", name, columns)
    return columns[name]


def _columns(table: Table, given: Words | None) -> tuple[str, ...]:
    if given is None:
        return tuple(column.name for column in full_columns(table))
    names = tuple(_column(table, name).name for name in several(given))
    if not names or len(set(names)) < len(names):
        raise QueryError("name at least one column, and each once")
    return names


def _code(word: object) -> str:
    if not isinstance(word, str) or not _CODE.fullmatch(word) or not (is_wild(word) or len(word) == len("CN-371003")):
        raise QueryError(f"jurisdiction {word!r} is neither of the form CN-371003 nor a wildcard such as CN-37*")
    return word


def _years(given: Years) -> set[int]:
    if isinstance(given, str):
        match = _YEARS.fullmatch(given.strip())
        if match is None:
            raise QueryError(f"years {given!r} are neither a year such as 2024 nor years such as 2019-2024")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise QueryError(f"years {given!r} end before they begin: write {last}-{first}")
        return set(range(first, last + 1))
    if isinstance(given, Iterable):
        return {year for one in given for year in _years(one)}
    year = _plain(given)
    if not isinstance(year, int) or isinstance(year, bool):
        raise QueryError(f"{given!r} is no year: give whole numbers such as 2024")
    if not 1000 <= year <= 9999:
        raise QueryError(f"year {year} does not have four digits")
    return {year}


def _values(column: Column, given: object) -> tuple[str | int, ...]:
    """Return the values that a condition allows: a coded column's codes, else the words as they are."""
    if column.name in PARTITION_KEYS:
        raise QueryError(f"{column.name} is no condition: give divisions as jurisdiction, and years as years")
    if column.type not in _KINDS:
        raise QueryError(f"{column.name} is of the type {column.type}, by which nothing is selected: filter the rows")
    values = [_plain(value) for value in several(given)]
    for value in values:
        if not isinstance(value, _KINDS[column.type]) or (isinstance(value, bool) and column.type != "bool"):
            raise QueryError(f"{column.name} is of the type {column.type}, and {value!r} is not")
    if not column.values:
        return tuple(values)
    return tuple(dict.fromkeys(code for word in values for code in _codes(column, word)))


def _codes(column: Column, word: str) -> list[str]:
    found = matching([word], column.values)
    if not found:
        raise no_such(column.name, word, column.values)
    return [code for code in column.values if code in found]


def _plain(value: Any) -> Any:
    """Return a scalar of numpy as Python has it."""
    return value.item() if hasattr(value, "item") else value


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)
