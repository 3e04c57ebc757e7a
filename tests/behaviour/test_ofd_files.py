"""Figures in, figures out: reports as OFD files in the ways in which makers of such files draw them."""

from __future__ import annotations

from random import Random

import pytest

from extractors.reader import read_documents
from tests.support.reports.figures import figures_of
from tests.support.reports.ofd import WAYS, draw_ofd, lay_out_as
from tests.support.reports.random_reports import (
    Printed,
    Printer,
    as_drawn,
    decorated,
    misprint,
    print_report,
    sparse,
    zeros_blank,
)
from transforms.report import Context, interpret

YEARS = (2018, 2020, 2023)
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("", "/", "—"), zeros_blank)
OPEN = frozenset({"no rules"})
"""Ways that may leave open what belongs together: lines of a label beside figures, without rules between rows."""
MANY_REPORTS = 1_000


def _printed(year: int, seed: int) -> Printed:
    printed = print_report(year, seed, PRINTERS[seed % len(PRINTERS)])
    return misprint(printed, Random(seed)) if seed % 3 == 2 else printed


def _is_doubtful(seed: int) -> bool:
    """Return whether misprinted labels, or marks in the place of numbers, may leave a doubt although all is read."""
    return seed % 3 == 2 or seed % len(PRINTERS) == 2


def _check(name: str, year: int, seed: int) -> None:
    printed = _printed(year, seed)
    body = draw_ofd(lay_out_as(printed.title, printed.parts, WAYS[name], seed), WAYS[name])
    report = interpret(read_documents(body), Context())
    read = figures_of(report)
    different = {key for key, number in printed.expected.items() if key not in read or read[key] != number}
    told = f"{name}, {year}, seed {seed}"
    assert {key[0] for key in different} <= {finding.table for finding in report.findings}, told
    assert (report.year, report.agency) == (year, "甲子县人民政府"), told
    assert report.matched.document.media_type == "application/ofd"
    if name not in OPEN:
        assert different == set(), told
        assert report.status == "complete" or _is_doubtful(seed), told


@pytest.mark.parametrize(
    ("seed", "name", "year"),
    [(at, name, YEARS[at % len(YEARS)]) for at, name in enumerate([*WAYS] * 2)],
)
def test_figures_are_read_as_printed(seed: int, name: str, year: int) -> None:
    _check(name, year, seed)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("year", YEARS)
def test_many_files_are_read_as_printed(year: int) -> None:
    names = list(WAYS)
    for seed in range(1_000, 1_000 + MANY_REPORTS // len(YEARS) + 1):
        _check(names[seed % len(names)], year, seed)
