"""The views over the tables: wide tables, reconciled values, what is lacking, and everything in Chinese.

Owns the SQL of the views, generated from the tables' declarations and `views.yml`. Keys pass through every view
unchanged, so that filters on jurisdiction and year still choose the files that are opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

from nianbao import Declaration, read_declaration
from warehouse.schema import PARTITION_KEYS, Column, Table, full_columns, load_tables

_FILE = Path(__file__).parent / "views.yml"
_REPORT = (*PARTITION_KEYS, "report_id")
_SHARED = "evidence"
"""The key in `words` for columns that several tables have."""


class Wide(Declaration):
    """A table with one row a report: which codes name a figure, and which figures there are."""

    table: str
    codes: tuple[str, str]
    figures: Literal["all"] | dict[str, tuple[str, ...]]


class Vocabulary(Declaration):
    """Chinese names of tables and views, the words for codes (table → column → code → word), and the wide tables."""

    names: dict[str, str]
    columns: dict[str, str]
    words: dict[str, dict[str, dict[str, str]]]
    wide: dict[str, Wide]


@cache
def vocabulary() -> Vocabulary:
    """Return the contents of `views.yml`."""
    return read_declaration(_FILE, Vocabulary)


@cache
def views() -> Mapping[str, str]:
    """Return view → its SELECT, ordered so that each reads only tables and earlier views.

    >>> list(views())[:4]
    ['requests_wide', 'disclosures_wide', 'reconciled', 'latest']
    """
    own = {name: _wide(wide) for name, wide in vocabulary().wide.items()}
    own |= {"reconciled": _reconciled(chinese=False), "latest": _LATEST}
    own |= {"report_states": _report_states(), "complete_years": _complete_years()}
    names = vocabulary().names
    chinese = {names[name]: _in_chinese(table, name) for name, table in load_tables().items()}
    chinese |= {names[name]: _wide_in_chinese(name, wide) for name, wide in vocabulary().wide.items()}
    chinese[names["reconciled"]] = _reconciled(chinese=True)
    chinese[names["latest"]] = _in_chinese(load_tables()["reports"], "latest")
    chinese[names["report_states"]] = _in_chinese(load_tables()["coverage"], "report_states")
    renamed = ", ".join(
        f"{name} AS {_name(_name_of(name))}" for name in (*PARTITION_KEYS, "published", "not_published")
    )
    chinese[names["complete_years"]] = f"SELECT {renamed} FROM complete_years"
    return own | chinese


_LATEST = """\
SELECT * EXCLUDE (newest) FROM (
    SELECT *, row_number() OVER (
        PARTITION BY jurisdiction, coalesce(agency_id, agency) ORDER BY year DESC, report_id
    ) AS newest
    FROM reports
) WHERE newest = 1"""


def preference() -> str:
    """Return SQL for the place of a row's state among those of `coverage`: where portals differ, the first holds."""
    places = " ".join(f"WHEN {_text(state)} THEN {place}" for place, state in enumerate(_states()))
    return f"CASE state {places} END"


def _states() -> tuple[str, ...]:
    (states,) = (column.values for column in load_tables()["coverage"].columns if column.name == "state")
    return states


def _report_states() -> str:
    """Return the SELECT of one row of coverage for each report: where portals differ on it, the best that one says."""
    return f"""\
SELECT * EXCLUDE (choice) FROM (
    SELECT *, row_number() OVER (
        PARTITION BY jurisdiction, year, agency_id ORDER BY {preference()}, portal
    ) AS choice
    FROM coverage WHERE agency_id IS NOT NULL
) WHERE choice = 1"""


_COMPLETE_YEARS = """\
SELECT jurisdiction, year,
    count(*) FILTER (best = {published}) AS published, count(*) FILTER (best = {not_published}) AS not_published
FROM (
    SELECT jurisdiction, year, min({preference}) AS best, NULL AS whole
    FROM coverage WHERE agency_id IS NOT NULL GROUP BY jurisdiction, year, agency_id
    UNION ALL
    SELECT jurisdiction, year, NULL AS best, list_complete AS whole FROM coverage WHERE agency_id IS NULL
)
GROUP BY jurisdiction, year
HAVING bool_and(whole) AND bool_and(best IN ({published}, {not_published})) AND bool_or(best = {published})"""
"""All portals' lists that should name reports of the year were read to their end, and what they name is published.

A report that is there only in part, is in quarantine, or could not be had makes its year incomplete. One that was not
published does not, since nobody can have it; it is counted. A year without any published report is not complete, nor
is one that no list was read for, as of files from disk.
"""


def _complete_years() -> str:
    states = _states()
    places = {state: states.index(state) for state in ("published", "not_published")}
    return _COMPLETE_YEARS.format(preference=preference(), **places)


