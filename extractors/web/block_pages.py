"""Pages with status 200 in place of what was asked for: an empty shell, a firewall's script, a login, an error.

Owns the words and shapes that distinguish such answers from pages and files. Pure: it does not try to get past what
it finds. An answer that holds a page's worth of text is taken for the page: its reader judges it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from extractors.encoding import decode
from extractors.html.refresh import refresh_targets
from extractors.html.visible_text import visible_text
from extractors.media_type import media_type_of
from extractors.urls import absolute
from extractors.web.request import Request
from extractors.web.response import FetchOutcome

_LARGEST = 50_000
"""Bytes above which an answer is no block page: shells have 13 to 987 (PORTALS §6), error pages the site's chrome."""
_MOST_CELLS = 100
"""Table cells that no block page has, not even in the layout tables of an old site; the form has over 200."""
_STUB = 64
_SHELL = 2_000
_MOST_TEXT = 500
"""Characters outside links that a page in place of a file stays below; a report that Word saved as HTML has more."""
_MOST_TEXT_OF_ERRORS = 150
_MOST_TEXT_OF_SCRIPTS = 100
_MOST_LINKS = 10

# 瑞数 (NMPA, 412 elsewhere) [M]; 加速乐 [H]; Aliyun and EdgeOne set these cookies by script (names from recall [R]).
_FIREWALL_MARKS = re.compile(rb"\$_ts\b|__jsl_clearance|acw_sc__v2|EO_Bot_Ssid|__tst_status")
# A page of about 380 B: document.cookie="C3VK=…; max-age=300", then it loads itself again (chinatax) [M]
_SETS_COOKIE = re.compile(rb"document\.cookie\s*=")
_DENIED = re.compile(
    r"无权(?:限)?访问|(?:没有|无)(?:访问)?权限|请先?登录(?:后|再)|登录后(?:才|可|方|再|查看|访问|下载)|您(?:尚|还)?未登录|请先登录"
)
_ASKS_WHO = re.compile(r"系统提示|验证码|用户登录|请登录|登录名|(?i:captcha)")
_LOGIN_PATH = re.compile(r"/(?:\w*login\w*|sso|cas)(?:[./]|$)", re.IGNORECASE)
_PASSWORD = re.compile(r"""<input[^>]{0,300}type\s*=\s*["']?password""", re.IGNORECASE)
_ABSENT = re.compile(
    r"^\W*404\W*$|(?:错误|(?i:error|http))\W{0,3}404|404\W{0,3}(?:错误|页面|找不到|(?i:not|error))|(?:页面|网页|文件|附件|资源)(?:不存在|已?被?删除|找不到|无法找到|未找到)|访问的\w{1,4}不存在"
    r"|(?:找不到|无法找到|未找到|没有找到)(?:您|该|此|所|页面|网页|文件|附件|资源|对象|服务器)|(?i:\bnot found\b)"
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar|jpe?g|png|gif|bmp|tiff?)$"
    r"|/(?:\w*download\w*\.(?:jsp|do|action|aspx|ashx|php|vsb)|virtual_attach_file\.vsb|\w*Content/download/[^/]+)$",
    re.IGNORECASE,
)
_WHOLE_PAGE = re.compile(r"<(?:!doctype|html|head|body|script|meta)\b", re.IGNORECASE)
# What can be seen or followed without text; scripts may hold the article (gkmlpt, PORTALS §2.5) or name a file (§2.3).
_SHOWS = re.compile(
    r"<(?:a|area|iframe|frame|embed|object|img|input|form|datastore)\b|document\.write|_CONFIG\b"
    r"|\.(?:pdf|docx?|wps|xlsx?|ofd|zip)\b",
    re.IGNORECASE,
)


class _Page:
    """What a small answer shows: `text` is outside its `links`, which are counted."""

    def __init__(self, body: bytes) -> None:
        self.markup = decode(body)
        seen = visible_text(self.markup, _MOST_TEXT)
        self.title, self.text, self.links = seen.title, seen.text, seen.links
        self.words = f"{self.title} {self.text}"
        self.is_long = len(self.text) > _MOST_TEXT


def find_block_page(
    request: Request, final_url: str, headers: Mapping[str, str], body: bytes
) -> tuple[FetchOutcome, str] | None:
    """Return outcome and reason if a body with status 200 is not what `request` asks for; None if it may be.

    `final_url` is where redirects led. Judges HTML, and bodies without any markup in place of a page. Answers of
    interfaces (JSON, XML, fragments of lists) may be of any length.

    >>> page, file, part = (f"http://x.cn/{name}" for name in ("t1.html", "P1.pdf", "list?page=9"))
    >>> find_block_page(Request(page), page, {}, b"<html></html>")[0]
    'shell'
    >>> find_block_page(Request(file), file, {}, "<html>您无权访问此页面</html>".encode())[0]
    'login'
    >>> find_block_page(Request(part), part, {}, b"<ul></ul>") is None
    True
    """
    if not body.strip():
        return "shell", "HTTP 200 with an empty body"
    if len(body) > _LARGEST or body.count(b"<td") >= _MOST_CELLS or not _may_be_page(headers, body):
        return None
    page = _Page(body)
    if page.is_long and not _LOGIN_PATH.search(urlsplit(final_url).path):
        return None
    if is_file(request.url) or is_file(final_url):
        return _in_place_of_file(page, final_url, body)
    return _firewall(page, body) or _login(page, final_url) or _absent(page) or _shell(page, request, final_url, body)


