"""The sample portal's PDF reports, each read once."""

from __future__ import annotations

from functools import cache

from extractors.document import Document
from extractors.formats.pdf import read
from extractors.portals.sample.catalogue import PDF, PublishedReport, truth
from extractors.portals.sample.pdf import render_pdf
from extractors.portals.sample.prose import compose

PDF_REPORTS = [report for report in truth() if report.media_type == PDF]


def read_sample(report: PublishedReport) -> tuple[Document, Document]:
    """Its text flow, and what its ruled lines give."""
    return _read(PDF_REPORTS.index(report))


@cache
def _read(number: int) -> tuple[Document, Document]:
    report = PDF_REPORTS[number]
    flow, ruled = read(render_pdf(report.agency, report.year, compose(report.figures, report.published_on)))
    return flow, ruled
