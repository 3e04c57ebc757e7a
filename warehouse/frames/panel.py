"""A wide panel of figures: one row an index, one column a figure.

Owns the names of its columns, which are those of the wide views, and the refusal of an index that several reports
share. Pure: the caller reads figures and reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import pandas as pd

from warehouse.query.codebook import LOCAL
from warehouse.query.query import QueryError
from warehouse.query.selection import Selection
from warehouse.query.views import vocabulary, wide_figures
from warehouse.schema import PARTITION_KEYS, Table

Figure = tuple[str, ...]
"""The codes that name a figure of a report."""
REPORT = (*PARTITION_KEYS, "report_id")
"""What names a report in every table of reports."""
_SHOWN = 2
"""Duplicates that an error names, and reports of each."""


def figure_codes(table: Table) -> tuple[str, ...]:
    """Return the columns whose codes name a figure of a report.

    >>> from warehouse.schema import load_tables
    >>> figure_codes(load_tables()["requests"]), figure_codes(load_tables()["disclosures"])
    (('outcome', 'applicant'), ('item', 'measure'))
    """
    for wide in vocabulary().wide.values():
        if wide.table == table.name:
            return wide.codes
    return tuple(name for name in table.key if name != "report_id")


def expected_figures(selection: Selection) -> list[Figure]:
    """Return the figures that a selection may have, in the form's order; none for a table without declared codes."""
    table, codes = selection.table, figure_codes(selection.table)
    declared = {column.name: column.values for column in table.columns}
    figures: list[Figure] = [*product(*(declared[name] for name in codes))]
    for wide in vocabulary().wide.values():
        if wide.table == table.name:
            figures = [*wide_figures(wide)]
    wanted = [selection.conditions.get(name, declared[name]) for name in codes]
    return [figure for figure in figures if all(code in of for code, of in zip(figure, wanted, strict=True))]


def to_panel(
    figures: pd.DataFrame,
    reports: pd.DataFrame,
    index: Sequence[str],
    expected: Sequence[Figure],
    name_of: Callable[[Figure], str],
) -> pd.DataFrame:
    """Return one row for each report, by `index`, and one column for each expected figure, blank where there is none.

    `figures` has the columns of `REPORT`, the codes of a figure and last its value; `reports` those of `REPORT` and of
    `index`. Figures that are not expected come after them. Raise QueryError, naming them, for reports that share an
    index.
    """
    _check_unique(reports, index)
    figures = _national(figures)
    *_, value = figures.columns
    codes = [name for name in figures.columns if name not in (*REPORT, value)]
    _check_figures(figures, codes)
    wide = figures.astype(dict.fromkeys(codes, "object")).pivot(index=list(REPORT), columns=codes, values=value)
    wide = wide.reindex(pd.MultiIndex.from_frame(reports[list(REPORT)]))
    found = {_figure(column): wide[column].array for column in wide.columns}
    blank = figures[value].array[:0].take([-1] * len(wide), allow_fill=True)
    every = [*expected, *sorted(found.keys() - {*expected})]
    columns = {name_of(figure): found.get(figure, blank) for figure in every}
    return pd.DataFrame(columns, index=_index(reports, index)).sort_index()


def _figure(column: Any) -> Figure:
    """Return the codes of a figure; pandas has the code itself where one column has them."""
    return column if isinstance(column, tuple) else (column,)


def _national(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures without those of local tables: local.1 counts something else in each of them."""
    if "indicator" not in figures:
        return figures
    return figures[~figures["indicator"].str.startswith(LOCAL)]


def _index(reports: pd.DataFrame, index: Sequence[str]) -> pd.Index:
    return pd.Index(reports[index[0]]) if len(index) == 1 else pd.MultiIndex.from_frame(reports[list(index)])


def _check_unique(reports: pd.DataFrame, index: Sequence[str]) -> None:
    shared = reports[reports.duplicated(list(index), keep=False)]
    if len(shared):
        groups = shared.groupby(list(index), dropna=False, observed=True)["report_id"]
        named = [f"{', '.join(map(str, key))} ({_first(ids)})" for key, ids in groups]
        raise QueryError(
            f"several reports have the same {', '.join(index)}: {_first(named)}; "
            "add columns to the index, such as agency_id, or conditions, such as agency_kind='government'"
        )


def _check_figures(figures: pd.DataFrame, codes: Sequence[str]) -> None:
    twice = figures[figures.duplicated([*REPORT, *codes])]
    if len(twice):
        named = ["/".join(map(str, row)) for row in twice[["report_id", *codes]].itertuples(index=False)]
        raise QueryError(f"reports have several figures of one name: {_first(named)}")


def _first(words: Iterable[str]) -> str:
    """Return the first words, and how many there are."""
    all_words = list(words)
    more = f" … {len(all_words):,} in all" if len(all_words) > _SHOWN else ""
    return f"{', '.join(all_words[:_SHOWN])}{more}"
