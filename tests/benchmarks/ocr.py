"""How long pictures of pages → tables and text take, against RapidOCR alone on the same pictures."""

from __future__ import annotations

import cv2
import rapidocr

from extractors.scans.ocr import THREADS
from extractors.scans.page_image import read_picture
from tests.benchmarks.measure import compare
from tests.support.reports.scan import Page, pages_of
from tests.support.sample_portal.catalogue import PDF, truth
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose

_DPI = 150


def run() -> None:
    """Print our reading of the pages of one report against RapidOCR's detection and recognition of them."""
    report = next(one for one in truth() if one.media_type == PDF and one.year >= 2021)
    body = render_pdf(report.agency, report.year, compose(report.figures, report.published_on))
    pages = list(pages_of(body, _DPI))
    # As many threads as ours has; the other settings are RapidOCR's own.
    alone = rapidocr.RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": THREADS}
    )
    compare(f"read {len(pages)} pictures of pages", lambda: _read(pages), lambda: _recognise(alone, pages), "RapidOCR")


def _read(pages: list[Page]) -> None:
    for number, page in enumerate(pages, start=1):
        assert read_picture(page, number).parts


def _recognise(alone: rapidocr.RapidOCR, pages: list[Page]) -> None:
    for page in pages:
        assert alone(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))
