"""Pages of reports whose tables stand elsewhere, and the figures that were published or told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from extractors.portals.sample.page import render_article, render_parts
from extractors.portals.sample.prose import Heading, Part
from extractors.portals.sample.tables import Table
from tests.support.reports.printed import COUNTY, Expected, Printed, Printer, as_drawn, decorated, sparse
from tests.support.reports.scan import Scanner, pictures_of_tables
from tests.support.warehouse.place import Place
from transforms.forms.layout import code_columns
from transforms.rows import Row

AGENCY = f"{COUNTY}人民政府"
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("", "/", "—"))
YEARS = (2016, 2020, 2023)


def published(place: Place) -> Expected:
    """Every published figure by table and codes."""
    found: Expected = {}
    for table, names in code_columns().items():
        for *key, value in place.ask(f"SELECT {', '.join(names)}, value FROM {table}"):
            found[table, *map(str, key)] = None if value is None else Decimal(str(value))
    return found


def told_figures(rows: Mapping[str, Sequence[Row]]) -> Expected:
    """The figures among the rows of one report by table and codes."""
    return {
        (table, *(str(row[name]) for name in names)): None if row["value"] is None else Decimal(str(row["value"]))
        for table, names in code_columns().items()
        for row in rows.get(table, ())
    }


def article(printed: Printed, inner: str) -> str:
    return render_article(printed.title, AGENCY, date(2021, 3, 20), inner)


def without_tables(printed: Printed, instead: Callable[[int], str]) -> str:
    """The page of a report with something else in the place of each table; the table where that is nothing."""
    number = 0
    pieces = []
    for part in printed.parts:
        other = instead(number) if isinstance(part, Table) else None
        number += isinstance(part, Table)
        pieces.append(other or render_parts([part]))
    return article(printed, "\n".join(pieces))


def tables(printed: Printed) -> list[Part]:
    return [part for part in printed.parts if isinstance(part, Table)]


def table_pictures(printed: Printed, year: int, seed: int, first: int = 0) -> list[list[bytes]]:
    """For each table from number `first` the PNGs that show it, in their order; none for those before."""
    heading = Heading("统计表")
    scanned = [
        pictures_of_tables(AGENCY, year, [heading, table], Scanner(150), seed) for table in tables(printed)[first:]
    ]
    return [[]] * first + scanned


def shown(pictures: list[list[bytes]]) -> Callable[[int], str]:
    """The markup that shows the pictures of a table."""
    names = [[f"W{table}{number}.png" for number in range(len(own))] for table, own in enumerate(pictures)]
    return lambda table: "".join(f'<p align="center"><img src="./{name}" width="700"></p>' for name in names[table])
