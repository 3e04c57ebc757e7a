"""What servers send in place of a page or a file, told from true reports, lists and answers of interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from extractors.web.block_pages import find_block_page, is_file
from extractors.web.client import PoliteClient
from extractors.web.homepage_check import read_homepage
from extractors.web.request import Request
from extractors.web.response import FetchOutcome
from tests.support.reports.html import MARKUPS, Markup, render_html
from tests.support.reports.random_reports import as_drawn, print_report
from tests.support.sample_portal.catalogue import truth
from tests.support.sample_portal.site import Site, list_paths
from tests.support.servers.scripted import Answer, ScriptedServer, fetch

PAGE = "http://x.gov.cn/nb/202503/t20250325_1.html"
FILE = "http://x.gov.cn/nb/202503/P020250325.pdf"
HTML = {"content-type": "text/html"}

RELOADS = '<script>document.cookie="C3VK=1234; max-age=300; path=/";window.location.reload();</script>'
LOGIN = '<form><input name="user"><input type="password" name="word"></form>'
NOTICE = '<html><title>系统提示</title><div>您无权访问此页面</div><a href="/">返回首页</a></html>'
CAPTCHA = '<html><body>请输入验证码：<input name="code"><img src="/code.jsp"></body></html>'
CHROME = "".join(f'<a href="/c{at}/">栏目{at}</a>' for at in range(60))


def judge(html: str | bytes, url: str = PAGE, headers: dict[str, str] = HTML) -> FetchOutcome | None:
    body = html if isinstance(html, bytes) else html.encode()
    found = find_block_page(Request(url), url, headers, body)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        (f"<html><head>{RELOADS}</head><body></body></html>", "waf"),
        ("<html><script>var a='__jsl_clearance=1;';</script></html>", "waf"),
        ("<html><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script><script src='/x.js'></script></html>", "waf"),
        (f"<html><script>window['$_ts']={{}};{'x' * 9000}</script><body></body></html>", "waf"),
        ("", "shell"),
        (" \r\n", "shell"),
        ("<html></html>", "shell"),
        ("Hello, world!", "shell"),
        ("<html><script>window.location.reload()</script></html>", "shell"),
        (f"<html><script>location.href='{PAGE}'</script></html>", "shell"),
        ('<!DOCTYPE html><html><body><div id="app"></div><script src="/app.js"></script></body></html>', "shell"),
        (NOTICE, "login"),
        ("<html><h3>登录后查看</h3></html>", "login"),
        ("<html><title>404</title><body>抱歉</body></html>", "gone"),
        (f"<html><title>页面不存在</title>{CHROME}</html>", "gone"),
        ("<html><body><p>您访问的页面不存在或已删除</p></body></html>", "gone"),
        ("<html><h1>Not Found</h1></html>", "gone"),
    ],
)
def test_what_stands_in_place_of_a_page(html: str, outcome: FetchOutcome) -> None:
    assert judge(html) == outcome


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        (NOTICE, "login"),
        (CAPTCHA, "login"),
        (f"<html>{LOGIN}</html>", "login"),
        (f"<html><title>404</title>{CHROME}</html>", "gone"),
        ("<html><body>文件不存在</body></html>", "gone"),
        ("404", "gone"),
        (f"<html><title>甲子县人民政府</title>{CHROME}<p>今日要闻</p></html>", "wrong_page"),
        (f"<html><head>{RELOADS}</head></html>", "waf"),
    ],
)
@pytest.mark.parametrize("url", [FILE, "http://x.gov.cn/system/_content/download.jsp?urltype=news&wbfileid=7"])
def test_what_stands_in_place_of_a_file(html: str, outcome: FetchOutcome, url: str) -> None:
    assert judge(html, url) == outcome


def test_status_and_name_do_not_decide_what_the_bytes_are() -> None:
    assert judge(b"%PDF-1.4 ...", FILE) is None
    assert judge(b"PK\x03\x04 ...", "http://x.gov.cn/system/_content/download.jsp?wbfileid=7") is None
    assert (
        judge(f"<html>{'<p>年初，本机关共收到政府信息公开申请十二件。</p>' * 40}</html>", "http://x.gov.cn/nb.doc")
        is None
    )


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("{}", {"content-type": "application/json"}),
        ("[]", HTML),
        ('{"total":0}', HTML),
        ("<?xml version='1.0'?><datastore></datastore>", {"content-type": "text/xml"}),
        ("<datastore><nextgroup></nextgroup></datastore>" + " " * 60, HTML),
        ("User-agent: *", {"content-type": "text/plain"}),
        ("<p>暂无</p><a href='a.html'>1</a>", HTML),
        (f"<html>{CHROME}<p>没有找到 404 件</p></html>", HTML),
        (f"<html><p>2024年共收到申请404件，{'均已答复。' * 40}其中文件不存在的3件。</p></html>", HTML),
        ("<html><p>附件：甲子县2024年政府信息公开工作年度报告</p><a href='P1.pdf'>下载</a></html>", HTML),
        (f"<html><title>年报</title>{CHROME}<div>用户登录 验证码 {LOGIN}</div></html>", HTML),
        ('<html><img src="page1.jpg"><img src="page2.jpg"></html>', HTML),
        ("<html><iframe src='/list.html'></iframe></html>", HTML),
        ("<html><script>document.writeln('<li>');</script></html>", HTML),
        ('<html><script>showVsbpdfIframe("/__local/1/x.pdf","100%","600")</script></html>', HTML),
        ('<html><script>window._CONFIG={DETAIL:{"content":"x"}}</script></html>', HTML),
        (f"<html><script>var $_ts=1;document.cookie='a=1';</script><p>{'甲子县' * 40}</p></html>", HTML),
    ],
)
def test_short_answers_that_are_what_they_should_be(body: str, headers: dict[str, str]) -> None:
    assert judge(body, headers=headers) is None


@pytest.mark.parametrize("body", ["<ul></ul>", "<div class='list'> </div>", "暂无数据", "<p></p>"])
def test_fragment_that_ends_a_list(body: str) -> None:
    """An interface whose list is at its end; the same bytes in place of a page are a stub."""
    posted = Request("http://x.gov.cn/search.jsp", form=(("page", "9"),))
    asked = Request("http://x.gov.cn/label?pageIndex=9")
    assert find_block_page(posted, posted.url, HTML, body.encode()) is None
    assert find_block_page(asked, asked.url, HTML, body.encode()) is None
    assert judge(body) == "shell"


def test_every_page_of_the_sample_portal_is_what_it_should_be() -> None:
    site = Site()
    paths = [path for report in truth() for path in (report.page, report.path)]
    for path in ("/", "/robots.txt", *list_paths(), *paths):
        resource = site.get(path)
        assert resource is not None
        assert judge(resource.body, f"http://x.gov.cn{path}", {"content-type": resource.content_type}) is None, path


@pytest.mark.parametrize("unit", ["<", "<!--", "<a>", "<a ", "<title>", "<script>", "<a><script>", "<a></a>", "&nbsp;"])
def test_markup_that_never_ends_is_read_once(unit: str) -> None:
    """Searching for each end anew took up to 22 s for these."""
    for url in (PAGE, FILE):
        judge(f"<html>{unit * (49_000 // len(unit))}", url)
    assert read_homepage(f"<html>{unit * 500_000}".encode(), PAGE).links == frozenset()


@pytest.mark.parametrize("markup", MARKUPS)
def test_no_random_report_is_taken_for_a_refusal(markup: Markup) -> None:
    random = Random(markup)
    for seed in range(6):
        printed = print_report(random.choice((2016, 2020, 2023)), seed, as_drawn)
        body = render_html(printed.title, printed.parts, markup, random)
        assert judge(body) is None
        assert judge(body, "http://x.gov.cn/nb.doc") is None


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("http://x.cn/a.PDF", True),
        ("http://x.cn/%E5%B9%B4%E6%8A%A5.docx", True),
        ("http://x.cn/virtual_attach_file.vsb?afc=1&e=.pdf", True),
        ("http://x.cn/OpennessContent/download/77.html", True),
        ("http://x.cn/pdfjs/web/viewer.html?file=a.pdf", False),
        ("http://x.cn/download/index.html", False),
        ("http://x.cn/info/1/pdf.htm", False),
    ],
)
def test_addresses_of_files(url: str, file: bool) -> None:
    assert is_file(url) == file


# Over a real session


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as loopback:
        yield loopback


def test_page_that_only_sends_on_is_a_redirect(server: ScriptedServer) -> None:
    shell = Answer(body=b"<meta http-equiv='refresh' content='0;url=/b.html'>", headers={"ETag": '"1"'})
    server.serve("/a.html", shell)
    server.serve("/b.html", Answer(body=b"<html><p>the page itself, with words in it that can be read by all</p>"))
    response = fetch(server, "/a.html")
    assert (response.outcome, response.final_url, "etag" in response.headers) == ("ok", server.url + "/b.html", False)


@pytest.mark.parametrize("target", ["http://www.other.gov.cn/", "http://169.254.169.254/latest/"])
def test_page_that_sends_off_the_site_is_not_followed(server: ScriptedServer, target: str) -> None:
    server.serve("/a.html", Answer(body=f"<script>location.replace('{target}')</script>".encode()))
    response = fetch(server, "/a.html")
    assert (response.outcome, server.targets()) == ("failed", ["/a.html"])
    assert target in response.reason


def test_page_that_asks_who_reads_it_before_it_sends_on_is_kept(server: ScriptedServer) -> None:
    script = "if(phone){location.href='/m/'}else{location.href='/pc/'}"
    server.serve("/a.html", Answer(body=f"<script>{script}</script>".encode()))
    assert (fetch(server, "/a.html").outcome, server.targets()) == ("ok", ["/a.html"])


def test_two_pages_that_send_to_each_other_end(server: ScriptedServer) -> None:
    server.serve("/a.html", Answer(body=b"<script>location.href='/b.html'</script>"))
    server.serve("/b.html", Answer(body=b"<script>location.href='/a.html'</script>"))
    response = fetch(server, "/a.html")
    assert (response.outcome, len(server.targets())) == ("failed", 6)


def test_file_that_leads_to_a_login(server: ScriptedServer) -> None:
    server.serve("/a.pdf", Answer(status=302, headers={"Location": "/login.jsp"}))
    server.serve("/login.jsp", Answer(body=f"<html>{LOGIN}{'统一身份认证平台' * 80}</html>".encode()))
    server.serve("/a.html", Answer(status=302, headers={"Location": "/login.jsp"}))
    assert [fetch(server, path).outcome for path in ("/a.pdf", "/a.html")] == ["login", "login"]


# The homepage in place of a page


def homepage(news: int = 0) -> bytes:
    links = "".join(f'<li><a href="/xw/{news + at}.html">要闻{news + at}</a></li>' for at in range(80))
    return f"<html><head><title>甲子县人民政府</title></head><body>{CHROME}<ul>{links}</ul></body></html>".encode()


def test_homepage_in_place_of_a_page(server: ScriptedServer) -> None:
    server.serve("/", Answer(body=homepage()))
    server.serve("/a.html", Answer(body=homepage()))
    server.serve("/b.html", Answer(body=homepage(news=3)))
    for path in ("/a.html", "/b.html"):
        response = fetch(server, path)
        assert (response.outcome, response.body) == ("wrong_page", b"")
        assert "homepage" in response.reason
    assert [fetch(server, path).outcome for path in ("/", "/index.html")] == ["ok", "gone"]


def test_page_within_the_chrome_of_the_homepage_is_kept(server: ScriptedServer) -> None:
    server.serve("/", Answer(body=homepage()))
    own = (
        b"<html><head><title>\xe5\xb9\xb4\xe6\x8a\xa5</title></head><body>"
        + CHROME.encode()
        + b"<a href='P1.pdf'>1</a>"
    )
    same_title = f"<html><title>甲子县人民政府</title>{CHROME}<a href='P1.pdf'>甲子县2024年报告</a></html>".encode()
    server.serve("/a.html", Answer(body=own))
    server.serve("/b.html", Answer(body=same_title))
    assert [fetch(server, path).outcome for path in ("/a.html", "/b.html")] == ["ok", "ok"]


def test_homepage_is_asked_for_once_and_only_for_pages_that_could_be_it(server: ScriptedServer) -> None:
    with_meta = homepage().replace(b"<head>", b'<head><meta name="ArticleTitle" content="x">')
    titled = homepage().replace(
        "甲子县人民政府<".encode(), "甲子县2024年政府信息公开工作年度报告-甲子县人民政府<".encode()
    )
    server.serve("/", Answer(body=homepage()))
    server.serve("/meta.html", Answer(body=with_meta))
    server.serve("/titled.html", Answer(body=titled))
    server.serve("/a.html", Answer(body=homepage(news=60)))
    with PoliteClient(server.politeness()) as session:
        outcomes = [session.get(Request(f"{server.url}/{name}.html")).outcome for name in ("meta", "titled")]
        assert (outcomes, server.targets()) == (["ok", "ok"], ["/meta.html", "/titled.html"])
        assert [session.get(Request(f"{server.url}/a.html")).outcome for _ in range(3)] == ["ok"] * 3
    assert server.targets().count("/") == 1


def test_redirect_to_the_homepage(server: ScriptedServer) -> None:
    server.serve("/", Answer(body=homepage()))
    server.serve("/a.html", Answer(status=302, headers={"Location": "/"}))
    response = fetch(server, "/a.html")
    assert (response.outcome, response.final_url) == ("wrong_page", server.url + "/")
