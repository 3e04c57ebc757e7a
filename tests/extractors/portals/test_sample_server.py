"""The sample portal over HTTP, as it is shipped and as tests serve it: lists, conditions, failures, encodings."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree, html

from extractors.portals.sample.server import SampleServer
from flows.cli.demo import sample_portal
from tests.support.sample_portal.catalogue import (
    COLUMN_PATH,
    IGNORED,
    JURISDICTIONS,
    PDF,
    REPORTS,
    find_report,
    ignored_entries,
    truth,
)
from tests.support.sample_portal.server import FAILING_REPORT, SamplePortal
from tests.support.sample_portal.site import list_paths
from tests.support.sample_portal.snapshot import SHIPPED, snapshot


@pytest.fixture(scope="module")
def shipped() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


def ask(
    portal: SampleServer | SamplePortal, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[int, HTTPMessage, bytes]:
    connection = HTTPConnection(urlsplit(portal.url).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def find_all(body: str | bytes, path: str) -> list[etree._Element]:
    return html.fromstring(body).findall(path)


def attributes(body: str | bytes, path: str, name: str) -> list[str]:
    return [str(element.get(name)) for element in find_all(body, path)]


def test_homepage_leads_to_the_column(shipped: SampleServer) -> None:
    status, _, body = ask(shipped, "/")
    assert status == 200
    assert COLUMN_PATH in attributes(body, ".//div[@class='news']//a", "href")


def test_robots_allow_everything(shipped: SampleServer) -> None:
    status, headers, body = ask(shipped, "/robots.txt")
    assert (status, headers.get_content_type()) == (200, "text/plain")
    assert body.decode().splitlines() == ["User-agent: *", "Allow: /"]


def test_three_list_pages_hold_every_entry_once(shipped: SampleServer) -> None:
    assert list_paths() == [f"{COLUMN_PATH}{name}" for name in ("index.html", "index_1.html", "index_2.html")]
    found: dict[str, tuple[str, str, str]] = {}
    for number, path in enumerate(list_paths()):
        _, _, body = ask(shipped, path)
        assert f'createPageHTML(3, {number}, "index", "html")' in body.decode()
        dates = [str(element.text) for element in find_all(body, ".//ul[@class='news_list']/li/span")]
        for link, day in zip(find_all(body, ".//ul[@class='news_list']/li/a"), dates, strict=True):
            found[urljoin(path, link.get("href"))] = (str(link.get("title")), day, str(link.text))
    listed = {report.page: (report.title, report.published_on) for report in truth()}
    listed |= {entry.page: (entry.title, entry.published_on) for entry in ignored_entries()}
    assert len(found) == REPORTS + IGNORED
    assert {page: (title, date.fromisoformat(day)) for page, (title, day, _) in found.items()} == listed
    for title, _, text in found.values():
        assert title.startswith(text.removesuffix("…"))
    assert any(text.endswith("…") for _, _, text in found.values())
    assert ask(shipped, COLUMN_PATH)[2] == ask(shipped, list_paths()[0])[2]
    assert ask(shipped, f"{COLUMN_PATH}index_3.html")[0] == 404


def test_every_report_lies_where_the_catalogue_says(shipped: SampleServer) -> None:
    for report in truth():
        status, headers, body = ask(shipped, report.path)
        assert (status, headers.get_content_type()) == (200, report.media_type)
        _, _, article = ask(shipped, report.page)
        page = article.decode("gb18030" if report.charset == "gb2312" else "utf-8")
        assert attributes(page, ".//meta[@name='ArticleTitle']", "content") == [report.title]
        assert attributes(page, ".//meta[@name='PubDate']", "content") == [f"{report.published_on} 10:30:00"]
        tables = find_all(page, ".//div[@class='TRS_Editor']/table")
        if report.media_type == PDF:
            assert body.startswith(b"%PDF-")
            assert not tables
            (link,) = attributes(page, ".//div[@class='TRS_Editor']//a", "href")
            assert urljoin(report.page, link) == report.path
        else:
            assert len(tables) == (1 if report.edition == "32号" else 3)


def test_ignored_entries_hold_no_table(shipped: SampleServer) -> None:
    for entry in ignored_entries():
        status, _, body = ask(shipped, entry.page)
        assert status == 200
        assert not find_all(body, ".//table")


def test_one_page_declares_gb2312_and_needs_gb18030(shipped: SampleServer) -> None:
    (report,) = [report for report in truth() if report.charset == "gb2312"]
    _, headers, body = ask(shipped, report.path)
    assert headers.get_content_charset() is None
    assert b"charset=gb2312" in body
    assert "镕喆路" in body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


@pytest.mark.parametrize("path", ["/", "/robots.txt", COLUMN_PATH, find_report("甲子县", 2020).path, truth()[0].path])
def test_validators_are_honoured(shipped: SampleServer, path: str) -> None:
    status, headers, body = ask(shipped, path)
    etag, modified = headers["ETag"], headers["Last-Modified"]
    assert status == 200
    assert int(headers["Content-Length"]) == len(body)
    assert parsedate_to_datetime(modified).tzinfo is not None
    for condition in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-Modified-Since": modified}):
        status, headers, body = ask(shipped, path, headers=condition)
        assert (status, headers["ETag"], body) == (304, etag, b"")
    for condition in ({"If-None-Match": '"x"', "If-Modified-Since": modified}, {"If-Modified-Since": "yesterday"}):
        assert ask(shipped, path, headers=condition)[0] == 200


def test_head_answers_without_body(shipped: SampleServer) -> None:
    path = truth()[0].path
    status, headers, body = ask(shipped, path, "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == len(ask(shipped, path)[2])


def test_one_article_fails_twice_for_each_start() -> None:
    for _ in range(2):
        with SamplePortal() as portal:
            path = find_report(*FAILING_REPORT).path
            assert [ask(portal, path)[0] for _ in range(4)] == [500, 500, 200, 200]


def test_unknown_paths_are_not_found(shipped: SampleServer) -> None:
    assert ask(shipped, "/nothing.html")[0] == 404


def test_requests_are_recorded(own_portal: SamplePortal) -> None:
    before = time.monotonic()
    ask(own_portal, "/")
    ask(own_portal, "/nothing?page=2", "HEAD")
    asked = [(request.method, request.path, request.status) for request in own_portal.requests]
    assert asked == [("GET", "/", 200), ("HEAD", "/nothing", 404)]
    times = [before, *(request.time for request in own_portal.requests), time.monotonic()]
    assert times == sorted(times)


def test_a_portal_that_is_down_answers_503_until_it_is_back(own_portal: SamplePortal) -> None:
    own_portal.down(True)
    assert [ask(own_portal, path)[0] for path in ("/", "/robots.txt", truth()[0].path)] == [503, 503, 503]
    own_portal.down(False)
    assert ask(own_portal, "/")[0] == 200


@pytest.mark.parametrize(("county", "year"), [("甲子县", 2018), ("乙丑县", 2019), ("乙丑县", 2023)])
def test_change_alters_one_figure_at_the_same_address(own_portal: SamplePortal, county: str, year: int) -> None:
    report = find_report(county, year)
    charset = "gb18030" if report.charset == "gb2312" else "utf-8"
    _, before, body = ask(own_portal, report.path)
    figures = own_portal.change(county, year)
    assert figures != report.figures
    status, after, changed = ask(own_portal, report.path, headers={"If-None-Match": before["ETag"]})
    assert status == 200
    assert ask(own_portal, report.path, headers={"If-Modified-Since": before["Last-Modified"]})[0] == 200
    assert after["ETag"] != before["ETag"]
    earlier, later = (re.split(r"(<p align=\"center\">[^<]*</p>)", text.decode(charset)) for text in (body, changed))
    assert sum(old != new for old, new in zip(earlier, later, strict=True)) == 1


def test_change_refuses_what_it_cannot_change(own_portal: SamplePortal) -> None:
    with pytest.raises(ValueError, match="is a PDF"):
        own_portal.change("甲子县", 2020)
    with pytest.raises(LookupError, match="no report"):
        own_portal.change("乙丑县", 2020)


def test_whole_portal_is_served_quickly(shipped: SampleServer) -> None:
    started = time.monotonic()
    for path in ("/", *list_paths(), *(report.path for report in truth())):
        ask(shipped, path)
    assert time.monotonic() - started < 3


def test_the_shipped_pages_are_what_the_generator_renders() -> None:
    shipped = {
        str(path.relative_to(SHIPPED)): path.read_bytes()
        for path in [SHIPPED / "pages.csv", *(SHIPPED / "pages").rglob("*")]
        if path.is_file()
    }
    assert shipped == snapshot(), "run `make sample`"
    assert sum(map(len, shipped.values())) < 3_000_000


def test_the_demo_describes_the_portal_as_it_is() -> None:
    portal = sample_portal("http://127.0.0.1:1")
    assert [urlsplit(url).path for url in portal.list_pages] == [COLUMN_PATH]
    assert portal.divisions == JURISDICTIONS
    assert (portal.years.first, portal.years.last) == (truth()[0].year, truth()[-1].year)
