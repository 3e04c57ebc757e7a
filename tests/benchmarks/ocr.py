"""How long pictures of pages → tables and text take, against RapidOCR alone on the same pictures.

Also what it takes to find the tables in what was read, with second looks at the figures that no sum settles.
"""

from __future__ import annotations

import cv2
import rapidocr

from extractors.document import Document
from extractors.scans.ocr import THREADS
from extractors.scans.page_image import read_picture
from extractors.scans.pages import PagePart, numbered
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import compare
from tests.support.reports.scan import Page, pages_of
from tests.support.sample_portal.catalogue import PDF, truth
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from transforms.tables.document_view import DocumentView
from transforms.tables.match import match

_DPI = 150


def run() -> Measured:
    """Print our reading of the pages of one report against RapidOCR's detection and recognition of them."""
    report = next(one for one in truth() if one.media_type == PDF and one.year >= 2021)
    body = render_pdf(report.agency, report.year, compose(report.figures, report.published_on))
    pages = list(pages_of(body, _DPI))
    # As many threads as ours has; the other settings are RapidOCR's own.
    alone = rapidocr.RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": THREADS}
    )
    scan = compare(f"read {len(pages)} scans", lambda: _read(pages), lambda: _recognise(alone, pages), "RapidOCR")
    document = Document("image/png", "ocr", numbered(_read(pages)))
    compare(
        "look again where no sum holds",
        lambda: match([DocumentView(document)], report.year),
        lambda: _read(pages),
        "reading",
        3,
    )
    return {"read_scan": scan}


def _read(pages: list[Page]) -> list[PagePart]:
    return [part for number, page in enumerate(pages, start=1) for part in read_picture(page, number).parts]


def _recognise(alone: rapidocr.RapidOCR, pages: list[Page]) -> None:
    for page in pages:
        assert alone(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))
