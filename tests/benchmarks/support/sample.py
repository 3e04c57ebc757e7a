"""Rows of reports of the sample portal with other figures, for benchmarks of the warehouse."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from extractors.reader import read_documents
from tests.support.sample_portal.catalogue import HTML, truth
from tests.support.sample_portal.site import Site
from transforms.report import Context, interpret, rows_of
from transforms.rows import ReportSource
from warehouse.publish.read import Rows
from warehouse.schema import Row

Contents = Sequence[Rows]
"""The rows of some partitions."""


@cache
def sample_rows() -> dict[str, list[dict[str, object]]]:
    """Table → rows of a web page with the three tables of the form."""
    report = next(one for one in truth() if one.media_type == HTML and one.year == 2022)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    source = ReportSource("http://example.org/", "0" * 64, HTML, moment, moment, moment, "benchmark")
    page = Site().get(report.path)
    assert page is not None
    return rows_of(interpret(read_documents(page.body), Context()), source)


def contents_of(partitions: int, reports: int) -> Contents:
    """Return the rows of so many partitions with so many reports each: one report, each time with other figures."""
    numbers = random.Random(10)
    return [_content(f"{number:08x}", reports, numbers) for number in range(partitions)]


def _content(prefix: str, reports: int, numbers: random.Random) -> Rows:
    return {
        table: [_another(row, f"{prefix}{report:08x}", numbers) for report in range(reports) for row in rows]
        for table, rows in sample_rows().items()
    }


def _another(row: Row, report: str, numbers: random.Random) -> Row:
    """Return a row for another report, with another figure if it has one."""
    if not isinstance(row.get("value"), int):
        return {**row, "report_id": report}
    value = numbers.choice((0, 0, 0, 1, 2, numbers.randrange(10_000)))
    return {**row, "report_id": report, "value": value, "raw": str(value)}
