"""Cases 16 and 23 of PORTALS §11: what a portal sends in place of a report has a name and a reason, and never figures.

Each crawl goes through the whole pipeline; the report of another year is published all the same.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.workspace import open_workspace
from tests.support.portals.county import COUNTY, GOVERNMENT, County, report_page
from tests.support.portals.server import page
from tests.support.sample_portal.figures import make_figures
from tests.support.sample_portal.page import render_article
from tests.support.sample_portal.pdf import render_pdf
from tests.support.sample_portal.prose import compose
from tests.support.servers.scripted import Answer, RecordedRequest
from tests.support.warehouse.place import Place

BUREAU = "甲子县教育局"
RELOADS = (
    '<html><head><script>document.cookie="C3VK=6f1c2a; path=/; max-age=300";'
    f"{' ' * 250}window.location.reload();</script></head><body></body></html>"
)
BROWSER_ONLY = "<html><script>$_ts=window['$_ts'];</script><script src='/4QbVtADbnLVIc/d.js'></script></html>"


@pytest.fixture
def place(county: County, tmp_path: Path) -> Place:
    county.add(BUREAU, 2023)
    return county.place(tmp_path / "data")


def outcome_of(place: Place, url: str) -> str | None:
    with open_workspace(place.settings) as workspace:
        known = workspace.ledger.address(url)
    return known.outcome if known else None


def published(place: Place) -> list[tuple[object, ...]]:
    return place.ask("SELECT agency, year FROM reports ORDER BY 1, 2")


def test_16_redirect_to_itself_with_a_cookie_is_passed_by_the_cookie_jar(county: County, place: Place) -> None:
    def guarded(asked: RecordedRequest) -> Answer:
        if "CT6T=1" in asked.headers.get("cookie", ""):
            return Answer(report_page(GOVERNMENT, 2024))
        return Answer(status=302, headers={"Location": asked.path, "Set-Cookie": "CT6T=1; path=/"})

    county.serve(county.add(GOVERNMENT, 2024), guarded)
    assert place.crawl().failures == []
    assert published(place) == [(GOVERNMENT, 2024), (BUREAU, 2023)]


REFUSALS = {
    "财政": (Answer(RELOADS), "waf", "document.cookie"),
    "民政": (Answer(BROWSER_ONLY), "waf", "$_ts"),
    "司法": (Answer(BROWSER_ONLY, 412, {"Set-Cookie": "sid=1"}), "waf", "412"),
    "审计": (Answer("<script>go()</script>", 521, {"Set-Cookie": "__jsluid_s=1"}), "waf", "521"),
    "统计": (Answer("denied", 468), "waf", "468"),
    "水利": (Answer("denied", 512), "waf", "512"),
    "商务": (Answer("Forbidden", 403), "waf", "403"),
    "文化": (Answer("Hello, world!", headers={"Content-Type": "text/html"}), "shell", "13 bytes"),
    "体育": (Answer("<html><div id='app'></div><script src='/app.js'></script></html>"), "shell", "shell"),
    "信访": (Answer(status=429), "throttled", "429"),
}


def test_16_each_refusal_has_a_name_and_a_reason(county: County, place: Place) -> None:
    paths = {name: county.add(f"甲子县{name}局", 2024, answer) for name, (answer, _, _) in REFUSALS.items()}
    reasons = {failure.where: failure.reason for failure in place.crawl().failures}
    assert set(reasons) == {county.url + path for path in paths.values()}
    for name, (_, outcome, word) in REFUSALS.items():
        url = county.url + paths[name]
        assert (outcome_of(place, url), word in reasons[url], "\n" in reasons[url]) == (outcome, True, False)
    assert published(place) == [(BUREAU, 2023)]


def test_16_homepage_in_place_of_a_report_under_throttling(county: County, place: Place) -> None:
    """A burst of requests makes the portal show its index with status 200; later it shows the report again."""
    news = "".join(f'<li><a href="/xw/{at}.html">甲子县要闻第{at}条</a></li>' for at in range(300))
    index = page(f"<ul>{news}</ul>", "<title>甲子县人民政府</title>")
    county.serve("/", index)
    path = county.add(GOVERNMENT, 2024, index)
    (failure,) = place.crawl().failures
    assert "homepage" in failure.reason
    assert outcome_of(place, county.url + path) == "wrong_page"
    assert published(place) == [(BUREAU, 2023)]
    county.serve(path, report_page(GOVERNMENT, 2024))
    assert place.crawl().failures == []
    assert published(place) == [(GOVERNMENT, 2024), (BUREAU, 2023)]


def test_16_refused_report_that_was_published_before_stays(county: County, place: Place) -> None:
    path = county.add(GOVERNMENT, 2024)
    place.crawl()
    before = place.files()
    for answer in (Answer(RELOADS), Answer("Hello, world!", headers={"Content-Type": "text/html"}), Answer(status=412)):
        county.serve(path, answer)
        assert len(place.crawl().failures) == 1
        assert place.files() == before


def test_16_list_behind_a_firewall_is_told_as_that(county: County, place: Place) -> None:
    county.serve(county.list_path, Answer(RELOADS))
    (failure,) = place.crawl().failures
    assert "document.cookie" in failure.reason
    assert outcome_of(place, county.url + county.list_path) == "waf"


ERROR = "<html><head><title>404</title></head><body>您访问的文件不存在</body></html>"
NOTICE = "<html><head><title>系统提示</title></head><body>您无权访问此页面！<a href='/'>返回</a></body></html>"
CAPTCHA = "<html><body><form>请输入验证码<input name='code'><img src='/c.jsp'></form></body></html>"
OTHER = page("<ul><li><a href='/xw/1.html'>今日要闻</a></li></ul>", "<title>甲子县人民政府</title>")


FAULTS = {
    "财政": (ERROR, "gone", "404"),
    "民政": (NOTICE, "login", "无权访问"),
    "司法": (CAPTCHA, "login", "验证码"),
    "审计": (OTHER, "wrong_page", "in place of the file"),
    "统计": ("<html></html>", "wrong_page", "in place of the file"),
}


@pytest.mark.parametrize("link", ["/files/P020250320{}.pdf", "/{}/_content/download.jsp?wbfileid=7"])
def test_23_page_in_place_of_an_attachment(county: County, place: Place, link: str) -> None:
    """The server says 200 and application/pdf; its bytes are those of a page."""
    for at, (name, (answer, _, _)) in enumerate(FAULTS.items()):
        attach(county, f"甲子县{name}局", link.format(at))
        county.serve(link.format(at).partition("?")[0], Answer(answer, headers={"Content-Type": "application/pdf"}))
    reasons = {failure.where: failure.reason for failure in place.crawl().failures}
    for at, (_, outcome, word) in enumerate(FAULTS.values()):
        url = county.url + link.format(at)
        assert (outcome_of(place, url), word in reasons[url]) == (outcome, True)
    assert published(place) == [(BUREAU, 2023)]


def test_23_attachment_that_comes_back_is_read(county: County, place: Place) -> None:
    attach(county, GOVERNMENT, "/files/P020250320.pdf")
    county.serve("/files/P020250320.pdf", Answer(OTHER))
    assert place.crawl().failures != []
    report = compose(make_figures(COUNTY, 2024, 1), date(2025, 3, 20))
    county.serve("/files/P020250320.pdf", render_pdf(GOVERNMENT, 2024, report))
    assert place.crawl().failures == []
    assert published(place) == [(GOVERNMENT, 2024), (BUREAU, 2023)]


def attach(county: County, agency: str, link: str) -> str:
    """List a report whose page holds nothing but a link to its file."""
    title = f"{agency}2024年政府信息公开工作年度报告"
    inner = f'<p>附件：<a href="{link}">{title}.pdf</a></p>'
    return county.add(agency, 2024, render_article(title, agency, date(2025, 3, 20), inner))
