"""A thousand scanned reports over the three layouts: nearly every cell is right, and no error is silent."""

from __future__ import annotations

from collections import Counter

import pytest

from extractors.reader import read_documents
from tests.support.reports.random_reports import COUNTY, Printer, as_drawn, decorated, print_report, sparse, zeros_blank
from tests.support.reports.scan import Scanner, scanned_pdf
from tests.support.reports.score import Score, score
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import Heading
from tests.support.sample_portal.tables import Table
from transforms.report import Context, interpret

AGENCY = f"{COUNTY}人民政府"
YEARS = (2018, 2020, 2023)
RESOLUTIONS = (150, 200)
PRINTERS: tuple[Printer, ...] = (as_drawn, decorated, sparse("/", "—", "", share=0.15), zeros_blank)
CHUNKS, REPORTS = 51, 20
WHOLE = 25  # every so manieth report with its prose, the others with title, headings and tables alone
LEAST_RIGHT = 0.995


def read_scan(number: int) -> tuple[int, int, Score]:
    """Layout's year, resolution and score of the scan of a number."""
    year, resolution = YEARS[number % 3], RESOLUTIONS[number // 3 % 2]
    printed = print_report(year, 10_000 + number, PRINTERS[number // 6 % 4])
    whole = number % WHOLE == 1
    parts = [part for part in printed.parts if whole or isinstance(part, Heading | Table)]
    body = scanned_pdf(render_pdf(AGENCY, year, parts), Scanner(resolution), number)
    return year, resolution, score(interpret(read_documents(body), Context(agency=AGENCY)), printed.expected)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_scanned_reports(chunk: int) -> None:
    counts: Counter[str] = Counter()
    lost: list[object] = []
    for number in range(chunk * REPORTS, (chunk + 1) * REPORTS):
        year, resolution, found = read_scan(number)
        counts[f"{year} at {resolution} dpi: cells"] += found.cells
        for kind in ("wrong", "missing", "silent"):
            counts[f"{year} at {resolution} dpi: {kind}"] += len(getattr(found, kind))
        lost += [(number, found)] if found.wrong or found.missing else []
    print(*(f"{name} {count}" for name, count in sorted(counts.items())), *lost, sep="\n")  # noqa: T201
    cells, wrong, missing, silent = (
        sum(count for name, count in counts.items() if name.endswith(kind))
        for kind in ("cells", "wrong", "missing", "silent")
    )
    assert silent == 0
    assert wrong + missing <= (1 - LEAST_RIGHT) * cells
