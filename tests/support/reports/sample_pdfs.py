"""The sample portal's PDF reports, each read once."""

from __future__ import annotations

from functools import cache
from itertools import islice

from extractors.document import Document
from extractors.formats.pdf import read
from tests.support.sample_portal.catalogue import PDF, PublishedReport, truth
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose

PDF_REPORTS = [report for report in truth() if report.media_type == PDF]


def read_sample(report: PublishedReport) -> tuple[Document, Document]:
    """Its text flow, and what its ruled lines give."""
    return _read(PDF_REPORTS.index(report))


@cache
def _read(number: int) -> tuple[Document, Document]:
    report = PDF_REPORTS[number]
    flow, ruled = islice(read(render_pdf(report.agency, report.year, compose(report.figures, report.published_on))), 2)
    return flow, ruled
