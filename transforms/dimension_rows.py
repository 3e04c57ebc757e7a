"""Rows of the dimension tables: the divisions that reports belong to, and the codes in the form's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from transforms.checks.checks import checks
from transforms.forms.layout import layouts
from transforms.jurisdictions.divisions import Division, jurisdictions
from transforms.panel_checks.declared import panel_checks
from transforms.prose.lexicon import lexicon
from transforms.rows import Row, columns_of


def jurisdiction_rows(divisions: Mapping[str, str]) -> list[Row]:
    """Return the rows of `jurisdictions`: the national list, and those of `divisions` (code → name) not in it."""
    own = [
        Division(code, name, _level(code), None, name, None, None, (), ())
        for code, name in divisions.items()
        if code not in jurisdictions()
    ]
    return [_row(division) for division in (*jurisdictions().values(), *own)]


def _level(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def _row(division: Division) -> Row:
    return columns_of(division) | {
        "former_names": list(division.former_names),
        "successors": list(division.successors),
    }


def codebook_rows() -> list[Row]:
    """Return the rows of `codebook`: every code of a form with its official label, by edition, and codes of our own."""
    rows: dict[tuple[str, ...], Row] = {}
    for layout in layouts():
        for table in layout.tables:
            for block in table.blocks:
                for label in (*block.rows, *block.columns):
                    for column, code in label.codes.items():
                        words = label.under if column == "channel" else label.labels[0]
                        row = {"table": table.table, "column": column, "code": code, "layout": layout.edition}
                        rows.setdefault(tuple(row.values()), {**row, "label": words})
    return [*rows.values(), *_own_codes()]


def _own_codes() -> Iterator[Row]:
    """Yield the rows of codes that no form quotes: checks and figures of prose."""
    of_columns = {
        ("findings", "check"): checks(),
        ("panel_findings", "check"): panel_checks(),
        ("statements", "metric"): [metric.code for metric in lexicon().metrics],
    }
    for (table, column), codes in of_columns.items():
        for code in codes:
            yield {"table": table, "column": column, "code": code, "layout": None, "label": None}
