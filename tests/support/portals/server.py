"""What all simulated portals share: its entries and pages on the scripted server, and a crawl of its list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from extractors.discovery.list_reader import Discovery, discover
from extractors.portals.portal import AUTO, Portal
from extractors.web.client import PoliteClient
from extractors.web.policy import Politeness
from extractors.web.response import Response
from tests.support.servers.scripted import Answer, RecordedRequest, ScriptedServer
from transforms.prose.titles import report_title


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: its number on the portal, its title and its day."""

    number: int
    title: str
    day: date


def annual_reports(count: int) -> list[Item]:
    """Make annual reports of a county and its departments, the latest first."""
    names = ["财政", "教育", "民政", "司法", "审计", "统计", "水利", "交通运输", "农业农村", "自然资源", "市场监督管理"]
    bureaus = [f"甲子县{name}局" for name in names]
    agencies = ["甲子县人民政府", *bureaus, "甲子县丁卯镇人民政府", "甲子县戊辰街道办事处"]
    items = []
    for at in range(count):
        year = 2025 - at // len(agencies)
        title = f"{agencies[at % len(agencies)]}{year}年政府信息公开工作年度报告"
        items.append(Item(1000 + at, title, date(year + 1, 1 + at % 3, 1 + at % 28)))
    return items


def hub_items() -> list[Item]:
    """Return entries that stand next to reports in a list and are none (PORTALS §3)."""
    titles = [
        "甲子县政府信息公开指南",
        "政府信息公开年度报告制度（试行）",
        "关于做好2025年政府信息公开工作年度报告编制和发布工作的通知",
        "2022年上半年政府信息公开数据统计",
        "2019年政务公开工作总结",
        "2023年政府网站年度报表",
    ]
    return [Item(9000 + at, title, date(2023, 5, 1 + at)) for at, title in enumerate(titles)]


def pages_of(items: list[Item], size: int) -> list[list[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def page(content: str, head: str = "") -> str:
    """Return a page with the chrome of a portal around its content."""
    chrome = '<div class="nav"><a href="/">首页</a><a href="/xw/index.html">新闻</a></div>'
    foot = '<div class="foot"><a href="http://www.other.gov.cn/">友情链接</a><a href="/map.html">网站地图</a></div>'
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{chrome}{content}{foot}</body></html>'


def stub(item: Item) -> str:
    """Return an article that begins like a report, and ends there."""
    return f'<h1>{item.title}</h1><div id="zoom"><p>一、总体情况</p></div>'


class SimulatedPortal(ScriptedServer):
    """A portal whose homepage leads to its list of reports.

    `list_path` is the path of the list, `items` are what it lists, `article` gives the markup of the article of each.
    With `validates` every page has a validator, and is not sent again while it is the same; answers of APIs have none.
    """

    def __init__(self, list_path: str, items: list[Item]) -> None:
        super().__init__()
        self.items = items
        self.list_path = list_path
        self.article = stub
        self.validates = False
        self.sent_again: list[str] = []
        self.serve("/", page(f'<div><a href="/zwgk/">政务公开</a><a href="{list_path}">政府信息公开年报</a></div>'))

    def serve_articles(self, address: Callable[[Item], str], items: Iterable[Item] | None = None) -> None:
        """Serve a page for each item."""
        for item in self.items if items is None else items:
            self.serve(urlsplit(urljoin(self.url, address(item))).path, partial(self._article, item))

    def _article(self, item: Item, asked: RecordedRequest) -> str:
        return page(self.article(item))

    def answer(self, request: RecordedRequest) -> Answer:
        """Answer by script; a page that the client has is not sent again."""
        answer = super().answer(request)
        if not self.validates or request.method != "GET" or answer.status != HTTPStatus.OK or answer.headers:
            return answer
        tag = f'"{sha256(answer.content).hexdigest()[:16]}"'
        known = request.headers.get("if-none-match")
        if known == tag:
            return Answer("", 304, {"ETag": tag})
        self.sent_again += [request.target] if known else []
        return replace(answer, headers={"ETag": tag})

    def politeness(self, **changes: object) -> Politeness:
        """Return a politeness that may ask this portal, once for each page."""
        return super().politeness(**({"retries": 0} | changes))

    def crawl(self, dialect: str = AUTO, list_path: str | None = None) -> Discovery:
        """Discover the reports of the list with a real client."""
        portal = Portal(
            id="x",
            name="甲子县人民政府",
            jurisdiction="CN-990101",
            homepage=self.url + "/",
            list_pages=(self.url + (list_path or self.list_path),),
            dialect=dialect,
        )
        with PoliteClient(self.politeness()) as client:
            return discover(portal, client.get)


def reports(found: Discovery) -> list[str]:
    """Titles of the entries that are annual reports, sorted."""
    return sorted(entry.title for entry in found.entries if report_title(entry.title))


def titles(items: Iterable[Item]) -> list[str]:
    return sorted(item.title for item in items)


def as_json(value: Any) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), headers={"Content-Type": "application/json;charset=utf-8"})


def answered(url: str, content: str | bytes) -> Response:
    """Return a response as the client gives it, without a server."""
    body = content if isinstance(content, bytes) else content.encode("utf-8")
    return Response(url, url, 200, "ok", body, {}, datetime.now(UTC), "")