def is_file(url: str) -> bool:
    """Return whether a URL names a file rather than a page: by its ending, or by the name of a script that sends files.

    >>> is_file("http://x.cn/P020210325.pdf"), is_file("http://x.cn/system/_content/download.jsp?wbfileid=7")
    (True, True)
    >>> is_file("http://x.cn/nb/t1.html"), is_file("http://x.cn/xzzx/download/")
    (False, False)
    """
    return _FILE.search(unquote(urlsplit(url).path)) is not None


def has_content(body: bytes) -> bool:
    """Return whether a page that redirects is more than that: a firewall's script, an error, or something to read."""
    page = _Page(body)
    marked = _FIREWALL_MARKS.search(body) or _SETS_COOKIE.search(body)
    return bool(marked or _absent(page) or _login(page, "")) or len(page.text) > _MOST_TEXT_OF_SCRIPTS


def _may_be_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a body may be a page, by its first bytes; plain text counts only if the server calls it a page."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower()
    if start.startswith(b"<"):
        return start != b"<?xml"
    called_page = headers.get("content-type", "").startswith("text/html")
    return called_page and len(body) <= _STUB and media_type_of(body) == "text/plain"


def _firewall(page: _Page, body: bytes) -> tuple[FetchOutcome, str] | None:
    """Detect a firewall's script on a page that shows nothing; pages behind such firewalls carry the script too."""
    mark = _FIREWALL_MARKS.search(body) or (_SETS_COOKIE.search(body) if len(body) < _SHELL else None)
    if mark is None or len(page.text) > _MOST_TEXT_OF_SCRIPTS:
        return None
    shown = mark[0].decode("ascii")
    return "waf", f"HTTP 200 with a script of the site's firewall ({shown}): it lets only browsers in, not programs"


def _login(page: _Page, final_url: str) -> tuple[FetchOutcome, str] | None:
    """Detect a login with a path of its own, or a short notice that access is denied."""
    short = len(page.text) <= _MOST_TEXT_OF_ERRORS and page.links <= _MOST_LINKS
    denied = _DENIED.search(page.words) if short else None
    at_login = _LOGIN_PATH.search(urlsplit(final_url).path) and _PASSWORD.search(page.markup)
    return _asks_for_login(denied or (at_login or None))


def _absent(page: _Page) -> tuple[FetchOutcome, str] | None:
    """Detect an error page with status 200; on a page with more text or links, only the title counts.

    A report may mention files that do not exist, and 404 requests.
    """
    if len(page.text) > _MOST_TEXT:
        return None
    short = len(page.text) <= _MOST_TEXT_OF_ERRORS and page.links <= _MOST_LINKS
    found = _ABSENT.search(page.title) or (_ABSENT.search(page.text) if short else None)
    return ("gone", f"HTTP 200, but the page says: {found[0]}") if found else None


def _shell(page: _Page, request: Request, final_url: str, body: bytes) -> tuple[FetchOutcome, str] | None:
    """Detect a page with nothing to see or follow, or a stub that is no page; fragments and query results may be so.

    The page may well be built by a script, from data that lie elsewhere (海淀, NFRA: PORTALS §6).
    """
    asks = request.posted is not None or bool(urlsplit(request.url).query)
    whole = _WHOLE_PAGE.search(page.markup) is not None
    sends_on = {absolute(address, final_url) for address in refresh_targets(body)} - {final_url}
    shows = page.links or _SHOWS.search(page.markup) or sends_on
    if len(body) >= _SHELL or shows or (asks and not whole) or (page.text and len(body) > _STUB):
        return None
    return "shell", f"HTTP 200 with a shell of {len(body)} bytes: what it shows is elsewhere, or withheld for now"


def _in_place_of_file(page: _Page, final_url: str, body: bytes) -> tuple[FetchOutcome, str] | None:
    """Judge a page in place of a file; one with a page's worth of text may be a report that Word saved as HTML."""
    if len(page.text) > _MOST_TEXT:
        return _login(page, final_url)
    asks = _DENIED.search(page.words) or _ASKS_WHO.search(page.words) or _PASSWORD.search(page.markup)
    other: tuple[FetchOutcome, str] = "wrong_page", "HTTP 200 with a page in place of the file; try again later"
    return _firewall(page, body) or _asks_for_login(asks) or _absent(page) or other


def _asks_for_login(found: re.Match[str] | None) -> tuple[FetchOutcome, str] | None:
    if found is None:
        return None
    seen = "a password" if found[0].startswith("<") else found[0]
    return "login", f"HTTP 200, but the site asks who reads it ({seen}): save the file with a browser and ingest it"
