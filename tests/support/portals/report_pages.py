"""Pages of reports whose tables stand elsewhere: in pictures, in files, in other pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.support.reports.random_reports import COUNTY, Printed, Printer, as_drawn, decorated, sparse
from tests.support.reports.scan import Scanner, pictures_of_tables
from tests.support.sample_portal.page import render_article, render_parts
from tests.support.sample_portal.prose import Heading, Part
from tests.support.sample_portal.tables import Table

AGENCY = f"{COUNTY}人民政府"
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("", "/", "—"))
YEARS = (2016, 2020, 2023)


def article(printed: Printed, inner: str) -> str:
    return render_article(printed.title, AGENCY, date(2021, 3, 20), inner)


def without_tables(printed: Printed, instead: Callable[[int], str]) -> str:
    """Return the page of a report with `instead` in the place of each table; if that is None, the table stays."""
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
    """Return the function that gives the markup which shows the pictures of a table."""
    names = [[f"W{table}{number}.png" for number in range(len(own))] for table, own in enumerate(pictures)]
    return lambda table: "".join(f'<p align="center"><img src="./{name}" width="700"></p>' for name in names[table])
