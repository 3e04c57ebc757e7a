"""Figures in, figures out: reports as web pages in every markup that editors leave, with misprinted labels."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from extractors.reader import read_documents
from tests.support.reports.figures import figures_of
from tests.support.reports.html import MARKUPS, Markup, render_html
from tests.support.reports.random_reports import (
    COUNTY,
    Printed,
    Printer,
    as_drawn,
    decorated,
    misprint,
    print_report,
    sparse,
    with_units,
    zeros_blank,
)
from transforms.report import Context, Report, interpret

YEARS = (2018, 2020, 2023)
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, with_units, sparse("", "/", "—", "\u00a0"), zeros_blank)
SEEDS = range(5)  # of each year and markup, each printed in another way
LONG_SEEDS = range(1000, 1150)


def _printed(year: int, seed: int, random: Random) -> Printed:
    """Return a report of which every second one has misprinted labels."""
    printed = print_report(year, seed, PRINTERS[seed % len(PRINTERS)])
    return misprint(printed, random) if seed % 2 else printed


def _score(printed: Printed, report: Report) -> Counter[str]:
    """Cells, and how many are wrong, missing, or either without a finding for their table."""
    read, flagged = figures_of(report), {finding.table for finding in report.findings}
    keys = printed.expected.keys() | read.keys()
    misread = [key for key in keys if key not in read or read[key] != printed.expected.get(key)]
    return Counter(
        cells=len(printed.expected),
        wrong=sum(read.get(key) is not None for key in misread),
        missing=sum(read.get(key) is None for key in misread),
        silent=sum(key[0] not in flagged for key in misread),
    )


def _check(markup: Markup, year: int, seeds: range) -> None:
    for seed in seeds:
        random = Random(seed)
        printed = _printed(year, seed, random)
        report = interpret(read_documents(render_html(printed.title, printed.parts, markup, random)), Context())
        score = _score(printed, report)
        assert score["cells"] == score.total(), f"seed {seed}: {dict(score)}, {report.findings}"
        assert (report.status, report.facts.title) == ("complete", printed.title), f"seed {seed}"
        assert report.agency == f"{COUNTY}人民政府"
        assert "数据统计期限" in report.chapters[0].text
        assert any("按月提醒各单位更新栏目" in chapter.text for chapter in report.chapters)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_pages_of_every_markup_are_read_as_printed(markup: Markup, year: int) -> None:
    _check(markup, year, SEEDS)


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_many_pages_are_read_as_printed(markup: Markup, year: int) -> None:
    _check(markup, year, LONG_SEEDS)
