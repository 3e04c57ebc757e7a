"""Rows of one report of the sample portal, for benchmarks of the warehouse."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.reader import read_documents
from tests.support.sample_portal.catalogue import HTML, truth
from tests.support.sample_portal.site import Site
from transforms.report import Context, interpret, rows_of
from transforms.rows import ReportSource, Row


def sample_rows() -> dict[str, list[Row]]:
    """Table → rows of a web page with the three tables of the form."""
    report = next(one for one in truth() if one.media_type == HTML and one.year == 2022)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    source = ReportSource("http://example.org/", "0" * 64, HTML, moment, moment, moment, "benchmark")
    page = Site().get(report.path)
    assert page is not None
    return rows_of(interpret(read_documents(page.body), Context()), source)
