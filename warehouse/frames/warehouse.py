"""The warehouse as data frames: reading by words, wide panels, SQL, the source of a figure, releases.

Owns the public Python interface. It reads only, and it reads files as they are at each call.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from warehouse.frames.evidence import evidence_of
from warehouse.frames.pandas_types import Codes, in_words, to_frame
from warehouse.frames.panel import REPORT, Figure, expected_figures, figure_codes, to_panel
from warehouse.frames.place import open_place
from warehouse.paths import RELEASES_FOLDER, SUMS_FILE
from warehouse.query.codebook import listed_codes
from warehouse.query.files import has_tables
from warehouse.query.labels import LANGUAGES, Language, code_words, listed_words
from warehouse.query.query import QueryError, arrow_batches, connect, no_tables
from warehouse.query.selected_rows import read_selection
from warehouse.query.selection import Selection, Words, Years, is_wild, no_such, select, several
from warehouse.query.views import figure_tables, wide_column
from warehouse.schema import Table, full_columns, load_tables
from warehouse.storage.store import Store

Listed = Mapping[str, Mapping[str, str]]
"""Column → codes that only the codebook lists, each with its words."""


class Warehouse:
    """A warehouse, or a release of one, as data frames of pandas.

    Warehouse("data/warehouse")                         a folder, or a URL such as "s3://bucket/warehouse"
        .tables, .columns("requests")                   what there is to read
        .read("requests", jurisdiction="CN-37*", years=range(2019, 2025), outcome="refused.*", applicant="total")
        .panel("requests", applicant="total")           one row for each body and year, one column for each figure
        .sql("SELECT … FROM requests_wide")             DuckDB's SQL, with all tables and views
        .evidence("0a1b2c3d4e5f6071-2024")              where each figure of a report stands in its source
        .releases, .release("2026-01-01")               frozen copies, read in the same way
        .to_arrow("requests", …)                        what .read reads, as an Arrow table with exact decimals

    Blanks are <NA>, never 0. Codes are ordered categoricals in the order of the official form. Errors are QueryError,
    and one line.
    """

    def __init__(self, place: str | Path = "data/warehouse") -> None:
        """Open the warehouse or release in a folder or at a URL. Raise QueryError if there is none."""
        self._place = str(place)
        self._opened = open_place(place)

    def __repr__(self) -> str:
        return f"Warehouse({self._place!r})"

    @property
    def _store(self) -> Store:
        """The files. Raise QueryError if there is no table among them, or none any more."""
        if not has_tables(self._opened):
            raise no_tables(self._opened)
        return self._opened

    @property
    def tables(self) -> pd.DataFrame:
        """The tables by name, each with what one row is, in English and Chinese."""
        rows = {name: (table.en, table.zh) for name, table in load_tables().items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["en", "zh"], dtype="string[pyarrow]")

    def columns(self, table: str) -> pd.DataFrame:
        """Return the columns of a table by name, each with its type, unit, codes and meaning."""
        declared = full_columns(select(table).table)
        facts = ("type", "unit", "values", "en", "zh")
        rows = [[getattr(column, fact) or None for fact in facts] for column in declared]
        return pd.DataFrame(rows, columns=list(facts), index=[column.name for column in declared])

    def read(
        self,
        table: str,
        /,
        *,
        jurisdiction: Words | None = None,
        years: Years | None = None,
        columns: Words | None = None,
        reconciled: bool = False,
        labels: Language | None = None,
        **conditions: object,
    ) -> pd.DataFrame:
        """Return the rows of a table, by year and jurisdiction; only files that the words leave are opened.

        `jurisdiction`: a code such as CN-371003, a wildcard such as CN-37* (a province and all below it), or several.
        `years`: a year, several, a range, or a text such as "2019-2024". `columns`: names, in the order wanted.
        `reconciled`: a value that is not printed becomes the one that the form's own sums force, where they do.
        `labels`: "zh" or "en" gives words in place of codes, "zh" those of the form.
        Any other keyword is a column with the code, the text or the number that it must have, or several of them;
        `*` and `?` stand for other characters: outcome="refused.*".
        Raise QueryError for words that the warehouse does not have.
        """
        selection = select(table, jurisdiction, years, columns, conditions, reconciled)
        return self._frame(selection, labels)

    def to_arrow(
        self,
        table: str,
        /,
        *,
        jurisdiction: Words | None = None,
        years: Years | None = None,
        columns: Words | None = None,
        reconciled: bool = False,
        **conditions: object,
    ) -> pa.Table:
        """Return what `read` reads as an Arrow table: codes as text, decimals exact. Take and raise as `read` does."""
        return read_selection(self._store, select(table, jurisdiction, years, columns, conditions, reconciled))

    def panel(
        self,
        table: str,
        /,
        *,
        index: Words = ("agency_id", "year"),
        jurisdiction: Words | None = None,
        years: Years | None = None,
        reconciled: bool = False,
        labels: Language | None = None,
        **conditions: object,
    ) -> pd.DataFrame:
        """Return a table of figures wide: one row for each report, by `index`, and one column for each figure.

        The columns are those of the wide views, such as refused_state_secret__total; with `labels` they have words.
        `index` names columns of `reports`. Conditions on columns of the table choose figures; those on columns of
        `reports`, such as agency_kind="government", choose reports. A report without a figure has <NA>, also one
        without the whole table. Rows of local tables (indicator local.N) are left out: only their labels say what they
        count. Raise QueryError as `read` does, and for reports that share an index, which it names.
        """
        chosen = _table_of_figures(table)
        codes = figure_codes(chosen)
        if "columns" in conditions:
            raise QueryError("a panel has a column for each figure: choose figures by their codes, not by columns")
        keys = _index(index)
        own = {column.name for column in full_columns(chosen)}
        of_figures = {name: words for name, words in conditions.items() if name in own}
        of_reports = {name: words for name, words in conditions.items() if name not in own or name == "report_id"}
        figures = select(table, jurisdiction, years, [*REPORT, *codes, "value"], of_figures, reconciled)
        reports = select("reports", jurisdiction, years, dict.fromkeys([*REPORT, *keys]), of_reports)
        name_of = partial(_figure_name, chosen, labels, self._listed(chosen, labels))
        frames = self._frame(figures, None), self._frame(reports, labels)
        return to_panel(*frames, keys, expected_figures(figures), name_of)

    def sql(self, query: str) -> pd.DataFrame:
        """Return the answer to one SELECT in DuckDB's SQL, with the same types as `read`, codes being text.

        All tables and views are there, and nothing can be written. A second column of one name gets a number: method_1.
        Raise QueryError.
        """
        if not isinstance(query, str):
            raise QueryError(f"{query!r} is no SQL: give one SELECT as text")
        with connect(self._store) as connection:
            schema, batches = arrow_batches(connection, query)
            rows = pa.Table.from_batches(batches, schema)
            return to_frame(rows.rename_columns(_distinct(rows.column_names)), {})

    def evidence(self, report_id: str) -> pd.DataFrame:
        """Return every figure of a report with its place in the source, and the findings that concern it.

        Page, grid, row, column and bbox are null where the source has none. Raise QueryError for an unknown report.
        """
        report = self._report(str(report_id))
        here: dict[str, Any] = {"jurisdiction": report["jurisdiction"], "years": report["year"], "report_id": report_id}
        figures = [(table, self.to_arrow(table.name, **here).to_pylist()) for table in figure_tables()]
        rows = evidence_of(figures, report, self.to_arrow("findings", **here).to_pylist())
        states = _codes(select("requests", columns="state"), None)
        return to_frame(rows, states)

    @property
    def releases(self) -> list[str]:
        """The names of the releases of this warehouse, the oldest first."""
        paths = (path.split("/") for path in self._store.names(RELEASES_FOLDER))
        return sorted(path[1] for path in paths if path[2:] == [SUMS_FILE] and not path[1].startswith("."))

    def release(self, date: str | datetime.date) -> Warehouse:
        """Return a release by its name or day. Raise QueryError, listing those that exist, if there is none of it."""
        if str(date) not in self.releases:
            known = f"there are {', '.join(self.releases)}" if self.releases else "`nianbao release` writes one"
            raise QueryError(f"no release {date} of {self._place}: {known}")
        return Warehouse(self._store.uri(f"{RELEASES_FOLDER}/{date}"))

    def _frame(self, selection: Selection, labels: Language | None) -> pd.DataFrame:
        if labels is not None and labels not in LANGUAGES:
            raise no_such("language of labels", labels, LANGUAGES)
        codes = _codes(selection, labels)
        frame = to_frame(read_selection(self._store, selection, codes), codes)
        for column, words in self._listed(selection.table, labels).items():
            if column in frame:
                frame[column] = in_words(frame[column], words)
        return frame

    def _listed(self, table: Table, labels: Language | None) -> Listed:
        """Return column → its codes with their words, for columns whose codes only the codebook lists."""
        if labels is None:
            return {}
        return {column: listed_words(labels, codes) for column, codes in listed_codes(self._store, table).items()}

    def _report(self, report_id: str) -> dict[str, Any]:
        """Return the row of a report, looked for where its agency is at home, and else everywhere."""
        agency, _, year = report_id.rpartition("-")
        places = self.read("agencies", columns="jurisdiction", agency_id=agency)["jurisdiction"]
        for jurisdiction in () if is_wild(report_id) else (*places, None):
            years = int(year) if jurisdiction and year.isdecimal() else None
            found = self.to_arrow("reports", jurisdiction=jurisdiction, years=years, report_id=report_id).to_pylist()
            if found:
                return dict(found[0])
        raise QueryError(f"no report {report_id}: reports lists them, as agency_id-year")


def _codes(selection: Selection, labels: Language | None) -> Codes:
    """Return the codes of the coded columns, in the order of their declaration."""
    table = selection.table
    coded = [column for column in full_columns(table) if column.values and column.name in selection.columns]
    return {
        column.name: {
            code: code_words(labels, table.name, column.name, code) if labels else code for code in column.values
        }
        for column in coded
    }


def _table_of_figures(name: object) -> Table:
    tables = {table.name: table for table in figure_tables()}
    if not isinstance(name, str) or name not in tables:
        raise no_such("table of figures", name, tables)
    return tables[name]


def _index(given: Words) -> list[str]:
    keys = [*map(str, several(given))]
    if not keys or len(set(keys)) < len(keys):
        raise QueryError("name at least one column in index, and each once")
    return keys


def _distinct(names: Iterable[str]) -> list[str]:
    """Return names with numbers behind those that were there before: method, method_1."""
    distinct: dict[str, None] = {}
    for name in names:
        candidates = (name, *(f"{name}_{number}" for number in range(1, len(distinct) + 1)))
        distinct[next(one for one in candidates if one not in distinct)] = None
    return [*distinct]


def _figure_name(table: Table, labels: Language | None, listed: Listed, figure: Figure) -> str:
    if labels is None:
        return wide_column(figure)
    named = zip(figure_codes(table), figure, strict=True)
    words = (listed.get(column, {}).get(code) or code_words(labels, table.name, column, code) for column, code in named)
    return "_".join(words) if labels == "zh" else ", ".join(words)
