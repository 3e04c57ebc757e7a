"""How long bytes → checked rows take, against the libraries that people use for the first half of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import partial

import pdfplumber
from bs4 import BeautifulSoup

from extractors.reader import read_documents
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.measure import compare
from tests.support.sample_portal.catalogue import HTML, PDF, truth
from tests.support.sample_portal.site import Site
from transforms.chapters.chapters import split_chapters
from transforms.prose.facts import Facts, read_facts
from transforms.report import Context, assemble, interpret_each, rows_of
from transforms.rows import ReportSource
from transforms.tables.document_view import DocumentView
from transforms.tables.match import Matched, match

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SOURCE = ReportSource("http://example.org/", "0" * 64, HTML, _MOMENT, _MOMENT, _MOMENT, "benchmark")


def run() -> Measured:
    """Print HTML against a bare BeautifulSoup parse, PDF against pdfplumber's tables of all pages."""
    site = Site()
    pages, files = _bodies(site, HTML), _bodies(site, PDF)
    page = compare(f"read {len(pages)} pages", lambda: _read(pages), lambda: _soup(pages), "BeautifulSoup")
    pdf = compare(f"read {len(files)} PDF", lambda: _read(files), lambda: _plumb(files), "pdfplumber extract_tables()")
    for kind, bodies in (("pages", pages), ("PDF", files)):
        compare(f"check and tidy {kind}", partial(_finish, _match(bodies)), partial(_match, bodies), "reading them")
    return {"read_page": page, "read_pdf": pdf}


def _bodies(site: Site, media_type: str) -> list[bytes]:
    found = (site.get(report.path) for report in truth() if report.media_type == media_type)
    return [resource.body for resource in found if resource]


def _read(bodies: list[bytes]) -> None:
    for body in bodies:
        (report,) = interpret_each(read_documents(body), Context(agency="甲子县人民政府"))
        assert report.status == "complete"
        assert rows_of(report, _SOURCE)


def _match(bodies: list[bytes]) -> list[tuple[Facts, Matched]]:
    """Do the first half: bytes → facts and tables as printed."""
    documents = [next(read_documents(body)) for body in bodies]
    facts = [read_facts(document, split_chapters(document.parts)) for document in documents]
    return [(fact, match([DocumentView(document)], fact.year)) for fact, document in zip(facts, documents, strict=True)]


def _finish(matched: list[tuple[Facts, Matched]]) -> None:
    """Do the second half: prose, checks, rows."""
    for facts, printed in matched:
        assert rows_of(assemble(facts, printed, Context(agency="甲子县人民政府")), _SOURCE)


def _soup(bodies: list[bytes]) -> None:
    for body in bodies:
        BeautifulSoup(body, "lxml")


def _plumb(bodies: list[bytes]) -> None:
    for body in bodies:
        with pdfplumber.open(io.BytesIO(body)) as document:
            for page in document.pages:
                page.extract_tables()
