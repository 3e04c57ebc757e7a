"""Many portals crawled from end to end: pages a second, and whether memory grows with them."""

from __future__ import annotations

import multiprocessing
import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from extractors.portals.portal import Portal
from flows.runs.result import RunResult
from flows.settings import Settings
from flows.steps.pipeline import crawl_portal
from flows.workspace import open_workspace
from tests.benchmarks.support.goals import Measured
from tests.benchmarks.support.page_server import serve_pages
from tests.support.sample_portal.page import render_article

_PORTALS, _EARLY = 200, 20
_YEAR = 2024
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"
_BUREAUS = "财政局 教育局 民政局 司法局 审计局 统计局 水利局 卫生健康局 自然资源局".split()
_TOWNS = [f"{stem}{branch}镇人民政府" for stem in _STEMS[:3] for branch in _BRANCHES]
AGENCIES = ["人民政府", *_BUREAUS, *_TOWNS]
_MODEL = "甲子县"
_LIST, _REPORT = re.compile(r"/p(\d+)/nb/"), re.compile(r"/p(\d+)/nb/t(\d+)\.html")


def county(number: int) -> str:
    """Return the name of a portal's county: a thousand counties begin with the same sign."""
    stems = [_STEMS[number // places % 10] for places in (1000, 100, 10)]
    return "".join(stems) + _BRANCHES[number % 10] + "县"


def page(path: str) -> bytes | None:
    """Return the list of a portal's reports, or a report: forty are made once, and named for every county."""
    if found := _REPORT.fullmatch(path):
        number, agency = map(int, found.groups())
        return _report(agency).replace(_MODEL, county(number)).encode()
    if found := _LIST.fullmatch(path):
        rows = (
            f'<li><a href="t{at}.html">{county(int(found[1]))}{agency}{_YEAR}年政府信息公开工作年度报告</a>'
            f"<span>{_YEAR + 1}-03-20</span></li>"
            for at, agency in enumerate(AGENCIES)
        )
        return f"<!DOCTYPE html><html><body><h1>政府信息公开年报</h1><ul>{''.join(rows)}</ul></body></html>".encode()
    return None


@cache
def _report(agency: int) -> str:
    """Return a short report with figures in prose; `reading` and `processes` measure the reading of whole ones."""
    body = _MODEL + AGENCIES[agency]
    title = f"{body}{_YEAR}年政府信息公开工作年度报告"
    told = (
        "一、总体情况",
        f"全年主动公开政府信息{100 + agency}条。",
        "二、主动公开政府信息情况",
        f"制发行政规范性文件{agency}件。",
        "三、收到和处理政府信息公开申请情况",
        f"新收政府信息公开申请{10 + agency}件，已全部答复。",
        "四、政府信息公开行政复议、行政诉讼情况",
        "没有发生行政复议和行政诉讼。",
        "五、存在的主要问题及改进情况",
        "公开的内容还需进一步丰富。",
        "六、其他需要报告的事项",
        "未收取信息处理费。",
    )
    return render_article(title, body, date(_YEAR + 1, 3, 20), "".join(f"<p>{line}</p>" for line in told))


def run() -> Measured:
    """Print pages a second, and the peak memory of the crawling process after few and after all portals."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        seconds, pages, early, late = pool.submit(_crawl).result()
    print(f"{f'{_PORTALS} portals, end to end':34}{pages / seconds:10.1f}/s   {pages} pages in {seconds:.0f} s")  # noqa: T201
    print(  # noqa: T201
        f"{f'peak memory after {_PORTALS} portals':34}{late:10.0f} MB   {late / early:6.2f} × after {_EARLY} "
        f"({early:.0f} MB)"
    )
    return {}


def _crawl() -> tuple[float, int, float, float]:
    """Seconds, pages, and peak megabytes of this process after the early portals and after all."""
    with tempfile.TemporaryDirectory() as root, serve_pages(page) as url:
        settings = Settings(data_root=Path(root), allow_private_hosts=frozenset({urlsplit(url).netloc}))
        began, outcome, early = time.perf_counter(), RunResult(), 0.0
        with open_workspace(settings) as workspace:
            for number in range(_PORTALS):
                outcome.add(crawl_portal(portal(number, url), workspace))
                if number + 1 == _EARLY:
                    early = _peak()
        assert outcome.counts.published == _PORTALS * len(AGENCIES), outcome.failures[:1]
        return time.perf_counter() - began, outcome.counts.fetched, early, _peak()


def portal(number: int, url: str) -> Portal:
    """Return a portal whose list names a report of every body."""
    code = f"CN-98{number:04}"
    return Portal(
        id=f"p{number}",
        name=f"{county(number)}人民政府",
        jurisdiction=code,
        homepage=f"{url}/p{number}/",
        list_pages=(f"{url}/p{number}/nb/",),
        dialect="generic_list",
        divisions={county(number): code},
        delay=0.0,
    )


def _peak() -> float:
    """Peak resident megabytes, by Linux's own record."""
    peak = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if "VmHWM" in line)
    return int(peak.split()[1]) / 1024
