"""How often a page is parsed between fetch and rows: once, and once more if it is read with its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from extractors import media_type
from flows.cli.extract import read_file
from flows.documents.parse import ParseResult, Task, parse
from flows.workers.limits import ReadLimits
from flows.workers.pool import Readers
from tests.flows.documents.test_page_parts import HERE, Site, put_pictures
from tests.flows.documents.test_page_parts import site as site
from tests.support.portals.report_pages import AGENCY, article, shown, table_pictures, without_tables
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.pdf import render_pdf

PRINTED = print_report(2023, 7, as_drawn)
PICTURES = table_pictures(PRINTED, 2023, 7, first=2)
MARK = "counted"


@dataclass
class Work:
    """How often pages with the MARK were parsed, and how often their media type was determined."""

    parsed: int = 0
    typed: int = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Count the work on pages; documents are read in this process."""
    work, parse_page, type_of_text = Work(), html.document_fromstring, media_type._text

    def counted_parse(text: bytes, parser: html.HTMLParser) -> html.HtmlElement:
        work.parsed += MARK.encode() in text
        return parse_page(text, parser=parser)

    def counted_type(text: str) -> str:
        work.typed += MARK in text
        return type_of_text(text)

    def submit(_: Readers, task: Task) -> Callable[[], ParseResult]:
        result = parse(task)
        return lambda: result

    monkeypatch.setattr(html, "document_fromstring", counted_parse)
    monkeypatch.setattr(media_type, "_text", counted_type)
    monkeypatch.setattr(Readers, "submit", submit)
    return work


def marked(page: str) -> str:
    return page.replace("</head>", f'<meta name="{MARK}" content="yes"></head>')


def test_a_page_with_all_tables_is_parsed_once(site: Site, work: Work) -> None:
    site.list_page(PRINTED.title, marked(without_tables(PRINTED, lambda table: "")))
    assert site.place.crawl().counts.published == 1
    assert (work.parsed, work.typed) == (1, 1)


def test_a_page_whose_report_is_a_file_is_parsed_once(site: Site, work: Work) -> None:
    site.put(f"{HERE}1.pdf", render_pdf(AGENCY, 2023, PRINTED.parts))
    site.list_page(PRINTED.title, marked(article(PRINTED, '<p>附件：<a href="1.pdf">年度报告</a></p>')))
    assert site.place.crawl().counts.published == 1
    assert site.place.ask("SELECT media_type, status FROM reports") == [("application/pdf", "complete")]
    assert (work.parsed, work.typed) == (1, 1)


def test_a_page_read_with_its_pictures_is_parsed_twice(site: Site, work: Work) -> None:
    put_pictures(site, PICTURES)
    site.list_page(PRINTED.title, marked(without_tables(PRINTED, shown(PICTURES))))
    assert site.place.crawl().counts.published == 1
    assert site.place.ask("SELECT method, status FROM reports") == [("markup_grid+ocr", "complete")]
    assert (work.parsed, work.typed) == (2, 1)


def test_a_page_that_has_not_changed_is_parsed_once_for_its_parts(site: Site, work: Work) -> None:
    site.list_page(PRINTED.title, marked(without_tables(PRINTED, lambda table: "")))
    site.place.crawl()
    assert site.place.crawl().counts.read == 0
    assert (work.parsed, work.typed) == (2, 2)


@pytest.mark.parametrize(("pictures", "parses"), [(False, 1), (True, 2)])
def test_a_saved_page_is_parsed_as_often_when_it_is_extracted(
    tmp_path: Path, work: Work, pictures: bool, parses: int
) -> None:
    for table, own in enumerate(PICTURES):
        for number, body in enumerate(own):
            (tmp_path / f"W{table}{number}.png").write_bytes(body)
    markup = shown(PICTURES) if pictures else lambda table: ""
    (tmp_path / "page.html").write_text(marked(without_tables(PRINTED, markup)), "utf-8")
    (rows,) = read_file(tmp_path / "page.html", ReadLimits(60, 4000, 1))
    assert rows["reports"][0]["status"] == "complete"
    assert (work.parsed, work.typed) == (parses, 1)
