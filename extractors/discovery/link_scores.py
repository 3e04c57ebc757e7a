"""Which links may lead to the list page of annual reports, and how likely.

Owns the words and addresses by which that list page and the hubs above it are known (PORTALS §3). What counts as a
list page is for `list_search` to decide.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from extractors.html.soup import attribute

LIST_PAGE_SCORE, REPORTS, HUB, LAST_RESORT = 100, 70, 40, 15
"""How likely: the list page by its full name, something of reports, a hub above it, a map of the site."""

_LONGEST_NAME = 24
_LONGEST_HUB = 14
# What is next to reports and is none (PORTALS §3), and other yearly things; 统计局 and 财政局 have reports too.
_OTHERS = re.compile(
    "指南|制度|公报|规章|规范性|预决算|预算|决算|财政(?![局所厅])|政府网站|网站(?:工作)?年|报表|年鉴|统计(?!局)|企业|国企|公示|"
    "依申请|申请公开|意见箱|采购|招标|解读|图解|规划(?!局)|总结|通知|格式|预警|建议|提案"
)
_FULL_NAME = re.compile("信息公开(?:工作)?年(?:度(?:工作)?)?报|政务公开(?:工作)?年(?:度(?:工作)?)?报")
_REPORTS = re.compile("年报|年度(?:工作)?报告")
_HUBS = (
    (re.compile("政府信息公开"), 60),
    (re.compile("法定主动公开|主动公开|公开目录|公开专栏|公开平台|信息公开"), 50),
    (re.compile("政务公开|公开内容"), 45),
    (re.compile("^.{0,4}公开.{0,4}$"), 25),
    (re.compile("(?:网站|站点)地图"), LAST_RESORT),
)
_LIST_PATHS = re.compile(r"(?:s?zf)?(?:xx)?gk(?:gz)?n(?:d?b|dbg|dgzbg)|s?zfxxgkn[a-z]{1,3}|annualreport", re.IGNORECASE)
_REPORT_PATHS = re.compile(r"nb|ndbg|ndgzbg|nianbao|niandubaogao", re.IGNORECASE)
_HUB_PATHS = re.compile(r"s?zfxxgk|xxgk|zwgk|gkml|gkmlpt|govxxgk|openness|fdzdgknr", re.IGNORECASE)
_SUBSECTION = re.compile(
    r"(?:20\d\d\s*(?:年度?)?|(?:本级|[省市县区州旗]?(?:人民)?政府(?:本级|办公室)?"
    r"|.{0,4}(?:部门|单位|乡镇|镇街|镇办|街道|功能区|园区|开发区)))(?:年报|年度报告)?"
)
_LIST_ADDRESS = re.compile(r"/(?:index|default|[a-z_]*list|[a-z]*page)?(?:\.[a-z]{3,5})?$", re.IGNORECASE)
_PAGER = re.compile(r"\d{1,3}|首页|上一?页|下一?页|尾页|末页|[<>«»‹›]+")
# Articles have a day, a number or a digest in their address (PORTALS §2): news of openness is no hub.
_ARTICLE = re.compile(
    r"/20\d\d(?:[-/]?\d{1,2}){1,2}/|/t20\d{6}_|/art_|/info/\d+/\d+|/m?post_\d|/c\d\d_\d|/content_\d|[0-9a-f]{32}\."
)
_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar|jpe?g|png|gif|mp4|apk|css|js)$", re.IGNORECASE)


def link_score(words: str, url: str) -> int:
    """Return how likely the page at `url`, called `words`, leads to the list page; 0 if it is something else.

    >>> link_score("政府信息公开年报", "/a/"), link_score("政府信息公开指南", "/a/"), link_score("", "/zwgk/")
    (100, 0, 40)
    >>> link_score("政府网站工作年度报表", "/a/"), link_score("更多", "/zfxxgknb/2017/"), link_score("财政局年报", "")
    (0, 90, 70)
    """
    name = "".join(words.split())
    path = urlsplit(url).path
    if _OTHERS.search(name) or _PAGER.fullmatch(name) or len(name) > _LONGEST_NAME or _FILE.search(path):
        return 0
    score = max(_score_of_name(name), _score_of_name(_title_in(url)), _score_of_path(path))
    is_hub = score < REPORTS
    return 0 if is_hub and (len(name) > _LONGEST_HUB or _ARTICLE.search(path)) else score


def _score_of_name(name: str) -> int:
    if _FULL_NAME.search(name):
        return LIST_PAGE_SCORE
    if _REPORTS.search(name):
        return REPORTS
    return next((score for pattern, score in _HUBS if pattern.search(name)), 0)


def _title_in(url: str) -> str:
    """Return what Epoint calls the page in its address."""
    return unquote(url).partition("righttitle=")[2].partition("&")[0]


def _score_of_path(path: str) -> int:
    """Return the score of the last folder of an address, or of the one above it if that is a year."""
    folders = [folder for folder in _LIST_ADDRESS.sub("", path).split("/") if folder]
    if folders and re.fullmatch(r"20\d\d", folders[-1]):
        folders.pop()
    last = folders[-1].partition(".")[0] if folders else ""
    named = ((_LIST_PATHS, 90), (_REPORT_PATHS, REPORTS), (_HUB_PATHS, HUB))
    return next((score for pattern, score in named if pattern.fullmatch(last)), 0)


def is_subsection(words: str) -> bool:
    """Return whether a link next to reports is named like a part of their list: the reports of a year, or of a body.

    >>> [is_subsection(words) for words in ("2017年", "县直部门", "镇街年报", "市政府", "政府领导", "2017年工作总结")]
    [True, True, True, True, False, False]
    """
    return _SUBSECTION.fullmatch("".join(words.split())) is not None


def is_list_page(url: str) -> bool:
    """Return whether an address has the form of a folder or of a list page, not of an article.

    >>> is_list_page("http://x.cn/nb/2017/"), is_list_page("http://x.cn/nb/202103/t20210325_1.html")
    (True, False)
    """
    path = urlsplit(url).path
    return _LIST_ADDRESS.search(path) is not None and not re.search(r"/\d{6,}/[^/]*$", path)


def list_page_name(soup: BeautifulSoup) -> str:
    """Return what a list page calls itself in `ColumnName` and `ColumnType` (PORTALS §4); empty if it does not."""
    return " ".join(attribute(meta, "content") for meta in soup.select("meta[name^=column i]"))


def is_named_for_reports(soup: BeautifulSoup) -> bool:
    """Return whether the meta tags of a page name it a list page of annual reports."""
    name = list_page_name(soup)
    return _FULL_NAME.search(name) is not None and not _OTHERS.search(name)