def wide_figures(wide: Wide) -> list[tuple[str, str]]:
    """Return the pairs of codes that are columns of a wide table, in the form's order."""
    if wide.figures == "all":
        declared = {column.name: column.values for column in load_tables()[wide.table].columns}
        return list(product(declared[wide.codes[0]], declared[wide.codes[1]]))
    return [(first, second) for first, seconds in wide.figures.items() for second in seconds]


def wide_column(codes: tuple[str, ...]) -> str:
    """Return the column of a figure in a wide table.

    >>> wide_column(("refused.state_secret", "natural_person"))
    'refused_state_secret__natural_person'
    """
    return "__".join(code.replace(".", "_") for code in codes)


def _wide(wide: Wide) -> str:
    """Return the SELECT of a wide table.

    Not a join: keys pass through UNION and GROUP BY, so that in both tables only the files asked for are opened.
    """
    first, second = wide.codes
    figures = ",\n    ".join(
        f"max(CASE WHEN {first} = {_text(codes[0])} AND {second} = {_text(codes[1])} THEN value END)"
        f" AS {wide_column(codes)}"
        for codes in wide_figures(wide)
    )
    keys = ", ".join(_REPORT)
    return f"""\
SELECT {keys}, max(agency) AS agency,
    {figures}
FROM (
    SELECT {keys}, agency, NULL AS {first}, NULL AS {second}, NULL AS value FROM reports
    UNION ALL
    SELECT {keys}, NULL AS agency, {first}, {second}, value FROM {wide.table}
) GROUP BY {keys}"""


def _wide_in_chinese(name: str, wide: Wide) -> str:
    first, second = (vocabulary().words[wide.table][column] for column in wide.codes)
    columns = {column.name: column.zh for column in full_columns(load_tables()["reports"])}
    renamed = {key: columns[key] for key in (*_REPORT, "agency")}
    renamed |= {wide_column(codes): f"{first[codes[0]]}_{second[codes[1]]}" for codes in wide_figures(wide)}
    return f"SELECT {', '.join(f'{old} AS {_name(new)}' for old, new in renamed.items())} FROM {name}"


def figure_tables() -> list[Table]:
    """Return the tables of figures: those whose cells can have an implied value."""
    return [table for table in load_tables().values() if any(column.name == "implied" for column in table.columns)]


def _reconciled(*, chinese: bool) -> str:
    return "\nUNION ALL\n".join(_reconciled_table(table, chinese=chinese) for table in figure_tables())


def _reconciled_table(table: Table, *, chinese: bool) -> str:
    """Return a SELECT of one table's figures, named by their codes joined by /: the printed value, else the implied."""
    columns = {column.name: column for column in full_columns(table)}
    codes = [columns[name] for name in table.key if name != "report_id"]
    value = columns["value"]
    unit = "unit" if "unit" in columns else _text(value.unit) if value.unit else "NULL"
    origin = "CASE WHEN value IS NOT NULL THEN 'printed' WHEN implied IS NOT NULL THEN 'implied' END"
    shown = {name: name for name in _REPORT} | {
        "table": _text(vocabulary().names[table.name] if chinese else table.name),
        "figure": " || '/' || ".join(_word(table, code) if chinese else code.name for code in codes),
        "value": "CAST(coalesce(value, implied) AS DECIMAL(20, 4))",
        "unit": unit,
        "origin": _cases(vocabulary().words[_SHARED]["origin"], origin) if chinese else origin,
    }
    names = {name: _name_of(name) if chinese else name for name in shown}
    return f"SELECT {', '.join(f'{sql} AS {_name(names[name])}' for name, sql in shown.items())} FROM {table.name}"


def _name_of(column: str) -> str:
    """Return the Chinese name of a column of `reconciled`."""
    names = {declared.name: declared.zh for declared in full_columns(load_tables()["disclosures"])}
    return (names | vocabulary().columns)[column]


def _in_chinese(table: Table, source: str) -> str:
    """Return a SELECT of a table, or of a view with its columns, with Chinese names of columns and words for codes."""
    columns = ", ".join(f"{_word(table, column)} AS {_name(column.zh)}" for column in full_columns(table))
    return f"SELECT {columns} FROM {source}"


def _word(table: Table, column: Column) -> str:
    """Return SQL for a column's value: the words for its codes if they are declared, else the value itself."""
    words = vocabulary().words
    own = words.get(table.name, {}).get(column.name) or words[_SHARED].get(column.name)
    if column.name == "table":
        own = {name: vocabulary().names[name] for name in load_tables()}
    return _cases(own, _name(column.name)) if own else _name(column.name)


def _cases(words: Mapping[str, str], sql: str) -> str:
    cases = " ".join(f"WHEN {_text(code)} THEN {_text(word)}" for code, word in words.items())
    return f"CASE {sql} {cases} ELSE {sql} END"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
