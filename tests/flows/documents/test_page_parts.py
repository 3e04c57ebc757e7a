"""Reports whose tables or text are in other files of their page: crawled from a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.portals.report_pages import (
    AGENCY,
    PRINTERS,
    YEARS,
    article,
    shown,
    table_pictures,
    tables,
    without_tables,
)
from tests.support.reports.docx import render_docx
from tests.support.reports.figures import published_figures
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.reports.xlsx import render_xlsx
from tests.support.sample_portal.catalogue import COLUMN_PATH
from tests.support.sample_portal.page import render_site
from tests.support.sample_portal.pdf import render_pdf
from tests.support.servers.scripted import Answer, ScriptedServer
from tests.support.warehouse.place import Place, make_place
from transforms.forms.layout import code_columns

PAGE = f"{COLUMN_PATH}202103/t20210320_1.html"
HERE = f"{COLUMN_PATH}202103/"


@dataclass
class Site:
    """A portal of one list whose pages and files a test puts there, and the place it is crawled into."""

    server: ScriptedServer
    place: Place
    entries: list[tuple[str, str]] = field(default_factory=list)

    def put(self, path: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        self.server.serve(path, Answer(body=body, headers={"Content-Type": content_type}))

    def list_page(self, title: str, html: str, path: str = PAGE) -> None:
        """Put a page there and an entry for it into the list."""
        self.put(path, html.encode(), "text/html; charset=utf-8")
        self.entries.append((path, title))
        rows = "".join(f'<li><a href="{path}">{title}</a><span>2021-03-20</span></li>' for path, title in self.entries)
        self.put(COLUMN_PATH, render_site("<title>年报</title>", f"<ul>{rows}</ul>").encode(), "text/html")

    def fetched(self) -> list[str]:
        """Paths asked for since the last call."""
        paths = self.server.targets()
        self.server.requests.clear()
        return [path for path in paths if path.startswith(HERE)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ScriptedServer() as server:
        yield Site(server, make_place(tmp_path / "data", server.url))


def put_pictures(site: Site, pictures: list[list[bytes]]) -> list[str]:
    paths = []
    for table, own in enumerate(pictures):
        for number, body in enumerate(own):
            paths.append(f"{HERE}W{table}{number}.png")
            site.put(paths[-1], body, "image/png")
    return paths


@pytest.mark.parametrize("year", [2016, 2020])
def test_tables_that_a_page_shows_as_pictures_are_published(site: Site, year: int) -> None:
    printed = print_report(year, 7, as_drawn)
    pictures = table_pictures(printed, year, 7)
    paths = put_pictures(site, pictures)
    site.put("/images/logo.png", pictures[0][0], "image/png")
    site.list_page(printed.title, without_tables(printed, shown(pictures)))
    outcome = site.place.crawl()
    assert outcome.failures == []
    assert published_figures(site.place) == printed.expected
    assert site.fetched() == [PAGE, *paths]
    (row,) = site.place.ask("SELECT agency, year, status, media_type, method, url FROM reports")
    assert row == (AGENCY, year, "complete", "text/html", "ocr", site.server.url + PAGE)
    ((actual,),) = site.place.ask("SELECT actual FROM findings WHERE \"check\" = 'read_with_parts'")
    assert [part.split(" ")[0] for part in str(actual).split("; ")] == [site.server.url + path for path in paths]
    pages = {page for table in code_columns() for (page,) in site.place.ask(f"SELECT DISTINCT page FROM {table}")}
    assert pages <= set(range(1, len(paths) + 1))


def test_a_page_with_pictures_is_read_again_only_when_one_of_them_changes(site: Site) -> None:
    first, second = print_report(2023, 1, as_drawn), print_report(2023, 2, as_drawn)
    pictures = table_pictures(first, 2023, 1, first=2)
    paths = put_pictures(site, pictures)
    site.list_page(first.title, without_tables(first, shown(pictures)))
    site.place.crawl()
    again = site.place.crawl()
    assert (again.counts.read, again.counts.published, again.failures) == (0, 0, [])
    changed = table_pictures(second, 2023, 2, first=2)[2]
    site.put(paths[-1], changed[-1], "image/png")
    assert site.place.crawl().counts.published == 1
    expected = {key: (second if key[0] == "proceedings" else first).expected[key] for key in first.expected}
    assert published_figures(site.place) == expected
    assert site.place.crawl().counts.read == 0


def test_a_picture_that_cannot_be_had_for_now_puts_the_page_off(site: Site) -> None:
    printed = print_report(2023, 3, as_drawn)
    pictures = table_pictures(printed, 2023, 3, first=2)
    paths = put_pictures(site, pictures)
    site.list_page(printed.title, without_tables(printed, shown(pictures)))
    site.server.serve(paths[0], Answer(status=403))
    outcome = site.place.crawl()
    assert [failure.where for failure in outcome.failures] == [site.server.url + paths[0]]
    assert (outcome.counts.published, site.place.verdicts()) == (0, [])
    put_pictures(site, pictures)
    assert site.place.crawl().failures == []
    assert published_figures(site.place) == printed.expected


def test_a_picture_that_is_gone_leaves_a_report_without_its_table_and_a_failure(site: Site) -> None:
    printed = print_report(2023, 3, as_drawn)
    site.list_page(printed.title, without_tables(printed, lambda table: f'<img src="./W{table}.png">'))
    outcome = site.place.crawl()
    assert len(outcome.failures) == 3
    assert site.place.ask("SELECT status FROM reports") == [("tables_missing",)]
    missing = "SELECT count(*) FROM findings WHERE \"check\" = 'table_missing'"
    assert site.place.ask(missing) == [(3,)]
    ((reason,),) = site.place.ask("SELECT message FROM findings WHERE \"check\" = 'parts_unread'")
    assert "could not be fetched" in str(reason)


EMBEDDED = {
    "a pdf.js viewer": ('<iframe src="/pdfjs/web/viewer.html?file={quoted}" width="100%"></iframe>', "pdf"),
    "the iframe of VSB": ('<script>showVsbpdfIframe("{path}","100%","600","0","[]")</script>', "pdf"),
    "an embedded PDF": ('<embed src="{path}#toolbar=0" type="application/pdf">', "pdf"),
    "a link to a Word file": ('<p>附件：<a href="{path}">年度报告</a></p>', "docx"),
}


@pytest.mark.parametrize("kind", EMBEDDED)
@pytest.mark.parametrize("year", [*(pytest.param(year, marks=pytest.mark.long) for year in YEARS[:-1]), YEARS[-1]])
def test_a_report_in_a_file_that_the_page_shows_is_published(site: Site, kind: str, year: int) -> None:
    markup, ending = EMBEDDED[kind]
    path = f"/__local/A/BC/{year}.{ending}"
    printed = print_report(year, year, PRINTERS[year % 3])
    whole = render_docx(printed.title, printed.parts) if ending == "docx" else render_pdf(AGENCY, year, printed.parts)
    site.put(path, whole)
    site.list_page(printed.title, article(printed, markup.format(path=path, quoted=path.replace("/", "%2F"))))
    assert site.place.crawl().failures == []
    assert published_figures(site.place) == printed.expected
    assert site.place.ask("SELECT url, status FROM reports") == [(site.server.url + path, "complete")]
    assert site.place.crawl().counts.read == 0


def test_tables_in_a_file_without_a_name_belong_to_the_text_of_their_page(site: Site) -> None:
    printed = print_report(2023, 4, as_drawn)
    site.put(f"{HERE}P1.xlsx", render_xlsx("", tables(printed)))
    html = without_tables(printed, lambda table: "<p></p>").replace("</body>", '<a href="./P1.xlsx">附件</a></body>')
    site.list_page(printed.title, html)
    assert site.place.crawl().failures == []
    assert published_figures(site.place) == printed.expected
    assert site.place.ask("SELECT status, media_type FROM reports") == [("complete", "text/html")]
    ((problems,),) = site.place.ask("SELECT text FROM sections WHERE section = 'problems'")
    assert str(problems).startswith("主要问题")


def test_a_file_that_names_another_year_is_no_part_of_the_page(site: Site) -> None:
    printed = print_report(2023, 4, as_drawn)
    site.put(f"{HERE}P1.xlsx", render_xlsx("", tables(printed)))
    html = without_tables(printed, lambda table: "<p></p>").replace(
        "</body>", '<a href="P1.xlsx">2022年统计表</a></body>'
    )
    site.list_page(printed.title, html)
    site.place.crawl()
    assert site.place.ask("SELECT status FROM reports") == [("tables_missing",)]
    assert published_figures(site.place) == {}
    ((message,),) = site.place.ask("SELECT message FROM findings WHERE \"check\" = 'parts_unread'")
    assert "2022" in str(message)


def test_different_reports_on_one_page_are_published_each_by_itself(site: Site) -> None:
    own, other = print_report(2023, 1, as_drawn), print_report(2023, 2, as_drawn)
    older = print_report(2020, 3, as_drawn)
    office = f"{AGENCY}办公室"
    site.put(f"{HERE}1.pdf", render_pdf(AGENCY, 2023, own.parts))
    title = other.title.replace(AGENCY, office)
    site.put(f"{HERE}2.docx", render_docx(title, tables(other)))
    site.put(f"{HERE}3.docx", render_docx(older.title, older.parts))
    links = "".join(f'<p><a href="{name}">{name}</a></p>' for name in ("1.pdf", "2.docx", "3.docx"))
    site.list_page(own.title, article(own, links))
    assert site.place.crawl().failures == []
    published = site.place.ask("SELECT agency, year, status FROM reports ORDER BY agency")
    assert published == [(AGENCY, 2023, "complete"), (office, 2023, "complete")]
    received = "SELECT value FROM requests JOIN reports USING (report_id) WHERE outcome = 'received'"
    key = ("requests", "received", "total")
    assert site.place.ask(f"{received} AND applicant = 'total' ORDER BY agency") == [
        (int(one.expected[key] or 0),) for one in (own, other)
    ]
    (verdict,) = [one for one in site.place.verdicts() if str(one["url"]).endswith("3.docx")]
    assert (verdict["state"], "2020" in str(verdict["reason"])) == ("no_report", True)


def test_a_page_of_too_many_files_is_no_report_and_fetches_none(site: Site) -> None:
    printed = print_report(2023, 1, as_drawn)
    links = "".join(f'<a href="{number}.pdf">{number}</a>' for number in range(41))
    site.list_page(printed.title, article(printed, links))
    outcome = site.place.crawl()
    assert any("41 files" in failure.reason for failure in outcome.failures)
    assert site.fetched() == [PAGE]
